"""The published churn rates with the counted ones of insurers' files beside them: one vote a file, none of its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from analysis.core.vocabulary import Kind
from analysis.sources import (
    insurance_renewals,
    insurance_surrender,
    medicare_stars,
    published_churn_rates,
    spanish_motor,
)
from analysis.sources.base import Answer, DataCard
from analysis.sources.public_files import Framed, public

NAME = "counted_churn_rates"
COUNTED = (insurance_renewals, insurance_surrender, medicare_stars, spanish_motor)

CONTEXT = replace(
    published_churn_rates.CONTEXT,
    source="Published and counted churn rates",
    kind=Kind.PUBLIC,
    population="mobile operators and financial firms whose yearly churn is published or can be counted from a public file",
)


def files() -> tuple[Path, ...]:
    """Paths of the table of evidence and of all files that are counted."""
    return published_churn_rates.files() + tuple(path for source in COUNTED for path in source.files())


def rates_table() -> pd.DataFrame:
    """Published rates, and the rates of each file under the file's name."""
    parts = [published_churn_rates.load()]
    for source in COUNTED:
        table = source.SOURCE.frame("churn_rates").table
        parts.append(table.assign(firm=source.NAME, period=table["firm"] + ", " + table["period"]))
    return pd.concat(parts, ignore_index=True)


SOURCE = public(
    NAME,
    CONTEXT,
    data_card=DataCard(
        in_short="yearly churn of mobile operators and financial firms, published or counted here from public files",
        publisher="firms, regulators and papers, and the publishers of the four files that were counted",
        citation="data/evidence/h_churn_and_lock_in.csv and the sources insurance_renewals, insurance_surrender, "
        "medicare_stars, spanish_motor",
        licence="as the sources that it joins",
        accessed="November 2026",
        row="one yearly rate, published or counted",
        defects=("no mobile operator's customers can be counted in any of these files: only finance gains",),
        not_for=("a vote beside the published rates, which are part of it and have none",),
    ),
    files=files,
    builders={"churn_rates": Framed(rates_table)},
    answers={"industry-churn-gap": (Answer("churn_rates", {"quantity": "churn_gap"}),)},
)
