"""Adoption curves of an R package: the stock of cars in the Netherlands, 1965 to 1989, and other series beside it."""

from __future__ import annotations

from functools import partial

import pandas as pd

from analysis.core.vocabulary import Design
from analysis.frames import Context
from analysis.sources._rfile import read_r_table
from analysis.sources.base import Answer, DataCard, NotIdentified
from analysis.sources.manifest import public_files
from analysis.sources.public_files import Framed, load_once, public, require_fact

NAME = "bass_diffusion"

CONTEXT = Context.public(
    source="Adoption curves",
    design=Design.MODEL,
    population="cars in the Netherlands",
    period="1965 to 1989",
    outcome="cars on the road, in thousands",
    indirect="an aggregate curve: who talked to whom was not recorded",
)


files = partial(public_files, NAME, "tscarstock.RData")


def check_facts(stock: pd.DataFrame) -> None:
    """Assert what the package's manual says: 25 years, 1965 to 1989, raw and smoothed."""
    require_fact(NAME, "years", list(range(1965, 1990)), stock["year"].astype(int).tolist())
    require_fact(NAME, "columns", ["year", "raw", "smoothed"], list(stock.columns))


load_car_stock = load_once(files, partial(read_r_table, name="tsCarstock"), check_facts)


def curve_table(stock: pd.DataFrame) -> pd.DataFrame:
    """Cars added in each year and cars in all; the first year only gives the stock to start from."""
    added = stock["raw"].diff()
    table = pd.DataFrame(
        {
            "product": "cars in the Netherlands",
            "period": range(-1, len(stock) - 1),
            "n_new": added,
            "n_total": stock["raw"],
        }
    )
    return table.iloc[1:]


SOURCE = public(
    NAME,
    CONTEXT,
    data_card=DataCard(
        in_short="cars on Dutch roads, year by year, 1965 to 1989",
        publisher="R package diffusion (Oliver Schaer, Nikolaos Kourentzes, Ivan Svetunkov)",
        citation="Franses (1994), J. Operational Research Society 45(1), 109-113",
        licence="LGPL-2.1, of the package",
        accessed="package file as of the listed commit",
        row="one year",
        defects=(
            "stock, not sales: scrapped cars are missing from it",
            "the other series (operating systems, browsers, computers in use) are market shares that later products eat "
            "into; they are no adoption curves",
        ),
        not_for=("proof of word of mouth: any curve that first speeds up has a positive coefficient of imitation",),
    ),
    files=files,
    load=lambda: load_car_stock(),
    builders={"diffusion_curve": Framed(curve_table)},
    not_identified={
        "word-of-mouth-brings-customers": NotIdentified(
            reason="One aggregate curve. Its coefficient of imitation is positive because adoption first sped up, and rising "
            "incomes, falling prices and new roads bend a curve the same way as talk does.",
            naive=Answer("diffusion_curve"),
        ),
    },
)
