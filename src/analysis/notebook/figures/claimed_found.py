"""What the articles claim beside what was found, all claims with a stated size on one axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.core.claim import Claim, Quantity
from analysis.core.results import Estimate
from analysis.core.verdict_results import Pooled
from analysis.core.wording import shortened, with_unit
from analysis.notebook.exhibits import SvgExhibit
from analysis.notebook.figures import svg
from analysis.notebook.plain_words import with_ends
from analysis.notebook.tidy import COLUMNS, digits, tidy_row
from analysis.verdicts.assess import on_line

LOWEST, HIGHEST = -1.0, 2.0
"""Ends of the axis, in multiples of the claimed size; what lies outside is set at the edge."""
ROW = 34


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A claim's size in the articles, and the number that carries its verdict on the same quantity."""

    claim: Claim
    quantity: Quantity
    found: Estimate | Pooled

    def shares(self) -> tuple[float, float, float]:
        """Value and ends of what was found as multiples of what is claimed: 0 is no effect, 1 the claimed size."""
        assert self.quantity.size is not None
        whole = on_line(self.quantity.size, self.quantity)
        found = self.found
        assert found.value is not None
        assert found.low is not None
        assert found.high is not None
        low, high = sorted(on_line(x, self.quantity) / whole for x in (found.low, found.high))
        return on_line(found.value, self.quantity) / whole, low, high


def claimed_against_found(held: Sequence[Held]) -> SvgExhibit | None:
    """Draw every claim whose articles state a size, a row each; None without one.

    Ratios are placed by their logarithm, so that half the way to the claimed multiple is its square root.
    """
    if not held:
        return None
    ranked = sorted(held, key=lambda one: one.shares()[0])
    short = sum(one.shares()[2] < 1 for one in ranked)
    beyond = sum(one.shares()[1] > 1 for one in ranked)
    n = len(ranked)
    counts = (
        (short, "falls short", "fall short"),
        (beyond, "goes beyond", "go beyond"),
        (n - short - beyond, "may reach it", "may reach it"),
    )
    said = ", ".join(f"{count} {one if count == 1 else many}" for count, one, many in counts if count)
    told = f"Of {n} claims whose size is stated and whose number has a margin of error: {said}"
    drawn, top = svg.title(told)
    top += svg.LINE
    bottom = top + ROW * n + 4
    nothing, claimed = _place(0.0), _place(1.0)
    drawn += svg.text(nothing, top - 6, "claim begins", anchor="middle") + svg.text(
        claimed, top - 6, "claimed size", anchor="middle"
    )
    rows, record = [], []
    for place, one in enumerate(ranked):
        y = top + ROW * place
        value, low, high = one.shares()
        assert one.found.value is not None
        says = with_unit(one.quantity.size, one.quantity.unit)
        found = with_ends(one.found.value, one.found.low, one.found.high, one.quantity.unit)
        drawn += svg.upright(nothing, y + 17, y + 33) + svg.upright(claimed, y + 17, y + 33, svg.DASHES)
        drawn += svg.text(0, y + 13, shortened(one.claim.title, 62))
        drawn += svg.bar(_place(low), _place(high), y + 25, svg.ANSWER)
        drawn += svg.mark(_place(value), y + 25, svg.ANSWER, filled=True)
        rows.append({"Claim": one.claim.title, "The articles say": says, "Found": found})
        record.append({"claimed": digits(one.quantity.size)} | _tidy(one))
    under, bottom = svg.words_below(
        (
            "Bar: margin of error of what was found. Dashed: what the articles say.",
            "Source: the number that carries each verdict. Ratios on a ratio scale.",
        ),
        bottom + 16,
    )
    alt = f"{told}. " + "; ".join(f"{r['Claim']}: claimed {r['The articles say']}, found {r['Found']}" for r in rows)
    return SvgExhibit(
        svg=svg.picture(drawn + under, bottom - 8, alt), alt=alt, caption=told, rows=tuple(rows), record=tuple(record)
    )


def _tidy(one: Held) -> dict[str, str]:
    """The found number as a row of a file."""
    if isinstance(one.found, Estimate):
        return tidy_row(one.found)
    mean = dict.fromkeys(COLUMNS, "") | {"source": f"mean of {one.found.k} sources", "quantity": one.quantity.name}
    ends = {"estimate": one.found.value, "low": one.found.low, "high": one.found.high}
    return mean | {name: digits(x) for name, x in ends.items()} | {"unit": one.quantity.unit, "claim": one.claim.id}


def _place(share: float) -> float:
    return svg.across((max(LOWEST, min(HIGHEST, share)) - LOWEST) / (HIGHEST - LOWEST))
