"""The company's campaigns: when, to whom, with which arms, and what each arm does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.demo.parameters import CompanyScenario, Effects

CONTROL = "control"
ACTIVE, GONE, REFERRERS, AT_RISK = "active", "gone", "referrers", "at risk"
"""Whom a campaign takes: customers, customers gone for 13 weeks, customers who referred somebody, the riskiest fifth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A campaign.

    Attributes
    ----------
    name, family : str
    week : int
    who : str
        ACTIVE, GONE, REFERRERS or AT_RISK.
    arms : tuple of str
        Drawn at random with equal chances; `control` last, where there is one.
    share : float
        Of those who could be taken.
    answers : float
        Chance that a first contact is answered, before how gladly the customer answers.
    n_contacts : int
        Contacts of those who are not controls, two weeks apart.
    chosen : bool
        True: the arms are chosen by risk, and nothing is randomised.
    """

    name: str
    family: str
    week: int
    who: str = ACTIVE
    arms: tuple[str, ...] = ("contacted", CONTROL)
    share: float = 0.6
    answers: float = 0.08
    n_contacts: int = 1
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """What an arm adds to the logs of hazard, rate and weekly chance to return, and for how many weeks."""

    hazard: float = 0.0
    rate: float = 0.0
    back: float = 0.0
    weeks: int = 52


def campaigns_of(scenario: CompanyScenario) -> tuple[Campaign, ...]:
    """The campaigns in the order in which they run, early enough for a year to follow each."""

    def at(share: float) -> int:
        return min(int(share * scenario.n_weeks), scenario.n_weeks - 56)

    three = ("matched", "mismatched", CONTROL)
    plan = (
        Campaign(name="offer-1", family="offer", week=at(0.28), arms=("offer",), share=0.2, answers=0.05),
        Campaign(name="message-1", family="message", week=at(0.3), arms=three, n_contacts=3),
        Campaign(
            name="programme-1", family="programme", week=at(0.33), arms=("points", "cashback", CONTROL), share=0.7
        ),
        Campaign(name="proactive-1", family="proactive", week=at(0.36), answers=0.06),
        Campaign(name="ease-1", family="ease", week=at(0.39)),
        Campaign(name="winback-1", family="winback", week=at(0.42), who=GONE, share=1.0, answers=0.04),
        Campaign(name="community-1", family="community", week=at(0.44)),
        Campaign(name="access-1", family="access", week=at(0.46), answers=0.12),
        Campaign(name="subscription-1", family="subscription", week=at(0.48), share=0.7),
        Campaign(name="game-1", family="game", week=at(0.5)),
        Campaign(name="referral-1", family="referral", week=at(0.52), who=REFERRERS, share=1.0, answers=0.4),
        Campaign(name="message-2", family="message", week=at(0.54), arms=three, n_contacts=3),
        Campaign(name="consistency-1", family="consistency", week=at(0.57)),
        Campaign(
            name="proactive-2",
            family="proactive",
            week=at(0.6),
            answers=0.06,
            chosen=scenario.departures.chosen_controls,
        ),
        Campaign(name="feedback-1", family="feedback", week=at(0.62), answers=0.3),
        Campaign(name="care-1", family="care", week=at(0.65), who=AT_RISK, arms=("called",), share=1.0, answers=0.05),
        Campaign(name="winback-2", family="winback", week=at(0.68), who=GONE, share=1.0, answers=0.04),
        Campaign(name="offer-2", family="offer", week=at(0.7), arms=("offer",), share=0.2, answers=0.05),
    )
    return tuple(sorted(plan, key=lambda c: c.week))


def push_of(effects: Effects, family: str, arm: str) -> Push:
    """What an arm of a family does; nothing for `control`, and for what has no effect of its own."""
    log = np.log
    pushes = {
        ("proactive", "contacted"): Push(hazard=log(effects.proactive_hazard_ratio), weeks=13),
        ("winback", "contacted"): Push(back=log(effects.winback_return_ratio), weeks=13),
        ("message", "matched"): Push(rate=log(effects.matched_rate_ratio), weeks=13),
        ("message", "mismatched"): Push(rate=log(effects.mismatched_rate_ratio), weeks=13),
        ("access", "contacted"): Push(hazard=log(effects.access_hazard_ratio), rate=log(effects.access_rate_ratio)),
        ("game", "contacted"): Push(hazard=log(effects.game_hazard_ratio), weeks=13),
        ("community", "contacted"): Push(hazard=log(effects.community_hazard_ratio)),
        ("ease", "contacted"): Push(hazard=log(effects.ease_hazard_ratio)),
        ("feedback", "contacted"): Push(hazard=log(effects.feedback_hazard_ratio)),
        ("consistency", "contacted"): Push(rate=log(effects.consistency_rate_ratio), weeks=26),
        ("subscription", "contacted"): Push(rate=log(effects.club_offer_rate_ratio)),
        ("programme", "points"): Push(rate=log(effects.points_rate_ratio)),
        ("programme", "cashback"): Push(rate=log(effects.cashback_rate_ratio)),
    }
    return pushes.get((family, arm), Push())
