"""Rows of campaigns with family, arm and number of the contact.

An experiment is all rows of one campaign_id; families are never pooled. The first row of a customer in a campaign is the
assignment (intention to treat); later rows are further contacts, whatever arm they name: who gets a reminder, or is put
into another arm, may depend on what the first contact did. Only where the first day itself names two arms is it not known
to which of them a customer was assigned. Several experiments of one family stand side by side in one frame, each a stratum
of its own.
"""

from __future__ import annotations

from typing import Any

import ibis
import pandas as pd

from analysis.company.raw_table import ROW
from analysis.company.store import Company
from analysis.frames.builders.common import numbered, once, optional, row_number, stored, zero_one

CONTROL, MATCHED, MISMATCHED = "control", "matched", "mismatched"

LATER_CONTACT = "later contact of the same customer in the campaign"

_OPTIONAL = {"at_risk_score": "float64", "cost": "float64"} | dict.fromkeys(
    ("matched", "unsubscribed", "responded"), "boolean"
)


@stored("campaign_rows")
def rows(company: Company) -> Any:
    """Campaign rows with their family, arm in lower case, and number of the contact within customer and campaign.

    Without a `family` the part of the campaign's name before the first hyphen is the family.
    """
    t = company.table("campaigns").expression
    from_id = t["campaign_id"].re_extract("^([^-]*)", 1).lower()
    family = t["family"].lower().fill_null(from_id) if "family" in t.columns else from_id
    columns = optional(t, _OPTIONAL)
    arm = t["arm"].lower()
    matched = ibis.coalesce(
        columns.pop("matched"),
        ibis.cases((arm == MATCHED, True), (arm.isin([MISMATCHED, "generic"]), False), else_=ibis.null("boolean")),
    )
    named = t.select(
        "campaign_id", "customer_id", day=t["at"], family=family, arm=arm, matched=matched, **columns, **numbered(t)
    )
    order = [named["day"], named[ROW if ROW in t.columns else "arm"]]
    one = ibis.window(group_by=["campaign_id", "customer_id"])
    same_day = ibis.window(group_by=["campaign_id", "customer_id", "day"])
    ordered = ibis.window(group_by=["campaign_id", "customer_id"], order_by=order)
    counted = named.mutate(
        contact=ibis.row_number().over(ordered),
        cost_in_all=named["cost"].sum().over(one),
        unclear=named["arm"].min().over(same_day) != named["arm"].max().over(same_day),
    )
    everyone = ibis.row_number().over(ibis.window(order_by=["campaign_id", "customer_id", "contact"]))
    return counted.mutate(event=everyone)


@once("arms of campaigns")
def arms(company: Company) -> pd.DataFrame:
    """One row a family, campaign, arm and kind of contact (`later`: 1 but for a customer's first in the campaign).

    Columns: n and the smallest ROW of its rows; whether any is `matched`, any `mismatched`.
    """
    t = rows(company)
    t = t.mutate(later=zero_one(t["contact"] > 0), fits=zero_one(t["matched"]))
    seen = t.group_by("family", "campaign_id", "arm", "later").aggregate(
        n=t.count(), most=t["fits"].max(), least=t["fits"].min(), **row_number(t)
    )
    table: pd.DataFrame = seen.order_by("family", "campaign_id", "arm", "later").execute()
    return table.assign(matched=table.pop("most") == 1, mismatched=table.pop("least") == 0)


@once("families")
def families(company: Company) -> frozenset[str]:
    """Families of the campaigns that have a control arm; with ":matched" behind them, those with matched and mismatched
    messages; with ":kinds", those with two arms beside control."""
    table = arms(company)
    control = table["arm"] == CONTROL
    plain = set(table.loc[control, "family"]) & set(table.loc[~control, "family"])
    messages = set(table.loc[table["matched"], "family"]) & set(table.loc[table["mismatched"], "family"])
    sent = table[~control].groupby(["family", "campaign_id"])["arm"].nunique()
    kinds = set(sent.index[sent > 1].get_level_values("family"))
    return frozenset(plain | {f"{name}:matched" for name in messages} | {f"{name}:kinds" for name in kinds})


def people(table: pd.DataFrame) -> str:
    """Who stood in the campaigns, in words."""
    n = table["campaign_id"].nunique()
    return f"{table['customer_id'].nunique():,} customers in {n} campaign{'s' if n > 1 else ''}"


def period(company: Company) -> tuple[int, int]:
    """First and last day of the campaigns."""
    table = company.table("campaigns")
    return table.first, table.end
