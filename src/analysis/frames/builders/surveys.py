"""Frames from surveys: scores against what customers did later, items, teams, and random choices of whom to ask."""

from __future__ import annotations

from typing import Any

import ibis
import pandas as pd

from analysis.company.store import Company
from analysis.frames import Frame
from analysis.frames.builders.common import (
    YEAR_DAYS,
    checked,
    no_reason,
    once,
    record,
    with_clusters,
    with_codes,
    zero_one,
)
from analysis.frames.builders.survey_answers import about, answers, later, overall_reason, with_later_behaviour

INSTRUMENTS = {"nps": "net promoter score", "csat": "satisfaction score", "ces": "ease score"}


def build_scores(company: Company, instrument: str, *, key: str, outcome: str) -> Frame:
    """Frame ``scores``: an answer on the whole, and whether the customer stayed, bought or referred in the year after.

    Parameters
    ----------
    instrument : str
        "nps", "csat" or "ces".
    outcome : str
        "subscribed" (still a subscriber a year later), "bought" (bought within a year) or "referred" (brought in another
        customer within a year).

    The rival score of an nps answer is the customer's csat answer of the same day, where there is one.
    """
    t = answers(company)
    if outcome == "referred":
        joined = _with_referrals(company, t)
    else:
        joined = with_later_behaviour(company, subscribed=outcome == "subscribed")
    joined = joined.mutate(reason=ibis.coalesce(overall_reason(joined, instrument), joined["why"]))
    scores = (
        _scores(joined, t, ("stayed",), joined["why"].isnull()) if outcome == "referred" else _later_scores(company)
    )
    stayed = "stayed" if outcome == "referred" else f"stayed_{outcome}"
    rows = scores[(scores["instrument"] == instrument) & scores[stayed].notna()].reset_index(drop=True)
    columns = ["event", "customer_id", "score", "stayed"] + (["rival_score"] if instrument == "nps" else [])
    rows = rows.rename(columns={stayed: "stayed"}).astype({"stayed": "int64"})[columns]
    record(company, key, "surveys", joined, joined["reason"])
    words = {
        "subscribed": "still a subscriber a year later",
        "bought": "bought within a year",
        "referred": "brought in another customer within a year",
    }
    context = about(company, len(rows), f"answers to the {INSTRUMENTS[instrument]}", outcome=words[outcome])
    return checked(company, key, _scores_table(rows), context)


@once("scores and later")
def _later_scores(company: Company) -> pd.DataFrame:
    """Answers on the whole, with what the customer did later by subscriptions and by purchases; missing if not known."""
    t = later(company)
    known = {
        f"stayed_{what}": t[f"why_{what}"].isnull().ifelse(t[f"stayed_{what}"], ibis.null("int64"))
        for what in ("subscribed", "bought")
        if f"stayed_{what}" in t.columns
    }
    t = t.mutate(**known)
    return _scores(t, t, tuple(known), ibis.literal(True))


def _scores(joined: Any, t: Any, stayed: tuple[str, ...], known: Any) -> pd.DataFrame:
    """Answers on the whole to all instruments, with what came of them, in pandas."""
    used = joined.filter(joined["item"].isnull() & joined["score"].notnull() & known)
    columns = ["event", "customer_id", "score", *stayed, "rival_score", "instrument"]
    return _with_rival(used, t).select(*columns).order_by("event").execute()


def _scores_table(rows: pd.DataFrame) -> pd.DataFrame:
    table = with_clusters(rows.rename(columns={"event": "unit_id", "stayed": "outcome"}))
    if "rival_score" in table and table["rival_score"].isna().all():
        table = table.drop(columns="rival_score")
    return table


def _with_rival(used: Any, t: Any) -> Any:
    same = t.filter((t["instrument"] == "csat") & t["item"].isnull() & t["score"].notnull())
    per_day = same.group_by(who="customer_id", when="day").aggregate(rival_score=same["score"].mean())
    joined = used.left_join(per_day, [used["customer_id"] == per_day["who"], used["day"] == per_day["when"]])
    return joined.drop("who", "when")


def _with_referrals(company: Company, t: Any) -> Any:
    r = company.table("referrals").expression.select(referrer="referrer_id", brought="at")
    end = company.table("referrals").end
    pairs = t.select("event", "customer_id", "day").inner_join(r, t["customer_id"] == r["referrer"])
    later = pairs.filter((pairs["brought"] - pairs["day"]).between(1, YEAR_DAYS))
    counts = later.group_by(unit="event").aggregate(n=later.count())
    joined = t.left_join(counts, t["event"] == counts["unit"]).drop("unit")
    late = joined["day"] + YEAR_DAYS > end
    return joined.mutate(
        stayed=zero_one(joined["n"].fill_null(0) > 0),
        why=ibis.cases((late, "year after it not observed whole in referrals"), else_=no_reason()),
    )


