"""First rows of campaigns with what the customer did around them: looked up once for all frames of all families.

Every frame of experiments asks for the same people and for other windows. One query counts all windows, and the frames
are cut out of its rows, which are no more than the frames hold.
"""

from __future__ import annotations

import ibis
import pandas as pd

from analysis.company.ledger import LeftOut
from analysis.company.raw_table import ROW
from analysis.company.store import Company
from analysis.frames.builders.behaviour import counted_in, joined_by_event, retained_after
from analysis.frames.builders.campaign_rows import CONTROL, LATER_CONTACT, arms, rows
from analysis.frames.builders.common import HALF_YEAR_DAYS, QUARTER_DAYS, YEAR_DAYS, zero_one

FAMILIES = (
    "access", "community", "consistency", "ease", "feedback", "game", "message", "proactive", "programme", "subscription",
    "winback",
)  # fmt: skip
"""Families of which frames are made."""

LAST_QUARTER, NEXT_QUARTER = (YEAR_DAYS, YEAR_DAYS - QUARTER_DAYS), (HALF_YEAR_DAYS, QUARTER_DAYS)
WINDOWS = ((QUARTER_DAYS, 0), (HALF_YEAR_DAYS, 0), (YEAR_DAYS, 0), LAST_QUARTER, NEXT_QUARTER)
"""Windows in which purchases are counted: days from the day of the contact on, and days at the beginning that are not."""

SUBSCRIBED_AFTER = (QUARTER_DAYS, HALF_YEAR_DAYS, YEAR_DAYS)

OTHER_FAMILY = "campaign of another family"
ANSWERS = ("responded", "unsubscribed")


def first_contacts(
    company: Company, family: str, *, bought: tuple[int, int] | None = None, retained: int | None = None
) -> pd.DataFrame:
    """Rows of a family that assigned a customer to an arm, with purchases and subscriptions around the day.

    Parameters
    ----------
    family : str
        In lower case.
    bought, retained
        Window of purchases, and days after which a subscription is looked for, that are asked for beside `WINDOWS` and
        `SUBSCRIBED_AFTER`; None for none.

    Returns
    -------
    pandas.DataFrame
        Columns of `rows`, among them event, campaign_id, customer_id, day, arm, matched, unclear, at_risk_score, cost_in_all;
        said_responded and said_unsubscribed (1 if any row of the customer in the campaign says so, missing where that is
        not known); with transactions n_after_WINDOW_SKIP, spend_after_WINDOW_SKIP, n_year, spend_year, since_first; with
        subscriptions subscribed, retained_WINDOW. In the order of event.
    """
    families = FAMILIES if family in FAMILIES else (family,)
    windows = {*WINDOWS, *([(days, 0)] if (days := company.settings.winback_days) else [])}
    if bought in windows:
        bought = None
    if retained in SUBSCRIBED_AFTER:
        retained = None
    windows |= {bought} if bought else set()
    after = (*SUBSCRIBED_AFTER, *([retained] if retained else []))
    key = f"first contacts {families[0]} {bought or ''} {retained or ''}"
    found = company.once(key, lambda: _look_up(company, families, tuple(sorted(windows)), after))
    return found[found["family"] == family].reset_index(drop=True)


def _look_up(
    company: Company, families: tuple[str, ...], windows: tuple[tuple[int, int], ...], after: tuple[int, ...]
) -> pd.DataFrame:
    t = rows(company)
    people = ibis.window(group_by=["campaign_id", "customer_id"])
    # Who was left alone had nothing to answer; of who was not, a row that says nothing is no answer either way.
    said = {
        f"said_{name}": zero_one((t["arm"] == CONTROL).ifelse(t[name].fill_null(False), t[name])).max().over(people)
        for name in ANSWERS
    }
    t = t.mutate(**said)
    t = t.filter(t["family"].isin(families) & (t["contact"] == 0))
    found = t
    if company.has("transactions"):
        found = joined_by_event(found, counted_in(company, t, windows))
    if company.has("subscriptions", "ended_at"):
        found = joined_by_event(found, retained_after(company, t, after))
    table: pd.DataFrame = found.order_by("event").execute()
    floats = [c for c in table.columns if c.startswith("spend_") or c in ("at_risk_score", "cost_in_all")]
    return table.astype({**dict.fromkeys(floats, "float64"), "unclear": bool})


def left_out_before(company: Company, family: str) -> list[LeftOut]:
    """Rows of campaigns that are no first contact of the family: of other families, and later ones."""
    counts = arms(company)
    others = counts[counts["family"] != family]
    later = counts[(counts["family"] == family) & (counts["later"] == 1)]
    return [left_out(reason, part, int(part["n"].sum())) for reason, part in
            ((OTHER_FAMILY, others), (LATER_CONTACT, later)) if len(part)]  # fmt: skip


def left_out(reason: str, part: pd.DataFrame, n: int) -> LeftOut:
    """The ledger's line on some rows, with the smallest number among them."""
    numbers = part[ROW].dropna() if ROW in part else ()
    return LeftOut(reason=reason, rows=n, example_row=int(min(numbers)) if len(numbers) else None)
