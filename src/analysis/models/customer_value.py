"""Discounted value of a customer base's future purchases, with the doubt that comes from estimating the models.

A purchase model (BG/NBD, MBG/NBD or Pareto/NBD) says how many purchases a customer with a given history will still
make, the gamma-gamma model how much each will bring; their product, discounted and times the margin, is the value
(Fader, Hardie & Lee 2005, Journal of Marketing Research 42(4), 415-430). It counts what is still to come: neither past
margins nor the cost of acquisition, and it holds that spend per purchase is independent of how often one buys.

The interval is that of the *expected* value of these customers under the models, as their parameters are uncertain.
What one customer will really bring varies far more, and a wrong model is not in the interval.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.core.errors import ParameterMistake
from analysis.core.vocabulary import INTERVAL_LEVEL, WEEKS_PER_YEAR
from analysis.models import gamma_gamma
from analysis.models._special import unit_quadrature
from analysis.models.fit import (
    Array,
    ModelFit,
    ModelNotIdentified,
    purchase_module,
    require_positive,
)
from analysis.models.rows import WEIGHT, purchase_rows, spend_rows

HESSIAN = "Hessian"
QUADRATURE_NODES = 16  # expected purchases are smooth in time: exact to six digits over thirty years of weeks


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What turns expected purchases into money.

    Attributes
    ----------
    margin : float
        Share of a purchase's amount that is profit, in (0, 1].
    discount_rate : float
        A year, above 0; .1 for 10 %.
    horizon_years : float
        Purchases later than this are not counted. Ten years at 10 % leaves out what is worth less than 39 cents on the
        euro and rests on the model alone.
    units_per_year : float
        Units of the rows' time in a year; the default is for weeks.
    """

    margin: float
    discount_rate: float
    horizon_years: float
    units_per_year: float = WEEKS_PER_YEAR

    def __post_init__(self) -> None:
        require_positive(
            margin=self.margin,
            discount_rate=self.discount_rate,
            horizon_years=self.horizon_years,
            units_per_year=self.units_per_year,
        )
        if self.margin > 1:
            raise ParameterMistake(f"`margin` is a share of the amount, at most 1; got {self.margin!r}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerValue:
    """Mean discounted value per customer of a base, with its interval.

    Attributes
    ----------
    mean : float
        Per customer, in the currency of `monetary`, at the estimates.
    low, high : float
        Percentile interval over `draws`, at `level`.
    level : float
    standard_error : float
        Standard deviation of `draws`.
    draws : tuple of float
        The mean value under each drawn parameter set.
    n_customers : int
        Customers in the base; `mean * n_customers` is the value of the base.
    method : str
        "Hessian": parameters drawn from their asymptotic normal distribution.
    terms : Terms
    purchase_model : str
    """

    mean: float
    low: float
    high: float
    level: float
    standard_error: float
    draws: tuple[float, ...]
    n_customers: int
    method: str
    terms: Terms
    purchase_model: str


def discounted_expected_purchases(model: str, params: Mapping[str, float], rows: pd.DataFrame, terms: Terms) -> Array:
    """Expected purchases within the horizon of a customer with each row's history, discounted continuously to T.

    By parts, the integral of exp(-k t) dE(t) is exp(-k H) E(H) + k times the integral of exp(-k t) E(t), which a
    Gauss-Legendre rule takes with a few evaluations of the model instead of one a month.

    Parameters
    ----------
    model : str
        Name of the purchase model.
    params : mapping
        Its parameters.
    rows : DataFrame
        `frequency`, `recency`, `T`.
    terms : Terms
        `margin` is not used.

    Raises
    ------
    ModelNotIdentified
        If the model's formula overflows for one of the histories.
    """
    expected = purchase_module(model).conditional_expected_purchases
    end = terms.horizon_years * terms.units_per_year
    force = np.log1p(terms.discount_rate) / terms.units_per_year
    nodes, weights = unit_quadrature(QUADRATURE_NODES)
    times = nodes * end
    # The expectations cost the time, so each distinct history is asked about once.
    distinct, place = np.unique(rows[["frequency", "recency", "T"]].to_numpy(dtype=float), axis=0, return_inverse=True)
    history = list(distinct.T)
    at_nodes = expected(params, times[:, None], *(column[None, :] for column in history))
    integral = (weights * np.exp(-force * times)) @ at_nodes * end
    discounted = np.exp(-force * end) * expected(params, end, *history) + force * integral
    if not np.isfinite(discounted).all():
        frequency, recency, age = distinct[~np.isfinite(discounted)][0]
        raise ModelNotIdentified(
            f"{model}: no finite expectation for frequency = {frequency:g}, recency = {recency:g}, T = {age:g} at "
            + ", ".join(f"{name} = {value:.4g}" for name, value in params.items())
            + ". Use another purchase model, or leave out customers who are no single buyers."
        )
    return np.asarray(discounted[place.ravel()])


def value_by_row(
    model: str, params: Mapping[str, float], spend_params: Mapping[str, float], base: pd.DataFrame, terms: Terms
) -> Array:
    """Discounted value of a customer with each row's history: margin x expected spend x discounted purchases.

    Parameters
    ----------
    base : DataFrame
        `frequency`, `recency`, `T`, `monetary` (not looked at where frequency is 0).
    """
    spend = gamma_gamma.expected_spend(spend_params, base["frequency"].to_numpy(), base["monetary"].to_numpy())
    return terms.margin * spend * discounted_expected_purchases(model, params, base, terms)


def discounted_customer_value(
    purchases: ModelFit,
    spend: ModelFit,
    base: pd.DataFrame,
    terms: Terms,
    *,
    n_draws: int = 200,
    seed: int = 0,
    level: float = INTERVAL_LEVEL,
) -> CustomerValue:
    """Mean value per customer of `base`, its interval from the curvature of both likelihoods.

    Parameters
    ----------
    purchases : ModelFit
        A fitted BG/NBD, MBG/NBD or Pareto/NBD.
    spend : ModelFit
        A fitted gamma-gamma model.
    base : DataFrame
        The customers to value: `frequency`, `recency`, `T`, `monetary`, optionally `n_customers`.
    terms : Terms
        Margin, discount rate, horizon, unit of time.
    n_draws, seed
        Parameter sets drawn, and the seed of the drawing. A draw asks the model about every distinct history 17 times:
        a hundredth of a second per thousand histories.
    level : float
        Level of the interval.

    Raises
    ------
    FrameMistake
        If `base` breaks a rule.
    ModelNotIdentified
        If either likelihood is flat at its maximum, or more than one draw in a hundred has no finite value.
    """
    rows = _base_rows(base)
    purchase_module(purchases.model)
    pairs = zip(purchases.draws(n_draws, seed), spend.draws(n_draws, seed + 1), strict=True)
    drawn = [_mean_or_nan(purchases.model, params, spend_params, rows, terms) for params, spend_params in pairs]
    finite = [value for value in drawn if np.isfinite(value)]
    if len(finite) < 0.99 * n_draws:
        raise ModelNotIdentified(
            f"{purchases.model} with {spend.model}: {n_draws - len(finite)} of {n_draws} drawn parameter sets have no "
            "finite value; the data do not pin the parameters. Use more customers or a longer observation."
        )
    mean = _mean_value(purchases.model, purchases.params, spend.params, rows, terms)
    return _result(mean, finite, rows, terms, level, purchases.model)


def _mean_value(
    model: str, params: Mapping[str, float], spend_params: Mapping[str, float], rows: pd.DataFrame, terms: Terms
) -> float:
    return float(np.average(value_by_row(model, params, spend_params, rows, terms), weights=rows[WEIGHT]))


def _mean_or_nan(
    model: str, params: Mapping[str, float], spend_params: Mapping[str, float], rows: pd.DataFrame, terms: Terms
) -> float:
    """nan where the drawn spend has no mean."""
    try:
        return _mean_value(model, params, spend_params, rows, terms)
    except ModelNotIdentified:
        return float("nan")


def _base_rows(base: pd.DataFrame) -> pd.DataFrame:
    """Check `base` by the rules of both models and return it with its weights."""
    purchase_rows(base)
    spend_rows(base)
    rows = base if WEIGHT in base.columns else base.assign(**{WEIGHT: 1})
    return rows.reset_index(drop=True)


def _result(
    mean: float,
    draws: list[float],
    rows: pd.DataFrame,
    terms: Terms,
    level: float,
    model: str,
) -> CustomerValue:
    low, high = np.quantile(draws, [0.5 - level / 2, 0.5 + level / 2])
    return CustomerValue(
        mean=mean,
        low=float(low),
        high=float(high),
        level=level,
        standard_error=float(np.std(draws, ddof=1)),
        draws=tuple(draws),
        n_customers=int(rows[WEIGHT].sum()),
        method=HESSIAN,
        terms=terms,
        purchase_model=model,
    )
