"""Customer lifetime value by the articles' formula, beside the model-based value that it approximates and what happened.

The formula, average sale x number of transactions x retention period x margin, lets everyone go on buying at the average
pace until the period is over. The model lets customers differ in pace and drop out. Where the log is long enough, the
last part is held out, and both forecasts meet what these customers really spent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from scipy.stats import norm

from analysis.core.errors import ParameterMistake
from analysis.core.failures import reason_of_failure
from analysis.core.vocabulary import DAYS_PER_YEAR, INTERVAL_LEVEL
from analysis.measures.periods import end_of, require_log
from analysis.measures.spend import Spend, spend_of
from analysis.models.bg_nbd import fit_bg_nbd
from analysis.models.customer_value import Terms, discounted_expected_purchases
from analysis.models.fit import ModelFit, ModelNotIdentified
from analysis.models.holdout import split_calibration_holdout
from analysis.models.once import fit_once

NO_DISCOUNT = 1e-9
"""Discount rate that is as good as none; the model's terms want one above 0."""

STEP = 1e-3
"""Step of the central differences, in the logarithm of a parameter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LifetimeValue:
    """Customer lifetime value by the formula, with its four factors.

    Attributes
    ----------
    average_sale : float
        Mean amount of a purchase occasion, in the currency of the data.
    transactions_per_year : float
        Purchase occasions of a customer in a year.
    retention_years : float
        How long a customer is taken to stay.
    margin : float
        Share of the amount that is profit, in (0, 1]; 1 gives revenue.
    value : float
        Their product, per customer, not discounted.
    """

    average_sale: float
    transactions_per_year: float
    retention_years: float
    margin: float
    value: float


def customer_lifetime_value(
    *, average_sale: float, transactions_per_year: float, retention_years: float, margin: float
) -> LifetimeValue:
    """Multiply average sale, number of transactions, retention period and margin.

    Raises
    ------
    ParameterMistake
        If a factor is negative or the margin is above 1.

    Examples
    --------
    >>> customer_lifetime_value(average_sale=50, transactions_per_year=4, retention_years=3, margin=0.25).value
    150.0
    """
    factors = {
        "average_sale": average_sale,
        "transactions_per_year": transactions_per_year,
        "retention_years": retention_years,
        "margin": margin,
    }
    for name, factor in factors.items():
        if not factor >= 0:
            raise ParameterMistake(f"`{name}` must be 0 or more; got {factor!r}.")
    if margin > 1:
        raise ParameterMistake(f"`margin` is a share of the amount, at most 1; got {margin!r}. Write 30 % as 0.3.")
    value = average_sale * transactions_per_year * retention_years * margin
    return LifetimeValue(**factors, value=float(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A mean amount per customer with its interval; `basis` says what the interval covers."""

    mean: float
    low: float
    high: float
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueComparison:
    """Formula and model over the same time ahead, for the same customers.

    Attributes
    ----------
    label : str
        The time ahead, in words.
    years : float
        Its length.
    formula, formula_repeat : LifetimeValue
        With all transactions of the past, and with repeat transactions only: the first purchase of a customer comes
        once, and counting it makes the pace of the past look faster than it can be again.
    model : Amount
        None where the log cannot carry the model.
    actual : Amount
        What the customers really spent in that time; None where it was not observed.
    discount_rate : float
        A year, in the model's value; 0 for none. The formula knows none.
    """

    label: str
    years: float
    formula: LifetimeValue
    formula_repeat: LifetimeValue
    model: Amount | None
    actual: Amount | None
    discount_rate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueStudy:
    """Formula against model on one purchase log.

    Attributes
    ----------
    comparisons : tuple of ValueComparison
        The stored-back time first, then the horizons asked for.
    n_customers : int
        Customers with a purchase up to the split, all of whom are valued.
    n_left_out : int
        Of these, left out: repeat purchases that brought nothing, which the spend model cannot hold.
    split, end : str
        Last day that formula and model may look at; last day of the holdout.
    purchase_model, spend_model : str
        Of what the model's value is made, in words.
    no_model : str
        Why there is no value by the model, in plain words; empty where there is one.
    """

    comparisons: tuple[ValueComparison, ...]
    n_customers: int
    n_left_out: int
    split: str
    end: str
    purchase_model: str
    spend_model: str
    no_model: str = ""


