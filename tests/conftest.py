"""Set-up that every test shares. Nothing is registered here: markers and warnings stand in ``pyproject.toml``."""

import sys
from pathlib import Path

from hypothesis import settings

# `tests.helpers` is found whether pytest is called as a module, as a program or by an editor.
sys.path.insert(0, str(Path(__file__).parents[1]))

# The same examples on every machine and no time limit that a busy machine could break.
settings.register_profile("house", derandomize=True, deadline=None, database=None)
settings.load_profile("house")
