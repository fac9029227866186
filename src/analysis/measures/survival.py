"""Retention under contract: how many of a cohort renew at the first and the last occasion seen, and are still there."""

from __future__ import annotations

import pandas as pd

from analysis.core.errors import FrameMistake
from analysis.measures.cohorts import pooled_and_mean
from analysis.measures.rates import Rate, proportion


def survival_rates(survival: pd.DataFrame) -> tuple[Rate, ...]:
    """Rates of each cohort: kept in its first period, kept in its last, still there at its end.

    The first two are the articles' retention rate, of those there at the period's start. That it rises with age does not
    say that anyone grew more loyal: those who leave easily leave first (Fader & Hardie 2007, Journal of Interactive
    Marketing 21(1), 76-90).

    Parameters
    ----------
    survival : pandas.DataFrame
        Columns of frame ``cohort_survival``: cohort, period (age, from 0), n_start, n_surviving.

    Raises
    ------
    FrameMistake
        If more customers are there at a later age: then they were counted as active, not as surviving.

    Examples
    --------
    >>> import pandas as pd
    >>> years = pd.DataFrame({"cohort": "a", "period": [0, 1, 2], "n_start": 100, "n_surviving": [100, 60, 45]})
    >>> [round(rate.percent) for rate in survival_rates(years)]  # 60 of 100, 45 of 60, 45 of 100
    [60, 75, 45]
    """
    found: list[Rate] = []
    for cohort, rows in survival.sort_values("period").groupby("cohort", sort=True):
        n_start = int(rows["n_start"].iloc[0])
        ages = dict(zip(rows["period"].astype(int), rows["n_surviving"].astype(int), strict=True)) | {0: n_start}
        counts = [ages[age] for age in sorted(ages)]
        if sorted(counts, reverse=True) != counts:
            raise FrameMistake(
                f"`n_surviving` of the cohort {cohort!r} must never rise with age; customers who were merely active in a "
                "period are no survivors. Use cohort retention for them."
            )
        found += _cohort_rates(str(cohort), ages)
    return tuple(found)


def _cohort_rates(cohort: str, ages: dict[int, int]) -> list[Rate]:
    """Rates of one cohort; one whose start or end is not there, or was empty, is left out."""
    last = max(ages)
    told = "customers there at the end of the period, over customers there at its start"
    rates = [
        proportion(f"{cohort}: kept in period {age}", ages[age], ages[age - 1], told)
        for age in dict.fromkeys((1, last))
        if ages.get(age) is not None and ages.get(age - 1)
    ]
    still = "customers there after the last period seen, over customers at the start"
    return [*rates, proportion(f"{cohort}: still there after {last}", ages[last], ages[0], still)]


def kept_at(survival: pd.DataFrame, age: int, *, noun: str = "month") -> tuple[Rate, Rate]:
    """Subscribers still there at an age: all cohorts pooled, and the mean of the cohorts' rates.

    Parameters
    ----------
    survival : pandas.DataFrame
        Columns of frame ``cohort_survival``: cohort, period (age, from 0), n_start, n_surviving.
    age : int
        In periods, 0 or more.
    noun : str
        What a period is called.

    Raises
    ------
    FrameMistake
        If no cohort was observed to that age.

    Examples
    --------
    >>> import pandas as pd
    >>> months = pd.DataFrame({"cohort": ["a", "b"], "period": 1, "n_start": [100, 10], "n_surviving": [80, 4]})
    >>> [round(rate.percent, 1) for rate in kept_at(months, 1)]  # 84 of 110; the mean of 80 % and 40 %
    [76.4, 60.0]
    """
    rows = survival[survival["period"] == age]
    if rows.empty:
        raise FrameMistake(
            f"No cohort was observed to age {age}; the oldest reached {survival['period'].max()}. Choose an earlier age or "
            "give a longer history."
        )
    span = f"{age} {noun}{'' if age == 1 else 's'}"
    return pooled_and_mean(
        f"Still subscribed after {span}",
        rows["n_surviving"].tolist(),
        rows["n_start"].tolist(),
        f"subscribers still there {span} after the day on which they began, over all who began",
    )
