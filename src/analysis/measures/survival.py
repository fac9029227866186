"""Retention under contract: how many of a cohort renew at the first and the last occasion seen, and are still there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.core.errors import FrameMistake
from analysis.core.vocabulary import INTERVAL_LEVEL
from analysis.measures.rates import Rate, proportion

if TYPE_CHECKING:
    import pandas as pd


def survival_rates(survival: pd.DataFrame, *, level: float = INTERVAL_LEVEL) -> tuple[Rate, ...]:
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
        found += _cohort_rates(str(cohort), ages, level)
    return tuple(found)


def _cohort_rates(cohort: str, ages: dict[int, int], level: float) -> list[Rate]:
    """Rates of one cohort; one whose start or end is not there, or was empty, is left out."""
    last = max(ages)
    told = "customers there at the end of the period, over customers there at its start"
    rates = [
        proportion(f"{cohort}: kept in period {age}", ages[age], ages[age - 1], told, level=level)
        for age in dict.fromkeys((1, last))
        if ages.get(age) is not None and ages.get(age - 1)
    ]
    still = "customers there after the last period seen, over customers at the start"
    return [*rates, proportion(f"{cohort}: still there after {last}", ages[last], ages[0], still, level=level)]
