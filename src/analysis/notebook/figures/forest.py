"""The common picture of a claim: every estimate with its interval against no effect and the claimed size, as vector."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analysis.core.claim import Claim, Quantity
from analysis.core.results import Estimate
from analysis.core.verdict_results import Pooled
from analysis.core.vocabulary import RATIO_SCALES, Kind, Role
from analysis.core.wording import number, shortened, with_unit
from analysis.notebook.exhibits import SvgExhibit, TextExhibit
from analysis.notebook.figures import svg
from analysis.notebook.figures.findings import finding
from analysis.notebook.figures.row_labels import labels_of, numbers_of
from analysis.notebook.plain_words import meaning_of, with_ends
from analysis.notebook.tidy import tidy_row
from analysis.verdicts.assess import why_not_read

ROW = 37
ROLE_WORDS = {Role.ANSWER: "answer", Role.NAIVE: "quick analysis", Role.CONTEXT: "context"}
"""What a number is for, as a reader meets it."""


def forest(
    claim: Claim, estimates: Sequence[Estimate], quantity: Quantity, pooled: Pooled | None = None
) -> SvgExhibit | TextExhibit | None:
    """Draw all estimates of one registered quantity.

    Parameters
    ----------
    claim : Claim
    estimates : sequence of Estimate
        Any; those of other quantities or without a value are left out here (tables list them).
    quantity : Quantity
    pooled : Pooled
        Random-effects mean to draw under them, with its prediction interval; None for none.

    Returns
    -------
    SvgExhibit or TextExhibit
        A sentence where there is one number only; None if there is nothing to draw.
    """
    shown = in_order([e for e in estimates if e.quantity == quantity.name and e.value is not None])
    if not shown:
        return None
    if len(shown) == 1:
        return TextExhibit(f"One number only: {meaning_of(quantity)}. {told_of(shown[0])}.")
    return draw_forest(claim, shown, quantity, pooled)


def in_order(estimates: Sequence[Estimate]) -> list[Estimate]:
    """Answers before the rest, data before publications, strong designs first, then by value."""
    return sorted(
        estimates,
        key=lambda e: (e.role is not Role.ANSWER, e.kind is Kind.PUBLISHED, -e.design.rank, e.source, e.value or 0.0),
    )


def told_of(estimate: Estimate) -> str:
    """Source and number of one estimate in a line."""
    part = ", quick analysis" if estimate.role is Role.NAIVE else ""
    assert estimate.value is not None
    ends = (estimate.low, estimate.high) if estimate.quantified else (None, None)
    bare = "" if estimate.quantified else ", without a margin of error"
    return f"{estimate.source}{part}: {with_ends(estimate.value, *ends, estimate.unit)}{bare}"


def draw_forest(
    claim: Claim,
    shown: Sequence[Estimate],
    quantity: Quantity,
    pooled: Pooled | None = None,
    told: str = "",
) -> SvgExhibit:
    """Draw these estimates from top to bottom, whatever their number; `told` stands on top in place of the finding."""
    axis = svg.axis_for(
        quantity,
        [e.value for e in shown if e.value is not None],
        [x for e in shown for x in (e.low, e.high) if x is not None] + ([pooled.low, pooled.high] if pooled else []),
    )
    told = told or finding(claim, quantity, shown, pooled)
    drawn, top = svg.title(told)
    top += svg.LINE
    rows = len(shown) + (pooled is not None)
    bottom = top + ROW * rows + 4
    drawn += svg.frame(axis, top, [(top + ROW * i + 18, top + ROW * i + 36) for i in range(rows)])
    labels = labels_of(shown)
    for place, (estimate, label) in enumerate(zip(shown, labels, strict=True)):
        drawn += _row_svg(axis, estimate, label, top + ROW * place, takes_part(estimate, quantity))
    if pooled is not None:
        drawn += _pooled_svg(axis, pooled, top + ROW * len(shown))
    under, height = svg.foot(axis, bottom, null_words(quantity), years_of(shown))
    return SvgExhibit(
        svg=svg.picture(drawn + under, bottom + height, _alt(claim, shown, quantity, pooled)),
        alt=_alt(claim, shown, quantity, pooled),
        caption=told,
        rows=tuple([_row(e) for e in shown] + _pooled_rows(pooled, quantity)),
        record=tuple(tidy_row(e) for e in shown),
    )


def first_measured(claim: Claim, estimates: Sequence[Estimate]) -> Quantity | None:
    """Return the first of the claim's quantities that an estimate with a value measures; None if there is none.

    Quantities of which a source gives an answer go before those that only publications measure.
    """
    for published in (False, True):
        for quantity in claim.quantities:
            if any(
                e.quantity == quantity.name and e.value is not None and (e.kind is Kind.PUBLISHED) is published
                for e in estimates
            ):
                return quantity
    return None


def takes_part(estimate: Estimate, quantity: Quantity) -> bool:
    """Say whether an estimate can decide a verdict: an answer with an interval, on a quantity that the register lets decide."""
    return estimate.role is Role.ANSWER and estimate.quantified and quantity.decides and not why_not_read(estimate)


def null_words(quantity: Quantity) -> str:
    """Say what the null of a quantity is: no effect where it is 0, or 1 for ratios; else where the claim begins."""
    nothing = 1.0 if quantity.scale in RATIO_SCALES else 0.0
    return "no effect" if quantity.null == nothing else f"claim begins at {number(quantity.null)}"


def years_of(shown: Sequence[Estimate]) -> str:
    """Where the numbers come from, with their years: data by name, publications counted."""
    data: dict[str, str] = {}
    for e in shown:
        if e.kind is not Kind.PUBLISHED:
            data.setdefault(e.source, _span(e.period))
    published = {e.votes_as: e.source for e in shown if e.kind is Kind.PUBLISHED}
    named = [f"{name}{f' ({years})' if years else ''}" for name, years in sorted(data.items())]
    parts = [shortened(", ".join(named[:3]) + (" and others" if len(named) > 3 else ""), 130)] if named else []
    if published:
        years = _span(" ".join(published.values()))
        parts.append(f"{len(published)} publication{'s' if len(published) > 1 else ''}{f' ({years})' if years else ''}")
    return f"Source: {'; '.join(parts)}."


def _span(text: str) -> str:
    """First and last year that a text names.

    Examples
    --------
    >>> _span("1997-01-01 to 1998-06-30"), _span("spring 2009"), _span("not stated")
    ('1997-1998', '2009', '')
    """
    years = sorted(re.findall(r"\b(?:19|20)[0-9]{2}\b", text))
    return "-".join(dict.fromkeys((years[0], years[-1]))) if years else ""


def colour_of(estimate: Estimate) -> str:
    """The colour of an estimate's mark."""
    if estimate.role is Role.NAIVE:
        return svg.NAIVE
    return svg.PUBLISHED if estimate.kind is Kind.PUBLISHED else svg.colour_of_data(estimate.kind)


