"""Diffusion networks: doctors and a drug (1953-55), Brazilian farmers and hybrid seed (to 1966), Korean women and family
planning (to 1973), with whom each named as adviser, friend or neighbour.

People are followed period by period until they adopt. The last period of each study holds those who had not adopted by then
and is left out; so is who named nobody inside the network.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial

import pandas as pd

from analysis.frames import Context
from analysis.sources._rfile import read_r_table
from analysis.sources.base import Answer, DataCard
from analysis.sources.manifest import public_files
from analysis.sources.public_files import Framed, public, require_fact
from analysis.sources.row_ledger import kept

NAME = "diffusion_networks"
ID_SPAN = 1_000
"""Codes are unique within a network only: network × 1,000 + code is unique in a study."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """One of the three studies.

    Attributes
    ----------
    name : str
        What its people are called.
    object : str
        Name of the data frame in the file.
    file, network : str
        File, and the column that tells networks apart.
    n_people, n_networks, last_period : int
        As documented; in `last_period` stand those who had not adopted.
    covariates : tuple of str
        Columns that may move adoption by themselves.
    """

    name: str
    object: str
    file: str
    network: str
    n_people: int
    n_networks: int
    last_period: int
    covariates: tuple[str, ...]


STUDIES = (
    Study(
        name="doctors",
        object="medInnovations",
        file="medInnovations.rdata",
        network="city",
        n_people=125,
        n_networks=4,
        last_period=18,
        covariates=("proage", "detail", "journ2"),
    ),
    Study(
        name="farmers",
        object="brfarmers",
        file="brfarmers.rdata",
        network="village",
        n_people=692,
        n_networks=11,
        last_period=20,
        covariates=("age", "visits", "income"),
    ),
    Study(
        name="women",
        object="kfamily",
        file="kfamily.rdata",
        network="village",
        n_people=1_047,
        n_networks=25,
        last_period=11,
        covariates=("age", "sons", "media6", "media18"),
    ),
)

CONTEXT = Context.public(
    source="Diffusion networks",
    population="125 doctors in Illinois, 692 farmers in Brazil, 1,047 women in Korean villages",
    period="1953 to 1973",
    outcome="first used the drug, the seed, a method of family planning",
    contrast="10 percentage points more of the people one named had adopted before",
    indirect="no shop: a drug, a seed and family planning, at times when salesmen and officials called on all of them",
)


files = partial(public_files, NAME, *(study.file for study in STUDIES))


@cache
def load_study(name: str) -> pd.DataFrame:
    """Return the people of one study, its documented facts asserted."""
    place = [study.name for study in STUDIES].index(name)
    study = STUDIES[place]
    people = read_r_table(files()[place], study.object)
    check_facts(study, people)
    return people


def check_facts(study: Study, people: pd.DataFrame) -> None:
    """Assert what the package's manual says of one study: people, networks, periods."""
    require_fact(NAME, f"people among {study.name}", study.n_people, len(people))
    require_fact(NAME, f"networks of {study.name}", study.n_networks, people[study.network].nunique())
    require_fact(NAME, f"periods of {study.name}", study.last_period, int(people["toa"].max()))


def ties(study: Study, people: pd.DataFrame) -> pd.DataFrame:
    """Who named whom, once each, both in the study: columns person and contact."""
    person = unique_code(study, people, "id")
    named = [column for column in people.columns if column.startswith("net")]
    pairs = pd.concat(
        [pd.DataFrame({"person": person, "contact": unique_code(study, people, column)}) for column in named]
    )
    named_inside = kept(
        NAME,
        f"names given by {study.name}",
        "places for a name",
        pairs,
        ("nobody named", lambda t: t.isna().any(axis=1)),
        ("named somebody outside the network", lambda t: ~t["contact"].isin(person)),
        ("named oneself", lambda t: t["contact"] == t["person"]),
        ("named the same person before", lambda t: t.duplicated()),
    )
    return named_inside.astype(int).reset_index(drop=True)


