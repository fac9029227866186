"""Hotel bookings: 119,390 bookings of a city and a resort hotel in Portugal, due between July 2015 and August 2017."""

from __future__ import annotations

from functools import partial

import pandas as pd

from analysis.frames import Context
from analysis.sources.base import Answer, DataCard, NotIdentified
from analysis.sources.manifest import public_files
from analysis.sources.public_files import Framed, load_once, public, read_csv, require_fact
from analysis.sources.row_ledger import kept

NAME = "hotel_bookings"
MEMBER = "hotel_bookings.csv"

CONTEXT = Context.public(
    source="Hotel bookings",
    population="bookings of two hotels in Portugal",
    period="arrivals due July 2015 to August 2017",
    outcome="booking cancelled",
    contrast="bookings given another room type than reserved against bookings given the one reserved",
)


files = partial(public_files, NAME, "hotel_bookings.csv.zip")


read_bookings = partial(read_csv, member=MEMBER)


def check_facts(bookings: pd.DataFrame) -> None:
    """Assert what the data article says: 40,060 bookings of the resort and 79,330 of the city hotel, 2015 to 2017."""
    sizes = bookings["hotel"].value_counts().to_dict()
    require_fact(NAME, "resort bookings", 40_060, sizes.get("Resort Hotel"))
    require_fact(NAME, "city bookings", 79_330, sizes.get("City Hotel"))
    require_fact(NAME, "years of arrival", [2015, 2016, 2017], sorted(bookings["arrival_date_year"].unique().tolist()))


load_bookings = load_once(files, read_bookings, check_facts)


def room_table(bookings: pd.DataFrame) -> pd.DataFrame:
    """Another room type than reserved, and whether the booking was cancelled."""
    other = bookings["reserved_room_type"].str.strip() != bookings["assigned_room_type"].str.strip()
    return pd.DataFrame(
        {
            "unit_id": bookings.index,
            "treated": other.astype(int),
            "outcome": bookings["is_canceled"].astype(float),
        }
    )


def revenue_table(bookings: pd.DataFrame, hotel: str = "") -> pd.DataFrame:
    """Columns of frame ``segment_revenue``: guests travelling by themselves who came, by month of arrival.

    Nobody has an id. Who is new is so once, which makes every new booking a guest of its own, whose mean over n months is
    1/n of what the stay brought; repeat guests are treated alike, and the smaller group is not thinned, so that its own
    squares are not used.

    Parameters
    ----------
    hotel : str
        Name of one of the two; empty for both together.
    """
    came = kept(
        NAME,
        f"segment_revenue of {hotel or 'both hotels'}",
        "bookings",
        bookings,
        ("the other hotel", lambda t: (t["hotel"] != hotel) if hotel else t["hotel"].isna()),
        ("cancelled", lambda t: t["is_canceled"] != 0),
        ("not travelling by themselves", lambda t: t["customer_type"] != "Transient"),
    )
    month = pd.to_datetime(came["arrival_date_year"].astype(str) + " " + came["arrival_date_month"], format="%Y %B")
    nights = came["stays_in_weekend_nights"] + came["stays_in_week_nights"]
    rows = pd.DataFrame(
        {
            "period_start": month,
            "segment": came["is_repeated_guest"].map({0: "new", 1: "repeat"}),
            "revenue": came["adr"] * nights,
        }
    )
    rows["square"] = rows["revenue"] ** 2
    sums = rows.groupby(["segment", "period_start"]).agg(
        revenue=("revenue", "sum"), n_purchases=("revenue", "size"), square=("square", "sum")
    )
    n = rows["period_start"].nunique()
    total = sums["square"].groupby("segment").transform("sum")
    # (r - r/n)² in the month of the stay, (r/n)² in each of the others.
    sums["own_squares"] = sums["square"] * (1 - 1 / n) ** 2 + (total - sums["square"]) / n**2
    table = sums.drop(columns="square").assign(n_customers=sums["n_purchases"]).reset_index()
    return table.sort_values(["period_start", "segment"], ignore_index=True)


def _revenue(hotel: str = "") -> Framed:
    """Revenue of new and of repeat guests by month."""
    whose = f"the {hotel.lower()}" if hotel else "two hotels"
    return Framed(
        partial(revenue_table, hotel=hotel),
        population=f"guests of {whose} in Portugal who travelled by themselves",
        outcome="revenue by month of arrival",
        contrast="guests who had stayed there before against others",
        currency="EUR",
    )


SOURCE = public(
    NAME,
    CONTEXT,
    data_card=DataCard(
        in_short="two hotels in Portugal, 119,390 bookings for 2015 to 2017",
        publisher="Nuno Antonio, Ana de Almeida and Luis Nunes; combined edition",
        citation="Antonio, de Almeida & Nunes (2019), Data in Brief 22, 41-49, doi:10.1016/j.dib.2018.11.126",
        licence="CC BY 4.0",
        accessed="copy of the combined edition of the two hotels",
        row="one booking",
        defects=("no guest id", "the room assigned is the last on record, set at arrival for those who arrived"),
        not_for=(
            "service failure: the room is assigned to those who come",
            "return of guests: nothing links the bookings of one guest",
        ),
    ),
    files=files,
    load=lambda: load_bookings(),
    builders={
        "exposure": Framed(room_table),
        "segment_revenue": _revenue(),
        "segment_revenue/resort": _revenue("Resort Hotel"),
        "segment_revenue/city": _revenue("City Hotel"),
    },
    answers={
        "repeat-revenue-is-steadier": (
            Answer("segment_revenue"),
            Answer("segment_revenue/resort", doubt="one of the two hotels, and part of the answer that counts"),
            Answer("segment_revenue/city", doubt="one of the two hotels, and part of the answer that counts"),
        ),
    },
    not_identified={
        "service-failure-drives-churn": NotIdentified(
            reason="Rooms are assigned when guests arrive; who cancelled before has the room reserved on record. Another room "
            "therefore goes with not having cancelled by construction, and whether the guest came back cannot be known "
            "without a guest id.",
            naive=Answer("exposure", {"quantity": "churn_difference", "adjusted": False}),
        ),
    },
)
