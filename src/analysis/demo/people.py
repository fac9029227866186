"""Who the customers are before anything happens to them: latent rates, satisfaction, and what is drawn once for each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri
from scipy.stats import gamma

from analysis.demo.parameters import CompanyScenario

RATE_SHAPE, HAZARD_SHAPE = 1.5, 3.0
TERMS = (0, 6, 12)
"""Contract terms that customers choose between, months."""


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """One entry a customer, in order of joining.

    Attributes
    ----------
    joined : numpy.ndarray
        Day of joining, from 0.
    log_rate, log_hazard : numpy.ndarray
        Logs of the weekly rate of buying and hazard of leaving, before any effect.
    satisfaction : numpy.ndarray
        Standard normal; that of referred customers is set when they are.
    referred : numpy.ndarray
        Whether somebody referred the customer.
    log_amount : numpy.ndarray
        Log of the median purchase.
    subscribed, term, auto_renew, price : numpy.ndarray
        Whether the customer has a subscription, its term in months, whether it renews by itself, first price a month.
    price_steps, market_gaps : numpy.ndarray
        One row a year of subscription: log change of the price at its beginning, ln(our price / market price) in it.
    risk : numpy.ndarray
        Risk score, standard normal: what the company makes of the hazard, with an error.
    keen : numpy.ndarray
        How gladly the customer answers, standard normal.
    team, team_quality : numpy.ndarray
        Team of the customer, and the quality of it (standard normal over teams).
    restricted : numpy.ndarray
        Whether the customer's points are restricted.
    """

    joined: np.ndarray
    log_rate: np.ndarray
    log_hazard: np.ndarray
    satisfaction: np.ndarray
    referred: np.ndarray
    log_amount: np.ndarray
    subscribed: np.ndarray
    term: np.ndarray
    auto_renew: np.ndarray
    price: np.ndarray
    price_steps: np.ndarray
    market_gaps: np.ndarray
    risk: np.ndarray
    keen: np.ndarray
    team: np.ndarray
    team_quality: np.ndarray
    restricted: np.ndarray


def draw_people(scenario: CompanyScenario, rng: np.random.Generator) -> People:
    """Draw the customers.

    rate ~ Gamma(1.5), hazard ~ Gamma(3), joined by a normal copula with the correlation of the departures; satisfaction
    ~ N(0, 1) independent of both; risk score = 0.8 z(log hazard) + 0.6 noise. Every draw is made whatever the effects are,
    so that two scenarios of one seed have the same customers.
    """
    n, off = scenario.n_customers, scenario.departures
    first, second = rng.standard_normal(n), rng.standard_normal(n)
    r = off.buying_dying_correlation
    dying = r * first + np.sqrt(1 - r * r) * second
    rate = gamma.ppf(np.clip(ndtr(first), 1e-4, 1 - 1e-6), RATE_SHAPE, scale=scenario.buys_a_week / RATE_SHAPE)
    hazard = gamma.ppf(np.clip(ndtr(dying), 1e-4, 1 - 1e-6), HAZARD_SHAPE, scale=scenario.leaves_a_week / HAZARD_SHAPE)
    satisfaction, hidden = rng.standard_normal(n), rng.standard_normal(n)
    referred = rng.random(n) < scenario.share_referred
    log_amount = np.log(scenario.amount) - 0.2 + 0.4 * rng.standard_normal(n)
    subscribed = rng.random(n) < scenario.share_subscribed
    term = np.asarray(TERMS)[np.searchsorted([0.4, 0.75], rng.random(n), side="right")]
    auto_renew = rng.random(n) < 0.25
    price = np.round(rng.uniform(8, 20, n), 2)
    n_epochs = scenario.years + 2
    steps = np.clip(0.04 + 0.04 * rng.standard_normal((n_epochs, n)), -0.05, 0.2)
    steps = np.clip(steps + off.price_by_risk * hidden, -0.05, 0.3)
    steps[0] = 0.0
    gaps = 0.1 * rng.standard_normal((n_epochs, n))
    log_hazard = np.log(hazard) + off.self_selected_term * (term > 0)
    if off.price_by_risk:
        log_hazard = log_hazard + 0.5 * hidden - 0.125
    quality = rng.standard_normal(scenario.n_teams)
    team = rng.integers(0, scenario.n_teams, n)
    # Newcomers spread over the observation, with a quarter of a year at its end in which nobody joins.
    joined = np.sort(rng.integers(0, scenario.n_days - 90, n))
    return People(
        joined=joined,
        log_rate=np.log(rate),
        log_hazard=log_hazard,
        satisfaction=satisfaction,
        referred=referred & (joined >= 60),
        log_amount=log_amount,
        subscribed=subscribed,
        term=term,
        auto_renew=auto_renew,
        price=price,
        price_steps=steps,
        market_gaps=gaps,
        risk=0.8
        * ndtri(np.clip(gamma.cdf(hazard, HAZARD_SHAPE, scale=scenario.leaves_a_week / HAZARD_SHAPE), 1e-6, 1 - 1e-6))
        + 0.6 * rng.standard_normal(n),
        keen=rng.standard_normal(n),
        team=team,
        team_quality=quality[team],
        restricted=rng.random(n) < 0.4,
    )
