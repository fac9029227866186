"""Two surveys of mobile phone customers in which trust, quality and good works were asked about in one sitting."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pandas as pd

from analysis.frames import Context
from analysis.sources._rfile import read_r_table
from analysis.sources.base import Answer, DataCard
from analysis.sources.manifest import public_files
from analysis.sources.public_files import Framed, load_once, public, require_fact

NAME = "trust_surveys"
SURVEYS = ("mobi", "corp_rep_data2")

CONTEXT = Context.public(
    source="Trust surveys",
    population="customers of mobile phone providers who answered a European satisfaction survey",
    period="one wave each, before 2005 and before 2011",
    outcome="trust in the provider, marks of 1 to 10",
    indirect="trust as stated, in the same sitting as everything else",
)

MOBILE = {
    "IMAG1": "overall",  # it can be trusted in what it says and does
    "IMAG3": "x_works_society",
    **{f"PERQ{number}": f"x_quality_{number}" for number in range(1, 7)},
}
"""Item of the first survey to its place; quality without item 7, clarity of information, which is next to honesty."""

REPUTATION = {
    "qual_7": "overall",  # a trustworthy company
    "csor_1": "x_works_socially_conscious",
    "csor_4": "x_works_environment",
    "csor_5": "x_works_not_only_profit",
    "qual_1": "x_quality_products",
    "qual_3": "x_quality_for_money",
    "qual_4": "x_quality_services",
}
"""Item of the second survey to its place; "reliable partner" and "respect" are next to trust and left out."""


SWITCHING = tuple(f"switch_{number}" for number in range(1, 5))
"""Time, cost, effort and trouble that switching to another company would take."""
STAYING, PROVIDER = "cusl_3", "serviceprovider"


files = partial(public_files, NAME, *(f"{survey}.rda" for survey in SURVEYS))


def check_facts(mobile: pd.DataFrame, reputation: pd.DataFrame) -> None:
    """Assert what the package's manual says: respondents, items, scales, and that nothing is missing."""
    require_fact(NAME, "respondents, mobile", (250, 24), mobile.shape)
    require_fact(NAME, "respondents, reputation", (347, 41), reputation.shape)
    asked = ("mobile", mobile, MOBILE, 10), ("reputation", reputation, (*REPUTATION, *SWITCHING, STAYING), 7)
    for name, table, items, highest in asked:
        answers = table[list(items)]
        require_fact(NAME, f"answers not given, {name}", 0, int(answers.isna().to_numpy().sum()))
        span = (int(answers.to_numpy().min()), int(answers.to_numpy().max()))
        require_fact(NAME, f"lowest and highest mark, {name}", (1, highest), span)


def items_table(answers: pd.DataFrame, items: dict[str, str]) -> pd.DataFrame:
    """Trust as the overall score, items by group."""
    table = answers[list(items)].rename(columns=items).astype(float)
    table.insert(0, "unit_id", range(len(table)))
    return table


def switching_table(answers: pd.DataFrame) -> pd.DataFrame:
    """Columns of frame ``panel``: standardised, so that the slope is the correlation; within provider."""
    costs, staying = answers[list(SWITCHING)].mean(axis=1), answers[STAYING].astype(float)
    table = pd.DataFrame({"exposure": costs, "outcome": staying, "period": answers[PROVIDER].astype(int)})
    for column in ("exposure", "outcome"):
        within = table[column] - table.groupby("period")[column].transform("mean")
        table[column] = within / within.std(ddof=0)
    table.insert(0, "unit_id", range(len(table)))
    return table


def read(*files: Path) -> tuple[pd.DataFrame, ...]:
    """Both surveys."""
    return tuple(read_r_table(path, survey) for path, survey in zip(files, SURVEYS, strict=True))


load = load_once(files, read, check_facts)


SOURCE = public(
    NAME,
    CONTEXT,
    data_card=DataCard(
        in_short="two surveys of mobile phone customers, 250 and 347 answers",
        publisher="R package seminr (Ray, Danks and others)",
        citation="Tenenhaus, Vinzi, Chatelin & Lauro (2005), Computational Statistics & Data Analysis 48, 159-205; Hair, "
        "Hult, Ringle, Sarstedt, Danks & Ray (2021), PLS-SEM Using R, Springer",
        licence="GPL-3, of the package",
        accessed="November 2026",
        row="one respondent",
        defects=(
            "one wave, one sitting: one mood answers everything",
            "one item on good works in the first survey",
            "who was asked, where and when is hardly documented",
            "a third file of the package looks like the second survey and is left out",
        ),
        not_for=("what builds trust over time", "behaviour of any kind"),
    ),
    files=files,
    load=lambda: load(),
    builders={
        "satisfaction_items/mobile": Framed(
            lambda mobile, _: items_table(mobile, MOBILE), source="Mobile satisfaction survey"
        ),
        "satisfaction_items/reputation": Framed(
            lambda _, reputation: items_table(reputation, REPUTATION),
            source="Corporate reputation survey",
            population="customers of four mobile phone providers who answered a survey of reputation",
            outcome="the provider is a trustworthy company, marks of 1 to 7",
        ),
        "panel": Framed(
            lambda _, reputation: switching_table(reputation),
            source="Corporate reputation survey",
            population="customers of four mobile phone providers who answered a survey of reputation",
            outcome="wish to remain a customer, standard deviations",
            contrast="customers of the same provider to whom switching seems more or less trouble",
            indirect="the wish to stay, in the same sitting, not staying",
        ),
    },
    answers={
        "lock-in-retains": (Answer("panel", {"quantity": "stay_intention_link", "unit_effects": False}),),
        "quality-builds-trust": (
            Answer("satisfaction_items/mobile", {"quantity": "trust_weight_difference"}),
            Answer("satisfaction_items/reputation", {"quantity": "trust_weight_difference"}),
        ),
    },
)
