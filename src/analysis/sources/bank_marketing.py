"""Bank marketing: telephone calls of a Portuguese bank for a term deposit, May 2008 to November 2010, one row a client.

The call's duration is known only after the call and is never used.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.frames import Context
from analysis.sources.base import Answer, DataCard, NotIdentified
from analysis.sources.manifest import public_files
from analysis.sources.public_files import Framed, load_once, public, read_csv, require_fact
from analysis.sources.row_ledger import kept

NAME = "bank_marketing"
MEMBER = "bank-additional/bank-full.csv"
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
FIRST_YEAR = 2008

EARLIER = {"success": "bought", "failure": "declined", "unknown": "never"}
"""Outcome of the earlier campaign to the frame's word; "other" says neither and is left out."""

CONTEXT = Context.public(
    source="Bank telemarketing",
    population="clients of a Portuguese bank who were called about a term deposit",
    period="May 2008 to November 2010",
    outcome="took the term deposit",
    contrast="clients who took an earlier campaign's offer against clients who never did",
    indirect="everyone called was a client of the bank already; bought means that an earlier campaign's offer was taken",
)


files = partial(public_files, NAME, "bank-additional.zip")


def read_calls(path: Path) -> pd.DataFrame:
    """Read ``bank-full.csv`` of the archive, without the duration of the call, with a column `month_of_call`."""
    raw = read_csv(path, member=MEMBER, sep=";")
    return raw.drop(columns="duration").assign(month_of_call=month_of_call(raw["month"]))


def month_of_call(month: pd.Series) -> pd.Series:
    """Year and month of each row, from the month's name and the documented order by date.

    Examples
    --------
    >>> import pandas as pd
    >>> month_of_call(pd.Series(["nov", "dec", "jan", "jan"])).tolist()
    ['2008-11', '2008-12', '2009-01', '2009-01']
    """
    number = month.map({name: place for place, name in enumerate(MONTHS, start=1)})
    year = FIRST_YEAR + (number < number.shift()).cumsum()
    return year.astype(str) + "-" + number.astype(str).str.zfill(2)


def check_facts(calls: pd.DataFrame) -> None:
    """Assert what the archive's page says: 45,211 clients, May 2008 to November 2010, 5,289 of them subscribed."""
    require_fact(NAME, "clients", 45_211, len(calls))
    require_fact(NAME, "subscriptions", 5_289, int((calls["y"] == "yes").sum()))
    require_fact(NAME, "first month", "2008-05", calls["month_of_call"].iloc[0])
    require_fact(NAME, "last month", "2010-11", calls["month_of_call"].iloc[-1])


load_calls = load_once(files, read_calls, check_facts)


def offers_table(calls: pd.DataFrame) -> pd.DataFrame:
    """Clients by what they did in an earlier campaign; the month of the call is the stratum within which all got one offer.

    Left out: clients whose earlier outcome is "other", and those contacted earlier whose outcome is unknown.
    """
    known = kept(
        NAME,
        "offers",
        "clients",
        calls,
        ("earlier outcome neither yes nor no", lambda t: ~t["poutcome"].isin(EARLIER)),
        ("contacted earlier, outcome unknown", lambda t: (t["poutcome"] == "unknown") & (t["pdays"] != -1)),
    )
    return pd.DataFrame(
        {
            "unit_id": known.index,
            "earlier": known["poutcome"].map(EARLIER),
            "responded": (known["y"] == "yes").astype(int),
            "stratum": known["month_of_call"],
            "x_contacts": known["campaign"].astype(float),
            "x_age": known["age"].astype(float),
            "x_balance": np.arcsinh(known["balance"].astype(float)),
            "x_housing_loan": (known["housing"] == "yes").astype(float),
            "x_personal_loan": (known["loan"] == "yes").astype(float),
            "x_in_default": (known["default"] == "yes").astype(float),
            "x_tertiary": (known["education"] == "tertiary").astype(float),
            "x_married": (known["marital"] == "married").astype(float),
            "x_mobile_phone": (known["contact"] == "cellular").astype(float),
        }
    )


def contacts_table(calls: pd.DataFrame) -> pd.DataFrame:
    """The one call on record for each client: its number in the campaign, and whether the client agreed."""
    return pd.DataFrame(
        {
            "unit_id": calls.index,
            "contact_number": calls["campaign"],
            "responded": (calls["y"] == "yes").astype(int),
        }
    )


SOURCE = public(
    NAME,
    CONTEXT,
    data_card=DataCard(
        in_short="a Portuguese bank's telephone campaigns of 2008 to 2010, 45,211 clients called",
        publisher="Sérgio Moro, Paulo Cortez and Paulo Rita; UCI Machine Learning Repository, data set 222",
        citation="Moro, Cortez & Rita (2014), Decision Support Systems 62, 22-31, doi:10.1016/j.dss.2014.03.001",
        licence="CC BY 4.0",
        accessed="files of 2012-02-14 in the archive",
        row="one client called in a campaign, at the last call",
        defects=(
            "duration of the call is known only after the call, when the answer is known: dropped on reading",
            "the year of a call is not recorded; it follows from the documented order by date",
            "1,840 clients with the earlier outcome 'other' and 5 whose earlier outcome is unknown are left out of offers",
        ),
        not_for=(
            "contact fatigue: one row a client, and calls stop when the client agrees",
            "winning strangers: everyone called is a client of the bank",
        ),
    ),
    files=files,
    load=lambda: load_calls(),
    builders={
        "offers": Framed(offers_table),
        "contacts": Framed(contacts_table),
    },
    answers={
        "existing-customers-buy-more-readily": (
            Answer("offers", {"quantity": "response_gap"}),
            Answer("offers", {"quantity": "response_ratio"}),
            Answer("offers", {"quantity": "response_odds_ratio", "role": "context"}),
        ),
        "acquisition-cost-multiple": (Answer("offers", {"quantity": "contacts_per_sale_ratio", "role": "context"}),),
    },
    not_identified={
        "generic-messages-tire": NotIdentified(
            reason="One row a client, and calling stops when the client agrees: the number of calls is how many it took or "
            "how many the bank cared to make. The easily won are gone after the first calls, so response falls with the "
            "number even if nobody tires, and no client was called again after answering.",
            naive=Answer("contacts", {"quantity": "response_per_further_contact", "adjusted": False}),
        ),
    },
)
