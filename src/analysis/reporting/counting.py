"""What the verdicts of a run rest on, counted from ``verdicts.json``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis.core.errors import FrameUnavailable
from analysis.core.vocabulary import Kind, Role
from analysis.verdicts.decide import PUBLIC_SCOPE


def count(records: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Count claims and sources of the public verdicts.

    An estimate decides or supports if it is an answer with an interval that was read on a quantity that may decide.

    Parameters
    ----------
    records : sequence of mapping
        The records of a ``verdicts.json``.
    """
    claims, raw, sources = set(), set(), set()
    for record in records:
        if record["scope"] != PUBLIC_SCOPE:
            continue
        may_decide = {quantity["name"] for quantity in record.get("quantities", ())}
        for e in record["estimates"]:
            if e["role"] == str(Role.ANSWER) and e["kind"] == str(Kind.PUBLIC):
                sources.add(e["source"])
            read = e["role"] == str(Role.ANSWER) and e["quantity"] in may_decide and e["reading"] is not None
            if read and e["low"] is not None and e["reading"] != "no reading":
                claims.add(record["claim"])
                raw |= {record["claim"]} if e["kind"] == str(Kind.PUBLIC) else set()
    return {"claims": len(claims), "from raw public data": len(raw), "public sources that answer": len(sources)}


def count_in_words(path: Path) -> str:
    """Return the counts of a run, with what the project set out to reach.

    Raises
    ------
    FrameUnavailable
        If there is no such file.
    """
    if not path.is_file():
        raise FrameUnavailable(f"There is no {path.name} at {path}; `make reports` writes it, or name another one.")
    found = count(json.loads(path.read_text(encoding="utf-8")))
    return (
        f"{found['claims']} claims have an estimate with an interval that decides or supports (wanted: 30), "
        f"{found['from raw public data']} of them from raw public data (wanted: 20); "
        f"{found['public sources that answer']} public sources answer something (wanted: 25)."
    )
