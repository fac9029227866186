"""Yearly churn as firms, regulators and papers publish it, from the project's own table of evidence: one vote a firm.

Left out, each by its reason: figures of an interested publisher, bare assertions, parts of a firm's customers that the same
publication splits off, extremes picked from a series, shares that are no yearly churn.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pandas as pd

from analysis.core import paths
from analysis.core.errors import FrameUnavailable
from analysis.core.vocabulary import Design, Kind
from analysis.frames import Context
from analysis.sources.base import Answer, DataCard
from analysis.sources.public_files import Framed, public, require_fact

NAME = "published_churn_rates"
FILE = "h_churn_and_lock_in.csv"
CLAIM = "industry-churn-gap"
INDUSTRY = {"mobile_churn_rate": "mobile", "finance_churn_rate": "finance"}

FIRMS = (
    "Verizon",
    "AT&T",
    "Sprint",
    "T-Mobile USA",
    "TELUS",
    "Bell Canada",
    "Rogers",
    "M1 Singapore",
    "Vodafone Germany",
    "Vodafone Italy",
    "Ameritrade",
    "Ofcom",
    "Danish competition authority",
    "J.D. Power",
)
"""Names that mark rows of one firm or one series of studies, whichever publication they stand in."""

PARTS = ("cluster of", "prepaid", "with home policy too", "with one policy")
PICKED = ("lowest", "highest", "debate")

CONTEXT = Context(
    source="Published churn rates",
    kind=Kind.PUBLISHED,
    design=Design.OBSERVATIONAL,
    population="mobile operators and financial firms whose yearly churn a disinterested source publishes",
    period="1999 to 2023",
    contrast="mobile telephony against insurance, banking and other finance",
    indirect="rates of different countries and years, each counted in its firm's own way",
)


def files() -> tuple[Path, ...]:
    """Path of the table of evidence, which the repository holds."""
    path = paths.EVIDENCE / FILE
    if not path.exists():
        raise FrameUnavailable(f"The table data/evidence/{FILE} is not there; restore it from the repository.")
    return (path,)


def reason_left_out(row: Mapping[str, str]) -> str:
    """Why a row of evidence is no vote on yearly churn; empty if it is one."""
    words = f"{row['study']} {row['population']} {row['period']} {row['finding']}"
    if row["quantity"] not in INDUSTRY or not row["value"]:
        return "another industry, or no rate"
    if row["vendor"] == "yes":
        return "interested publisher"
    if row["design"] == "assertion":
        return "stated without a source"
    if any(part in row["population"] for part in PARTS):
        return "part of a firm's customers"
    if any(part in words for part in PICKED):
        return "picked from a series, or quoted in a debate"
    return ""


def firm_of(row: Mapping[str, str]) -> str:
    """The firm, or the study, that has the vote of a row."""
    words = f"{row['study']} {row['population']}"
    return next((firm for firm in FIRMS if firm in words), f"{row['study']}: {row['population']}")


def rates_table(rows: list[dict[str, str]]) -> pd.DataFrame:
    """Columns of frame ``churn_rates`` from rows of evidence on the claim."""
    used = [row for row in rows if row["claim"] == CLAIM and not reason_left_out(row)]
    return pd.DataFrame(
        {
            "industry": [INDUSTRY[row["quantity"]] for row in used],
            "firm": [firm_of(row) for row in used],
            # Two segments of one year are two rows: the number of the row keeps them apart.
            "period": [f"{row['period'] or row['year'] or 'no year'} ({number})" for number, row in enumerate(used)],
            "yearly_percent": [float(row["value"]) for row in used],
        }
    )


@cache
def load() -> pd.DataFrame:
    """Rates by firm; both industries must have firms enough to differ."""
    with files()[0].open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    units = {row["unit"] for row in rows if row["claim"] == CLAIM and not reason_left_out(row)}
    require_fact(NAME, "units of the rates", {"% a year"}, units)
    return rates_table(rows)


SOURCE = public(
    NAME,
    CONTEXT,
    delivery="package",
    data_card=DataCard(
        in_short="yearly churn of mobile operators and financial firms as published, 1999 to 2023",
        publisher="firms, regulators and papers, which data/evidence names row by row",
        citation="data/evidence/h_churn_and_lock_in.csv, claim industry-churn-gap, with the place of each figure",
        licence="facts; the table is the project's own",
        accessed="November 2026",
        row="one published yearly rate of one firm or study",
        defects=(
            "firms that publish their churn are no sample of their industry; mobile operators do, insurers seldom",
            "operators publish contract customers first, who leave less often than those without one",
            "months are compounded to a year as if everybody were alike, which makes the year too high",
            "some rows are whole countries or surveys of them and count as one firm",
        ),
        not_for=("one firm against another: each counts in its own way",),
    ),
    files=files,
    load=lambda: load(),
    builders={"churn_rates": Framed()},
    answers={
        CLAIM: (
            Answer(
                "churn_rates",
                {"quantity": "churn_gap"},
                doubt="part of the published and counted rates, which have the vote",
            ),
            Answer("churn_rates", {"quantity": "mobile_churn_rate"}),
            Answer("churn_rates", {"quantity": "finance_churn_rate"}),
        ),
    },
)
