"""Two segments of a subscription business: survivors per thousand at the end of each of twelve years.

The file beside it in the data folder with five cohorts is a worked example whose cohorts repeat each other's numbers; it
is not read.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from analysis.frames import Context
from analysis.frames.regular_occasions import repeat_trials_from_flags
from analysis.sources.base import Answer, DataCard, NotIdentified
from analysis.sources.manifest import public_files
from analysis.sources.public_files import Framed, load_once, public, read_csv, require_fact

NAME = "contractual_retention"
SEGMENTS = ("Regular", "High-end")
PER_THOUSAND = 1_000

CONTEXT = Context.public(
    source="Two contract segments",
    population="a regular and a high-end segment of one subscription business, counted as if a thousand had begun in each",
    period="twelve renewals, dates not published",
)


files = partial(public_files, NAME, "2-segment-retention.csv")


read = partial(read_csv, encoding="utf-8-sig")
"""Year 1 is the start."""


def check_facts(raw: pd.DataFrame) -> None:
    """Assert what the paper prints: thirteen years, a thousand at the start, survivors of years 1, 7 and 12."""
    require_fact(NAME, "years", list(range(1, 14)), raw["Year"].tolist())
    printed = {"Regular": (1000, 631, 241, 173), "High-end": (1000, 869, 491, 394)}
    for name in SEGMENTS:
        found = raw[name].tolist()
        require_fact(NAME, f"survivors of '{name}'", printed[name], (found[0], found[1], found[7], found[12]))
        require_fact(NAME, f"rises among survivors of '{name}'", 0, int((raw[name].diff() > 0).sum()))


def process(raw: pd.DataFrame) -> pd.DataFrame:
    """One row a segment and age."""
    table = raw.melt("Year", var_name="cohort", value_name="n_surviving")
    return table.assign(period=table["Year"] - 1, n_start=PER_THOUSAND).drop(columns="Year")


load = load_once(files, read, check_facts, process)


def trials_table(table: pd.DataFrame) -> pd.DataFrame:
    """Every year as the start of the wait for a renewal, as if the thousand of each segment had been watched."""
    rows = []
    for _, counts in table.groupby("cohort", sort=True)["n_surviving"]:
        stays = counts.to_numpy()
        # who is numbered below the survivors of a year is still there
        rows.append((np.arange(PER_THOUSAND)[:, None] < stays[None, :]).astype(int))
    return repeat_trials_from_flags(pd.DataFrame(np.vstack(rows)))


SOURCE = public(
    NAME,
    CONTEXT,
    data_card=DataCard(
        in_short="one subscription business, two groups of customers followed over twelve renewals",
        publisher="Peter Fader and Bruce Hardie",
        citation="Fader & Hardie (2007), Journal of Interactive Marketing 21(1), 76-90",
        licence="academic use",
        accessed="November 2026",
        row="a year: survivors per thousand in each segment",
        defects=(
            "shares, not counts: how many customers there were is not published, and intervals are those of a thousand",
            "the firm and the dates are not named",
        ),
        not_for=("how sure the shares are", "the multi-cohort file of the same folder is a worked example, not data"),
    ),
    files=files,
    load=lambda: load(),
    builders={"cohort_survival": Framed(), "repeat_trials": Framed(trials_table)},
    answers={"retention-profit-leverage": (Answer("cohort_survival", {"by_cohort": True, "periods_per_year": 1}),)},
    not_identified={
        "repeat-momentum": NotIdentified(
            reason="Renewal rates rise with every renewal, which looks like momentum. But a customer leaves once: a chance of "
            "staying that rises looks just like customers who differ and do not change, and a model without any change "
            "draws the same curve (Fader & Hardie 2007). The number of customers behind the shares is not published either.",
            naive=Answer("repeat_trials", {"naive_only": True, "population": "bg_bb"}),
        ),
    },
)
