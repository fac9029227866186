"""What the test of a claim looks at, on simulated customers: a jump at a threshold, a heap above it, paths before and after
joining, who is still there; groups are drawn in `group_shapes`.

Drawn with an effect whose size is known, from the scenarios that study the claim's test. It says nothing about the claim.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.core.claim import Claim
from analysis.core.wording import number, with_unit
from analysis.frames import Frame
from analysis.notebook.exhibits import Row, SvgExhibit
from analysis.notebook.figures import style
from analysis.notebook.figures.shapes import Group, plot_groups
from analysis.notebook.plain_words import meaning_of
from analysis.notebook.section import group_shapes
from analysis.notebook.section.group_shapes import Drawn
from analysis.register.claims import load_register

if TYPE_CHECKING:
    from analysis.calibration.scenario import Scenario

POINT = "size"
LARGER = 4
"""A scenario is drawn with so many times its customers: to show what the test finds, not how few it can do with."""
REACH, BIN = 0.5, 0.05
PERIODS_ROUND = 4
YEARS = 3.0


def shapes_of(claim: Claim, seed: int = 1) -> tuple[SvgExhibit, ...]:
    """One picture for each kind of test that a sound scenario of the claim studies; none for kinds without a picture.

    A claim that has no scenario borrows one of another claim that the same test answers.
    """
    shown: dict[str, SvgExhibit] = {}
    for scenario in scenarios_of(claim):
        kind = kind_of(scenario)
        if kind in shown or kind not in DRAWERS:
            continue
        quantity = load_register()[scenario.claim].quantity(scenario.quantity)
        effect = scenario.effects.get(POINT, quantity.smallest if quantity.size is None else quantity.size)
        frame = scenario.draw(effect, LARGER * scenario.n, seed)
        truth = with_unit(scenario.truth(effect) if scenario.truth else effect, quantity.unit)
        with style.report_style():
            axes, told, caption, rows = DRAWERS[kind](frame)
            if kind in GROUPS:
                caption += f" Measured: {meaning_of(quantity)}."
            if scenario.claim != claim.id:
                caption += " Drawn from another claim that the same test answers."
            shown[kind] = style.to_exhibit(
                axes,
                told=f"Simulated: {told}",
                alt=f"Simulated customers, where the truth is {truth}: {told}.",
                caption=f"{caption} The truth here is {truth}.",
                rows=rows,
            )
    return tuple(shown.values())


def scenarios_of(claim: Claim) -> list[Scenario]:
    """Sound scenarios of the claim; where it has none, those of the test that answers it from a company's tables."""
    from analysis.calibration.scenarios import all_scenarios
    from analysis.calibration.scenarios.tier_heaps import DEMONSTRATIONS
    from analysis.sources.own_claims import ANSWERS  # brings the query engine, which few pages need
    from analysis.verdicts.studies import STUDIES

    sound = [scenario for scenario in (*all_scenarios(), *DEMONSTRATIONS) if not scenario.broken]
    mine = [scenario for scenario in sound if scenario.claim == claim.id]
    if mine:
        return mine
    frames = dict.fromkeys(answer.frame.split("/")[0] for answer in ANSWERS.get(claim.id, ()))
    tests = [(frame, STUDIES[claim.id, frame].target) for frame in frames]
    found = [[scenario for scenario in sound if (scenario.frame, scenario.estimator) == test] for test in tests]
    nearest = next((scenarios for scenarios in found if scenarios), [])
    named = {quantity.name for quantity in claim.in_order()}
    return sorted(nearest, key=lambda scenario: scenario.quantity not in named)


def kind_of(scenario: Scenario) -> str:
    """Name of the picture: that of the frame, unless the frame serves tests that look at different things."""
    if scenario.quantity.startswith("excess"):
        return "heap"
    return "recovery" if scenario.quantity == "share_of_loss_restored" else scenario.frame


def jump(frame: Frame) -> Drawn:
    """Mean outcome by distance from the threshold; false thresholds dotted; the gap of all above and all below as lines."""
    from analysis.estimators.quasi_experimental.regression_discontinuity import GATE

    table = near(frame.table[frame.table["outcome"].notna()])
    bins = table.groupby("bin")["outcome"].agg(["mean", "std", "size"])
    half = 1.96 * bins["std"] / bins["size"] ** 0.5
    means = Group(label="members", x=list(bins.index), y=list(bins["mean"]), half=list(half))
    axes = plot_groups(
        (means,), xlabel="distance from the threshold, parts of it", ylabel=frame.context.outcome, real=0.0, false=GATE
    )
    for side, ends in ((frame.table["running"] < 0, (-REACH, 0.0)), (frame.table["running"] >= 0, (0.0, REACH))):
        axes.hlines(frame.table.loc[side, "outcome"].mean(), *ends, color=style.NAIVE, linewidth=1.5, linestyle="--")
    return (
        axes,
        "A jump at the threshold, and where none can be",
        "Points: members by distance from the threshold, with 95 % of their mean. Dotted: false thresholds, where the same "
        "analysis has to find nothing. Dashes: the quick comparison of all above with all below.",
        _rows("distance", "mean outcome", means),
    )


