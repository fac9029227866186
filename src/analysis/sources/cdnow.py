"""CDNOW: all purchases until the end of June 1998 of the 23,570 customers who first bought in the first quarter of 1997.

Comes with the Python package ``lifetimes``. One closed cohort: nobody joins after March 1997.
"""

from __future__ import annotations

import datetime
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd

from analysis.frames import Context
from analysis.sources.base import Answer, DataCard, NotIdentified
from analysis.sources.public_files import load_once, package_file, public, require_fact
from analysis.sources.purchase_log import built, opened

NAME = "cdnow"
CALIBRATION_END = datetime.date(1997, 9, 30)
"""End of the first 39 weeks, the split of the published analyses."""
END_OF_OBSERVATION = "1998-06-30"
SILENT_MONTHS = 3

CONTEXT = Context.public(
    source="CDNOW",
    population="23,570 customers of an online CD shop who first bought in the first quarter of 1997",
    period="January 1997 to June 1998",
    currency="USD",
)


files = partial(package_file, "lifetimes", "datasets", "CDNOW_master.txt", "CDNOW_sample.txt")
"""The master file, and the published one-tenth sample of its customers."""


def read(path: Path, *first: str) -> pd.DataFrame:
    """A file as it stands: customer_id, at, n_units, amount (USD), one row a purchase; `first` names columns before them."""
    names = [*first, "customer_id", "at", "n_units", "amount"]
    header = None if first else 0
    return pd.read_csv(path, sep=r"\s+", header=header, names=names, dtype={"at": str})


def check_facts(raw: pd.DataFrame) -> None:
    """Assert what the file's documentation says: 69,659 purchases of 23,570 customers, 1997-01-01 to 1998-06-30."""
    require_fact(NAME, "purchases", 69_659, len(raw))
    require_fact(NAME, "customers", 23_570, raw["customer_id"].nunique())
    require_fact(NAME, "first day", "19970101", raw["at"].min())
    require_fact(NAME, "last day", "19980630", raw["at"].max())


def check_tenth(raw: pd.DataFrame) -> None:
    """Assert customers and purchases of the one-tenth sample."""
    require_fact(NAME, "customers of the one-tenth sample", 2_357, raw["customer_id"].nunique())
    require_fact(NAME, "purchases of the one-tenth sample", 6_919, len(raw))


def process(raw: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Every purchase; two orders of one customer on one day are one occasion, as in the published analyses."""
    return {"transactions": raw[["customer_id", "amount"]].assign(at=pd.to_datetime(raw["at"], format="%Y%m%d"))}


open_log = opened(CONTEXT, END_OF_OBSERVATION, load_once(lambda: files()[:1], read, check_facts, process))
_tenth = load_once(lambda: files()[1:], lambda path: read(path, "master_id"), check_tenth, process)
open_tenth = opened(CONTEXT, END_OF_OBSERVATION, _tenth)
"""Every tenth customer in the same form; the published analyses are on it."""

TENTH = replace(CONTEXT, population=f"every tenth of the {CONTEXT.population}")

SOURCE = public(
    NAME,
    CONTEXT,
    delivery="package",
    data_card=DataCard(
        in_short="a US online music shop of 1997, 23,570 customers",
        publisher="Peter Fader and Bruce Hardie, from the CDNOW transaction log; shipped with lifetimes",
        citation="Fader & Hardie (2001), Interfaces 31(3) part 2, S94-S107",
        licence="academic use; the package is MIT",
        accessed="with lifetimes 0.11.3",
        row="one purchase: customer, day, number of CDs, dollars",
        defects=("a few purchases of 0 dollars", "several rows of one customer on one day are one occasion"),
        not_for=(
            "growth: the cohort is closed, nobody joins after March 1997",
            "new against repeat customers: there are no new ones after the first quarter",
        ),
    ),
    files=files,
    tables=open_log,
    builders={
        "purchases": built("purchases", open_log, CONTEXT),
        "customer_periods": built("customer_periods", open_log, CONTEXT),
        "customer_summary": built("customer_summary", open_log, CONTEXT),
        "customer_summary/amounts": built("customer_summary/amounts", open_log, CONTEXT),
        "customer_holdout": built("customer_holdout", open_log, CONTEXT, split_day=CALIBRATION_END),
        "customer_holdout/tenth": built("customer_holdout", open_tenth, TENTH, split_day=CALIBRATION_END),
        "repeat_trials": built("repeat_trials", open_log, CONTEXT),
        # Months of a cohort that nobody joins; lost is who did not buy for three months.
        "account_periods": built("account_periods/months", open_log, CONTEXT, window=SILENT_MONTHS),
        "segment_revenue": built("segment_revenue", open_log, CONTEXT),
        "cohort_survival/activity": built("cohort_survival/activity", open_log, CONTEXT),
    },
    answers={
        "spend-grows-with-tenure": (Answer("customer_periods"),),
        "repeat-momentum": (Answer("repeat_trials"),),
        "retention-profit-leverage": (Answer("customer_summary"),),
        "churn-is-predictable": (
            Answer("customer_holdout", {"quantity": "auc"}),
            Answer("customer_holdout", {"quantity": "top_tenth_lift"}),
            Answer("customer_holdout", {"quantity": "auc_gain_over_recency"}),
        ),
    },
    not_identified={
        "retention-drives-growth": NotIdentified(
            reason="One closed cohort: nobody joins after March 1997, so every change in active customers is a loss or a "
            "return by construction.",
            naive=Answer("account_periods"),
        ),
        "repeat-revenue-is-steadier": NotIdentified(
            reason="One closed cohort: new customers exist in the first three months only and bring nothing in the other "
            "fifteen, which looks like the wildest of swings.",
            naive=Answer("segment_revenue"),
        ),
    },
)
