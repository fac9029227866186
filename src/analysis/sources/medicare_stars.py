"""Medicare star ratings: some 770 contracts of US health insurers, star years 2008 to 2022.

Who chose to leave, what members said of the plan, minutes on hold, complaints. A star year looks back: of star year Y,
members who left are those of calendar year Y - 2, surveys and calls to the plan are those of spring Y - 1. Members choose
a plan in autumn; whether those who then leave are counted on 31 December or on 1 January could not be read.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from analysis.frames import Context
from analysis.sources._rfile import read_r_table
from analysis.sources.base import Answer, DataCard, NotIdentified
from analysis.sources.manifest import public_files
from analysis.sources.public_files import Framed, load_once, public, require_fact
from analysis.sources.row_ledger import kept

NAME = "medicare_stars"
TABLES = ("measure_score_df", "contract_df", "summary_stars_df", "disenrollment_df")
FIRST_YEAR = 2010
"""Leaving by calendar year runs from 2010 without a gap; star years 2010 and 2012 lie two apart."""
REPEATED = 2021
"""Surveys of this star year are those of the year before once more: the pandemic stopped them."""
YEARLY_COMPLAINTS = 2016
"""From this star year complaints are counted over the calendar year of the leaving, before that over half a later one."""
LEAVING, HOLD, SERVICE, RATING, COMPLAINTS = "C242022", "DMC072022", "C192022", "C212022", "C232022"
EASE, REMINDERS, APPEALS = "D062022", "DMD062022", "C262022"
MEASURED = {
    LEAVING: "members who left",
    HOLD: "time on hold",
    SERVICE: "rating of the service",
    RATING: "rating of the plan",
    COMPLAINTS: "complaints",
    EASE: "ease of getting medicines",
    REMINDERS: "members reminded",
    APPEALS: "appeals in time",
}
"""What each measure is of, for the ledger."""
OVER_THE_YEAR = ("complaints", "appeals")
LEADER_STARS = 4.5
SERVICE_REASONS = (
    "Problems Getting Information and Help from the Plan",
    "Problems Getting Needed Care, Coverage, and Cost Information",
    "Problems with Coverage of Doctors and Hospitals",
    "Problems with Prescription Drug Benefits and Coverage",
)
MONEY_REASON = "Financial Reasons for Disenrollment"

CONTEXT = Context.public(
    source="Medicare star ratings",
    population="contracts of US health insurers with members over 65 (Medicare Advantage)",
    period="calendar years 2010 to 2020",
    outcome="members who chose to leave in a year, %",
    contrast="the same contract in other years",
    indirect="averages of contracts, not customers; health cover that is renewed each autumn",
)


files = partial(public_files, NAME, *(f"{table}.rda" for table in TABLES))


def check_facts(tables: dict[str, pd.DataFrame]) -> None:
    """Assert sizes, one value a contract and star year, and that the survey of star year 2021 repeats 2020."""
    scores, contracts = tables["measure_score_df"], tables["contract_df"]
    require_fact(NAME, "measures", 791_087, len(scores))
    require_fact(NAME, "contracts by star year", 10_696, len(contracts))
    require_fact(NAME, "star years", list(range(2008, 2023)), sorted(scores["star_year"].astype(int).unique().tolist()))
    mine = scores[scores["measure_code"].isin([LEAVING, HOLD, SERVICE, RATING, COMPLAINTS]) & scores["value"].notna()]
    twice = mine.duplicated(["measure_code", "star_year", "contract_id"])
    require_fact(NAME, "values given twice", 0, int(twice.sum()))
    rating = mine[mine["measure_code"] == RATING].pivot(index="contract_id", columns="star_year", values="value")
    both = rating[[2020.0, 2021.0]].dropna()
    require_fact(
        NAME, "share of ratings of 2021 that repeat 2020", 1.0, round(float((both[2020.0] == both[2021.0]).mean()), 2)
    )


load = load_once(
    files,
    lambda *paths: {name: read_r_table(path, name) for name, path in zip(TABLES, paths, strict=True)},
    check_facts,
)


def _of_measure(scores: pd.DataFrame, code: str) -> pd.DataFrame:
    """Rows of one of the measures that the file has one below the other: no row is lost, each is of its own measure."""
    return scores[scores["measure_code"] == code]


def measure(scores: pd.DataFrame, code: str, back: int, drop: tuple[int, ...] = ()) -> pd.DataFrame:
    """Values of one measure by contract and calendar year.

    Parameters
    ----------
    back : int
        Years from the calendar year of the measurement to the star year that shows it.
    drop : tuple of int
        Star years left out.
    """
    mine = kept(
        NAME,
        MEASURED[code],
        "contracts by star year",
        _of_measure(scores, code),
        ("no value", lambda t: t["value"].isna()),
        ("star year that repeats another or covers less", lambda t: t["star_year"].isin(drop)),
    )
    return pd.DataFrame(
        {"contract_id": mine["contract_id"], "period": mine["star_year"].astype(int) - back, "value": mine["value"]}
    )


def exposure_of(scores: pd.DataFrame, exposure: str) -> pd.DataFrame:
    """A survey, telephone or file exposure in the unit of its registered quantity, by calendar year of measurement."""
    half_yearly = tuple(range(2008, YEARLY_COMPLAINTS))
    code, back, drop, times = {
        "hold": (HOLD, 1, (), 1),
        "service": (SERVICE, 1, (REPEATED,), 100),
        "rating": (RATING, 1, (REPEATED,), 100),
        "ease": (EASE, 1, (REPEATED,), 100),
        "reminders": (REMINDERS, 1, (REPEATED,), 1),
        "appeals": (APPEALS, 2, (), 10),
        # Published for every 1,000 members, here for every 10,000.
        "complaints": (COMPLAINTS, 2, half_yearly, 10),
    }[exposure]
    found = measure(scores, code, back, drop)
    if exposure == "hold":
        # Logarithm to base 2 of seconds: a step is a doubling. None at all counts as one second.
        return found.assign(value=np.log2(found["value"].clip(lower=1.0)))
    return found.assign(value=times * found["value"])


def parents(contracts: pd.DataFrame) -> pd.Series:
    """Last known parent company of each contract; a contract without one is its own."""
    known = contracts.sort_values("star_year", kind="stable")
    last = known.groupby("contract_id")["parent_name"].last()
    return last.reindex(sorted(contracts["contract_id"].unique())).pipe(lambda s: s.fillna(s.index.to_series()))


def leaving(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Members who left by contract and calendar year, per cent, with codes of contract and parent company."""
    table = measure(tables["measure_score_df"], LEAVING, 2)
    early = (f"before {FIRST_YEAR}, with gaps", lambda t: ~(t["period"] >= FIRST_YEAR))
    table = kept(NAME, "leaving", "contracts by year", table, early)
    table = table.assign(outcome=100 * table["value"]).drop(columns="value")
    table["unit_id"] = pd.factorize(table["contract_id"], sort=True)[0]
    table["parent"] = table["contract_id"].map(parents(tables["contract_df"]))
    table["cluster"] = pd.factorize(table["parent"], sort=True)[0]
    return table.sort_values(["unit_id", "period"], kind="stable").reset_index(drop=True)