def heap(frame: Frame) -> Drawn:
    """Members by distance from the threshold."""
    from analysis.estimators.quasi_experimental.bunching import GATE

    counts = near(frame.table).groupby("bin").size()
    members = Group(label="members", x=list(counts.index), y=list(counts))
    axes = plot_groups(
        (members,),
        xlabel="distance from the threshold, parts of it",
        ylabel="members",
        real=0.0,
        false=GATE,
    )
    axes.set_ylim(bottom=0)
    return (
        axes,
        "A heap above the threshold, on a crowd that grows by itself",
        "Points: members by distance from the threshold. Dotted: false thresholds. A heap shows that members aim for the "
        "threshold, not that they spend more.",
        _rows("distance", "members", members),
    )


def near(table: pd.DataFrame) -> pd.DataFrame:
    """Rows within `REACH` of the threshold, with the middle of the bin in which each lies; no bin holds both sides."""
    close = table[table["running"].between(-REACH, REACH, inclusive="left")]
    return close.assign(bin=((np.floor(np.round(close["running"] / BIN, 9)) + 0.5) * BIN).round(6))


def paths(frame: Frame) -> Drawn:
    """Change since the period before joining, joiners less those who had not joined by then, by periods since joining."""
    found = changes(frame.table)
    joiners = Group(label="joiners", x=list(found.index), y=list(found["mean"]), half=list(found["half"]))
    axes = plot_groups(
        (joiners,),
        xlabel="periods since joining",
        ylabel="change, joiners less others",
        real=-0.5,
        level=0.0,
    )
    return (
        axes,
        "Paths before and after joining",
        "Points: change since the last period before joining, less the change of those who had not joined by then, with 95 % over "
        "joiners. Left of the line the points have to lie level: what moves there is no effect of joining.",
        _rows("periods since joining", "change", joiners),
    )


def changes(table: pd.DataFrame) -> pd.DataFrame:
    """Mean and half the interval of the change of joiners less that of others, by periods since joining; -1 is 0 by design."""
    wide = table.pivot(index="unit_id", columns="period", values="outcome")
    joined = table.groupby("unit_id")["joined_period"].first()
    rows = []
    for start in sorted(joined.dropna().unique()):
        for since in range(-PERIODS_ROUND, PERIODS_ROUND + 1):
            period = int(start) + since
            if period not in wide or int(start) - 1 not in wide:
                continue
            change = wide[period] - wide[int(start) - 1]
            others = change[joined.isna() | (joined > max(period, start))].dropna()
            if len(others):
                mine = change[joined == start].dropna() - others.mean()
                rows.append(pd.DataFrame({"since": since, "change": mine}))
    grouped = pd.concat(rows).groupby("since")["change"].agg(["mean", "std", "size"])
    return grouped.assign(half=1.96 * grouped["std"].fillna(0.0) / grouped["size"] ** 0.5)


def still_there(frame: Frame) -> Drawn:
    """Share of customers still there by years, with the exposure and without (Kaplan and Meier)."""
    table = frame.table
    groups = []
    for exposed, label, colour in ((1.0, "with it", style.ANSWER), (0.0, "without", style.REFERENCE)):
        years, shares = survivors(table[table["x_exposed"] == exposed])
        groups.append(Group(label=label, x=years, y=shares, colour=colour, steps=True))
    axes = plot_groups(groups, xlabel="years as a customer", ylabel="share still there")
    axes.set(ylim=(0, 1), xlim=(0, YEARS))
    last = [float(group.y[-1]) for group in groups]
    return (
        axes,
        f"After {number(YEARS)} years {number(100 * last[0], 2)} against {number(100 * last[1], 2)} in a hundred are still there",
        "Steps: share still there, customers not yet gone counted while they were watched. Nothing is held equal here: this is the "
        "quick comparison, and the analysis holds equal what parts the two groups besides.",
        tuple(
            {"group": g.label, f"share after {number(YEARS)} years": number(end)}
            for g, end in zip(groups, last, strict=True)
        ),
    )


def survivors(table: pd.DataFrame) -> tuple[list[float], list[float]]:
    """Years at which someone left, and the share still there from then on, up to `YEARS`.

    Examples
    --------
    Of four, one leaves after one year, one is watched for a year and a half, one leaves after two:

    >>> import pandas as pd
    >>> rows = pd.DataFrame({"entry_years": 0.0, "duration_years": [1, 1.5, 2, 9], "event": [1, 0, 1, 0]})
    >>> survivors(rows)
    ([0.0, 1.0, 2.0, 3.0], [1.0, 0.75, 0.375, 0.375])
    """
    from statsmodels.duration.survfunc import SurvfuncRight

    curve = SurvfuncRight(table["duration_years"], table["event"], entry=table["entry_years"])
    seen = curve.surv_times <= YEARS
    shares = [1.0, *curve.surv_prob[seen].tolist()]
    return [0.0, *curve.surv_times[seen].tolist(), YEARS], [*shares, shares[-1]]


def _rows(place: str, measured: str, group: Group) -> tuple[Row, ...]:
    half = [f" ± {number(h)}" for h in group.half] or [""] * len(group.x)
    found = zip(group.x, group.y, half, strict=True)
    return tuple({place: number(x), measured: f"{number(y)}{h}"} for x, y, h in found)


GROUPS: Mapping[str, Callable[[Frame], Drawn]] = {
    "experiment": group_shapes.arms,
    "exposure": group_shapes.alike,
    "recovery": group_shapes.recovery,
}
"""Kinds whose axis says no more than what unit it has."""

DRAWERS: Mapping[str, Callable[[Frame], Drawn]] = {
    **GROUPS,
    "tier_cutoff": jump,
    "heap": heap,
    "staggered": paths,
    "spells": still_there,
}
