"""The leverage of retention as a notebook shows it: three readings of five per cent, a tornado, five firms recomputed.

All of it is arithmetic: what follows if retention were higher and nothing else changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from analysis.core.errors import ParameterMistake
from analysis.core.wording import NARROW_SPACE, number
from analysis.models.constant_retention_value import (
    FIVE_PERCENT,
    per_percent_of_churn,
    profit_stream_value,
    readings_of_five_percent,
)
from analysis.models.customer_base_value import Diffusion, FirmFigures, improvements
from analysis.notebook.exhibits import Row, SvgExhibit, TableExhibit
from analysis.notebook.figures import style
from analysis.notebook.plain_words import per_cent
from analysis.verdicts.findings import Findings

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["show_five_firms", "show_five_percent", "show_leverage_tornado"]

Range = tuple[float, float, float]
"""Base, low, high."""
READINGS = {"points": "five points more", "relative": "rate times 1.05", "churn": "five per cent fewer leavers"}
STUDY = "Gupta, Lehmann & Stuart 2004"


def _firm(
    n: float, margin: float, cost: float, retained: float, curve: tuple[float, float, float], at: int
) -> FirmFigures:
    diffusion = Diffusion(alpha=curve[0], beta=curve[1], gamma=curve[2])
    return FirmFigures(
        n_customers=n,
        quarterly_margin=margin,
        acquisition_cost=cost,
        retention_rate=retained,
        diffusion=diffusion,
        quarter=at,
    )


# Table 2 of the paper, customers in millions on 31 March 2002. The last figure, the quarter of the diffusion, was not
# read in the paper: it is the whole number with which a second derivation's values come out.
FIRMS = {
    "Amazon": _firm(33.8, 3.87, 7.70, 0.70, (67.045, -4.114, 0.265), 20),
    "Ameritrade": _firm(1.877, 50.39, 203.44, 0.95, (2.482, -3.345, 0.263), 18),
    "Capital One": _firm(46.6, 13.71, 75.49, 0.85, (171.2, -3.052, 0.149), 21),
    "eBay": _firm(46.1, 4.31, 11.26, 0.80, (81.945, -6.009, 0.317), 21),
    "E*Trade": _firm(4.11737, 43.02, 391.0, 0.95, (4.719, -3.441, 0.365), 17),
}


def show_five_percent(*, retention_rates: Sequence[float], discount_rate: float) -> SvgExhibit:
    """Draw what "five per cent" adds to a customer's value under its three readings, and what it may cost.

    With margin m, a gain of g % is gone if keeping costs m g / (100 + g) more a year and customer.

    Parameters
    ----------
    retention_rates : sequence of float
        Shares retained a year to start from, each in (0, 0.95).
    discount_rate : float
        A year, above 0.
    """
    gains: dict[float, dict[str, float]] = {}
    for rate in retention_rates:
        found = readings_of_five_percent(rate, discount_rate)
        gains[rate] = {words: getattr(found, name) for name, words in READINGS.items()}
    last = retention_rates[-1]
    adds = [number(gain, 2) for gain in gains[last].values()]
    with style.report_style():
        return style.to_exhibit(
            plot_readings(style.new_axes(height=1.5 + 0.45 * len(gains)), gains),
            told=f"Five per cent is three things: from {per_cent(last)} retained, it adds {adds[0]}, {adds[1]} or {adds[2]}"
            f"{NARROW_SPACE}% of value",
            alt="More customer value for each reading of five per cent, by the share retained a year to start from.",
            caption=f"Arithmetic, no evidence: one constant rate of leaving for everybody, margins for ever, nothing spent on it, "
            f"a discount rate of {per_cent(discount_rate)} a year. The gain is gone if keeping costs the share of margin in the "
            "numbers.",
            rows=[
                {
                    "Retained a year": per_cent(rate),
                    "Reading": words,
                    "More value": per_cent(gain / 100),
                    "Gone if it costs, of the margin a year": per_cent(gain / (100 + gain)),
                }
                for rate, readings in gains.items()
                for words, gain in readings.items()
            ],
        )


def plot_readings(ax: Axes, gains: Mapping[float, Mapping[str, float]]) -> Axes:
    """Draw one row a starting point and one mark a reading, from top to bottom in the order given."""
    heights = range(len(gains))[::-1]
    for marker, name in zip(("o", "s", "D"), READINGS.values(), strict=True):
        marks = [(readings[name], height) for readings, height in zip(gains.values(), heights, strict=True)]
        ax.plot(*zip(*marks, strict=True), marker, color=style.MODEL, markersize=7, label=name)
        for gain, height in marks:
            ax.annotate(
                f"{gain:.2g}" if gain < 10 else f"{gain:.0f}",
                (gain, height),
                xytext=(0, 7),
                textcoords="offset points",
                ha="center",
            )
    ax.set_yticks(range(len(gains)), [f"{per_cent(rate)} retained" for rate in list(gains)[::-1]])
    ax.set(xlabel="more value of a customer, %", xlim=(0, None), ylim=(-0.5, len(gains) - 0.3))
    ax.legend(loc="lower left", bbox_to_anchor=(-0.25, 1), ncols=2, frameon=False, handletextpad=0.1, columnspacing=1.0)
    return ax


def show_leverage_tornado(
    *, retention_rate: Range, margin: Range, discount_rate: Range, horizon_years: Range
) -> SvgExhibit:
    """Draw how far the gain from five points more retention moves with each input alone.

    Parameters
    ----------
    retention_rate : (float, float, float)
        Base, low, high share retained a year, each in (0, 0.95].
    margin : (float, float, float)
        In currency a year; cancels in the gain in per cent, which the bar shows.
    discount_rate : (float, float, float)
        A year, 0 or more.
    horizon_years : (int, int, int)
        Years that are counted, 1 or more.
    """
    given = {
        "retained a year": retention_rate,
        "margin": margin,
        "discount rate": discount_rate,
        "years counted": horizon_years,
    }
    for name, (base, low, high) in given.items():
        if not low <= base <= high:
            raise ParameterMistake(
                f"`{name}` must be given as base, low, high with the base between; got {given[name]!r}."
            )
    bases = [values[0] for values in given.values()]
    bars: list[tuple[str, float, float]] = []
    rows: list[Row] = []
    for place, (name, (_, low, high)) in enumerate(given.items()):
        ends = [five_points_gain(*(*bases[:place], end, *bases[place + 1 :])) for end in (low, high)]
        bars.append((f"{name}: {number(low)} to {number(high)}", ends[0][0], ends[1][0]))
        rows += [
            {
                "Input": name,
                "Value": number(at),
                "More value, %": number(percent),
                "More value, currency": number(money),
            }
            for at, (percent, money) in zip((low, high), ends, strict=True)
        ]
    bars.sort(key=lambda bar: -abs(bar[2] - bar[1]))
    middle = five_points_gain(*bases)[0]
    with style.report_style():
        return style.to_exhibit(
            plot_tornado(style.new_axes(height=2.6), bars, middle),
            told=f"Five points more retention add {per_cent(middle / 100)} of value in this example; "
            f"{bars[0][0].split(':')[0]} moves that most",
            alt="; ".join(f"{name} gives {number(low)} to {number(high)}" for name, low, high in bars) + ".",
            caption="Arithmetic on example inputs, no evidence. The line is the base; a dot marks each input's low value. The "
            "margin moves the gain in currency, not in per cent.",
            rows=rows,
        )


def plot_tornado(ax: Axes, bars: Sequence[tuple[str, float, float]], base: float) -> Axes:
    """Draw one bar an input from its outcome at low to that at high, the first on top."""
    for place, (_, low, high) in enumerate(reversed(bars)):
        ax.barh(place, high - low, left=low, color=style.MODEL, height=0.55)
        ax.plot([low], [place], marker="o", color=style.PUBLISHED, markersize=5)
    ax.axvline(base, color=style.PUBLISHED, linewidth=1.4)
    ax.set_yticks(range(len(bars)), [name for name, _, _ in reversed(bars)])
    ax.set_xlabel("% more value of a customer\nfor five points more retention")
    ax.margins(x=0.06)
    return ax


def five_points_gain(
    retention_rate: float, margin: float, discount_rate: float, horizon_years: float
) -> tuple[float, float]:
    """Gain in a customer's value from five points more retention, in % and in currency, counted over so many years.

    Examples
    --------
    Within one year only the first renewal counts, .85 instead of .8:

    >>> [round(gain, 6) for gain in five_points_gain(0.8, 100, 0.0, 1)]
    [6.25, 5.0]
    """

    def value(rate: float) -> float:
        # The stream pays its first margin to all; here it is paid to those who renewed.
        return rate * profit_stream_value(0, [margin], 1 - rate, discount_rate, horizon_years=int(horizon_years))

    before, after = value(retention_rate), value(retention_rate + FIVE_PERCENT)
    return 100 * (after / before - 1), after - before


def show_five_firms(findings: Findings) -> TableExhibit:
    """Recompute the published leverage of five firms, per 1 % of retention and per 1 % of churn.

    Parameters
    ----------
    findings : Findings
        Of the claim on leverage: holds the printed elasticities.
    """
    printed = {e.source: e.value for e in findings.published if e.quantity == "value_elasticity"}
    rows: list[Row] = []
    for name, firm in FIRMS.items():
        found = improvements(firm)
        rows.append(
            {
                "Firm": name,
                "Retained a year": per_cent(firm.retention_rate),
                "Printed, per 1 % of retention": number(printed.get(f"{STUDY} ({name})")),
                "Recomputed": number(found.retention_rate),
                "Per 1 % of margin": number(found.margin),
                "Per 1 % of churn": number(per_percent_of_churn(found.retention_rate, firm.retention_rate)),
            }
        )
    return TableExhibit(
        caption=f"{STUDY}: % more value of present and future customers, printed and recomputed",
        rows=tuple(rows),
        note="Inputs are the paper's table 2. At which quarter of its growth each firm stood was not read there; it was "
        "chosen so that a second derivation's values come out. What raising retention costs is not in any of the figures.",
    )
