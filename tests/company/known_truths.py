"""Tables drawn from companies whose truth is known, each with one fault of real exports built in."""

from __future__ import annotations

import numpy as np
import pandas as pd

DAY_ZERO = pd.Timestamp("2023-01-01")


def days(numbers: np.ndarray) -> np.ndarray:
    """Day numbers as ISO dates, nan as an empty text."""
    stamps = DAY_ZERO + pd.to_timedelta(np.nan_to_num(numbers), unit="D")
    return np.where(np.isnan(np.asarray(numbers, float)), "", stamps.strftime("%Y-%m-%d"))


def reminders(seed: int, n: int = 2_000, effect: float = 0.0, planned: float = 0.5) -> dict[str, pd.DataFrame]:
    """A letter drawn at random on day 60; a fortnight later whoever got one and has not bought yet is sent a `reminder`.

    Buying within a year has probability .3 + effect after a letter and .3 without, on a day drawn evenly: the truth of
    assignment is `effect`. Everyone bought once before, some of them often.
    """
    rng = np.random.default_rng(seed)
    letter = rng.random(n) < planned
    buys = rng.random(n) < 0.3 + effect * letter
    when = 60 + rng.integers(0, 360, n)
    who = np.array([f"k{i:05d}" for i in range(n)])
    later = letter & ~(buys & (when < 74))
    first = pd.DataFrame({"customer_id": who, "at": days(np.full(n, 60)), "arm": np.where(letter, "letter", "control")})
    again = pd.DataFrame({"customer_id": who[later], "at": days(np.full(later.sum(), 74)), "arm": "reminder"})
    campaigns = pd.concat([first, again]).assign(campaign_id="winback-1")
    before = np.repeat(who, 1 + rng.poisson(1, n))
    bought = pd.DataFrame({"customer_id": before, "at": days(rng.integers(0, 50, len(before)))})
    after = pd.DataFrame({"customer_id": who[buys], "at": days(when[buys])})
    return {"campaigns": campaigns, "transactions": pd.concat([bought, after]).assign(amount=20)}


def settled_at_first_contact(seed: int, n: int = 800, ratio: float = 1.0) -> dict[str, pd.DataFrame]:
    """One ticket a subscriber on days 200 to 299; half are settled at first contact, sooner, and drive nobody away.

    The time to the answer is 2^d hours, d ~ N(2 - 1.5 s, 1) with s = 1 if settled at first contact; from the ticket on the
    hazard of leaving is 0.0012 exp(ln(ratio) d + 1.2 (1 - s)) a day. Truth: the hazard ratio `ratio` for each doubling.
    """
    rng = np.random.default_rng(seed)
    settled = rng.random(n) < 0.5
    doublings = rng.normal(2 - 1.5 * settled, 1)
    opened = 200 + rng.integers(0, 100, n)
    hazard = 0.0012 * np.exp(np.log(ratio) * doublings + 1.2 * ~settled)
    left = np.ceil(opened + rng.exponential(1 / hazard))
    who = np.array([f"k{i:05d}" for i in range(n)])
    moment = DAY_ZERO + pd.to_timedelta(24 * opened + 9, unit="h")
    answered = moment + pd.to_timedelta(np.round(3600 * 2**doublings), unit="s")
    tickets = pd.DataFrame({"ticket_id": who, "customer_id": who, "opened_at": moment.strftime("%Y-%m-%d %H:%M:%S")})
    tickets["resolved_at"] = answered.strftime("%Y-%m-%d %H:%M:%S")
    tickets["resolved_first_contact"] = np.where(settled, "true", "false")
    ended = days(np.where(left < 500, left, np.nan))
    started = days(rng.integers(0, 199, n))
    return {
        "tickets": tickets.assign(category="question"),
        "subscriptions": pd.DataFrame({"customer_id": who, "started_at": started, "ended_at": ended}),
    }


def left_at_once(seed: int, n: int = 800, effect: float = 0.1) -> dict[str, pd.DataFrame]:
    """Whoever leaves over a failure does it within ten days: a landmark half a year on finds nobody of them.

    Three years. Everybody subscribes from a day of the first hundred on and leaves at a hazard of 0.0008 a day; those who
    are heavy users (half) at 0.0004, and meet failures at 0.002 a day, the others at 0.001. A failure makes one leave with
    probability `effect`, 1 to 10 days later, and does nothing else. Truth over h days: effect times the share of those who
    had stayed for h days anyhow.
    """
    rng = np.random.default_rng(seed)
    heavy = rng.random(n) < 0.5
    started = rng.integers(0, 100, n)
    left = np.ceil(started + rng.exponential(1 / np.where(heavy, 0.0004, 0.0008)))
    rows = []
    for i in range(n):
        day = float(started[i])
        while True:
            day += rng.exponential(1 / (0.002 if heavy[i] else 0.001))
            if day >= min(left[i], 1_095):
                break
            rows.append((i, int(day)))
            if rng.random() < effect:
                left[i] = min(left[i], int(day) + 1 + rng.integers(0, 10))
    who = np.array([f"k{i:05d}" for i in range(n)])
    met, on = (np.array(column) for column in zip(*rows, strict=True))
    tickets = pd.DataFrame({"customer_id": who[met], "opened_at": days(on), "category": "failure"})
    tickets.insert(0, "ticket_id", [f"{name}-{k}" for k, name in enumerate(tickets["customer_id"])])
    ended = days(np.where(left < 1_095, left, np.nan))
    subscriptions = pd.DataFrame({"customer_id": who, "started_at": days(started), "ended_at": ended})
    return {"tickets": tickets, "subscriptions": subscriptions}
