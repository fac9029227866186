"""Customer satisfaction: 1,811 advertisers in yellow pages rate the product overall and on nine items, 1 to 10."""

from __future__ import annotations

from functools import partial

import pandas as pd

from analysis.frames import Context
from analysis.sources._rfile import read_r_table
from analysis.sources.base import Answer, DataCard, NotIdentified
from analysis.sources.manifest import public_files
from analysis.sources.public_files import Framed, load_once, public, require_fact

NAME = "customer_satisfaction"

ITEMS = {
    "q2": "x_price_competitive",
    "q3": "x_price_increases_held",
    "q4": "x_price_for_volume",
    "q5": "x_quality_effectiveness_shown",
    "q6": "x_quality_customers_reached",
    "q7": "x_quality_reach",
    "q8": "x_quality_long_exposure",
    "q9": "x_quality_distribution",
    "q10": "x_quality_right_areas",
}
"""Item of the file to the frame's name, by the package's codebook."""

CONTEXT = Context.public(
    source="Advertiser satisfaction survey",
    population="businesses that advertise in yellow pages",
    period="before 2001",
    outcome="overall satisfaction, 1 (poor) to 10 (excellent)",
    contrast="product quality against price",
    indirect="satisfaction of advertisers, answered together with the items; neither trust nor any behaviour was recorded",
)


files = partial(public_files, NAME, "customerSat.rda")


def check_facts(answers: pd.DataFrame) -> None:
    """Assert what the package's manual says: 1,811 respondents, ten answers each, on a scale of 1 to 10."""
    require_fact(NAME, "respondents", 1_811, len(answers))
    require_fact(NAME, "items", [f"q{number}" for number in range(1, 11)], list(answers.columns))
    require_fact(NAME, "lowest answer", 1, int(answers.to_numpy().min()))
    require_fact(NAME, "highest answer", 10, int(answers.to_numpy().max()))


load_answers = load_once(files, partial(read_r_table, name="customerSat"), check_facts)


def items_table(answers: pd.DataFrame) -> pd.DataFrame:
    """Overall score and items by group."""
    table = answers.rename(columns={"q1": "overall", **ITEMS})
    table.insert(0, "unit_id", range(len(table)))
    return table


SOURCE = public(
    NAME,
    CONTEXT,
    data_card=DataCard(
        in_short="a survey of 1,811 businesses that advertised in yellow pages, before 2001",
        publisher="R package bayesm (Peter Rossi)",
        citation="Rossi, Gilula & Allenby (2001), J. American Statistical Association 96, 20-31",
        licence="GPL (2 or later), of the package",
        accessed="package file as of the listed commit",
        row="one respondent with ten answers",
        defects=("respondents use the scale differently (the reason for the paper): answers share a common level",),
        not_for=("retention, trust or any behaviour: none was recorded",),
    ),
    files=files,
    load=lambda: load_answers(),
    builders={"satisfaction_items": Framed(items_table)},
    not_identified={
        "satisfaction-keeps-customers": NotIdentified(
            reason="A survey without behaviour: who stayed, left or bought again was not recorded."
        ),
        "quality-builds-trust": NotIdentified(
            reason="Neither trust nor a firm's good works was asked about. What can be computed is what goes with overall "
            "satisfaction, answered in one sitting by people who use the scale in ways of their own.",
            naive=Answer("satisfaction_items", {"quantity": "satisfaction_weight_difference"}),
        ),
    },
)
