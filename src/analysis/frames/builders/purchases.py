"""Frames of one row a customer from purchases, of a company's tables and of public logs alike.

Words used here and in `accounts`
---------------------------------
occasion
    A customer's day with a purchase. What was bought and returned on one day is one sum.
joining day, joining period
    Of the customer's first occasion in the log, and the calendar period that holds it.
whole period
    A calendar month or quarter that lies in the observation from its first day to its last.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import ibis

from analysis.company.store import Company
from analysis.core.calendar_days import day_number, day_of, month_number
from analysis.core.errors import FrameUnavailable, ParameterMistake
from analysis.core.vocabulary import DAYS_PER_YEAR
from analysis.frames import Frame
from analysis.frames.builders.common import checked, dates, no_reason, zero_one
from analysis.frames.builders.histories import distinct_histories, record_histories
from analysis.frames.builders.occasions import observation, whole_months
from analysis.frames.builders.random_sample import about_drawn, drawn_days, drawn_occasions, record_drawn

DAYS_PER_WEEK = 7
FIRST_QUARTER = "quarter of joining: a part quarter for this customer"
PART_QUARTER = "part quarter at the edge of the observation"
NO_SPEND = "quarter in which the amounts sum to 0"
AFTER_SPLIT = "customer first bought after the split day"


def build_purchases(company: Company) -> Frame:
    """Frame ``purchases``: every occasion."""
    rows = drawn_occasions(company).select("code", "day", "amount").order_by("code", "day").execute()
    record_drawn(company, "purchases")
    rows["at"] = dates(rows["day"])
    table = rows.rename(columns={"code": "customer_id"})[["customer_id", "at", "amount"]]
    return checked(company, "purchases", table, about_drawn(company))


def build_customer_summary(company: Company, *, with_amounts: bool = False) -> Frame:
    """Frame ``customer_summary``: repeat occasions, recency and T of every customer, equal histories counted together.

    frequency = occasions less 1; recency = last less first occasion; T = end of observation less first occasion; both in
    weeks of seven days. These are the definitions of Fader, Hardie & Lee (2005) on days. With amounts, the mean amount of
    the occasions after the first stands beside it (0 without any).
    """
    key = "customer_summary/amounts" if with_amounts else "customer_summary"
    if not with_amounts and not company.made("customer_days"):
        with company.engine.all_processors():
            rows = distinct_histories(company, observation(company)[1])
            record_histories(company, key)
        return checked(company, key, _in_weeks(rows), about_drawn(company))
    _, end = observation(company)
    histories = _histories(drawn_occasions(company), end)
    if with_amounts:
        repeats = (histories["frequency"] > 0).ifelse(histories["frequency"], 1)
        histories = histories.mutate(monetary=histories["repeat_amount"] / repeats)
    columns = ["frequency", "recency", "length"] + (["monetary"] if with_amounts else [])
    rows = _counted(histories, columns)
    record_drawn(company, key)
    return checked(company, key, _in_weeks(rows), about_drawn(company))


def build_customer_holdout(company: Company, *, split_day: datetime.date | None = None) -> Frame:
    """Frame ``customer_holdout``: history up to the split day, occasions behind it.

    Customers whose first occasion lies behind the split are left out: nothing was known of them.

    Parameters
    ----------
    split_day : date
        Its purchases are history; None: the middle of the observation.

    Raises
    ------
    FrameUnavailable
        If all transactions are of one day.
    ParameterMistake
        If the observation does not go beyond the split that was asked for.
    """
    first, end = observation(company)
    if split_day is None and not first < end:
        raise FrameUnavailable(
            f"The transactions of {company.settings.name} must be of more than one day; all are of {day_of(end)}."
        )
    split = first + (end - first) // 2 if split_day is None else day_number(split_day)
    if not split < end:
        raise ParameterMistake(f"`split_day` must lie before the end of observation, {day_of(end)}; got {split_day}.")
    table = drawn_occasions(company)
    known = table.filter(table["joined"] <= split)
    before, after = known["day"] <= split, known["day"] > split
    histories = known.group_by("code").aggregate(
        frequency=zero_one(before).sum() - 1,
        recency=known["day"].max(where=before) - known["day"].min(),
        length=split - known["day"].min(),
        holdout_frequency=zero_one(after).sum(),
    )
    rows = _counted(histories, ["frequency", "recency", "length", "holdout_frequency"])
    rows = _in_weeks(rows).assign(holdout_weeks=(end - split) / DAYS_PER_WEEK)
    note = f"history up to {day_of(split).isoformat()}, holdout behind it"
    record_drawn(
        company,
        "customer_holdout",
        lambda t: ibis.cases((t["joined"] > split, AFTER_SPLIT), else_=no_reason()),
        (note,),
    )
    return checked(company, "customer_holdout", rows, about_drawn(company))


def build_repeat_trials(company: Company, *, joined_from: datetime.date | None = None) -> Frame:
    """Frame ``repeat_trials``: every occasion as the start of the wait for the next, missing for the last one.

    Parameters
    ----------
    joined_from : date
        Customers who joined before are left out; None: nobody.
    """
    _, end = observation(company)
    table = drawn_occasions(company)
    early = None if joined_from is None else _joined_before(joined_from)
    if early is not None:
        table = table.filter(early(table).isnull())
    window = ibis.window(group_by="code", order_by="day")
    trials = table.select(
        customer_id=table["code"],
        purchase_number=ibis.row_number().over(window) + 1,
        gap_days=(table["day"].lead().over(window) - table["day"]).cast("float64"),
        followed_days=(end - table["day"]).cast("float64"),
    )
    record_drawn(company, "repeat_trials", early)
    rows = trials.order_by("customer_id", "purchase_number").execute()
    return checked(company, "repeat_trials", rows, about_drawn(company))


def _joined_before(day: datetime.date) -> Callable[[Any], Any]:
    """From `drawn_days` to why a customer's occasions are left out."""
    reason = f"customer joined before {day.isoformat()}"
    return lambda t: ibis.cases((t["joined"] < day_number(day), reason), else_=no_reason())


