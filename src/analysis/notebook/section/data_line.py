"""What the data are that a verdict rests on: a line under its picture."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.core.verdict_results import Verdict
from analysis.core.vocabulary import Kind
from analysis.core.wording import shortened
from analysis.notebook.exhibits import PartExhibit
from analysis.notebook.section.certainty import folded
from analysis.sources.base import DataCard

LONGEST = 220
MOST_SOURCES = 2
"""Data sets that are named in the open."""


def data_of(verdict: Verdict, cards: Mapping[str, DataCard]) -> PartExhibit | None:
    """What each data set is that the verdict rests on; one click away, whom its numbers count; None without data.

    Parameters
    ----------
    verdict : Verdict
    cards : mapping of str to DataCard
        Data card of every public source, by title.
    """
    named: dict[str, str] = {}
    lines: dict[str, str] = {}
    for reading in verdict.deciding:
        e = reading.estimate
        if e.source in lines or e.kind is Kind.PUBLISHED:
            continue
        card = cards.get(e.source)
        if card and card.in_short:
            named[e.source] = f"{e.source}, {card.in_short}"
        told = [part for part in (e.population, e.period, f"{e.n:,} units" if e.n else "") if part]
        by = f" Published by {card.publisher}." if card else ""
        lines[e.source] = shortened(f"{e.source}: {', '.join(told)}.{by}", LONGEST)
    if not lines:
        return None
    who = folded(f"Whom these numbers count ({len(lines)})", list(lines.values()))
    shown = list(named.values())[:MOST_SOURCES]
    left = len(lines) - len(shown)
    if not shown:
        return who
    more = f"; and {left} more" if left else ""
    return PartExhibit(heading="", kind="data", lines=(f"Data: {'; '.join(shown)}{more}.",), parts=(who,))
