"""Online Retail, both files joined: 24 whole months of invoices of one UK giftware shop, December 2009 to November 2011.

Two deposits of one log. The nine days that stand in both are the same in both and are taken once. A year of wash-in tells
customers first seen in the second year from those who were there before, as far as a year can.
"""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.frames import Context
from analysis.sources import online_retail
from analysis.sources.base import Answer, DataCard, NotIdentified
from analysis.sources.manifest import public_file
from analysis.sources.online_retail import LOST_BY_SILENCE
from analysis.sources.public_files import Framed, answers_on, load_once, public, require_fact
from analysis.sources.purchase_log import built, occasions_of, opened
from analysis.sources.row_ledger import kept

FOLDER, NAME = "online_retail_II", "online_retail_two_years"
SECOND_YEAR, END_OF_OBSERVATION = "2010-12-01", "2011-11-30"
HALF_A_YEAR_BEFORE = "2011-05-31"
WASH_IN_MONTHS = 12
PRODUCT_CODE = r"^\d{5}"
"""Codes of products begin with five digits; all others are postage, fees, samples and corrections."""

CONTEXT = Context.public(
    source="Online Retail, two years",
    population="customers of a UK giftware shop on the web, many of them wholesalers, with a customer number",
    period="December 2009 to November 2011",
    currency="GBP",
)
BY_SILENCE = replace(CONTEXT, contrast=online_retail.BY_SILENCE.contrast)

NAMES = {
    "Invoice": "InvoiceNo",
    "StockCode": "StockCode",
    "Quantity": "Quantity",
    "InvoiceDate": "InvoiceDate",
    "Price": "UnitPrice",
    "Customer ID": "CustomerID",
}


def files() -> tuple[Path, ...]:
    """Paths of the first year's file and of the second's."""
    return public_file(FOLDER, "online_retail_II.parquet"), *online_retail.files()


