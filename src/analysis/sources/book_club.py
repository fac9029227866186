"""Charles Book Club: 4,000 members, what they had bought, and whether they took the offer of one title.

Comes with the Python package ``dmba``, read without importing it. Every row is a member who has bought; all got the same
offer.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from analysis.frames import Context
from analysis.sources.base import Answer, DataCard, NotIdentified
from analysis.sources.public_files import Framed, load_once, package_file, public, read_csv, require_fact
from analysis.sources.row_ledger import kept

NAME = "book_club"
DORMANT_MONTHS = 12
"""Members whose last purchase lies a year or more back."""

CONTEXT = Context.public(
    source="Charles Book Club",
    population="4,000 members of a book club, all offered one art book",
    period="not given",
    outcome="1 if the member bought the book offered",
)


files = partial(package_file, "dmba", "csvFiles", "CharlesBookClub.csv.gz")


def check_facts(raw: pd.DataFrame) -> None:
    """Assert 4,000 rows, that every member had bought, and that the two response columns say the same."""
    require_fact(NAME, "rows", 4_000, len(raw))
    require_fact(NAME, "members who never bought", 0, int((raw["F"] < 1).sum()))
    require_fact(NAME, "rows whose response columns disagree", 0, int((raw["Florence"] != raw["Yes_Florence"]).sum()))


load = load_once(files, read_csv, check_facts)


def offers_table(raw: pd.DataFrame, bought: pd.Series) -> pd.DataFrame:
    """Members who had bought against members who had not, as `bought` says it."""
    return pd.DataFrame(
        {
            "unit_id": range(len(raw)),
            "earlier": bought.map({True: "bought", False: "never"}).to_numpy(),
            "responded": raw["Florence"].to_numpy(),
        }
    )


def dormant_table(raw: pd.DataFrame) -> pd.DataFrame:
    """Members whose last purchase lies a year or more back."""
    recent = ("last purchase less than a year back", lambda t: ~(t["R"] >= DORMANT_MONTHS))
    silent = kept(NAME, "offers/dormant", "members", raw, recent)
    return offers_table(silent, silent["F"] > 0)


SOURCE = public(
    NAME,
    CONTEXT,
    delivery="package",
    data_card=DataCard(
        in_short="a book club's offer of one art book to 4,000 members",
        publisher="Shmueli, Bruce, Gedeck and Patel; shipped with dmba",
        citation="Shmueli, Bruce, Gedeck & Patel (2019), Data Mining for Business Analytics, Wiley",
        licence="the package is MIT; terms of the textbook for the data",
        accessed="with dmba 0.2.4",
        row="one member who was offered the book",
        defects=("a real club under another name, as the textbook says; nobody outside has checked it",),
        not_for=("any comparison with people outside the club: there are none in it",),
    ),
    files=files,
    load=lambda: load(),
    builders={
        # Members who had bought a related title, against those of other titles labelled as if they were strangers.
        "offers": Framed(lambda raw: offers_table(raw, raw["Related Purchase"] > 0)),
        "offers/dormant": Framed(dormant_table, population="members who had bought nothing for a year or more"),
    },
    not_identified={
        "existing-customers-buy-more-readily": NotIdentified(
            reason="Every member had bought before: nobody in the file never did. Those without a related purchase, who look "
            "like the contrast, are customers of other shelves.",
            naive=Answer("offers", {"quantity": "response_gap"}),
        ),
        "programme-raises-retention": NotIdentified(
            reason="Every row is a club member and nobody outside is there; members alone do not show what the club "
            "does to buying."
        ),
        "reactivation-pays": NotIdentified(
            reason="All members got the same offer: without members left alone, purchases of the long silent cannot be "
            "credited to it.",
            naive=Answer("offers/dormant", {"quantity": "return_difference"}),
        ),
    },
)
