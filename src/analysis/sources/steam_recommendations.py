"""Would you recommend this game? Yes or no of 1,823 owners of one game on Steam, and when each last played it.

All reviews of Salt and Sacrifice from November 2023 to 12 April 2026.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pandas as pd

from analysis.frames import Context
from analysis.sources.base import Answer, DataCard
from analysis.sources.manifest import public_files
from analysis.sources.public_files import Framed, load_once, public, require_fact
from analysis.sources.row_ledger import kept

NAME = "steam_recommendations"
COLUMNS = ("voted_up", "timestamp_created", "timestamp_updated", "last_played", "received_for_free")
TIMES = ("timestamp_created", "timestamp_updated", "last_played")
COLLECTED = "2026-04-12 06:58:33"
"""Universal time, from the record of the collection: what was played later is not seen."""

DAYS = 90

CONTEXT = Context.public(
    source="Owners of a game on Steam",
    population="owners of one computer game who wrote a review of it",
    period="reviews of November 2023 to January 2026",
    outcome="played the game 90 days after the review or later",
    indirect="a yes or no in public on one game, and playing on, not buying again",
)


files = partial(public_files, NAME, "salt_and_sacrifice_reviews_all.csv")


def read(path: Path) -> pd.DataFrame:
    """Answers and times; who wrote and what is not read on."""
    raw = pd.read_csv(path, encoding="utf-8-sig", usecols=["steamid", *COLUMNS])
    raw[list(TIMES)] = raw[list(TIMES)].apply(pd.to_datetime, unit="s")
    return raw


def check_facts(raw: pd.DataFrame) -> None:
    """Assert what the collection recorded: 1,823 reviews, one an owner, from the first day of sale on, none after it."""
    require_fact(NAME, "reviews and owners", [1_823, 1_823], [len(raw), raw["steamid"].nunique()])
    require_fact(NAME, "first day", "2023-11-07", str(raw["timestamp_created"].min().date()))
    late = int((raw[list(TIMES)] > pd.Timestamp(COLLECTED)).sum().sum())
    require_fact(NAME, "times after the collection", 0, late)
    require_fact(NAME, "got it for nothing", 17, int(raw["received_for_free"].sum()))


load = load_once(files, read, check_facts)


def score_table(raw: pd.DataFrame) -> pd.DataFrame:
    """Columns of frame ``scores``: the answer as it stood for 90 days or more, and whether its owner came back after them."""
    since = raw["timestamp_updated"] + pd.Timedelta(days=DAYS)
    used = kept(
        NAME,
        "scores",
        "reviews",
        raw,
        ("got it for nothing", lambda t: t["received_for_free"]),
        (f"answer of the last {DAYS} days", lambda t: since[t.index] > pd.Timestamp(COLLECTED)),
    )
    return pd.DataFrame(
        {
            "unit_id": range(len(used)),
            "score": used["voted_up"].astype(float).to_numpy(),
            "outcome": (used["last_played"] >= since[used.index]).astype(int).to_numpy(),
        }
    )


SOURCE = public(
    NAME,
    CONTEXT,
    data_card=DataCard(
        in_short="all 1,823 reviews of one computer game on Steam, November 2023 to April 2026",
        publisher="Rubén Alcaraz Martínez, example of a kit that collects reviews of Steam",
        citation="Alcaraz Martínez (2026), Steam reviews collection and metrics toolkit, repository "
        "ralcarazm/steam-reviews-collection-and-metrics-toolkit",
        licence="GPL-3.0 (kit); of the reviews nothing is said",
        accessed="November 2026",
        row="one review of the game, by one owner",
        defects=(
            "only the answer as last changed is in the file, with the day of the change",
            "who gives a game up may write then: part of the noes tell of it after the fact",
            "who wrote no review is not in it",
            "one game, which can be played through",
        ),
        not_for=("buying again", "bringing others in: nobody's friends are in it"),
    ),
    files=files,
    load=lambda: load(),
    builders={"scores": Framed(score_table)},
    answers={"nps-marks-loyalty": (Answer("scores", {"quantity": "reuse_auc"}),)},
)
