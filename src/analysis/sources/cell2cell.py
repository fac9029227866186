"""Cell2Cell: 51,047 customers of a US mobile operator in 2001 or so, with usage, failures, contacts, referrals and churn.

Customers who left were oversampled. Whatever conditions on leaving (odds ratios of leaving, shares among leavers and
among stayers, areas under the curve) survives that; shares who left and their differences do not.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pandas as pd

from analysis.frames import Context
from analysis.sources._cell2cell_tables import (
    churn_rate_table,
    failure_count_table,
    failures_table,
    lines_table,
    referrals_table,
    retention_calls_table,
    scores_table,
    spells_table,
)
from analysis.sources.base import Answer, DataCard, NotIdentified
from analysis.sources.manifest import public_files
from analysis.sources.public_files import Framed, load_once, public, read_csv, require_fact

NAME = "cell2cell"
MEMBER = "cell2celltrain.csv"

CONTEXT = Context.public(
    source="Cell2Cell",
    population="customers of a US mobile operator with six months of service or more; leavers oversampled",
    period="about 2001 (the file does not say), one to two months ahead",
    outcome="left within two months",
)


files = partial(public_files, NAME, "cell2celltrain.csv.zip")


def read_customers(path: Path) -> pd.DataFrame:
    """Read the customers, with `left` as 0 or 1."""
    raw = read_csv(path, member=MEMBER)
    return raw.assign(left=(raw["Churn"] == "Yes").astype(int))


def check_facts(customers: pd.DataFrame) -> None:
    """Assert what is documented: 51,047 customers of at least six months, 14,711 of them (28.8 %) left."""
    require_fact(NAME, "customers", 51_047, len(customers))
    require_fact(NAME, "distinct customers", 51_047, customers["CustomerID"].nunique())
    require_fact(NAME, "customers who left", 14_711, int(customers["left"].sum()))
    require_fact(NAME, "fewest months in service", 6, int(customers["MonthsInService"].min()))


load_customers = load_once(files, read_customers, check_facts)


_REFERRALS_INDIRECT = (
    "satisfaction was not measured: that a customer did not leave in the next two months stands for it"
)


SOURCE = public(
    NAME,
    CONTEXT,
    data_card=DataCard(
        in_short="a US mobile operator of about 2001, 51,047 customers",
        publisher="Teradata Center for Customer Relationship Management at Duke University (teaching case); Kaggle edition",
        citation="Cell2Cell teaching case; cf. Neslin, Gupta, Kamakura, Lu & Mason (2006), J. Marketing Research 43(2), "
        "204-211, on the centre's churn tournament",
        licence="not stated",
        accessed="copy of the Kaggle edition's training file",
        row="one customer, with usage before and churn after a day",
        defects=(
            "leavers were oversampled: 28.8 % in the file; in the case's validation sample, which was not, about 2 %",
            "the file mixes the case's oversampled and plain samples; which customer came from which is not marked",
            "blank or negative usage for 156 customers; they are left out where usage is needed",
        ),
        not_for=(
            "churn rates and differences of churn: leavers were oversampled",
            "the effect of retention calls: the call follows the wish to leave",
            "lift of a score: it depends on the share who leave",
        ),
    ),
    files=files,
    load=lambda: load_customers(),
    builders={
        "exposure/failures": Framed(
            failures_table, contrast="more dropped and blocked calls per call than the median customer, against fewer"
        ),
        "exposure/failure_count": Framed(
            failure_count_table, contrast="more dropped and blocked calls than the median customer, against fewer"
        ),
        "exposure/lines": Framed(
            lines_table,
            contrast="customers with two active lines or more in the household against customers with one",
            indirect="further lines of the same product, in one household",
        ),
        "exposure/retention_calls": Framed(
            retention_calls_table, contrast="customers who had a retention call against those who had none"
        ),
        "exposure/any_referral": Framed(
            partial(referrals_table, count=False),
            outcome="made a referral",
            contrast="customers who stayed against customers who left",
            indirect=_REFERRALS_INDIRECT,
        ),
        "exposure/referral_count": Framed(
            partial(referrals_table, count=True),
            outcome="referrals made",
            contrast="customers who stayed against customers who left",
            indirect=_REFERRALS_INDIRECT,
        ),
        "scores": Framed(scores_table, indirect="judged on other customers of the same weeks, not on later weeks"),
        "spells": Framed(
            spells_table, outcome="left", contrast="months of the first year of service against later ones"
        ),
        "churn_rates": Framed(churn_rate_table, outcome="left"),
    },
    answers={
        "service-failure-drives-churn": (
            Answer("exposure/failures", {"quantity": "churn_odds_ratio"}),
            Answer("exposure/failure_count", {"quantity": "churn_odds_ratio", "adjusted": False}),
        ),
        "satisfied-customers-refer": (
            Answer("exposure/any_referral", {"quantity": "stayer_referral_gap"}),
            Answer("exposure/referral_count", {"quantity": "referral_rate_ratio"}),
        ),
        "churn-is-predictable": (Answer("scores", {"quantity": "auc"}),),
        "lock-in-retains": (Answer("exposure/lines", {"quantity": "lapse_odds_ratio_several_products"}),),
    },
    not_identified={
        "proactive-contact-reduces-churn": NotIdentified(
            reason="Retention calls were made with customers who had already asked to leave or were about to: the wish to "
            "leave caused the call, not the call the leaving. Leavers are oversampled besides.",
            naive=Answer("exposure/retention_calls", {"quantity": "churn_difference", "adjusted": False}),
        ),
        "industry-churn-gap": NotIdentified(
            reason="Leavers were oversampled when the file was made, so the share who left in it is no rate of anything: in "
            "the case's own plain sample about 2 in 100 left, within two months and not a year.",
            naive=Answer("churn_rates", {"quantity": "mobile_churn_rate"}),
        ),
        "lock-in-retains": NotIdentified(
            reason="Leaving jumps after eleven months of service, as it would if contracts of a year ran out; but no "
            "contract term is in the file. Who was bound, and until when, could only be inferred from the leaving itself.",
            naive=Answer("spells", {"quantity": "hazard_ratio_in_contract", "term": "x_first_year", "adjusted": False}),
        ),
    },
)
