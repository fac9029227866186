"""Donors of 1995, year by year: in which of the years 1995 to 2006 each of 11,104 first-time givers gave.

The cohort of `donations`, whose packaged table keeps only how often and how recently, and only until 2001.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pandas as pd

from analysis.frames import Context
from analysis.frames.regular_occasions import (
    account_periods_from_flags,
    opportunities_from_flags,
    repeat_trials_from_flags,
)
from analysis.sources.base import Answer, DataCard, NotIdentified
from analysis.sources.donations import DONORS_NOT_CUSTOMERS, N_DONORS
from analysis.sources.manifest import public_files
from analysis.sources.public_files import Framed, answers_on, load_once, public, require_fact
from analysis.sources.row_ledger import kept

NAME = "donation_histories"
FOLDER = "donations"
FIRST_YEAR, LAST_YEAR = 1995, 2006
N_CALIBRATION = 6
"""1996 to 2001, the calibration of the publication."""


CONTEXT = Context.public(
    source="Donors of 1995, year by year",
    population="11,104 people who gave to a US non-profit organisation for the first time in 1995",
    period="1995 to 2006",
    indirect=DONORS_NOT_CUSTOMERS,
)


files = partial(public_files, FOLDER, "1995_cohort_binary.csv")


def read(path: Path) -> pd.DataFrame:
    """Donor and one 0 or 1 a year, columns named by year; the file has no header."""
    return pd.read_csv(path, header=None, names=["donor", *range(FIRST_YEAR, LAST_YEAR + 1)], index_col="donor")


def check_facts(flags: pd.DataFrame) -> None:
    """Assert 11,104 donors, twelve years, everybody in the first, and the givers of 1996 and 2006."""
    require_fact(NAME, "donors", N_DONORS, flags.index.nunique())
    require_fact(NAME, "rows", N_DONORS, len(flags))
    require_fact(NAME, "levels", {0, 1}, set(flags.to_numpy().ravel().tolist()))
    require_fact(NAME, "givers of 1995", N_DONORS, int(flags[FIRST_YEAR].sum()))
    require_fact(NAME, "givers of 1996 and 2006", (5_652, 1_936), (int(flags[1996].sum()), int(flags[LAST_YEAR].sum())))


load_flags = load_once(files, read, check_facts)


def dormant_table(flags: pd.DataFrame) -> pd.DataFrame:
    """Donors silent in 2000 and 2001, and whether they gave in 2002: none of them is known to have been asked."""
    gave = ("gave in 2000 or 2001", lambda t: t[[2000, 2001]].sum(axis=1) > 0)
    silent = kept(NAME, "offers/dormant", "donors", flags, gave)
    table = pd.DataFrame({"unit_id": silent.index, "earlier": "bought", "responded": silent[2002]})
    return table.reset_index(drop=True)


SOURCE = public(
    NAME,
    CONTEXT,
    data_card=DataCard(
        in_short="11,104 people who first gave to a US charity in 1995, followed until 2006",
        publisher="Peter Fader, Bruce Hardie and Jen Shang",
        citation="Fader, Hardie & Shang (2010), Marketing Science 29(6), 1086-1108",
        licence="academic use",
        accessed="November 2026",
        row="one donor: 1 for each year with a gift",
        defects=("the file has no header", "whether they gave in a year, not how much"),
        not_for=("growth: nobody joins after 1995", "what an appeal does: whom the organisation asked is not in it"),
    ),
    files=files,
    load=lambda: load_flags(),
    builders={
        "repeat_trials": Framed(repeat_trials_from_flags),
        "opportunities": Framed(partial(opportunities_from_flags, n_calibration=N_CALIBRATION)),
        "account_periods": Framed(lambda raw: account_periods_from_flags(raw, FIRST_YEAR)),
        "offers/dormant": Framed(dormant_table, population=f"{CONTEXT.population} and did not in 2000 and 2001"),
    },
    answers={
        "repeat-momentum": (Answer("repeat_trials", {"population": "bg_bb"}),),
        "churn-is-predictable": answers_on("opportunities", "auc", "top_tenth_lift", "auc_gain_over_recency"),
    },
    not_identified={
        "retention-drives-growth": NotIdentified(
            reason="One closed cohort: nobody joins after 1995, so every change in active donors is a loss or a return by "
            "construction.",
            naive=Answer("account_periods"),
        ),
        "reactivation-pays": NotIdentified(
            reason="Whom the organisation wrote to is not recorded. Donors silent for two years come back by themselves too; to "
            "credit every return to an appeal would call that its effect.",
            naive=Answer("offers/dormant", {"quantity": "return_difference"}),
        ),
    },
)
