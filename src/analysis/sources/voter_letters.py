"""Letters to 180,002 households of Michigan voters before the primary of August 2006, one of four wordings or none at random.

Everybody on file had voted in November 2004; who votes in the primary came back. Households were drawn, so one member of each
is one row: the first listed.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from analysis.core.vocabulary import Design
from analysis.frames import Context
from analysis.sources._rfile import read_r_table
from analysis.sources.base import Answer, DataCard
from analysis.sources.manifest import public_files
from analysis.sources.public_files import Framed, load_once, public, require_fact
from analysis.sources.row_ledger import kept

NAME = "voter_letters"
UNWRITTEN, PLAIN = "No Postcard", "Civic Duty"
EARLIER = ("primary_00", "general_00", "primary_02", "general_02", "primary_04")
"""Elections before the one by which people came into the file."""
MADE_OF = ("cluster", "treatment", "hh_size")
"""What the members of a household share; households stand one after the other, members together."""
PLANNED = {"control": 10 / 18, PLAIN: 2 / 18, "Hawthorne": 2 / 18, "Neighbors": 2 / 18, "Self": 2 / 18}
"""In each of 10,000 areas of 18 households two were drawn for each letter."""

CONTEXT = Context.public(
    source="Letters to Michigan voters",
    design=Design.RANDOMISED,
    population="180,002 households of people who had voted in November 2004, one member each",
    period="letters of July 2006, primary of August 2006",
    outcome="1 if the person voted in the primary",
    contrast="a letter that calls to the polls against none",
    indirect="voters called to an election, not customers offered a reason to stay",
)


files = partial(public_files, NAME, "shaming.rda")


read = partial(read_r_table, name="shaming")


def households(raw: pd.DataFrame) -> pd.Series:
    """Number of each row's household: runs of equal cluster, letter and size, cut by size.

    Examples
    --------
    >>> import pandas as pd
    >>> raw = pd.DataFrame({"cluster": "1", "treatment": ["A"] * 5 + ["B"], "hh_size": [2.0] * 4 + [1.0] * 2})
    >>> households(raw).tolist()
    [0, 0, 1, 1, 2, 3]
    """
    shared = raw[list(MADE_OF)]
    run = (shared != shared.shift()).any(axis=1).cumsum()
    first = raw.groupby(run).cumcount() % raw["hh_size"] == 0
    return first.cumsum() - 1


def process(raw: pd.DataFrame) -> pd.DataFrame:
    """Columns of frame ``experiment`` for the first member of each household; risk is earlier elections missed, of five."""
    later = ("later member of a household", lambda t: households(t).duplicated())
    one_each = kept(NAME, "experiment", "people", raw, later)
    arm = one_each["treatment"].replace(UNWRITTEN, "control")
    return pd.DataFrame(
        {
            "unit_id": range(len(one_each)),
            "arm": arm.to_numpy(),
            "assigned": (arm != "control").astype(int).to_numpy(),
            "planned": arm.map(PLANNED).to_numpy(),
            "outcome": one_each["primary_06"].astype(float).to_numpy(),
            "moderator": (len(EARLIER) - one_each[list(EARLIER)].sum(axis=1)).to_numpy(),
        }
    )


def check_facts(raw: pd.DataFrame) -> None:
    """Assert people, that rows make whole households, households by letter and area, and turnout by letter in per cent.

    Less the 29.7 of those without a letter, the turnouts are the published 1.8, 2.6, 4.9 and 8.1 points to rounding.
    """
    require_fact(NAME, "people", 344_084, len(raw))
    require_fact(NAME, "people who had not voted in November 2004", 0, int((raw["general_04"] != 1).sum()))
    number = households(raw)
    sizes = raw.groupby(number)["hh_size"].agg(["size", "first", "nunique"])
    broken = int(((sizes["size"] != sizes["first"]) | (sizes["nunique"] != 1)).sum())
    require_fact(NAME, "households with more or fewer members than their size says", 0, broken)
    one_each = raw[~number.duplicated()]
    arms = one_each["treatment"].value_counts()
    wanted = {PLAIN: 20_001, "Hawthorne": 20_002, "Neighbors": 20_000, UNWRITTEN: 99_999, "Self": 20_000}
    require_fact(NAME, "households by letter", wanted, dict(sorted(arms.items())))
    areas = one_each.groupby(["cluster", "treatment"]).size().unstack(fill_value=0)
    as_planned = (areas == [round(18 * PLANNED.get(arm, PLANNED["control"])) for arm in areas.columns]).all(axis=1)
    require_fact(
        NAME,
        "areas, and areas of ten households without a letter and two with each",
        [10_000, 9_997],
        [len(areas), int(as_planned.sum())],
    )
    turnout = raw.groupby("treatment")["primary_06"].mean().mul(100).round(1).to_dict()
    known = {PLAIN: 31.5, "Hawthorne": 32.2, "Neighbors": 37.8, UNWRITTEN: 29.7, "Self": 34.5}
    require_fact(NAME, "turnout by letter", known, turnout)


load = load_once(files, read, check_facts, process)


def plain_table(households: pd.DataFrame) -> pd.DataFrame:
    """The plain reminder against none."""
    other = ("another letter", lambda t: ~t["arm"].isin(["control", PLAIN]))
    return kept(NAME, "experiment/plain", "households", households, other).reset_index(drop=True)


SOURCE = public(
    NAME,
    CONTEXT,
    data_card=DataCard(
        in_short="an experiment before Michigan's primary of 2006, letters or none to 180,002 households of voters",
        publisher="Gerber, Green & Larimer; copy in the R package primer.data",
        citation="Gerber, Green & Larimer (2008), American Political Science Review 102(1), 33-48",
        licence="MIT (package); of the data not stated",
        accessed="November 2026",
        row="one voter",
        defects=(
            "households have no number: they are told apart by the order of rows, which adds up without a remainder",
            "three of the four letters say that somebody watches or will tell the neighbours, which no firm would do",
            "few of the riskiest vote at all, so that a letter has less to move on the scale of points",
            "who was too young for an earlier election counts as having missed it",
            "areas and people were chosen beforehand: apartment blocks and absentee voters are not in it",
        ),
        not_for=(
            "whether a contact keeps those about to leave: nobody is about to leave a firm",
            "whether being asked changes what people do: nobody was asked anything",
        ),
    ),
    files=files,
    load=lambda: load(),
    builders={
        "experiment": Framed(),
        "experiment/plain": Framed(plain_table, contrast="a letter that only reminds of the duty to vote against none"),
    },
    answers={
        "targeting-risk-pays": (
            Answer("experiment"),
            Answer("experiment/plain", doubt="one of the four letters, and part of the answer that counts"),
        ),
    },
)
