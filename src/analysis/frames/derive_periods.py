"""From a purchase log in pandas to frames of one row a period; the words are those of `derive`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.core.vocabulary import DAYS_PER_YEAR
from analysis.frames.derive import DAYS_PER_WEEK, whole_periods

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

Freq = Literal["M", "Q"]


def account_periods_from_purchases(
    purchases: pd.DataFrame,
    first_day: str,
    end_of_observation: str,
    *,
    freq: Freq = "Q",
    window_periods: int = 1,
    newcomers_known: bool = True,
) -> pd.DataFrame:
    """The customer account: who was active, won, back and lost in each whole period.

    A customer is *active at the end of a period* if he bought in it or in one of the `window_periods` - 1 whole periods
    before it. A period's start is the end of the one before. *Won*: active at the end, not at the start, joining period
    is this one. *Back* (resurrected): the same with an earlier joining day. *Lost*: active at the start and not at the
    end, that is, the window has run out in this period. So start + won + resurrected - lost = end. Only past purchases
    decide, so nobody is counted as lost because the data end. The first `window_periods` whole periods give no row:
    who was active at their start is not known. Part periods at the edges give none either; a first purchase in one still
    counts as the joining day.

    Parameters
    ----------
    purchases : pandas.DataFrame
        One row a customer and occasion: customer_id, at, amount.
    first_day, end_of_observation : str
        First and last observed day.
    freq : {"M", "Q"}
        Calendar months or quarters.
    window_periods : int
        Periods without a purchase after which a customer counts as lost, 1 or more. With 1 the revenue columns are
        given too: the period's revenue against that of the period before, customer by customer. With more they would
        not add up, and are left out.
    newcomers_known : bool
        False if the log starts in the middle of the firm's life, so that a first purchase in the log need not be the
        customer's first: then everyone who comes in counts as won, nobody as back.

    Returns
    -------
    pandas.DataFrame
        Columns of frame ``account_periods``.

    Raises
    ------
    FrameMistake
        If there are not more whole periods than `window_periods`.
    """
    import numpy as np
    import pandas as pd

    periods = whole_periods(first_day, end_of_observation, freq)
    if window_periods < 1:
        raise ParameterMistake(f"`window_periods` must be 1 or more; got {window_periods!r}.")
    if len(periods) <= window_periods:
        raise FrameMistake(
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


def account_periods_from_flags(flags: pd.DataFrame, first_year: int) -> pd.DataFrame:
    """The account of a cohort on yearly occasions: active in a year is who used it.

    Parameters
    ----------
    flags : pandas.DataFrame
        One row a customer, one column a year in order, 0 or 1; the first column is the year of joining.
    first_year : int
        Year of the first column.

    Returns
    -------
    pandas.DataFrame
        Columns of frame ``account_periods`` without revenue, from the second year on. Nobody is won.

    Examples
    --------
    >>> import pandas as pd
    >>> found = account_periods_from_flags(pd.DataFrame([[1, 0, 1], [1, 1, 0]]), 1995)
    >>> found[["n_start", "n_won", "n_resurrected", "n_lost", "n_end"]].to_numpy().tolist()
    [[2, 0, 0, 1, 1], [1, 0, 1, 1, 1]]
    """
    import pandas as pd

    used = flags.to_numpy(dtype=bool)
    before, now = used[:, :-1], used[:, 1:]
    years = range(first_year + 1, first_year + used.shape[1])
    return pd.DataFrame(
        {
            "period_start": [pd.Timestamp(year, 1, 1) for year in years],
            "years": 1.0,
            "n_start": before.sum(axis=0),
            "n_won": 0,
            "n_resurrected": (now & ~before).sum(axis=0),
            "n_lost": (before & ~now).sum(axis=0),
            "n_end": now.sum(axis=0),
            "n_passing": 0,
        }
    )


def segment_revenue_from_purchases(
    purchases: pd.DataFrame,
    first_day: str,
    end_of_observation: str,
    *,
    burn_in_months: int = 0,
    freq: Freq = "M",
) -> pd.DataFrame:
    """Monthly revenue of new and of repeat customers, with what it takes to compare them at equal size.

    *New* in a month: the joining day lies in it; all the customer's occasions of that month count. *Repeat*: everybody
    else. `own_squares` is the part of a thinned group's variation that its customers' own ups and downs make: with r_im
    the revenue of customer i in month m within the segment (0 if none) and r_i its mean over the frame's months, the sum
    over the segment's customers of (r_im - r_i)^2.

    Parameters
    ----------
    purchases : pandas.DataFrame
        One row a customer and occasion: customer_id, at, amount.
    first_day, end_of_observation : str
        First and last observed day; part months are left out, though a first purchase in one counts as joining day.
    burn_in_months : int
        Whole months at the start that are not shown because everybody in them looks new.
    freq : {"M", "Q"}
        Calendar months, or quarters where months are not known.

    Returns
    -------
    pandas.DataFrame
        Columns of frame ``segment_revenue``, both segments in every month, 0 where nobody bought.
    """
    import numpy as np
    import pandas as pd

    months = whole_periods(first_day, end_of_observation, freq)[burn_in_months:]
    if len(months) == 0:
        raise FrameMistake(f"`purchases` must cover more than `burn_in_months` = {burn_in_months} whole months.")
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
    """Customers of a joining period who bought in each whole period since.

    This is activity, not survival: who skips a period and comes back is not lost, so the counts may rise again.

    Parameters
    ----------
    purchases : pandas.DataFrame
        One row a customer and occasion: customer_id, at, amount.
    first_day, end_of_observation : str
        First and last observed day; cohorts and ages of part periods are left out.
    freq : {"M", "Q"}
        Calendar months or quarters, of cohorts and of ages.

    Returns
    -------
    pandas.DataFrame
        Columns of frame ``cohort_survival`` with revenue; age 0 is the joining period, in which all bought.
    """
    import pandas as pd

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
    """Purchases in the weeks before and after each redemption.

    Week k of a redemption holds the days 7 k to 7 k + 6 counted from its day. Occasions on the day of the redemption
    are left out: they are the redeeming purchase. Several redemptions of a customer on one day are one. Weeks that the
    observation does not hold whole are left out. A purchase within reach of two redemptions stands in both windows.

    Parameters
    ----------
    purchases : pandas.DataFrame
        One row a customer and occasion: customer_id, at, amount.
    redemptions : pandas.DataFrame
        customer_id, at.
    first_day, end_of_observation : str
        First and last observed day.
    weeks : int
        Reach of the window on either side.

    Returns
    -------
    pandas.DataFrame
        Columns of frame ``redemption_windows``; weeks without a purchase have 0.
    """
    import numpy as np
    import pandas as pd

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


def _customer_grid(
    purchases: pd.DataFrame, periods: pd.PeriodIndex, freq: Freq
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Revenue and whether bought, customers (by code) x periods, as arrays."""
    log = purchases.assign(period=purchases["at"].dt.to_period(freq))
    by = log.pivot_table(index="customer_id", columns="period", values="amount", aggfunc=["sum", "size"])
    everyone = sorted(purchases["customer_id"].unique())
    spent = by["sum"].reindex(index=everyone, columns=periods).fillna(0.0).to_numpy()
    bought = by["size"].reindex(index=everyone, columns=periods).fillna(0).to_numpy() > 0
    return spent, bought


def _revenue_bridge(
    before: NDArray[np.float64],
    now: NDArray[np.float64],
    won: NDArray[np.bool_],
    back: NDArray[np.bool_],
    lost: NDArray[np.bool_],
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
    import pandas as pd

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
