"""The company week by week: who leaves, returns, buys, joins the programme, complains, is asked and is written to.

All draws are made for all customers in all weeks, from streams of their own, whatever the effects are. Two scenarios of one
seed that differ in an effect therefore share their luck: what differs between them is the effect (common random numbers).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.demo import programme, service
from analysis.demo.campaign_plan import campaigns_of
from analysis.demo.campaigning import run_campaigns
from analysis.demo.draws import Draws
from analysis.demo.parameters import REASONS, CompanyScenario
from analysis.demo.people import People, draw_people
from analysis.demo.state import Log, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A company that has been simulated.

    Attributes
    ----------
    scenario : CompanyScenario
    people : People
    state : State
        At the end.
    log : Log
        What happened.
    """

    scenario: CompanyScenario
    people: People
    state: State
    log: Log


def simulate_company(scenario: CompanyScenario, *, seed: int) -> Run:
    """Simulate a company.

    Week by week, for customer i in week w, with every effect e_k a sum of logs that wears off (see `Effects`):

        P(leaves)  = 1 - exp(-hazard_i exp(b_s s_i + b_t q_i + price + market + contract + tickets + campaigns))
        P(returns) = 1 - exp(-r exp(campaigns)), for who has left
        P(buys)    = 1 - exp(-rate_i exp(momentum + programme + tier + progress + redemption + tickets + campaigns))
        amount     = exp(m_i + g tenure + 0.5 z)

    with s_i the satisfaction and q_i the quality of the customer's team. Who joins the programme does so at a purchase, so
    that heavy buyers join first; who uses the company more has more tickets; graver tickets are settled later and drive
    people away by themselves; newcomers are like those who referred them. These are the confounders: an analysis that
    does not hold them equal is wrong by them.

    Parameters
    ----------
    scenario : CompanyScenario
    seed : int
        Seed of all draws.
    """
    people = draw_people(scenario, np.random.default_rng([seed, 0]))
    state, log, draws = State(scenario, people), Log(), Draws(seed, scenario.n_customers)
    plan = campaigns_of(scenario)
    for week in range(scenario.n_weeks):
        state.wear_off(week)
        day = draws.uniform("day")
        day_of_week = 7 * week + (7 * day).astype(np.int64)
        _leave(scenario, people, state, log, draws, week, day_of_week)
        _return(scenario, people, state, log, draws, week, day_of_week)
        run_campaigns(scenario, people, state, log, draws, plan, week)
        service.open_tickets(scenario, people, state, log, draws, week)
        bought, amount = _buy(scenario, people, state, log, draws, week, day_of_week)
        programme.earn_and_redeem(scenario, people, state, log, draws, week, day_of_week, bought, amount)
        programme.review(scenario, state, log, week, day_of_week, bought, amount)
        programme.join(scenario, people, state, log, draws, week, day_of_week, bought)
        service.ask(scenario, people, state, log, draws, week)
        _arrive(scenario, people, state, log, draws, week)
    return Run(scenario=scenario, people=people, state=state, log=log)


def _leave(
    scenario: CompanyScenario, people: People, state: State, log: Log, draws: Draws, week: int, day: np.ndarray
) -> None:
    e = scenario.effects
    eta = people.log_hazard + e.satisfaction_hazard * state.satisfaction + e.team_hazard * people.team_quality
    eta = eta + state.hazard + _contract(scenario, people, state, 7 * week)
    eta += np.where(state.tier >= 0, np.log(e.programme_hazard_ratio), 0.0)
    eta += np.where(people.referred, np.log(e.referred_hazard_ratio), 0.0)
    if _in_recession(scenario, week):
        eta += np.log1p(scenario.departures.recession)
    u, v = draws.uniform("leave"), draws.uniform("reason")
    who = np.flatnonzero(state.here & (u < -np.expm1(-np.exp(eta))))
    reason = np.searchsorted(np.cumsum(list(REASONS.values()))[:-1], v[who], side="right")
    log.add("spells", len(who), who=who, start=state.spell_start[who], end=day[who], reason=reason)
    member = who[state.tier[who] >= 0]
    programme.close(state, log, member, day[member])
    club = who[state.in_club[who]]
    log.add("club_ends", len(club), who=club, end=day[club])
    state.here[who] = False
    state.in_club[who] = False
    state.gone_since[who] = week


