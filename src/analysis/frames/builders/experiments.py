"""Frame ``experiment`` from campaigns with randomised arms: one frame a family, each campaign a stratum of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis

from analysis.company.raw_table import ROW
from analysis.company.store import Company
from analysis.core.vocabulary import Design
from analysis.frames import Frame
from analysis.frames.builders.behaviour import UNSEEN, with_purchases, with_subscription
from analysis.frames.builders.campaign_rows import CONTROL, LATER_CONTACT, people, period, rows
from analysis.frames.builders.common import (
    HALF_YEAR_DAYS,
    QUARTER_DAYS,
    YEAR_DAYS,
    checked,
    context,
    no_reason,
    record,
    zero_one,
)
from analysis.frames.builders.occasions import observation
from analysis.frames.builders.planned_shares import with_planned_shares

if TYPE_CHECKING:
    import pandas as pd

TWO_ARMS = "customer in two arms on the first day: to which he was assigned is not known"
OTHER_FAMILY = "campaign of another family"
NO_CONTRAST = "campaign without two customers in each arm"
EARLIER = "customer in an earlier campaign of the family"
NOT_RANDOMISED = "campaign whose arms differed in risk before it, far beyond chance: nothing was randomised"
NOT_A_CUSTOMER = "no subscription running on the day"


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
        when the window was over), "left" (1 if not), "spend" (within the window), "margin" (margin on the spend less the cost of
        all contacts of the campaign), "responded" or "unsubscribed" (1 if it says so in any row of the customer).
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
    t = rows(company)
    first = t.filter((t["family"] == family) & (t["contact"] == 0) & ~t["unclear"])
    first = _with_arms(first, contrast)
    first = first.filter(first["assigned"].notnull())
    window = _carried(company, first) if window is None else window
    first = _with_outcome(company, first, outcome, window, skip, t)
    chosen = _chosen_by_risk(first)
    if chosen:
        by_choice = first["reason"].isnull() & first["campaign_id"].isin(chosen)
        first = first.mutate(reason=by_choice.ifelse(NOT_RANDOMISED, first["reason"]))
    if once:
        first = _only_first(first)
    counted = _with_sizes(first, contrast)
    used = counted.filter(counted["reason"].isnull())
    wanted = ["event", "campaign_id", "customer_id", "arm", "assigned", "outcome", "moderator"]
    used, before = _with_what_was_before(company, used)
    table = with_planned_shares(company, used.select(*wanted, **before).order_by("event").execute(), family)
    _record(company, key, family, counted)
    about = context(
        company,
        population=people(table),
        period=period(company),
        design=Design.RANDOMISED,
        outcome=_words(outcome, window, skip),
        contrast=_CONTRASTS[contrast],
    )
    return checked(company, key, _experiment_table(table, outcome), about)


def _with_what_was_before(company: Company, used: Any) -> tuple[Any, dict[str, Any]]:
    """Purchases before the day, where they are known: what a lottery must have left alike in the arms."""
    if not company.has("transactions"):
        return used, {}
    known = used if "n_year" in used.columns else with_purchases(company, used, 1).drop("n_after", "spend_after")
    return known, {
        "x_purchases_year_before": known["n_year"].cast("float64"),
        "x_spend_year_before": known["spend_year"].fill_null(0.0).cast("float64"),
        "x_days_since_first_purchase": known["since_first"].cast("float64"),
    }


def _carried(company: Company, first: Any) -> int:
    """Days of follow-up where nobody fixed them: the last campaign says how many are seen whole, and no outcome does."""
    if company.settings.winback_days is not None:
        return company.settings.winback_days
    last = first["day"].max().execute()
    seen = observation(company)[1] - int(last) + 1 if last is not None and last == last else 0
    return next((days for days in (YEAR_DAYS, HALF_YEAR_DAYS) if days <= seen), QUARTER_DAYS)


_OUTCOMES = {
    "bought": "bought {within}",
    "gone": "bought nothing {within}",
    "retained": "still subscribed {window} days later",
    "left": "no subscriber any more {window} days later",
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


def _with_arms(t: Any, contrast: str) -> Any:
    if contrast in ("control", "kinds"):
        assigned = ibis.cases((t["arm"] == CONTROL, 0), else_=1)
    else:
        first = t["matched"] if contrast == "matched" else ~t["matched"]
        sent = t["arm"] != CONTROL
        assigned = ibis.cases((sent & first, 1), (sent & ~first, 0), else_=ibis.null("int64"))
    return t.mutate(assigned=assigned.cast("int64"), moderator=t["at_risk_score"])


def _with_outcome(company: Company, first: Any, outcome: str, window: int, skip: int, t: Any) -> Any:
    if outcome in ("responded", "unsubscribed"):
        # Who was left alone had nothing to answer; of who was not, a row that says nothing is no answer either way.
        one = zero_one(ibis.cases((t["arm"] == CONTROL, t[outcome].fill_null(False)), else_=t[outcome]))
        said = t.mutate(one=one).group_by(campaign="campaign_id", who="customer_id").aggregate(said=ibis._.one.max())
        joined = first.inner_join(said, [first["campaign_id"] == said["campaign"], first["customer_id"] == said["who"]])
        unknown = f"{outcome} not known"
        reason = ibis.cases((joined["said"].isnull(), unknown), else_=no_reason())
        return joined.mutate(outcome=joined["said"].cast("float64"), reason=reason)
    if outcome in ("retained", "left"):
        joined = with_subscription(company, first, window)
        end = company.table("subscriptions").end
        reason = ibis.cases(
            (joined["day"] + window > end, UNSEEN), (joined["subscribed"] == 0, NOT_A_CUSTOMER), else_=no_reason()
        )
        value = joined["retained"] if outcome == "retained" else 1 - joined["retained"]
        return joined.mutate(outcome=value.cast("float64"), reason=reason)
    joined = with_purchases(company, first, window, same_day=True, skip=skip)
    unseen = (joined["day"] + window - 1 > observation(company)[1]) | (joined["day"] < observation(company)[0])
    margin = company.settings.margin or 0.0
    values = {
        "bought": zero_one(joined["n_after"] > 0).cast("float64"),
        "gone": zero_one(joined["n_after"] == 0).cast("float64"),
        "spend": joined["spend_after"].cast("float64"),
        "margin": margin * joined["spend_after"] - joined["cost_in_all"].fill_null(0.0),
    }
    return joined.mutate(outcome=values[outcome], reason=ibis.cases((unseen, UNSEEN), else_=no_reason()))


BEYOND_CHANCE = 5.0
"""Standard errors by which the mean risk of two arms may differ before randomisation is ruled out: one fair draw in two million."""


def _chosen_by_risk(t: Any) -> list[str]:
    """Campaigns whose arms cannot have been drawn at random: the risk known before them differs between the arms.

    A list of customers at risk, with all others booked as control, looks like an experiment and is none.
    """
    known = t.filter(t["reason"].isnull() & t["moderator"].notnull())
    arms = known.group_by("campaign_id", "assigned").aggregate(
        n=known.count(), mean=known["moderator"].mean(), variance=known["moderator"].var()
    )
    found = arms.execute()
    chosen = []
    for name, pair in found[found["n"] >= 2].groupby("campaign_id"):
        error = float((pair["variance"] / pair["n"]).sum()) ** 0.5
        gap = float(pair["mean"].max() - pair["mean"].min())
        if len(pair) == 2 and gap > BEYOND_CHANCE * error:
            chosen.append(str(name))
    return sorted(chosen)


def _only_first(t: Any) -> Any:
    """Give a customer's later campaigns of the family their reason."""
    order = ibis.window(group_by=["customer_id", t["reason"].isnull()], order_by=["day", "event"])
    placed = t.mutate(place=ibis.row_number().over(order))
    again = placed["reason"].isnull() & (placed["place"] > 0)
    return placed.mutate(reason=again.ifelse(EARLIER, placed["reason"]))


