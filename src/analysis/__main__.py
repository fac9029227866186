"""``python -m analysis``."""

from analysis.reporting.cli import main

main()
