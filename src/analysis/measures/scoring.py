"""A plain table of purchases in, one line a customer out: expected purchases, probability alive, value, with intervals."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from analysis.core.errors import FrameMistake, ParameterMistake, require_one_of
from analysis.core.failures import without_workings
from analysis.core.vocabulary import INTERVAL_LEVEL
from analysis.measures.cohort_tables import purchase_log, without_return_days
from analysis.measures.spend import spend_of
from analysis.models.fit import PURCHASE_MODELS, Array, ModelFit, ModelNotIdentified, purchase_module, require_positive

T = TypeVar("T")

DAYS_PER_WEEK = 7
HISTORY = ("frequency", "recency", "T")
FEWEST_DRAWS = 50
AT_ONCE = 20_000
"""Histories, and customers, whose drawn values are held at a time; those of a million in 200 draws would take 1.6 GB."""
WITHIN = "within__"
"""Column of the squares of a customer's occasions round their mean."""


def customer_scores(
    df: pd.DataFrame,
    *,
    customer: str = "customer_id",
    at: str = "at",
    amount: str | None = "amount",
    end_of_observation: str | None = None,
    ahead_days: float = 90,
    margin: float = 1.0,
    model: str = "MBG/NBD",
    level: float = INTERVAL_LEVEL,
    n_draws: int = 200,
    seed: int = 1,
) -> pd.DataFrame:
    """Score every customer of a purchase log by a fitted purchase model and, with amounts, the gamma-gamma model of spend.

    Intervals are of the *expectation*: they come from `n_draws` parameter sets drawn from the likelihood's curvature, so
    they say how well the models are pinned down. What one customer then does varies far more.

    Parameters
    ----------
    df : pandas.DataFrame
        One row a purchase, or a line of one: rows of one customer and day are one occasion. A return (an amount below 0)
        lowers its day; a day that it brings to nothing or less is no occasion.
    customer, at, amount : str
        Columns of the customer, the day and what was paid. Without amounts (None) there is no value.
    end_of_observation : str
        Last observed day; None is the last day of the log.
    ahead_days : float
        Days ahead for which purchases and value are expected, above 0.
    margin : float
        Share of the amount that is profit, above 0 and at most 1; 1 gives revenue.
    model : {"MBG/NBD", "BG/NBD", "Pareto/NBD"}
        The BG/NBD holds everyone who bought once alive for certain; the default (Batislam, Denizel & Filiztekin 2007)
        does not.
    level : float
        Level of the intervals.
    n_draws, seed : int
        Parameter sets drawn, 50 or more, and the seed of drawing them.

    Returns
    -------
    pandas.DataFrame
        Index customer, sorted; `frequency` (occasions after the first), `recency` and `T` (weeks), `expected_purchases`,
        `probability_alive` and, with amounts, `monetary` (mean of the occasions after the first; missing without any)
        and `expected_value` (not discounted), each with `_low` and `_high`. Where customers spend alike, each is expected to
        spend the mean; where each always pays the same, his own; where the gamma-gamma model cannot be fitted else, a
        number in between (see `measures.spend`). What a log does not tell is missing, with a warning that names the next
        step: all expectations where the purchase model cannot be fitted, the value where nobody paid for coming again.
        ``to_csv`` and ``to_excel`` export it.

    Raises
    ------
    FrameMistake
        If a column is not there or cannot be read, or nothing was bought.
    ParameterMistake
        If a parameter is out of range.
    """
    require_one_of("model", model, tuple(PURCHASE_MODELS))
    require_positive(ahead_days=ahead_days, margin=margin)
    if margin > 1 or not 0 < level < 1 or n_draws < FEWEST_DRAWS:
        raise ParameterMistake(
            f"`margin` must be at most 1, `level` between 0 and 1 and `n_draws` {FEWEST_DRAWS} or more; got {margin!r}, "
            f"{level!r} and {n_draws!r}."
        )
    log = without_return_days(purchase_log(df, customer=customer, at=at, amount=amount))
    rows = _histories(log, end_of_observation, with_amounts=amount is not None)
    module: Any = purchase_module(model)
    purchases = _if_told(lambda: _identified(getattr(module, f"fit_{PURCHASE_MODELS[model]}")(rows)))
    if purchases is None:
        return _without_scores(rows)
    ahead = ahead_days / DAYS_PER_WEEK
    history = [rows[name].to_numpy(dtype=float) for name in HISTORY]
    patterns, place = np.unique(np.column_stack(history), axis=0, return_inverse=True)
    place = place.ravel()
    by_pattern = np.argsort(place, kind="stable")

    def expected(params: Mapping[str, float], of: Array) -> Array:
        return np.asarray(module.conditional_expected_purchases(params, ahead, *of.T))

    def alive(params: Mapping[str, float], of: Array) -> Array:
        return np.asarray(module.probability_alive(params, *of.T))

    spend = _if_told(lambda: spend_of(rows, rows[WITHIN])) if amount is not None else None
    paid_in = spend.draws(n_draws, seed + 1) if spend is not None else ()
    drawn = purchases.draws(n_draws, seed)
    of_counts, of_chances, of_values = (
        np.empty((2, len(patterns))),
        np.empty((2, len(patterns))),
        np.empty((2, len(rows))),
    )
    for first in range(0, len(patterns), AT_ONCE):
        some = slice(first, first + AT_ONCE)
        counts = np.array([expected(params, patterns[some]) for params in drawn])
        of_counts[:, some] = _bounds(counts, level)
        of_chances[:, some] = _bounds(np.array([alive(params, patterns[some]) for params in drawn]), level)
        if spend is not None:
            begin, end = np.searchsorted(place[by_pattern], (first, first + AT_ONCE))
            for at_once in range(begin, end, AT_ONCE):
                who = by_pattern[at_once : min(at_once + AT_ONCE, end)]
                paid = np.array([spend.at(logs, rows.iloc[who]) for logs in paid_in])
                of_values[:, who] = _bounds(margin * paid * counts[:, place[who] - first], level)
    best, chance = expected(purchases.params, patterns), alive(purchases.params, patterns)
    scores = _with_interval(rows, "expected_purchases", best[place], *of_counts[:, place])
    scores = _with_interval(scores, "probability_alive", chance[place], *of_chances[:, place])
    if amount is None:
        return scores
    paid = spend.at(spend.centre, rows) if spend is not None else np.full(len(rows), np.nan)
    if spend is None:
        of_values.fill(np.nan)
    return _with_spend(_with_interval(scores, "expected_value", margin * paid * best[place], *of_values))


