"""Online Retail: a year and nine days of invoices of a UK giftware shop on the web, December 2010 to 9 December 2011.

The log starts in the middle of the firm's life: when it opens, everybody looks new, and many who first appear months
later are old customers after a pause. That closes every question that needs a customer's first purchase.
"""

from __future__ import annotations

import datetime
from dataclasses import replace
from functools import partial

import pandas as pd

from analysis.frames import Context
from analysis.sources._rfile import read_r_table
from analysis.sources.base import Answer, DataCard, NotIdentified
from analysis.sources.manifest import public_files
from analysis.sources.public_files import answers_on, load_once, public, require_fact
from analysis.sources.purchase_log import built, opened
from analysis.sources.row_ledger import kept

NAME = "online_retail"
CALIBRATION_END = datetime.date(2011, 6, 30)
END_OF_OBSERVATION = "2011-12-09"
RUN_IN_MONTHS = 3
LOST_BY_SILENCE: dict[str, object] = {"window": 3, "newcomers_known": False, "run_in_months": 0}
"""Who bought in none of three months is lost, and whoever comes in counts as won."""

CONTEXT = Context.public(
    source="Online Retail",
    population="customers of a UK giftware shop on the web, many of them wholesalers, with a customer number",
    period="December 2010 to 9 December 2011",
    currency="GBP",
)
BY_SILENCE = replace(CONTEXT, contrast="lost: no purchase for three months; won: new, or back after as long a silence")


files = partial(public_files, NAME, "onlineretail.rda")


read = partial(read_r_table, name="onlineretail")
"""InvoiceDate in seconds since 1970, local time taken as UTC."""


def check_facts(raw: pd.DataFrame) -> None:
    """Assert what the UCI repository documents: rows, span, customers, and the cancellations marked by a C."""
    at = pd.to_datetime(raw["InvoiceDate"], unit="s")
    require_fact(NAME, "rows", 541_909, len(raw))
    require_fact(NAME, "rows without customer number", 135_080, int(raw["CustomerID"].isna().sum()))
    require_fact(NAME, "customers", 4_372, raw["CustomerID"].nunique())
    require_fact(NAME, "cancelled rows", 9_288, int(raw["InvoiceNo"].str.startswith("C").sum()))
    require_fact(NAME, "first invoice", "2010-12-01 08:26:00", str(at.min()))
    require_fact(NAME, "last invoice", "2011-12-09 12:50:00", str(at.max()))


def process(raw: pd.DataFrame) -> pd.DataFrame:
    """Invoice lines with a customer number and a price: customer_id, at, amount (GBP), is_return.

    Lines without a customer number are left out: nobody can be followed through them. So are lines at a price of 0
    (samples and corrections). Lines of invoices that begin with C are returns: those of the same day are taken off the
    day's sum, and a day that they bring to 0 is none (two orders of tens of thousands of pieces were undone within
    minutes); those of later days change no purchase.
    """
    known = kept(
        NAME,
        "lines",
        "lines of invoices",
        raw,
        ("no customer number", lambda t: t["CustomerID"].isna()),
        ("no price", lambda t: ~(t["UnitPrice"] > 0)),
    )
    return pd.DataFrame(
        {
            "customer_id": known["CustomerID"].astype(int),
            "at": pd.to_datetime(known["InvoiceDate"], unit="s"),
            "amount": known["Quantity"] * known["UnitPrice"],
            "is_return": known["InvoiceNo"].str.startswith("C"),
        }
    )


load = load_once(files, read, check_facts, process)

open_log = opened(CONTEXT, END_OF_OBSERVATION, lambda: {"transactions": load()})


LEFT_EDGE = (
    "The file opens in the middle of the firm's life, so a customer's first purchase in it need not be the first: when its "
    "first half is hidden on purpose, more than a third of those who look new in the last months turn out to have bought "
    "before."
)

IN_BOTH = "the two years joined hold this year too, and a firm has one vote"

SOURCE = public(
    NAME,
    CONTEXT,
    data_card=DataCard(
        in_short="a UK giftware shop on the web, 2010 to 2011, 4,372 customers",
        publisher="Daqing Chen, London South Bank University; UCI Machine Learning Repository 352; R package onlineretail",
        citation="Chen, Sain & Guo (2012), Journal of Database Marketing & Customer Strategy Management 19(3), 197-208",
        licence="CC BY 4.0 (UCI); CC0 (R package)",
        accessed="November 2026",
        row="one line of an invoice: product, quantity, price, customer, time",
        defects=(
            "a quarter of the lines have no customer number",
            "cancellations are lines of their own, without the number of the invoice they undo",
            "the last month ends on the ninth",
            "the first purchase in the file need not be the customer's first",
        ),
        not_for=("anything that needs a customer's first purchase", "telling a season from a trend: one year only"),
    ),
    files=files,
    tables=open_log,
    builders={
        "purchases": built("purchases", open_log, CONTEXT),
        # Histories in the first seven months and purchases in the 23 weeks after; scores need no first purchase.
        "customer_holdout": built("customer_holdout", open_log, CONTEXT, split_day=CALIBRATION_END),
        "account_periods": built("account_periods/months", open_log, BY_SILENCE, **LOST_BY_SILENCE),
        # The three whole quarters of 2011: one year, in which season and tenure run together.
        "customer_periods": built("customer_periods", open_log, CONTEXT),
        # Counted from the first purchase seen, as if it were the first.
        "repeat_trials": built("repeat_trials", open_log, CONTEXT),
        "customer_summary": built("customer_summary", open_log, CONTEXT),
        "segment_revenue": built("segment_revenue", open_log, CONTEXT, run_in_months=RUN_IN_MONTHS),
        "cohort_survival/activity": built("cohort_survival/activity", open_log, CONTEXT),
    },
    answers={
        "retention-drives-growth": (Answer("account_periods", doubt=IN_BOTH),),
        "churn-is-predictable": answers_on(
            "customer_holdout", "auc", "top_tenth_lift", "auc_gain_over_recency", doubt=IN_BOTH
        ),
    },
    not_identified={
        "repeat-momentum": NotIdentified(
            reason=f"{LEFT_EDGE} The number of a purchase is therefore not known; and within a customer, where it need not be, the "
            "one year of the file runs towards Christmas and speeds everybody up.",
            naive=Answer("repeat_trials", {"naive_only": True}),
        ),
        "repeat-revenue-is-steadier": NotIdentified(
            reason=f"{LEFT_EDGE} Who is new and who is a repeat customer is therefore not known, and nine whole months of one "
            "year cannot tell a season from a swing.",
            naive=Answer("segment_revenue"),
        ),
        "spend-grows-with-tenure": NotIdentified(
            reason="One year: every customer's tenure rises in step with the season towards Christmas, so that within a "
            "customer the two cannot be separated.",
            naive=Answer("customer_periods"),
        ),
        "retention-profit-leverage": NotIdentified(
            reason=f"{LEFT_EDGE} How long customers have been there, which any model of leaving needs, is therefore not known; "
            "fitted all the same, the models find no leaving at all.",
        ),
    },
)
