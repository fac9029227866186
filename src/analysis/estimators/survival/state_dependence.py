"""Does a purchase make the next one likelier, or do keen customers just make more of them?

The chance of a next purchase rises with the number of purchases made in any mixed population, because the lukewarm drop
out of the later counts. Three numbers tell how much of the rise is that:

- *Within the customer* (the answer). A customer with x waits between purchases has them in an order. If nobody changes,
  every order is equally likely, whatever his rate, however regular he is and whenever he left: given their number and
  their sum, the waits are exchangeable. So the slope, within the customer, of "the wait was short" on the purchase's number
  has expectation 0 without momentum, with no model of how customers differ. It tells whether the pace picks up; whether the
  chance of *staying* rises no log of purchases can tell from sorting, because a customer leaves once.
- *Sorting alone* (context): the raw slope that a fitted population shows in which everyone has his own rate and chance of
  leaving and nobody changes (`_no_momentum`).
- *The raw slope less that* (context). It looks like the answer and is a poor one: the fitted spread of customers takes up
  most of a real momentum, and purchases that are merely regular leave a remainder. Tests show both.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake, ParameterMistake, require_one_of
from analysis.core.results import Estimate
from analysis.core.vocabulary import DAYS_PER_YEAR, INTERVAL_LEVEL, Role
from analysis.estimators.common.building import make_estimate
from analysis.estimators.survival.no_state_dependence import POPULATIONS, Counts, Population
from analysis.frames import Frame
from analysis.models.fit import ModelNotIdentified
from analysis.models.once import fit_once

QUANTITY = "momentum_slope"
FEWEST = 30
"""Trials of the second purchase, and customers with two waits, that it takes to say anything."""

SLACK = 1e-6
"""Days; whole occasions, kept as days, do not divide without a remainder."""

ONLY_THE_PACE = (
    "it tells whether a customer's waits get shorter, not whether fewer leave: whoever leaves does so once, and a falling "
    "chance to leave may be sorting alone"
)


def estimate_state_dependence(
    frame: Frame,
    claim: Claim,
    *,
    horizon_days: float = 91.0,
    max_number: int = 10,
    population: str | None = "mbg_nbd",
    n_boot: int = 20,
    seed: int = 1,
    naive_only: bool = False,
) -> tuple[Estimate, ...]:
    """Slope of the chance of a next purchase in the number of purchases made, within the customer.

    Answer: regression, within customer, of 1 (the wait after purchase n was within the horizon) on n, over the completed
    waits after the first `max_number` purchases of customers who have two of them or more; errors clustered by customer.
    Raw and sorting slopes: least squares over single trials, purchase n being a success if the next came within the
    horizon, of all trials with a whole horizon left to watch; their standard errors come from resampling customers,
    refitting the population each time.

    Parameters
    ----------
    frame : Frame
        ``repeat_trials`` with every purchase of each customer from the first on.
    claim : Claim
        Registers ``momentum_slope`` in percentage points.
    horizon_days : float
        Within which the next purchase has to come, above 0. With the population "bg_bb" it is one occasion, a year.
    max_number : int
        Highest purchase number looked at, 2 or more; for the raw slope lower if fewer than 30 trials reach it.
    population : str
        The one in which nobody changes, for context: "mbg_nbd" (may leave after any purchase, the first included),
        "bg_nbd" (may leave after repeat purchases only, so that its second chance is below its first by construction),
        "bg_bb" for purchases on yearly occasions; None leaves it out, occasions being days.
    n_boot : int
        Resamples of customers for raw and sorting slopes, 10 or more.
    seed : int
        Of the resampling.
    naive_only : bool
        Only the raw slope, for data that cannot tell sorting from momentum.

    Returns
    -------
    tuple of Estimate
        Within the customer (answer, indirect in that it tells the pace), raw slope less sorting (context), sorting alone
        (context), the raw slope (naive).

    Raises
    ------
    FrameMistake
        If a customer's first purchase is missing, fewer than 30 trials reach the second purchase, or fewer than 30
        customers have two completed waits.

    Notes
    -----
    Where the population cannot be fitted to these customers, or to more than one resample in twenty, the two numbers that need
    it are missing, and the raw slope's method says why.
    """
    if population is not None:
        require_one_of("population", population, tuple(POPULATIONS))
    if max_number < 2 or n_boot < 10 or not horizon_days > 0:
        raise ParameterMistake(
            "`max_number` must be 2 or more, `n_boot` 10 or more and `horizon_days` above 0; "
            f"got {max_number!r}, {n_boot!r} and {horizon_days!r}."
        )
    regular = population is not None and POPULATIONS[population].regular
    trials = _Trials.of(frame, horizon_days, max_number, regular=regular)
    n = trials.n_customers
    samples = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=n_boot).astype(float)
    observed = trials.observed_slope(np.ones(n))
    observed_draws = np.array([trials.observed_slope(sample) for sample in samples])

    def made(value: float, draws: NDArray[np.float64], method: str, role: Role, *assumptions: str) -> Estimate:
        ends = _interval(value, draws)
        method = f"{method} ({trials.in_words})"
        return make_estimate(
            frame,
            claim,
            QUANTITY,
            value=value,
            low=ends["low"],
            high=ends["high"],
            n=n,
            method=method,
            role=role,
            assumptions=assumptions,
        )

    naive = made(observed, observed_draws, "raw slope, keen and lukewarm customers mixed", Role.NAIVE)
    if naive_only:
        return (naive,)
    answer = _within(frame, claim, trials.horizon_in_days, max_number)
    if population is None:
        return answer, naive
    title = POPULATIONS[population].title
    try:
        sorting, draws = _sorting_slopes(POPULATIONS[population], trials, samples)
    except ModelNotIdentified as fault:
        # What sorting alone would show stands beside the answer; the answer does not rest on it.
        return answer, replace(naive, method=f"{naive.method}; what sorting alone makes of it is not shown: {fault}")
    shape = f"customers' rates and chances of leaving are spread as the {title} model has it"
    less = f"raw slope less that of a {title} population in which nobody changes"
    return (
        answer,
        made(observed - sorting, observed_draws - draws, less, Role.CONTEXT, shape),
        made(sorting, draws, f"slope that sorting alone makes, {title} population", Role.CONTEXT),
        naive,
    )


def _within(frame: Frame, claim: Claim, horizon: float, max_number: int) -> Estimate:
    """Slope within the customer over completed waits, clustered by customer."""
    from scipy.stats import t

    table = frame.table
    waits = table[table["gap_days"].notna() & (table["purchase_number"] <= max_number)]
    by_customer = waits.groupby("customer_id")["purchase_number"]
    waits = waits[by_customer.transform("size") >= 2]
    n = waits["customer_id"].nunique()
    if n < FEWEST:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: at least {FEWEST} customers must have two completed waits "
            f"between purchases to compare a customer with itself; {n} have. Give a longer history."
        )
    short = (waits["gap_days"] <= horizon + SLACK).astype(float)
    x = waits["purchase_number"] - waits.groupby("customer_id")["purchase_number"].transform("mean")
    y = short - short.groupby(waits["customer_id"]).transform("mean")
    slope = float(x @ y / (x @ x))
    scores = (x * (y - slope * x)).groupby(waits["customer_id"]).sum()
    error = float(np.sqrt(n / (n - 1) * (scores @ scores))) / float(x @ x)
    half = float(t.ppf(0.5 + INTERVAL_LEVEL / 2, n - 1)) * error
    estimate = make_estimate(
        frame,
        claim,
        QUANTITY,
        value=100 * slope,
        low=100 * (slope - half),
        high=100 * (slope + half),
        n=n,
        method=f"slope within the customer of 'the next one came within {horizon:g} days' on the number of purchases, waits "
        f"after purchases 1 to {max_number}, clustered by customer",
        assumptions=("no season, campaign or change of the range speeds everybody up or slows everybody down",),
    )
    indirect = "; ".join(why for why in (frame.context.indirect, ONLY_THE_PACE) if why)
    return replace(estimate, indirect=indirect)


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
    horizon_in_days: float
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
        watched = (table["followed_days"] >= horizon - SLACK).to_numpy()
        counts = table.loc[watched, "purchase_number"].value_counts()
        top = max((k for k in range(1, max_number + 1) if counts.get(k, 0) >= FEWEST), default=0)
        if top < 2:
            raise FrameMistake(
                f"Frame '{frame.name}' from {frame.context.source}: at least {FEWEST} second purchases must have "
                f"{horizon:g} days left to watch; {counts.get(2, 0)} have. Take a shorter horizon or a longer history."
            )
        watched &= (table["purchase_number"] <= top).to_numpy()
        histories, history_of = _histories(table, unit, regular=regular)
        within = "the next occasion" if regular else f"{horizon:g} days"
        return cls(
            n_customers=n,
            customer=customer[watched],
            number=table.loc[watched, "purchase_number"].to_numpy(),
            success=(table.loc[watched, "gap_days"] <= horizon + SLACK).to_numpy(float),
            observed_time=first["followed_days"].to_numpy(float) / unit,
            histories=histories,
            history_of=history_of,
            horizon=horizon / unit,
            horizon_in_days=horizon,
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
    fitted = fit_once(population.fit, trials.counted_histories(everyone)).params
    draws = np.full(len(samples), np.nan)
    for k, sample in enumerate(samples):
        try:
            params = fit_once(population.fit, trials.counted_histories(sample), start=fitted).params
        except ModelNotIdentified:
            continue
        draws[k] = trials.sorting_slope(population, params, sample)
    failed = int(np.isnan(draws).sum())
    if failed > 0.05 * len(samples):
        raise ModelNotIdentified(
            f"{population.title}: {failed} of {len(samples)} resamples of {trials.n_customers} customers could not be fitted; "
            "the customers are too few or too uniform to tell sorting from state dependence."
        )
    return trials.sorting_slope(population, fitted, everyone), draws


def _histories(table: pd.DataFrame, unit: float, *, regular: bool) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Distinct (frequency, recency, length) in units, and each customer's row among them."""
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
