"""The ten tables of a simulated company, as a company would hand them over: ids as text, days as dates, gaps empty."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from analysis.demo.campaign_plan import CONTROL, campaigns_of
from analysis.demo.campaigning import STRANGER_RESPONSE
from analysis.demo.parameters import REASONS
from analysis.demo.service import CATEGORIES
from analysis.demo.state import NEVER, Run

CHANNELS = ("search", "social", "store", "partner")
REGIONS = ("north", "south", "east", "west")
YEAR = 365


def tables_of(run: Run, *, seed: int) -> dict[str, pd.DataFrame]:
    """All ten tables.

    Parameters
    ----------
    run : Run
    seed : int
        Of what has no effect on anything: channels, regions, strangers, the noise of the accounts.

    Returns
    -------
    dict
        Name of a company table to pandas.DataFrame with the columns of `analysis.company.schemas`; days are datetime64,
        missing values NaN, NaT or None.
    """
    rng = np.random.default_rng([seed, 1_000])
    spells = spells_of(run)
    return {
        "transactions": _transactions(run),
        "customers": _customers(run, rng),
        "subscriptions": _subscriptions(run, spells),
        "spending": _spending(run, spells, rng),
        "memberships": _memberships(run),
        "points": _points(run),
        "tickets": _tickets(run),
        "surveys": _surveys(run),
        "campaigns": _campaigns(run, rng),
        "referrals": _referrals(run),
    }


def spells_of(run: Run) -> pd.DataFrame:
    """Times as a customer: who, start, end (NEVER while it runs), reason (place in REASONS); days from 0, in order."""
    ended = run.log.table("spells", ("who", "start", "end", "reason"))
    here = np.flatnonzero(run.state.here)
    running = pd.DataFrame({"who": here, "start": run.state.spell_start[here], "end": NEVER, "reason": NEVER})
    found = pd.concat([ended, running]).astype("int64")
    found = found[found["start"] < run.scenario.n_days]
    late = found["end"] >= run.scenario.n_days
    found.loc[late, ["end", "reason"]] = NEVER
    return found.sort_values(["who", "start"]).reset_index(drop=True)


def buys_of(run: Run) -> pd.DataFrame:
    """Purchases: who, day, amount, in order; at most one a customer and week."""
    found = run.log.table("buys", ("who", "day", "amount")).astype({"who": "int64", "day": "int64"})
    found = found[found["day"] < run.scenario.n_days]
    return found.sort_values(["who", "day"]).reset_index(drop=True)


def campaign_rows_of(run: Run) -> pd.DataFrame:
    """Rows of campaigns to customers: number (place in the plan), who, arm (its place), day, contact, answered, left."""
    columns = ("number", "who", "arm", "day", "contact", "answered", "left")
    found = run.log.table("campaigns", columns).sort_values(["number", "who", "contact"])
    return found.reset_index(drop=True)


def ids(numbers: pd.Series | np.ndarray) -> pd.Series:
    """Customers' numbers as the texts of the tables: c000012."""
    return "c" + pd.Series(numbers).astype("int64").astype(str).str.zfill(6).reset_index(drop=True)


def _dates(run: Run, days: pd.Series | np.ndarray) -> pd.Series:
    numbers = pd.Series(days).astype("int64").reset_index(drop=True)
    found = pd.Timestamp(run.scenario.first_day) + pd.to_timedelta(numbers, unit="D")
    return found.where(numbers != NEVER)


def _transactions(run: Run) -> pd.DataFrame:
    b = buys_of(run)
    return pd.DataFrame({"customer_id": ids(b["who"]), "at": _dates(run, b["day"]), "amount": b["amount"]})


def _customers(run: Run, rng: np.random.Generator) -> pd.DataFrame:
    n = run.scenario.n_customers
    channel = np.asarray(CHANNELS, dtype=object)[rng.integers(0, len(CHANNELS), n)]
    referrer = run.state.referrer
    channel[referrer != NEVER] = "referral"
    return pd.DataFrame(
        {
            "customer_id": ids(np.arange(n)),
            "joined_at": _dates(run, run.people.joined),
            "channel": channel,
            "referred_by": ids(np.maximum(referrer, 0)).where(pd.Series(referrer != NEVER), None),
            "region": np.asarray(REGIONS)[rng.integers(0, len(REGIONS), n)],
        }
    )


