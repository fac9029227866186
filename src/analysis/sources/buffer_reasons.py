"""Buffer's question on cancelling: why do you leave? One of six reasons, April 2016 to April 2017.

Buffer sells a tool that plans posts on social media. Its data analyst left the answers beside his analyses.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pandas as pd

from analysis.core.vocabulary import Sampling
from analysis.frames import Context
from analysis.sources._rfile import read_r_table
from analysis.sources.base import Answer, DataCard
from analysis.sources.manifest import public_files
from analysis.sources.public_files import Framed, load_once, public, require_fact
from analysis.sources.row_ledger import kept

NAME = "buffer_reasons"
COLUMNS = {"Created.At.Time": "at", "User.ID": "user", "Survey.Type": "survey", "Reason": "reason"}
PREFIX = "User.Survey.Responses."
PAID, ALTOGETHER, TO_A_CHEAPER_PLAN = "awesome_downgrade_survey", "exit_survey", "business_downgrade_awesome_survey"
"""Cancelled a paid subscription; left the product, which most had used for nothing; went on to pay less."""

TEXT_ONLY = "business_churn_survey"
GROUPS = {
    "I had trouble or there were missing features": "service",
    "I\N{RIGHT SINGLE QUOTATION MARK}m switching to something else": "offer",
    "It was too expensive": "price",
    "I don't need Buffer anymore": "other",
    "I wasn't using it enough": "other",
    "Other": "other",
}
"""Every reason that could be ticked; set before any was counted."""

CONTEXT = Context.public(
    source="Buffer's cancelling customers",
    population="people who cancelled a paid Awesome subscription of a tool for social media and gave a reason",
    period="April 2016 to April 2017",
    outcome="one main reason each",
    contrast="trouble or missing features against a price too high or another product",
)


files = partial(public_files, NAME, "churn_responses.Rda")


def read(path: Path) -> pd.DataFrame:
    """Time, user, survey and reason; what people wrote is not read on."""
    table = read_r_table(path, "responses").rename(columns=lambda name: str(name).removeprefix(PREFIX))
    return table[list(COLUMNS)].rename(columns=COLUMNS)


def check_facts(raw: pd.DataFrame) -> None:
    """Assert answers by survey, that only the known reasons occur, and that the months without a reason are the last."""
    require_fact(NAME, "answers", 33_333, len(raw))
    by_survey = raw.loc[raw["survey"] != "", "survey"].value_counts()
    wanted = {ALTOGETHER: 21_026, PAID: 11_403, TO_A_CHEAPER_PLAN: 459, TEXT_ONLY: 444}
    require_fact(NAME, "answers by survey", wanted, by_survey.to_dict())
    given = raw[raw["reason"] != ""]
    require_fact(NAME, "reasons", sorted(GROUPS), sorted(given["reason"].unique()))
    require_fact(NAME, "last month with a reason", "2017-04", str(given["at"].max())[:7])


def process(raw: pd.DataFrame) -> pd.DataFrame:
    """Answers with a reason, the first of each user in each survey."""
    rows = kept(NAME, "answers", "answers", raw, ("no reason", lambda t: t["reason"] == "")).sort_values(
        "at", kind="stable"
    )
    again = ("later answer of a user to the survey", lambda t: t.duplicated(["survey", "user"]))
    return kept(NAME, "first answers", "answers with a reason", rows, again).reset_index(drop=True)


load = load_once(files, read, check_facts, process)


def reason_table(answers: pd.DataFrame, survey: str) -> pd.DataFrame:
    """Columns of frame ``reasons``: how many named each reason in one survey."""
    other = ("to another survey, or none named", lambda t: t["survey"] != survey)
    mine = kept(NAME, f"reasons of {survey}", "first answers", answers, other)
    n = mine["reason"].value_counts().rename_axis("reason").rename("n")
    table = n.sort_index().reset_index()
    return table.assign(group=table["reason"].map(GROUPS))[["reason", "group", "n"]]


SOURCE = public(
    NAME,
    CONTEXT,
    data_card=DataCard(
        in_short="reasons given on cancelling at Buffer, a tool for planning posts on social media, 2016 to 2017",
        publisher="Julian Winternheimer, data analyst of Buffer, beside his analysis of August 2017",
        citation="Winternheimer (2017), What Can We Learn From Our Churn Surveys? repository jwinternheimer/blogdown_source",
        licence="not stated",
        accessed="November 2026",
        row="one answer to one survey",
        defects=(
            "who cancelled without answering is not in it, nor how many there were",
            "the list of reasons is the firm's: trouble and missing features are one reason, and why a price was too high "
            "is not asked",
            "from April 2017 on only texts were asked for; one answer has no survey to it",
            "some answered twice; the first answer counts",
        ),
        not_for=("how many leave", "those who go from a dearer plan to a cheaper one: they stay"),
    ),
    files=files,
    load=lambda: load(),
    builders={
        "reasons": Framed(partial(reason_table, survey=PAID)),
        "reasons/altogether": Framed(
            partial(reason_table, survey=ALTOGETHER),
            population="people who left a tool for social media altogether and gave a reason, most of whom had never paid",
            period="August 2016 to April 2017",
        ),
    },
    answers={
        "people-leave-over-service-not-offers": (
            Answer("reasons", sampling=Sampling.VOLUNTEERS),
            Answer(
                "reasons/altogether",
                doubt="most of these never paid, so that no price could drive them out",
                sampling=Sampling.VOLUNTEERS,
            ),
        ),
    },
)
