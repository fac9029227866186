"""The calibration study as its notebook shows it: how often intervals held a truth that was known, worst first.

Everything here is simulated: it judges the estimators, and no claim.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from analysis.calibration.scenarios import all_scenarios
from analysis.core.wording import number
from analysis.notebook.exhibits import Row, SvgExhibit, TableExhibit, TextExhibit
from analysis.notebook.figures import style
from analysis.notebook.plain_words import per_cent
from analysis.register.claims import load_register
from analysis.verdicts.calibration_record import (
    FEWEST_COVERED,
    FEWEST_DRAWS,
    MOST_COVERED,
    MOST_FALSELY_CLAIMED,
    CalibrationRow,
    read_calibration,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "show_broken_scenarios",
    "show_calibration_in_short",
    "show_coverage",
    "show_coverage_figure",
    "show_false_claims",
    "show_level_exceptions",
    "show_traps",
]

EFFECTS = {"null": "no effect", "smallest": "smallest that matters", "size": "claimed size"}
ENOUGH = 1_000
NOTHING = TextExhibit("The calibration study has not been run: `python -m analysis calibrate` makes its table.")
FOLDED = 6
MOST_DRAWN = 20
"""Scenarios of a picture, the worst ones; its numbers hold all."""


@cache
def _rows() -> tuple[CalibrationRow, ...]:
    return read_calibration()


def _sound() -> list[CalibrationRow]:
    return [row for row in _rows() if not row.broken]


def show_calibration_in_short() -> TableExhibit | TextExhibit:
    """What the study is and what came out, in a few lines."""
    rows = _rows()
    if not rows:
        return NOTHING
    sound, estimators = _sound(), sorted({row.estimator for row in rows})
    well_known = [row for row in sound if row.coverage is not None and row.replications >= ENOUGH]
    within = [row for row in well_known if FEWEST_COVERED <= (row.coverage or 0.0) <= MOST_COVERED]
    nulls = [row for row in sound if row.point == "null"]
    few = [row for row in rows if row.replications < ENOUGH]
    told = [
        (
            "Scenarios drawn",
            f"{_scenarios(rows)}, of which {_scenarios(rows) - _scenarios(sound)} break an assumption on purpose",
        ),
        ("Estimators", f"{len(estimators)}"),
        ("Simulated data sets", f"{number(sum(row.replications for row in rows), 7)}"),
        (
            f"Scenarios and effects with coverage between {_percent(FEWEST_COVERED)} and {_percent(MOST_COVERED)}",
            f"{len(within)} of the {len(well_known)} that break nothing and have {number(ENOUGH)} draws",
        ),
        ("Below that beyond Monte Carlo error", f"{sum(row.under_covers for row in sound)}"),
        (
            f"More than {_percent(MOST_FALSELY_CLAIMED)} claimed where there is no effect, beyond Monte Carlo error",
            f"{sum(row.claims_too_often for row in nulls)} of {len(nulls)}",
        ),
        (
            f"Scenarios and effects with fewer than {number(ENOUGH)} draws, for want of time",
            f"{len(few)} of {len(rows)}" + (f", the fewest {min(row.replications for row in few)}" if few else ""),
        ),
        ("Data sets that gave no interval", f"{number(sum(row.without_interval for row in sound), 7)}"),
        ("Crashes", f"{sum(row.crashed for row in rows)}"),
    ]
    return TableExhibit(
        caption="The calibration study in short",
        rows=tuple({"What": what, "Found": found} for what, found in told),
        note="Simulated data throughout: they judge the estimators and count towards no verdict.",
    )


def show_coverage_figure(*, broken: bool = False) -> SvgExhibit | TextExhibit:
    """Draw the worst coverage of every scenario against 93 to 97 %, the naive one beside it.

    Parameters
    ----------
    broken : bool
        False: scenarios in which every assumption holds; True: those that break one.
    """
    worst = _worst_of_each(row for row in _rows() if bool(row.broken) is broken)
    if not worst:
        return NOTHING
    shown = worst[:MOST_DRAWN]
    below = [row for row in worst if row.under_covers]
    drawn = f", the {MOST_DRAWN} worst of {len(worst)}" if len(worst) > MOST_DRAWN else ""
    kind = "that break an assumption on purpose" if broken else "in which every assumption holds"
    with style.report_style():
        return style.to_exhibit(
            plot_coverage(style.new_axes(height=0.8 + 0.23 * len(shown)), shown),
            told=f"{len(worst) - len(below)} of {len(worst)} scenarios {kind} hold the level of their intervals",
            alt=f"Coverage of 95 % intervals in {len(worst)} scenarios {kind}, worst first. {len(below)} lie below "
            f"{_percent(FEWEST_COVERED)} beyond Monte Carlo error"
            + (f", the lowest at {_percent(worst[0].coverage)} ({_words(worst[0].scenario)})." if below else "."),
            caption=f"Share of intervals that held the truth, scenarios {kind}{drawn}; for each the effect at which it is worst. "
            "Bars are Monte Carlo intervals, hollow ones the quick analysis, the band runs from 93 to 97 %.",
            rows=[_row(row) for row in worst],
        )


def plot_coverage(ax: Axes, rows: Sequence[CalibrationRow]) -> Axes:
    """Draw a row a scenario, from top to bottom: coverage with its Monte Carlo interval, and hollow that of the naive number."""
    ax.axvspan(100 * FEWEST_COVERED, 100 * MOST_COVERED, color=style.REFERENCE, alpha=0.25, linewidth=0)
    for y, row in zip(range(len(rows))[::-1], rows, strict=True):
        if row.naive_coverage is not None:
            ax.plot(100 * row.naive_coverage, y, "o", color=style.NAIVE, markerfacecolor="none", markersize=5.5)
        ends = [100 * (end or 0.0) for end in (row.coverage_low, row.coverage_high)]
        ax.plot(ends, [y, y], color=style.ANSWER, linewidth=2.2, solid_capstyle="butt")
        ax.plot(100 * (row.coverage or 0.0), y, "o", color=style.ANSWER, markersize=5.5)
    style.name_rows(ax, [_words(row.scenario) for row in rows], below=0.8, above=0.8, labelsize=9)
    ax.set(xlim=(-2, 102), xlabel="intervals that held the truth, % of draws")
    return ax


def show_coverage() -> TableExhibit | TextExhibit:
    """List every well-specified scenario at every effect, worst first."""
    return _table(
        "Coverage of the 95 % interval where every assumption holds, worst first",
        [_row(row) for row in sorted(_sound(), key=_order)],
        "Shares with their Monte Carlo interval. Bias is the mean error over the standard deviation of the errors.",
    )


def _table(caption: str, rows: Sequence[Row], note: str = "") -> TableExhibit | TextExhibit:
    """A table of which the first rows stand open; a sentence where the study has not been run."""
    return TableExhibit(caption=caption, rows=tuple(rows), note=note, folded_after=FOLDED) if rows else NOTHING


def show_level_exceptions() -> TableExhibit | TextExhibit:
    """List what does not hold its level, or could not be shown to, and what follows from it."""
    rows = [row for row in sorted(_sound(), key=_order) if _consequence(row)]
    if not _rows():
        return NOTHING
    if not rows:
        return TextExhibit("No exception: no well-specified scenario was found off its level.")
    told = ("Scenario", "Estimator", "Effect", "Coverage", "Claimed")
    return _table(
        "Exceptions, and their consequence",
        [{name: _row(row)[name] for name in told} | {"Consequence": _consequence(row)} for row in rows],
        f"Nothing is concluded from fewer than {FEWEST_DRAWS} draws.",
    )


def show_false_claims() -> TableExhibit | TextExhibit:
    """List how often an effect is claimed where there is none, worst first."""
    rows = sorted((row for row in _sound() if row.point == "null"), key=lambda row: -row.claimed_side)
    return _table(
        "Read as supported (or overstated) where there is no effect, worst first",
        [
            {
                "Scenario": _words(row.scenario),
                "Claim": _title(row),
                "Estimator": _estimator(row),
                "Claimed without cause": _with_interval(row.claimed_side, row.claimed_side_low, row.claimed_side_high),
                "Draws": number(row.replications, 7),
            }
            for row in rows
        ],
        f"By design {_percent(MOST_FALSELY_CLAIMED)}: one half of five in a hundred, the side that the claim takes.",
    )


def show_traps() -> TableExhibit | TextExhibit:
    """Set the naive analysis beside the answer in the scenarios that were built for its bias."""
    traps = {scenario.name: scenario.trap for scenario in all_scenarios() if scenario.trap}
    worst: dict[str, CalibrationRow] = {}
    known = [row for row in _rows() if row.scenario in traps and row.naive_coverage is not None]
    for row in sorted(known, key=lambda row: (bool(row.broken), row.naive_coverage or 0.0, row.scenario)):
        worst.setdefault(row.scenario, row)
    return _table(
        "Traps, each at the effect where it bites hardest: how often the naive interval and the answer's held the truth",
        [
            {
                "Trap": traps[row.scenario][0].upper() + traps[row.scenario][1:],
                "Claim": _title(row),
                "Naive": _percent(row.naive_coverage),
                "Answer": _percent(row.coverage),
                "Answer's estimator": _estimator(row),
                "Where the answer fails too": row.broken or "-",
            }
            for row in worst.values()
        ],
    )


def show_broken_scenarios() -> TableExhibit | TextExhibit:
    """Say which verdicts break where an assumption does, and how."""
    names = list(dict.fromkeys(row.scenario for row in sorted(_rows(), key=_order) if row.broken))
    if not names:
        return NOTHING
    by_point = {(row.scenario, row.point): row for row in _rows()}
    shown = []
    for name in names:
        here = [by_point[name, point] for point in EFFECTS if (name, point) in by_point]
        shown.append(
            {
                "Assumption broken": here[0].broken,
                "Claim": _title(here[0]),
                "Estimator": _estimator(here[0]),
                "Coverage (none, smallest, claimed)": ", ".join(_percent(row.coverage) for row in here),
                "What happens": _fate(here),
            }
        )
    return TableExhibit(
        caption="Scenarios that break an assumption: which verdicts break, and how",
        rows=tuple(shown),
        note="No estimator is made for these scenarios: they show what a verdict rests on, and nothing is capped for them.",
    )


def _fate(rows: Sequence[CalibrationRow]) -> str:
    null = next((row for row in rows if row.point == "null"), None)
    if null is not None and null.claimed_side_low > MOST_FALSELY_CLAIMED:
        return f"reads on the claimed side without cause in {_percent(null.claimed_side)} of draws"
    worst = min(rows, key=lambda row: 1.0 if row.coverage is None else row.coverage)
    # Few draws will do to see that an interval misses nearly always.
    missing = worst.coverage_high is not None and worst.coverage_high < FEWEST_COVERED
    if missing and worst.bias is not None and worst.spread:
        quantity = load_register()[worst.claim].quantity(worst.quantity)
        towards = (worst.bias > 0) == (str(quantity.direction) == "above")
        return f"misses the truth {'towards' if towards else 'against'} the claim, by {_errors(worst)}"
    return "holds, as far as the draws can tell"


def _consequence(row: CalibrationRow) -> str:
    """What follows from a row; empty if nothing does."""
    decides = load_register()[row.claim].quantity(row.quantity).decides
    if not row.holds:
        return (
            "verdicts that rest on it go no higher than low confidence"
            if decides
            else "none: it never decides a verdict"
        )
    if row.coverage is None:
        if row.refused == 0:
            return "none: it gives a naive number only"
        return "none: it refuses such data, and nothing is claimed"
    if row.coverage_low is not None and row.coverage_low > MOST_COVERED:
        return "none: the interval is wider than it need be"
    if row.without_interval > row.replications / 20:
        return (
            f"none: {_percent(row.without_interval / row.replications)} of draws gave no interval, and decided nothing"
        )
    return ""


def _worst_of_each(rows: Iterable[CalibrationRow]) -> list[CalibrationRow]:
    worst: dict[str, CalibrationRow] = {}
    for row in sorted((row for row in rows if row.coverage is not None), key=_order):
        worst.setdefault(row.scenario, row)
    return list(worst.values())


def _order(row: CalibrationRow) -> tuple[float, str, int]:
    return (2.0 if row.coverage is None else row.coverage, row.scenario, list(EFFECTS).index(row.point))


def _row(row: CalibrationRow) -> Row:
    return {
        "Scenario": _words(row.scenario),
        "Estimator": _estimator(row),
        "Effect": EFFECTS[row.point],
        "Coverage": _with_interval(row.coverage, row.coverage_low, row.coverage_high),
        "Naive": _percent(row.naive_coverage),
        "Bias": _errors(row),
        "Claimed": _percent(row.claimed_side),
        "Draws": number(row.replications, 7),
        "No interval": number(row.without_interval, 7),
    }


def _estimator(row: CalibrationRow) -> str:
    """``module:estimate_function`` as words."""
    return row.estimator.split(":")[1].removeprefix("estimate_").replace("_", " ")


def _title(row: CalibrationRow) -> str:
    return load_register()[row.claim].title


def _scenarios(rows: Iterable[CalibrationRow]) -> int:
    return len({row.scenario for row in rows})


def _words(name: str) -> str:
    words = name.replace("_", " ")
    return words[0].upper() + words[1:]


def _errors(row: CalibrationRow) -> str:
    if row.bias is None or not row.spread:
        return "-"
    return f"{number(row.bias / row.spread, 2)} errors"


def _percent(share: float | None) -> str:
    return "-" if share is None else per_cent(share)


def _with_interval(share: float | None, low: float | None, high: float | None) -> str:
    if share is None or low is None or high is None:
        return "-"
    return f"{_percent(share)} ({number(100 * low)} to {number(100 * high)})"
