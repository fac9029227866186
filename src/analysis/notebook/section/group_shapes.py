"""What a test of groups looks at, on simulated customers: two arms, customers alike in what was there before, failures made good.

Means with 95 % of their standard error, by seaborn; the axes are those of the house style.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.core.wording import number
from analysis.frames import Frame
from analysis.notebook.exhibits import Row
from analysis.notebook.figures import style

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

WITH, WITHOUT = "with it", "without"
COLOURS = {WITH: style.ANSWER, WITHOUT: style.REFERENCE}
ALL = "all together"
QUARTERS = ("least likely", "2nd quarter", "3rd quarter", "most likely")
RISKS = ("lowest score", "2nd quarter", "3rd quarter", "highest score")
FAILURES = ("no failure", "failure, not made good", "failure, made good")
HEIGHT, ROW_HEIGHT = 2.6, 0.28
MOST_UPRIGHT = 3
"""More arms than these are rows, so that their names do not run into each other."""

MOST_DRAWS = 6

Drawn = tuple["Axes", str, str, tuple[Row, ...]]
"""Axes, what it shows in one line, how to read it, and the numbers."""


def arms(frame: Frame) -> Drawn:
    """Mean outcome of each arm of an experiment."""
    table, unit = _measured(frame.table)
    table["group"] = table["assigned"].map({1: WITH, 0: WITHOUT})
    if table["arm"].nunique() > MOST_UPRIGHT:
        return _kinds(table, unit)
    if "stratum" in table and 1 < table["stratum"].nunique() <= MOST_DRAWS:
        order = sorted(table["stratum"].unique())
        axes, gap, inside, rows = _pairs(table.assign(part=table["stratum"]), order, unit)
        told = f"All together a difference of {number(gap)}, within one draw {number(inside)}"
        return axes, told, _ONE_DRAW, rows
    if "moderator" in table and table["moderator"].notna().all():
        return _by_risk(table, unit)
    axes, rows = _points(table, "group", list(COLOURS), unit, lying=False)
    told = f"Two groups that were drawn at random: {_gap(table)}"
    return axes, told, _BY_CHANCE + (_IN_GROUPS if "cluster" in table else ""), rows


_BY_CHANCE = (
    "Points: mean of each group, with its 95 % interval. Customers were assigned at random, so the plain comparison is the sound "
    "one."
)
_IN_GROUPS = " Customers were drawn in groups: the analysis counts groups, and its interval is wider."
_ONE_DRAW = (
    "Points: mean with its 95 % interval, over all draws and in each. Within a draw customers were assigned at random; where one "
    "draw took a larger share than another, the first row compares different people."
)


def _by_risk(table: pd.DataFrame, unit: str) -> Drawn:
    """Both groups by quarters of what was known beforehand and the effect may depend on."""
    import pandas as pd

    ranks = table["moderator"].rank(method="first")
    quarters = table.assign(part=pd.qcut(ranks, 4, labels=RISKS).astype(str))
    axes, _, _, rows = _pairs(quarters, RISKS, unit)
    means = quarters.groupby(["part", "group"])["value"].mean().unstack()
    low, high = (float(means.loc[name, WITH] - means.loc[name, WITHOUT]) for name in (RISKS[0], RISKS[-1]))
    return (
        axes,
        f"A difference of {number(low)} where the score is lowest, of {number(high)} where it is highest",
        "Points: mean with its 95 % interval, over all customers and in each quarter of the score known beforehand. Look only at "
        "how far apart the two groups lie in each row: that customers with a high score leave more often is no effect.",
        rows,
    )


def _kinds(table: pd.DataFrame, unit: str) -> Drawn:
    """Mean outcome of each of many arms."""
    order = sorted(table["arm"].unique())
    means = table.groupby("arm")["value"].mean().sort_values()
    lead = float(means.iloc[-1] - means.iloc[:-1].mean())
    axes, rows = _points(table, "arm", order, unit)
    return (
        axes,
        f"Of {len(order)} kinds drawn at random the best comes out {number(lead)} ahead of the others",
        "Points: mean of each kind, with 95 %. Some kind always comes out best, by chance alone: the analysis chooses it on one "
        "half of the customers and measures its lead on the other.",
        rows,
    )


def _gap(table: pd.DataFrame) -> str:
    """Both means and their difference with Welch's interval."""
    from statsmodels.stats.weightstats import CompareMeans

    pair = [table.loc[table["group"] == name, "value"] for name in (WITH, WITHOUT)]
    low, high = CompareMeans.from_data(*pair).tconfint_diff(usevar="unequal")
    mine, other = (float(part.mean()) for part in pair)
    gap = f"{number(mine - other)} ({number(float(low))} to {number(float(high))})"
    return f"{number(mine)} {WITH} against {number(other)} {WITHOUT}, a difference of {gap}"


