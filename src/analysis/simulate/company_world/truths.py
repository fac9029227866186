"""The truth behind a simulated company, claim by claim: by formula, or by running the world without the effect.

A counterfactual truth compares the same customers in two worlds of one seed, with the effect and without it (or with
another arm's effect in its place). It is the effect on those who were treated or exposed, which for treatments by lot is
what an experiment estimates. It carries the simulation's own error: take many customers, or average over seeds.

Where the company's own confounders (see `simulate_company`) make a naive analysis wrong, `naive` says which way.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from analysis.simulate.company_world.campaign_plan import CONTROL, campaigns_of
from analysis.simulate.company_world.engine import Run, simulate_company
from analysis.simulate.company_world.outcomes import Outcomes
from analysis.simulate.company_world.parameters import REASONS, CompanyWorld, Effects
from analysis.simulate.company_world.tables import campaign_rows_of

QUARTER, HALF_YEAR, YEAR = 91, 182, 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """One true number.

    Attributes
    ----------
    claim, quantity : str
        As registered.
    value : float
        In the registered unit.
    error : float
        Standard error of a counterfactual truth from its finite number of customers; 0 for a formula.
    how : str
        Formula, or which effects the counterfactual world lacks.
    naive : str
        What makes a naive analysis wrong, and which way; empty where nothing does.
    """

    claim: str
    quantity: str
    value: float
    how: str
    error: float = 0.0
    naive: str = ""


def formula_truths(world: CompanyWorld) -> tuple[Truth, ...]:
    """The truths that are functions of the parameters.

    Examples
    --------
    >>> found = {t.quantity: t.value for t in formula_truths(CompanyWorld())}
    >>> found["average_cost_ratio"], round(found["trust_weight_difference"], 2)
    (5.0, 0.35)
    """
    e = world.effects
    willing = 1 - REASONS["involuntary"]
    reason_gap = 100 * (REASONS["service"] - REASONS["competitor"]) / willing
    per_step = 100 * math.expm1(e.goal_gradient / 10)
    ten = math.log(1.1)
    rows: tuple[tuple[str, str, float, str, str], ...] = (
        ("acquisition-cost-multiple", "average_cost_ratio", e.cost_multiple, "cost_multiple", ""),
        ("existing-customers-buy-more-readily", "response_gap", 100 * e.buyer_response_gap, "100 buyer_response_gap", ""),
        ("repeat-momentum", "momentum_slope", e.momentum, "momentum; 0 is none", "sorting: the raw slope is positive"),
        (
            "loyal-customers-tolerate-prices",
            "price_tenure_odds_ratio",
            math.exp(e.price_lapse_per_year * ten),
            "exp(price_lapse_per_year ln 1.1)",
            "",
        ),
        (
            "referred-customers-are-worth-more",
            "churn_hazard_ratio",
            e.referred_hazard_ratio,
            "referred_hazard_ratio",
            "friends are alike: satisfied referrers bring satisfied friends",
        ),
        ("quality-builds-trust", "trust_weight_difference", e.trust_quality - e.trust_works, "trust_quality - trust_works",
         "a shared mood draws the plain correlations together"),
        ("tiers-accelerate-spend", "pace_per_step", per_step, "100 (exp(goal_gradient / 10) - 1)",
         "heavy buyers come near thresholds"),
        ("generic-messages-tire", "response_per_further_contact", 100 * e.fatigue_response, "100 fatigue_response",
         "the families of campaigns answer differently, and have their place in time"),
        ("generic-messages-tire", "unsubscribes_per_further_contact", 100 * e.fatigue_unsubscribe,
         "100 fatigue_unsubscribe", ""),
        ("prompt-response-retains", "churn_hazard_ratio_per_doubling", math.exp(e.slow_hazard), "exp(slow_hazard)",
         "grave tickets take longer and drive people away by themselves"),
        ("people-leave-over-service-not-offers", "reason_gap", reason_gap, "shares of the reasons, own will only", ""),
        ("lock-in-retains", "hazard_ratio_in_contract", e.lock_in_hazard_ratio, "lock_in_hazard_ratio",
         "who signs may be loyal anyway"),
    )  # fmt: skip
    return tuple(Truth(claim=c, quantity=q, value=float(v), how=h, naive=n) for c, q, v, h, n in rows)


Difference = Callable[[Run, Outcomes, Outcomes], np.ndarray]
"""From the run and the outcomes with and without the effect to the effect on each treated unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    claim: str
    quantity: str
    without: tuple[str, ...]
    of: Difference
    other: Mapping[str, str] | None = None
    naive: str = ""


