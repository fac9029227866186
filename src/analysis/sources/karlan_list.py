"""Karlan and List's letters: 50,083 earlier donors, all written to, two thirds at random with a matching grant on offer.

The match was one, two or three dollars for each dollar given. Months since the last gift are known for all but one.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from analysis.core.vocabulary import Design
from analysis.frames import Context
from analysis.sources._rfile import read_r_table
from analysis.sources.base import Answer, DataCard, NotIdentified
from analysis.sources.manifest import public_files
from analysis.sources.public_files import Framed, load_once, public, require_fact
from analysis.sources.row_ledger import kept

NAME = "karlan_list"
DORMANT_MONTHS = 8
"""The file's `dormant` is exactly this: the last gift lies eight months or more back, before the year of the letter."""
MISSING = -999

CONTEXT = Context.public(
    source="Karlan & List letters",
    design=Design.RANDOMISED,
    population="50,083 earlier donors of a US non-profit organisation, all written to",
    period="letters of August 2005",
    outcome="1 if the donor gave after the letter",
    contrast="a letter with a matching grant against the same letter without",
    currency="USD",
    indirect="donors of a charity offered a matching grant, not customers offered a rebate",
)


files = partial(public_files, NAME, "charitable.rda")


read = partial(read_r_table, name="charitable")


def check_facts(raw: pd.DataFrame) -> None:
    """Assert rows, arms and published response rates, and what `dormant` means, which the file's manual does not say."""
    require_fact(NAME, "donors", 50_083, len(raw))
    require_fact(NAME, "letters without a match", 16_687, int((raw["treatment"] == 0).sum()))
    rates = raw.groupby("treatment")["out_gavedum"].mean().round(3).tolist()
    require_fact(NAME, "response without and with a match", [0.018, 0.022], rates)
    long_ago = raw["mrm2"] >= DORMANT_MONTHS
    require_fact(
        NAME, "donors whose `dormant` is not eight months or more", 0, int((long_ago != (raw["dormant"] == 1)).sum())
    )


def process(raw: pd.DataFrame) -> pd.DataFrame:
    """Columns of frame ``experiment`` for gifts as a share, with months since the last gift as moderator."""
    ratio = np.select([raw["treat_ratio3"] == 1, raw["treat_ratio2"] == 1], ["match 3:1", "match 2:1"], "match 1:1")
    return pd.DataFrame(
        {
            "unit_id": range(len(raw)),
            "arm": np.where(raw["treatment"] == 1, ratio, "control"),
            "assigned": raw["treatment"].astype(int),
            "outcome": raw["out_gavedum"].astype(float),
            "moderator": raw["mrm2"].where(raw["mrm2"] != MISSING).astype(float),
        }
    )


load = load_once(files, read, check_facts, process)


def dormant_table(donors: pd.DataFrame) -> pd.DataFrame:
    """Donors whose last gift lies eight months or more back."""
    return kept(
        NAME,
        "silent donors",
        "donors",
        donors,
        ("month of the last gift not known", lambda t: t["moderator"].isna()),
        (f"last gift less than {DORMANT_MONTHS} months back", lambda t: t["moderator"] < DORMANT_MONTHS),
    )


def dormant_offers_table(donors: pd.DataFrame) -> pd.DataFrame:
    """The same donors without the randomisation: all were written to, as a naive analyst would count them."""
    table = dormant_table(donors).assign(earlier="bought")
    return table[["unit_id", "earlier"]].assign(responded=table["outcome"].astype(int))


_LONG_AGO = "earlier donors of a US non-profit organisation whose last gift lay eight months or more back"
_BY_MONTHS = {"role": "context", "by": "moderator", "moderator_name": "months since the last gift"}

SOURCE = public(
    NAME,
    CONTEXT,
    data_card=DataCard(
        in_short="a US charity's experiment of 2005, letters to 50,083 earlier donors",
        publisher="Dean Karlan and John List; replication data of the American Economic Review",
        citation="Karlan & List (2007), American Economic Review 97(5), 1774-1793",
        licence="not stated",
        accessed="November 2026",
        row="one earlier donor who was written to",
        defects=(
            "`dormant` is labelled 'already donated in 2005' in one edition, which is its opposite: it marks a last gift "
            "eight months or more back",
            "-999 stands for missing; months since the last gift are missing for one donor",
        ),
        not_for=("whether a letter brings donors back: nobody was left without one",),
    ),
    files=files,
    load=lambda: load(),
    builders={
        "experiment": Framed(),
        "experiment/dormant": Framed(dormant_table, population=_LONG_AGO),
        "offers/dormant": Framed(dormant_offers_table, population=_LONG_AGO, design=Design.OBSERVATIONAL, contrast=""),
    },
    answers={
        "reactivation-pays": (
            Answer("experiment/dormant", {"quantity": "return_difference_by_offer", "by": "arm"}),
            Answer("experiment", {"quantity": "return_difference_by_offer", **_BY_MONTHS}),
        ),
        "targeting-risk-pays": (Answer("experiment", {"quantity": "effect_gap"}),),
    },
    not_identified={
        "reactivation-pays": NotIdentified(
            reason="Both arms were written to: the arms tell what a matching grant adds, not what a letter does. To count "
            "every gift of the dormant after a letter credits the letter with those who would have given anyway; the grant "
            "and the postage are not in the file either.",
            naive=Answer("offers/dormant", {"quantity": "return_difference"}),
        ),
    },
)
