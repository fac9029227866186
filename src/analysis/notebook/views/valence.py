"""Good against bad word of mouth as a notebook shows it: one study recomputed from its own figures, and a simulation of talk.

The published figures are read from the evidence table. The number of firms behind them was not published, so everything
that depends on it is shown over the numbers it may have been. The simulated figure decides nothing and says so.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analysis.core.correlation import smallest_n
from analysis.core.errors import ParameterMistake
from analysis.core.vocabulary import INTERVAL_LEVEL
from analysis.core.wording import NARROW_SPACE, number
from analysis.models.talk_network import TalkScenario, compare_gains
from analysis.models.valence import ValenceComparison, compare_valence
from analysis.notebook.exhibits import Row, SvgExhibit, TableExhibit
from analysis.notebook.figures import style
from analysis.notebook.figures.valence import TalkLine, plot_over_firms, plot_talk
from analysis.notebook.plain_words import per_cent
from analysis.verdicts.findings import Findings

__all__ = ["show_talk_network", "show_valence_over_firms", "show_valence_ratios"]

STUDY = "Marsden, Samson & Upton 2005"
PUBLISHED = {
    "negative_slope": "slope, bad",
    "positive_slope": "slope, good",
    "negative_r": "correlation, bad",
    "positive_r": "correlation, good",
}
"""Argument of `compare_valence` to what stands in brackets behind the study's name in the evidence table."""
PUBLISHED_P = 0.01
"""The study prints two-tailed p < .01 for both correlations."""
AS_PUBLISHED = "ratio_per_promoter_point"
"""Registered quantity that the study's two slopes measure: it holds no effect and the claimed size."""

STRENGTHS = (0.5, 1.0, 2.0, 4.0)
"""How often a bad word puts off for each time that a good word wins."""
MARKETS = (("few buy unasked", 0.01), ("many buy unasked", 0.10))
"""In words, and the chance of buying in a period without having heard a word."""
ONCE_PUT_OFF = (("keep quiet", 0.0), ("pass it on", 1.0))
"""In words, and the chance that a person put off passes the bad word on."""


def show_valence_ratios(findings: Findings, *, n_firms: int) -> TableExhibit:
    """Compare bad with good word of mouth in every unit, with the intervals that so many firms would allow.

    Parameters
    ----------
    findings : Findings
        Of the claim that bad word of mouth costs more; holds the published slopes and correlations.
    n_firms : int
        Number of firms, which was not published: the reader's assumption, 4 or more.
    """
    found = compare_valence(**_published(findings), n=n_firms)
    gap = f"{number(found.fisher_gap)} ({_bounds(found.fisher_gap_low, found.fisher_gap_high)})"
    claimed = findings.claim.quantity(AS_PUBLISHED).size
    rows = (
        _ratio_row(
            "a point (bad: share of people; good: net score)", found.ratio_per_point, _per_point(found), claimed
        ),
        _ratio_row("a customer moved all the way", found.ratio_per_customer, found.per_customer_interval, claimed),
        _ratio_row("a standard deviation between firms", found.ratio_per_sd, found.per_sd_interval, claimed),
    )
    fewest = smallest_n(abs(_published(findings)["positive_r"]), PUBLISHED_P)
    return TableExhibit(
        caption=f"{STUDY}, recomputed: growth from less bad talk over growth from more good talk, for each",
        rows=rows,
        note=f"Intervals: 95{NARROW_SPACE}%, if {number(n_firms, 9)} firms are behind the figures. That number was not "
        f"published; the printed p-values need {fewest} or more. The steeper slope exceeds the other by "
        f"{number(found.excess_percent)}{NARROW_SPACE}%. Gap between the two correlations (Fisher's z): {gap}; to tell it "
        f"from nothing would take about {number(round(_firms_needed(found.fisher_gap), -2))} firms. Intervals treat the two "
        "estimates as independent, which they are not: they come from the same firms. Standard deviations are taken as known.",
    )


def show_valence_over_firms(findings: Findings, *, most_firms: int) -> SvgExhibit:
    """Draw the ratio of the published slopes and its interval over the numbers of firms that may be behind it.

    Parameters
    ----------
    findings : Findings
        Of the claim that bad word of mouth costs more.
    most_firms : int
        The axis ends here; it begins with the fewest firms that the published p-values allow.
    """
    published = _published(findings)
    fewest = smallest_n(published["positive_r"], PUBLISHED_P)
    if most_firms <= fewest:
        raise ParameterMistake(
            f"`most_firms` must exceed {fewest}, the fewest that the published p-values allow; got {most_firms!r}."
        )
    found = [compare_valence(**published, n=n) for n in _spread(fewest, most_firms)]
    quantity = findings.claim.quantity(AS_PUBLISHED)
    with style.report_style():
        ax = plot_over_firms(style.new_axes(height=3.6), found, quantity.null, quantity.size)
        first, last = found[0], found[-1]
        return style.to_exhibit(
            ax,
            told=f"The famous ratio is {number(first.ratio_per_point)} per point and {number(first.ratio_per_sd)} per standard "
            "deviation: the unit makes it",
            alt=f"Ratio of the two published slopes, {number(first.ratio_per_point)}, with its interval: "
            f"{_bounds(*_per_point(first))} at {first.n} firms, {_bounds(*_per_point(last))} at {last.n}. The same per "
            f"standard deviation, {number(first.ratio_per_sd)}: {_bounds(*first.per_sd_interval)} and "
            f"{_bounds(*last.per_sd_interval)}.",
            caption="Lines are the published figures recomputed, bands their intervals over the number of firms, which was not "
            f"published. Left end: the fewest firms that the printed p-values allow ({fewest}).",
            rows=[_firms_row(part) for part in found],
        )


