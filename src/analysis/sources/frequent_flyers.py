"""EastWest Airlines: members of a frequent-flyer programme, their status, awards and flights, all at one moment.

Two files of the Python package ``dmba``, read without importing it. Every row is a member; flights and status cover the
same twelve months.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pandas as pd

from analysis.frames import Context
from analysis.sources.base import Answer, DataCard, NotIdentified
from analysis.sources.public_files import Framed, load_once, package_file, public, require_fact
from analysis.sources.row_ledger import kept

NAME = "frequent_flyers"

CONTEXT = Context.public(
    source="EastWest frequent flyers",
    population="members of one airline's frequent-flyer programme, disguised",
    period="twelve months, not dated",
)


files = partial(package_file, "dmba", "csvFiles", "EastWestAirlinesNN.csv.gz", "EastWestAirlinesCluster.csv.gz")
"""The status file and the award file."""


def read(path: Path) -> pd.DataFrame:
    """One file without the rows that are no member: a blank one and one of totals end the status file."""
    no_member = ("no member (blank, or totals)", lambda t: t["ID#"].isna())
    return kept(NAME, path.name.split(".")[0], f"rows of {path.name}", pd.read_csv(path), no_member)


def check_facts(status: pd.DataFrame, awards: pd.DataFrame) -> None:
    """Assert rows and levels: 4,985 members with a status flag, 3,999 with an award flag."""
    require_fact(NAME, "members in the status file", 4_985, len(status))
    require_fact(NAME, "members in the award file", 3_999, len(awards))
    require_fact(NAME, "levels of Topflight", [0, 1], sorted(status["Topflight"].unique()))
    require_fact(NAME, "levels of Award?", [0, 1], sorted(awards["Award?"].unique()))


load = load_once(files, lambda *files: tuple(map(read, files)), check_facts)


def exposure_table(treated: pd.Series, outcome: pd.Series) -> pd.DataFrame:
    """Columns of frame ``exposure``: met it or not, and what was counted in the same twelve months."""
    return pd.DataFrame(
        {
            "unit_id": range(len(treated)),
            "treated": treated.astype(int).to_numpy(),
            "outcome": outcome.astype(float).to_numpy(),
        }
    )


def _naive(frame: str, quantity: str) -> Answer:
    return Answer(frame, {"quantity": quantity, "adjusted": False, "role": "naive"})


SOURCE = public(
    NAME,
    CONTEXT,
    delivery="package",
    data_card=DataCard(
        in_short="one airline's loyalty programme, its name disguised, two files of 3,999 and 4,985 members",
        publisher="Shmueli, Bruce, Gedeck and Patel; shipped with dmba",
        citation="Shmueli, Bruce, Gedeck & Patel (2019), Data Mining for Business Analytics, Wiley",
        licence="the package is MIT; terms of the textbook for the data",
        accessed="with dmba 0.2.4",
        row="one member of the programme",
        defects=(
            "a real airline under another name, as the textbook says; nobody outside has checked it",
            "a blank row and a row of totals end the status file; they are left out",
            "status, awards and flights of one moment: no order in time",
        ),
        not_for=("any effect of the programme, a tier or an award",),
    ),
    files=files,
    load=lambda: load(),
    builders={
        "exposure/status_and_flying": Framed(
            lambda status, _: exposure_table(status["Topflight"], status["Flight_trans_12"] > 0),
            outcome="1 if the member flew",
            contrast="members with top status less members without",
        ),
        "exposure/status_and_miles": Framed(
            lambda status, _: exposure_table(status["Topflight"], status["Flight_miles_12mo"]),
            outcome="miles flown",
            contrast="miles of members with top status over those without",
        ),
        "exposure/awards_and_flights": Framed(
            lambda _, awards: exposure_table(awards["Award?"], awards["Flight_trans_12"]),
            outcome="flights",
            contrast="flights of members who took an award over those who did not",
        ),
    },
    not_identified={
        "programme-raises-retention": NotIdentified(
            reason="Every row is a member: nobody outside the programme is there to compare with. Top status, which looks "
            "like the contrast, is given to those who fly.",
            naive=_naive("exposure/status_and_flying", "retention_difference"),
        ),
        "tiers-accelerate-spend": NotIdentified(
            reason="Status and miles are counted over the same months, and miles earn the status. There is no threshold, no "
            "date and no earlier year, so nothing can be compared within a member or on both sides of a cut-off.",
            naive=_naive("exposure/status_and_miles", "spend_jump_at_threshold"),
        ),
        "redemption-lifts-purchases": NotIdentified(
            reason="Whether a member ever took an award and the flights of the last year stand side by side without dates: "
            "those who fly much have the miles to redeem.",
            naive=_naive("exposure/awards_and_flights", "purchase_change_after"),
        ),
    },
)