def formula_against_model(
    purchases: pd.DataFrame,
    *,
    holdout_months: int,
    horizons_years: tuple[float, ...],
    margin: float,
    discount_rate: float,
    end_of_observation: str | None = None,
    level: float = INTERVAL_LEVEL,
) -> ValueStudy:
    """Value the customers at a split day by the formula and by BG/NBD with gamma-gamma, and look what they then spent.

    Both see the log up to the split. The formula takes average sale and transactions per customer and year from it, and
    the time ahead as the retention period. The first comparison is in revenue, not discounted, over the holdout;
    the others are in margin, the model's discounted.

    Parameters
    ----------
    purchases : pandas.DataFrame
        customer_id, at (datetime), amount, from each customer's first purchase on.
    holdout_months : int
        Calendar months held out at the end.
    horizons_years : tuple of float
        Further times ahead to value, years.
    margin : float
        Share of the amount, in (0, 1].
    discount_rate : float
        A year, above 0.

    Where the log does not pin the models' parameters, formula and what was spent stand alone, and the study says why.

    Raises
    ------
    FrameMistake
        If nobody bought before the split.
    """
    require_log(purchases)
    if holdout_months < 1:
        raise ParameterMistake(f"`holdout_months` must be 1 or more; got {holdout_months!r}.")
    end = end_of(purchases, end_of_observation)
    split = end - pd.DateOffset(months=holdout_months)
    known = split_calibration_holdout(purchases, str(split.date()), str(end.date()))
    spendless = (known["frequency"] > 0) & (known["monetary"] <= 0)
    base = known[~spendless]
    past = _daily(purchases[purchases["customer_id"].isin(base.index) & (purchases["at"].dt.normalize() <= split)])
    revenue = Terms(margin=1.0, discount_rate=NO_DISCOUNT, horizon_years=(end - split).days / DAYS_PER_YEAR)
    profits = [Terms(margin=margin, discount_rate=discount_rate, horizon_years=years) for years in horizons_years]
    labels = [f"the {holdout_months} months kept back, revenue"]
    labels += [f"the next {years:g} year{'s' if years != 1 else ''}, margin" for years in horizons_years]
    spent = _spent_after(purchases, base, split, end, level)
    modelled, bought_by, paid_by, no_model = _by_model(base, past, [revenue, *profits], level)
    return ValueStudy(
        comparisons=tuple(
            ValueComparison(
                label=label,
                years=terms.horizon_years,
                formula=_formula(past, base, terms, first_included=True),
                formula_repeat=_formula(past, base, terms, first_included=False),
                model=amount,
                actual=spent if terms is revenue else None,
                discount_rate=0.0 if terms is revenue else discount_rate,
            )
            for label, terms, amount in zip(labels, [revenue, *profits], modelled, strict=True)
        ),
        n_customers=len(known),
        n_left_out=int(spendless.sum()),
        split=str(split.date()),
        end=str(end.date()),
        purchase_model=bought_by,
        spend_model=paid_by,
        no_model=no_model,
    )


def _daily(past: pd.DataFrame) -> pd.Series:
    """Amounts by customer and day: sales of a day are one occasion."""
    return past.groupby(["customer_id", past["at"].dt.normalize()])["amount"].sum()


def _by_model(
    base: pd.DataFrame, daily: pd.Series, horizons: Sequence[Terms], level: float
) -> tuple[list[Amount | None], str, str, str]:
    """Values over the horizons, by which models of buying and paying, and why there is none where the log carries none."""
    try:
        bought = fit_once(fit_bg_nbd, base)
        bought.require_identified()
        paid = spend_of(base, _squares(daily).reindex(base.index, fill_value=0.0))
        return [_modelled(bought, paid, base, terms, level) for terms in horizons], bought.model, paid.model, ""
    except ModelNotIdentified as fault:
        return [None] * len(horizons), "BG/NBD", "gamma-gamma", reason_of_failure(fault)


def _squares(daily: pd.Series) -> pd.Series:
    """Of each customer, the sum of squares of the days' amounts after the first round their mean."""
    later = daily[daily.groupby(level=0).cumcount() > 0].groupby(level=0)
    return later.var(ddof=0) * later.size()


def _modelled(bought: ModelFit, paid: Spend, base: pd.DataFrame, terms: Terms, level: float) -> Amount:
    """Mean value per customer under the models, its interval by the delta method on the logarithm.

    The gradient in the logarithms of the parameters is taken by central differences. It agrees with drawing the
    parameters (a test compares the two) and takes fifteen valuations instead of hundreds, with nothing left to chance.
    """
    centres = [np.log(np.asarray(bought.estimates)), paid.centre]
    covariances = [np.asarray(bought.log_covariance), paid.covariance]

    @cache  # half of the valuations move the parameters of paying only
    def counts(*buying: float) -> np.ndarray:
        params = dict(zip(bought.names, np.exp(buying), strict=True))
        return discounted_expected_purchases(bought.model, params, base, terms)

    def log_value(buying: np.ndarray, paying: np.ndarray) -> float:
        return float(np.log((terms.margin * paid.at(paying, base) * counts(*buying)).mean()))

    variance = 0.0
    for place, covariance in enumerate(covariances):
        gradient = []
        for step in np.eye(len(covariance)) * STEP:
            up, down = list(centres), list(centres)
            up[place], down[place] = centres[place] + step, centres[place] - step
            gradient.append((log_value(*up) - log_value(*down)) / (2 * STEP))
        variance += float(np.array(gradient) @ covariance @ np.array(gradient))
    reach = float(norm.ppf(0.5 + level / 2)) * variance**0.5
    mean = log_value(*centres)
    low, middle, high = (float(np.exp(mean + side * reach)) for side in (-1, 0, 1))
    return Amount(mean=middle, low=low, high=high, basis="doubt about the model's parameters")


def _formula(daily: pd.Series, base: pd.DataFrame, terms: Terms, *, first_included: bool) -> LifetimeValue:
    """Fill the formula in from the past: transactions are per customer and observed year."""
    observed_years = float(base["T"].sum()) / terms.units_per_year
    n_transactions = len(daily) if first_included else int(base["frequency"].sum())
    return customer_lifetime_value(
        average_sale=float(daily.mean()),
        transactions_per_year=n_transactions / observed_years,
        retention_years=terms.horizon_years,
        margin=terms.margin,
    )


def _spent_after(
    purchases: pd.DataFrame, base: pd.DataFrame, split: pd.Timestamp, end: pd.Timestamp, level: float
) -> Amount:
    """What the customers spent after the split, per customer; the interval takes customers as independent draws."""
    from statsmodels.stats.weightstats import DescrStatsW

    day = purchases["at"].dt.normalize()
    after = purchases[(day > split) & (day <= end)]
    spent = after.groupby("customer_id")["amount"].sum().reindex(base.index, fill_value=0.0)
    stats = DescrStatsW(spent.to_numpy())
    low, high = stats.tconfint_mean(alpha=1 - level)
    return Amount(mean=float(stats.mean), low=float(low), high=float(high), basis="customers as independent draws")
