"""One contact more: what it does to answering and leaving, within the same person where contacts went on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake, require_one_of
from analysis.core.results import Estimate
from analysis.core.vocabulary import Role
from analysis.estimators.common.building import make_estimate
from analysis.estimators.common.interval import Interval, around, exponentiated, scaled
from analysis.frames import Frame

RESPONSE = "response_per_further_contact"
RESPONSE_ODDS = "response_odds_ratio_per_contact"
UNSUBSCRIBES = "unsubscribes_per_further_contact"

FEWEST_PEOPLE = 30
STOPPING_SHARE = 0.95
"""If this share of answers is each person's last contact, contacts stop with the answer."""


def estimate_contact_pressure(
    frame: Frame, claim: Claim, *, quantity: str = RESPONSE, adjusted: bool = True
) -> tuple[Estimate, ...]:
    """Change in the chance of answering, or of leaving, with each further contact.

    Contacts are compared within a campaign, where the frame has strata: what was offered differs between them.
    Answering: within person (fixed effects; for the odds ratio conditional logistic regression, Chamberlain 1980), which
    holds everything equal that stays with a person. Leaving ends the contacts, so nobody can be compared with himself:
    there the slope is between contacts at equal covariates, and since those who mind most leave first it is too low
    rather than too high. Beside each the slope over all contacts together (naive).

    Parameters
    ----------
    frame : Frame
        ``contacts``.
    claim : Claim
    quantity : str
        "response_per_further_contact", "response_odds_ratio_per_contact" or "unsubscribes_per_further_contact".
    adjusted : bool
        False: only the naive slope, for a source that cannot answer.

    Raises
    ------
    FrameMistake
        If fewer than 30 people had two contacts or more, if contacts stop with the answer (then the last contact is the
        answered one by construction, and no slope within person means anything), or if leaving is not known.
    """
    require_one_of("quantity", quantity, (RESPONSE, RESPONSE_ODDS, UNSUBSCRIBES))
    outcome = "left" if quantity == UNSUBSCRIBES else "responded"
    table = _with_outcome(frame, outcome)
    odds = quantity == RESPONSE_ODDS
    naive = make_estimate(
        frame,
        claim,
        quantity,
        **_pooled(table, outcome, [], odds=odds),
        n=table["unit_id"].nunique(),
        method="slope over all contacts together (people hard to win are contacted more often)",
        role=Role.NAIVE,
    )
    if not adjusted:
        return (naive,)
    if outcome == "left":
        numbers = _pooled(table, outcome, frame.covariates, odds=odds, strata=True)
        n = table["unit_id"].nunique()
        method = f"slope between contacts at equal {len(frame.covariates)} covariates{_campaigns(table)}, clustered by person"
        assumptions: tuple[str, ...] = (
            "those who mind most leave first, so the slope is too low rather than too high",
        )
    else:
        repeated = _repeated(frame, table)
        numbers = _within(repeated, odds=odds)
        n = repeated["unit_id"].nunique()
        method = "slope within person" + (
            " (conditional logistic regression)" if odds else f" (fixed effects{_campaigns(table)}, clustered)"
        )
        assumptions = ("the number of contacts was not set by how the person answered",)
    return (
        make_estimate(frame, claim, quantity, **numbers, n=n, method=method, assumptions=assumptions),
        naive,
    )


def _campaigns(table: pd.DataFrame) -> str:
    return " and the campaign" if "stratum" in table else ""


def contacts_stop_with_answer(table: pd.DataFrame) -> bool:
    """Whether nearly every answer is its person's last contact, among people with two contacts or more."""
    last = table.groupby("unit_id")["contact_number"].transform("max")
    repeated = table.groupby("unit_id")["contact_number"].transform("size") >= 2
    answers = table[(table["responded"] == 1) & repeated]
    return len(answers) > 0 and bool((answers["contact_number"] == last[answers.index]).mean() >= STOPPING_SHARE)