def show_talk_network(findings: Findings, *, seed: int, n_runs: int = 30) -> SvgExhibit:
    """Draw, in a simulated market, what cutting bad talk brings over what raising good talk brings, by assumption.

    Parameters
    ----------
    findings : Findings
        Of the claim that bad word of mouth costs more: its registered quantity holds no difference and the claimed size.
    seed : int
        Seed of the simulation.
    n_runs : int
        Simulated networks for each mark, 2 or more.
    """
    base, quantity = TalkScenario(), findings.claim.quantity("ratio_per_point")
    lines = [_talk_line(*market, *then, seed, n_runs) for market in MARKETS for then in ONCE_PUT_OFF]
    ratios = [gains.ratio for line in lines for gains in line.gains]
    with style.report_style():
        ax = plot_talk(style.new_axes(height=4.2), lines, quantity.null, quantity.size)
        return style.to_exhibit(
            ax,
            told=f"Simulated, not data: the ratio runs from {number(min(ratios))} to {number(max(ratios))} with the assumptions "
            "alone",
            alt="Simulated, not data: gain from cutting bad talk over gain from raising good talk, by how strong a bad word is "
            "beside a good one. " + "; ".join(_line_words(line) for line in lines) + ".",
            caption=f"SIMULATED, no evidence. {number(base.n_people, 9)} people, each hears from {base.n_contacts}; "
            f"{per_cent(base.speak_well)} of customers speak well, {per_cent(base.speak_badly)} badly; "
            f"{' or '.join(per_cent(alone) for _, alone in MARKETS)} of the others buy unasked in a period; {base.n_periods} "
            f"periods, {n_runs} networks a mark, bars are 95{NARROW_SPACE}% intervals of the simulation. Customers do not leave "
            "in this scenario.",
            rows=[row for line in lines for row in _talk_rows(line)],
        )


def _published(findings: Findings) -> dict[str, float]:
    """Slopes and sizes of the correlations as the evidence table has them."""
    by_source = {e.source: e.value for e in findings.published}
    found = {}
    for argument, part in PUBLISHED.items():
        value = by_source.get(f"{STUDY} ({part})")
        if value is None:
            raise ParameterMistake(
                f"`findings` must hold the published figure '{STUDY} ({part})'; those of {findings.claim.id!r} do not. "
                "Collect the claim that bad word of mouth costs more."
            )
        found[argument] = abs(value)
    return found


def _firms_needed(gap: float) -> float:
    """Firms at which the interval of a gap between two Fisher z just excludes 0: 3 + 2 (z / gap)^2."""
    from scipy.stats import norm

    return 3 + 2 * float(norm.ppf(0.5 + INTERVAL_LEVEL / 2) / gap) ** 2


def _spread(fewest: int, most: int, n: int = 40) -> list[int]:
    """About `n` whole numbers from `fewest` to `most`, evenly spread by ratio."""
    return sorted({round(float(x)) for x in np.geomspace(fewest, most, n)})


def _per_point(found: ValenceComparison) -> tuple[float, float]:
    return found.per_point_low, found.per_point_high


def _bounds(low: float, high: float) -> str:
    return f"{number(low)} to {number(high)}"


def _ratio_row(unit: str, ratio: float, bounds: tuple[float, float], claimed: float | None) -> Row:
    low, high = bounds
    size = "not registered" if claimed is None else "yes" if low <= claimed <= high else "no"
    return {
        "For each": unit,
        "Ratio": number(ratio),
        "Interval": _bounds(low, high),
        "Can be no difference (1)?": "yes" if low <= 1 <= high else "no",
        f"Can be the claimed {number(claimed)}?": size,
    }


def _firms_row(found: ValenceComparison) -> Row:
    return {
        "Firms": str(found.n),
        "Per point": f"{number(found.ratio_per_point)} ({_bounds(*_per_point(found))})",
        "Per customer moved": f"{number(found.ratio_per_customer)} ({_bounds(*found.per_customer_interval)})",
        "Per standard deviation": f"{number(found.ratio_per_sd)} ({_bounds(*found.per_sd_interval)})",
        "Gap of the correlations (Fisher's z)": f"{number(found.fisher_gap)} "
        f"({_bounds(found.fisher_gap_low, found.fisher_gap_high)})",
    }


def _talk_line(market: str, alone: float, then: str, repeat: float, seed: int, n_runs: int) -> TalkLine:
    scenario = TalkScenario(buy_alone=alone, repeat=repeat)
    scenarios = [replace(scenario, bad_word=strength * scenario.good_word) for strength in STRENGTHS]
    return TalkLine(
        market=market,
        put_off=then,
        strengths=STRENGTHS,
        gains=tuple(compare_gains(changed, n_runs=n_runs, seed=seed) for changed in scenarios),
        spread=repeat > 0,
        ripe=alone == MARKETS[-1][1],
    )


def _talk_rows(line: TalkLine) -> list[Row]:
    return [
        {
            "Market": line.market,
            "Those put off": line.put_off,
            "Bad word over good": number(strength),
            "Ratio of the gains": f"{number(gains.ratio)} ({_bounds(gains.low, gains.high)})",
            "Customers per point of bad talk cut, points": number(gains.per_point_cut),
            "Customers per point of good talk raised, points": number(gains.per_point_raised),
        }
        for strength, gains in zip(line.strengths, line.gains, strict=True)
    ]


def _line_words(line: TalkLine) -> str:
    ends = f"{number(line.gains[0].ratio)} to {number(line.gains[-1].ratio)}"
    return f"{line.market}, those put off {line.put_off}: {ends}"
