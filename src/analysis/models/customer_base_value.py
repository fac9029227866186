"""Value of a firm's present and future customers from public figures, and what a 1 % improvement does to it.

Source: Gupta, Lehmann & Stuart (2004), "Valuing Customers", Journal of Marketing Research 41(1), 7-18. Customers
arrive along a logistic curve; each pays a constant quarterly margin, is kept at a constant rate and cost one
acquisition. The value is homogeneous of degree one in margin and acquisition cost, so that in every firm the effect of
1 % more margin is 1 plus the effect of 1 % less acquisition cost: identity, not finding.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import quad

from analysis.models.constant_retention_value import annuity_value
from analysis.models.fit import Array, require_positive, require_share

QUARTERS = 4
HORIZON_QUARTERS = 400
"""Acquisitions later than a century are not counted; by then discounting has left nothing of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diffusion:
    """Customers acquired up to quarter t, alpha / (1 + exp(-beta - gamma t)).

    Attributes
    ----------
    alpha : float
        Customers ever to be acquired, in the unit of `FirmFigures.n_customers`.
    beta, gamma : float
        Place and speed of the curve, gamma per quarter.
    """

    alpha: float
    beta: float
    gamma: float

    @property
    def peak(self) -> float:
        """Quarter of most acquisitions, -beta / gamma.

        Examples
        --------
        >>> Diffusion(alpha=1, beta=-4, gamma=0.25).peak
        16.0
        """
        return -self.beta / self.gamma

    def cumulative(self, t: ArrayLike) -> Array:
        """Customers acquired up to quarter t; half of alpha at the peak."""
        return np.asarray(self.alpha / (1 + np.exp(-self.beta - self.gamma * np.asarray(t, dtype=float))))

    def rate(self, t: ArrayLike) -> Array:
        """Customers acquired per quarter at t."""
        share = self.cumulative(t) / self.alpha
        return np.asarray(self.alpha * self.gamma * share * (1 - share))


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmFigures:
    """What the valuation needs of a firm.

    Attributes
    ----------
    n_customers : float
        Present customers, in any unit (millions: then the value is in millions of currency).
    quarterly_margin, acquisition_cost : float
        Per customer, in currency.
    retention_rate : float
        A year, in (0, 1).
    diffusion : Diffusion
    quarter : float
        Today on the diffusion's clock.
    discount_rate, tax_rate : float
        A year; share of profit. The defaults are the paper's.
    """

    n_customers: float
    quarterly_margin: float
    acquisition_cost: float
    retention_rate: float
    diffusion: Diffusion
    quarter: float
    discount_rate: float = 0.12
    tax_rate: float = 0.38

    def __post_init__(self) -> None:
        require_share(retention_rate=self.retention_rate)
        require_positive(
            n_customers=self.n_customers,
            quarterly_margin=self.quarterly_margin,
            acquisition_cost=self.acquisition_cost,
            discount_rate=self.discount_rate,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Improvements:
    """% change of the customers' value when one figure gets better and the others stay.

    Attributes
    ----------
    retention_rate, acquisition_cost, margin, discount_rate : float
        For a rise of retention and margin, a fall of acquisition cost and discount rate. What the improvement itself
        would cost is not in it.
    """

    retention_rate: float
    acquisition_cost: float
    margin: float
    discount_rate: float


def gupta_lehmann_stuart_value(firm: FirmFigures) -> float:
    """After-tax value of present and future customers, in `n_customers`' unit times currency.

    Yearly retention and discount are turned into quarterly ones by their fourth root; future acquisitions are
    discounted continuously from today.
    """
    per_quarter = (1 + firm.discount_rate) ** (1 / QUARTERS) - 1
    per_customer = annuity_value(firm.quarterly_margin, firm.retention_rate ** (1 / QUARTERS), per_quarter)
    present = firm.n_customers * per_customer
    future = discounted_acquisitions(firm.diffusion, firm.quarter, per_quarter) * (per_customer - firm.acquisition_cost)
    return (1 - firm.tax_rate) * (present + future)


def discounted_acquisitions(diffusion: Diffusion, quarter: float, discount_per_quarter: float) -> float:
    """Customers still to be acquired after `quarter`, each discounted to it.

    Examples
    --------
    Without discounting, all who are still missing at the peak: half of them.

    >>> round(discounted_acquisitions(Diffusion(alpha=10, beta=-4, gamma=0.25), 16, 0.0), 6)
    5.0
    """
    force = np.log1p(discount_per_quarter)
    return float(quad(lambda ahead: diffusion.rate(quarter + ahead) * np.exp(-force * ahead), 0, HORIZON_QUARTERS)[0])


def improvements(firm: FirmFigures, *, size: float = 0.01) -> Improvements:
    """% change of value per `size` (a share) improvement of each figure, as finite differences like the paper's."""
    base = gupta_lehmann_stuart_value(firm)

    def gain(better: FirmFigures) -> float:
        return 100 * (gupta_lehmann_stuart_value(better) / base - 1)

    return Improvements(
        retention_rate=gain(replace(firm, retention_rate=firm.retention_rate * (1 + size))),
        acquisition_cost=gain(replace(firm, acquisition_cost=firm.acquisition_cost * (1 - size))),
        margin=gain(replace(firm, quarterly_margin=firm.quarterly_margin * (1 + size))),
        discount_rate=gain(replace(firm, discount_rate=firm.discount_rate * (1 - size))),
    )
