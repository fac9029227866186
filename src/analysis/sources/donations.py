"""Donors of 1995: who of 11,104 first-time givers to a US non-profit organisation gave again in 1996 to 2001.

Comes with the Python package ``lifetimes`` as a table of recency and frequency; `donation_histories` has the years one by
one, with five more of them. One closed cohort: everybody gave for the first time in 1995.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from analysis.frames import Context
from analysis.sources.base import Answer, DataCard, NotIdentified
from analysis.sources.public_files import Framed, load_once, package_file, public, read_csv, require_fact

NAME = "donations"
N_DONORS = 11_104
N_YEARS = 6
DONORS_NOT_CUSTOMERS = "donors to a charity, not customers of a firm"

CONTEXT = Context.public(
    source="Donors of 1995",
    population="11,104 people who gave to a US non-profit organisation for the first time in 1995",
    period="1995 to 2001",
    indirect=DONORS_NOT_CUSTOMERS,
)


files = partial(package_file, "lifetimes", "datasets", "donations.csv")


def check_facts(raw: pd.DataFrame) -> None:
    """Assert what the publication documents: 11,104 donors, six yearly occasions, all 22 patterns."""
    require_fact(NAME, "donors", N_DONORS, int(raw["weights"].sum()))
    require_fact(NAME, "patterns", 22, len(raw))
    require_fact(NAME, "occasions", {N_YEARS}, set(raw["periods"]))
    odd = raw[(raw["frequency"] > raw["recency"]) | ((raw["frequency"] == 0) != (raw["recency"] == 0))]
    require_fact(NAME, "patterns that cannot be", 0, len(odd))


load = load_once(files, read_csv, check_facts)


SOURCE = public(
    NAME,
    CONTEXT,
    delivery="package",
    data_card=DataCard(
        in_short="11,104 people who first gave to a US charity in 1995, followed until 2001",
        publisher="Peter Fader, Bruce Hardie and Jen Shang; shipped with lifetimes",
        citation="Fader, Hardie & Shang (2010), Marketing Science 29(6), 1086-1108",
        licence="academic use; the package is MIT",
        accessed="with lifetimes 0.11.3",
        row="donors with the same number of years of giving and the same last one",
        defects=("whether they gave in a year, not how much",),
        not_for=("growth: nobody joins after 1995", "amounts"),
    ),
    files=files,
    load=lambda: load(),
    builders={
        "opportunities": Framed(
            lambda raw: raw.rename(columns={"periods": "n_opportunities", "weights": "n_customers"})
        ),
    },
    answers={"retention-profit-leverage": (Answer("opportunities"),)},
    not_identified={
        "retention-drives-growth": NotIdentified(
            reason="One closed cohort: nobody joins after 1995, so every change in active donors is a loss or a return by "
            "construction.",
        ),
    },
)
