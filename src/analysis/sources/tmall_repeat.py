"""Tmall repeat buyers: shoppers who first bought from a merchant on one Double-11 promotion day, and whether they came back.

Labels only: no date, no amount, no behaviour before or after.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from analysis.frames import Context
from analysis.sources.base import DataCard, NotIdentified
from analysis.sources.manifest import public_files
from analysis.sources.public_files import Framed, load_once, one_rate, public, read_csv, require_fact

NAME = "tmall_repeat"
MONTHS_WATCHED = 6

CONTEXT = Context.public(
    source="Tmall promotion buyers",
    population="260,864 pairs of a shopper and a merchant from whom the shopper first bought on a promotion day",
    period="the six months after one 11 November",
    outcome="1 if the shopper bought from the merchant again",
    indirect="won by a promotion, and counted by merchant: who does not come back to one may buy from the next",
)


files = partial(public_files, NAME, "train_format1.csv")


def check_facts(raw: pd.DataFrame) -> None:
    """Assert pairs, shoppers, merchants, that no pair stands twice, and the share of repeat buyers."""
    require_fact(NAME, "pairs", 260_864, len(raw))
    require_fact(NAME, "shoppers", 212_062, raw["user_id"].nunique())
    require_fact(NAME, "merchants", 1_993, raw["merchant_id"].nunique())
    require_fact(NAME, "pairs that stand twice", 0, int(raw.duplicated(["user_id", "merchant_id"]).sum()))
    require_fact(NAME, "repeat buyers", 15_952, int(raw["label"].sum()))


load = load_once(files, read_csv, check_facts)


def rates_table(raw: pd.DataFrame) -> pd.DataFrame:
    """One row: of those who first bought on the day, how many did not come back to the merchant in six months."""
    lost = int((raw["label"] == 0).sum())
    firm = "Tmall merchants, promotion buyers"
    return one_rate("online marketplace", firm, CONTEXT.period, len(raw), lost, MONTHS_WATCHED / 12)


SOURCE = public(
    NAME,
    CONTEXT,
    data_card=DataCard(
        in_short="a Chinese online marketplace, 212,062 shoppers who bought on a promotion day",
        publisher="Alibaba Tianchi, challenge of IJCAI 2015",
        citation="Alibaba Group (2015), IJCAI-15 repeat buyers prediction data set, Tianchi",
        licence="Tianchi research terms",
        accessed="November 2026",
        row="one shopper and merchant: 1 if the shopper came back within six months",
        defects=("only the labelled half of the challenge", "only buyers won on one promotion day"),
        not_for=("churn: not coming back to one merchant is not leaving", "customers in general"),
    ),
    files=files,
    load=lambda: load(),
    builders={"churn_rates": Framed(rates_table)},
    not_identified={
        "industry-churn-gap": NotIdentified(
            reason="Not coming back to one merchant of a marketplace within six months of a promotion is neither churn of a "
            "contract nor mobile telephony, insurance or finance.",
        ),
        "churn-is-predictable": NotIdentified(
            reason="The file has outcomes and nothing that came before them, so there is no behaviour to predict from.",
        ),
    },
)