def counterfactual_truths(world: CompanyWorld, *, seed: int, claims: tuple[str, ...] = ()) -> tuple[Truth, ...]:
    """The truths that need a second world, in the registered units.

    Parameters
    ----------
    world : CompanyWorld
    seed : int
        Of both worlds.
    claims : tuple of str
        Ids to take; all that are known if empty.
    """
    run = simulate_company(world, seed=seed)
    actual, found = Outcomes(run), []
    for case in _CASES:
        if claims and case.claim not in claims:
            continue
        without = _other_world(world, case)
        effects = case.of(run, actual, Outcomes(simulate_company(without, seed=seed)))
        n = max(1, len(effects))
        how = (
            f"the world without {', '.join(case.without)}"
            if case.without
            else f"another arm's {', '.join(case.other or ())}"
        )
        found.append(
            Truth(
                claim=case.claim,
                quantity=case.quantity,
                value=float(effects.mean()) if len(effects) else math.nan,
                error=float(effects.std() / math.sqrt(n)),
                how=how,
                naive=case.naive,
            )
        )
    return tuple(found)


def _other_world(world: CompanyWorld, case: _Case) -> CompanyWorld:
    effects = world.effects.without(*case.without)
    if case.other:
        taken = {name: getattr(effects, source) for name, source in case.other.items()}
        effects = replace(effects, **taken)
    return replace(world, effects=effects)


def _treated(run: Run, family: str, arm: str = "") -> tuple[np.ndarray, np.ndarray]:
    """Customers and days of the first contacts of one arm, or of all but control."""
    plan, rows = campaigns_of(run.world), campaign_rows_of(run)
    rows = rows[rows["contact"] == 0]
    who, day, number, place = (rows[c].to_numpy(np.int64) for c in ("who", "day", "number", "arm"))
    families = np.array([c.family for c in plan])[number]
    arms = np.array([plan[k].arms[p] for k, p in zip(number, place, strict=True)])
    mine = (families == family) & ((arms == arm) if arm else (arms != CONTROL))
    return who[mine], day[mine]


def _lost(family: str, window: int, sign: float = 1.0) -> Difference:
    """Percentage points of subscribers lost within the window (sign -1: kept)."""

    def of(run: Run, actual: Outcomes, other: Outcomes) -> np.ndarray:
        who, day = _treated(run, family)
        fair = run.people.subscribed[who] & actual.is_customer(who, day) & other.is_customer(who, day)
        who, day = who[fair], day[fair]
        lost = [~outcomes.is_customer(who, day + window) for outcomes in (actual, other)]
        return sign * 100.0 * (lost[0].astype(float) - lost[1])

    return of


def _bought(family: str, window: int, skip: int = 0, arm: str = "") -> Difference:
    """Percentage points of those who bought within the window, its first `skip` days left out."""

    def of(run: Run, actual: Outcomes, other: Outcomes) -> np.ndarray:
        who, day = _treated(run, family, arm)
        share = [o.purchases(who, day + skip, day + window - 1) > 0 for o in (actual, other)]
        return 100.0 * (share[0].astype(float) - share[1])

    return of


def _spent(family: str, window: int, arm: str = "", *, percent: bool = True) -> Difference:
    """Change of the spend within the window: per cent of what it is without, or currency."""

    def of(run: Run, actual: Outcomes, other: Outcomes) -> np.ndarray:
        who, day = _treated(run, family, arm)
        with_it, without = (o.spend(who, day, day + window - 1) for o in (actual, other))
        return 100.0 * (with_it - without) / without.mean() if percent else with_it - without

    return of


def _joined(table: str) -> tuple[str, str]:
    return ("rows", "start") if table == "programme" else ("club", "start")


def _after_joining(table: str, measure: str) -> Difference:
    """The 91-day quarters 1 to 4 behind the quarter of joining: purchases or spend in per cent, active in points."""

    def of(run: Run, actual: Outcomes, other: Outcomes) -> np.ndarray:
        name, _ = _joined(table)
        rows = run.log.table(name, ("who", "start")).astype({"who": "int64", "start": "int64"})
        firsts = rows.groupby("who")["start"].min()
        who, day = firsts.index.to_numpy(), firsts.to_numpy()
        fair = (day - run.people.joined[who] > HALF_YEAR + QUARTER) & (day + 5 * QUARTER < run.world.n_days)
        who, day = np.tile(who[fair], 4), np.concatenate([day[fair] + QUARTER * k for k in range(1, 5)]) - QUARTER // 2
        ask = {"active": "purchases"}.get(measure, measure)
        with_it, without = (getattr(o, ask)(who, day, day + QUARTER - 1) for o in (actual, other))
        if measure == "active":
            return 100.0 * ((with_it > 0).astype(float) - (without > 0))
        found: np.ndarray = 100.0 * (with_it - without) / without.mean()
        return found

    return of


