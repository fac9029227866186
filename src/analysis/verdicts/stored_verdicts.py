"""The verdicts of the last run with all public files, one line a claim, and whether verdicts of another run are the same."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from analysis.core import paths
from analysis.core.errors import DataFault
from analysis.core.verdict_results import Verdict
from analysis.verdicts.decide import PUBLIC_SCOPE
from analysis.verdicts.stored_results import content_hash, read_lines, seal_of

NAME = "verdicts"
"""Name of the file in ``data/results/``; no source is called so."""

SAID = ("outcome", "shade", "confidence", "quantity", "sentence", "reasons", "tally", "elsewhere")
"""What of a verdict has to be the same on every machine."""


def said_by(verdict: Verdict) -> dict[str, Any]:
    """Return what a verdict says, as plain values, with the sources that decided."""
    record = verdict.to_json()
    deciding = [[r.estimate.source, r.estimate.quantity, str(r.outcome)] for r in verdict.deciding]
    return {name: json.loads(json.dumps(record[name])) for name in SAID} | {"deciding": deciding}


def load_verdicts() -> Mapping[str, dict[str, Any]]:
    """Return the stored lines by claim; empty if there are none.

    Raises
    ------
    DataFault
        If the file was not written by a run.
    """
    path = paths.RESULTS / f"{NAME}.jsonl"
    if not path.exists():
        return {}
    head, *lines = read_lines(path)
    if head.get("seal") != seal_of(lines) or any(line.get("hash") != content_hash(line) for line in lines):
        raise DataFault(
            f"data/results/{path.name}: a line was not written by a run. Take the file back to what the repository has, "
            "or run `make results` with all files."
        )
    return {line["claim"]: line for line in lines}


def differing(verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    """Return, one sentence a claim, where public verdicts are not those of the last run with all files."""
    stored = load_verdicts()
    found = []
    for verdict in verdicts:
        before = stored.get(verdict.claim, {}).get("said")
        now = said_by(verdict)
        if verdict.scope == PUBLIC_SCOPE and before is not None and before != now:
            part = next(name for name in now if before.get(name) != now[name])
            found.append(
                f"{verdict.claim}: {part} is {now[part]!r}, and was {before.get(part)!r} in the run with all files."
            )
    return tuple(found)
