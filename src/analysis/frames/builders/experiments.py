"""Frame ``experiment`` from campaigns with randomised arms: one frame a family, each campaign a stratum of its own."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.company.store import Company
from analysis.core.vocabulary import Design
from analysis.frames import Frame
from analysis.frames.builders.behaviour import NO_SUBSCRIPTION, UNSEEN
from analysis.frames.builders.campaign_behaviour import first_contacts, left_out, left_out_before
from analysis.frames.builders.campaign_rows import CONTROL, people, period
from analysis.frames.builders.common import (
    HALF_YEAR_DAYS,
    QUARTER_DAYS,
    YEAR_DAYS,
    checked,
    context,
    enter,
    with_clusters,
)
from analysis.frames.builders.occasions import observation
from analysis.frames.builders.planned_shares import with_planned_shares

TWO_ARMS = "customer in two arms on the first day: to which he was assigned is not known"
OTHER_ARM = "arm that this comparison leaves out"
NO_CONTRAST = "campaign without two customers in each arm"
EARLIER = "customer in an earlier campaign of the family"
NOT_RANDOMISED = "campaign whose arms differed in risk before it, far beyond chance: nothing was randomised"
STILL_A_CUSTOMER = "subscription running on the day: nobody to win back"
BY_SUBSCRIPTION = ("retained", "left", "returned")
"""Outcomes that are read off subscriptions."""


def build_experiment(
    company: Company,
    family: str,
    *,
    key: str,
    outcome: str,
    window: int | None = YEAR_DAYS,
    skip: int = 0,
    contrast: str = "control",
    once: bool = False,
) -> Frame:
    """Frame ``experiment`` of one family of campaigns.

    Parameters
    ----------
    family : str
        In lower case.
    key : str
        Key of the frame.
    outcome : str
        "bought" (1 if the customer bought within the window), "gone" (1 if not), "retained" (1 if a subscriber still was one
        when the window was over), "left" (1 if not), "returned" (1 if somebody without a subscription had one then), "spend"
        (within the window), "margin" (margin on the spend less the cost of all contacts of the campaign), "responded" or
        "unsubscribed" (1 if it says so in any row of the customer).
    window : int
        Days from the day of the contact on. None: `winback_days` of company.toml; without it the longest of a year, half a
        year and a quarter that the tables hold whole for every campaign of the family.
    skip : int
        Days at the beginning of the window in which purchases do not count: who still buys a year later is who bought
        in the last quarter of that year.
    contrast : str
        "control": all other arms against control. "matched": matched against mismatched messages, control left out.
        "generic": mismatched or generic messages against matched ones. "kinds": two arms or more beside control, each
        a kind of the same thing.
    once : bool
        Whether a customer counts in the first campaign of the family only, so that no one is in the frame twice.
    """
    first = first_contacts(company, family)
    first = _with_arms(first, contrast)
    assigned = first[~first["unclear"] & first["assigned"].notna()]
    length = _carried(company, assigned, subscribed=outcome in BY_SUBSCRIPTION) if window is None else window
    assigned = _with_outcome(company, family, assigned, outcome, length, skip)
    chosen = _chosen_by_risk(assigned)
    assigned = _because(assigned, assigned["campaign_id"].isin(chosen), NOT_RANDOMISED)
    if once:
        assigned = _only_first(assigned)
    assigned = _with_sizes(assigned, contrast)
    table = with_planned_shares(company, _used(company, assigned), family)
    _record(company, key, family, first, assigned)
    about = context(
        company,
        population=people(table),
        period=period(company),
        design=Design.RANDOMISED,
        outcome=_words(outcome, length, skip),
        contrast=_CONTRASTS[contrast],
    )
    return checked(company, key, _experiment_table(table, outcome), about)


def _used(company: Company, assigned: pd.DataFrame) -> pd.DataFrame:
    """The rows that are used, with purchases before the day where they are known: a lottery leaves them alike in the arms."""
    used = assigned[assigned["reason"].isna()]
    table = used[["event", "campaign_id", "customer_id", "arm", "assigned", "outcome", "moderator"]]
    table = table.astype({"assigned": "int64", "outcome": "float64"}).reset_index(drop=True)
    if not company.has("transactions"):
        return table
    before = {
        "x_purchases_year_before": "n_year",
        "x_spend_year_before": "spend_year",
        "x_days_since_first_purchase": "since_first",
    }
    return table.assign(**{ours: used[name].astype("float64").to_numpy() for ours, name in before.items()})


def _carried(company: Company, first: pd.DataFrame, *, subscribed: bool) -> int:
    """Days of follow-up where nobody fixed them: the last campaign says how many are seen whole, and no outcome does."""
    if company.settings.winback_days is not None:
        return company.settings.winback_days
    end = company.table("subscriptions").end if subscribed else observation(company)[1]
    seen = end - int(first["day"].max()) + (not subscribed) if len(first) else 0
    return next((days for days in (YEAR_DAYS, HALF_YEAR_DAYS) if days <= seen), QUARTER_DAYS)


_OUTCOMES = {
    "bought": "bought {within}",
    "gone": "bought nothing {within}",
    "retained": "still subscribed {window} days later",
    "left": "no subscriber any more {window} days later",
    "returned": "a subscriber again {window} days later",
    "spend": "spend {within}",
    "margin": "margin on the spend {within} less the cost of the contacts",
    "responded": "answered as hoped",
    "unsubscribed": "signed off",
}
_CONTRASTS = {
    "control": "contacted less left alone",
    "matched": "matched less mismatched message",
    "generic": "mismatched or generic less matched message",
    "kinds": "one kind less the others",
}


def _words(outcome: str, window: int, skip: int) -> str:
    within = f"between {skip} and {window} days later" if skip else f"within {window} days"
    return _OUTCOMES[outcome].format(window=window, within=within)


def _with_arms(first: pd.DataFrame, contrast: str) -> pd.DataFrame:
    """Add `assigned` (1 or 0; missing for an arm that the comparison leaves out) and `moderator`."""
    control = first["arm"] == CONTROL
    if contrast in ("control", "kinds"):
        assigned = np.where(control, 0.0, 1.0)
    else:
        wanted = contrast == "matched"
        matched = first["matched"].map({True: 1.0, False: 0.0}).astype("float64")
        assigned = np.where(control | matched.isna(), np.nan, np.where((matched == 1) == wanted, 1.0, 0.0))
    return first.assign(assigned=assigned, moderator=first["at_risk_score"])


def _with_outcome(
    company: Company, family: str, first: pd.DataFrame, outcome: str, window: int, skip: int
) -> pd.DataFrame:
    """Add `outcome` and `reason`, why there is none."""
    first = first.assign(reason=None)
    if outcome in ("responded", "unsubscribed"):
        said = first[f"said_{outcome}"]
        return _because(first.assign(outcome=said), said.isna(), f"{outcome} not known")
    if outcome in BY_SUBSCRIPTION:
        seen = first_contacts(company, family, retained=window).loc[first.index]
        end = company.table("subscriptions").end
        kept = seen[f"retained_{window}"]
        first = first.assign(outcome=1 - kept if outcome == "left" else kept)
        first = _because(first, first["day"] + window > end, UNSEEN)
        if outcome == "returned":
            return _because(first, seen["subscribed"] == 1, STILL_A_CUSTOMER)
        return _because(first, seen["subscribed"] == 0, NO_SUBSCRIPTION)
    begin, end = observation(company)
    seen = first_contacts(company, family, bought=(window, skip)).loc[first.index]
    n, spend = seen[f"n_after_{window}_{skip}"], seen[f"spend_after_{window}_{skip}"]
    values = {
        "bought": n > 0,
        "gone": n == 0,
        "spend": spend,
        "margin": (company.settings.margin or 0.0) * spend - seen["cost_in_all"].fillna(0.0),
    }
    first = first.assign(outcome=values[outcome].astype("float64"))
    return _because(first, (first["day"] + window - 1 > end) | (first["day"] < begin), UNSEEN)


def _because(table: pd.DataFrame, where: pd.Series, reason: str) -> pd.DataFrame:
    """Give rows that have no reason yet this one."""
    return table.assign(reason=table["reason"].mask(table["reason"].isna() & where, reason))


BEYOND_CHANCE = 5.0
"""Standard errors by which the mean risk of two arms may differ before randomisation is ruled out: one fair draw in two million."""


def _chosen_by_risk(t: pd.DataFrame) -> list[str]:
    """Campaigns whose arms cannot have been drawn at random: the risk known before them differs between the arms.

    A list of customers at risk, with all others booked as control, looks like an experiment and is none.
    """
    known = t[t["reason"].isna() & t["moderator"].notna()]
    found = known.groupby(["campaign_id", "assigned"])["moderator"].agg(["size", "mean", "var"]).reset_index()
    chosen = []
    for name, pair in found[found["size"] >= 2].groupby("campaign_id"):
        error = float((pair["var"] / pair["size"]).sum()) ** 0.5
        gap = float(pair["mean"].max() - pair["mean"].min())
        if len(pair) == 2 and gap > BEYOND_CHANCE * error:
            chosen.append(str(name))
    return sorted(chosen)


def _only_first(t: pd.DataFrame) -> pd.DataFrame:
    """Give a customer's later campaigns of the family their reason."""
    good = t[t["reason"].isna()].sort_values(["day", "event"])
    again = good.index[good.duplicated("customer_id")]
    return _because(t, t.index.isin(again), EARLIER)