def alike(frame: Frame) -> Drawn:
    """Outcome with the exposure and without, of all customers and of quarters alike in how likely they were to have it."""
    import pandas as pd

    table, unit = _measured(frame.table)
    table["group"] = table["treated"].map({1: WITH, 0: WITHOUT})
    table["part"] = pd.qcut(_likely(table, frame.covariates), 4, labels=QUARTERS).astype(str)
    axes, gap, inside, rows = _pairs(table, QUARTERS, unit)
    return (
        axes,
        f"All together a difference of {number(gap)}, among customers alike {number(inside)}",
        "Points: mean with 95 %, of all and of quarters by how likely customers were to have it, told from what was there before "
        "(logistic regression). The first row is the quick comparison; the others compare like with like.",
        rows,
    )


def _pairs(table: pd.DataFrame, parts: Sequence[str], unit: str) -> tuple[Axes, float, float, tuple[Row, ...]]:
    """With and without, of all and of each `part`; the difference of all, and the mean of those within parts by their size."""
    import numpy as np
    import pandas as pd

    both, order = pd.concat([table.assign(part=ALL), table]), [ALL, *parts]
    means = both.groupby(["part", "group"])["value"].mean().unstack()
    gaps = means[WITH] - means[WITHOUT]
    sizes = table["part"].value_counts().reindex(parts)
    axes, rows = _points(both, "part", order, unit, hue="group")
    inside = float(np.average(gaps.reindex(parts), weights=sizes))
    return axes, float(gaps[ALL]), inside, rows


def recovery(frame: Frame) -> Drawn:
    """Outcome without a failure, after one that was not made good, and after one that was."""
    table, unit = _measured(frame.table)
    made_good = table["dose"].fillna(0) == 1
    table["group"] = [
        FAILURES[0 if not met else 2 if good else 1] for met, good in zip(table["treated"], made_good, strict=True)
    ]
    axes, rows = _points(table, "group", FAILURES, unit)
    none, left, good = (float(table.loc[table["group"] == name, "value"].mean()) for name in FAILURES)
    part = (good - left) / (none - left)
    return (
        axes,
        f"A failure costs {number(none - left)}; where it is made good, {number(100 * part, 2)} % of that seems to come back",
        "Points: mean of each group, with 95 %. Nothing is held equal here: small failures are made good most easily, and this "
        "quick comparison credits the recovery with it.",
        rows,
    )


def _measured(table: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Rows with an outcome as `value`: yes or no in per cent; and what it is."""
    known = table[table["outcome"].notna()].copy()
    yes_or_no = bool(known["outcome"].isin((0, 1)).all())
    return known.assign(value=known["outcome"] * (100.0 if yes_or_no else 1.0)), "per cent" if yes_or_no else "mean"


def _likely(table: pd.DataFrame, covariates: Sequence[str]) -> pd.Series:
    """How likely each was to have it, by what was there before; in ranks, so that quarters are as large as each other."""
    import statsmodels.api as sm

    held = sm.add_constant(table[list(covariates)].astype(float))
    fitted = sm.GLM(table["treated"].astype(float), held, family=sm.families.Binomial()).fit()
    return fitted.fittedvalues.rank(method="first")


def _points(
    table: pd.DataFrame, by: str, order: Sequence[str], unit: str, *, hue: str | None = None, lying: bool = True
) -> tuple[Axes, tuple[Row, ...]]:
    """Means with 95 % of their standard error, and the same as numbers."""
    import seaborn as sns

    found = table.groupby([by, hue] if hue else [by])["value"].agg(["mean", "sem", "size"])
    keys = [(name, side) for name in order for side in COLOURS] if hue else list(order)
    rows = tuple(
        {
            "group": ", ".join(key) if isinstance(key, tuple) else key,
            unit: f"{number(float(found.loc[key, 'mean']))} ± {number(1.96 * float(found.loc[key, 'sem']))}",
            "n": f"{int(found.loc[key, 'size']):,}",
        }
        for key in keys
        if key in found.index
    )
    axes = style.new_axes(height=0.9 + ROW_HEIGHT * len(order) * (2 if hue else 1) if lying else HEIGHT)
    sides = {"y": by, "x": "value"} if lying else {"x": by, "y": "value"}
    colours = (
        {"hue": hue, "hue_order": list(COLOURS), "palette": list(COLOURS.values())} if hue else {"color": style.ANSWER}
    )
    sns.pointplot(
        table,
        **sides,
        order=list(order),
        errorbar=("se", 1.96),
        linestyle="none",
        dodge=0.35 if hue else False,
        markersize=5,
        err_kws={"linewidth": 1.5},
        ax=axes,
        **colours,
    )
    axes.set(**({"xlabel": unit, "ylabel": ""} if lying else {"xlabel": "", "ylabel": unit}))
    if hue:
        axes.legend(frameon=False, title=None, loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    return axes, rows