def _after_redeeming(run: Run, actual: Outcomes, other: Outcomes) -> np.ndarray:
    points = run.log.table("points", ("who", "day", "points", "kind"))
    points = points[(points["kind"] == 1) & (points["day"] + 35 < run.world.n_days)]
    who, day = points["who"].to_numpy(np.int64), points["day"].to_numpy(np.int64)
    with_it, without = (o.purchases(who, day + 7, day + 34) for o in (actual, other))
    found: np.ndarray = 100.0 * (with_it - without) / without.mean()
    return found


def _first_year_of_referred(run: Run, actual: Outcomes, other: Outcomes) -> np.ndarray:
    who = np.flatnonzero((run.state.referrer >= 0) & (run.people.joined + YEAR < run.world.n_days))
    day = run.people.joined[who]
    with_it, without = (o.spend(who, day, day + YEAR) for o in (actual, other))
    found: np.ndarray = 1.0 + (with_it - without) / without.mean()
    return found


def _after_ticket(chosen: str) -> Difference:
    """Percentage points lost in the half year after a ticket, among those it was `first` contact for, or a `failure`."""

    def of(run: Run, actual: Outcomes, other: Outcomes) -> np.ndarray:
        t = run.log.table("tickets", ("who", "minute", "first", "kind"))
        t = t[t["first"].astype(bool)] if chosen == "first" else t[t["kind"] < 2]
        who, day = t["who"].to_numpy(np.int64), (t["minute"] // 1_440).to_numpy(np.int64)
        fair = run.people.subscribed[who] & (day + HALF_YEAR < run.world.n_days)
        fair &= actual.is_customer(who, day) & other.is_customer(who, day)
        who, day = who[fair], day[fair]
        lost = [~o.is_customer(who, day + HALF_YEAR) for o in (actual, other)]
        return 100.0 * (lost[0].astype(float) - lost[1])

    return of


def _failure_at_landmark(run: Run, actual: Outcomes, other: Outcomes) -> np.ndarray:
    """Lost in the last half year, among subscribers who met a failure in the half year before it."""
    landmark = run.world.n_days - 1 - HALF_YEAR
    t = run.log.table("tickets", ("who", "minute", "kind"))
    day = (t["minute"] // 1_440).to_numpy(np.int64)
    near = (t["kind"].to_numpy() < 2) & (day >= landmark - HALF_YEAR) & (day < landmark)
    who = np.unique(t["who"].to_numpy(np.int64)[near])
    at = np.full(len(who), landmark)
    fair = run.people.subscribed[who] & (actual.is_customer(who, at) & other.is_customer(who, at))
    fair &= actual.is_customer(who, at - HALF_YEAR)
    who, at = who[fair], at[fair]
    lost = [~o.is_customer(who, at + HALF_YEAR) for o in (actual, other)]
    return 100.0 * (lost[0].astype(float) - lost[1])


def _friends_of_the_reached(run: Run, actual: Outcomes, other: Outcomes) -> np.ndarray:
    """Percentage points who bought in the year, among friends of referrers who took part because they were asked."""
    plan, rows = campaigns_of(run.world), campaign_rows_of(run)
    number = next(k for k, c in enumerate(plan) if c.family == "referral")
    reached = rows[(rows["number"] == number) & rows["answered"].astype(bool)]
    mark = np.zeros(run.world.n_customers + 1, dtype=bool)
    mark[reached["who"].to_numpy(np.int64)] = True
    start = 7 * plan[number].week
    friends = np.flatnonzero(mark[run.state.referrer] & (run.people.joined < start))
    day = np.full(len(friends), start)
    share = [o.purchases(friends, day, day + YEAR - 1) > 0 for o in (actual, other)]
    return 100.0 * (share[0].astype(float) - share[1])


_JOINING = (
    "programme_rate_ratio",
    "programme_hazard_ratio",
    "tier_rate_ratios",
    "goal_gradient",
    "redemption_rate_ratio",
)
_HEAVY = "heavy buyers join first: the gap between members and others flatters it"
_LAST = YEAR - QUARTER

_CASES: tuple[_Case, ...] = (
    _Case(
        claim="proactive-contact-reduces-churn",
        quantity="churn_difference",
        without=("proactive_hazard_ratio", "proactive_by_risk"),
        of=_lost("proactive", QUARTER),
    ),
    _Case(
        claim="exclusive-access-retains",
        quantity="retention_difference",
        without=("access_hazard_ratio", "access_rate_ratio"),
        of=_lost("access", YEAR, -1.0),
    ),
    _Case(
        claim="exclusive-access-retains",
        quantity="spend_change",
        without=("access_hazard_ratio", "access_rate_ratio"),
        of=_spent("access", YEAR),
    ),
    _Case(
        claim="gamification-retains",
        quantity="retention_difference",
        without=("game_hazard_ratio",),
        of=_lost("game", QUARTER, -1.0),
    ),
    _Case(
        claim="online-relationships-retain",
        quantity="retention_difference",
        without=("community_hazard_ratio",),
        of=_lost("community", YEAR, -1.0),
    ),
    _Case(
        claim="online-relationships-retain",
        quantity="spend_change",
        without=("community_hazard_ratio",),
        of=_spent("community", YEAR),
    ),
    _Case(
        claim="easy-consistent-service-retains",
        quantity="retention_difference",
        without=("ease_hazard_ratio",),
        of=_lost("ease", YEAR, -1.0),
    ),
    _Case(
        claim="asking-feedback-retains",
        quantity="churn_difference",
        without=("feedback_hazard_ratio",),
        of=_lost("feedback", YEAR),
    ),
    _Case(
        claim="consistent-messaging-builds-loyalty",
        quantity="retention_difference",
        without=("consistency_rate_ratio",),
        of=_bought("consistency", HALF_YEAR),
    ),
    _Case(
        claim="reactivation-pays",
        quantity="return_difference",
        without=("winback_return_ratio",),
        of=_bought("winback", YEAR),
    ),
    _Case(
        claim="personalisation-lifts-response",
        quantity="purchase_lift",
        without=(),
        other={"matched_rate_ratio": "mismatched_rate_ratio"},
        of=_bought("message", QUARTER, arm="matched"),
    ),
    _Case(
        claim="personalisation-lifts-response",
        quantity="spend_lift",
        without=(),
        other={"matched_rate_ratio": "mismatched_rate_ratio"},
        of=_spent("message", QUARTER, arm="matched", percent=False),
    ),
    _Case(
        claim="programme-type-matters",
        quantity="lead_of_best_type",
        without=(),
        other={"cashback_rate_ratio": "points_rate_ratio"},
        of=_bought("programme", YEAR, _LAST, arm="cashback"),
    ),
    _Case(
        claim="subscriptions-retain",
        quantity="retention_difference",
        without=("club_offer_rate_ratio",),
        of=_bought("subscription", YEAR, _LAST),
    ),
    _Case(
        claim="word-of-mouth-brings-customers",
        quantity="peer_effect",
        without=("peer_rate_ratio", "peer_return_ratio"),
        of=_friends_of_the_reached,
        naive="friends are alike",
    ),
    _Case(
        claim="referred-customers-are-worth-more",
        quantity="value_ratio",
        without=("referred_rate_ratio", "referred_hazard_ratio"),
        of=_first_year_of_referred,
        naive="friends are alike: satisfied referrers bring satisfied friends",
    ),
    _Case(
        claim="programme-raises-retention",
        quantity="retention_difference",
        without=_JOINING,
        of=_after_joining("programme", "active"),
        naive=_HEAVY,
    ),
    _Case(
        claim="programme-raises-retention",
        quantity="spend_change",
        without=_JOINING,
        of=_after_joining("programme", "spend"),
        naive=_HEAVY,
    ),
    _Case(
        claim="programme-raises-retention",
        quantity="purchase_rate_change",
        without=_JOINING,
        of=_after_joining("programme", "purchases"),
        naive=_HEAVY,
    ),
    _Case(
        claim="subscriptions-retain",
        quantity="purchase_change",
        without=("club_rate_ratio",),
        of=_after_joining("club", "purchases"),
        naive=_HEAVY,
    ),
    _Case(
        claim="redemption-lifts-purchases",
        quantity="purchase_change_after",
        without=("redemption_rate_ratio",),
        of=_after_redeeming,
        naive="a redemption is a purchase, and purchases come in bursts of the more active",
    ),
    _Case(
        claim="first-contact-resolution-retains",
        quantity="churn_difference",
        without=("first_contact_hazard_ratio", "recovery_share"),
        of=_after_ticket("first"),
        naive="grave tickets are seldom settled at once and drive people away by themselves",
    ),
    _Case(
        claim="service-failure-drives-churn",
        quantity="churn_difference",
        without=("failure_hazard_ratio", "severity_hazard"),
        of=_failure_at_landmark,
        naive="heavy users meet more failures",
    ),
)


def all_truths(world: CompanyWorld, *, seed: int) -> tuple[Truth, ...]:
    """Formula truths first, then counterfactual ones."""
    return formula_truths(world) + counterfactual_truths(world, seed=seed)


__all__ = ["Effects", "Truth", "all_truths", "counterfactual_truths", "formula_truths"]
