"""Campaigns as they run: who is taken, which arm the randomisation gives, who answers, who signs off, and what it does."""

from __future__ import annotations

import numpy as np

from analysis.demo.campaign_plan import ACTIVE, AT_RISK, CONTROL, GONE, Campaign, push_of
from analysis.demo.state import Run, State

GONE_WEEKS = 13
WEEKS_BETWEEN = 2
STRANGER_RESPONSE = 0.03
"""Chance that a person who never bought answers an offer."""


def run_campaigns(run: Run, plan: tuple[Campaign, ...], week: int) -> None:
    """The campaigns that begin this week, with all their contacts."""
    for number, campaign in enumerate(plan):
        if campaign.week == week:
            _begin(run, number, campaign)


def _begin(run: Run, number: int, campaign: Campaign) -> None:
    u, v = run.draws.uniform("campaign"), run.draws.uniform("arm")
    who = np.flatnonzero(_could_be_taken(run, campaign) & (u < campaign.share))
    arm_number = (v[who] * len(campaign.arms)).astype(np.int64)
    if campaign.chosen:  # nobody randomises: the riskier half is contacted, the others are booked as controls
        arm_number = (run.people.risk[who] < 0.25).astype(np.int64)
    for place, arm in enumerate(campaign.arms):
        mine = who[arm_number == place]
        if arm == CONTROL:
            run.log.add("campaigns", len(mine), number=number, who=mine, arm=place, day=7 * campaign.week, contact=0,
                        answered=False, left=False)  # fmt: skip
            continue
        for contact in range(campaign.n_contacts):
            answered = _contact(run, number, campaign, place, mine, contact)
            if contact == 0:
                _act(run, campaign, arm, mine, answered)


def _could_be_taken(run: Run, campaign: Campaign) -> np.ndarray:
    state = run.state
    began = state.spell_start // 7 < campaign.week
    if campaign.who == GONE:
        return ~state.here & (state.gone_since >= 0) & (state.gone_since <= campaign.week - GONE_WEEKS)
    found: np.ndarray = state.here & began & ~state.signed_off
    if campaign.who == AT_RISK:
        return found & (run.people.risk > 0.84)
    return found if campaign.who == ACTIVE else found & state.has_referred


def _contact(run: Run, number: int, campaign: Campaign, place: int, who: np.ndarray, contact: int) -> np.ndarray:
    """One contact: answered with the campaign's chance, more gladly by the keen, less after many contacts."""
    people, state, e = run.people, run.state, run.scenario.effects
    u, w = run.draws.uniform("respond")[who], run.draws.uniform("sign_off")[who]
    chance = campaign.answers * np.exp(0.4 * people.keen[who] - 0.08) + e.fatigue_response * state.n_contacts[who]
    if campaign.family == "message" and campaign.arms[place] == "matched":
        chance = chance * e.matched_answer_ratio
    if campaign.family == "offer":
        gladly = campaign.answers * np.exp(0.4 * people.keen[who] - 0.08) - campaign.answers
        chance = STRANGER_RESPONSE + e.buyer_response_gap + gladly
    answered: np.ndarray = u < np.clip(chance, 0.002, 0.95)
    left = w < np.clip(0.004 + e.fatigue_unsubscribe * state.n_contacts[who], 0, 1)
    day = 7 * (campaign.week + WEEKS_BETWEEN * contact)
    run.log.add("campaigns", len(who), number=number, who=who, arm=place, day=day, contact=contact, answered=answered,
                left=left)  # fmt: skip
    state.n_contacts[who] += 1
    state.signed_off[who] |= left
    return answered


def _act(run: Run, campaign: Campaign, arm: str, who: np.ndarray, answered: np.ndarray) -> None:
    """Begin the effect of an arm, and what of it spills over to those whom the treated referred."""
    state, e, week = run.state, run.scenario.effects, campaign.week
    push = push_of(e, campaign.family, arm)
    hazard = np.full(len(who), push.hazard)
    if campaign.family == "proactive":
        hazard = hazard + e.proactive_by_risk * run.people.risk[who]
    _push_from_now(state, who, week, push.weeks, hazard=hazard, rate=push.rate, back=push.back)
    spread = run.scenario.departures.spill_over
    if spread:
        full = np.zeros(len(state.here))
        full[who] = hazard
        friends = _friends(state, who)
        _push_from_now(
            state, friends, week, push.weeks, hazard=spread * full[state.referrer[friends]], rate=spread * push.rate,
            back=spread * push.back,
        )  # fmt: skip
    if campaign.family == "referral":
        _push_from_now(state, who, week, 52, weight=np.log(e.encouraged_refer_ratio))
        friends = _friends(state, who[answered])
        _push_from_now(state, friends, week, 52, rate=np.log(e.peer_rate_ratio), back=np.log(e.peer_return_ratio))


def _friends(state: State, who: np.ndarray) -> np.ndarray:
    """Customers whom one of `who` referred."""
    mark = np.zeros(len(state.here) + 1, dtype=bool)  # the last stands for: nobody
    mark[who] = True
    return np.flatnonzero(mark[state.referrer])


def _push_from_now(state: State, who: np.ndarray, week: int, weeks: int, **logs: object) -> None:
    """As `State.push`, but the purchases of this week count already: it is sent on the first day of the week."""
    state.push(who, week - 1, weeks, **logs)
