"""Rondeau and List's letters: 3,000 people written to for the Sierra Club, at random with or without a leading gift.

Four arms of 750: two controls (called high and low), a challenge gift, a matching gift.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from analysis.core.vocabulary import Design
from analysis.frames import Context
from analysis.sources.base import Answer, DataCard, NotIdentified
from analysis.sources.manifest import public_files
from analysis.sources.public_files import Framed, load_once, public, read_csv, require_fact

NAME = "rondeau"
ARMS = {0: "control", 1: "challenge gift", 2: "matching gift", 3: "control"}
"""0 and 3 are the high and the low control, both without a leading gift."""

CONTEXT = Context.public(
    source="Rondeau & List letters",
    design=Design.RANDOMISED,
    population="3,000 people written to by the British Columbia chapter of the Sierra Club of Canada",
    period="one appeal, not dated",
    outcome="1 if the person gave",
    contrast="a letter with a challenge or matching gift against a letter without",
    indirect="a charity's appeal, not an offer to customers",
)


files = partial(public_files, "charity_mailings", "rondeau.csv")


def check_facts(raw: pd.DataFrame) -> None:
    """Assert four arms of 750."""
    require_fact(NAME, "arms", {0: 750, 1: 750, 2: 750, 3: 750}, dict(sorted(raw["treattype"].value_counts().items())))


load = load_once(files, read_csv, check_facts)


def experiment_table(raw: pd.DataFrame) -> pd.DataFrame:
    """Letters with a leading gift against letters without, whether the person gave."""
    arm = raw["treattype"].map(ARMS)
    return pd.DataFrame(
        {
            "unit_id": range(len(raw)),
            "arm": arm,
            "assigned": (arm != "control").astype(int),
            "outcome": (raw["donation"] > 0).astype(float),
        }
    )


SOURCE = public(
    NAME,
    CONTEXT,
    data_card=DataCard(
        in_short="a Canadian environmental charity's appeal, 3,000 people written to",
        publisher="Daniel Rondeau and John List; shipped with the R package experimentr",
        citation="Rondeau & List (2008), Experimental Economics 11(3), 253-267",
        licence="the R package is GPL",
        accessed="November 2026",
        row="one person who was written to",
        defects=("arm and gift only: no earlier giving, no date",),
        not_for=("win-back: who had given before, and when, is not in the file",),
    ),
    files=files,
    load=lambda: load(),
    builders={"experiment": Framed(experiment_table)},
    not_identified={
        "reactivation-pays": NotIdentified(
            reason="When a person last gave, or whether ever, is not in the file, so that nobody can be called "
            "dormant; and everyone was written to, so that the letter itself is not tested.",
            naive=Answer("experiment", {"quantity": "return_difference_by_offer"}),
        ),
    },
)
