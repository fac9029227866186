"""Hillstrom's e-mail test: 64,000 customers of the last twelve months, at random a men's, a women's or no e-mail, two weeks.

Whoever had bought in one of the two categories only got, by the same randomisation, an e-mail that matched the past purchase, one
that did not, or none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from analysis.core.vocabulary import Design
from analysis.frames import Context, Frame, spec
from analysis.sources.base import Answer, DataCard, NotIdentified
from analysis.sources.manifest import public_files
from analysis.sources.public_files import load_once, public, read_csv, require_fact
from analysis.sources.row_ledger import Rule, kept

NAME = "hillstrom"
LAPSED_MONTHS = 7
"""No purchase for more than half a year: as near to dormant as a file of last year's customers comes."""
OUTCOMES = {
    "visit": "1 if the customer visited the site within two weeks",
    "conversion": "1 if the customer bought within two weeks",
    "spend": "USD spent within two weeks",
}
BOUGHT = {"mens": "had bought men's only", "womens": "had bought women's only"}

CONTEXT = Context.public(
    source="Hillstrom e-mail test",
    design=Design.RANDOMISED,
    population="customers of an online retailer who had bought within twelve months",
    period="two weeks after one e-mail, 2008 or before",
    currency="USD",
)


files = partial(public_files, NAME, "hillstrom_data.csv")


def check_facts(raw: pd.DataFrame) -> None:
    """Assert what the challenge published: 64,000 customers in three thirds, and the overall rates."""
    require_fact(NAME, "customers", 64_000, len(raw))
    sizes = raw["segment"].value_counts().to_dict()
    require_fact(
        NAME, "arms", {"Mens E-Mail": 21_307, "No E-Mail": 21_306, "Womens E-Mail": 21_387}, dict(sorted(sizes.items()))
    )
    for column, rate in (("visit", 0.14678), ("conversion", 0.00903), ("spend", 1.05091)):
        require_fact(NAME, f"mean of {column}", rate, round(float(raw[column].mean()), 5))


def process(raw: pd.DataFrame) -> pd.DataFrame:
    """Add `past` (mens, womens, both) and `match` (matched, mismatched, none; missing for buyers of both)."""
    past = np.select([raw["mens"] & raw["womens"] == 1, raw["mens"] == 1], ["both", "mens"], "womens")
    mailed = raw["segment"].map({"Mens E-Mail": "mens", "Womens E-Mail": "womens", "No E-Mail": "none"})
    match = np.select([past == "both", mailed == "none", mailed == past], ["", "none", "matched"], "mismatched")
    return raw.assign(past=past, mailed=mailed, match=match)


load = load_once(files, read_csv, check_facts, process)


KNOWN_BEFORE = ("recency", "history", "newbie")
"""Months since the last purchase, dollars spent in the past year, first purchase within it: randomised arms should not differ."""


def _experiment(table: pd.DataFrame, assigned: pd.Series, outcome: str, context: Context, **more: pd.Series) -> Frame:
    columns = {
        "unit_id": table.index,
        "arm": table["mailed"].where(assigned, "control"),
        "assigned": assigned.astype(int),
        "outcome": table[outcome].astype(float),
        **{f"x_{name}": table[name].astype(float) for name in KNOWN_BEFORE},
        **more,
    }
    return spec("experiment").check(
        table[[]].assign(**columns), replace(context, outcome=OUTCOMES.get(outcome, outcome))
    )


IN_BOTH: Rule = ("bought in both categories", lambda t: t["past"] == "both")
"""Neither e-mail matches or misses what these customers had bought."""


def build_match(outcome: str, treated: str = "matched", control: str = "mismatched") -> Frame:
    """Two of the three arms of customers who had bought in one category only, within the category bought."""
    words = {"matched": "matched e-mail", "mismatched": "mismatched e-mail", "none": "none"}
    table = kept(
        NAME,
        f"{words[treated]} against {words[control]}",
        "customers",
        load(),
        IN_BOTH,
        ("another arm", lambda t: ~t["match"].isin((treated, control))),
    )
    context = replace(
        CONTEXT,
        population=f"{CONTEXT.population} in one of two categories only",
        contrast=f"{words[treated]} against {words[control]}",
    )
    return _experiment(table, table["match"] == treated, outcome, context, stratum=table["past"].map(BOUGHT))


def build_any_mail(outcome: str, contrast: str = "an e-mail against none") -> Frame:
    """Any e-mail against none, single-category customers: what is often printed as the gain from personal messages."""
    table = kept(NAME, "any e-mail against none", "customers", load(), IN_BOTH)
    return _experiment(table, table["mailed"] != "none", outcome, replace(CONTEXT, contrast=contrast))


def build_by_recency(outcome: str) -> Frame:
    """Any e-mail against none among all, months since the last purchase as moderator."""
    table = load()
    context = replace(CONTEXT, contrast="an e-mail against none")
    return _experiment(table, table["mailed"] != "none", outcome, context, moderator=table["recency"])


