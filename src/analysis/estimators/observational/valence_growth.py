"""Talk at one time, growth after: what a point less bad talk and a point more good talk go with, and talk's elasticities.

The shares of bad and good talk sum to nearly everything, so that both in one model are not identified apart; the study
behind the claim ran a model for each, and so does this one. With x the share, z what is held equal and g growth:

    g = a + b x + c'z + e,    growth for a point less bad talk = -b(bad),  for a point more good talk = b(good).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake, require_one_of
from analysis.core.results import Estimate
from analysis.core.vocabulary import INTERVAL_LEVEL, Role
from analysis.estimators.common.building import make_estimate
from analysis.estimators.common.interval import Interval, around
from analysis.frames import Frame

N_RESAMPLES = 2_000
"""Bootstrap samples behind an interval."""

FEWEST_MAKERS = 30
"""Makers (clusters) below which a bootstrap over them means little."""

ELASTICITIES = {"review_volume_elasticity": "reviews", "review_valence_elasticity": "mean_score"}
"""Registered quantity to the column of which it is the elasticity."""

ASSUMPTIONS = (
    "at equal size, number of reviews and covariates, what people say is not itself a mark of growth that comes anyway",
    "growth for each point is alike over the range of the shares",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slopes:
    """Growth in % for a point less bad talk, a point more good talk, and a point of net score; arrays over resamples."""

    fewer_bad: NDArray[np.float64]
    more_good: NDArray[np.float64]
    net: NDArray[np.float64]


def estimate_valence_slopes(
    frame: Frame, claim: Claim, *, role: str = "answer", n_resamples: int = N_RESAMPLES, seed: int = 1
) -> tuple[Estimate, ...]:
    """Growth for a point less bad talk less growth for a point more good talk, and their ratio in three units.

    Growth is 100 ln(after / before). Two least-squares regressions, on the share of bad and on the share of good talk,
    each with ln(before), ln(reviews) and the covariates; percentile intervals of a bootstrap of makers (Efron &
    Tibshirani 1993, ch. 13). A ratio whose denominator's interval holds 0 has no bounds: it is printed without.

    Parameters
    ----------
    frame : Frame
        ``valence_growth``.
    claim : Claim
    role : str
        Role of the difference and of the ratio a point: "answer" or "context".
    n_resamples : int
        Bootstrap samples.
    seed : int

    Returns
    -------
    tuple of Estimate
        Difference of slopes; ratio a point; ratio a standard deviation (context); difference and ratio with good talk
        counted as a net score (naive).

    Raises
    ------
    FrameMistake
        With fewer than 30 makers, or where a share is the same for all.

    References
    ----------
    Marsden, Samson & Upton (2005), Advocacy Drives Growth: separate slopes, good talk as a net score.
    """
    table = frame.table
    makers = _makers(frame)
    _require_makers(frame, makers)
    at = _slopes(frame, makers, None)
    drawn = _slopes(frame, makers, _weights(int(makers.max()) + 1, n_resamples, seed))
    spread = float(table["bad_share"].std() / table["good_share"].std())
    method = "regressions of growth on the share of bad and of good talk, one each; bootstrap of makers"
    n = int(makers.max()) + 1

    def made(name: str, interval: tuple[float, float | None, float | None], role: Role, words: str = "") -> Estimate:
        value, low, high = interval
        return make_estimate(
            frame,
            claim,
            name,
            value=value,
            low=low,
            high=high,
            n=n,
            smallest_group=n,
            method=method + words,
            role=role,
            assumptions=ASSUMPTIONS,
        )

    wanted = Role(role)
    gap = (float(at.fewer_bad[0] - at.more_good[0]), *_percentiles(drawn.fewer_bad - drawn.more_good))
    point = _ratio(at.fewer_bad, at.more_good, drawn.fewer_bad, drawn.more_good)
    net = _ratio(at.fewer_bad, at.net, drawn.fewer_bad, drawn.net)
    found = [made("growth_slope_difference", gap, wanted), made("growth_slope_ratio", point, wanted)]
    low, high = (None if bound is None else spread * bound for bound in point[1:])
    per_sd = (spread * point[0], low, high)
    found.append(
        made(
            "ratio_per_standard_deviation",
            per_sd,
            Role.CONTEXT,
            "; each slope times the spread of its share, taken as known",
        )
    )
    as_net = "; good talk as a net score (good less bad), of which a point is another thing"
    net_gap = (float(at.fewer_bad[0] - at.net[0]), *_percentiles(drawn.fewer_bad - drawn.net))
    found.append(made("growth_slope_difference", net_gap, Role.NAIVE, as_net))
    found.append(made("growth_slope_ratio", net, Role.NAIVE, as_net))
    return tuple(found)


def estimate_review_elasticity(
    frame: Frame, claim: Claim, *, quantity: str = "review_volume_elasticity", role: str = "answer"
) -> tuple[Estimate, ...]:
    """Elasticity of new customers with respect to the number of reviews, or to how favourable they are.

    Poisson pseudo-maximum likelihood of the new customers (Santos Silva & Tenreyro 2006) on ln(before), ln(reviews),
    ln(mean score) and the covariates, errors by maker. Products that lost customers count as having won none. Beside it
    the same on its own (naive): books that many read have many reviews.

    Parameters
    ----------
    frame : Frame
        ``valence_growth`` with ``mean_score``.
    claim : Claim
    quantity : str
        "review_volume_elasticity" or "review_valence_elasticity".
    role : str
        "answer" or "context".

    Returns
    -------
    tuple of Estimate
        The adjusted answer and the naive one.

    Raises
    ------
    FrameMistake
        With fewer than 30 makers, or without scores.
    """
    require_one_of("quantity", quantity, tuple(ELASTICITIES))
    if "mean_score" not in frame.table:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: column `mean_score` must be given for an elasticity; it is not."
        )
    makers = _makers(frame)
    _require_makers(frame, makers)
    table = frame.table
    new = (table["after"] - table["before"]).clip(lower=0)
    logs = {column: np.log(table[column]) for column in ("before", "reviews", "mean_score")}
    columns = pd.DataFrame({"intercept": 1.0, **logs}).join(table[frame.covariates])
    term = ELASTICITIES[quantity]
    n = int(makers.max()) + 1
    adjusted = _poisson(new, columns, term, makers)
    naive = _poisson(new, columns[["intercept", term]], term, makers)
    words = f"Poisson regression of new customers on ln({term.replace('_', ' ')})"
    return (
        make_estimate(
            frame,
            claim,
            quantity,
            **adjusted,
            n=n,
            smallest_group=n,
            method=f"{words}, at equal size; errors by maker",
            role=Role(role),
            assumptions=(ASSUMPTIONS[0],),
        ),
        make_estimate(frame, claim, quantity, **naive, n=n, method=f"{words} alone", role=Role.NAIVE),
    )


def held_equal(frame: Frame) -> pd.DataFrame:
    """Intercept, ln(before), ln(reviews) and the covariates, one row a product."""
    table = frame.table
    columns = {"intercept": 1.0, "log_before": np.log(table["before"]), "log_reviews": np.log(table["reviews"])}
    return pd.DataFrame(columns, index=table.index).join(table[frame.covariates])


def _slopes(frame: Frame, makers: NDArray[np.int64], weights: NDArray[np.float64] | None) -> _Slopes:
    """Slopes with every maker once (no weights), or as often as each row of `weights` says."""
    table = frame.table
    growth = 100 * np.log(table["after"] / table["before"]).to_numpy(float)
    equal = held_equal(frame).to_numpy(float)
    bad, good = table["bad_share"].to_numpy(float), table["good_share"].to_numpy(float)
    found = [_slope(growth, share, equal, makers, weights) for share in (bad, good, good - bad)]
    return _Slopes(fewer_bad=-found[0], more_good=found[1], net=found[2])


def _slope(
    growth: NDArray[np.float64],
    share: NDArray[np.float64],
    equal: NDArray[np.float64],
    makers: NDArray[np.int64],
    weights: NDArray[np.float64] | None,
) -> NDArray[np.float64]:
    """Coefficient of `share`: cross products are summed by maker once, so that a resample is a small linear system."""
    design = np.column_stack([share, equal])
    design[:, 2:] -= design[:, 2:].mean(axis=0)  # same coefficient, better conditioned
    together = np.column_stack([design, growth])
    products = together[:, :, None] * together[:, None, :]
    by_maker = np.zeros((int(makers.max()) + 1, *products.shape[1:]))
    np.add.at(by_maker, makers, products)
    if weights is None:
        weights = np.ones((1, len(by_maker)))
    summed = np.tensordot(weights, by_maker, axes=1)
    return np.linalg.solve(summed[:, :-1, :-1], summed[:, :-1, -1:])[:, 0, 0]  # type: ignore[no-any-return]


def _weights(n_makers: int, n_resamples: int, seed: int) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    return rng.multinomial(n_makers, np.full(n_makers, 1 / n_makers), size=n_resamples).astype(float)


def _ratio(
    over: NDArray[np.float64],
    under: NDArray[np.float64],
    drawn_over: NDArray[np.float64],
    drawn_under: NDArray[np.float64],
) -> tuple[float, float | None, float | None]:
    """Ratio and its bounds; none where the denominator may be 0 or the ratio's interval reaches to 0 or below."""
    value = float(over[0] / under[0])
    if _percentiles(drawn_under)[0] <= 0 or _percentiles(drawn_over)[0] <= 0:
        return value, None, None
    low, high = _percentiles(drawn_over / drawn_under)
    return value, low, high


