"""What a run says at its end of the stored results: where computed numbers or verdicts are not those of the full run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from analysis.core.errors import DataFault
from analysis.core.verdict_results import Verdict
from analysis.verdicts.stored_verdicts import differing

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


def _recorded(executed: Path) -> list[str]:
    record = executed.with_suffix(".json")
    found = json.loads(record.read_text(encoding="utf-8")).get("disagree", []) if record.exists() else []
    return [str(line) for line in found]