def _contract(scenario: CompanyScenario, people: People, state: State, day: int) -> np.ndarray:
    """Log hazard from price, market and contract term, for those with a subscription."""
    e = scenario.effects
    since = np.maximum(day - state.spell_start, 0)
    epoch = np.minimum(since // 365, len(people.price_steps) - 1)
    into = since - 365 * epoch
    every = np.arange(len(since))
    fresh = (into < 182) & (epoch > 0)
    slope = e.price_lapse + e.price_lapse_per_year * epoch
    eta = fresh * slope * people.price_steps[epoch, every] + e.market_lapse * people.market_gaps[epoch, every]
    eta += np.where(into < people.term * 30.4375, np.log(e.lock_in_hazard_ratio), 0.0)
    return np.where(people.subscribed, eta, 0.0)


def _in_recession(scenario: CompanyScenario, week: int) -> bool:
    middle = scenario.n_weeks // 2
    return scenario.departures.recession > 0 and middle <= week < middle + 13


def _return(
    scenario: CompanyScenario, people: People, state: State, log: Log, draws: Draws, week: int, day: np.ndarray
) -> None:
    u = draws.uniform("return")
    away = (state.gone_since >= 0) & ~state.here & (state.gone_since < week)
    who = np.flatnonzero(away & (u < -np.expm1(-scenario.returns_a_week * np.exp(state.back))))
    state.here[who] = True
    state.spell_start[who] = day[who]
    amount = np.round(np.exp(people.log_amount[who]), 2)
    log.add("buys", len(who), who=who, day=day[who], amount=amount)
    state.n_bought[who] += 1
    state.last_bought[who] = day[who]


def _buy(
    scenario: CompanyScenario, people: People, state: State, log: Log, draws: Draws, week: int, day: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    e, off = scenario.effects, scenario.departures
    eta = people.log_rate + state.rate + e.momentum * np.minimum(state.n_bought, 50)
    eta += programme.log_rate(scenario, state)
    eta += np.where(people.referred, np.log(e.referred_rate_ratio), 0.0)
    if off.seasonality:
        eta += np.log1p(off.seasonality * np.cos(2 * np.pi * (week - 50) / 52.18))
    if _in_recession(scenario, week):
        eta -= np.log1p(off.recession)
    u, z, tail = draws.uniform("buy"), draws.normal("amount"), draws.uniform("tail")
    since = state.spell_start // 7 < week  # a newcomer's first purchase is his joining
    who = np.flatnonzero(state.here & since & (u < -np.expm1(-np.exp(eta))))
    tenure = (7 * week - people.joined[who]) / 365.25
    amount = np.exp(people.log_amount[who] + e.spend_growth * tenure + 0.5 * z[who])
    if off.heavy_tails is not None:
        a = off.heavy_tails
        amount *= (1 - tail[who].astype(float)) ** (-1 / a) * (a - 1) / a
    amount = np.maximum(np.round(amount, 2), 0.01)
    log.add("buys", len(who), who=who, day=day[who], amount=amount)
    state.n_bought[who] += 1
    state.last_bought[who] = day[who]
    return who, amount


def _arrive(scenario: CompanyScenario, people: People, state: State, log: Log, draws: Draws, week: int) -> None:
    """Newcomers of the week: a first purchase on the day, a referrer for those who have one."""
    e = scenario.effects
    u, z = draws.uniform("refer"), draws.normal("amount")
    low, high = np.searchsorted(people.joined, [7 * week, 7 * week + 7])
    who = np.arange(low, high)
    friends = who[people.referred[who]]
    weight = np.cumsum(
        np.where(state.here, np.exp(e.referral_by_satisfaction * state.satisfaction + state.weight), 0.0)
    )
    if len(friends) and weight[-1] > 0:
        found = np.minimum(np.searchsorted(weight, u[friends] * weight[-1], side="right"), len(weight) - 1)
        state.referrer[friends] = found
        state.has_referred[found] = True
        h = scenario.homophily
        own = state.satisfaction[friends]
        state.satisfaction[friends] = h * state.satisfaction[found] + np.sqrt(1 - h * h) * own
        log.add("referrals", len(friends), who=friends, referrer=found, day=people.joined[friends])
    amount = np.round(np.exp(people.log_amount[who] + 0.5 * z[who]), 2)
    log.add("buys", len(who), who=who, day=people.joined[who], amount=amount)
    state.here[who] = True
    state.spell_start[who] = people.joined[who]
    state.n_bought[who] = 1
