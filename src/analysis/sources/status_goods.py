"""Two experiments of an Indonesian bank: the same benefits on offer, at random with the platinum name or without it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pandas as pd

from analysis.core.vocabulary import Design
from analysis.frames import Context
from analysis.sources.base import Answer, DataCard, NotIdentified
from analysis.sources.manifest import public_files
from analysis.sources.public_files import Framed, load_once, public, require_fact
from analysis.sources.row_ledger import kept

NAME = "status_goods"

CONTEXT = Context.public(
    source="Platinum card experiments",
    design=Design.RANDOMISED,
    population="835 holders of an Indonesian bank's gold card who could be reached by telephone",
    period="2014 to 2016",
    outcome="1 if the customer took the offer",
    contrast="the benefits of a platinum card with the platinum name against the same benefits without it",
    indirect="taking up an offer on the telephone, not staying with the bank",
)


files = partial(public_files, NAME, "Experiment1.dta")


def read(path: Path) -> pd.DataFrame:
    """The Stata file as a plain table."""
    return pd.read_stata(path)


def check_facts(raw: pd.DataFrame) -> None:
    """Assert customers drawn, reached, and the take-up by arm in per cent."""
    require_fact(NAME, "customers drawn", 1_260, len(raw))
    reached = raw[raw["exclude"] == 0]
    require_fact(NAME, "customers reached", 835, len(reached))
    require_fact(NAME, "reached without a decision", 0, int(reached["decision"].isna().sum()))
    shares = reached.groupby("platinum")["decision"].mean().mul(100).round(1).tolist()
    require_fact(NAME, "take-up without and with the name", [13.7, 22.0], [round(float(share), 1) for share in shares])


def experiment_table(raw: pd.DataFrame) -> pd.DataFrame:
    """Columns of frame ``experiment``: customers who were reached, both wordings of the platinum offer together."""
    reached = kept(NAME, "experiment", "customers drawn", raw, ("not reached", lambda t: t["exclude"] != 0))
    named = (reached["platinum"] == 1).to_numpy()
    return pd.DataFrame(
        {
            "unit_id": range(len(reached)),
            "arm": ["platinum name" if name else "control" for name in named],
            "assigned": named.astype(int),
            "outcome": reached["decision"].astype(float).to_numpy(),
        }
    )


load = load_once(files, read, check_facts)


SOURCE = public(
    NAME,
    CONTEXT,
    data_card=DataCard(
        in_short="an Indonesian bank's experiment with a platinum card, 2014 to 2016, 835 customers reached",
        publisher="Bursztyn, Ferman, Fiorin, Kanz and Rao; replication files in a public repository",
        citation="Bursztyn, Ferman, Fiorin, Kanz & Rao (2018), Quarterly Journal of Economics 133(3), 1561-1595",
        licence="not stated",
        accessed="November 2026",
        row="one customer drawn",
        defects=(
            "a third could not be reached by telephone and are left out, after the lot",
            "a quarter of the arm without the name were offered a discount as well after they had decided",
            "the second experiment (93 answers, self-esteem) is not used",
        ),
        not_for=("staying, or spending afterwards", "what benefits do: they are the same in both arms"),
    ),
    files=files,
    load=lambda: load(),
    builders={"experiment": Framed(experiment_table)},
    answers={
        "exclusive-access-retains": (Answer("experiment", {"quantity": "uptake_difference", "role": "context"}),),
    },
    not_identified={
        "tier-benefits-must-be-meaningful": NotIdentified(
            reason="The benefits are the same in both arms and the name differs: it shows that a name without any benefit of "
            "its own is taken up, on the telephone and once. What benefits add, and what either does to spending "
            "afterwards, is not in the file."
        ),
    },
)
