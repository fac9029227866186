"""The churn rate of one and the same period as the tools count it that companies read it in."""

from __future__ import annotations

import pandas as pd

from analysis.core.errors import FrameMistake
from analysis.measures.rates import Rate, proportion


def churn_by_tool(accounts: pd.DataFrame) -> tuple[Rate, ...]:
    """Churn of the last period with a customer at its start: ChartMogul's standard rate, Baremetrics' and Stripe's.

    They differ in what is done with those who come and go inside the period, and with new ones: ChartMogul's standard rate
    (and this project's) leaves both out; Baremetrics counts who came and went among the lost; Stripe counts them so and
    puts all new ones into the denominator.

    Parameters
    ----------
    accounts : pandas.DataFrame
        Columns of frame ``account_periods`` with ``n_passing``.

    Raises
    ------
    FrameMistake
        If no period has a customer at its start, or it is not told who came and went inside a period.

    References
    ----------
    Help pages of the tools as of November 2026: support.stripe.com (subscriber churn rate), help.chartmogul.com (customer
    churn rate), baremetrics.com (user churn).

    Examples
    --------
    >>> import pandas as pd
    >>> quarter = {"period_start": ["2024-01-01"], "n_start": 100, "n_won": 20, "n_resurrected": 5, "n_lost": 10, "n_passing": 5}
    >>> [round(rate.percent, 1) for rate in churn_by_tool(pd.DataFrame(quarter))]  # 10/100, 15/100, 15/130
    [10.0, 15.0, 11.5]
    """
    if "n_passing" not in accounts:
        raise FrameMistake("Column `n_passing` must say who came and went inside a period; it is not there.")
    there = accounts[accounts["n_start"] > 0]
    if there.empty:
        raise FrameMistake("At least one period must begin with a customer; none does.")
    last = there.sort_values("period_start").iloc[-1]
    start, lost, passing = (int(last[name]) for name in ("n_start", "n_lost", "n_passing"))
    new = int(last["n_won"]) + int(last["n_resurrected"]) + passing
    since = f"from {str(last['period_start'])[:10]}"
    counted = (
        ("ChartMogul's standard rate, and this project's", lost, start, "lost of those there at the start, over these"),
        ("as Baremetrics counts", lost + passing, start, "all who left, those who came inside the period among them, over "
         "those there at the start"),
        ("as Stripe counts", lost + passing, start + new, "all who left, over those there at the start and all who came"),
    )  # fmt: skip
    return tuple(
        proportion(
            f"Churn of the period {since}, {whose}",
            min(k, n),
            n,
            f"{told}; whole periods of the source, not 30 days",
        )
        for whose, k, n, told in counted
    )
