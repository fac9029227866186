"""Frame of contracts that run out: subscribers in the quarter before the end of a term and in the quarter after it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import ibis
import numpy as np
import pandas as pd

from analysis.company.store import Company
from analysis.core.vocabulary import DAYS_PER_YEAR
from analysis.frames import Frame
from analysis.frames.base import LOG_AGE
from analysis.frames.builders.common import QUARTER_DAYS, checked, no_reason
from analysis.frames.builders.subscription_spells import epochs, event_code, losses_seen_from, spells
from analysis.frames.builders.subscriptions import about, observed_to, record_epochs

KEY = "spells/contract"
DAYS_PER_MONTH = DAYS_PER_YEAR / 12
EXPIRY_DAYS = 4
"""Who leaves within so many days before the end of the term leaves at its end: notices take effect then."""

SLICES = 3
"""Parts into which either quarter is cut, each with its own age of the subscription."""

MOSTLY = 0.5
"""Where this share and more of those who reach the end of a term sign the next one within the quarter, the term has no
time after it."""


def build_contract_spells(company: Company) -> Frame:
    """Frame ``spells``: the quarter before the end of a term (x_in_contract 1) and the quarter after it (0).

    Those who mean to stay sign longer terms, so customers with a term are never set against others: terms are strata, and
    within one the same customers are looked at on either side of its end, when nothing but the end has changed. Time runs
    on the calendar, in years from the first day on which losses are seen, so that a customer in the last quarter of a term
    is compared with those whose term had just ended on that very day. That hazards fall with age is taken up by
    x_log_age, the logarithm of the age of the subscription in years in the middle of each third of a quarter.

    Who leaves at the end of the term (within EXPIRY_DAYS of it) leaves out of contract: the notice waits for that day,
    and counting it inside would hide what the term held back. Who signs anew in the quarter after is followed all the
    same: to leave out those who sign would leave those who go. Terms at whose end most sign anew have no time after them
    and are left out, as are subscriptions that renew by themselves, which never run out; unless company.toml says
    `auto_renew_binds = false`: then they run on unbound when the term is over, and are looked at like the others.
    """
    e = _terms(company)
    first, end = losses_seen_from(company), observed_to(company)
    signed_anew = _signed_anew(e, end)
    used = e[(e["reason"] == "") & ~e["term_months"].isin(signed_anew)]
    rows = _slices(used, first, end)
    codes = rows.pop("code")
    rows["unit_id"] = range(len(rows))
    if codes.duplicated().any():
        rows["cluster"] = codes
    binds = company.settings.auto_renew_binds
    record_epochs(company, KEY, lambda t: _reason(t, signed_anew, binds))
    words = about(company, outcome="left of own will", contrast="last quarter of the term against the quarter after it")
    return checked(company, KEY, rows, words)


RENEWS = "renews by itself for another term (auto_renew_binds in company.toml): never out of contract"


def _reason(t: Any, signed_anew: list[float], binds: bool) -> Any:
    anew = t["term_months"].isin(signed_anew) if signed_anew else ibis.literal(False)
    return ibis.cases(
        (t["term_months"].isnull(), "no term_months"),
        (t["auto_renew"].fill_null(False) & ibis.literal(binds), RENEWS),
        (t["term_months"] <= 0, "no term that could end"),
        (anew, "most sign the next term at the end of this one: never out of contract"),
        else_=no_reason(),
    )


def _terms(company: Company) -> pd.DataFrame:
    """One row a price epoch of every spell: where its term ends, what comes next, and how the whole spell ends."""
    e = epochs(company)
    s = spells(company).select(who="customer_id", number="spell", code="code", over="end", why="reason")
    binds = company.settings.auto_renew_binds
    e = e.mutate(
        reason=_reason(e, [], binds).fill_null(""), auto=e["auto_renew"].fill_null(False) & ibis.literal(binds)
    )
    joined = e.inner_join(s, [e["customer_id"] == s["who"], e["spell"] == s["number"]])
    table = joined.select(
        "code", "spell", "first", "start", "term_months", "reason", "auto", "end", "over",
        event=event_code(joined["why"], joined["over"]),
    ).order_by("code", "spell", "start").execute()  # fmt: skip
    table = table.astype({"end": "float64", "over": "float64"})  # empty columns come back as objects
    group = table.groupby(["code", "spell"])
    table["next_start"] = group["start"].shift(-1)
    bound = group[["term_months", "auto"]].shift(-1)
    table["next_bound"] = (bound["term_months"] > 0) | bound["auto"].eq(True)
    days = (table["term_months"] * DAYS_PER_MONTH).round() - EXPIRY_DAYS
    table["bound"] = table["start"] + days.clip(lower=0)
    return table


def _signed_anew(e: pd.DataFrame, end: int) -> list[float]:
    """Terms at whose end half of those still there, and more, sign another within the quarter."""
    there = e[(e["reason"] == "") & (e["bound"] + EXPIRY_DAYS + QUARTER_DAYS <= end)]
    there = there[there["over"].isna() | (there["over"] > there["bound"] + EXPIRY_DAYS)]
    there = there[~(there["next_start"] < there["bound"])]  # those were given another contract before the end
    anew = there["next_bound"] & (there["next_start"] <= there["bound"] + QUARTER_DAYS)
    share = anew.groupby(there["term_months"]).mean()
    return [float(term) for term in share.index[share >= MOSTLY]]


def _slices(e: pd.DataFrame, first: int, end: int) -> pd.DataFrame:
    """Thirds of the quarter before each end of a term and of that after it, as far as they were at risk and observed."""
    over = e["over"].fillna(end + 1)
    replaced = e["next_start"].fillna(np.inf)  # by another contract in the middle of the term, whose end never comes
    runs_out = replaced >= e["bound"]
    edges = np.linspace(-QUARTER_DAYS, QUARTER_DAYS, 2 * SLICES + 1).round()
    parts = []
    for low, high in pairwise(edges):
        inside = high <= 0
        begins = (e["bound"] + low).clip(lower=e["start"].clip(lower=first))
        until = np.minimum(np.minimum(e["bound"] + high, over), replaced if inside else np.inf)
        usable = (until > begins) & (inside | runs_out)
        part, begins, until = e[usable], begins[usable], until[usable]
        left = part["over"] == until
        parts.append(
            pd.DataFrame(
                {
                    "code": part["code"].astype("int64"),
                    "entry_years": (begins - first) / DAYS_PER_YEAR,
                    "duration_years": (until - first) / DAYS_PER_YEAR,
                    "event": part["event"].where(left, 0).astype("int64"),
                    "stratum": part["term_months"].map("{:g} months".format),
                    "x_in_contract": float(inside),
                    LOG_AGE: np.log(((begins + part["bound"] + high) / 2 - part["first"]) / DAYS_PER_YEAR),
                }
            )
        )
    return pd.concat(parts).sort_values(["code", "entry_years"], kind="stable").reset_index(drop=True)
