"""What moves the number of customers from period to period: losses or wins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake
from analysis.core.results import Estimate
from analysis.core.vocabulary import Role
from analysis.estimators.common.blocks import block_jackknife, block_length
from analysis.estimators.common.building import make_estimate
from analysis.frames import Frame

CUSTOMERS = "loss_minus_win_share"
REVENUE = "revenue_loss_minus_win_share"
FEWEST_PERIODS = 3
FEWEST_SEASONS = 3
"""Years from which on a season is taken out: two show one difference between them, whatever made it."""

ASSUMPTIONS = (
    "the periods seen are like others of the firm: what has hardly varied in them may still matter",
    "customers were lost for good when they were counted lost",
)
NOTHING = 1e-20
"""Share of the squares of change that is rounding, not movement."""
SEASON_ADDS = "a season wins and loses about as many customers each year"


def estimate_growth_accounting(frame: Frame, claim: Claim) -> tuple[Estimate, ...]:
    """Share of the variance of change that comes from losses, less the share that comes from wins.

    With change d = won + back - lost, each part's share is its covariance with d over the variance of d (losses with
    their sign); the shares sum to 1. The estimate is the share of losses less the share of wins; customers who came
    back have their own share and stand in the method's words. A season that comes back every year is no growth: from three
    years on each part is taken against its own mean in the same month (or quarter) of the year. The interval leaves out a
    year (or half a year) at a time; below three years there is none, because a season and a swing look alike.

    Parameters
    ----------
    frame : Frame
        ``account_periods``, whole periods of equal length.
    claim : Claim
        Registers ``loss_minus_win_share`` and ``revenue_loss_minus_win_share``.

    Returns
    -------
    tuple of Estimate
        Answer on customers; answer on revenue if the frame has it in every period (expansion and contraction have their
        own shares there); as context, the same with the season left in, the same without those who came and left inside a
        period, where the account does not tell them apart, and the same on rates instead of counts, because counts of losses
        also grow with the customer base; and the naive comparison of how many were lost and won, which says nothing about
        movement.

    Raises
    ------
    FrameMistake
        If there are fewer than three periods, or the number of customers never changed.
    """
    table = frame.table.sort_values("period_start", ignore_index=True)
    _require_movement(frame, table)
    counts = _parts(table, "n_won", "n_resurrected", "n_lost")
    start = table["n_start"].to_numpy(float)
    found = [_estimate(frame, claim, table, CUSTOMERS, counts, Role.ANSWER, "change in active customers")]
    if {"revenue_won", "revenue_lost"} <= set(table.columns) and table.filter(like="revenue").notna().all(axis=None):
        money = _parts(table, "revenue_won", "revenue_resurrected", "revenue_lost")
        money["retained"] = (table["revenue_expansion"] - table["revenue_contraction"]).to_numpy(float)
        found.append(_estimate(frame, claim, table, REVENUE, money, Role.ANSWER, "change in revenue"))
    if season_of(table) is not None:
        words = "change in active customers, the season left in"
        found.append(_estimate(frame, claim, table, CUSTOMERS, counts, Role.CONTEXT, words, seasonal=False))
    if "n_passing" not in table:
        words = "change in active customers, less those who came and left inside a period if new customers leave as fast as others"
        found.append(_estimate(frame, claim, table, CUSTOMERS, without_passing(table), Role.CONTEXT, words))
    if (start > 0).all():
        rates = {name: part / start for name, part in counts.items()}
        words = "change in active customers, in per cent of those at the start"
        found.append(_estimate(frame, claim, table, CUSTOMERS, rates, Role.CONTEXT, words))
    return (*found, _naive(frame, claim, table))


def without_passing(table: pd.DataFrame) -> dict[str, NDArray[np.float64]]:
    """Won, back and lost less the newcomers who are lost again in the period in which they came.

    Counted in both, they lower the share of losses and raise that of wins, change being the same: with won = (1 + k) w and
    lost = l + k w the difference of the shares falls by 2 k cov(w, w - l) / var(w - l). Newcomers are there for half a
    period on average; at the rate h = lost / mean of start and end of all others, k is h / 2.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"n_start": 900, "n_won": 200, "n_resurrected": 0, "n_lost": 100, "n_end": 1000}
    >>> parts = without_passing(pd.DataFrame([row | {"n_end": 1100}]))  # h = 100 / 1000: 10 of the 200 pass through
    >>> float(parts["won"][0]), float(parts["lost"][0])
    (190.0, -90.0)
    """
    rate = (table["n_lost"] / ((table["n_start"] + table["n_end"]) / 2)).to_numpy(float)
    parts = _parts(table, "n_won", "n_resurrected", "n_lost")
    passing = {name: parts[name] * rate / 2 for name in parts if name != "lost"}
    return {
        name: part - passing[name] if name in passing else part + sum(passing.values()) for name, part in parts.items()
    }


def variance_shares(parts: dict[str, NDArray[np.float64]], season: NDArray[np.int64] | None = None) -> dict[str, float]:
    """Share of the variance of the parts' sum that comes from each part: cov(part, sum) / var(sum), within `season` if given.

    nan where nothing moves.

    Examples
    --------
    >>> shares = variance_shares({"won": np.array([1.0, 3.0, 1.0]), "lost": np.array([-2.0, -2.0, -2.0])})
    >>> round(shares["won"], 9), round(shares["lost"], 9)
    (1.0, 0.0)

    Wins of 10 every spring and of 50 every autumn move nothing from year to year:

    >>> parts = {"won": np.array([10.0, 50.0, 10.0, 50.0]), "lost": np.array([-8.0, -9.0, -9.0, -7.0])}
    >>> variance_shares(parts, np.array([0, 1, 0, 1]))
    {'won': 0.0, 'lost': 1.0}
    """
    total = np.sum(list(parts.values()), axis=0)
    group = np.zeros(len(total), dtype=np.int64) if season is None else season
    means = np.bincount(group, weights=total) / np.maximum(np.bincount(group), 1)
    centred = total - means[group]
    moved = float(centred @ centred)
    if moved <= NOTHING * float(total @ total):
        return dict.fromkeys(parts, float("nan"))
    return {name: float(centred @ part) / moved for name, part in parts.items()}


def season_of(table: pd.DataFrame) -> NDArray[np.int64] | None:
    """Month of the year in which each period begins; None for yearly periods and below `FEWEST_SEASONS` years.

    Examples
    --------
    >>> import pandas as pd
    >>> quarters = pd.DataFrame({"period_start": pd.date_range("2020-01-01", periods=12, freq="QS"), "years": 0.25})
    >>> season_of(quarters)[:5].tolist(), season_of(quarters.iloc[1:])
    ([1, 4, 7, 10, 1], None)
    """
    per_year = _per_year(table)
    if per_year < 2 or len(table) < FEWEST_SEASONS * per_year:
        return None
    month: NDArray[np.int64] = table["period_start"].dt.month.to_numpy(np.int64)
    return month


def _per_year(table: pd.DataFrame) -> int:
    return round(1 / float(table["years"].median()))


def _parts(table: pd.DataFrame, won: str, back: str, lost: str) -> dict[str, NDArray[np.float64]]:
    """Won, back and, with a minus sign, lost."""
    found = {
        "won": table[won].to_numpy(float),
        "back": table[back].to_numpy(float),
        "lost": -table[lost].to_numpy(float),
    }
    return found if found["back"].any() else {name: found[name] for name in ("won", "lost")}


def _estimate(
    frame: Frame,
    claim: Claim,
    table: pd.DataFrame,
    quantity: str,
    parts: dict[str, NDArray[np.float64]],
    role: Role,
    what: str,
    *,
    seasonal: bool = True,
) -> Estimate:
    season = season_of(table) if seasonal else None

    def gap(retained: NDArray[np.int64]) -> float:
        chosen = {name: part[retained] for name, part in parts.items()}
        shares = variance_shares(chosen, None if season is None else season[retained])
        return shares["lost"] - shares["won"]

    n, per_year = len(table), _per_year(table)
    block = block_length(n, per_year) if n >= FEWEST_SEASONS * per_year else None
    low, high = block_jackknife(gap, n, block) if block else (None, None)
    if low is not None and not np.isfinite(low):  # all movement lies in one of the blocks
        low, high, block = None, None, None
    shares = variance_shares(parts, season)
    names = {"lost": "losses", "won": "wins", "back": "returns", "retained": "customers retained"}
    listed = ", ".join(
        f"{names[name]} {shares[name]:.2f}" for name in ("lost", "won", "back", "retained") if name in shares
    )
    left_out = "half a year" if block and block * float(table["years"].median()) < 0.9 else "a year"
    doubt = (
        f"{left_out} left out at a time"
        if block
        else f"no interval below {FEWEST_SEASONS} years of periods"
        if n < FEWEST_SEASONS * per_year
        else "no interval: one stretch of the periods holds all movement"
    )
    if season is not None:
        doubt = f"each against its mean in the same part of the year; {doubt}"
    return make_estimate(
        frame,
        claim,
        quantity,
        value=gap(np.arange(n)),
        low=low,
        high=high,
        n=n,
        events=int(min(table["n_won"].sum(), table["n_lost"].sum())),
        method=f"shares of the variance of {what} ({listed}; {doubt})",
        role=role,
        assumptions=ASSUMPTIONS if season is None else (*ASSUMPTIONS, SEASON_ADDS),
    )


def _naive(frame: Frame, claim: Claim, table: pd.DataFrame) -> Estimate:
    lost, won = float(table["n_lost"].sum()), float(table["n_won"].sum())
    share = (lost - won) / (lost + won) if lost + won else 0.0
    naive = make_estimate(
        frame,
        claim,
        CUSTOMERS,
        value=share,
        low=None,
        high=None,
        n=len(table),
        method="customers lost less customers won over both: how many, not what moved the total",
        role=Role.NAIVE,
    )
    return replace(naive, assumptions=())


def _require_movement(frame: Frame, table: pd.DataFrame) -> None:
    change = table["n_won"] + table["n_resurrected"] - table["n_lost"]
    if len(table) < FEWEST_PERIODS or change.nunique() < 2:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: at least {FEWEST_PERIODS} periods with changes that differ "
            f"are needed to say where change comes from; got {len(table)} periods with {change.nunique()} different "
            "changes. Give a longer history or shorter periods."
        )
    if (season := season_of(table)) is not None and (change.groupby(season).nunique() < 2).all():
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: change is the same in every year, {len(table)} periods long; "
            "a season alone says nothing of growth. Give a longer history."
        )
