"""Discounted purchases that customers are still expected to make, and what turns them into money.

A purchase model (BG/NBD, MBG/NBD or Pareto/NBD) says how many purchases a customer with a given history will still
make, the gamma-gamma model how much each will bring; their product, discounted and times the margin, is the value
(Fader, Hardie & Lee 2005, Journal of Marketing Research 42(4), 415-430). It counts what is still to come: neither past
margins nor the cost of acquisition, and it holds that spend per purchase is independent of how often one buys.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.core.errors import ParameterMistake
from analysis.core.vocabulary import WEEKS_PER_YEAR
from analysis.models._special import unit_quadrature
from analysis.models.fit import Array, ModelNotIdentified, purchase_module, require_positive

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
    ParameterMistake
        If `model` is no purchase model.
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
