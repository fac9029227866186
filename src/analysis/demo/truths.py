"""The truth behind a simulated company, claim by claim: by formula, or by running the scenario without the effect.

A counterfactual truth compares the same customers in two scenarios of one seed, with the effect and without it (or with
another arm's effect in its place). It is the effect on those who were treated or exposed, which for treatments at random is
what an experiment estimates. It carries the simulation's own error: take many customers, or average over seeds.

Where the company's own confounders (see `simulate_company`) make a naive analysis wrong, `naive` says which way.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from analysis.demo.counterfactuals import CASES, Case
from analysis.demo.engine import simulate_company
from analysis.demo.outcomes import Outcomes
from analysis.demo.parameters import REASONS, CompanyScenario


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
        Formula, or which effects the counterfactual scenario lacks.
    naive : str
        What makes a naive analysis wrong, and which way; empty where nothing does.
    """

    claim: str
    quantity: str
    value: float
    how: str
    error: float = 0.0
    naive: str = ""


def formula_truths(scenario: CompanyScenario) -> tuple[Truth, ...]:
    """The truths that are functions of the parameters.

    Examples
    --------
    >>> found = {t.quantity: t.value for t in formula_truths(CompanyScenario())}
    >>> found["average_cost_ratio"], round(found["trust_weight_difference"], 2)
    (5.0, 0.35)
    """
    e = scenario.effects
    willing = 1 - REASONS["involuntary"]
    reason_gap = 100 * (REASONS["service"] - REASONS["competitor"] - REASONS["price"]) / willing
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
        ("people-leave-over-service-not-offers", "reason_gap", reason_gap,
         "service less competitor and price, of those who left of own will", ""),
        ("lock-in-retains", "hazard_ratio_in_contract", e.lock_in_hazard_ratio, "lock_in_hazard_ratio",
         "who signs may be loyal anyway"),
    )  # fmt: skip
    return tuple(Truth(claim=c, quantity=q, value=float(v), how=h, naive=n) for c, q, v, h, n in rows)


def counterfactual_truths(scenario: CompanyScenario, *, seed: int, claims: tuple[str, ...] = ()) -> tuple[Truth, ...]:
    """The truths that need a second scenario, in the registered units.

    Parameters
    ----------
    scenario : CompanyScenario
    seed : int
        Of both scenarios.
    claims : tuple of str
        Ids to take; all that are known if empty.
    """
    run = simulate_company(scenario, seed=seed)
    actual, found, simulated = Outcomes(run), [], (scenario, Outcomes(run))
    for case in CASES:
        if claims and case.claim not in claims:
            continue
        other = _other_scenario(scenario, case)
        if simulated[0] != other:  # neighbours in the list mostly share their other scenario
            simulated = (other, Outcomes(simulate_company(other, seed=seed)))
        effects = case.of(run, actual, simulated[1])
        found.append(
            Truth(
                claim=case.claim,
                quantity=case.quantity,
                value=float(effects.mean()) if len(effects) else math.nan,
                error=float(effects.std() / math.sqrt(max(1, len(effects)))),
                how=f"the scenario without {', '.join(case.without)}"
                if case.without
                else f"another arm's {', '.join(case.other or ())}",
                naive=case.naive,
            )
        )
    return tuple(found)


def _other_scenario(scenario: CompanyScenario, case: Case) -> CompanyScenario:
    effects = scenario.effects.without(*case.without)
    if case.other:
        taken = {name: getattr(effects, source) for name, source in case.other.items()}
        effects = replace(effects, **taken)
    return replace(scenario, effects=effects)
