"""Cohort retention in customers and in revenue: in a period, in it or later, pooled and as a mean of cohort rates.

A cohort is everyone whose *first purchase in the whole log* fell into a calendar period; its age counts calendar periods
from there. Periods that were not observed to their last day are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.core.errors import FrameMistake, require_one_of
from analysis.measures.intervals import mean_of_shares, ratio_of_sums
from analysis.measures.periods import end_of, first_day, last_whole_period, ordinals, require_log
from analysis.measures.rates import Rate, proportion

BOUNDED, ROLLING = "bounded", "rolling"
COUNTED = {BOUNDED: "n_active", ROLLING: "n_active_later"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortRetention:
    """Retention at one age, over the cohorts that were observed to that age.

    Attributes
    ----------
    period : int
        Age in periods; 0 is the period of the first purchase.
    kind : str
        "bounded" (active in that very period) or "rolling" (active in it or in any later one).
    pooled : Rate
        All customers together: what happened to a customer.
    mean : Rate
        Unweighted mean of the cohorts' rates: what happened to a cohort. A small cohort counts like a large one.
    cohorts : tuple of str
        First days of the cohorts, in order of time.
    rates : tuple of Rate
        Each cohort's own rate, in that order.
    """

    period: int
    kind: str
    pooled: Rate
    mean: Rate
    cohorts: tuple[str, ...]
    rates: tuple[Rate, ...]


def cohort_activity(
    purchases: pd.DataFrame, *, period: str = "month", end_of_observation: str | None = None
) -> pd.DataFrame:
    """Count who of each cohort was active at each age.

    Parameters
    ----------
    purchases : pandas.DataFrame
        customer_id, at (datetime), amount, from each customer's first purchase on.
    period : str
        "week", "month" or "quarter".
    end_of_observation : str
        Last observed day; None is the last day of the log. A period that it cuts short is left out.

    Returns
    -------
    pandas.DataFrame
        cohort (first day of its period), period (age), n_start, n_active (in that period), n_active_later (in it or
        later; "later" ends with the observation, so it shrinks with the time left), revenue.

    Raises
    ------
    FrameMistake
        If no period was observed as a whole.
    """
    active, last = _active_periods(purchases, period, end_of_observation)
    cohorts = active.groupby("customer_id")["cohort"].first()
    n_start = cohorts.value_counts().sort_index()
    grid = pd.MultiIndex.from_tuples(
        [(cohort, age) for cohort in n_start.index for age in range(last - cohort + 1)], names=["cohort", "age"]
    )
    by_age = active.groupby(["cohort", "age"]).agg(n_active=("customer_id", "size"), revenue=("revenue", "sum"))
    table = by_age.reindex(grid, fill_value=0)
    last_seen = active.groupby("customer_id").agg(cohort=("cohort", "first"), age=("age", "max"))
    ended = last_seen.groupby(["cohort", "age"]).size().reindex(grid, fill_value=0)
    table["n_active_later"] = ended[::-1].groupby(level="cohort").cumsum()[::-1]
    table = table.reset_index()
    table["n_start"] = table["cohort"].map(n_start)
    table["cohort"] = table["cohort"].map(lambda cohort: first_day(cohort, period))
    return table.rename(columns={"age": "period"})[
        ["cohort", "period", "n_start", "n_active", "n_active_later", "revenue"]
    ]


def retention_at(activity: pd.DataFrame, period: int, *, kind: str = BOUNDED, noun: str = "period") -> CohortRetention:
    """Retention at one age, pooled and as a mean of cohort rates.

    Parameters
    ----------
    activity : pandas.DataFrame
        As `cohort_activity` returns it.
    period : int
        Age in periods, 0 or more.
    kind : str
        "bounded": active in that period. "rolling" (unbounded): active in it or later.
    noun : str
        What a period is called.

    Raises
    ------
    FrameMistake
        If no cohort was observed to that age.
    """
    require_one_of("kind", kind, (BOUNDED, ROLLING))
    rows = activity[activity["period"] == period]
    if rows.empty:
        raise FrameMistake(
            f"No cohort was observed to age {period}; the oldest reached {activity['period'].max()}. Choose an earlier "
            "age or give a longer history."
        )
    when = f"in {noun} {period}" if kind == BOUNDED else f"in {noun} {period} or later"
    name = f"Retention {when}"
    retained, started = rows[COUNTED[kind]].tolist(), rows["n_start"].tolist()
    definition = f"customers who bought {when} after that of their first purchase, over all customers won"
    pooled, mean = pooled_and_mean(name, retained, started, definition)
    return CohortRetention(
        period=period,
        kind=kind,
        pooled=pooled,
        mean=mean,
        cohorts=tuple(rows["cohort"]),
        rates=tuple(proportion(name, k, n, definition) for k, n in zip(retained, started, strict=True)),
    )


def pooled_and_mean(name: str, counted: list[int], started: list[int], definition: str) -> tuple[Rate, Rate]:
    """One rate over all cohorts, and the mean of the cohorts' own rates."""
    mean, low, high = mean_of_shares(counted, started)
    return (
        proportion(name, sum(counted), sum(started), f"{definition}; all cohorts pooled"),
        Rate(
            name=f"{name}, mean of cohorts",
            numerator=mean * len(counted),
            denominator=len(counted),
            value=mean,
            low=low,
            high=high,
            definition=f"sum of the cohorts' rates, over the number of cohorts ({definition})",
        ),
    )


