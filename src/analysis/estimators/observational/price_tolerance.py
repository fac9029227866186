"""Prices and leaving: whether an increase drives away long-standing customers less, and what a cheaper market does."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake, ParameterMistake, require_one_of
from analysis.core.results import Estimate
from analysis.core.vocabulary import RATIO_SCALES, Role
from analysis.estimators.common.building import make_estimate
from analysis.estimators.common.design_matrix import independent_columns
from analysis.estimators.common.interval import Interval, around, exponentiated, scaled
from analysis.frames import Frame

LONG_TENURE_YEARS = 3.0
"""From three years on a customer counts as long-standing, as the claims register it."""

TEN_PER_CENT = math.log(1.1)
"""A 10 % increase on the logarithm, the unit of every price effect here."""

FEWEST_LAPSES = 30
"""Fewer leavers than this in the group that a quantity is about carry no estimate."""

INTERACTIONS = ("price_tenure_odds_ratio", "long_tenure_odds_ratio")
MARKET = ("lapse_per_market_gap", "lapse_odds_ratio_market_gap")
OWN = "own_price_rise"


def estimate_price_tolerance(
    frame: Frame,
    claim: Claim,
    *,
    quantity: str = "price_tenure_odds_ratio",
    adjusted: bool = True,
    role: str = "answer",
) -> tuple[Estimate, ...]:
    """How the odds ratio of leaving for a 10 % price increase changes with tenure.

    Logistic regression of leaving on price increase, tenure, their product and the covariates; the estimate is the
    exponential of the product's coefficient. Beside it the same without covariates (naive).

    Parameters
    ----------
    frame : Frame
        ``price_exposure``.
    claim : Claim
    quantity : str
        "price_tenure_odds_ratio" (for each further year) or "long_tenure_odds_ratio" (three years and more over less).
    adjusted : bool
        False: only the naive one, for customers whose prices were set by what makes them leave.
    role : str
        Role of the adjusted estimate: "answer" or "context".

    Returns
    -------
    tuple of Estimate
        The adjusted answer and the naive one.

    Raises
    ------
    FrameMistake
        If fewer than 30 left, or the prices did not change.
    """
    require_one_of("quantity", quantity, INTERACTIONS)
    table = _prepared(frame)
    moderator = "tenure_years" if quantity == INTERACTIONS[0] else "long_standing"
    _require_variation(frame, table, "price_10")
    _require_variation(frame, table, moderator)
    columns = _design(table, ["price_10", moderator])
    columns["product"] = columns["price_10"] * columns[moderator]
    method = f"logistic regression on price increase × {_WORDS[moderator]}"
    return _pair(frame, claim, quantity, table, columns, "product", method, _logit, Role(role))[0 if adjusted else 1 :]


def estimate_market_gap(
    frame: Frame,
    claim: Claim,
    *,
    quantity: str = "lapse_per_market_gap",
    role: str = "answer",
    least_reliability: float = 1.0,
) -> tuple[Estimate, ...]:
    """What each 10 % by which the market is cheaper does to leaving, among customers of three years or more.

    Regression of leaving on ln(our price / market price) in units of ln 1.1, at equal price change, tenure and
    covariates: linear for percentage points, logistic for the odds ratio. Beside it the same without them (naive).

    Parameters
    ----------
    frame : Frame
        ``price_exposure`` with ``market_gap``; rows without one are left out.
    claim : Claim
    quantity : str
        "lapse_per_market_gap" or "lapse_odds_ratio_market_gap"; or "own_price_rise", where no market price is known: what
        each 10 % by which our own price rises does, in percentage points.
    role : str
        Role of the adjusted estimate: "answer" or "context".
    least_reliability : float
        Where the market price is a proxy: the least share of the gap's variation that is no error, in (0, 1]. Error in a
        regressor multiplies its coefficient by that share (attenuation), so the interval's end away from none is divided
        by the least share; the value is left as estimated.

    Returns
    -------
    tuple of Estimate
        The adjusted answer and the naive one; for percentage points also the registered conventions of the same gap.

    Raises
    ------
    FrameMistake
        If there is no market price, or fewer than 30 customers of three years or more left.
    ParameterMistake
        If the least reliability is out of range.
    """
    require_one_of("quantity", quantity, (*MARKET, OWN))
    if quantity == OWN:
        return _own_price_rise(frame, claim, Role(role))
    if not 0 < least_reliability <= 1:
        raise ParameterMistake(f"`least_reliability` must be above 0 and at most 1; got {least_reliability!r}.")
    if "market_gap" not in frame.table or frame.table["market_gap"].isna().all():
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: column `market_gap` must hold market prices for this "
            "claim; got none. Give a market price with the renewals."
        )
    table = _prepared(frame)
    table = table[(table["long_standing"] == 1) & table["market_gap"].notna()]
    _require_lapses(frame, table)
    _require_variation(frame, table, "gap_10")
    columns = _design(table, ["gap_10", "price_10", "tenure_years"])
    linear = quantity == MARKET[0]
    method = ("linear" if linear else "logistic") + " regression on the market gap, customers of three years or more"
    answer, naive = _pair(
        frame, claim, quantity, table, columns, "gap_10", method, _linear if linear else _logit, Role(role)
    )
    conventions = _conventions(frame, claim, table, columns, answer) if linear and least_reliability == 1 else ()
    return _open_to_error(answer, least_reliability), naive, *conventions


def _conventions(
    frame: Frame, claim: Claim, table: pd.DataFrame, columns: pd.DataFrame, answer: Estimate
) -> tuple[Estimate, ...]:
    """The gap under conventions as defensible as the logarithm: corrected for error, and as a share of either price.

    Error in a regressor with reliability r, as registered for the gap, multiplies its coefficient by 1 - (1 - r) / (1 - R²),
    where R² is that of the gap on the other regressors (Fuller 1987, Measurement Error Models, section 1.1; Carroll et al.
    2006, section 3.4).
    """
    import statsmodels.api as sm

    registered = {quantity.name for quantity in claim.quantities}
    others = columns.drop(columns="gap_10")
    left = 1 - float(sm.OLS(columns["gap_10"], others).fit().rsquared)
    reliability = claim.quantity(MARKET[0]).reliability
    attenuation = 1 - (1 - reliability) / left if reliability is not None and left > 0 else 0.0
    clusters = table["cluster"].to_numpy() if "cluster" in table else None
    ratio = np.exp(table["market_gap"])
    found = []
    if "lapse_per_market_gap_corrected" in registered and attenuation > 0:
        assert answer.value is not None and answer.low is not None and answer.high is not None
        numbers = {name: getattr(answer, name) / attenuation for name in ("value", "low", "high")}
        found.append(("lapse_per_market_gap_corrected", numbers, f"corrected for a reliability of {reliability:g}"))
    for name, gap in (
        ("lapse_per_gap_over_market_price", (ratio - 1) / 0.1),
        ("lapse_per_gap_over_own_price", (1 - 1 / ratio) / 0.1),
    ):
        if name in registered:
            numbers = dict(_linear(table["lapsed"], columns.assign(gap_10=gap), clusters, "gap_10"))
            found.append((name, numbers, "the gap as a share of a price, not a logarithm"))
    return tuple(
        make_estimate(
            frame,
            claim,
            name,
            value=numbers["value"],
            low=numbers["low"],
            high=numbers["high"],
            n=answer.n or 0,
            method=f"{answer.method}; {told}",
            role=answer.role,
        )
        for name, numbers, told in found
    )


def _own_price_rise(frame: Frame, claim: Claim, role: Role) -> tuple[Estimate, ...]:
    """Points more who leave for each 10 % by which our price rises, among customers of three years or more."""
    table = _prepared(frame)
    table = table[table["long_standing"] == 1]
    _require_lapses(frame, table)
    _require_variation(frame, table, "price_10")
    method = "linear regression on the rise of our price, customers of three years or more"
    columns = _design(table, ["price_10", "tenure_years"])
    return _pair(frame, claim, OWN, table, columns, "price_10", method, _linear, role)


def _open_to_error(estimate: Estimate, least_reliability: float) -> Estimate:
    """Move the end of the interval that lies away from none by as much as error in the regressor could have hidden."""
    if least_reliability == 1:
        return estimate
    assert estimate.low is not None and estimate.high is not None
    ratio = estimate.scale in RATIO_SCALES
    low, high = (math.log(x) if ratio else x for x in (estimate.low, estimate.high))
    low, high = (low if low > 0 else low / least_reliability), (high if high < 0 else high / least_reliability)
    return replace(
        estimate,
        low=math.exp(low) if ratio else low,
        high=math.exp(high) if ratio else high,
        method=f"{estimate.method}; the interval allows for market prices of which {100 * (1 - least_reliability):.0f} % of "
        "the variation is error",
    )


_COLUMN = {
    "price_10": "price_change",
    "gap_10": "market_gap",
    "tenure_years": "tenure_years",
    "long_standing": "tenure_years",
}
_WORDS = {"tenure_years": "years of tenure", "long_standing": "three years of tenure or more"}


def _prepared(frame: Frame) -> pd.DataFrame:
    table = frame.table.copy()
    table["price_10"] = table["price_change"] / TEN_PER_CENT
    table["long_standing"] = (table["tenure_years"] >= LONG_TENURE_YEARS).astype(float)
    if "market_gap" in table:
        table["gap_10"] = table["market_gap"] / TEN_PER_CENT
    _require_lapses(frame, table)
    return table


def _require_lapses(frame: Frame, table: pd.DataFrame) -> None:
    n = int(table["lapsed"].sum())
    if min(n, len(table) - n) < FEWEST_LAPSES:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: at least {FEWEST_LAPSES} customers must have left and as "
            f"many stayed; got {n} who left of {len(table)}. Give a longer history."
        )


def _require_variation(frame: Frame, table: pd.DataFrame, column: str) -> None:
    if table[column].std() == 0:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: `{_COLUMN[column]}` must differ between customers; it is the "
            "same for all of them. Give renewals that differ in it."
        )


def _design(table: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """The named columns with an intercept, and the covariates that add something, in standard deviations."""
    covariates = [c for c in table.columns if str(c).startswith("x_") and table[c].std() > 0]
    standardised = (table[covariates] - table[covariates].mean()) / table[covariates].std()
    columns = table[names].join(standardised)
    columns.insert(0, "intercept", 1.0)
    return columns.loc[:, independent_columns(columns.to_numpy(float))]


def _pair(
    frame: Frame,
    claim: Claim,
    quantity: str,
    table: pd.DataFrame,
    columns: pd.DataFrame,
    term: str,
    method: str,
    fit: Callable[[pd.Series, pd.DataFrame, Any, str], Interval],
    role: Role,
) -> tuple[Estimate, ...]:
    clusters = table["cluster"].to_numpy() if "cluster" in table else None
    covariates = [c for c in columns if str(c).startswith("x_")]
    # The naive analyst of the market gap looks at nothing else; of the interaction, at its own two parts.
    retained = [c for c in columns if c not in covariates] if term == "product" else ["intercept", term]
    n = len(table) if clusters is None else table["cluster"].nunique()
    events = int(min(table["lapsed"].sum(), (1 - table["lapsed"]).sum()))
    full = fit(table["lapsed"], columns, clusters, term)
    naive = fit(table["lapsed"], columns[retained], clusters, term)
    return (
        make_estimate(
            frame,
            claim,
            quantity,
            **full,
            n=n,
            method=f"{method}, {len(covariates)} covariates held equal",
            role=role,
            assumptions=(
                "at equal covariates the price was not set by what else makes customers leave",
                *(() if term != "gap_10" else ("the market price is what the customer would have paid",)),
            ),
            events=events,
        ),
        make_estimate(frame, claim, quantity, **naive, n=n, method=f"{method}, no risk held equal", role=Role.NAIVE),
    )


def _covariance(clusters: Any) -> dict[str, Any]:
    if clusters is None:
        return {"cov_type": "HC1"}
    return {"cov_type": "cluster", "cov_kwds": {"groups": clusters}}


def _logit(outcome: pd.Series, columns: pd.DataFrame, clusters: Any, term: str) -> Interval:
    import statsmodels.api as sm

    fit = sm.GLM(outcome, columns, family=sm.families.Binomial()).fit(**_covariance(clusters))
    return exponentiated(around(float(fit.params[term]), float(fit.bse[term])))


def _linear(outcome: pd.Series, columns: pd.DataFrame, clusters: Any, term: str) -> Interval:
    import statsmodels.api as sm

    fit = sm.OLS(outcome, columns).fit(**_covariance(clusters))
    return scaled(around(float(fit.params[term]), float(fit.bse[term])), 100.0)