def _subscriptions(run: Run, spells: pd.DataFrame) -> pd.DataFrame:
    """One row a year of a subscription: the price changes on its anniversaries."""
    people, reasons = run.people, np.asarray([*REASONS, None], dtype=object)
    mine = spells[people.subscribed[spells["who"]]]
    until = mine["end"].where(mine["end"] != NEVER, run.scenario.n_days)
    n_epochs = np.maximum(1, -(-(until - mine["start"]) // YEAR)).to_numpy()
    rows = mine.loc[mine.index.repeat(n_epochs)]
    epoch = rows.groupby(level=0).cumcount().to_numpy()
    last = ~rows.index.duplicated(keep="last")
    who, start = rows["who"].to_numpy(), rows["start"].to_numpy() + YEAR * epoch
    end = np.where(last, rows["end"].to_numpy(), start + YEAR)
    place = np.minimum(epoch, len(people.price_steps) - 1)
    price = np.round(people.price[who] * np.exp(people.price_steps.cumsum(axis=0)[place, who]), 2)
    reason = np.where(last, reasons[rows["reason"]], "renewed")  # NEVER is the last place: no reason
    return pd.DataFrame(
        {
            "customer_id": ids(who),
            "started_at": _dates(run, start),
            "ended_at": _dates(run, end),
            "price": price,
            "market_price": np.round(price * np.exp(-people.market_gaps[place, who]), 2),
            "term_months": people.term[who],
            "auto_renew": people.auto_renew[who],
            "end_reason": reason,
        }
    )


def _spending(run: Run, spells: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Monthly accounts: acquisition pays a customer won, retention a customer retained a year, both with 5 % of noise."""
    scenario = run.scenario
    months = pd.date_range(scenario.first_day, scenario.last_day, freq="MS")
    bounds = np.r_[(months - pd.Timestamp(scenario.first_day)).days, scenario.n_days]
    won = np.histogram(run.people.joined, bounds)[0]
    until = spells["end"].where(spells["end"] != NEVER, scenario.n_days + 1)
    mine = run.people.subscribed[spells["who"]]
    kept = np.array([((spells["start"] < low) & (until > high - 1) & mine).sum() for low, high in pairwise(bounds)])
    noise = 1 + 0.05 * rng.standard_normal((2, len(months)))
    cost = scenario.retention_cost
    amounts = {
        "acquisition": cost * scenario.effects.cost_multiple * won * noise[0],
        "retention": cost * kept * np.diff(bounds) / 365.25 * noise[1],
    }
    parts = [
        pd.DataFrame({"period_start": months, "purpose": name, "amount": np.round(np.maximum(values, 0), 2)})
        for name, values in amounts.items()
    ]
    return pd.concat(parts, ignore_index=True)


def _memberships(run: Run) -> pd.DataFrame:
    """A row a year in a tier: it begins with a decision, and the next decision, or leaving, ends it."""
    tiers = run.scenario.tiers
    rows = run.log.table("rows", ("who", "tier", "start", "amount"))
    ends = run.log.table("row_ends", ("who", "start", "end"))
    merged = rows.merge(ends, on=["who", "start"], how="left")
    club = run.log.table("club", ("who", "start")).sort_values(["who", "start"])
    club = _with_ends(club, run.log.table("club_ends", ("who", "end")))
    club["tier"], club["amount"] = len(tiers), np.nan
    every = pd.concat([merged, club], ignore_index=True)
    every = every[every["start"] < run.scenario.n_days].sort_values(["who", "start", "tier"]).reset_index(drop=True)
    every["end"] = every["end"].where(every["end"] < run.scenario.n_days, NEVER).fillna(NEVER)
    tier = every["tier"].astype(int).to_numpy()
    thresholds = np.array([t.threshold for t in tiers] + [np.nan])
    benefits = np.array([t.benefit for t in tiers] + [np.nan])
    return pd.DataFrame(
        {
            "customer_id": ids(every["who"]),
            "tier": np.array([t.name for t in tiers] + ["subscription"])[tier],
            "from_at": _dates(run, every["start"]),
            "to_at": _dates(run, every["end"]),
            "threshold": thresholds[tier],
            "qualifying_amount": every["amount"],
            "benefit_value": benefits[tier],
        }
    )


def _with_ends(starts: pd.DataFrame, ends: pd.DataFrame) -> pd.DataFrame:
    """The first end of the same customer behind each start."""
    left = starts.astype("int64").sort_values("start")
    right = ends.astype("int64").assign(start=lambda t: t["end"]).sort_values("start")
    return pd.merge_asof(left, right, on="start", by="who", direction="forward", allow_exact_matches=False)


def _points(run: Run) -> pd.DataFrame:
    p = run.log.table("points", ("who", "day", "points", "kind")).sort_values(["who", "day", "kind"])
    p = p[p["day"] < run.scenario.n_days]
    kind = p["kind"].astype(int).to_numpy()
    limit = np.where(run.people.restricted[p["who"].astype(int)], "weekdays only", "none")
    return pd.DataFrame(
        {
            "customer_id": ids(p["who"]),
            "at": _dates(run, p["day"]),
            "points": p["points"].to_numpy(),
            "kind": np.array(["earn", "redeem", "expire"])[kind],
            "restriction": pd.Series(limit).where(kind == 0, None),
        }
    )


def _tickets(run: Run) -> pd.DataFrame:
    columns = ("who", "minute", "hours", "first", "priority", "kind", "severity", "contacts")
    t = run.log.table("tickets", columns).sort_values(["minute", "who"]).reset_index(drop=True)
    opened = pd.Timestamp(run.scenario.first_day) + pd.to_timedelta(t["minute"].astype("int64"), unit="min")
    over = pd.Timestamp(run.scenario.last_day) + pd.Timedelta(days=1)
    settled = (opened + pd.to_timedelta(np.maximum(t["hours"], 0.05), unit="h")).dt.round("min")
    found = pd.DataFrame(
        {
            "ticket_id": "t" + (t.index + 1).astype(str).str.zfill(7),
            "customer_id": ids(t["who"]),
            "opened_at": opened,
            "resolved_at": settled.where(settled < over),
            "contacts": t["contacts"].astype("int64"),
            "resolved_first_contact": t["first"].astype(bool),
            "priority": t["priority"].astype("int64"),
            "category": np.asarray(CATEGORIES)[t["kind"].astype(int)],
            "severity": t["severity"],
        }
    )
    found = found[found["opened_at"] < over].reset_index(drop=True)
    return found.drop(columns="severity") if run.scenario.departures.hidden_severity else found


_ITEMS = (None, "trust", "quality_product", "quality_service", "works_society")


def _surveys(run: Run) -> pd.DataFrame:
    s = run.log.table("surveys", ("who", "day", "instrument", "score", "drawn")).assign(item=0)
    i = run.log.table("items", ("who", "day", "item", "score")).assign(instrument=1, drawn=False)
    every = pd.concat([s, i], ignore_index=True)
    every = (
        every[every["day"] < run.scenario.n_days]
        .sort_values(["day", "who", "instrument", "item"])
        .reset_index(drop=True)
    )
    team = np.array([f"team {k + 1:02d}" for k in range(run.scenario.n_teams)])
    return pd.DataFrame(
        {
            "customer_id": ids(every["who"]),
            "at": _dates(run, every["day"]),
            "instrument": np.array(["nps", "csat", "ces"])[every["instrument"].astype(int)],
            "score": every["score"],
            "invited_at_random": every["drawn"].astype(bool),
            "team": team[run.people.team[every["who"].astype(int)]],
            "item": np.asarray(_ITEMS, dtype=object)[every["item"].astype(int)],
        }
    )


def _campaigns(run: Run, rng: np.random.Generator) -> pd.DataFrame:
    plan, rows = campaigns_of(run.scenario), campaign_rows_of(run)
    number, place = rows["number"].astype(int).to_numpy(), rows["arm"].astype(int).to_numpy()
    width = max(len(c.arms) for c in plan)
    arms = np.array([[*c.arms, *[""] * (width - len(c.arms))] for c in plan], dtype=object)[number, place]
    sent = arms != CONTROL
    found = pd.DataFrame(
        {
            "campaign_id": np.array([c.name for c in plan])[number],
            "customer_id": ids(rows["who"]),
            "at": _dates(run, rows["day"]),
            "arm": arms,
            "family": np.array([c.family for c in plan])[number],
            "at_risk_score": np.round(run.people.risk[rows["who"].astype(int)], 3),
            "cost": np.where(sent, 1.5, np.nan),
            "unsubscribed": np.where(sent, rows["left"].astype(bool), False),
            "responded": np.where(sent, rows["answered"].astype(bool), False),
        }
    )
    found = pd.concat([found, *_strangers(run, rng)], ignore_index=True)
    in_time = found["at"] <= pd.Timestamp(run.scenario.last_day)
    return found[in_time].sort_values(["at", "campaign_id", "customer_id"]).reset_index(drop=True)


def _strangers(run: Run, rng: np.random.Generator) -> list[pd.DataFrame]:
    """Rows of people who never bought; each is asked once."""
    scenario, parts, first = run.scenario, [], 0
    offers = [c for c in campaigns_of(scenario) if c.family == "offer"]
    for campaign in offers:
        n = int(scenario.n_strangers * scenario.n_customers / len(offers))
        numbers = pd.Series(np.arange(first, first + n))
        parts.append(
            pd.DataFrame(
                {
                    "campaign_id": campaign.name,
                    "customer_id": "s" + numbers.astype(str).str.zfill(6),
                    "at": pd.Timestamp(scenario.first_day) + pd.Timedelta(days=7 * campaign.week),
                    "arm": "offer",
                    "family": campaign.family,
                    "at_risk_score": np.nan,
                    "cost": 1.5,
                    "unsubscribed": rng.random(n) < 0.004,
                    "responded": rng.random(n) < STRANGER_RESPONSE,
                }
            )
        )
        first += n
    return parts


def _referrals(run: Run) -> pd.DataFrame:
    r = run.log.table("referrals", ("who", "referrer", "day")).sort_values(["day", "who"])
    return pd.DataFrame({"referrer_id": ids(r["referrer"]), "referred_id": ids(r["who"]), "at": _dates(run, r["day"])})
