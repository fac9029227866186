"""Annual churn by industry: one rate a firm, firms compared with firms, and the spread shown."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake, require_one_of
from analysis.core.results import Estimate
from analysis.core.vocabulary import Role
from analysis.core.wording import number
from analysis.estimators.aggregate.churn_rate import estimate_churn_rate, yearly_rates
from analysis.estimators.common.building import make_estimate
from analysis.estimators.common.interval import Interval, around
from analysis.frames import Frame

MOBILE = ("mobile",)
FINANCE = ("insurance", "banking", "finance")
QUANTITIES = ("churn_gap", "mobile_churn_rate", "finance_churn_rate")


def estimate_churn_gap(
    frame: Frame,
    claim: Claim,
    *,
    quantity: str = "churn_gap",
    high: Sequence[str] = MOBILE,
    low: Sequence[str] = FINANCE,
) -> tuple[Estimate, ...]:
    """Annual churn of one group of industries less that of another, over firms; or the rates beside it.

    Every firm counts once, with the mean of its periods at a constant hazard. The interval is Welch's over firms: how
    firms differ, not how many customers they have, is what is not known. With one firm in a group there is none.

    Parameters
    ----------
    frame : Frame
        ``churn_rates``.
    claim : Claim
    quantity : str
        "churn_gap"; or "mobile_churn_rate" or "finance_churn_rate", which are context: over the firms of the group if
        it has several, else as `churn_rates.estimate_churn_rate` gives them.
    high, low : sequence of str
        Industries of the two groups.

    Returns
    -------
    tuple of Estimate
        The answer and, for the gap, the naive one: the highest rate of the one group less the lowest of the other.

    Raises
    ------
    FrameMistake
        If a group has no row, a period has no length, or more were lost than there were.
    """
    require_one_of("quantity", quantity, QUANTITIES)
    rates = yearly_rates(frame)
    if quantity != "churn_gap":
        chosen = _of(frame, rates, high if quantity == "mobile_churn_rate" else low)
        if chosen["firm"].nunique() == 1:
            alone = Frame(name=frame.name, table=frame.table.loc[chosen.index], context=frame.context)
            return estimate_churn_rate(alone, claim, quantity=quantity)
        return (_mean_rate(frame, claim, quantity, _firms(chosen)),)
    groups = _of(frame, rates, high), _of(frame, rates, low)
    return _gap(frame, claim, quantity, *(_firms(group) for group in groups)), _widest(frame, claim, quantity, *groups)


def _of(frame: Frame, rates: pd.DataFrame, industries: Sequence[str]) -> pd.DataFrame:
    chosen = rates[rates["industry"].isin(list(industries))]
    if len(chosen) == 0:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: column `industry` must hold one of "
            f"{', '.join(industries)}; it holds {', '.join(sorted(rates['industry'].unique()))}."
        )
    return chosen


def _firms(rates: pd.DataFrame) -> pd.Series:
    """One yearly rate a firm, per cent: the mean over its periods."""
    found: pd.Series = rates.groupby(["industry", "firm"])["yearly"].mean()
    return found


def _mean_rate(frame: Frame, claim: Claim, quantity: str, firms: pd.Series) -> Estimate:
    found = around(float(firms.mean()), float(firms.std()) / math.sqrt(len(firms)), len(firms) - 1)
    return make_estimate(
        frame,
        claim,
        quantity,
        **Interval(value=found["value"], low=max(0.0, found["low"]), high=min(100.0, found["high"])),
        n=len(firms),
        method=f"customers lost over customers at the start, a year, mean of {len(firms)} firms ({_spread(firms)}; t interval "
        "over firms)",
        role=Role.CONTEXT,
    )


def _gap(frame: Frame, claim: Claim, quantity: str, high: pd.Series, low: pd.Series) -> Estimate:
    value, half = float(high.mean() - low.mean()), _welch_half(high, low)
    interval = "Welch's interval over firms" if half is not None else "no interval: one firm is no industry"
    return make_estimate(
        frame,
        claim,
        quantity,
        value=value,
        low=None if half is None else value - half,
        high=None if half is None else value + half,
        n=len(high) + len(low),
        method=f"customers lost over customers at the start, a year: {_count(high)} ({_spread(high)}) less {_count(low)} "
        f"({_spread(low)}), {interval}",
        assumptions=("the firms stand for their industries", "churn was counted in one way in all of them"),
    )


def _welch_half(high: pd.Series, low: pd.Series) -> float | None:
    """Half width of Welch's interval; None with one firm in a group, or where firms do not differ at all."""
    if min(len(high), len(low)) < 2:
        return None
    parts = [float(side.var()) / len(side) for side in (high, low)]
    if sum(parts) == 0:
        return None
    df = sum(parts) ** 2 / sum(part**2 / (len(side) - 1) for part, side in zip(parts, (high, low), strict=True))
    return around(0.0, math.sqrt(sum(parts)), df)["high"]


def _widest(frame: Frame, claim: Claim, quantity: str, high: pd.DataFrame, low: pd.DataFrame) -> Estimate:
    top, bottom = high.loc[high["yearly"].idxmax()], low.loc[low["yearly"].idxmin()]
    return make_estimate(
        frame,
        claim,
        quantity,
        value=float(top["yearly"] - bottom["yearly"]),
        low=None,
        high=None,
        n=2,
        method=f"the highest rate of the one group ({top['firm']}, {top['period']}) less the lowest of the other "
        f"({bottom['firm']}, {bottom['period']})",
        role=Role.NAIVE,
    )


def _count(firms: pd.Series) -> str:
    return f"{len(firms)} firm{'s' if len(firms) > 1 else ''}"


def _spread(firms: pd.Series) -> str:
    if len(firms) == 1:
        return f"{number(firms.iloc[0])} % a year"
    return f"{number(firms.min())} to {number(firms.max())} % a year"
