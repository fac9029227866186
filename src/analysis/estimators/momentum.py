"""Does a purchase make the next one likelier, or do keen customers just make more of them?

The chance of a next purchase rises with the number of purchases made in any mixed population, because the lukewarm drop
out of the later counts. The yardstick is a population in which nobody changes: everyone has his own purchase rate and
his own chance of leaving after a purchase, the same after each. Fitted to the same customers, it says how steep sorting
alone makes the slope; what is observed beyond that is momentum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.claim import Claim
from analysis.errors import FrameMistake, ParameterMistake, require_one_of
from analysis.estimators._no_momentum import POPULATIONS, Counts, Population
from analysis.estimators.building import make_estimate
from analysis.frames import Frame
from analysis.models.fit import ModelNotIdentified
from analysis.results import Estimate
from analysis.vocabulary import DAYS_PER_YEAR, INTERVAL_LEVEL, Role

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

QUANTITY = "momentum_slope"
FEWEST_TRIALS = 30
"""Purchase numbers with fewer trials are left out at the upper end: their shares are noise."""


def estimate_momentum(
    frame: Frame,
    claim: Claim,
    *,
    horizon_days: float = 91.0,
    max_number: int = 10,
    population: str = "mbg_nbd",
    rival_population: str | None = None,
    n_boot: int = 40,
    seed: int = 1,
    naive_only: bool = False,
) -> tuple[Estimate, ...]:
    """Slope of the chance of a next purchase in the number of purchases made, beyond what sorting produces.

    Linear slope by least squares over single trials: purchase n is a trial, a success if the next one comes within the
    horizon; only trials with a whole horizon left to watch count. The same slope follows in closed form from the fitted
    population (`_no_momentum`), with the customers' own lengths of observation. The estimate is the difference; its
    standard error comes from resampling customers and refitting the population each time.

    Parameters
    ----------
    frame : Frame
        ``repeat_trials`` with every purchase of each customer from the first on.
    claim : Claim
        Registers ``momentum_slope`` in percentage points.
    horizon_days : float
        Within which the next purchase has to come, above 0. With the population "bg_bb" it is one occasion, a year.
    max_number : int
        Highest purchase number looked at, 2 or more; lower if fewer than 30 trials reach it.
    population : str
        The yardstick: "mbg_nbd" (may leave after any purchase, the first included), "bg_nbd" (may leave after repeat
        purchases only, so that its second chance is lower than its first by construction), or "bg_bb" for purchases
        on yearly occasions.
    rival_population : str
        A second yardstick, whose difference is given as context; None for none.
    n_boot : int
        Resamples of customers, 20 or more.
    seed : int
        Of the resampling.
    naive_only : bool
        Only the raw slope, for data that cannot tell sorting from momentum.

    Returns
    -------
    tuple of Estimate
        Beyond sorting (answer), sorting alone (context), the rival yardstick (context), the raw slope (naive).

    Raises
    ------
    FrameMistake
        If a customer's first purchase is missing, or fewer than 30 trials reach the second purchase.
    ModelNotIdentified
        If the population cannot be fitted to these customers, or to more than one resample in twenty.
    """
    require_one_of("population", population, tuple(POPULATIONS))
    if max_number < 2 or n_boot < 20 or not horizon_days > 0:
        raise ParameterMistake(
            "`max_number` must be 2 or more, `n_boot` 20 or more and `horizon_days` above 0; "
            f"got {max_number!r}, {n_boot!r} and {horizon_days!r}."
        )
    trials = _Trials.of(frame, horizon_days, max_number, regular=POPULATIONS[population].regular)
    n = trials.n_customers
    samples = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=n_boot).astype(float)
    observed = trials.observed_slope(np.ones(n))
    observed_draws = np.array([trials.observed_slope(sample) for sample in samples])

    def made(value: float, draws: NDArray[np.float64], method: str, role: Role, *assumptions: str) -> Estimate:
        numbers = {"value": value, **_interval(value, draws)}
        method = f"{method} ({trials.in_words})"
        return make_estimate(frame, claim, QUANTITY, **numbers, n=n, method=method, role=role, assumptions=assumptions)

    naive = made(observed, observed_draws, "raw slope, keen and lukewarm customers mixed", Role.NAIVE)
    if naive_only:
        return (naive,)
    found: list[Estimate] = []
    for name, role in ((population, Role.ANSWER), (rival_population, Role.CONTEXT)):
        if name is None:
            continue
        require_one_of("rival_population", name, tuple(POPULATIONS))
        title = POPULATIONS[name].title
        sorting, sorting_draws = _sorting_slopes(POPULATIONS[name], trials, samples)
        method = f"raw slope less that of a {title} population in which nobody changes"
        shape = f"customers' rates and chances of leaving are spread as the {title} model has it"
        season = "no season or campaign moves the chance to buy with the number of purchases"
        found.append(made(observed - sorting, observed_draws - sorting_draws, method, role, shape, season))
        if role is Role.ANSWER:
            found.append(
                made(sorting, sorting_draws, f"slope that sorting alone makes, {title} population", Role.CONTEXT)
            )
    return (*found, naive)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trials:
    """What the frame says, arranged so that resampling customers is a matter of weights."""

    n_customers: int
    customer: NDArray[np.int64]  # position of the trial's customer
    number: NDArray[np.int64]
    success: NDArray[np.float64]
    observed_time: NDArray[np.float64]  # by customer, in the unit of the histories
    histories: pd.DataFrame  # distinct, as the models take them
    history_of: NDArray[np.int64]  # by customer, row of `histories`
    horizon: float
    top: int
    in_words: str

    @classmethod
    def of(cls, frame: Frame, horizon_days: float, max_number: int, *, regular: bool) -> _Trials:
        unit = DAYS_PER_YEAR if regular else 1.0
        horizon = DAYS_PER_YEAR if regular else horizon_days
        table = frame.table.sort_values(["customer_id", "purchase_number"], ignore_index=True)
        customer = np.unique(table["customer_id"].to_numpy(), return_inverse=True)[1]
        n = int(customer.max()) + 1
        first = table.drop_duplicates("customer_id")
        if not (first["purchase_number"] == 1).all():
            raise FrameMistake(
                f"Frame '{frame.name}' from {frame.context.source}: every customer must have a row for purchase 1; customer "
                f"{first.loc[first['purchase_number'] != 1, 'customer_id'].iloc[0]} has none. Give histories from the start."
            )
        slack = 1e-6  # whole occasions, kept as days, do not divide without a remainder
        watched = (table["followed_days"] >= horizon - slack).to_numpy()
        counts = table.loc[watched, "purchase_number"].value_counts()
        top = max((k for k in range(1, max_number + 1) if counts.get(k, 0) >= FEWEST_TRIALS), default=0)
        if top < 2:
            raise FrameMistake(
                f"Frame '{frame.name}' from {frame.context.source}: at least {FEWEST_TRIALS} second purchases must have "
                f"{horizon:g} days left to watch; {counts.get(2, 0)} have. Take a shorter horizon or a longer history."
            )
        watched &= (table["purchase_number"] <= top).to_numpy()
        histories, history_of = _histories(table, unit, regular=regular)
        within = "the next occasion" if regular else f"{horizon:g} days"
        return cls(
            n_customers=n,
            customer=customer[watched],
            number=table.loc[watched, "purchase_number"].to_numpy(),
            success=(table.loc[watched, "gap_days"] <= horizon + slack).to_numpy(float),
            observed_time=first["followed_days"].to_numpy(float) / unit,
            histories=histories,
            history_of=history_of,
            horizon=horizon / unit,
            top=top,
            in_words=f"purchases 1 to {top}, next one within {within}",
        )

    def observed_slope(self, weights: NDArray[np.float64]) -> float:
        """Slope with customers counted `weights` times."""
        each = weights[self.customer]
        trials = np.bincount(self.number, weights=each, minlength=self.top + 1)[1:].astype(float)
        successes = np.bincount(self.number, weights=each * self.success, minlength=self.top + 1)[1:].astype(float)
        return Counts(trials=trials, successes=successes).slope()

    def counted_histories(self, weights: NDArray[np.float64]) -> pd.DataFrame:
        """Distinct histories with customers counted `weights` times."""
        counts = np.bincount(self.history_of, weights=weights, minlength=len(self.histories)).astype(int)
        return self.histories.assign(n_customers=counts)[counts > 0]

    def sorting_slope(self, population: Population, params: dict[str, float], weights: NDArray[np.float64]) -> float:
        """Slope that a population with `params` shows, watched as long as these customers."""
        times, place = np.unique(np.round(self.observed_time, 6), return_inverse=True)
        counts = np.bincount(place, weights=weights).astype(float)
        return population.expect(params, times, counts, self.horizon, self.top).slope()


def _sorting_slopes(
    population: Population, trials: _Trials, samples: NDArray[np.float64]
) -> tuple[float, NDArray[np.float64]]:
    """Slope of the population fitted to all customers, and to each resample (nan where it cannot be fitted)."""
    everyone = np.ones(trials.n_customers)
    fitted = population.fit(trials.counted_histories(everyone)).params
    draws = np.full(len(samples), np.nan)
    for k, sample in enumerate(samples):
        try:
            params = population.fit(trials.counted_histories(sample), start=fitted).params
        except ModelNotIdentified:
            continue
        draws[k] = trials.sorting_slope(population, params, sample)
    failed = int(np.isnan(draws).sum())
    if failed > 0.05 * len(samples):
        raise ModelNotIdentified(
            f"{population.title}: {failed} of {len(samples)} resamples of {trials.n_customers} customers could not be fitted; "
            "the customers are too few or too uniform to tell sorting from momentum."
        )
    return trials.sorting_slope(population, fitted, everyone), draws


def _histories(table: pd.DataFrame, unit: float, *, regular: bool) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Distinct (frequency, recency, length) in units, and each customer's row among them."""
    import pandas as pd

    by = table.groupby("customer_id", sort=True)
    length = by["followed_days"].max()
    rows = pd.DataFrame(
        {
            "frequency": by["purchase_number"].max() - 1,
            "recency": (length - by["followed_days"].min()) / unit,
            "n_opportunities" if regular else "T": length / unit,
        }
    )
    rows = rows.round(0).astype(int) if regular else rows.round(6)
    distinct = rows.drop_duplicates().sort_values(list(rows.columns), ignore_index=True)
    places = pd.Series(range(len(distinct)), index=pd.MultiIndex.from_frame(distinct))
    return distinct, places.loc[pd.MultiIndex.from_frame(rows)].to_numpy()


def _interval(value: float, draws: NDArray[np.float64]) -> dict[str, float]:
    """Bounds from the standard deviation of the draws; Student's t, because few draws know it only roughly."""
    from scipy.stats import t

    n = int(np.isfinite(draws).sum())
    half = float(t.ppf(0.5 + INTERVAL_LEVEL / 2, n - 1)) * float(np.nanstd(draws, ddof=1))
    return {"low": value - half, "high": value + half}