def _with_sizes(t: Any, contrast: str) -> Any:
    """Give the units of a campaign that has not two of each arm left their reason."""
    here = ibis.window(group_by="campaign_id")
    good = t["reason"].isnull()
    sized = t.mutate(
        treated=zero_one(good & (t["assigned"] == 1)).sum().over(here),
        compared=zero_one(good & (t["assigned"] == 0)).sum().over(here),
    )
    if contrast == "kinds":
        treated = sized["arm"].nunique(where=good & (sized["assigned"] == 1))
        kinds = sized.group_by(campaign="campaign_id").aggregate(kinds=treated)
        sized = sized.inner_join(kinds, sized["campaign_id"] == kinds["campaign"]).drop("campaign")
        thin = sized["kinds"] < 2
    else:
        thin = (sized["treated"] < 2) | (sized["compared"] < 2)
    return sized.mutate(
        reason=ibis.cases((sized["reason"].notnull(), sized["reason"]), (thin, NO_CONTRAST), else_=no_reason())
    )


def _experiment_table(table: pd.DataFrame, outcome: str) -> pd.DataFrame:
    table = table.rename(columns={"event": "unit_id"})
    if table["campaign_id"].nunique() > 1:
        table["stratum"] = table["campaign_id"].astype(str)
    codes = table["customer_id"].astype("category").cat.codes.astype("int64")
    if codes.duplicated().any():
        table["cluster"] = codes
    drop = ["campaign_id", "customer_id"] + ([] if table["moderator"].notna().any() else ["moderator"])
    return table.drop(columns=drop)


def _record(company: Company, key: str, family: str, counted: Any) -> None:
    t = rows(company)
    units = counted.select(unit="event", why="reason", known=ibis.literal(1))
    joined = t.left_join(units, t["event"] == units["unit"])
    reason = ibis.cases(
        (joined["family"] != family, OTHER_FAMILY),
        (joined["contact"] > 0, LATER_CONTACT),
        (joined["unclear"], TWO_ARMS),
        (joined["known"].isnull(), "arm that this comparison leaves out"),
        (joined["why"].notnull(), joined["why"]),
        else_=no_reason(),
    )
    row = {ROW: joined[ROW]} if ROW in joined.columns else {}
    record(company, key, "campaigns", joined.select(reason=reason, rows=ibis.literal(1), **row))
