"""Outvote 2018: friends' messages urging people to vote; the app drew at random who was to get one and who was not.

Not all who could have been messaged were, and some who were not to get one did all the same: assignment and receipt differ.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from analysis.core.vocabulary import Design
from analysis.frames import Context
from analysis.sources.base import Answer, DataCard
from analysis.sources.manifest import public_files
from analysis.sources.public_files import Framed, load_once, public, read_csv, require_fact
from analysis.sources.row_ledger import kept

NAME = "outvote"
LAST_PLACE = 103
"""The authors' study population: matched to the voter rolls with confidence, and in the first 103 places of a queue."""

CONTEXT = Context.public(
    source="Outvote friend-to-friend messages",
    design=Design.RANDOMISED,
    population="27,464 contacts of an app's users, matched to the voter rolls, in the first 103 places of the queue",
    period="US midterm elections of November 2018",
    outcome="1 if the person voted",
    contrast="assigned to a friend's message against assigned to none",
    indirect="the outcome is voting, not buying",
)


files = partial(public_files, NAME, "outvote_data.csv")


def check_facts(raw: pd.DataFrame) -> None:
    """Assert the sizes that the authors' notes give: 195,118 eligible; 26,010 and 1,454 in the study population."""
    require_fact(NAME, "eligible people", 195_118, len(raw))
    sizes = raw.loc[in_study(raw), "Z"].value_counts()
    require_fact(NAME, "assigned and not assigned in the study", [26_010, 1_454], [int(sizes[1]), int(sizes[0])])


def in_study(raw: pd.DataFrame) -> pd.Series:
    """Whether a person belongs to the study population as its authors define it."""
    return (raw["M"] == 1) & (raw["Q"] <= LAST_PLACE)


load = load_once(files, read_csv, check_facts)


def experiment_table(raw: pd.DataFrame) -> pd.DataFrame:
    """People assigned to a message or to none, whether they got one, and whether they voted."""
    return pd.DataFrame(
        {
            "unit_id": raw.index,
            "arm": raw["Z"].map({1: "message", 0: "control"}),
            "assigned": raw["Z"],
            "received": raw["D"],
            "outcome": raw["Y"].astype(float),
        }
    )


def study_table(raw: pd.DataFrame) -> pd.DataFrame:
    """The authors' study population."""
    outside = (
        f"not matched to the rolls with confidence, or beyond place {LAST_PLACE} of the queue",
        lambda t: ~in_study(t),
    )
    return experiment_table(kept(NAME, "experiment", "people", raw, outside))


_QUANTITIES = {"quantity": "message_effect", "quantity_reached": "message_effect_on_reached"}

SOURCE = public(
    NAME,
    CONTEXT,
    data_card=DataCard(
        in_short="an experiment before the US elections of 2018, 27,464 friends of a voting app's users",
        publisher="Aaron Schein and others, github.com/aschein/outvote",
        citation="Schein, Vafa, Sridhar, Veitch, Quinn, Moffet, Blei & Green (2021), Proceedings of the Web Conference",
        licence="MIT",
        accessed="November 2026",
        row="one person in a user's list of contacts",
        defects=(
            "the study population is the authors' choice; among all eligible the effect is a seventh as large and may "
            "be none",
            "which user a person belongs to is not in the file, so that errors cannot be clustered",
            "one in six of those assigned to none were messaged all the same",
        ),
        not_for=("what a message is worth in sales",),
    ),
    files=files,
    load=lambda: load(),
    builders={
        "experiment": Framed(study_table),
        "experiment/eligible": Framed(
            experiment_table,
            population="all 195,118 eligible contacts, those not found on the voter rolls counted as not voting",
            contrast=f"all eligible: {CONTEXT.contrast}",
        ),
    },
    answers={
        "word-of-mouth-brings-customers": (
            Answer("experiment", _QUANTITIES),
            Answer("experiment/eligible", {**_QUANTITIES, "role": "context"}),
        )
    },
)