def _if_told(make: Callable[[], T]) -> T | None:
    """What `make` gives; None, with a warning without a model's workings, where the log does not tell."""
    try:
        return make()
    except ModelNotIdentified as fault:
        warnings.warn(without_workings(str(fault)), stacklevel=3)
        return None


def _identified(fit: ModelFit) -> ModelFit:
    fit.require_identified()
    return fit


def _without_scores(rows: pd.DataFrame) -> pd.DataFrame:
    """The histories alone; what is expected is missing."""
    nothing = np.full(len(rows), np.nan)
    for name in ("expected_purchases", "probability_alive", *(("expected_value",) if WITHIN in rows.columns else ())):
        rows = _with_interval(rows, name, nothing, nothing, nothing)
    return _with_spend(rows) if WITHIN in rows.columns else rows


def _with_spend(scores: pd.DataFrame) -> pd.DataFrame:
    """Without what only the fit needed: a mean spend of those who never came again, squares within customers."""
    return scores.assign(monetary=scores["monetary"].where(scores["frequency"] > 0)).drop(columns=WITHIN)


def _histories(log: pd.DataFrame, end_of_observation: str | None, *, with_amounts: bool) -> pd.DataFrame:
    """frequency, recency and T in weeks and, with amounts, monetary (0 without a repeat), one row a customer."""
    days = log.assign(at=log["at"].dt.normalize())
    end = pd.Timestamp(end_of_observation) if end_of_observation is not None else days["at"].max()
    days = days[days["at"] <= end]
    if days.empty:
        raise FrameMistake(f"No purchase lies on or before `end_of_observation`, {end:%Y-%m-%d}; give a later day.")
    occasions = days.groupby(["customer_id", "at"], as_index=False, sort=True)["amount"].sum()
    by_customer = occasions.groupby("customer_id")
    first, last = by_customer["at"].min(), by_customer["at"].max()
    rows = pd.DataFrame(
        {
            "frequency": by_customer.size() - 1,
            "recency": (last - first).dt.days / DAYS_PER_WEEK,
            "T": (end - first).dt.days / DAYS_PER_WEEK,
        }
    )
    if with_amounts:
        later = occasions[occasions["at"] > occasions["customer_id"].map(first)]
        paid = later.groupby("customer_id")["amount"]
        rows["monetary"] = paid.mean().reindex(rows.index, fill_value=0.0)
        rows[WITHIN] = (paid.var(ddof=0) * paid.size()).reindex(rows.index, fill_value=0.0)
    return rows


def _bounds(drawn: Array, level: float) -> Array:
    """Lower and upper bound of each column."""
    found: Array = np.quantile(drawn, [0.5 - level / 2, 0.5 + level / 2], axis=0)
    return found


def _with_interval(rows: pd.DataFrame, name: str, value: Array, low: Array, high: Array) -> pd.DataFrame:
    # A probability at its edge, as of whoever bought today, is the largest that any draw gives.
    return rows.assign(**{name: value, f"{name}_low": np.minimum(low, value), f"{name}_high": np.maximum(high, value)})