def _with_sizes(t: pd.DataFrame, contrast: str) -> pd.DataFrame:
    """Give the units of a campaign that has not two of each arm left their reason."""
    good = t[t["reason"].isna()]
    if contrast == "kinds":
        kinds = good[good["assigned"] == 1].groupby("campaign_id")["arm"].nunique()
        thin = t["campaign_id"].map(kinds).fillna(0) < 2
    else:
        sizes = good.groupby(["campaign_id", "assigned"]).size().unstack(fill_value=0).reindex(columns=[0.0, 1.0])
        thin = t["campaign_id"].map(sizes.min(axis=1, skipna=False)).fillna(0) < 2
    return _because(t, thin, NO_CONTRAST)


def _experiment_table(table: pd.DataFrame, outcome: str) -> pd.DataFrame:
    table = table.rename(columns={"event": "unit_id"})
    if table["campaign_id"].nunique() > 1:
        table["stratum"] = table["campaign_id"].astype(str)
    drop = ["campaign_id"] + ([] if table["moderator"].notna().any() else ["moderator"])
    return with_clusters(table.drop(columns=drop))


def _record(company: Company, key: str, family: str, first: pd.DataFrame, assigned: pd.DataFrame) -> None:
    """Ledger entry of the campaigns: `assigned` are the rows of `first` whose arm the comparison knows, with reasons."""
    apart = first[~first.index.isin(assigned.index)]
    found = left_out_before(company, family)
    found += [left_out(TWO_ARMS, part, len(part)) for part in (apart[apart["unclear"]],) if len(part)]
    found += [left_out(OTHER_ARM, part, len(part)) for part in (apart[~apart["unclear"]],) if len(part)]
    found += [left_out(str(reason), part, len(part)) for reason, part in assigned.groupby("reason")]
    enter(company, key, "campaigns", int(assigned["reason"].isna().sum()), found)
