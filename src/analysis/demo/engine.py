"""The company week by week: who leaves, returns, buys, joins the programme, complains, is asked and is written to.

All draws are made for all customers in all weeks, from streams of their own, whatever the effects are. Two scenarios of one
seed that differ in an effect therefore share their luck: what differs between them is the effect (common random numbers).
"""

from __future__ import annotations

import numpy as np

from analysis.demo import programme, service
from analysis.demo.campaign_plan import campaigns_of
from analysis.demo.campaigning import run_campaigns
from analysis.demo.draws import Draws
from analysis.demo.parameters import REASONS, CompanyScenario
from analysis.demo.people import draw_people
from analysis.demo.state import Log, Run, State


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
    draws = Draws(seed, scenario.n_customers)
    run = Run(scenario=scenario, people=people, state=State(scenario, people), log=Log(), draws=draws)
    plan = campaigns_of(scenario)
    for week in range(scenario.n_weeks):
        run.state.wear_off(week)
        day = 7 * week + (7 * draws.uniform("day")).astype(np.int64)
        _leave(run, week, day)
        _return(run, week, day)
        run_campaigns(run, plan, week)
        service.open_tickets(run, week)
        bought, amount = _buy(run, week, day)
        programme.earn_and_redeem(run, week, day, bought, amount)
        programme.review(run, week, day, bought, amount)
        programme.join(run, day, bought)
        service.ask(run, week)
        _arrive(run, week)
    return run


def _leave(run: Run, week: int, day: np.ndarray) -> None:
    people, state, e = run.people, run.state, run.scenario.effects
    eta = people.log_hazard + e.satisfaction_hazard * state.satisfaction + e.team_hazard * people.team_quality
    eta = eta + state.hazard + _contract(run, 7 * week)
    eta += np.where(state.tier >= 0, np.log(e.programme_hazard_ratio), 0.0)
    eta += np.where(people.referred, np.log(e.referred_hazard_ratio), 0.0)
    if _in_recession(run.scenario, week):
        eta += np.log1p(run.scenario.departures.recession)
    u, v = run.draws.uniform("leave"), run.draws.uniform("reason")
    who = np.flatnonzero(state.here & (u < -np.expm1(-np.exp(eta))))
    reason = np.searchsorted(np.cumsum(list(REASONS.values()))[:-1], v[who], side="right")
    run.log.add("spells", len(who), who=who, start=state.spell_start[who], end=day[who], reason=reason)
    member = who[state.tier[who] >= 0]
    programme.close(run, member, day[member])
    club = who[state.in_club[who]]
    run.log.add("club_ends", len(club), who=club, end=day[club])
    state.here[who] = False
    state.in_club[who] = False
    state.gone_since[who] = week


def _contract(run: Run, day: int) -> np.ndarray:
    """Log hazard from price, market and contract term, for those with a subscription."""
    people, e = run.people, run.scenario.effects
    since = np.maximum(day - run.state.spell_start, 0)
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


def _return(run: Run, week: int, day: np.ndarray) -> None:
    state, u = run.state, run.draws.uniform("return")
    away = (state.gone_since >= 0) & ~state.here & (state.gone_since < week)
    who = np.flatnonzero(away & (u < -np.expm1(-run.scenario.returns_a_week * np.exp(state.back))))
    state.here[who] = True
    state.spell_start[who] = day[who]
    _purchases(run, who, day[who], np.round(np.exp(run.people.log_amount[who]), 2))


def _buy(run: Run, week: int, day: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    people, state, e, off = run.people, run.state, run.scenario.effects, run.scenario.departures
    eta = people.log_rate + state.rate + e.momentum * np.minimum(state.n_bought, 50)
    eta += programme.log_rate(run)
    eta += np.where(people.referred, np.log(e.referred_rate_ratio), 0.0)
    if off.seasonality:
        eta += np.log1p(off.seasonality * np.cos(2 * np.pi * (week - 50) / 52.18))
    if _in_recession(run.scenario, week):
        eta -= np.log1p(off.recession)
    u, z, tail = run.draws.uniform("buy"), run.draws.normal("amount"), run.draws.uniform("tail")
    since = state.spell_start // 7 < week  # a newcomer's first purchase is his joining
    who = np.flatnonzero(state.here & since & (u < -np.expm1(-np.exp(eta))))
    tenure = (7 * week - people.joined[who]) / 365.25
    amount = np.exp(people.log_amount[who] + e.spend_growth * tenure + 0.5 * z[who])
    if off.heavy_tails is not None:
        a = off.heavy_tails
        amount *= (1 - tail[who].astype(float)) ** (-1 / a) * (a - 1) / a
    amount = np.maximum(np.round(amount, 2), 0.01)
    _purchases(run, who, day[who], amount)
    return who, amount


def _purchases(run: Run, who: np.ndarray, day: np.ndarray, amount: np.ndarray) -> None:
    run.log.add("buys", len(who), who=who, day=day, amount=amount)
    run.state.n_bought[who] += 1


def _arrive(run: Run, week: int) -> None:
    """Newcomers of the week: a first purchase on the day, a referrer for those who have one."""
    people, state, e = run.people, run.state, run.scenario.effects
    u, z = run.draws.uniform("refer"), run.draws.normal("amount")
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
        h = run.scenario.homophily
        own = state.satisfaction[friends]
        state.satisfaction[friends] = h * state.satisfaction[found] + np.sqrt(1 - h * h) * own
        run.log.add("referrals", len(friends), who=friends, referrer=found, day=people.joined[friends])
    _purchases(run, who, people.joined[who], np.round(np.exp(people.log_amount[who] + 0.5 * z[who]), 2))
    state.here[who] = True
    state.spell_start[who] = people.joined[who]