def _row_svg(axis: svg.Axis, e: Estimate, label: str, y: float, decides: bool) -> str:
    assert e.value is not None
    drawn = svg.text(0, y + 15, label, bold=decides)
    drawn += svg.text(svg.WIDTH, y + 15, numbers_of(e), anchor="end")
    middle = y + 27
    if e.low is not None and e.high is not None:
        drawn += svg.bar(axis.place(e.low), axis.place(e.high), middle, colour_of(e))
    return drawn + svg.mark(axis.place(e.value), middle, colour_of(e), filled=decides, square=e.role is Role.NAIVE)


def _pooled_svg(axis: svg.Axis, pooled: Pooled, y: float) -> str:
    middle, x = y + 27, axis.place(pooled.value)
    drawn = svg.text(0, y + 15, "All together (thin: the next setting)", bold=True)
    drawn += svg.text(
        svg.WIDTH, y + 15, f"{number(pooled.value)} ({number(pooled.low)} to {number(pooled.high)})", anchor="end"
    )
    thin = (
        f'<line x1="{axis.place(pooled.predicted_low):g}" x2="{axis.place(pooled.predicted_high):g}" y1="{middle:g}" '
        f'y2="{middle:g}" stroke="{svg.ANSWER}" stroke-width="1.2" stroke-dasharray="3 3"/>'
    )
    corners = f"M{x - 8:g} {middle:g}L{x:g} {middle - 6:g}L{x + 8:g} {middle:g}L{x:g} {middle + 6:g}Z"
    diamond = f'<path d="{corners}" fill="{svg.ANSWER}"/>'
    return drawn + thin + svg.bar(axis.place(pooled.low), axis.place(pooled.high), middle, svg.ANSWER) + diamond


def _alt(claim: Claim, estimates: Sequence[Estimate], quantity: Quantity, pooled: Pooled | None) -> str:
    told = "; ".join(told_of(e) for e in estimates)
    side = f"If the claim is right, results lie {quantity.direction} {with_unit(quantity.null, quantity.unit)}"
    size = f", and the articles say {with_unit(quantity.size, quantity.unit)}" if quantity.size is not None else ""
    together = (
        f" All {pooled.k} together: {with_unit(pooled.value, quantity.unit)}, {number(pooled.low)} to {number(pooled.high)}."
        if pooled
        else ""
    )
    return f"Estimates for '{claim.title}'. {side}{size}. {told}.{together}"


def _row(estimate: Estimate) -> dict[str, str]:
    return {
        "Source": estimate.source,
        "Part": ROLE_WORDS[estimate.role],
        "Estimate": with_unit(estimate.value, estimate.unit),
        "Low": with_unit(estimate.low, estimate.unit) if estimate.quantified else "not given",
        "High": with_unit(estimate.high, estimate.unit) if estimate.quantified else "not given",
    }


def _pooled_rows(pooled: Pooled | None, quantity: Quantity) -> list[dict[str, str]]:
    if pooled is None:
        return []
    parts = (
        ("random-effects mean", pooled.low, pooled.high),
        ("next setting", pooled.predicted_low, pooled.predicted_high),
    )
    return [
        {
            "Source": f"All {pooled.k} together",
            "Part": part,
            "Estimate": with_unit(pooled.value, quantity.unit),
            "Low": with_unit(low, quantity.unit),
            "High": with_unit(high, quantity.unit),
        }
        for part, low, high in parts
    ]
