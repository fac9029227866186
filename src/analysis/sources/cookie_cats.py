"""Cookie Cats: 90,189 new players of a mobile game, at random with the first gate at level 30 or moved to level 40.

A gate makes the player wait, or pay to go on. Retention is playing again one and seven
days after installing.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from analysis.core.vocabulary import Design
from analysis.frames import Context
from analysis.sources.base import Answer, DataCard, NotIdentified
from analysis.sources.manifest import public_files
from analysis.sources.public_files import Framed, load_once, public, read_csv, require_fact

NAME = "cookie_cats"

CONTEXT = Context.public(
    source="Cookie Cats gate test",
    design=Design.RANDOMISED,
    population="90,189 people who installed a mobile puzzle game",
    period="the first week after installing",
    contrast="first gate at level 40 against level 30, where it had been",
    indirect="players of a free mobile game, followed for a week",
)


files = partial(public_files, NAME, "cookie_cats.csv")


def check_facts(raw: pd.DataFrame) -> None:
    """Assert what is published: players, arms, one row a player, retention on day 1 and day 7 by arm in per cent."""
    require_fact(NAME, "players", 90_189, raw["userid"].nunique())
    require_fact(
        NAME, "arms", {"gate_30": 44_700, "gate_40": 45_489}, dict(sorted(raw["version"].value_counts().items()))
    )
    by_arm = raw.groupby("version")[["retention_1", "retention_7"]].mean().mul(100).round(1)
    require_fact(NAME, "day-1 and day-7 retention", [[44.8, 19.0], [44.2, 18.2]], by_arm.to_numpy().tolist())


load = load_once(files, read_csv, check_facts)


def retention_table(raw: pd.DataFrame, column: str) -> pd.DataFrame:
    """Retention on one day; treated are those whose gate was moved, since level 30 is where it had been."""
    moved = raw["version"] == "gate_40"
    return pd.DataFrame(
        {
            "unit_id": range(len(raw)),
            "arm": moved.map({True: "gate at level 40", False: "control"}),
            "assigned": moved.astype(int),
            "outcome": raw[column].astype(float),
        }
    )


SOURCE = public(
    NAME,
    CONTEXT,
    data_card=DataCard(
        in_short="an experiment in a mobile puzzle game, 90,189 players",
        publisher="Tactile Entertainment, released through DataCamp",
        citation="Cookie Cats A/B test, DataCamp project 'Mobile Games A/B Testing with Cookie Cats'",
        licence="not stated",
        accessed="November 2026",
        row="one player",
        defects=(
            "one player with 49,854 rounds",
            "close on two thirds never played 30 rounds and so met neither gate: the difference is spread over them too",
            "rounds played came after the gate: comparing only those who got that far undoes the randomisation",
        ),
        not_for=("games against no game, service, or anything past a week",),
    ),
    files=files,
    load=lambda: load(),
    builders={
        f"experiment/retention_{day}": Framed(
            partial(retention_table, column=f"retention_{day}"), outcome=f"1 if the player played on day {day}"
        )
        for day in (1, 7)
    },
    not_identified={
        "gamification-retains": NotIdentified(
            reason="Both arms play the same game: a gate inside it was moved at random, so no player is without the game element, "
            "and the claim is about a quarter or more, not a week. It shows that design moves retention.",
            naive=Answer("experiment/retention_7", {"quantity": "short_retention_difference"}),
        ),
        "easy-consistent-service-retains": NotIdentified(
            reason="A gate is a rest built into play and a thing to pay for, not a step in dealing with the firm; it was put "
            "off, not taken away. That fewer came back with the later gate tells how to pace a game, and no sign for the ease "
            "of returning, cancelling or being answered follows from it.",
            naive=Answer("experiment/retention_7", {"quantity": "short_retention_difference"}),
        ),
    },
)
