"""A claim's test at work on simulated customers, beside the known truth, where no public source answers the claim.

What the demonstration company shows is stored: to simulate it on every page would take minutes. Where it has no truth for a
claim, the scenarios that study the claim's test are drawn. Where one company can show nothing, the page says what it would
take. None of it takes part in any verdict.
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
from analysis.core.vocabulary import RATIO_SCALES, Kind, Role
from analysis.core.wording import number, with_unit
from analysis.notebook.exhibits import PartExhibit, SvgExhibit, TableExhibit, TextExhibit
from analysis.notebook.figures import style
from analysis.notebook.figures.truth import Ends, TruthMark, plot_truth
from analysis.notebook.plain_words import meaning_of
from analysis.sources.own_claims import OUT_OF_REACH
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
    """The test of a claim that no public source answers, on simulated customers; None for other claims.

    The demonstration company where its lines are stored, else the scenarios of the claim's test; for a claim that one
    company's tables cannot answer, what it would take.
    """
    claim = found.claim
    if answered_by_data(found) or found.company:
        return None
    if lines := stored_demonstration().get(claim.id, ()):
        where = "What your own tables would give is shown on a company whose customers are simulated, so that the truth is known."
        return _part(where, (_figure(claim, lines), _table(claim, lines)))
    if claim.id in OUT_OF_REACH:
        why = "No test can be shown: the tables of one company, made up or real, cannot answer it."
        return _part(f"{why} It would take {OUT_OF_REACH[claim.id]}.", ())
    from analysis.notebook.views.demonstration import demonstrate, show_demonstration, show_demonstration_figure

    if not demonstrate(claim.id):
        return None
    where = (
        "The test that your own tables would go through is shown on simulated customers, so that the truth is known."
    )
    return _part(where, (show_demonstration_figure(claim.id), show_demonstration(claim.id)))


def _part(where: str, parts: tuple[SvgExhibit | TableExhibit | TextExhibit, ...]) -> PartExhibit:
    beside = " It says nothing about the claim and has no vote." if parts else ""
    return PartExhibit(
        heading="The test at work, on customers who are made up" if parts else "Why the test cannot be shown at work",
        kind="details",
        lines=(f"No public source answers this claim with an interval that counts. {where}{beside}",),
        parts=parts,
        folded=True,
    )


def _table(claim: Claim, lines: Sequence[Mapping[str, Any]]) -> TableExhibit:
    rows = tuple(
        {
            "Measured": meaning_of(claim.quantity(line["quantity"])),
            "Truth": with_unit(line["truth"], claim.quantity(line["quantity"]).unit),
            "Sound analysis": _in_words(line["sound"]) + (", without a vote" if line["gated"] else ""),
            "Quick number": _in_words(line["naive"]) if line["naive"] else "none",
            "What fools the quick analysis": line["fools"] or claim.trap,
            "n": f"{line['n']:,}",
        }
        for line in lines
    )
    return TableExhibit(
        caption="One simulated company: truth, sound analysis, quick number",
        rows=rows,
        note="The sound analysis is the one that your own tables would go through, with the same checks.",
    )


def _figure(claim: Claim, lines: Sequence[Mapping[str, Any]]) -> SvgExhibit:
    """The lead quantity if the company has it, else the first that it has."""
    chosen = next((line for line in lines if line["quantity"] == claim.lead), lines[0])
    about = claim.quantity(chosen["quantity"])
    mark = TruthMark(
        label="Simulated company", truth=chosen["truth"], sound=_ends(chosen["sound"]), naive=_ends(chosen["naive"])
    )
    held = mark.sound is not None and mark.sound[1] <= mark.truth <= mark.sound[2]
    naive = f"; the quick number is {_in_words(chosen['naive'])}" if chosen["naive"] else ""
    truth = f"Simulated customers: the truth is {with_unit(mark.truth, about.unit)}"
    told = f"{truth}; the sound analysis finds {_in_words(chosen['sound'])}{naive}"
    missed = "" if held else " This interval misses the truth, as one in twenty may."
    with style.report_style():
        ax = plot_truth([mark], about.unit, about.null, style.new_axes(height=1.4))
        if about.scale in RATIO_SCALES:
            ax.set_xscale("log")
        return style.to_exhibit(
            ax,
            told=told,
            alt=f"{told}.",
            caption=f"{meaning_of(about)}. Black bar: truth; full mark: sound analysis; hollow mark: quick number.{missed}",
            rows=_table(claim, [chosen]).rows,
        )


def _ends(ends: Sequence[float | None] | None) -> Ends | None:
    """Value and interval; the value thrice where there is no interval."""
    if not ends or ends[0] is None:
        return None
    value, low, high = ends[0], ends[1], ends[2]
    return (value, value, value) if low is None or high is None else (value, low, high)


def _in_words(ends: Sequence[float | None]) -> str:
    value, low, high = ends[0], ends[1], ends[2]
    assert value is not None
    return number(value) if low is None or high is None else f"{number(value)} ({number(low)} to {number(high)})"