def read(first: Path, second: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both files with the second's names of columns, and times as such."""
    early = pd.read_parquet(first, columns=list(NAMES)).rename(columns=NAMES)
    early = early.assign(InvoiceDate=pd.to_datetime(early["InvoiceDate"]))
    late = online_retail.read(second)[list(NAMES.values())]
    return early, late.assign(InvoiceDate=pd.to_datetime(late["InvoiceDate"], unit="s"))


def check_facts(early: pd.DataFrame, late: pd.DataFrame) -> None:
    """Assert the first file's size, and that the days in both files are the same: rows, invoices, pieces and money."""
    require_fact(NAME, "rows of the first year", 525_461, len(early))
    require_fact(NAME, "its rows without customer number", 107_927, int(early["CustomerID"].isna().sum()))
    require_fact(NAME, "its last invoice", "2010-12-09 20:01:00", str(early["InvoiceDate"].max()))
    twice = early[early["InvoiceDate"] >= SECOND_YEAR]
    again = late[late["InvoiceDate"] <= early["InvoiceDate"].max()]
    for rows in (twice, again):
        require_fact(NAME, "rows in both files", 22_523, len(rows))
        require_fact(NAME, "invoices in both files", 1_088, rows["InvoiceNo"].nunique())
    pieces, money = ([int(t["Quantity"].sum()) for t in (twice, again)], [_money(t) for t in (twice, again)])
    require_fact(NAME, "pieces in both files", pieces[1], pieces[0])
    require_fact(NAME, "money in both files", money[1], money[0])


def _money(lines: pd.DataFrame) -> float:
    return round(float((lines["Quantity"] * lines["UnitPrice"]).sum()), 2)


def join(early: pd.DataFrame, late: pd.DataFrame) -> pd.DataFrame:
    """Lines of products with a customer number and a price: customer_id, at, amount, is_return, invoice.

    Left out: what stands in both files once, the part of December 2011, lines without number or price, lines of postage and
    fees, and repetitions of a line that are the same in every column.
    """
    again = ("stands in the second file too", lambda t: ~(t["InvoiceDate"] < SECOND_YEAR))
    part = ("of the part of December 2011", lambda t: ~(t["InvoiceDate"] < "2011-12-01"))
    both = pd.concat([kept(NAME, "first file", "lines", early, again), kept(NAME, "second file", "lines", late, part)])
    known = kept(
        NAME,
        "lines",
        "lines of both files, each period once",
        both,
        ("no customer number", lambda t: t["CustomerID"].isna()),
        ("no price", lambda t: ~(t["UnitPrice"] > 0)),
        ("postage or fee", lambda t: ~t["StockCode"].astype(str).str.match(PRODUCT_CODE)),
        ("repetition of a line", lambda t: t.duplicated()),
    )
    return pd.DataFrame(
        {
            "customer_id": known["CustomerID"].astype(int),
            "at": known["InvoiceDate"],
            "amount": known["Quantity"].astype(float) * known["UnitPrice"],
            "is_return": known["InvoiceNo"].astype(str).str.startswith("C"),
        }
    ).reset_index(drop=True)


def returns_table(lines: pd.DataFrame, bought: pd.DataFrame) -> pd.DataFrame:
    """Customers who bought from December 2010 to May 2011: whether something came back then, and no purchase in half a year.

    Held equal: days with a purchase, spend and lines in that half-year, days since the last purchase and since the first
    one seen, and purchases in the year before. Half-years are looked at apart and none is left out, so that nothing of it
    stands in the ledger.

    Parameters
    ----------
    lines : pandas.DataFrame
        As `join` gives them.
    bought : pandas.DataFrame
        Their occasions: customer_id, at, amount.
    """
    now = bought[bought["at"].between(SECOND_YEAR, HALF_A_YEAR_BEFORE)].groupby("customer_id")
    end = pd.Timestamp(HALF_A_YEAR_BEFORE)
    table = pd.DataFrame({"days": now.size(), "spend": now["amount"].sum(), "last": (end - now["at"].max()).dt.days})
    window = lines[lines["at"].between(SECOND_YEAR, f"{HALF_A_YEAR_BEFORE} 23:59:59")]
    came_back = set(window.loc[window["is_return"], "customer_id"])
    n_lines = window[~window["is_return"]].groupby("customer_id").size()
    earlier = bought[bought["at"] < SECOND_YEAR].groupby("customer_id").size().reindex(table.index, fill_value=0)
    first = (end - bought.groupby("customer_id")["at"].min().reindex(table.index)).dt.days
    stayed = set(bought.loc[bought["at"] > HALF_A_YEAR_BEFORE, "customer_id"])
    return pd.DataFrame(
        {
            "unit_id": table.index,
            "treated": table.index.isin(came_back).astype(int),
            "outcome": (~table.index.isin(stayed)).astype(float),
            "x_log_days": np.log(table["days"]),
            "x_log_spend": np.log(table["spend"]),
            "x_log_lines": np.log(n_lines.reindex(table.index)),
            "x_weeks_since_last": table["last"] / 7,
            "x_weeks_since_first": first / 7,
            "x_log_days_year_before": np.log1p(earlier),
        }
    ).reset_index(drop=True)


load_lines = load_once(files, read, check_facts, lambda tables: join(*tables))

open_log = opened(CONTEXT, END_OF_OBSERVATION, lambda: {"transactions": load_lines()})


SOURCE = public(
    NAME,
    CONTEXT,
    data_card=DataCard(
        in_short="a UK giftware shop on the web, December 2009 to November 2011",
        publisher="Daqing Chen, London South Bank University; UCI Machine Learning Repository 502 and 352",
        citation="Chen, Sain & Guo (2012), Journal of Database Marketing & Customer Strategy Management 19(3), 197-208",
        licence="CC BY 4.0",
        accessed="November 2026",
        row="one line of an invoice: product, quantity, price, customer, time",
        defects=(
            "a fifth of the lines have no customer number",
            "customers seen in the first months were customers before",
            "why something was returned is not recorded",
            "some lines stand there several times and are taken once",
            "a part of December 2011 is left out",
        ),
        not_for=("telling a trend of the firm from tenure: within a customer both run together",),
    ),
    files=files,
    tables=open_log,
    load=lambda: (load_lines(), occasions_of(open_log())),
    builders={
        # Whole quarters of 2010 and 2011; tenure from the first purchase seen, which moves no slope within a customer.
        "customer_periods": built("customer_periods", open_log, CONTEXT),
        "customer_holdout": built(
            "customer_holdout", open_log, CONTEXT, split_day=datetime.date.fromisoformat(HALF_A_YEAR_BEFORE)
        ),
        "account_periods": built("account_periods/months", open_log, BY_SILENCE, **LOST_BY_SILENCE),
        # The twelve months of the second year; new is who was not seen in the year before.
        "segment_revenue": built("segment_revenue", open_log, CONTEXT, run_in_months=WASH_IN_MONTHS),
        # Purchases of those first seen after a year of wash-in, numbered from the first.
        "repeat_trials": built(
            "repeat_trials", open_log, CONTEXT, joined_from=datetime.date.fromisoformat(SECOND_YEAR)
        ),
        "exposure/returns": Framed(
            returns_table,
            population="customers of a UK giftware shop on the web who bought from December 2010 to May 2011",
            period="December 2010 to November 2011",
            outcome="no purchase in the half-year after",
            contrast="customers who sent something back less those who did not",
            indirect="a return may be a failure of the shop, a change of mind or a mistake in ordering",
        ),
    },
    answers={
        "spend-grows-with-tenure": (Answer("customer_periods"),),
        "repeat-revenue-is-steadier": (Answer("segment_revenue"),),
        "retention-drives-growth": (Answer("account_periods"),),
        "churn-is-predictable": answers_on("customer_holdout", "auc", "top_tenth_lift", "auc_gain_over_recency"),
        "service-failure-drives-churn": (Answer("exposure/returns", {"quantity": "churn_difference"}),),
    },
    not_identified={
        "repeat-momentum": NotIdentified(
            reason="Whoever is first seen after a year of wash-in has one year to be seen in, which runs towards Christmas and "
            "speeds everybody up; the number of a purchase and the season cannot be separated.",
            naive=Answer("repeat_trials", {"naive_only": True}),
        ),
    },
)