def unique_code(study: Study, people: pd.DataFrame, column: str) -> pd.Series:
    """Code of a person that is unique in the study; 0 means nobody was named."""
    return people[study.network] * ID_SPAN + people[column].where(people[column] > 0)


def person_periods(study: Study, people: pd.DataFrame, *, isolates: bool = False) -> pd.DataFrame:
    """One row a person and period from the second on, until adoption or the last period but one.

    Columns: person, network, period (1 is the study's first), exposure (share of the contacts who adopted before the
    period), adopted, and the study's covariates as they are.

    Parameters
    ----------
    isolates : bool
        True: who named nobody stays in with exposure 0, and the last period too, as in the R package's own regression.
    """
    person = unique_code(study, people, "id").astype(int)
    adopted_at = pd.Series(people["toa"].astype(int).to_numpy(), index=person)
    contacts = ties(study, people)
    contacts["adopted_at"] = contacts["contact"].map(adopted_at)
    rows = []
    for period in range(2, study.last_period + int(isolates)):
        before = (contacts["adopted_at"] < period).groupby(contacts["person"]).mean()
        at_risk = adopted_at.index[adopted_at >= period]
        rows.append(
            pd.DataFrame(
                {
                    "person": at_risk,
                    "period": period,
                    "exposure": before.reindex(at_risk).to_numpy(),
                    "adopted": (adopted_at[at_risk] == period).astype(int).to_numpy(),
                }
            )
        )
    table = pd.concat(rows, ignore_index=True)
    if isolates:
        table = table.fillna({"exposure": 0.0})
    else:
        alone = ("named nobody in the network", lambda t: t["exposure"].isna())
        table = kept(NAME, f"network_adoption of {study.name}", "periods of people", table, alone)
    about = people[list(study.covariates)].assign(person=person, network=people[study.network].astype(int))
    return table.merge(about, on="person", how="left")


def adoption_table(studies: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """All studies in one table: periods numbered on so that no two studies share one, covariates centred by study.

    Parameters
    ----------
    studies : dict
        People of each study by its name.
    """
    parts, first_period = [], 0
    for place, study in enumerate(STUDIES):
        if study.name not in studies:
            continue
        rows = person_periods(study, studies[study.name])
        part = pd.DataFrame(
            {
                "unit_id": (place + 1) * 1_000_000 + rows["person"],
                "period": first_period + rows["period"],
                "exposure": rows["exposure"],
                "adopted": rows["adopted"],
                "network": study.name + " " + rows["network"].astype(str),
            }
        )
        for column in study.covariates:
            # Unknown is the study's mean; the covariate is 0 in the other studies.
            part[f"x_{study.name}_{column}"] = (rows[column] - rows[column].mean()).fillna(0.0)
        parts.append(part)
        first_period += study.last_period + 1
    return pd.concat(parts, ignore_index=True).fillna(0.0)


SOURCE = public(
    NAME,
    CONTEXT,
    data_card=DataCard(
        in_short="125 doctors in Illinois, 692 farmers in Brazil and 1,047 women in Korean villages, 1953 to 1973",
        publisher="R package netdiffuseR (Thomas Valente, George Vega Yon)",
        citation="Coleman, Katz & Menzel (1966), Medical Innovation; Rogers, Ascroft & Röling (1970); Rogers & Kincaid "
        "(1981); Valente (1995), Network Models of the Diffusion of Innovations",
        licence="MIT, of the package",
        accessed="package files as of the listed commit",
        row="one person with time of adoption and the people named",
        defects=(
            "in the last period of each study stand those who had not adopted: it is left out",
            "who named nobody inside the network has no contacts' adoption and is left out",
            "marketing is measured roughly if at all; Van den Bulte & Lilien (2001) found no contagion among the doctors "
            "once advertising was held equal",
        ),
        not_for=("cause: friends are alike and were reached by the same salesmen",),
    ),
    files=files,
    load=lambda: {study.name: load_study(study.name) for study in STUDIES},
    builders={"network_adoption": Framed(adoption_table)},
    answers={"word-of-mouth-brings-customers": (Answer("network_adoption"),)},
)