def build_lapsed(outcome: str, contrast: str = "an e-mail against none") -> Frame:
    """Any e-mail against none among those without a purchase for seven to twelve months."""
    recent = (f"bought within the last {LAPSED_MONTHS - 1} months", lambda t: ~(t["recency"] >= LAPSED_MONTHS))
    table = kept(NAME, "lapsed customers", "customers", load(), recent).assign(not_bought=lambda t: 1 - t["conversion"])
    context = replace(
        CONTEXT,
        population="customers of an online retailer whose last purchase lay seven to twelve months back",
        contrast=contrast,
        indirect="nobody in the test had been away for more than a year, and purchases were followed for two weeks",
    )
    return _experiment(table, table["mailed"] != "none", outcome, context)


def build_newcomers() -> Frame:
    """Customers of more than a year against customers of less, mislabelled as people who never bought; the mailed only."""
    table = kept(NAME, "offers", "customers", load(), ("sent no e-mail", lambda t: t["mailed"] == "none"))
    offers = pd.DataFrame(
        {
            "unit_id": table.index,
            "earlier": table["newbie"].map({0: "bought", 1: "never"}),
            "responded": table["conversion"],
        }
    )
    return spec("offers").check(offers, replace(CONTEXT, design=Design.OBSERVATIONAL, outcome=OUTCOMES["conversion"]))


BUILDERS: dict[str, Callable[[], Frame]] = {
    **{f"experiment/{outcome}": partial(build_match, outcome) for outcome in OUTCOMES},
    **{f"experiment/any_{outcome}": partial(build_any_mail, outcome) for outcome in OUTCOMES},
    "experiment/mismatched": partial(build_match, "visit", "mismatched", "none"),
    "experiment/recency": partial(build_by_recency, "conversion"),
    "experiment/lapsed": partial(build_lapsed, "conversion"),
    "experiment/lapsed_spend": partial(build_lapsed, "spend", "an e-mail against none, sales taken for profit"),
    "experiment/lapsed_not_bought": partial(build_lapsed, "not_bought"),
    "offers": build_newcomers,
}

_BY_RECENCY = {"role": "context", "by": "moderator", "moderator_name": "months since the last purchase"}
_LIFTS = {"visit": "visit_lift", "conversion": "purchase_lift", "spend": "spend_lift"}

SOURCE = public(
    NAME,
    CONTEXT,
    data_card=DataCard(
        in_short="an online retailer's e-mail experiment of 2008 or before, 64,000 customers",
        publisher="Kevin Hillstrom, MineThatData, 20 March 2008",
        citation="Hillstrom (2008), The MineThatData E-Mail Analytics and Data Mining Challenge, minethatdata.com",
        licence="none stated by the publisher; offered freely for analysis",
        accessed="November 2026",
        row="one customer",
        defects=(
            "'Surburban' is spelt so in the file",
            "one of the two e-mails works better on everyone; matched against mismatched is fair only on average over the two "
            "categories, which are equally large",
            "who opened the e-mail, what it cost and what was earned on sales is not known",
        ),
        not_for=("anything beyond two weeks", "win-back after a year: nobody had been away so long"),
    ),
    files=files,
    builders=BUILDERS,
    answers={
        "personalisation-lifts-response": (
            *(Answer(f"experiment/{outcome}", {"quantity": lift, "by": "stratum"}) for outcome, lift in _LIFTS.items()),
            *(
                Answer(f"experiment/any_{outcome}", {"quantity": lift, "role": "naive"})
                for outcome, lift in _LIFTS.items()
            ),
        ),
        "reactivation-pays": (
            Answer("experiment/lapsed", {"quantity": "return_difference"}),
            Answer("experiment/recency", {"quantity": "return_difference", **_BY_RECENCY}),
            Answer("experiment/lapsed_spend", {"quantity": "net_value_per_contact", "role": "naive"}),
        ),
        "targeting-risk-pays": (Answer("experiment/recency", {"quantity": "effect_gap"}),),
    },
    not_identified={
        "generic-messages-tire": NotIdentified(
            reason="One e-mail to each customer: whether a further one tires cannot be seen, and nobody could unsubscribe. "
            "The e-mail that did not match is a first contact, not one too many.",
            naive=Answer("experiment/mismatched", {"quantity": "response_per_further_contact"}),
        ),
        "existing-customers-buy-more-readily": NotIdentified(
            reason="All 64,000 had bought within the year: nobody never did. Customers of less than a year, who look like "
            "the contrast, are customers too.",
            naive=Answer("offers", {"quantity": "response_gap"}),
        ),
        "proactive-contact-reduces-churn": NotIdentified(
            reason="Two weeks without a purchase are not the loss of a customer, and no later purchase is on file: an e-mail "
            "that brings a sale forward would count as a customer retained.",
            naive=Answer("experiment/lapsed_not_bought", {"quantity": "churn_difference"}),
        ),
    },
)
