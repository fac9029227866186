"""What a customer is expected to spend an occasion: the gamma-gamma model, or linear credibility where it cannot be fitted.

Under the gamma-gamma model a customer is expected to spend (x m + k M) / (x + k) after x occasions of mean m, where M is the
mean of all and k is (q - 1) / p. Where its likelihood has no maximum, k is known at either end: where customers differ no more
than chance makes them everybody is expected to spend the mean, and where each always pays the same, what he always paid. In
between, as where one purchase in a hundred costs ten times as much as all others, k is the variance within customers over
that between them, which needs no distribution (Bühlmann & Straub 1970, Mitteilungen der Vereinigung schweizerischer
Versicherungsmathematiker 70, 111-133).
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
BETWEEN = "between the mean and each customer's own, by how much one customer's amounts vary"
ONCE = "the mean, as nobody came again more than once"
NEGLIGIBLE = 0.01
"""Share of the variance of occasions, within customers, below which a customer's own mean is what he will spend."""
SURELY = 0.999
"""Level of the interval in which the gamma-gamma model must have a mean (q above 1): else nothing bounds what is expected."""
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
    """Fit the gamma-gamma model to whoever came again; where it cannot be fitted, take linear credibility.

    Parameters
    ----------
    rows : pandas.DataFrame
        One row a customer: `frequency` (occasions after the first), `monetary` (their mean amount).
    within : pandas.Series
        Of each row, the sum of squares of those amounts round their mean.

    Raises
    ------
    ModelNotIdentified
        If nobody came again for an amount above 0.
    """
    repeat = rows[(rows["frequency"] > 0) & (rows["monetary"] > 0)]
    if repeat.empty:
        raise ModelNotIdentified(
            "What customers spend needs customers who bought again for an amount above 0; there are none."
        )
    if _one_price(repeat):  # the likelihood has no maximum, and a search takes its time
        return _credible(ALIKE, repeat, np.inf)
    try:
        return _gamma_gamma(repeat)
    except ModelNotIdentified:
        model, occasions = _credibility(repeat, within.loc[repeat.index])
        return _credible(model, repeat, occasions)


def _one_price(repeat: pd.DataFrame) -> bool:
    means = repeat["monetary"].to_numpy(dtype=float)
    return bool(np.ptp(means) <= ROUNDING * means.max())


def _gamma_gamma(repeat: pd.DataFrame) -> Spend:
    fit = fit_once(gamma_gamma.fit_gamma_gamma, repeat[["frequency", "monetary"]])
    if not fit.interval("q", SURELY)[0] > 1:
        raise ModelNotIdentified(f"{fit.model}: whether the population has a mean spend is not known.")

    def at(logs: Array, some: pd.DataFrame) -> Array:
        params = dict(zip(fit.names, np.exp(logs).tolist(), strict=True))
        frequency = np.where(some["monetary"] > 0, some["frequency"], 0)
        try:
            return gamma_gamma.expected_spend(params, frequency, some["monetary"].to_numpy())
        except ModelNotIdentified:
            return np.full(len(some), np.inf)  # a drawn set without a mean: the upper bound is open

    return Spend(model=fit.model, centre=np.log(fit.estimates), covariance=np.asarray(fit.log_covariance), at=at)


def _credibility(repeat: pd.DataFrame, within: pd.Series) -> tuple[str, float]:
    """Which end is the answer, or neither, and how many occasions the mean of all counts for.

    Customers are alike where their means scatter no more than single occasions let expect (Cochran's Q at 5 %), and steady
    where hardly any of the variance lies within them; a customer of one occasion says nothing on it.
    """
    often, means = repeat["frequency"].to_numpy(dtype=float), repeat["monetary"].to_numpy(dtype=float)
    free = often.sum() - len(repeat)
    if free <= 0:
        return ONCE, np.inf
    variance = float(within.sum() / free)
    scatter = float((often * np.square(means - np.average(means, weights=often))).sum())
    if variance > 0 and scatter <= variance * float(chi2.ppf(0.95, len(repeat) - 1)):
        return ALIKE, np.inf
    if variance <= NEGLIGIBLE * float(means.var(ddof=1)):
        return OWN, 0.0
    between = (scatter - (len(repeat) - 1) * variance) / (often.sum() - float(np.square(often).sum() / often.sum()))
    return BETWEEN, variance / between


def _credible(model: str, repeat: pd.DataFrame, k: float) -> Spend:
    """Expected is the mean of all, counted as `k` occasions, with the customer's own; it is known as well as the means say."""
    often, means = repeat["frequency"].to_numpy(dtype=float), repeat["monetary"].to_numpy(dtype=float)
    weights = often / (1 + often / k) if k else np.ones(len(means))
    mean = float(np.average(means, weights=weights))
    error = float(np.sqrt(np.square(weights * (means - mean)).sum())) / weights.sum()

    def at(logs: Array, some: pd.DataFrame) -> Array:
        own = some["monetary"].to_numpy(dtype=float)
        count = np.where(own > 0, some["frequency"], 0.0)
        share = count / (count + k) if k else (count > 0).astype(float)
        all_ = float(np.exp(logs[0]))
        return np.where(share > 0, all_ + share * (own - all_), all_)

    return Spend(
        model=model, centre=np.log([mean]), covariance=np.array([[max((error / mean) ** 2, NEXT_TO_NONE)]]), at=at
    )
