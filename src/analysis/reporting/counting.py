"""What the verdicts of a run rest on, counted from ``verdicts.json``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.core.errors import FrameUnavailable
from analysis.core.vocabulary import Kind, Outcome, Role
from analysis.verdicts.decide import PUBLIC_SCOPE

UNREAD = (None, "no interval", "no reading")
"""Readings of an estimate that was not read, or that a check voided."""


@dataclass(frozen=True, slots=True)
class Count:
    """What the public verdicts of a run rest on.

    Attributes
    ----------
    claims, of_data : int
        Claims with an interval on a quantity that may decide whose assessment says something (it is not *open*); of these,
        those with one from raw public data.
    claims_read, of_data_read : int
        The same with open assessments, which decide where nothing else does.
    sources : int
        Public sources that answer something.
    """

    claims: int
    of_data: int
    claims_read: int
    of_data_read: int
    sources: int


def count(records: Sequence[Mapping[str, Any]]) -> Count:
    """Count claims and sources in the records of a ``verdicts.json``."""
    public = [record for record in records if record["scope"] == PUBLIC_SCOPE]
    answers = [(r, e) for r in public for e in r["estimates"] if e["role"] == str(Role.ANSWER)]
    read = [
        (record["claim"], e["kind"] == str(Kind.PUBLIC), e["reading"] == str(Outcome.OPEN))
        for record, e in answers
        if e["low"] is not None
        and e["reading"] not in UNREAD
        and e["quantity"] in {quantity["name"] for quantity in record.get("quantities", ())}
    ]
    return Count(
        claims=len({claim for claim, _, is_open in read if not is_open}),
        of_data=len({claim for claim, data, is_open in read if data and not is_open}),
        claims_read=len({claim for claim, _, _ in read}),
        of_data_read=len({claim for claim, data, _ in read if data}),
        sources=len({e["source"] for _, e in answers if e["kind"] == str(Kind.PUBLIC)}),
    )


def count_in_words(path: Path) -> str:
    """Return the counts of a run, with what the project set out to reach.

    Raises
    ------
    FrameUnavailable
        If there is no such file, or it holds something else.
    """
    if not path.is_file():
        raise FrameUnavailable(f"There is no {path.name} at {path}; `make reports` writes it, or name another one.")
    try:
        found = count(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, LookupError, TypeError, AttributeError):
        raise FrameUnavailable(
            f"{path} does not hold the records of a run; `make reports` writes them to verdicts.json in its folder."
        ) from None
    return (
        f"{found.claims} claims have an estimate with an interval that decides or supports (wanted: 30), "
        f"{found.of_data} of them from raw public data (wanted: 20); with intervals that were read and are open, "
        f"{found.claims_read} and {found.of_data_read}. {found.sources} public sources answer something (wanted: 25)."
    )
