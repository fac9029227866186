"""CDNOW: all purchases until the end of June 1998 of the 23,570 customers who first bought in the first quarter of 1997.

Comes with the Python package ``lifetimes``. One closed cohort: nobody joins after March 1997.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.frames import Context, Frame, spec
from analysis.frames.derive import customer_periods_from_purchases
from analysis.sources.base import Answer, Cannot, Passport, Source, package_file, require_fact
from analysis.vocabulary import Design, Kind

if TYPE_CHECKING:
    import pandas as pd

NAME = "cdnow"
END_OF_OBSERVATION = "1998-06-30"

CONTEXT = Context(
    source="CDNOW",
    kind=Kind.PUBLIC,
    design=Design.OBSERVATIONAL,
    population="23,570 customers of an online CD shop who first bought in the first quarter of 1997",
    period="January 1997 to June 1998",
    currency="USD",
)


def files() -> tuple[Path, ...]:
    """Path of the master file in the package."""
    return package_file("lifetimes", "datasets", "CDNOW_master.txt")


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


def check_facts(raw: pd.DataFrame) -> None:
    """Assert what the file's documentation says: 69,659 purchases of 23,570 customers, 1997-01-01 to 1998-06-30."""
    require_fact(NAME, "purchases", 69_659, len(raw))
    require_fact(NAME, "customers", 23_570, raw["customer_id"].nunique())
    require_fact(NAME, "first day", "19970101", raw["at"].min())
    require_fact(NAME, "last day", "19980630", raw["at"].max())


@cache
def build_customer_periods() -> Frame:
    """Quarters with purchases, by customer."""
    table = customer_periods_from_purchases(load_purchases(), END_OF_OBSERVATION)
    return spec("customer_periods").check(table, CONTEXT)


SOURCE = Source(
    name=NAME,
    title="CDNOW",
    kind=Kind.PUBLIC,
    delivery="package",
    passport=Passport(
        publisher="Peter Fader and Bruce Hardie, from the CDNOW transaction log; shipped with lifetimes",
        citation="Fader & Hardie (2001), Interfaces 31(3) part 2, S94-S107",
        licence="academic use; the package is MIT",
        accessed="with lifetimes 0.11.3",
        row="one purchase: customer, day, number of CDs, dollars",
        defects=("a few purchases of 0 dollars", "several rows of one customer on one day are one occasion"),
        not_for=("growth: the cohort is closed, nobody joins after March 1997",),
    ),
    files=files,
    builders={"customer_periods": build_customer_periods},
    answers={"spend-grows-with-tenure": (Answer("customer_periods"),)},
    cannot={
        "retention-drives-growth": Cannot(
            reason="One closed cohort: nobody joins after March 1997, so every change in active customers is a loss "
            "by construction.",
        ),
    },
)