def build_items(company: Company) -> Frame:
    """Frame ``satisfaction_items``: trust as the overall score; items whose names begin with quality or works.

    One row a customer and day. Answers to the item `trust` are the overall score; an item `quality_service` becomes
    x_quality_service, and one that is called `quality` becomes x_quality_all; so for `works` (good works).
    """
    t = answers(company)
    rows = t.filter(_on_trust(t) & t["score"].notnull()).select("customer_id", "day", "item", "score").execute()
    wide = rows.pivot_table(index=["customer_id", "day"], columns="item", values="score", aggfunc="mean")
    names = {c: f"x_{c if '_' in c else c + '_all'}" for c in wide.columns if c != "trust"}
    wide = wide.rename(columns=names | {"trust": "overall"})
    complete = wide.dropna().reset_index()
    retained = set(zip(complete["customer_id"], complete["day"], strict=True))
    _record_items(company, t, retained)
    complete.insert(0, "unit_id", range(len(complete)))
    context = about(company, len(complete), "answers on trust and its items", outcome="trust")
    return checked(company, "satisfaction_items", complete.drop(columns=["customer_id", "day"]), context)


def _on_trust(t: Any) -> Any:
    """Whether a row is about an item of the frame."""
    named = t["item"].fill_null("")
    return (named == "trust") | named.startswith("quality") | named.startswith("works") | named.startswith("price")


def _record_items(company: Company, t: Any, retained: set[tuple[str, int]]) -> None:
    pairs = pd.DataFrame(sorted(retained) or [("", -1)], columns=["who", "when"])
    known = ibis.memtable(pairs).mutate(known=ibis.literal(1))
    joined = t.left_join(known, [t["customer_id"] == known["who"], t["day"] == known["when"]])
    reason = ibis.cases(
        (~_on_trust(joined), "no item on trust, quality, price or good works"),
        (joined["score"].isnull(), "asked, not answered"),
        (joined["known"].isnull(), "other items of the same day not answered"),
        else_=no_reason(),
    )
    record(company, "satisfaction_items", "surveys", joined, reason)


def build_teams(company: Company, *, subscribed: bool) -> Frame:
    """Frame ``exposure``: customers of highly rated teams against those of poorly rated ones; teams are the clusters.

    The ratings come from other customers: half of them (by their code, odd) rate the teams, the other half (even) is
    followed for a year after the survey. A team is rated high if its mean standardised score is at or above the median of
    the teams.
    """
    key = "exposure/team" if subscribed else "exposure/team_repurchase"
    joined = with_codes(with_later_behaviour(company, subscribed=subscribed), "code")
    rates = joined["code"] % 2 == 1
    answered = joined["team"].notnull() & joined["score"].notnull() & joined["item"].isnull()
    high = company.once("high teams", lambda: _high_teams(joined.filter(rates & answered)))
    reason = ibis.cases(
        (joined["team"].isnull(), "no team"),
        (rates, "customer of the half that rates the teams"),
        (~joined["team"].isin(sorted(high) or [""]), "team without a rating"),
        (joined["why"].notnull(), joined["why"]),
        else_=no_reason(),
    )
    joined = joined.mutate(reason=reason)
    first = ibis.window(group_by=["code", joined["reason"].isnull()], order_by=["day", "event"])
    joined = joined.mutate(place=ibis.row_number().over(first))
    again = joined["reason"].isnull() & (joined["place"] > 0)
    joined = joined.mutate(reason=again.ifelse("later survey of the same customer", joined["reason"]))
    rows = joined.filter(joined["reason"].isnull()).select("event", "team", "stayed").order_by("event").execute()
    table = rows.rename(columns={"event": "unit_id", "stayed": "outcome"})
    table["treated"] = [int(high[team]) for team in table["team"]]
    table["cluster"] = table.pop("team").astype("category").cat.codes.astype("int64")
    table["outcome"] = table["outcome"].astype(float)
    record(company, key, "surveys", joined, joined["reason"])
    outcome = "still a subscriber a year later" if subscribed else "bought within a year"
    words = about(
        company,
        len(table),
        "customers",
        outcome=outcome,
        contrast="customers of highly rated less of poorly rated teams",
    )
    return checked(company, key, table, words)


def _high_teams(answers: Any) -> dict[str, bool]:
    """Team to whether its mean score, standardised within instrument, is at or above the median of the teams."""
    raters = answers.select("event", "instrument", "team", "score").order_by("event").execute()
    if raters.empty:
        return {}
    spread = raters.groupby("instrument")["score"].transform("std").fillna(0.0)
    centred = raters["score"] - raters.groupby("instrument")["score"].transform("mean")
    means = (centred / spread.where(spread > 0, 1.0)).groupby(raters["team"]).mean()
    return {str(team): bool(value >= means.median()) for team, value in means.items()}