def _percentiles(draws: NDArray[np.float64]) -> tuple[float, float]:
    tail = (1 - INTERVAL_LEVEL) / 2
    low, high = np.quantile(draws, [tail, 1 - tail])
    return float(low), float(high)


def _poisson(new: pd.Series, columns: pd.DataFrame, term: str, makers: NDArray[np.int64]) -> Interval:
    import statsmodels.api as sm

    fit = sm.GLM(new, columns, family=sm.families.Poisson()).fit(cov_type="cluster", cov_kwds={"groups": makers})
    return around(float(fit.params[term]), float(fit.bse[term]))


def _makers(frame: Frame) -> NDArray[np.int64]:
    """Number of each product's maker, from 0; every product its own where no maker is named."""
    column = "cluster" if "cluster" in frame.table else "unit_id"
    found: NDArray[np.int64] = np.unique(frame.table[column], return_inverse=True)[1]
    return found


def _require_makers(frame: Frame, makers: NDArray[np.int64]) -> None:
    n = int(makers.max()) + 1
    if n < FEWEST_MAKERS:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: at least {FEWEST_MAKERS} makers are needed; got {n}. "
            "Give more products."
        )
    for column in ("bad_share", "good_share"):
        if math.isclose(float(frame.table[column].std()), 0.0, abs_tol=1e-12):
            raise FrameMistake(
                f"Frame '{frame.name}' from {frame.context.source}: `{column}` must differ between products; it is the same "
                "for all of them."
            )
