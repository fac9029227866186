"""Whole-life surrenders: 29,317 US policies sold by tied agents from 1995 on, followed to May 2010, by cause of ending."""

from __future__ import annotations

from functools import partial

import pandas as pd

from analysis.core.vocabulary import DAYS_PER_YEAR
from analysis.frames import Context
from analysis.sources._rfile import read_r_table
from analysis.sources.base import Answer, DataCard, NotIdentified
from analysis.sources.manifest import public_files
from analysis.sources.public_files import Framed, load_once, public, require_fact

FOLDER = "insurance_lapse"
NAME = "insurance_surrender"

EVENTS = {"in-force": 0, "surrender": 1, "death": 2, "other": 3}
"""Cause of ending to the frame's event code; surrender is leaving of one's own will."""

GUESSED_TERM_YEARS = 10.0
"""What a naive analyst would take for the end of the surrender charges: a round number that is not in the file."""

FULL_YEARS = range(1996, 2010)
"""Calendar years that lie wholly between the first sales and the end of observation."""

CONTEXT = Context.public(
    source="Whole-life surrenders",
    population="US whole-life policies sold by tied agents",
    period="January 1995 to May 2010",
    outcome="surrendered the policy",
    contrast="policy years 1 to 10 against later ones",
)


files = partial(public_files, FOLDER, "uslapseagent.rda")


def check_facts(policies: pd.DataFrame) -> None:
    """Assert what the package's manual says: 29,317 policies from January 1995 on, four ways to end, premium standardised."""
    first = pd.Timestamp("1970-01-01") + pd.Timedelta(days=policies["issue.date"].min())
    require_fact(NAME, "policies", 29_317, len(policies))
    require_fact(NAME, "first month of sale", "1995-01", first.strftime("%Y-%m"))
    require_fact(NAME, "ways to end", set(EVENTS), set(policies["termination.cause"]))
    require_fact(
        NAME, "mean of the standardised premium", 0.0, round(float(policies["annual.premium"].mean()), 2) + 0.0
    )
    require_fact(NAME, "spread of the standardised premium", 1.0, round(float(policies["annual.premium"].std()), 2))


load_policies = load_once(files, partial(read_r_table, name="uslapseagent"), check_facts)


def spells_table(policies: pd.DataFrame) -> pd.DataFrame:
    """Policies from sale to their end, cut in two at the guessed end of the surrender charges."""
    whole = pd.DataFrame(
        {
            "cluster": policies.index,
            "entry_years": 0.0,
            "duration_years": policies["duration"] / 4,
            "event": policies["termination.cause"].map(EVENTS),
            "x_female": (policies["gender"] == "Female").astype(float),
            "x_smoker": (policies["risk.state"] == "Smoker").astype(float),
            "x_rider": (policies["acc.death.rider"] == "Rider").astype(float),
            "x_premium": policies["annual.premium"],
            "x_annual_payment": (policies["premium.frequency"] == "Annual").astype(float),
            "x_middle_aged": (policies["underwriting.age"] == "Middle").astype(float),
            "x_old": (policies["underwriting.age"] == "Old").astype(float),
        }
    )
    beyond = whole["duration_years"] > GUESSED_TERM_YEARS
    early = whole.assign(
        duration_years=whole["duration_years"].clip(upper=GUESSED_TERM_YEARS),
        event=whole["event"].where(~beyond, 0),
        x_guessed_term=1.0,
    )
    late = whole[beyond].assign(entry_years=GUESSED_TERM_YEARS, x_guessed_term=0.0)
    spells = pd.concat([early, late], ignore_index=True)
    spells.insert(0, "unit_id", spells.index)
    return spells


def churn_rate_table(policies: pd.DataFrame) -> pd.DataFrame:
    """Policies in force on the first of January and surrendered within the year, for each full calendar year."""
    issued = pd.Timestamp("1970-01-01") + pd.to_timedelta(policies["issue.date"], unit="D")
    ended = issued + pd.to_timedelta(policies["duration"] / 4 * DAYS_PER_YEAR, unit="D")
    rows = []
    for year in FULL_YEARS:
        start, stop = pd.Timestamp(year, 1, 1), pd.Timestamp(year + 1, 1, 1)
        at_risk = (issued < start) & (ended >= start)
        lost = at_risk & (ended < stop) & (policies["surrender"] == 1)
        rows.append({"period": str(year), "n_start": int(at_risk.sum()), "n_lost": int(lost.sum())})
    return pd.DataFrame(rows).assign(industry="insurance", firm="a US life insurer, tied agents", years=1.0)


SOURCE = public(
    NAME,
    CONTEXT,
    data_card=DataCard(
        in_short="a US life insurer, 29,317 policies followed from 1995 to 2010",
        publisher="R package CASdatasets (Christophe Dutang, Arthur Charpentier); insurer not named",
        citation="Milhaud & Dutang (2018), European Actuarial Journal 8(1), 97-126, doi:10.1007/s13385-018-0165-7",
        licence="GPL (2 or later), of the package",
        accessed="package file as of the listed commit",
        row="one policy from sale to its end or to the end of observation",
        defects=(
            "the manual gives December 2008 as the end of sales; one policy is dated 2009, and policies in force are "
            "followed to May 2010",
            "the schedule of surrender charges is not in the file",
            "ages in three classes, premium in standard deviations",
        ),
        not_for=("the effect of being bound: when surrender charges end is not known",),
    ),
    files=files,
    load=lambda: load_policies(),
    builders={
        "spells": Framed(spells_table),
        "churn_rates": Framed(churn_rate_table),
    },
    answers={"industry-churn-gap": (Answer("churn_rates", {"quantity": "finance_churn_rate"}),)},
    not_identified={
        "lock-in-retains": NotIdentified(
            reason="All policies are of one kind and the schedule of surrender charges is not in the file: nobody can say when "
            "a policy stopped being bound. Surrender falls with the policy's age because those who regret the purchase leave "
            "first, so early years against late ones compares people as much as bonds.",
            naive=Answer(
                "spells", {"quantity": "hazard_ratio_in_contract", "term": "x_guessed_term", "adjusted": False}
            ),
        ),
    },
)