def build_customer_periods(company: Company) -> Frame:
    """Frame ``customer_periods``: whole quarters after the joining quarter in which the customer bought.

    The joining quarter is a part quarter for this customer, so that the spend in it is low by construction and any later
    quarter would look like growth; part quarters at the edges are left out for the same reason. Tenure is the mean, over
    the quarter's occasions, of the time since the joining day. Quarters whose amounts sum to 0 have no logarithm.
    """
    first_quarter = _first_quarter(company)
    table = _quarters(company)
    retained = table.filter(table["reason"].isnull())
    rows = (
        retained.group_by(customer_id="code", quarter="quarter")
        .aggregate(
            tenure_years=(retained["day"] - retained["joined"]).mean() / DAYS_PER_YEAR,
            n_purchases=retained.count(),
            spend=retained["amount"].sum(),
        )
        .order_by("customer_id", "quarter")
        .execute()
    )
    rows["period"] = rows["quarter"] - first_quarter
    columns = ["customer_id", "period", "tenure_years", "n_purchases", "spend"]
    record_drawn(company, "customer_periods", _quarter_reason(company))
    return checked(company, "customer_periods", rows[columns], about_drawn(company))


def _first_quarter(company: Company) -> int:
    return month_number(day_of(observation(company)[0])) // 3


def _quarter_reason(company: Company) -> Any:
    """From `drawn_days` to why an occasion is left out of the customer's quarters."""
    first, last = whole_months(company, 3)

    def reason(t: Any) -> Any:
        quarter, joined = (t["month"] // 3).cast("int64"), (t["joined_month"] // 3).cast("int64")
        whole = (t["month"] >= first) & (t["month"] <= last)
        spend = t["amount"].sum(where=t["reason"].isnull()).over(ibis.window(group_by=[t["code"], quarter]))
        return ibis.cases(
            (quarter == joined, FIRST_QUARTER), (~whole, PART_QUARTER), (spend <= 0, NO_SPEND), else_=no_reason()
        )

    return reason


def _quarters(company: Company) -> Any:
    table = drawn_days(company)
    return table.mutate(
        quarter=(table["month"] // 3).cast("int64"),
        reason=ibis.coalesce(table["reason"], _quarter_reason(company)(table)),
    )


def _histories(table: Any, end: int) -> Any:
    """One row a customer: frequency, recency and length in days, sum of the repeat purchases."""
    repeat = table["day"] > table["joined"]
    return table.group_by("code").aggregate(
        frequency=table.count() - 1,
        recency=table["day"].max() - table["day"].min(),
        length=end - table["day"].min(),
        repeat_amount=table["amount"].sum(where=repeat).fill_null(0.0),
    )


def _counted(histories: Any, columns: list[str]) -> Any:
    """Distinct rows in ascending order, with their number in n_customers."""
    return histories.group_by(columns).aggregate(n_customers=histories.count()).order_by(columns).execute()


def _in_weeks(rows: Any) -> Any:
    rows.insert(1, "recency_weeks", rows.pop("recency") / DAYS_PER_WEEK)
    rows.insert(2, "T_weeks", rows.pop("length") / DAYS_PER_WEEK)
    return rows
