"""What a quick analysis reports beside what a sound one finds: for one claim, and over all claims on one line."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.core.claim import Claim, Quantity
from analysis.core.results import Estimate
from analysis.core.verdict_results import Verdict
from analysis.core.vocabulary import Role
from analysis.core.wording import number, shortened, with_unit
from analysis.notebook.exhibits import SvgExhibit
from analysis.notebook.figures import svg
from analysis.notebook.plain_words import with_ends
from analysis.notebook.tidy import tidy_row
from analysis.verdicts.assess import on_line

FARTHEST = 60.0
"""Multiples of the smallest difference worth acting on, beyond which a number is set at the edge of the picture."""
TICKS = (-30, -10, -3, 3, 10, 30)
ROW = 30
MOST_GAPS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A quick number and a sound one for the same quantity of one claim, from the same source where there is one."""

    claim: Claim
    quantity: Quantity
    naive: Estimate
    sound: Estimate

    def placed(self) -> tuple[float, float]:
        """Naive and sound in multiples of the smallest difference worth acting on, the claimed side positive."""
        unit = abs(on_line(self.quantity.smallest, self.quantity))
        values = [on_line(e.value, self.quantity) / unit for e in (self.naive, self.sound) if e.value is not None]
        return values[0], values[1]


def pairs_of(claim: Claim, estimates: Sequence[Estimate]) -> list[Pair]:
    """Match every quick number with an answer to the same quantity from the same source; one without is left out."""
    found = []
    for naive in (e for e in estimates if e.role is Role.NAIVE and e.value is not None):
        sound = next(
            (
                e
                for e in estimates
                if e.role is Role.ANSWER
                and e.quantified
                and e.quantity == naive.quantity
                and e.source == naive.source
                and e.frame == naive.frame
            ),
            None,
        )
        if sound is not None:
            found.append(Pair(claim=claim, quantity=claim.quantity(naive.quantity), naive=naive, sound=sound))
    return found


def strongest_pair(claim: Claim, verdict: Verdict) -> Pair | None:
    """The pair that stands for a claim: of a reading that decided, else the first there is; None without one."""
    answers = [reading.estimate for reading in verdict.assessments]
    found = pairs_of(claim, [*answers, *verdict.beside])
    decided = {id(reading.estimate) for reading in verdict.deciding}
    return next((pair for pair in found if id(pair.sound) in decided), found[0] if found else None)


def naive_against_sound(pairs: Sequence[Pair]) -> SvgExhibit | None:
    """Draw all claims that have a pair, a row each: where the quick number lies and where the sound one does.

    One unit of the axis is the smallest difference worth acting on for that claim; the claimed side is on the right.

    Returns
    -------
    SvgExhibit
        None without a pair.
    """
    if not pairs:
        return None
    ranked = sorted(pairs, key=lambda pair: pair.placed()[1] - pair.placed()[0])
    shrunk = sum(pair.placed()[1] < pair.placed()[0] for pair in ranked)
    gone = sum(pair.placed()[0] >= 1 > pair.placed()[1] for pair in ranked)
    told = (
        f"In {shrunk} of {len(ranked)} claims the quick analysis is more favourable than the sound one; in {gone} an effect "
        "worth acting on is gone once the analysis is sound"
    )
    drawn, top = svg.title(told)
    top += svg.LINE
    bottom = top + ROW * len(ranked) + 6
    low, high = _place(0.0), _place(1.0)
    drawn += svg.text(0, top - 6, "← against the claim") + svg.text(svg.WIDTH, top - 6, "for the claim →", anchor="end")
    for place in range(len(ranked)):
        y1, y2 = top + ROW * place + 16, top + ROW * place + 29
        drawn += (
            f'<rect x="{_place(-1):g}" y="{y1:g}" width="{high - _place(-1):g}" height="{y2 - y1:g}" fill="currentColor" '
            f'fill-opacity="0.1"/><line x1="{low:g}" x2="{low:g}" y1="{y1:g}" y2="{y2:g}" stroke="currentColor"/>'
        )
    for place, pair in enumerate(ranked):
        drawn += _pair_row(pair, top + ROW * place)
    for tick in TICKS:
        drawn += svg.text(_place(tick), bottom + 12, f"{abs(tick)}×", anchor="middle")
    under, bottom = svg.words_below(
        (
            "Orange square: quick analysis. Blue dot: sound analysis. Line: no effect.",
            "Grey: effects too small to act on; 3×, 10×, 30×: times the smallest that is.",
            "Source: for each claim the data set that decides, or the first with both numbers.",
        ),
        bottom + 32,
    )
    rows = tuple(
        {
            "Claim": pair.claim.title,
            "Source": pair.sound.source,
            "Quick analysis": with_unit(pair.naive.value, pair.naive.unit),
            "Sound analysis": with_unit(pair.sound.value, pair.sound.unit),
            "From": number(pair.sound.low),
            "To": number(pair.sound.high),
        }
        for pair in ranked
    )
    record = tuple(tidy_row(e) for pair in ranked for e in (pair.naive, pair.sound))
    return SvgExhibit(
        svg=svg.picture(drawn + under, bottom - 6, told), alt=told, caption=told, rows=rows, record=record
    )


def _place(multiple: float) -> float:
    """Steps that grow away from no effect: some claims move by fractions of what matters, others by fifty times it."""
    inside = max(-FARTHEST, min(FARTHEST, multiple))
    return svg.across((1 + math.asinh(inside) / math.asinh(FARTHEST)) / 2)


def widest_gaps(pairs: Sequence[Pair]) -> list[str]:
    """Sentences on the claims whose quick number flatters most, the widest gap first."""
    found = sorted(pairs, key=lambda pair: pair.placed()[1] - pair.placed()[0])
    return [
        f"{pair.claim.title}: a quick look gives {with_ends(pair.naive.value, None, None, pair.naive.unit)}, a sound one "
        f"{with_ends(pair.sound.value, pair.sound.low, pair.sound.high, pair.sound.unit)} ({pair.sound.source})."
        for pair in found[:MOST_GAPS]
        if pair.placed()[1] < pair.placed()[0] and pair.naive.value is not None and pair.sound.value is not None
    ]


def _pair_row(pair: Pair, y: float) -> str:
    naive, sound = (_place(x) for x in pair.placed())
    middle = y + 22
    arrow = f'<line x1="{naive:g}" x2="{sound:g}" y1="{middle:g}" y2="{middle:g}" stroke="currentColor" stroke-opacity="0.5"/>'
    label = svg.text(4, y + 13, shortened(pair.claim.title, 62))
    return (
        label
        + arrow
        + svg.mark(naive, middle, svg.NAIVE, filled=False, square=True)
        + svg.mark(sound, middle, svg.ANSWER, filled=True)
    )
