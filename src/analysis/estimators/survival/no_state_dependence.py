"""Populations in which nobody changes, and the chance of a next purchase that they show by purchase number.

Everyone buys at a rate of his own and leaves after a purchase with a chance of his own; both stay as they are. What the
n-th purchase tells about the chance of another is then sorting alone, and follows in closed form:

MBG/NBD and BG/NBD, time continuous, rate ~ gamma(r, alpha), chance of leaving ~ beta(a, b). The (n-1)-th purchase after
the first falls before tau with probability E[I_{tau/(alpha+tau)}(n-1, r)], I the regularised incomplete beta function;
given rate l, the next one falls within h with probability 1 - exp(-l h), which tilts alpha to alpha + h. Staying through
k chances to leave has probability B(a, b + k) / B(a, b).

BG/BB, occasions 0 to N, buying ~ beta(alpha, beta), leaving before each occasion ~ beta(gamma, delta). The n-th use
falls on occasion t >= n - 1 with probability C(t-1, n-2) E[p^(n-1) q^(t-n+1)] E[(1-theta)^t] (n = 1: on occasion 0), and the
next occasion is used with one more p and one more (1 - theta).

Models: Fader, Hardie & Lee (2005) Marketing Science 24(2); Batislam, Denizel & Filiztekin (2007) IJRM 24(3) for the
MBG/NBD; Fader, Hardie & Shang (2010) Marketing Science 29(6). The closed forms for trials are derived here; a test holds
them against simulated populations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.models import fit_bg_bb, fit_bg_nbd, fit_mbg_nbd
from analysis.models.fit import ModelFit


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Trials and successes by purchase number 1, 2, ...; expected numbers need not be whole.

    Attributes
    ----------
    trials, successes : numpy.ndarray
        Purchases with a whole horizon to watch; of these, followed by another within it.
    """

    trials: NDArray[np.float64]
    successes: NDArray[np.float64]

    def slope(self) -> float:
        """Least-squares slope of success on purchase number over single trials, percentage points a purchase.

        Examples
        --------
        >>> Counts(trials=np.array([10.0, 10.0]), successes=np.array([2.0, 5.0])).slope()
        30.0
        """
        number = np.arange(1, len(self.trials) + 1)
        centred = number - np.average(number, weights=self.trials)
        return 100 * float((centred * self.successes).sum() / (centred**2 * self.trials).sum())


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """A yardstick.

    Attributes
    ----------
    title : str
        Name of the model, as in the literature.
    regular : bool
        True if purchases fall on regular occasions.
    fit : callable
        Distinct histories (and where to begin) to a ModelFit.
    expect : callable
        Parameters, lengths of observation, customers with each, horizon and highest number to expected Counts; times in
        the unit of the histories.
    """

    title: str
    regular: bool
    fit: Callable[..., ModelFit]
    expect: Callable[[Mapping[str, float], NDArray[np.float64], NDArray[np.float64], float, int], Counts]


def expect_continuous(
    params: Mapping[str, float],
    observed: NDArray[np.float64],
    n_customers: NDArray[np.float64],
    horizon: float,
    top: int,
    *,
    first_can_be_last: bool,
) -> Counts:
    """Expected trials and successes in a BG/NBD (or, if the first purchase can be the last, MBG/NBD) population.

    Examples
    --------
    Everybody is watched for ten weeks, and nobody ever leaves (a tiny): of n = 1 all are trials, and 1 - (alpha / (alpha
    + h))^r = one half succeed.

    >>> params = {"r": 1.0, "alpha": 5.0, "a": 1e-9, "b": 1.0}
    >>> found = expect_continuous(params, np.array([10.0]), np.array([8.0]), 5.0, 1, first_can_be_last=True)
    >>> [float(x.round(6)[0]) for x in (found.trials, found.successes)]
    [8.0, 4.0]
    """
    from scipy.special import betainc

    r, alpha = params["r"], params["alpha"]
    long_enough = observed >= horizon
    room, weight = (observed - horizon)[long_enough], n_customers[long_enough]
    tilt = (alpha / (alpha + horizon)) ** r
    trials, successes = [], []
    for number in range(1, top + 1):
        repeats = number - 1
        reached = betainc(repeats, r, room / (alpha + room)) if repeats else np.ones_like(room)
        tilted = betainc(repeats, r, room / (alpha + horizon + room)) if repeats else np.ones_like(room)
        chances = repeats if first_can_be_last else max(repeats - 1, 0)
        further = chances + 1 if first_can_be_last or repeats else 0
        trials.append(_stays(params["a"], params["b"], chances) * float(weight @ reached))
        successes.append(_stays(params["a"], params["b"], further) * float(weight @ (reached - tilt * tilted)))
    return Counts(trials=np.array(trials), successes=np.array(successes))


def expect_regular(
    params: Mapping[str, float],
    observed: NDArray[np.float64],
    n_customers: NDArray[np.float64],
    horizon: float,
    top: int,
) -> Counts:
    """Expected trials and successes in a BG/BB population; `horizon` is one occasion.

    Examples
    --------
    One occasion after the first, nobody leaves, half use it on average:

    >>> params = {"alpha": 1.0, "beta": 1.0, "gamma": 1e-9, "delta": 1.0}
    >>> found = expect_regular(params, np.array([1.0]), np.array([8.0]), 1.0, 1)
    >>> [float(x.round(6)[0]) for x in (found.trials, found.successes)]
    [8.0, 4.0]
    """
    from scipy.special import betaln, comb

    alpha, beta, gamma, delta = (params[name] for name in ("alpha", "beta", "gamma", "delta"))
    trials, successes = np.zeros(top), np.zeros(top)
    for length, weight in zip(observed, n_customers, strict=True):
        for number in range(1, top + 1):
            # occasions on which this use can fall so that one more is watched
            t = np.arange(number - 1, int(length)) if number > 1 else np.arange(min(1, int(length)))
            ways = comb(t - 1, number - 2) if number > 1 else np.ones(len(t))
            missed = t - number + 1
            buys = np.exp(betaln(alpha + number - 1, beta + missed) - betaln(alpha, beta))
            buys_again = np.exp(betaln(alpha + number, beta + missed) - betaln(alpha, beta))
            trials[number - 1] += weight * float((ways * buys * _stays(gamma, delta, t)).sum())
            successes[number - 1] += weight * float((ways * buys_again * _stays(gamma, delta, t + 1)).sum())
    return Counts(trials=trials, successes=successes)


def _stays(a: float, b: float, chances: ArrayLike) -> NDArray[np.float64]:
    """Probability of staying through this many chances to leave, B(a, b + k) / B(a, b)."""
    from scipy.special import betaln

    return np.asarray(np.exp(betaln(a, b + np.asarray(chances)) - betaln(a, b)))


POPULATIONS: Mapping[str, Population] = {
    "mbg_nbd": Population(
        title="MBG/NBD", regular=False, fit=fit_mbg_nbd, expect=partial(expect_continuous, first_can_be_last=True)
    ),
    "bg_nbd": Population(
        title="BG/NBD", regular=False, fit=fit_bg_nbd, expect=partial(expect_continuous, first_can_be_last=False)
    ),
    "bg_bb": Population(title="BG/BB", regular=True, fit=fit_bg_bb, expect=expect_regular),
}