def age_reached(activity: pd.DataFrame, wanted: int) -> int:
    """The wanted age, or the oldest that any cohort reached if that is less; at least 1 where there is such a one.

    Examples
    --------
    >>> import pandas as pd
    >>> age_reached(pd.DataFrame({"period": [0, 1, 2, 3]}), 6)
    3
    """
    oldest = int(activity["period"].max())
    return min(wanted, oldest) if oldest >= 1 else wanted


def retention_curve(
    activity: pd.DataFrame, horizon: int, *, kind: str = BOUNDED, noun: str = "period"
) -> tuple[CohortRetention, ...]:
    """Retention at every age up to `horizon`, over the same cohorts throughout: those observed to the horizon.

    A curve over whatever cohorts reached each age changes its customers as it goes, and can rise for that reason alone.
    """
    reached = activity.groupby("cohort")["period"].transform("max") >= horizon
    if not reached.any():
        return (retention_at(activity, horizon, kind=kind, noun=noun),)  # raises, and says how far it goes
    same = activity[reached]
    return tuple(retention_at(same, age, kind=kind, noun=noun) for age in range(horizon + 1))


def revenue_retention_at(
    purchases: pd.DataFrame,
    age: int,
    *,
    period: str = "month",
    end_of_observation: str | None = None,
) -> Rate:
    """Revenue of the customers at one age, over their revenue in the period of their first purchase.

    Returns counted in `amount` bring it down, as they should. The interval is by customer.

    Parameters
    ----------
    purchases, period, end_of_observation
        As for `cohort_activity`.
    age : int
        In periods, 1 or more.
    """
    active, last = _active_periods(purchases, period, end_of_observation)
    followed = active[active["cohort"] + age <= last]
    if followed.empty:
        raise FrameMistake(f"No cohort was observed to age {age}; choose an earlier one or give a longer history.")
    wide = followed[followed["age"].isin([0, age])].pivot_table(
        index="customer_id", columns="age", values="revenue", aggfunc="sum", fill_value=0.0
    )
    later = wide[age].to_numpy() if age in wide else np.zeros(len(wide))
    start = wide[0].to_numpy()
    _, low, high = ratio_of_sums(later, start)
    return Rate(
        name=f"Revenue retention in {period} {age}",
        numerator=float(later.sum()),
        denominator=float(start.sum()),
        value=float(later.sum()) / float(start.sum()),
        low=low,
        high=high,
        definition=f"revenue in {period} {age} after that of the first purchase, over revenue in the first; same customers",
    )


def _active_periods(purchases: pd.DataFrame, period: str, end_of_observation: str | None) -> tuple[pd.DataFrame, int]:
    """One row a customer and whole period with a purchase: customer_id, cohort, age, revenue; and the last period."""
    require_log(purchases)
    last = last_whole_period(end_of(purchases, end_of_observation), period)
    log = purchases.assign(ordinal=ordinals(purchases["at"], period))
    log = log[log["ordinal"] <= last]
    if log.empty:
        raise FrameMistake(f"No {period} was observed as a whole; choose a shorter `period` or give a longer history.")
    active = log.groupby(["customer_id", "ordinal"], as_index=False).agg(revenue=("amount", "sum"))
    active["cohort"] = active.groupby("customer_id")["ordinal"].transform("min")
    active["age"] = active["ordinal"] - active["cohort"]
    return active, last
