"""Frames of one row a period from purchases; the words are those of `purchases`.

A company's log usually starts in the middle of the company's life: at its start everybody who buys looks new. So the
first months are shown in no comparison of periods (the run-in), and the ledger says so.
"""

from __future__ import annotations

from typing import Any

import ibis
import pandas as pd

from analysis.company.store import Company
from analysis.core.calendar_days import month_start
from analysis.core.errors import FrameUnavailable, ParameterMistake
from analysis.core.vocabulary import DAYS_PER_YEAR
from analysis.frames import Context, Frame
from analysis.frames.builders.common import checked, context, month_dates, no_reason, zero_one
from analysis.frames.builders.occasions import n_customers, observation, occasions, record_days, whole_months

RUN_IN_MONTHS = 6
LONG_ENOUGH_MONTHS = 24
"""Whole months from which on a log can spare its run-in."""

PART_PERIOD = "part period at the edge of the observation"


def run_in(company: Company) -> int:
    """Whole months at the start that are left out of comparisons between periods."""
    first, last = whole_months(company)
    return RUN_IN_MONTHS if last - first + 1 >= LONG_ENOUGH_MONTHS else 0


def build_account_periods(
    company: Company,
    *,
    months_each: int = 3,
    window: int = 1,
    newcomers_known: bool = True,
    run_in_months: int | None = None,
) -> Frame:
    """Frame ``account_periods``: who was active, won, back and lost in each whole period.

    A customer is *active at the end of a period* who bought in it or in one of the `window` - 1 whole periods before it.
    A period's start is the end of the one before. *Won*: active at the end, not at the start, joining period is this one.
    *Back* (resurrected): the same with an earlier joining day. *Lost*: active at the start and not at the end, that is,
    the window has run out in this period. So start + won + resurrected - lost = end. Only past purchases decide, so
    nobody is counted as lost because the data end. The first `window` whole periods give no row: who was active at their
    start is not known.

    Parameters
    ----------
    months_each : int
        3 for calendar quarters, 1 for months.
    window : int
        Periods without a purchase after which a customer counts as lost, 1 or more. With more than 1 the revenue of one
        period and the next does not add up customer by customer, and is left out.
    newcomers_known : bool
        False if a first purchase in the log need not be the customer's first: then everyone who comes in counts as won.
    run_in_months : int
        Months at the start that are not shown; None: as `run_in` says.
    """
    if window < 1:
        raise ParameterMistake(f"`window` must be 1 or more; got {window!r}.")
    key = "account_periods" if months_each == 3 else "account_periods/months"
    first, last = whole_months(company, months_each)
    unseen = run_in(company) if run_in_months is None else run_in_months
    shown = first + (window + -(-unseen // months_each)) * months_each
    if last < shown:
        fewest = "two" if window == 1 else window + 1
        raise FrameUnavailable(
            f"The transactions of {company.settings.name} must cover at least {fewest} whole periods of {months_each} months "
            "behind the run-in to set one against the other; they do not. Give a longer history."
        )
    rows = _bridge(company, first // months_each, last // months_each, months_each, window, newcomers_known)
    rows = rows[rows["period"] >= shown // months_each]
    rows["period_start"] = month_dates(rows["period"] * months_each)
    rows["years"] = [_years(int(p) * months_each, months_each) for p in rows["period"]]
    table = rows.drop(columns="period").assign(n_passing=0)  # who bought in the period is there in it
    _record(company, key, (first, last), shown - window * months_each, unseen)
    money = _MONEY if window == 1 else []
    return checked(company, key, table[["period_start", "years", *_COUNTS, "n_passing", *money]], _about(company))


_COUNTS = ["n_start", "n_won", "n_resurrected", "n_lost", "n_end"]
_MONEY = [f"revenue_{x}" for x in ("start", "won", "resurrected", "lost", "expansion", "contraction", "end")]


def _about(company: Company) -> Context:
    return context(
        company, population=f"{n_customers(company):,} customers with a purchase", period=observation(company)
    )


def _years(month: int, months_each: int) -> float:
    return (month_start(month + months_each) - month_start(month)).days / DAYS_PER_YEAR


def _spend_by_period(company: Company, months_each: int) -> Any:
    """One row a customer and period with a purchase: spend; first is the joining period."""
    table = occasions(company)
    table = table.mutate(
        period=(table["month"] // months_each).cast("int64"),
        first=(table["joined_month"] // months_each).cast("int64"),
    )
    return table.group_by("code", "period", "first").aggregate(
        spend=table["amount"].sum(), n=table.count(), own=table["amount"].sum()
    )


def _bridge(company: Company, first: int, last: int, months_each: int, window: int, newcomers_known: bool) -> Any:
    """Counts and revenue of each period but the first against the one before, in pandas, one row a period."""
    spend = _spend_by_period(company, months_each)
    spend = spend.filter(spend["period"].between(first, last))
    by_customer = ibis.window(group_by="code", order_by="period")
    near = spend.mutate(
        before=spend["period"].lag().over(by_customer),
        after=spend["period"].lead().over(by_customer),
        spent_before=spend["spend"].lag().over(by_customer),
    )
    retained = (near["before"] >= near["period"] - window).fill_null(False)
    stays = (near["after"] <= near["period"] + window).fill_null(False)
    change = near["spend"] - near["spent_before"]
    won = ~retained & ((near["first"] == near["period"]) if newcomers_known else ibis.literal(True))
    back = ~retained & ((near["first"] < near["period"]) if newcomers_known else ibis.literal(False))
    here = near.group_by("period").aggregate(
        n_entering=zero_one(~retained).sum(),
        n_won=zero_one(won).sum(),
        n_resurrected=zero_one(back).sum(),
        n_leaving=zero_one(~stays).sum(),
        revenue_end=near["spend"].sum(),
        revenue_won=near["spend"].sum(where=won),
        revenue_resurrected=near["spend"].sum(where=back),
        revenue_leaving=near["spend"].sum(where=~stays),
        revenue_expansion=change.sum(where=retained & (change > 0)),
        revenue_contraction=-change.sum(where=retained & (change < 0)),
    )
    found = here.order_by("period").execute().set_index("period")
    found = found.reindex(range(first, last + 1)).fillna(0.0)
    # Who does not come back after a period is lost when the window has run out.
    found["n_lost"] = found["n_leaving"].shift(window, fill_value=0.0)
    found["n_end"] = (found["n_entering"] - found["n_lost"]).cumsum()
    found["n_start"] = found["n_end"].shift(1)
    found["revenue_start"] = found["revenue_end"].shift(1)
    found["revenue_lost"] = found["revenue_leaving"].shift(1)
    return found.iloc[1:].astype(dict.fromkeys(_COUNTS, "int64")).reset_index()


def build_segment_revenue(company: Company, *, months_each: int = 1, run_in_months: int | None = None) -> Frame:
    """Frame ``segment_revenue``: revenue of new and of repeat customers, with what compares them at equal size.

    *New* in a period: the joining day lies in it; all the customer's occasions of that period count. *Repeat*: everybody
    else. `own_squares` is the part of a thinned group's variation that its customers' own ups and downs make: with r_im
    the revenue of customer i in period m within the segment (0 if none) and r_i its mean over the frame's periods, the
    sum over the segment's customers of (r_im - r_i)^2.

    Parameters
    ----------
    months_each : int
        1 for months, 3 for calendar quarters.
    run_in_months : int
        Whole months at the start that are not shown because everybody in them looks new; None: as `run_in` says.
    """
    first, last = whole_months(company, months_each)
    unseen = run_in(company) if run_in_months is None else run_in_months
    shown = first + -(-unseen // months_each) * months_each
    if last < shown:
        raise FrameUnavailable(
            f"The transactions of {company.settings.name} must cover at least one whole month; they do not."
        )
    periods = range(shown // months_each, last // months_each + 1)
    spend = _spend_by_period(company, months_each)
    spend = spend.filter(spend["period"].between(periods[0], periods[-1]))
    own = spend.mutate(segment=(spend["period"] == spend["first"]).ifelse("new", "repeat"))
    mean = own.spend.sum().over(ibis.window(group_by=["code", "segment"])) / len(periods)
    own = own.mutate(mean=mean)
    each = own.group_by("segment", "code").aggregate(mean=own["mean"].max())
    squares = each.group_by("segment").aggregate(total=(each["mean"] * each["mean"]).sum())
    by_period = own.group_by("segment", "period").aggregate(
        revenue=own["spend"].sum(),
        n_purchases=own["n"].sum(),
        n_customers=own.count(),
        crossed=(own["spend"] * own["spend"] - 2 * own["spend"] * own["mean"]).sum(),
    )
    by_period = by_period.inner_join(squares, "segment").execute()
    totals = by_period.drop_duplicates("segment").set_index("segment")["total"]
    by_period = by_period.drop(columns="total")
    grid = pd.MultiIndex.from_product([periods, ["new", "repeat"]], names=["period", "segment"])
    table = by_period.set_index(["period", "segment"]).reindex(grid).fillna(0.0).reset_index()
    # sum over customers of (r_im - r_i)^2, multiplied out: customers without revenue in the period need no row
    total = table["segment"].map(totals).fillna(0.0)
    table["own_squares"] = (table["crossed"] + total).clip(lower=0.0)
    table["period_start"] = month_dates(table["period"] * months_each)
    table = table.astype({"n_purchases": "int64", "n_customers": "int64"})
    _record(company, "segment_revenue", (first, last), shown, unseen)
    columns = ["period_start", "segment", "revenue", "n_purchases", "n_customers", "own_squares"]
    return checked(company, "segment_revenue", table[columns], _about(company))


def build_cohort_activity(company: Company) -> Frame:
    """Frame ``cohort_survival`` in the sense of activity: customers of a joining month who bought in each since.

    Who skips a month and comes back is not lost, so the counts may rise again; in month 0 all bought.
    """
    first, last = whole_months(company)
    spend = _spend_by_period(company, 1)
    spend = spend.filter((spend["first"] >= first) & (spend["period"] <= last))
    found = (
        spend.group_by(cohort="first", period="period")
        .aggregate(n_surviving=spend.count(), revenue=spend["spend"].sum())
        .execute()
    )
    found["period"] -= found["cohort"]
    cohorts = sorted(found["cohort"].unique())
    ages = [(cohort, age) for cohort in cohorts for age in range(last - int(cohort) + 1)]
    grid = pd.MultiIndex.from_tuples(ages, names=["cohort", "period"]) if ages else None
    if grid is None:
        raise FrameUnavailable(
            f"The transactions of {company.settings.name} must hold a customer who joined in a whole month; they do not."
        )
    table = found.set_index(["cohort", "period"]).reindex(grid).fillna(0.0).reset_index()
    start = table[table["period"] == 0].set_index("cohort")["n_surviving"]
    table["n_start"] = table["cohort"].map(start)
    table["cohort"] = [f"{month_start(int(c)):%Y-%m}" for c in table["cohort"]]
    table = table.astype({"n_start": "int64", "n_surviving": "int64"})
    record_days(
        company,
        "cohort_survival/activity",
        lambda t: ibis.cases(
            (t["month"] > last, PART_PERIOD), (t["joined_month"] < first, "joined in a part month"), else_=no_reason()
        ),
    )
    columns = ["cohort", "period", "n_start", "n_surviving", "revenue"]
    return checked(company, "cohort_survival/activity", table[columns], _about(company))


def _record(company: Company, key: str, whole: tuple[int, int], shown: int, unseen: int) -> None:
    """Ledger: of the first to the last whole month those from `shown` on are used, behind a run-in of `unseen` months."""
    in_run_in = f"in the first {unseen} months, in which everybody looks new"

    def reason(t: Any) -> Any:
        edge = ~t["month"].between(*whole)
        return ibis.cases((edge, PART_PERIOD), (t["month"] < shown, in_run_in), else_=no_reason())

    record_days(company, key, reason)
