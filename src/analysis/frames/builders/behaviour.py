"""What customers did before and after a day: purchases and subscriptions round the events of other tables."""

from __future__ import annotations

from typing import Any

import ibis

from analysis.company.store import Company
from analysis.frames.builders.common import YEAR_DAYS, no_reason, runs_on, years, zero_one
from analysis.frames.builders.occasions import observation, occasions
from analysis.frames.builders.subscription_spells import spells

UNSEEN = "window after it not observed whole"
"""Reason for an event so late that its window reaches beyond the end of observation."""

NO_SUBSCRIPTION = "no subscription running on the day"


def with_purchases(company: Company, events: Any, window: int, *more: int, same_day: bool = False, lag: int = 0) -> Any:
    """Add what the customer bought before and after each event.

    Parameters
    ----------
    events : ibis Table
        `event` (unique), `customer_id`, `day`.
    window : int
        Days after the event that count as after.
    more : int
        Further windows. Then `n_after` and `spend_after` carry the number of days: `n_after_182`.
    same_day : bool
        Whether purchases on the day of the event count as after; else that day counts neither way.
    lag : int
        Days before the event that are left out of what counts as before.

    Returns
    -------
    ibis Table
        With `n_after`, `spend_after`, and of the year before `n_year`, `spend_year`; `since_first` (days since the first
        purchase, 0 without any) and `since_last`; `n_lag`, purchases within the lag.
    """
    pairs, gap = _purchases_of(company, events)
    sums = _before(pairs, gap, lag)
    for length in (window, *more):
        after = gap.between(0, length - 1) if same_day else gap.between(1, length)
        sums |= _counted(pairs, after, f"after_{length}" if more else "after")
    sums["n_lag"] = zero_one(gap.between(-lag, -1)).sum()
    sums["since_last"] = (-gap).min(where=gap <= -1 - lag)
    return joined_by_event(events, pairs.group_by("event").aggregate(**sums), but="since_last")


def _purchases_of(company: Company, events: Any) -> tuple[Any, Any]:
    """Events with every purchase of their customers, and the days from the event to the purchase."""
    bought = occasions(company).select("customer_id", bought_at="day", amount="amount")
    pairs = events.select("event", "customer_id", "day").inner_join(bought, "customer_id")
    return pairs, pairs["bought_at"] - pairs["day"]


def _counted(pairs: Any, where: Any, name: str) -> dict[str, Any]:
    return {f"n_{name}": zero_one(where).sum(), f"spend_{name}": pairs["amount"].sum(where=where)}


def _before(pairs: Any, gap: Any, lag: int = 0) -> dict[str, Any]:
    year = _counted(pairs, gap.between(-YEAR_DAYS - lag, -1 - lag), "year")
    return {**year, "since_first": (-gap).max(where=gap <= -1 - lag)}


def _spells_of(company: Company, events: Any) -> Any:
    """Events with every spell of their customers."""
    table = spells(company).select("customer_id", "start", "end")
    return events.select("event", "customer_id", "day").inner_join(table, "customer_id")


def with_subscription(company: Company, events: Any, window: int) -> Any:
    """Add whether the customer subscribed on the day of each event and still did when the window was over.

    Returns
    -------
    ibis Table
        With `subscribed`, `retained` (0 or 1) and `subscribed_for` (days since the running spell began, 0 without one).
    """
    pairs = _spells_of(company, events)
    here = runs_on(pairs, pairs["day"])
    sums = pairs.group_by("event").aggregate(
        subscribed=zero_one(here).max(),
        retained=zero_one(runs_on(pairs, pairs["day"] + window)).max(),
        subscribed_for=(pairs["day"] - pairs["start"]).max(where=here),
    )
    return joined_by_event(events, sums)


