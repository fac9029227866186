"""Rice farmers and their neighbours: 1,410 farmers of a second round who were told what the first round had bought.

Comes with the Python package ``causaldata``. Which default the first round was offered (to buy or not to buy) was drawn at
random for whole natural villages, so it can stand as the instrument for how many neighbours bought.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from analysis.core.vocabulary import Design
from analysis.frames import Context
from analysis.sources.base import Answer, DataCard
from analysis.sources.public_files import Framed, load_once, package_file, public, read_csv, require_fact
from analysis.sources.row_ledger import kept

NAME = "social_insurance"
CONTROLS = ("male", "age", "agpop", "ricearea_2010", "literacy", "intensive", "risk_averse", "disaster_prob")
"""Controls of the published specification, beside a dummy for each administrative village."""

CONTEXT = Context.public(
    source="Rice farmers' insurance",
    design=Design.RANDOMISED,
    population="rice farmers in China offered crop insurance in a second round, told what the first round had bought",
    period="about 2010 (rice areas are of that year)",
    outcome="1 if the farmer bought the insurance",
    contrast="more neighbours who bought against fewer",
    indirect="farmers deciding on a subsidised insurance once told of their neighbours' purchases, not customers who hear a "
    "recommendation",
)


files = partial(package_file, "causaldata", "social_insure", "Cai_2015.csv")


def check_facts(raw: pd.DataFrame) -> None:
    """Assert what the package documents (1,410 rows, 13 variables) and that whole natural villages were randomised."""
    require_fact(NAME, "rows", 1_410, len(raw))
    require_fact(NAME, "variables", 13, raw.shape[1])
    require_fact(NAME, "defaults within a natural village", 1, int(raw.groupby("address")["default"].nunique().max()))


def process(raw: pd.DataFrame) -> pd.DataFrame:
    """Columns of frame ``peer_encouragement``; farmers with a control missing are left out, as in the publication."""
    lacks = ("a control is missing", lambda t: t[[*CONTROLS]].isna().any(axis=1))
    complete = kept(NAME, "peer_encouragement", "farmers", raw, lacks).reset_index(drop=True)
    villages = pd.get_dummies(complete["village"], prefix="x_village", drop_first=True, dtype=float)
    table = pd.DataFrame(
        {
            "unit_id": range(len(complete)),
            "outcome": complete["takeup_survey"],
            "peer_rate": complete["pre_takeup_rate"],
            "instrument": complete["default"],
            "cluster": pd.factorize(complete["address"])[0],
        }
    )
    controls = complete[[*CONTROLS]].add_prefix("x_").astype(float)
    return pd.concat([table, controls, villages], axis=1)


load = load_once(files, read_csv, check_facts, process)


SOURCE = public(
    NAME,
    CONTEXT,
    delivery="package",
    data_card=DataCard(
        in_short="1,410 rice farmers in China who were offered crop insurance about 2010",
        publisher="Jing Cai, Alain de Janvry and Elisabeth Sadoulet; shipped with causaldata",
        citation="Cai, de Janvry & Sadoulet (2015), American Economic Journal: Applied Economics 7(2), 81-108",
        licence="the package is MIT; original terms at openICPSR 113593",
        accessed="with causaldata 0.1.4",
        row="one farmer of the second round",
        defects=(
            "32 farmers lack a control and are left out",
            "second round only, and only those told of first-round purchases: the file has no farmer who was not told",
            "no ties between persons: the peers are all first-round farmers of the natural village",
        ),
        not_for=(
            "which way word travels: the authors trace the network's effect to knowledge passed on, not to purchases seen",
        ),
    ),
    files=files,
    load=lambda: load(),
    builders={"peer_encouragement": Framed()},
    answers={"word-of-mouth-brings-customers": (Answer("peer_encouragement", {"quantity": "peer_effect"}),)},
)
