"""Frame ``experiment`` from surveys of customers chosen at random: all who were drawn against active customers who were not."""

from __future__ import annotations

from typing import Any

import ibis

from analysis.company.store import Company
from analysis.core.vocabulary import Design
from analysis.frames import Frame
from analysis.frames.builders.behaviour import UNSEEN, with_purchases, with_subscription
from analysis.frames.builders.common import YEAR_DAYS, checked, no_reason, record, runs_on, zero_one
from analysis.frames.builders.occasions import observation, occasions
from analysis.frames.builders.subscription_spells import spells
from analysis.frames.builders.survey_answers import about, answers

MOST_DAYS = 12
"""Days of drawing that are taken, those on which most were drawn: every further one brings all customers in again."""


def build_random_invitations(company: Company, *, subscribed: bool) -> Frame:
    """Who was drawn for a survey (answered or not) against the customers active on that day who were not asked.

    Active is a running subscription, or a purchase in the year before. Days of drawing are strata. The outcome is 1 if
    the customer is lost: no subscriber any more after a year, or no purchase within a year.
    """
    key = "experiment/random_invitations" if subscribed else "experiment/random_invitations_purchases"
    t = answers(company)
    drawn = t.filter(t["drawn"]).select("customer_id", "day").distinct()
    biggest = _biggest(drawn)
    units = _units(company, t, biggest, subscribed)
    joined = _with_outcome(company, units, subscribed)
    used = joined.filter(joined["why"].isnull())
    rows = used.select("event", "customer_id", "day", "assigned", "outcome").order_by("event").execute()
    table = rows.assign(arm=rows["assigned"].map({1: "asked", 0: "control"})).rename(columns={"event": "unit_id"})
    if table["day"].nunique() > 1:
        table["stratum"] = table["day"].astype(str)
        table["cluster"] = table["customer_id"].astype("category").cat.codes.astype("int64")
    _record(company, key, t, joined, biggest)
    outcome = "no subscriber any more a year later" if subscribed else "bought nothing within a year"
    words = about(
        company,
        len(table),
        "customers, some of them on several days of drawing",
        design=Design.RANDOMISED,
        outcome=outcome,
        contrast="drawn to be asked less not drawn",
    )
    return checked(company, key, table.drop(columns=["customer_id", "day"]), words)


def _biggest(drawn: Any) -> Any:
    """The days of drawing that are taken, in column `draw_day`."""
    days = drawn.group_by(draw_day="day").aggregate(n=drawn.count())
    return days.order_by([days["n"].desc(), "draw_day"]).limit(MOST_DAYS).select("draw_day")


def _units(company: Company, t: Any, days: Any, subscribed: bool) -> Any:
    """One row an active customer and day of drawing; customers asked that day without having been drawn are left out."""
    if subscribed:
        pairs = spells(company).cross_join(days)
        here = pairs.filter(runs_on(pairs, pairs["draw_day"]))
    else:
        pairs = occasions(company).select("customer_id", bought_at="day").cross_join(days)
        here = pairs.filter((pairs["draw_day"] - pairs["bought_at"]).between(1, YEAR_DAYS))
    active = here.select("customer_id", day="draw_day").distinct()
    asked = t.group_by(who="customer_id", when="day").aggregate(drawn=t["drawn"].any())
    joined = active.left_join(asked, [active["customer_id"] == asked["who"], active["day"] == asked["when"]])
    fair = joined.filter(joined["drawn"].isnull() | joined["drawn"])
    fair = fair.mutate(assigned=zero_one(fair["drawn"].notnull())).drop("who", "when", "drawn")
    return fair.mutate(event=ibis.row_number().over(ibis.window(order_by=["day", "customer_id"])))


def _with_outcome(company: Company, units: Any, subscribed: bool) -> Any:
    if subscribed:
        joined = with_subscription(company, units, YEAR_DAYS)
        late = joined["day"] + YEAR_DAYS > company.table("subscriptions").end
        value = 1 - joined["retained"]
    else:
        joined = with_purchases(company, units, YEAR_DAYS)
        late = joined["day"] + YEAR_DAYS > observation(company)[1]
        value = zero_one(joined["n_after"] == 0)
    return joined.mutate(outcome=value.cast("float64"), why=ibis.cases((late, UNSEEN), else_=no_reason()))


def _record(company: Company, key: str, t: Any, units: Any, biggest: Any) -> None:
    taken = units.filter(units["assigned"] == 1).select(who="customer_id", when="day", why="why", known=ibis.literal(1))
    joined = t.left_join(taken, [t["customer_id"] == taken["who"], t["day"] == taken["when"]])
    joined = joined.left_join(biggest, joined["day"] == biggest["draw_day"])
    reason = ibis.cases(
        (~joined["drawn"], "not drawn at random"),
        (joined["draw_day"].isnull(), f"not among the {MOST_DAYS} largest days of drawing"),
        (joined["known"].isnull(), "not active on the day of drawing"),
        (joined["why"].notnull(), joined["why"]),
        else_=no_reason(),
    )
    note = "controls are active customers without a survey on the day; they have no row"
    record(company, key, "surveys", joined, reason, (note,))
