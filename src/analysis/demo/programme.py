"""The loyalty programme: joining at a purchase, points, redemptions, tiers that are reviewed every year, and a paid club."""

from __future__ import annotations

import numpy as np

from analysis.demo.state import NEVER, Run

JOINS_AT_PURCHASE, CLUB_AT_PURCHASE = 0.05, 0.012
"""Chance of joining at a purchase: who buys more joins earlier, which is the trap."""

POINTS_TO_REDEEM = 80
YEAR = 365


def log_rate(run: Run) -> np.ndarray:
    """What programme, tier, progress towards the next one and club add to the log rate of buying."""
    state, e = run.state, run.scenario.effects
    steps = np.array([tier.threshold for tier in run.scenario.tiers] + [np.inf])
    ahead = np.where(state.tier >= 0, steps[state.tier + 1], np.inf)
    progress = np.where(state.counted < ahead, state.counted / ahead, 0.0)
    levels = np.log(np.array([*e.tier_rate_ratios, 1.0]))  # the last is for who has no tier
    found: np.ndarray = np.where(state.tier >= 0, np.log(e.programme_rate_ratio), 0.0) + levels[state.tier]
    found += e.goal_gradient * progress + np.where(state.in_club, np.log(e.club_rate_ratio), 0.0)
    return found


def join(run: Run, day: np.ndarray, bought: np.ndarray) -> None:
    """Some of those who bought this week join the programme, or the club, on that day."""
    state, u = run.state, run.draws.uniform("join")
    who = bought[(state.tier[bought] == NEVER) & (state.next_review[bought] == NEVER) & (u[bought] < JOINS_AT_PURCHASE)]
    state.tier[who], state.tier_from[who] = 0, day[who]
    state.next_review[who] = day[who] + YEAR
    state.counted[who], state.points[who] = 0.0, 0.0
    run.log.add("rows", len(who), who=who, tier=0, start=day[who], amount=np.nan)
    club = bought[~state.in_club[bought] & (u[bought] > 1 - CLUB_AT_PURCHASE)]
    state.in_club[club] = True
    run.log.add("club", len(club), who=club, start=day[club])


def earn_and_redeem(run: Run, week: int, day: np.ndarray, bought: np.ndarray, amount: np.ndarray) -> None:
    """A point a unit of currency; with enough of them, some redeem at a purchase."""
    state, e, off, u = run.state, run.scenario.effects, run.scenario.departures, run.draws.uniform("redeem")
    member = state.tier[bought] >= 0
    who, paid = bought[member], amount[member]
    state.counted[who] += paid
    open_ = week >= off.redemption_opens * run.scenario.n_weeks
    chance = off.redeem_chance * open_ * np.where(run.people.restricted[who], e.restriction_ratio, 1.0)
    redeems = who[(state.points[who] >= POINTS_TO_REDEEM) & (u[who] < chance)]
    run.log.add("points", len(redeems), who=redeems, day=day[redeems], points=-POINTS_TO_REDEEM, kind=1)
    state.points[redeems] -= POINTS_TO_REDEEM
    state.push(redeems, week, 4, rate=np.log(e.redemption_rate_ratio))
    earned = np.floor(paid)
    state.points[who] += earned
    some = earned > 0
    run.log.add("points", int(some.sum()), who=who[some], day=day[who[some]], points=earned[some], kind=0)


def review(run: Run, week: int, day: np.ndarray, bought: np.ndarray, amount: np.ndarray) -> None:
    """A year after joining, and every year from then on, counted spend decides the tier; then counting begins again.

    A purchase on the day of the review, or behind it in the week, counts for the year that begins.
    """
    state = run.state
    due = (state.tier >= 0) & (state.next_review >= 7 * week) & (state.next_review < 7 * week + 7) & state.here
    who = np.flatnonzero(due)
    if not len(who):
        return
    late = np.zeros(len(due))
    behind = state.tier[bought] >= 0
    behind &= day[bought] >= state.next_review[bought]
    late[bought[behind]] = amount[behind]
    counted = np.round(state.counted[who] - late[who], 2)
    steps = np.array([tier.threshold for tier in run.scenario.tiers])
    tier = np.searchsorted(steps, counted, side="right") - 1
    review_day = state.next_review[who]
    close(run, who, review_day)
    run.log.add("rows", len(who), who=who, tier=tier, start=review_day, amount=counted)
    state.tier[who], state.tier_from[who], state.next_review[who] = tier, review_day, review_day + YEAR
    state.counted[who] = late[who]
    old = who[state.points[who] >= 3 * POINTS_TO_REDEEM]
    run.log.add("points", len(old), who=old, day=state.tier_from[old], points=-float(POINTS_TO_REDEEM), kind=2)
    state.points[old] -= POINTS_TO_REDEEM


def close(run: Run, who: np.ndarray, day: np.ndarray) -> None:
    """End the running row of these members."""
    run.log.add("row_ends", len(who), who=who, start=run.state.tier_from[who], end=day)
    run.state.tier[who] = NEVER
    run.state.counted[who] = 0.0
