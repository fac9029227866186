"""What a customer is expected to spend an occasion: the gamma-gamma model, or the simpler one at which it arrives.

Where customers differ no more than chance makes them, or each always pays the same, the likelihood of the gamma-gamma model
has no maximum: a parameter runs off. Either end is a good answer. In the first everybody is expected to spend the mean; in
the second whoever came again spends what he always spent, and of the others the mean of customers is expected.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import chi2

from analysis.models import gamma_gamma
from analysis.models.fit import Array, ModelNotIdentified
from analysis.models.once import fit_once

ALIKE, OWN = "the mean, as customers spend alike", "each customer's own mean, as each pays the same every time"
NEGLIGIBLE = 0.01
"""Share of the variance of occasions, within customers, below which a customer's own mean is what he will spend."""
ROUNDING = 1e-9
"""Relative distance of means that are one price: a sum of equal prices divided by their number is off by its last digit."""
NEXT_TO_NONE = 1e-20
"""Variance of a logarithm that is known: a covariance stays positive definite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spend:
    """Expected spend an occasion, as a function of log-parameters of which estimate and covariance are known.

    Attributes
    ----------
    model : str
        In words.
    centre : array
        Logarithms of the estimates.
    covariance : array
    at : callable
        From log-parameters and rows (`frequency`, `monetary`) to one number a row; infinite where the parameters leave none.
    """

    model: str
    centre: Array
    covariance: Array
    at: Callable[[Array, pd.DataFrame], Array]

    def draws(self, n: int, seed: int) -> Array:
        """Draw `n` sets of log-parameters, one a row."""
        generator = np.random.default_rng(seed)
        return generator.multivariate_normal(self.centre, self.covariance, size=n, method="cholesky")


def spend_of(rows: pd.DataFrame, within: pd.Series) -> Spend:
    """Fit the gamma-gamma model to whoever came again; at its ends, the simpler model.

    Parameters
    ----------
    rows : pandas.DataFrame
        One row a customer: `frequency` (occasions after the first), `monetary` (their mean amount).
    within : pandas.Series
        Of each row, the sum of squares of those amounts round their mean.

    Raises
    ------
    ModelNotIdentified
        If the model cannot be fitted, and customers are neither alike nor constant.
    """
    repeat = rows[(rows["frequency"] > 0) & (rows["monetary"] > 0)]
    if _one_price(repeat):  # the likelihood has no maximum, and a search takes its time
        return _alike(repeat)
    try:
        return _gamma_gamma(repeat)
    except ModelNotIdentified:
        within = within.loc[repeat.index]
        if _differ_by_chance_only(repeat, within):
            return _alike(repeat)
        if _constant(repeat, within):
            return _own(repeat)
        raise


def _one_price(repeat: pd.DataFrame) -> bool:
    means = repeat["monetary"].to_numpy(dtype=float)
    return len(means) > 0 and bool(np.ptp(means) <= ROUNDING * means.max())


def _gamma_gamma(repeat: pd.DataFrame) -> Spend:
    fit = fit_once(gamma_gamma.fit_gamma_gamma, repeat[["frequency", "monetary"]])
    fit.require_identified()

    def at(logs: Array, some: pd.DataFrame) -> Array:
        params = dict(zip(fit.names, np.exp(logs).tolist(), strict=True))
        frequency = np.where(some["monetary"] > 0, some["frequency"], 0)
        try:
            return gamma_gamma.expected_spend(params, frequency, some["monetary"].to_numpy())
        except ModelNotIdentified:
            return np.full(len(some), np.inf)  # a drawn set without a mean: the upper bound is open

    return Spend(model=fit.model, centre=np.log(fit.estimates), covariance=np.asarray(fit.log_covariance), at=at)


def _alike(repeat: pd.DataFrame) -> Spend:
    """Everybody spends the mean, which is known as well as the customers' means say."""
    often, means = repeat["frequency"].to_numpy(dtype=float), repeat["monetary"].to_numpy()
    mean = float(np.average(means, weights=often))
    error = float(np.sqrt(np.square(often * (means - mean)).sum())) / often.sum()
    return _of_mean(ALIKE, mean, error, lambda mean, some: np.full(len(some), mean))


def _own(repeat: pd.DataFrame) -> Spend:
    """Each spends his own mean; who has not come again, the mean of customers."""
    means = repeat["monetary"].to_numpy()
    error = float(means.std(ddof=1) / len(means) ** 0.5)

    def at(mean: float, some: pd.DataFrame) -> Array:
        known = ((some["frequency"] > 0) & (some["monetary"] > 0)).to_numpy()
        return np.where(known, some["monetary"].to_numpy(dtype=float), mean)

    return _of_mean(OWN, float(means.mean()), error, at)


def _of_mean(model: str, mean: float, error: float, at: Callable[[float, pd.DataFrame], Array]) -> Spend:
    return Spend(
        model=model,
        centre=np.log([mean]),
        covariance=np.array([[max((error / mean) ** 2, NEXT_TO_NONE)]]),
        at=lambda logs, some: at(float(np.exp(logs[0])), some),
    )


def _differ_by_chance_only(repeat: pd.DataFrame, within: pd.Series) -> bool:
    """Whether customers' mean spends scatter no more than single occasions let expect (Cochran's Q at 5 %)."""
    often, means = repeat["frequency"].to_numpy(dtype=float), repeat["monetary"].to_numpy()
    free = often.sum() - len(repeat)
    variance = within.sum() / free if free > 0 else 0.0
    if variance <= 0:
        return False
    scatter = float((often * np.square(means - np.average(means, weights=often))).sum()) / variance
    return scatter <= float(chi2.ppf(0.95, len(repeat) - 1))


def _constant(repeat: pd.DataFrame, within: pd.Series) -> bool:
    """Whether hardly any of the variance lies within customers; a customer of one occasion says nothing on it."""
    again = repeat["frequency"] > 1
    free = float((repeat.loc[again, "frequency"] - 1).sum())
    if free == 0:
        return False
    return float(within[again].sum()) / free <= NEGLIGIBLE * float(repeat["monetary"].var(ddof=1))
