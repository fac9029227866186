"""CDNOW: all purchases until the end of June 1998 of the 23,570 customers who first bought in the first quarter of 1997.

Comes with the Python package ``lifetimes``. One closed cohort: nobody joins after March 1997.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.core.vocabulary import Design, Kind
from analysis.frames import Context, Frame, spec
from analysis.frames.derive import (
    customer_holdout_from_purchases,
    customer_periods_from_purchases,
    customer_summary_from_purchases,
    repeat_trials_from_purchases,
)
from analysis.frames.derive_periods import (
    account_periods_from_purchases,
    cohort_activity_from_purchases,
    segment_revenue_from_purchases,
)
from analysis.sources.base import Answer, DataCard, NotIdentified, Source, package_file, require_fact

if TYPE_CHECKING:
    import pandas as pd

NAME = "cdnow"
FIRST_DAY = "1997-01-01"
CALIBRATION_END = "1997-09-30"
"""End of the first 39 weeks, the split of the published analyses."""
END_OF_OBSERVATION = "1998-06-30"
SILENT_MONTHS = 3

CONTEXT = Context(
    source="CDNOW",
    kind=Kind.PUBLIC,
    design=Design.OBSERVATIONAL,
    population="23,570 customers of an online CD shop who first bought in the first quarter of 1997",
    period="January 1997 to June 1998",
    currency="USD",
)


def files() -> tuple[Path, ...]:
    """Paths in the package: the master file, and the published one-tenth sample of its customers."""
    return tuple(
        path
        for file in ("CDNOW_master.txt", "CDNOW_sample.txt")
        for path in package_file("lifetimes", "datasets", file)
    )


@cache
def load_purchases() -> pd.DataFrame:
    """Read the master file: customer_id, at, n_units, amount (USD), one row a customer and day.

    Two orders of one customer on one day are one purchase occasion, as in the published analyses.
    """
    import pandas as pd

    raw = pd.read_csv(
        files()[0], sep=r"\s+", header=0, names=["customer_id", "at", "n_units", "amount"], dtype={"at": str}
    )
    check_facts(raw)
    raw["at"] = pd.to_datetime(raw["at"], format="%Y%m%d")
    return raw.groupby(["customer_id", "at"], as_index=False).agg(n_units=("n_units", "sum"), amount=("amount", "sum"))


@cache
def load_tenth() -> pd.DataFrame:
    """Read the one-tenth sample (every tenth customer) in the same form; the published analyses are on it."""
    import pandas as pd

    names = ["master_id", "customer_id", "at", "n_units", "amount"]
    raw = pd.read_csv(files()[1], sep=r"\s+", header=None, names=names, dtype={"at": str})
    require_fact(NAME, "customers of the one-tenth sample", 2_357, raw["customer_id"].nunique())
    require_fact(NAME, "purchases of the one-tenth sample", 6_919, len(raw))
    raw["at"] = pd.to_datetime(raw["at"], format="%Y%m%d")
    return raw.groupby(["customer_id", "at"], as_index=False)["amount"].sum()


def check_facts(raw: pd.DataFrame) -> None:
    """Assert what the file's documentation says: 69,659 purchases of 23,570 customers, 1997-01-01 to 1998-06-30."""
    require_fact(NAME, "purchases", 69_659, len(raw))
    require_fact(NAME, "customers", 23_570, raw["customer_id"].nunique())
    require_fact(NAME, "first day", "19970101", raw["at"].min())
    require_fact(NAME, "last day", "19980630", raw["at"].max())


@cache
def build_purchases() -> Frame:
    """Every purchase occasion."""
    return spec("purchases").check(load_purchases()[["customer_id", "at", "amount"]], CONTEXT)


@cache
def build_customer_periods() -> Frame:
    """Quarters with purchases, by customer."""
    table = customer_periods_from_purchases(load_purchases(), END_OF_OBSERVATION, first_day=FIRST_DAY)
    return spec("customer_periods").check(table, CONTEXT)


@cache
def build_customer_summary() -> Frame:
    """Histories over the whole 78 weeks."""
    return spec("customer_summary").check(
        customer_summary_from_purchases(load_purchases(), END_OF_OBSERVATION), CONTEXT
    )


@cache
def build_customer_summary_with_amounts() -> Frame:
    """The same with the mean amount of repeat purchases."""
    table = customer_summary_from_purchases(load_purchases(), END_OF_OBSERVATION, with_amounts=True)
    return spec("customer_summary").check(table, CONTEXT)


@cache
def build_customer_holdout() -> Frame:
    """Histories over the first 39 weeks, and purchases in the 39 weeks after."""
    table = customer_holdout_from_purchases(load_purchases(), CALIBRATION_END, END_OF_OBSERVATION)
    return spec("customer_holdout").check(table, CONTEXT)


@cache
def build_tenth_holdout() -> Frame:
    """The same for every tenth customer: the data of the published model comparisons."""
    table = customer_holdout_from_purchases(load_tenth(), CALIBRATION_END, END_OF_OBSERVATION)
    return spec("customer_holdout").check(
        table, replace(CONTEXT, population=f"every tenth of the {CONTEXT.population}")
    )


@cache
def build_repeat_trials() -> Frame:
    """Every purchase as the start of the wait for the next."""
    return spec("repeat_trials").check(repeat_trials_from_purchases(load_purchases(), END_OF_OBSERVATION), CONTEXT)


@cache
def build_account_periods() -> Frame:
    """Months of the account of a cohort that nobody joins; lost is who did not buy for three months."""
    table = account_periods_from_purchases(
        load_purchases(), FIRST_DAY, END_OF_OBSERVATION, freq="M", window_periods=SILENT_MONTHS
    )
    return spec("account_periods").check(table, CONTEXT)


@cache
def build_segment_revenue() -> Frame:
    """Monthly revenue of new and repeat customers; after March 1997 there are no new ones."""
    table = segment_revenue_from_purchases(load_purchases(), FIRST_DAY, END_OF_OBSERVATION)
    return spec("segment_revenue").check(table, CONTEXT)


@cache
def build_cohort_activity() -> Frame:
    """Customers of each joining month who bought in the months since: activity, not survival."""
    table = cohort_activity_from_purchases(load_purchases(), FIRST_DAY, END_OF_OBSERVATION)
    return spec("cohort_survival").check(table, CONTEXT)


SOURCE = Source(
    name=NAME,
    title="CDNOW",
    kind=Kind.PUBLIC,
    delivery="package",
    data_card=DataCard(
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
    builders={
        "purchases": build_purchases,
        "customer_periods": build_customer_periods,
        "customer_summary": build_customer_summary,
        "customer_summary/amounts": build_customer_summary_with_amounts,
        "customer_holdout": build_customer_holdout,
        "customer_holdout/tenth": build_tenth_holdout,
        "repeat_trials": build_repeat_trials,
        "account_periods": build_account_periods,
        "segment_revenue": build_segment_revenue,
        "cohort_survival/activity": build_cohort_activity,
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
