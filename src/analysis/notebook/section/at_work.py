"""A claim's test at work on simulated customers, beside the known truth, where no public source answers the claim.

The numbers are stored: to simulate a company on every page would take minutes. Where the demonstration company has no truth for
a claim, the scenarios that study the claim's test stand in, drawn without and with an effect. Where one company can show
nothing, the page says what it would take. None of it takes part in any verdict.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from analysis.core import paths
from analysis.core.claim import Claim
from analysis.core.errors import DataFault
from analysis.core.vocabulary import Kind, Role
from analysis.core.wording import with_unit
from analysis.notebook.exhibits import PartExhibit, SvgExhibit, TableExhibit
from analysis.notebook.figures.truth import TruthMark, ends_of, holds, in_words, truth_figure
from analysis.notebook.plain_words import meaning_of
from analysis.notebook.section.shapes import shapes_of
from analysis.notebook.section.surveyed import SURVEYED, survey_shape
from analysis.verdicts.assess import why_not_read
from analysis.verdicts.findings import Findings

STORED = paths.ROOT / "data" / "demonstration.jsonl"


def content_hash(lines: Sequence[Mapping[str, Any]]) -> str:
    """First 16 hex digits of the sha256 over the lines: a number that was typed does not fit it."""
    text = json.dumps(list(lines), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@cache
def stored_demonstration(path: Path = STORED) -> Mapping[str, tuple[dict[str, Any], ...]]:
    """Return the stored lines by claim; empty if there is no file.

    Raises
    ------
    DataFault
        If a line was not written by a run.
    """
    if not path.exists():
        return {}
    head, *lines = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    if head.get("seal") != content_hash(lines) or head.get("lines") != len(lines):
        raise DataFault(
            f"data/{path.name}: its lines do not fit their seal, so they were not written by a run. Take the file back to "
            "what the repository has, or run `make results`."
        )
    found: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        found.setdefault(line["claim"], []).append(line)
    return {claim: tuple(mine) for claim, mine in found.items()}


def answered_by_data(found: Findings) -> bool:
    """Whether a public source answers the claim with an interval that no check has voided."""
    return any(
        e.role is Role.ANSWER and e.kind is Kind.PUBLIC and e.quantified and not why_not_read(e, found.checks)
        for e in found.estimates
    )


def at_work(found: Findings) -> PartExhibit | None:
    """The test of a claim that no public source answers, on simulated customers; None for others, and where nothing is stored.

    For a claim that the tables of one company cannot answer: what it would take.
    """
    from analysis.sources.own_claims import OUT_OF_REACH  # brings the query engine, which few pages need

    claim = found.claim
    if answered_by_data(found) or found.company:
        return None
    lines = stored_demonstration().get(claim.id, ())
    if lines and claim.id in SURVEYED:
        told = f"It would take {OUT_OF_REACH[claim.id]}. What that would give is shown on made-up firms, so that the truth is known"
        return _part(
            "The test at work, on firms that are made up",
            f"{told}. It says nothing about the claim and has no vote.",
            claim,
            lines,
        )
    if lines:
        where = "on simulated customers" if "drawn" in lines[0] else "on a company whose customers are simulated"
        shown = f"What your own tables would give is shown {where}, so that the truth is known. It says nothing about the claim"
        return _part("The test at work, on customers who are made up", f"{shown} and has no vote.", claim, lines)
    if claim.id in OUT_OF_REACH:
        why = "No test can be shown: the tables of one company, made up or real, cannot answer it. It would take"
        return _part("Why the test cannot be shown at work", f"{why} {OUT_OF_REACH[claim.id]}.", claim)
    return None


def _part(heading: str, told: str, claim: Claim, lines: Sequence[Mapping[str, Any]] = ()) -> PartExhibit:
    return PartExhibit(
        heading=heading,
        kind="details",
        lines=(f"No public source answers this claim with an interval that counts. {told}",),
        parts=(*_shapes(claim), _figure(claim, lines), _table(claim, lines)) if lines else (),
        folded=True,
    )


def _shapes(claim: Claim) -> tuple[SvgExhibit, ...]:
    return (survey_shape(claim),) if claim.id in SURVEYED else shapes_of(claim)


def _made_up(claim: Claim) -> str:
    return "Simulated firms" if claim.id in SURVEYED else "Simulated customers"


def _table(claim: Claim, lines: Sequence[Mapping[str, Any]]) -> TableExhibit:
    who = _made_up(claim)
    would = (
        "a survey of firms drawn at random" if claim.id in SURVEYED else "the one that your own tables would go through"
    )
    rows = tuple(
        ({who: line["drawn"]} if "drawn" in line else {})
        | {
            "Measured": meaning_of(claim.quantity(line["quantity"])),
            "Truth": with_unit(line["truth"], claim.quantity(line["quantity"]).unit),
            "Sound analysis": in_words(ends_of(line["sound"])) + (", without a vote" if line["gated"] else ""),
            "Quick number": in_words(ends_of(line["naive"])),
            "What fools the quick analysis": line["fools"] or claim.trap,
            "n": f"{line['n']:,}",
        }
        for line in lines
    )
    whose = who if "drawn" in lines[0] else "One simulated company"
    return TableExhibit(
        caption=f"{whose}: truth, sound analysis, quick number",
        rows=rows,
        note=f"The sound analysis is {would}" + ("." if claim.id in SURVEYED else ", with the same checks."),
    )


def _figure(claim: Claim, lines: Sequence[Mapping[str, Any]]) -> SvgExhibit:
    """The lead quantity if it was simulated, else the first that was."""
    first = next((line for line in lines if line["quantity"] == claim.lead), lines[0])
    chosen = [line for line in lines if line["quantity"] == first["quantity"]]
    about = claim.quantity(first["quantity"])
    marks = [
        TruthMark(
            label=line.get("drawn", "Simulated company"),
            truth=line["truth"],
            sound=ends_of(line["sound"]),
            naive=ends_of(line["naive"]),
        )
        for line in chosen
    ]
    held = all(holds(mark.sound, mark.truth) for mark in marks)
    told = f"{_made_up(claim)}: {_told(chosen[0], about.unit) if len(chosen) == 1 else _counted(marks)}"
    missed = "" if held else f" {'This' if len(marks) == 1 else 'An'} interval misses the truth, as one in twenty may."
    return truth_figure(
        marks,
        about,
        told=told,
        alt=f"{_made_up(claim)}: {'; '.join(_told(line, about.unit) for line in chosen)}.",
        caption=f"{meaning_of(about)}. Upright bar: truth; full mark: sound analysis; hollow mark: quick number.{missed}",
        rows=_table(claim, chosen).rows,
        room=0.95,
    )


def _counted(marks: Sequence[TruthMark]) -> str:
    """How often both intervals held the truth, for several draws: their numbers stand in the table."""
    sound, quick = (sum(holds(getattr(mark, side), mark.truth) for mark in marks) for side in ("sound", "naive"))
    return f"the sound interval holds the truth in {sound} of {len(marks)} draws, the quick one in {quick}"


def _told(line: Mapping[str, Any], unit: str) -> str:
    sound, naive = (ends_of(line[side]) for side in ("sound", "naive"))
    quick = f"; the quick number is {in_words(naive)}" if naive else ""
    return f"the truth is {with_unit(line['truth'], unit)}; the sound analysis finds {in_words(sound)}{quick}"
