"""What customers did before and after a day: purchases and subscriptions round the events of other tables."""

from __future__ import annotations

from typing import Any

from analysis.company.store import Company
from analysis.frames.builders.common import YEAR_DAYS, zero_one
from analysis.frames.builders.occasions import occasions
from analysis.frames.builders.subscription_spells import spells

UNSEEN = "window after it not observed whole"
"""Reason for an event so late that its window reaches beyond the end of observation."""


def with_purchases(
    company: Company, events: Any, window: int, *more: int, same_day: bool = False, skip: int = 0, lag: int = 0
) -> Any:
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
    skip : int
        Days at the beginning of the window in which purchases do not count.
    lag : int
        Days before the event that are left out of what counts as before.

    Returns
    -------
    ibis Table
        With `n_after`, `spend_after`, and of the year before `n_year`, `spend_year`; `since_first` (days since the first
        purchase, 0 without any) and `since_last`; `n_lag`, purchases within the lag.
    """
    bought = occasions(company).select("customer_id", bought_at="day", amount="amount")
    pairs = events.select("event", "customer_id", "day").inner_join(bought, "customer_id")
    gap = pairs["bought_at"] - pairs["day"]
    counted = {}
    for length in (window, *more):
        first, last = (0, length - 1) if same_day else (1, length)
        after, named = gap.between(first + skip, last), f"_{length}" if more else ""
        counted[f"n_after{named}"] = zero_one(after).sum()
        counted[f"spend_after{named}"] = pairs["amount"].sum(where=after)
    year = gap.between(-YEAR_DAYS - lag, -1 - lag)
    earlier = gap <= -1 - lag
    sums = pairs.group_by("event").aggregate(
        **counted,
        n_year=zero_one(year).sum(),
        spend_year=pairs["amount"].sum(where=year),
        n_lag=zero_one(gap.between(-lag, -1)).sum(),
        since_first=(-gap).max(where=earlier),
        since_last=(-gap).min(where=earlier),
    )
    return _joined(events, sums, [*counted, "n_year", "spend_year", "n_lag", "since_first"])


def with_subscription(company: Company, events: Any, window: int) -> Any:
    """Add whether the customer subscribed on the day of each event and still did when the window was over.

    Returns
    -------
    ibis Table
        With `subscribed`, `retained` (0 or 1) and `subscribed_for` (days since the running spell began, 0 without one).
    """
    table = spells(company).select("customer_id", "start", "end")
    pairs = events.select("event", "customer_id", "day").inner_join(table, "customer_id")
    here = (pairs["start"] <= pairs["day"]) & (pairs["end"].isnull() | (pairs["end"] > pairs["day"]))
    then = pairs["day"] + window
    there = (pairs["start"] <= then) & (pairs["end"].isnull() | (pairs["end"] > then))
    sums = pairs.group_by("event").aggregate(
        subscribed=zero_one(here).max(),
        retained=zero_one(there).max(),
        subscribed_for=(pairs["day"] - pairs["start"]).max(where=here),
    )
    return _joined(events, sums, ["subscribed", "retained", "subscribed_for"])


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
    bought = occasions(company).select("customer_id", bought_at="day", amount="amount")
    pairs = events.select("event", "customer_id", "day").inner_join(bought, "customer_id")
    gap = pairs["bought_at"] - pairs["day"]
    year, sums = gap.between(-YEAR_DAYS, -1), {}
    for length, skip in windows:
        after = gap.between(skip, length - 1)
        sums[f"n_after_{length}_{skip}"] = zero_one(after).sum()
        sums[f"spend_after_{length}_{skip}"] = pairs["amount"].sum(where=after)
    return pairs.group_by("event").aggregate(
        n_year=zero_one(year).sum(),
        spend_year=pairs["amount"].sum(where=year),
        since_first=(-gap).max(where=gap <= -1),
        **sums,
    )


def retained_after(company: Company, events: Any, windows: tuple[int, ...]) -> Any:
    """Whether the customer subscribed on the day of each event, and still did when each of several windows was over.

    Returns
    -------
    ibis Table
        One row an event of a customer with a spell: `event`, `subscribed`, `retained_LENGTH` (0 or 1).
    """
    table = spells(company).select("customer_id", "start", "end")
    pairs = events.select("event", "customer_id", "day").inner_join(table, "customer_id")

    def on(day: Any) -> Any:
        return zero_one((pairs["start"] <= day) & (pairs["end"].isnull() | (pairs["end"] > day))).max()

    later = {f"retained_{length}": on(pairs["day"] + length) for length in windows}
    return pairs.group_by("event").aggregate(subscribed=on(pairs["day"]), **later)


def beside(events: Any, more: Any) -> Any:
    """The columns of `more`, which has the same events, beside those of `events`."""
    more = more.rename(event_="event")
    return events.inner_join(more, events["event"] == more["event_"]).drop("event_")


def joined_by_event(events: Any, sums: Any) -> Any:
    """Left join by event; what has no row there is 0."""
    return _joined(events, sums, [c for c in sums.columns if c != "event"])


def _joined(events: Any, sums: Any, zero: list[str]) -> Any:
    """Left join by event; what has no row there is 0."""
    renamed = sums.rename(event_="event")
    joined = events.left_join(renamed, events["event"] == renamed["event_"]).drop("event_")
    return joined.mutate(**{name: joined[name].fill_null(0) for name in zero})
