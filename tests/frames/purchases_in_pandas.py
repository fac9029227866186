"""The builders' frames of purchases derived a second time, in pandas and by other steps: what they are held against."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from analysis.core.errors import FrameUnavailable, ParameterMistake
from analysis.core.vocabulary import DAYS_PER_YEAR

DAYS_PER_WEEK = 7
Freq = Literal["M", "Q"]


def occasions_from_lines(lines: pd.DataFrame) -> pd.DataFrame:
    """Order lines to purchase occasions: one row a customer and day."""
    days = (
        lines.assign(at=lines["at"].dt.normalize(), bought=~lines["is_return"].astype(bool))
        .groupby(["customer_id", "at"], as_index=False)
        .agg(amount=("amount", "sum"), n_bought=("bought", "sum"), n_lines=("bought", "size"))
    )
    undone = (days["n_bought"] < days["n_lines"]) & (days["amount"] < 1e-6)
    retained = days[(days["n_bought"] > 0) & ~undone]
    return retained[["customer_id", "at", "amount"]].reset_index(drop=True)


def customer_periods_from_purchases(
    purchases: pd.DataFrame, end_of_observation: str, *, first_day: str | None = None
) -> pd.DataFrame:
    """Whole calendar quarters after the joining quarter in which a customer bought."""
    log = purchases[["customer_id", "at", "amount"]].copy()
    joined = log.groupby("customer_id")["at"].transform("min")
    start = pd.Timestamp(first_day) if first_day else log["at"].min()
    quarter = log["at"].dt.to_period("Q")
    log["period"] = (quarter - start.to_period("Q")).map(lambda offset: offset.n)
    log["tenure_years"] = (log["at"] - joined).dt.days / DAYS_PER_YEAR
    keep = (quarter > joined.dt.to_period("Q")) & is_whole(quarter, start, pd.Timestamp(end_of_observation))
    rows = (
        log[keep]
        .groupby(["customer_id", "period"], as_index=False)
        .agg(tenure_years=("tenure_years", "mean"), n_purchases=("amount", "size"), spend=("amount", "sum"))
    )
    return rows[rows["spend"] > 0].reset_index(drop=True)


def customer_summary_from_purchases(
    purchases: pd.DataFrame, end_of_observation: str, *, with_amounts: bool = False
) -> pd.DataFrame:
    """Repeat occasions, recency and T of every customer, customers of equal history counted together."""
    rows = _histories(purchases, end_of_observation, with_amounts)
    return _counted(rows.drop(columns="customer_id"))


def customer_holdout_from_purchases(
    purchases: pd.DataFrame, calibration_end: str, end_of_observation: str
) -> pd.DataFrame:
    """The customer summary at a split day, and the number of occasions after it."""
    split, end = pd.Timestamp(calibration_end), pd.Timestamp(end_of_observation)
    if not split < end:
        raise ParameterMistake(
            f"`end_of_observation` must lie after `calibration_end`; got {end_of_observation!r} and {calibration_end!r}."
        )
    rows = _histories(purchases, calibration_end, with_amounts=False)
    after = purchases[(purchases["at"] > split) & (purchases["at"] <= end)].groupby("customer_id").size()
    rows["holdout_frequency"] = rows["customer_id"].map(after).fillna(0).astype(int)
    rows["holdout_weeks"] = (end - split).days / DAYS_PER_WEEK
    return _counted(rows.drop(columns="customer_id"))


def repeat_trials_from_purchases(purchases: pd.DataFrame, end_of_observation: str) -> pd.DataFrame:
    """Every occasion as the start of the wait for the next."""
    end = pd.Timestamp(end_of_observation)
    log = purchases.loc[purchases["at"] <= end, ["customer_id", "at"]].sort_values(["customer_id", "at"])
    by_customer = log.groupby("customer_id")["at"]
    return pd.DataFrame(
        {
            "customer_id": log["customer_id"],
            "purchase_number": by_customer.cumcount() + 1,
            "gap_days": (by_customer.shift(-1) - log["at"]) / pd.Timedelta(days=1),
            "followed_days": (end - log["at"]) / pd.Timedelta(days=1),
        }
    ).reset_index(drop=True)


def is_whole(period: pd.Series, first_day: pd.Timestamp, end_of_observation: pd.Timestamp) -> pd.Series:
    """Say for each calendar period whether the observation holds it from its first day to its last."""
    starts, ends = period.dt.start_time, period.dt.end_time.dt.normalize()
    return (starts >= first_day.normalize()) & (ends <= end_of_observation.normalize())


def whole_periods(first_day: str, end_of_observation: str, freq: Literal["M", "Q"]) -> pd.PeriodIndex:
    """Return the whole calendar months ("M") or quarters ("Q") of an observation, in order."""
    every = pd.period_range(first_day, end_of_observation, freq=freq)
    whole = is_whole(pd.Series(every), pd.Timestamp(first_day), pd.Timestamp(end_of_observation))
    return every[whole.to_numpy()]


def _histories(purchases: pd.DataFrame, end_of_observation: str, with_amounts: bool) -> pd.DataFrame:
    """One row a customer: customer_id, frequency, recency_weeks, T_weeks and, if asked for, monetary."""
    end = pd.Timestamp(end_of_observation)
    log = purchases[purchases["at"] <= end]
    days = log.groupby("customer_id")["at"].agg(["min", "max", "size"])
    rows = pd.DataFrame(
        {
            "frequency": days["size"] - 1,
            "recency_weeks": (days["max"] - days["min"]).dt.days / DAYS_PER_WEEK,
            "T_weeks": (end - days["min"]).dt.days / DAYS_PER_WEEK,
        }
    )
    if with_amounts:
        repeats = log[log["at"] > log["customer_id"].map(days["min"])]
        rows["monetary"] = repeats.groupby("customer_id")["amount"].mean().reindex(rows.index, fill_value=0.0)
    return rows.reset_index()


def _counted(rows: pd.DataFrame) -> pd.DataFrame:
    """Distinct rows in ascending order, with their number in n_customers."""
    return rows.groupby(list(rows.columns), as_index=False, sort=True).size().rename(columns={"size": "n_customers"})


def account_periods_from_purchases(
    purchases: pd.DataFrame,
    first_day: str,
    end_of_observation: str,
    *,
    freq: Freq = "Q",
    window_periods: int = 1,
    newcomers_known: bool = True,
) -> pd.DataFrame:
    """The customer account: who was active, won, back and lost in each whole period."""
    periods = whole_periods(first_day, end_of_observation, freq)
    if window_periods < 1:
        raise ParameterMistake(f"`window_periods` must be 1 or more; got {window_periods!r}.")
    if len(periods) <= window_periods:
        raise FrameUnavailable(
            f"`purchases` must cover more than {window_periods} whole periods for a window of that many; "
            f"it covers {len(periods)}. Take a shorter window or shorter periods."
        )
    spent, bought = _customer_grid(purchases, periods, freq)
    active = np.stack(
        [bought[:, max(0, p - window_periods + 1) : p + 1].any(axis=1) for p in range(len(periods))], axis=1
    )
    joined = purchases.groupby("customer_id")["at"].min().dt.to_period(freq).to_numpy()
    rows = []
    for p in range(window_periods, len(periods)):
        start, end = active[:, p - 1], active[:, p]
        entered = end & ~start
        won = entered & (joined == periods[p]) if newcomers_known else entered
        row = {
            "period_start": periods[p].start_time,
            "years": _days(periods[p]) / DAYS_PER_YEAR,
            "n_start": int(start.sum()),
            "n_won": int(won.sum()),
            "n_resurrected": int((entered & ~won).sum()),
            "n_lost": int((start & ~end).sum()),
            "n_end": int(end.sum()),
            "n_passing": 0,
        }
        if window_periods == 1:
            row |= _revenue_bridge(spent[:, p - 1], spent[:, p], won, entered & ~won, start & ~end)
        rows.append(row)
    return pd.DataFrame(rows)


def segment_revenue_from_purchases(
    purchases: pd.DataFrame, first_day: str, end_of_observation: str, *, burn_in_months: int = 0, freq: Freq = "M"
) -> pd.DataFrame:
    """Monthly revenue of new and of repeat customers, with what it takes to compare them at equal size."""
    months = whole_periods(first_day, end_of_observation, freq)[burn_in_months:]
    if len(months) == 0:
        raise FrameUnavailable(f"`purchases` must cover more than `burn_in_months` = {burn_in_months} whole months.")
    log = purchases[["customer_id", "at", "amount"]].copy()
    log["month"] = log["at"].dt.to_period(freq)
    joined = log.groupby("customer_id")["month"].transform("min")
    log["segment"] = np.where(log["month"] == joined, "new", "repeat")
    log = log[log["month"].isin(months)]
    return pd.concat(
        [_segment_rows(log[log["segment"] == name], months).assign(segment=name) for name in ("new", "repeat")],
        ignore_index=True,
    ).sort_values(["period_start", "segment"], ignore_index=True)


def cohort_activity_from_purchases(
    purchases: pd.DataFrame, first_day: str, end_of_observation: str, *, freq: Freq = "M"
) -> pd.DataFrame:
    """Customers of a joining period who bought in each whole period since."""
    periods = whole_periods(first_day, end_of_observation, freq)
    log = purchases[["customer_id", "at", "amount"]].copy()
    log["bought"] = log["at"].dt.to_period(freq)
    log["cohort"] = log.groupby("customer_id")["bought"].transform("min")
    log = log[log["cohort"].isin(periods) & log["bought"].isin(periods)]
    log["period"] = (log["bought"] - log["cohort"]).map(lambda offset: offset.n)
    found = log.groupby(["cohort", "period"]).agg(n_surviving=("customer_id", "nunique"), revenue=("amount", "sum"))
    cohorts = log["cohort"].drop_duplicates().sort_values()
    ages = [(cohort, age) for cohort in cohorts for age in range((periods[-1] - cohort).n + 1)]
    grid = found.reindex(pd.MultiIndex.from_tuples(ages, names=["cohort", "period"]), fill_value=0).reset_index()
    n_start = grid[grid["period"] == 0].set_index("cohort")["n_surviving"]
    grid.insert(2, "n_start", grid["cohort"].map(n_start))
    return grid.assign(cohort=grid["cohort"].astype(str))


def redemption_windows_from_purchases(
    purchases: pd.DataFrame, redemptions: pd.DataFrame, first_day: str, end_of_observation: str, *, weeks: int = 8
) -> pd.DataFrame:
    """Purchases in the weeks before and after each redemption."""
    events = redemptions.assign(at=redemptions["at"].dt.normalize())[["customer_id", "at"]].drop_duplicates()
    events = events.sort_values(["customer_id", "at"], ignore_index=True)
    events["redemption_id"] = np.arange(len(events))
    grid = events.merge(pd.DataFrame({"relative_week": np.arange(-weeks, weeks)}), how="cross")
    begins = grid["at"] + pd.to_timedelta(grid["relative_week"] * DAYS_PER_WEEK, unit="D")
    whole = (begins >= pd.Timestamp(first_day)) & (
        begins + pd.Timedelta(days=DAYS_PER_WEEK - 1) <= pd.Timestamp(end_of_observation)
    )
    pairs = events.merge(purchases, on="customer_id", suffixes=("", "_bought"))
    days = (pairs["at_bought"] - pairs["at"]).dt.days
    pairs = pairs.assign(relative_week=days // DAYS_PER_WEEK)[days != 0]
    counts = pairs.groupby(["redemption_id", "relative_week"], as_index=False).agg(
        n_purchases=("amount", "size"), spend=("amount", "sum")
    )
    rows = (
        grid[whole]
        .merge(counts, how="left", on=["redemption_id", "relative_week"])
        .fillna({"n_purchases": 0, "spend": 0})
    )
    rows = rows.rename(columns={"customer_id": "unit_id"}).astype({"n_purchases": int})
    return rows[["unit_id", "redemption_id", "relative_week", "n_purchases", "spend"]]


def _customer_grid(purchases: pd.DataFrame, periods: pd.PeriodIndex, freq: Freq) -> tuple[np.ndarray, np.ndarray]:
    """Revenue and whether bought, customers (by code) x periods, as arrays."""
    log = purchases.assign(period=purchases["at"].dt.to_period(freq))
    by = log.pivot_table(index="customer_id", columns="period", values="amount", aggfunc=["sum", "size"])
    everyone = sorted(purchases["customer_id"].unique())
    spent = by["sum"].reindex(index=everyone, columns=periods).fillna(0.0).to_numpy()
    bought = by["size"].reindex(index=everyone, columns=periods).fillna(0).to_numpy() > 0
    return spent, bought


def _revenue_bridge(
    before: np.ndarray,
    now: np.ndarray,
    won: np.ndarray,
    back: np.ndarray,
    lost: np.ndarray,
) -> dict[str, float]:
    """start + won + resurrected - lost + expansion - contraction = end."""
    retained = ~(won | back | lost)
    change = (now - before)[retained]
    return {
        "revenue_start": float(before.sum()),
        "revenue_won": float(now[won].sum()),
        "revenue_resurrected": float(now[back].sum()),
        "revenue_lost": float(before[lost].sum()),
        "revenue_expansion": float(change[change > 0].sum()),
        "revenue_contraction": float(-change[change < 0].sum()),
        "revenue_end": float(now.sum()),
    }


def _segment_rows(log: pd.DataFrame, months: pd.PeriodIndex) -> pd.DataFrame:

    totals = log.groupby("month").agg(
        revenue=("amount", "sum"), n_purchases=("amount", "size"), n_customers=("customer_id", "nunique")
    )
    rows = totals.reindex(months, fill_value=0)
    own = log.groupby(["customer_id", "month"])["amount"].sum()
    mean = own.groupby("customer_id").sum() / len(months)
    # sum (r_im - r_i)^2 over customers, multiplied out so that customers without revenue in the month need no row
    crossed = own**2 - 2 * own * mean.reindex(own.index.get_level_values("customer_id")).to_numpy()
    squares = crossed.groupby("month").sum().reindex(months, fill_value=0.0) + float((mean**2).sum())
    rows["own_squares"] = squares.clip(lower=0.0)  # multiplied out, a sum of squares can fall a hair below 0
    rows.insert(0, "period_start", pd.DatetimeIndex([month.start_time for month in months]))
    return rows.reset_index(drop=True)


def _days(period: pd.Period) -> int:
    return int((period.end_time.normalize() - period.start_time).days) + 1
