"""Tickets and surveys: how often, how grave, how settled, what they do, and what customers say when they are asked."""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from analysis.demo.state import Run

CATEGORIES = ("failure", "complaint", "question", "change")
_KINDS = np.cumsum([0.35, 0.2, 0.3])
WAVE_WEEKS = 26


def open_tickets(run: Run, week: int) -> None:
    """Tickets of the week. Use drives their number; severity delays settling and drives people away by itself.

    severity ~ 1 + Poisson-like 0 to 4 for failures and complaints, 0 or 1 else; P(first contact) = expit(1.2 - 0.5 severity);
    log2 hours = 3.5 + 0.45 severity - 0.8 (urgent) + 1.2 z.
    """
    scenario, state, draws, e = run.scenario, run.state, run.draws, run.scenario.effects
    u, kind_u, settle_u = (draws.uniform(purpose) for purpose in ("ticket", "ticket_kind", "settle"))
    z = draws.normal("hours")
    use = np.exp(0.5 * (run.people.log_rate - np.log(scenario.buys_a_week)))
    began = state.spell_start // 7 < week
    who = np.flatnonzero(state.here & began & (u < -np.expm1(-scenario.tickets_a_week * use)))
    if not len(who):
        return
    kind = np.searchsorted(_KINDS, kind_u[who], side="right")
    failure = kind < 2
    fine = (kind_u[who] * 1_000) % 1  # digits of the same draw that the kind does not use
    severity = np.where(failure, 1 + np.floor(4 * fine**2), np.floor(2 * fine))
    first = settle_u[who] < expit(1.2 - 0.5 * severity)
    priority = np.clip(3 - np.floor(severity / 2), 1, 3).astype(np.int64)
    log2_hours = 3.5 + 0.45 * severity - 0.8 * (priority == 1) + 1.2 * z[who]
    taken_back = 1 - e.recovery_share * first
    hazard = failure * np.log(e.failure_hazard_ratio) * taken_back + e.severity_hazard * severity
    hazard = hazard + first * np.log(e.first_contact_hazard_ratio) + e.slow_hazard * (log2_hours - 4)
    rate = failure * np.log(e.failure_rate_ratio) * taken_back
    mood = -0.4 * failure * taken_back
    state.push(who, week, 26, hazard=hazard, rate=rate, ticket_mood=mood)
    unhappy = failure & (state.satisfaction[who] < 0)
    chance = scenario.departures.missing_tickets * np.minimum(-state.satisfaction[who], 1)
    kept = ~(unhappy & ((settle_u[who] * 1_000) % 1 < chance))
    minute = (10_080 * ((u[who] * 1e5) % 1)).astype(np.int64)
    run.log.add(
        "tickets", int(kept.sum()), who=who[kept], minute=(7 * 1_440 * week + minute)[kept], hours=np.exp2(log2_hours)[kept],
        first=first[kept], priority=priority[kept], kind=kind[kept], severity=severity[kept],
        contacts=np.where(first, 1, 2 + np.floor(3 * fine))[kept],
    )  # fmt: skip


def ask(run: Run, week: int) -> None:
    """Survey waves: every half year the company asks whom it likes to, in between it chooses at random whom to ask."""
    due, drawn = week % WAVE_WEEKS == 12, week % WAVE_WEEKS == 24
    if not (due or drawn) or week < WAVE_WEEKS // 2 + 1:
        return
    people, state, log = run.people, run.state, run.log
    u, v, z = run.draws.uniform("ask"), run.draws.uniform("answer"), run.draws.normal("amount")
    answers = v < expit(0.4 + 0.3 * people.keen + 0.2 * state.satisfaction)
    mood = 0.7 * state.satisfaction + 0.3 * people.team_quality + state.ticket_mood
    began = state.spell_start // 7 < week
    who = np.flatnonzero(state.here & began & (u < (0.2 if drawn else 0.4)))
    score = np.where(answers[who], np.clip(np.round(7.2 + 1.5 * mood[who] + 1.5 * z[who]), 0, 10), np.nan)
    log.add("surveys", len(who), who=who, day=7 * week, instrument=0, score=score, drawn=drawn)
    if drawn:
        state.push(who, week, 52, hazard=np.log(run.scenario.effects.asked_hazard_ratio))
        return
    said = who[answers[who]]
    second = (10 * v[said]) % 1 - 0.5
    csat = np.clip(np.round(3.6 + 0.8 * mood[said] + 2 * second), 1, 5)
    log.add("surveys", len(said), who=said, day=7 * week, instrument=1, score=csat, drawn=False)
    ease = np.clip(np.round(5 + 0.5 * mood[said] + ((100 * v[said]) % 1 - 0.5) * 4), 1, 7)
    log.add("surveys", len(said), who=said, day=7 * week, instrument=2, score=ease, drawn=False)
    _items(run, week, said[u[said] < 0.15])


def _items(run: Run, week: int, who: np.ndarray) -> None:
    """Trust and its items, 0 to 10: trust = 6 + 1.8 (w_q quality + w_g good works + noise), all in standard deviations.

    Quality is the mean of two items, good works one, and both share half a mood. The weights are those of the effects, and
    the noise fills the variance of trust up to 1, so that the standardised weights are the parameters.
    """
    if not len(who):
        return
    e, rng = run.scenario.effects, run.draws.generator("items")
    shared = 0.5 * rng.standard_normal(len(who))

    def item() -> np.ndarray:
        values: np.ndarray = np.clip(
            np.round(6 + 1.8 * (shared + np.sqrt(0.75) * rng.standard_normal(len(who))), 1), 0, 10
        )
        return values

    product, service, works = item(), item(), item()
    quality_index = ((product + service) / 2 - 6) / (1.8 * np.sqrt(0.625))
    works_index = (works - 6) / 1.8
    r = 0.25 / np.sqrt(0.625)
    explained = e.trust_quality**2 + e.trust_works**2 + 2 * r * e.trust_quality * e.trust_works
    noise = np.sqrt(max(0.0, 1 - explained)) * rng.standard_normal(len(who))
    trust = 6 + 1.8 * (e.trust_quality * quality_index + e.trust_works * works_index + noise)
    values = {1: np.clip(np.round(trust, 1), 0, 10), 2: product, 3: service, 4: works}
    for number, score in values.items():
        run.log.add("items", len(who), who=who, day=7 * week, item=number, score=score)