def panel_table(tables: dict[str, pd.DataFrame], exposure: str) -> pd.DataFrame:
    """Columns of frame ``panel``.

    Of hold time and surveys the spring of the same year comes before the autumn in which members choose, and so do stars,
    which are published the October before: that is the exposure, and the year before stands beside it. Complaints and
    appeals run over the whole year of the leaving, and complaints about leaving are among them: their exposure is the year
    before, and the same year stands beside it.
    """
    found = overall_stars(tables) if exposure == "stars" else exposure_of(tables["measure_score_df"], exposure)
    exposed, other = (1, 0) if exposure in OVER_THE_YEAR else (0, 1)
    table = leaving(tables)
    for column, years_before in (("exposure", exposed), ("exposure_other", other), ("exposure_lead", -1)):
        moved = found.assign(period=found["period"] + years_before).rename(columns={"value": column})
        table = table.merge(moved, on=["contract_id", "period"], how="left", validate="one_to_one")
    unknown = ("nothing known of what leaving is held against", lambda t: t["exposure"].isna())
    table = kept(NAME, f"panel/{exposure}", "contracts by year", table, unknown)
    return table.drop(columns=["contract_id", "parent"])


def overall_stars(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Overall stars by contract and the calendar year for which they were published, in October of the year before."""
    summary = tables["summary_stars_df"]
    stars = kept(
        NAME,
        "overall stars",
        "ratings of contracts by star year",
        summary,
        ("another rating than the overall one", lambda t: t["summary_type"] != "Overall"),
        ("no stars", lambda t: t["stars"].isna()),
    )
    return stars.assign(period=stars["star_year"].astype(int), value=stars["stars"])[["contract_id", "period", "value"]]


def leader_table(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Change of the share who stay, from one year to the next, of contracts rated 4.5 stars or more beforehand and others.

    Stars of year Y are published in October of Y - 1: they are known before the first of the two years begins.
    """
    table = leaving(tables)
    later = table[["contract_id", "period", "outcome"]].assign(period=table["period"] - 1)
    keys, stars = ["contract_id", "period"], overall_stars(tables)
    table = table.merge(later, how="left", on=keys, suffixes=("", "_later"), validate="one_to_one")
    table = table.merge(stars, how="left", on=keys, suffixes=("_left", ""), validate="one_to_one")
    table = kept(
        NAME,
        "panel/leaders",
        "contracts by year",
        table,
        ("leaving in the year after not known", lambda t: t["outcome_later"].isna()),
        ("no overall stars published before", lambda t: t["value"].isna()),
    ).reset_index(drop=True)
    return table.assign(
        outcome=table["outcome"] - table["outcome_later"], exposure=(table["value"] >= LEADER_STARS).astype(float)
    )[["unit_id", "period", "outcome", "exposure", "cluster"]]


def reason_table(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """By contract and star year, points: the most named problem with product or service less financial reasons."""
    wide = tables["disenrollment_df"].pivot(
        index=["contract_id", "star_year"], columns="disenrollment_reason", values="disenrollment_pcg"
    )
    needed = [MONEY_REASON, *SERVICE_REASONS[:3]]
    unknown = ("a share is not published", lambda t: t[needed].isna().any(axis=1))
    wide = kept(NAME, "panel/reasons", "contracts by star year", wide, unknown)
    gap = 100 * (wide[list(SERVICE_REASONS)].max(axis=1) - wide[MONEY_REASON])
    table = gap.rename("outcome").reset_index()
    table["unit_id"] = pd.factorize(table["contract_id"], sort=True)[0]
    table["cluster"] = pd.factorize(table["contract_id"].map(parents(tables["contract_df"])), sort=True)[0]
    return table.assign(period=table["star_year"].astype(int), exposure=0.0)[
        ["unit_id", "period", "outcome", "exposure", "cluster"]
    ]


def rates_table(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Counted share who chose to leave, by contract and calendar year; the firm is the parent company."""
    table = leaving(tables)
    rows = table.assign(
        industry="insurance",
        firm=table["parent"],
        period=table["contract_id"] + " " + table["period"].astype(str),
        yearly_percent=table["outcome"],
    )
    return rows[["industry", "firm", "period", "yearly_percent"]]


EXPOSURES = {
    "hold": "time on hold in spring",
    "service": "members' rating of the service in spring",
    "rating": "members' rating of the plan in spring",
    "complaints": "complaints in the year before",
    "ease": "how easily members got medicines through the plan, in spring",
    "reminders": "share of members reminded to fill a prescription, in spring",
    "appeals": "appeals decided in time in the year before",
    "stars": "overall stars, published the October before",
}
"""What leaving is held against, in words."""

SOURCE = public(
    NAME,
    CONTEXT,
    data_card=DataCard(
        in_short="US health insurers' contracts for people over 65, rated each year, 2010 to 2020",
        publisher="Centers for Medicare & Medicaid Services; tables of the R package medicarestars (J. Urick)",
        citation="Medicare Part C and D star ratings, 2008 to 2022, as tables of the R package medicarestars",
        licence="the content is public data of a US agency; the package leaves its licence field unfilled",
        accessed="November 2026",
        row="one measure of one contract in one star year",
        defects=(
            "star year 2011 has no measure of leaving",
            "surveys of star year 2021 repeat those of 2020",
            "complaints cover half a year until star year 2015",
            "whether members who switch in autumn count for the old or the new year could not be read",
            "leaving is itself one of the measures behind the overall stars: those rated after it are no placebo",
            "the parent company is the last one known, also for the years before a purchase",
        ),
        not_for=(
            "customers: one row is a contract",
            "tiers: stars grade plans, nobody earns them by buying",
            "comparisons between contracts: there everything goes with everything",
        ),
    ),
    files=files,
    load=lambda: load(),
    builders={
        **{
            f"panel/{exposure}": Framed(
                partial(panel_table, exposure=exposure), contrast=f"{words}, the same contract in other years"
            )
            for exposure, words in EXPOSURES.items()
        },
        "panel/leaders": Framed(
            leader_table,
            outcome="change of the share who stay, points",
            contrast="rated 4.5 stars or more against others",
        ),
        "panel/reasons": Framed(
            reason_table,
            outcome="points",
            period="star years 2020 to 2022",
            contrast="the most named problem with product or service against financial reasons",
        ),
        "churn_rates": Framed(rates_table),
    },
    answers={
        "prompt-response-retains": (
            Answer("panel/hold", {"quantity": "leaving_per_doubling_of_hold"}),
            Answer("panel/appeals", {"quantity": "leaving_per_ten_points_in_time"}),
        ),
        "easy-consistent-service-retains": (Answer("panel/ease", {"quantity": "leaving_per_ease_point"}),),
        "proactive-contact-reduces-churn": (Answer("panel/reminders", {"quantity": "leaving_if_all_are_reminded"}),),
        "service-failure-drives-churn": (Answer("panel/complaints", {"quantity": "leaving_per_complaint"}),),
        "courteous-empowered-staff-retain": (Answer("panel/service", {"quantity": "leaving_per_service_point"}),),
        "satisfaction-keeps-customers": (
            Answer("panel/rating", {"quantity": "leaving_per_rating_point"}),
            Answer("panel/stars", {"quantity": "leaving_per_star"}),
        ),
        "experience-leaders-retain-more": (
            Answer("panel/leaders", {"quantity": "retention_gain_gap", "unit_effects": False}),
        ),
        "people-leave-over-service-not-offers": (Answer("panel/reasons", {"quantity": "reason_gap"}),),
        "industry-churn-gap": (Answer("churn_rates", {"quantity": "finance_churn_rate"}),),
    },
    not_identified={
        "people-leave-over-service-not-offers": NotIdentified(
            reason="Former members could name several reasons, and what is published are five composites, each the mean over "
            "several questions. Four of the five are of product or service, so that adding them up puts service far "
            "ahead, their mean puts money ahead, and the most named one stands level with money: how the reasons were "
            "sorted decides."
        ),
    },
)