def _with_outcome(frame: Frame, outcome: str) -> pd.DataFrame:
    table = frame.table
    where = f"Frame '{frame.name}' from {frame.context.source}"
    if outcome not in table or table[outcome].isna().all():
        raise FrameMistake(f"{where}: column `{outcome}` must say who left after a contact; it is not there.")
    table = table[table[outcome].notna()]
    if table["contact_number"].nunique() < 2:
        raise FrameMistake(f"{where}: column `contact_number` must differ between contacts; it is 1 everywhere.")
    if table[outcome].nunique() < 2:
        raise FrameMistake(
            f"{where}: column `{outcome}` must hold 0 and 1; it is {table[outcome].iloc[0]!r} everywhere."
        )
    return table


def _repeated(frame: Frame, table: pd.DataFrame) -> pd.DataFrame:
    repeated = table[table.groupby("unit_id")["contact_number"].transform("size") >= 2]
    if "stratum" in table:
        told = repeated.groupby("stratum")["contact_number"].nunique().gt(1).any()
        if not told:
            raise FrameMistake(
                f"Frame '{frame.name}' from {frame.context.source}: column `contact_number` must differ within a campaign "
                "(`stratum`), else what was offered and how often cannot be separated; it does not. Give campaigns that reach "
                "people at their first contact and at later ones."
            )
    n = repeated["unit_id"].nunique()
    where = f"Frame '{frame.name}' from {frame.context.source}"
    if n < FEWEST_PEOPLE:
        raise FrameMistake(
            f"{where}: at least {FEWEST_PEOPLE} people must have had two contacts or more to compare a person with "
            f"himself; got {n}. Give every contact a row."
        )
    if contacts_stop_with_answer(repeated):
        raise FrameMistake(
            f"{where}: contacts stop when a person answers, so the answered contact is the last by construction; no slope "
            "within person can be read. Give contacts whose number did not depend on the answers."
        )
    return repeated


def _within(table: pd.DataFrame, *, odds: bool) -> Interval:
    if odds:
        from statsmodels.discrete.conditional_models import ConditionalLogit

        varied = table[table.groupby("unit_id")["responded"].transform("nunique") == 2]
        fit = ConditionalLogit(
            varied["responded"].to_numpy(float),
            np.column_stack([varied[["contact_number"]].to_numpy(float), _dummies(varied)]),
            groups=varied["unit_id"].to_numpy(),
        ).fit(disp=False)
        return exponentiated(around(float(fit.params[0]), float(fit.bse[0])))
    import pyfixest as pf

    effects = "unit_id + stratum" if "stratum" in table else "unit_id"
    fit = pf.feols(f"responded ~ contact_number | {effects}", data=table, vcov={"CRV1": "unit_id"})
    return scaled(around(float(fit.coef()["contact_number"]), float(fit.se()["contact_number"])), 100.0)


def _dummies(table: pd.DataFrame) -> pd.DataFrame:
    """A column a campaign but the first; none where there are no strata."""
    if "stratum" not in table:
        return pd.DataFrame(index=table.index)
    return pd.get_dummies(table["stratum"], prefix="stratum", drop_first=True, dtype=float)


def _pooled(table: pd.DataFrame, outcome: str, covariates: list[str], *, odds: bool, strata: bool = False) -> Interval:
    import statsmodels.api as sm

    columns = table[["contact_number", *covariates]].astype(float).assign(intercept=1.0)
    columns = columns.join(_dummies(table)) if strata else columns
    options: dict[str, Any] = {"cov_type": "cluster", "cov_kwds": {"groups": pd.factorize(table["unit_id"])[0]}}
    target = table[outcome].astype(float)
    if odds:
        fit = sm.GLM(target, columns, family=sm.families.Binomial()).fit(**options)
        return exponentiated(around(float(fit.params["contact_number"]), float(fit.bse["contact_number"])))
    fit = sm.OLS(target, columns).fit(**options)
    return scaled(around(float(fit.params["contact_number"]), float(fit.bse["contact_number"])), 100.0)
