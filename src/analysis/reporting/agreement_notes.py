"""What a run says at its end of the stored results: where computed numbers or verdicts are not those of the full run.

Such a run has made its pages and fails all the same, with an exit code of its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.core.errors import DataFault

if TYPE_CHECKING:
    from analysis.core.verdict_results import Verdict

AGREEMENT = "agreement.txt"
"""File among the states of a folder of reports: what is not as stored, one line each; empty where everything agrees."""

DEFAULTS = ({"sources"}, {"sources", "data"})
"""Names that the settings of a run may have for its verdicts to be those of all public sources by default."""


def agreement_notes(
    executed: Sequence[Path], verdicts: Sequence[Verdict], settings: Mapping[str, object]
) -> tuple[str, ...]:
    """Return one line a disagreement, and what to do; empty where everything agrees.

    Parameters
    ----------
    executed : sequence of Path
        Executed notebooks; beside each lies what is on record about it.
    verdicts : sequence of Verdict
        Of this run. They are compared only where the settings are the published ones.
    settings : mapping
    """
    from analysis.verdicts.stored_verdicts import differing  # heavy, and a run with nothing to do reads a file only

    lines = [line for path in executed for line in _recorded(path)]
    if settings.get("sources") == "all" and set(settings) in DEFAULTS:
        try:
            lines += differing(verdicts)
        except DataFault as fault:
            lines.append(str(fault))
    if not lines:
        return ()
    return (
        "Stored results (data/results/) and this run do not agree; if this run is right, `make results` renews them:",
        *(f"  {line}" for line in dict.fromkeys(lines)),
    )


def disagreements(states: Path) -> tuple[str, ...]:
    """Return what the last run that made anything found; a run with nothing to do does not make it go away."""
    path = states / AGREEMENT
    return tuple(path.read_text(encoding="utf-8").splitlines()) if path.exists() else ()


def _recorded(executed: Path) -> list[str]:
    record = executed.with_suffix(".json")
    found = json.loads(record.read_text(encoding="utf-8")).get("disagree", []) if record.exists() else []
    return [str(line) for line in found]
