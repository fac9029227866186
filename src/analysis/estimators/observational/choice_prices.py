"""How prices move the choice of a brand among loyal and other households: conditional logit, errors by household.

With p the prices at purchase i, s the household's earlier share of brand j, L = 1 for loyal households,

    P(j | i) = exp(u_ij) / sum_k exp(u_ik),   u_ij = a_j + (b + d L) ln p_ij + c s_ij + z_ij'g,

the price elasticity of choosing the favourite f is (b + d L) (1 - P(f | i)) (Train 2009, Discrete Choice Methods, 3.6).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake
from analysis.core.results import Estimate
from analysis.core.vocabulary import Role
from analysis.estimators.common.building import make_estimate
from analysis.estimators.common.interval import Interval, around
from analysis.frames import Frame

ELASTICITY, COEFFICIENT = "choice_elasticity_gap", "choice_coefficient_gap"
FEWEST_HOUSEHOLDS = 30
STEP = 1e-5
"""Step of the numerical derivative of the gap."""

ASSUMPTIONS = (
    "prices at a purchase do not answer what this household is about to buy",
    "households of a group mind prices alike",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choices:
    """Purchases x brands x columns: price, price of the loyal, earlier share, covariates, brands but the first."""

    columns: NDArray[np.float64]
    chosen: NDArray[np.float64]
    favourite: NDArray[np.float64]
    loyal: NDArray[np.bool_]
    household: NDArray[np.int64]


def estimate_choice_prices(frame: Frame, claim: Claim, *, role: str = "answer") -> tuple[Estimate, ...]:
    """Price elasticity of choosing the favourite brand, loyal households less others; the coefficients' gap beside it.

    Conditional logit; the error of the gap counts what the shares P owe to the coefficients and to which purchases are
    averaged, by the influence of each household. A favourite's elasticity is small by arithmetic where it is bought
    nearly always: (1 - P) is small. So the naive number is the gap that one coefficient for all would show.

    Parameters
    ----------
    frame : Frame
        ``choice_sets``: every purchase with the same brands.
    claim : Claim
        Registers ``choice_elasticity_gap`` and ``choice_coefficient_gap``.
    role : str
        Role of the elasticities' gap: "answer" or "context".

    Returns
    -------
    tuple of Estimate
        Gap of elasticities; gap of coefficients (context); gap of elasticities with one coefficient for all (naive).

    Raises
    ------
    FrameMistake
        If a purchase has not one chosen brand among all brands, or a group has fewer than 30 households.
    """
    data = _choices(frame)
    groups = [np.unique(data.household[side]).size for side in (data.loyal, ~data.loyal)]
    if min(groups) < FEWEST_HOUSEHOLDS:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: at least {FEWEST_HOUSEHOLDS} households must be loyal and as "
            f"many not; got {groups[0]} and {groups[1]}."
        )
    theta, bread, scores = _fit(data)
    influence = scores @ bread
    elasticities = _elasticity_gap(data, theta)
    gradient = np.array(
        [(_elasticity_gap(data, theta + e)[0] - elasticities[0]) / STEP for e in STEP * np.eye(len(theta))]
    )
    gap = around(elasticities[0], _error(influence @ gradient + elasticities[1], data.household), min(groups) - 1)
    price = around(float(theta[1]), _error(influence[:, 1], data.household), min(groups) - 1)
    shared = _Choices(
        columns=np.delete(data.columns, 1, axis=2),
        chosen=data.chosen,
        favourite=data.favourite,
        loyal=data.loyal,
        household=data.household,
    )
    plain, plain_bread, plain_scores = _fit(shared)
    common = np.insert(plain, 1, 0.0)
    arithmetic, own = _elasticity_gap(data, common)
    slope = [
        (_elasticity_gap(data, common + e)[0] - arithmetic) / STEP for e in np.delete(STEP * np.eye(len(common)), 1, 0)
    ]
    naive = around(arithmetic, _error(plain_scores @ plain_bread @ slope + own, data.household), min(groups) - 1)
    switches = [int((data.chosen[side] * (1 - data.favourite[side])).sum()) for side in (data.loyal, ~data.loyal)]
    n, words = int(np.unique(data.household).size), "conditional logit of later purchases, errors by household"

    def made(name: str, found: Interval, role: Role, method: str) -> Estimate:
        return make_estimate(
            frame,
            claim,
            name,
            **found,
            n=n,
            method=method,
            role=role,
            assumptions=ASSUMPTIONS,
            events=min(switches),
            smallest_group=min(groups),
        )

    return (
        made(
            ELASTICITY,
            gap,
            Role(role),
            f"elasticity of choosing the favourite, loyal less others; {words}",
        ),
        made(COEFFICIENT, price, Role.CONTEXT, f"coefficient of ln(price), loyal less others; {words}"),
        made(
            ELASTICITY,
            naive,
            Role.NAIVE,
            "the same with one coefficient of price for all: arithmetic of shares",
        ),
    )


def _choices(frame: Frame) -> _Choices:
    table = frame.table.sort_values(["unit_id", "brand"], ignore_index=True)
    n_brands = table["brand"].nunique()
    sizes = table.groupby("unit_id")["chosen"].agg(["size", "sum"])
    if not ((sizes["size"] == n_brands) & (sizes["sum"] == 1)).all():
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: every purchase must list all {n_brands} brands and one of them "
            "as chosen; not all do."
        )

    def wide(column: str) -> NDArray[np.float64]:
        values: NDArray[np.float64] = table[column].to_numpy(float).reshape(-1, n_brands)
        return values

    loyal = wide("loyal")
    brands = np.broadcast_to(np.eye(n_brands)[None, :, 1:], (len(loyal), n_brands, n_brands - 1))
    covariates = [wide(name) for name in frame.covariates]
    own = [wide("log_price"), wide("log_price") * loyal, wide("earlier_share"), *covariates]
    return _Choices(
        columns=np.concatenate([np.stack(own, axis=2), brands], axis=2),
        chosen=wide("chosen"),
        favourite=wide("favourite"),
        loyal=loyal[:, 0] == 1,
        household=wide("cluster")[:, 0].astype(np.int64),
    )


def _probabilities(data: _Choices, theta: NDArray[np.float64]) -> NDArray[np.float64]:
    utility = data.columns @ theta
    raised = np.exp(utility - utility.max(axis=1, keepdims=True))
    chances: NDArray[np.float64] = raised / raised.sum(axis=1, keepdims=True)
    return chances


def _fit(data: _Choices) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Coefficients by Newton's method, the inverse of the information, and each purchase's score."""
    theta = np.zeros(data.columns.shape[2])
    for _ in range(50):
        chance = _probabilities(data, theta)
        scores = np.einsum("ij,ijk->ik", data.chosen - chance, data.columns)
        mean = np.einsum("ij,ijk->ik", chance, data.columns)
        information = np.einsum("ij,ijk,ijl->kl", chance, data.columns, data.columns) - mean.T @ mean
        step = np.linalg.solve(information, scores.sum(axis=0))
        theta = theta + step
        if np.abs(step).max() < 1e-9:
            break
    return theta, np.linalg.inv(information), scores


def _elasticity_gap(data: _Choices, theta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
    """Mean elasticity of the favourite, loyal less others, and each purchase's influence on the two means."""
    other = 1 - (_probabilities(data, theta) * data.favourite).sum(axis=1)
    elasticity = (theta[0] + theta[1] * data.loyal) * other
    means = [float(elasticity[side].mean()) for side in (data.loyal, ~data.loyal)]
    influence = np.where(
        data.loyal,
        (elasticity - means[0]) / data.loyal.sum(),
        -(elasticity - means[1]) / (~data.loyal).sum(),
    )
    return means[0] - means[1], influence


def _error(influence: NDArray[np.float64], household: NDArray[np.int64]) -> float:
    _, place = np.unique(household, return_inverse=True)
    by_household = np.bincount(place, weights=influence)
    n = len(by_household)
    return float(np.sqrt(n / (n - 1) * (by_household**2).sum()))
