"""Hotel bookings: 119,390 bookings of a city and a resort hotel in Portugal, due between July 2015 and August 2017."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

from analysis.core.vocabulary import Design, Kind
from analysis.frames import Context, Frame, spec
from analysis.sources.base import Answer, DataCard, NotIdentified, Source, load_once, require_fact
from analysis.sources.manifest import public_files

if TYPE_CHECKING:
    import pandas as pd

NAME = "hotel_bookings"
TITLE = "Hotel bookings"
MEMBER = "hotel_bookings.csv"

CONTEXT = Context(
    source=TITLE,
    kind=Kind.PUBLIC,
    design=Design.OBSERVATIONAL,
    population="bookings of two hotels in Portugal",
    period="arrivals due July 2015 to August 2017",
    outcome="booking cancelled",
    contrast="bookings given another room type than reserved against bookings given the one reserved",
)


files = partial(public_files, NAME, "hotel_bookings.csv.zip")


def read_bookings(path: Path) -> pd.DataFrame:
    """Read the bookings."""
    import pandas as pd

    with ZipFile(path) as archive, archive.open(MEMBER) as member:
        return pd.read_csv(member)


def check_facts(bookings: pd.DataFrame) -> None:
    """Assert what the data article says: 40,060 bookings of the resort and 79,330 of the city hotel, 2015 to 2017."""
    sizes = bookings["hotel"].value_counts().to_dict()
    require_fact(NAME, "resort bookings", 40_060, sizes.get("Resort Hotel"))
    require_fact(NAME, "city bookings", 79_330, sizes.get("City Hotel"))
    require_fact(NAME, "years of arrival", [2015, 2016, 2017], sorted(bookings["arrival_date_year"].unique().tolist()))


load_bookings = load_once(files, read_bookings, check_facts)


def room_table(bookings: pd.DataFrame) -> pd.DataFrame:
    """Another room type than reserved, and whether the booking was cancelled."""
    import pandas as pd

    other = bookings["reserved_room_type"].str.strip() != bookings["assigned_room_type"].str.strip()
    return pd.DataFrame(
        {
            "unit_id": bookings.index,
            "treated": other.astype(int),
            "outcome": bookings["is_canceled"].astype(float),
        }
    )


def build_room() -> Frame:
    """Room other than reserved and cancelling."""
    return spec("exposure").check(room_table(load_bookings()), CONTEXT)


SOURCE = Source(
    name=NAME,
    title=TITLE,
    kind=Kind.PUBLIC,
    delivery="download",
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
    builders={"exposure": build_room},
    not_identified={
        "service-failure-drives-churn": NotIdentified(
            reason="Rooms are assigned when guests arrive; who cancelled before has the room reserved on record. Another room "
            "therefore goes with not having cancelled by construction, and whether the guest came back cannot be known "
            "without a guest id.",
            naive=Answer("exposure", {"quantity": "churn_difference", "adjusted": False}),
        ),
    },
)