def held_equal(t: Any, *, subscribed: bool) -> dict[str, Any]:
    """Covariates of what was known of a customer before an event, by `with_subscription` or by `with_purchases`."""
    if subscribed:
        return {"x_tenure_years": years(t["subscribed_for"])}
    return {
        "x_tenure_years": years(t["since_first"]),
        "x_purchases_year": t["n_year"].cast("float64"),
        "x_spend_year": t["spend_year"].fill_null(0.0),
        "x_weeks_since_last": t["since_last"] / 7,
    }


def with_later(company: Company, events: Any, days: int, what: str) -> Any:
    """Add what the customer did before and within so many days after each event, as far as the tables tell.

    Parameters
    ----------
    what : str
        What the events are, for the reasons.

    Returns
    -------
    ibis Table
        With subscriptions `subscribed`, `subscribed_for`, `stayed_subscribed` (1 if still a subscriber then) and
        `why_subscribed`, the reason why there is no such outcome; with transactions `n_year`, `spend_year`, `since_first`,
        `since_last`, `stayed_bought` (1 if bought) and `why_bought`.
    """
    found = events
    if company.has("subscriptions", "ended_at"):
        joined = with_subscription(company, events, days)
        late = joined["day"] + days > company.table("subscriptions").end
        why = ibis.cases((late, UNSEEN), (joined["subscribed"] == 0, NO_SUBSCRIPTION), else_=no_reason())
        columns = {"stayed_subscribed": joined["retained"], "why_subscribed": why}
        found = beside(found, joined.select("event", "subscribed", "subscribed_for", **columns))
    if company.has("transactions"):
        joined = with_purchases(company, events, days)
        late, none = joined["day"] + days > observation(company)[1], f"customer without a purchase before the {what}"
        why = ibis.cases((late, UNSEEN), (joined["since_first"] == 0, none), else_=no_reason())
        columns = {"stayed_bought": zero_one(joined["n_after"] > 0), "why_bought": why}
        found = beside(found, joined.select("event", "n_year", "spend_year", "since_first", "since_last", **columns))
    return found


def counted_in(company: Company, events: Any, windows: tuple[tuple[int, int], ...]) -> Any:
    """What the customer bought around each event, in several windows at once; the day itself is the first of each.

    Parameters
    ----------
    events : ibis Table
        As for `with_purchases`.
    windows : tuple of (int, int)
        Length, and days at the beginning that do not count.

    Returns
    -------
    ibis Table
        One row an event of a customer with a purchase: `event`, `n_after_LENGTH_SKIP` and `spend_after_LENGTH_SKIP`; and
        `n_year`, `spend_year`, `since_first` as `with_purchases` has them.
    """
    pairs, gap = _purchases_of(company, events)
    sums = _before(pairs, gap)
    for length, skip in windows:
        sums |= _counted(pairs, gap.between(skip, length - 1), f"after_{length}_{skip}")
    return pairs.group_by("event").aggregate(**sums)


def retained_after(company: Company, events: Any, windows: tuple[int, ...]) -> Any:
    """Whether the customer subscribed on the day of each event, and still did when each of several windows was over.

    Returns
    -------
    ibis Table
        One row an event of a customer with a spell: `event`, `subscribed`, `retained_LENGTH` (0 or 1).
    """
    pairs = _spells_of(company, events)
    days = {"subscribed": 0, **{f"retained_{length}": length for length in windows}}
    return pairs.group_by("event").aggregate(
        **{name: zero_one(runs_on(pairs, pairs["day"] + later)).max() for name, later in days.items()}
    )


def beside(events: Any, more: Any) -> Any:
    """The columns of `more`, which has the same events, beside those of `events`."""
    more = more.rename(event_="event")
    return events.inner_join(more, events["event"] == more["event_"]).drop("event_")


def joined_by_event(events: Any, sums: Any, but: str = "") -> Any:
    """Left join by event; what has no row there is 0, in all columns `but` one."""
    renamed = sums.rename(event_="event")
    joined = events.left_join(renamed, events["event"] == renamed["event_"]).drop("event_")
    return joined.mutate(**{name: joined[name].fill_null(0) for name in sums.columns if name not in ("event", but)})
