"""The one table: which function answers which claim from frames of which name, and which checks go with it.

A source says which of its frames speak to a claim (`Answer`); here stands what is done with them. Scenarios of the calibration
study and stored results name the same functions as text (`target_of`); a test holds all of them together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from analysis.core.results import CheckResult, Estimate
from analysis.core.vocabulary import OnFailure, Validation
from analysis.estimators.aggregate.churn_gap import estimate_churn_gap
from analysis.estimators.aggregate.cost_ratio import estimate_cost_ratio
from analysis.estimators.aggregate.diffusion import estimate_imitation
from analysis.estimators.aggregate.growth_accounting import estimate_growth_accounting
from analysis.estimators.aggregate.growth_across import estimate_growth_across
from analysis.estimators.aggregate.panel_mean import estimate_panel_mean
from analysis.estimators.aggregate.priority_waits import estimate_priority_waits
from analysis.estimators.aggregate.queue_simulation import estimate_queue_simulation
from analysis.estimators.aggregate.reason_shares import estimate_reason_gap
from analysis.estimators.aggregate.revenue_stability import estimate_revenue_stability
from analysis.estimators.checks.a_a import check_a_a
from analysis.estimators.checks.adjustment import check_balance, check_overlap, check_unmeasured_confounding
from analysis.estimators.checks.balance import check_arm_balance, check_sample_ratio
from analysis.estimators.checks.competing_risks import check_competing_risks
from analysis.estimators.checks.compliance import check_compliance
from analysis.estimators.checks.density_at_threshold import check_density
from analysis.estimators.checks.edges import check_edges
from analysis.estimators.checks.first_stage import check_first_stage
from analysis.estimators.checks.lead_placebo import check_lead_placebo
from analysis.estimators.checks.leakage import check_leakage
from analysis.estimators.checks.networks import check_each_study
from analysis.estimators.checks.period_trend import check_period_trend
from analysis.estimators.checks.placebo_threshold import check_placebo_cutoffs, check_placebo_heaps, check_placebo_runs
from analysis.estimators.checks.pre_trends import check_pre_trends
from analysis.estimators.checks.prices import check_interaction_confounding, check_price_effect, check_price_setting
from analysis.estimators.checks.survivors import check_survivors
from analysis.estimators.checks.waits import check_who_pays
from analysis.estimators.observational.choice_prices import estimate_choice_prices
from analysis.estimators.observational.contact_pressure import estimate_contact_pressure
from analysis.estimators.observational.contagion_odds import estimate_contagion_odds
from analysis.estimators.observational.doubly_robust import estimate_doubly_robust
from analysis.estimators.observational.panel_effects import estimate_panel_effect
from analysis.estimators.observational.price_tolerance import estimate_market_gap, estimate_price_tolerance
from analysis.estimators.observational.raw_share import estimate_raw_share
from analysis.estimators.observational.recovery_share import estimate_recovery_share
from analysis.estimators.observational.response_comparison import estimate_offer_response
from analysis.estimators.observational.standardised_weights import estimate_standardised_weights
from analysis.estimators.observational.survey_links import estimate_survey_link, estimate_team_gap
from analysis.estimators.observational.valence_growth import estimate_review_elasticity, estimate_valence_slopes
from analysis.estimators.observational.value_ratio import estimate_value_ratio
from analysis.estimators.observational.within_customer_slope import estimate_within_customer_slope
from analysis.estimators.prediction.discrimination import estimate_discrimination
from analysis.estimators.prediction.forecast_discrimination import estimate_forecast_discrimination
from analysis.estimators.quasi_experimental.goal_gradient import estimate_goal_gradient
from analysis.estimators.quasi_experimental.redemption_event_study import estimate_redemption_event_study
from analysis.estimators.quasi_experimental.regression_discontinuity import estimate_discontinuity_difference
from analysis.estimators.quasi_experimental.staggered_adoption import estimate_staggered_adoption
from analysis.estimators.quasi_experimental.tier_cutoff import estimate_tier_cutoff
from analysis.estimators.randomised.best_arm import estimate_best_arm
from analysis.estimators.randomised.encouragement import estimate_peer_effect
from analysis.estimators.randomised.intention_to_treat import estimate_complier_effect, estimate_intention_to_treat
from analysis.estimators.randomised.targeting import estimate_targeting
from analysis.estimators.survival.cause_specific_hazard import estimate_cause_specific_hazard
from analysis.estimators.survival.leverage_accounts import estimate_leverage_accounts
from analysis.estimators.survival.leverage_histories import estimate_leverage_opportunities, estimate_leverage_summary
from analysis.estimators.survival.leverage_survival import estimate_leverage_survival
from analysis.estimators.survival.state_dependence import estimate_state_dependence

Estimator = Callable[..., tuple[Estimate, ...]]


@dataclass(frozen=True, slots=True)
class Study:
    """How a claim is answered from frames of one name.

    Attributes
    ----------
    estimator : callable
        Takes frame, claim and options.
    judged_on : Validation
        The people on whom a predictor is judged; a survey's score is fitted to nobody.
    beside_only : bool
        Whether it gives context only and decides nothing.
    """

    estimator: Estimator
    judged_on: Validation = Validation.UNKNOWN
    beside_only: bool = False

    @property
    def target(self) -> str:
        """The estimator as text."""
        return target_of(self.estimator)


class Check(NamedTuple):
    """A check: name of the frame it needs, what runs it on frame and claim, and what its failure does."""

    frame: str
    function: Callable[..., CheckResult]
    on_failure: OnFailure

    @property
    def target(self) -> str:
        """The function as text."""
        return target_of(self.function)


def target_of(function: Callable[..., object]) -> str:
    """Return a function as ``module:function`` below `analysis.estimators`, or below its checks.

    Examples
    --------
    >>> target_of(STUDIES["repeat-momentum", "repeat_trials"].estimator)
    'survival.state_dependence:estimate_state_dependence'
    """
    module = function.__module__.removeprefix("analysis.estimators.").removeprefix("checks.")
    return f"{module}:{function.__name__}"


STUDIES: Mapping[tuple[str, str], Study] = MappingProxyType(
    {
        # cost and profit
        ("acquisition-cost-multiple", "offers"): Study(estimate_offer_response),
        ("acquisition-cost-multiple", "cost_periods"): Study(estimate_cost_ratio),
        ("existing-customers-buy-more-readily", "offers"): Study(estimate_offer_response),
        ("retention-profit-leverage", "customer_summary"): Study(estimate_leverage_summary),
        ("retention-profit-leverage", "opportunities"): Study(estimate_leverage_opportunities),
        ("retention-profit-leverage", "cohort_survival"): Study(estimate_leverage_survival),
        ("retention-profit-leverage", "account_periods"): Study(estimate_leverage_accounts),
        ("retention-drives-growth", "account_periods"): Study(estimate_growth_accounting),
        ("retention-drives-growth", "unit_accounts"): Study(estimate_growth_across),
        # what loyal customers do
        ("repeat-momentum", "repeat_trials"): Study(estimate_state_dependence),
        ("spend-grows-with-tenure", "customer_periods"): Study(estimate_within_customer_slope),
        ("loyal-customers-tolerate-prices", "price_exposure"): Study(estimate_price_tolerance),
        ("loyal-customers-tolerate-prices", "choice_sets"): Study(estimate_choice_prices),
        ("repeat-revenue-is-steadier", "segment_revenue"): Study(estimate_revenue_stability),
        ("retained-is-not-loyal", "price_exposure"): Study(estimate_market_gap),
        # word of mouth
        ("satisfied-customers-refer", "exposure"): Study(estimate_doubly_robust),
        ("satisfied-customers-refer", "scores"): Study(estimate_discrimination),
        ("referred-customers-are-worth-more", "exposure"): Study(estimate_value_ratio),
        ("referred-customers-are-worth-more", "spells"): Study(estimate_cause_specific_hazard),
        ("word-of-mouth-brings-customers", "peer_encouragement"): Study(estimate_peer_effect),
        ("word-of-mouth-brings-customers", "experiment"): Study(estimate_complier_effect),
        ("word-of-mouth-brings-customers", "network_adoption"): Study(estimate_contagion_odds),
        ("word-of-mouth-brings-customers", "diffusion_curve"): Study(estimate_imitation),
        ("word-of-mouth-brings-customers", "valence_growth"): Study(estimate_review_elasticity),
        ("negative-word-of-mouth-costs-more", "valence_growth"): Study(estimate_valence_slopes),
        # satisfaction, NPS, trust
        ("satisfaction-keeps-customers", "scores"): Study(estimate_survey_link),
        ("satisfaction-keeps-customers", "panel"): Study(estimate_panel_effect),
        ("nps-marks-loyalty", "scores"): Study(estimate_discrimination, judged_on=Validation.LATER),
        ("quality-builds-trust", "satisfaction_items"): Study(estimate_standardised_weights),
        # programmes
        ("programme-raises-retention", "staggered"): Study(estimate_staggered_adoption),
        ("tiers-accelerate-spend", "tier_approach"): Study(estimate_goal_gradient),
        ("tiers-accelerate-spend", "tier_cutoff"): Study(estimate_tier_cutoff),
        ("tier-benefits-must-be-meaningful", "tier_cutoff"): Study(estimate_discontinuity_difference),
        ("exclusive-access-retains", "experiment"): Study(estimate_intention_to_treat),
        ("programme-type-matters", "experiment"): Study(estimate_best_arm),
        ("programme-raises-retention", "exposure"): Study(estimate_doubly_robust),
        ("tiers-accelerate-spend", "exposure"): Study(estimate_doubly_robust),
        ("redemption-friction-deters", "exposure"): Study(estimate_doubly_robust),
        ("redemption-lifts-purchases", "exposure"): Study(estimate_doubly_robust),
        ("redemption-lifts-purchases", "staggered"): Study(estimate_staggered_adoption),
        ("redemption-lifts-purchases", "redemption_windows"): Study(estimate_redemption_event_study),
        ("gamification-retains", "experiment"): Study(estimate_intention_to_treat),
        # personalisation and communication
        ("consistent-messaging-builds-loyalty", "experiment"): Study(estimate_intention_to_treat),
        ("online-relationships-retain", "experiment"): Study(estimate_intention_to_treat),
        ("personalisation-lifts-response", "experiment"): Study(estimate_intention_to_treat),
        ("generic-messages-tire", "experiment"): Study(estimate_intention_to_treat),
        ("generic-messages-tire", "panel"): Study(estimate_panel_effect),
        ("online-relationships-retain", "exposure"): Study(estimate_doubly_robust),
        ("generic-messages-tire", "contacts"): Study(estimate_contact_pressure),
        # service
        ("first-contact-resolution-retains", "exposure"): Study(estimate_doubly_robust),
        ("recovery-restores-loyalty", "panel"): Study(estimate_panel_effect),
        ("recovery-restores-loyalty", "exposure"): Study(estimate_recovery_share),
        ("prompt-response-retains", "spells"): Study(estimate_cause_specific_hazard),
        ("courteous-empowered-staff-retain", "exposure"): Study(estimate_team_gap),
        ("service-failure-drives-churn", "exposure"): Study(estimate_doubly_robust),
        ("prompt-response-retains", "exposure"): Study(estimate_doubly_robust),
        ("courteous-empowered-staff-retain", "panel"): Study(estimate_panel_effect),
        ("service-failure-drives-churn", "panel"): Study(estimate_panel_effect),
        ("prompt-response-retains", "panel"): Study(estimate_panel_effect),
        ("value-first-queues-pay", "waits"): Study(estimate_priority_waits),
        ("value-first-queues-pay", "queue"): Study(estimate_queue_simulation, beside_only=True),
        ("proactive-contact-reduces-churn", "exposure"): Study(estimate_doubly_robust),
        ("proactive-contact-reduces-churn", "experiment"): Study(estimate_intention_to_treat),
        ("easy-consistent-service-retains", "experiment"): Study(estimate_intention_to_treat),
        ("easy-consistent-service-retains", "panel"): Study(estimate_panel_effect),
        ("proactive-contact-reduces-churn", "panel"): Study(estimate_panel_effect),
        ("lock-in-retains", "panel"): Study(estimate_panel_effect),
        ("easy-consistent-service-retains", "scores"): Study(estimate_survey_link),
        # churn, risk, win-back, lock-in
        ("people-leave-over-service-not-offers", "reasons"): Study(estimate_reason_gap),
        ("people-leave-over-service-not-offers", "panel"): Study(estimate_panel_mean),
        ("subscriptions-retain", "staggered"): Study(estimate_staggered_adoption),
        ("subscriptions-retain", "experiment"): Study(estimate_intention_to_treat),
        ("industry-churn-gap", "churn_rates"): Study(estimate_churn_gap),
        ("churn-is-predictable", "scores"): Study(estimate_discrimination, judged_on=Validation.CROSS_VALIDATED),
        ("churn-is-predictable", "customer_holdout"): Study(
            estimate_forecast_discrimination, judged_on=Validation.LATER_SAME_PEOPLE
        ),
        ("churn-is-predictable", "opportunities"): Study(
            estimate_forecast_discrimination, judged_on=Validation.LATER_SAME_PEOPLE
        ),
        ("lock-in-retains", "exposure"): Study(estimate_doubly_robust),
        ("lock-in-retains", "spells"): Study(estimate_cause_specific_hazard),
        ("targeting-risk-pays", "experiment"): Study(estimate_targeting),
        ("reactivation-pays", "experiment"): Study(estimate_intention_to_treat),
        ("reactivation-pays", "offers"): Study(estimate_raw_share),
        # feedback and practice
        ("asking-feedback-retains", "experiment"): Study(estimate_intention_to_treat),
        ("experience-leaders-retain-more", "panel"): Study(estimate_panel_effect),
    }
)
"""(claim id, frame name) to how the claim is answered from such frames."""

VOIDS, LOWERS, INFORMS = OnFailure.VOIDS, OnFailure.LOWERS, OnFailure.INFORMS
# A weak first stage only informs, because the intervals are Anderson and Rubin's: they hold their level without one.
# How strong a confounder would have to be, whether survivors differ, who pays and who complied describe an estimate.

CHECKS: Mapping[tuple[str, str], Check] = MappingProxyType(
    {
        # what loyal customers do
        ("spend-grows-with-tenure", "survivors"): Check("customer_periods", check_survivors, INFORMS),
        ("spend-grows-with-tenure", "drift over calendar time"): Check("customer_periods", check_period_trend, LOWERS),
        ("loyal-customers-tolerate-prices", "price setting"): Check("price_exposure", check_price_setting, LOWERS),
        ("loyal-customers-tolerate-prices", "price effect"): Check("price_exposure", check_price_effect, INFORMS),
        ("loyal-customers-tolerate-prices", "unmeasured confounding"): Check(
            "price_exposure", check_interaction_confounding, INFORMS
        ),
        ("retained-is-not-loyal", "price setting"): Check("price_exposure", check_price_setting, LOWERS),
        # cost and profit
        ("retention-drives-growth", "edges"): Check("account_periods", check_edges, LOWERS),
        # word of mouth
        ("satisfied-customers-refer", "overlap"): Check("exposure", check_overlap, VOIDS),
        ("satisfied-customers-refer", "balance"): Check("exposure", check_balance, VOIDS),
        ("word-of-mouth-brings-customers", "first stage"): Check("peer_encouragement", check_first_stage, INFORMS),
        ("word-of-mouth-brings-customers", "compliance"): Check("experiment", check_compliance, INFORMS),
        ("word-of-mouth-brings-customers", "each network by itself"): Check(
            "network_adoption", check_each_study, INFORMS
        ),
        # what is measured after the outcome cannot have caused it
        ("satisfaction-keeps-customers", "the year after"): Check("panel", check_lead_placebo, VOIDS),
        ("prompt-response-retains", "the year after"): Check("panel", check_lead_placebo, VOIDS),
        ("service-failure-drives-churn", "the year after"): Check("panel", check_lead_placebo, VOIDS),
        ("generic-messages-tire", "the weeks after"): Check("panel", check_lead_placebo, VOIDS),
        ("online-relationships-retain", "overlap"): Check("exposure", check_overlap, VOIDS),
        ("online-relationships-retain", "balance"): Check("exposure", check_balance, VOIDS),
        ("easy-consistent-service-retains", "the year after"): Check("panel", check_lead_placebo, VOIDS),
        ("proactive-contact-reduces-churn", "the year after"): Check("panel", check_lead_placebo, VOIDS),
        ("courteous-empowered-staff-retain", "the year after"): Check("panel", check_lead_placebo, VOIDS),
        # programmes
        ("programme-raises-retention", "overlap"): Check("exposure", check_overlap, VOIDS),
        ("programme-raises-retention", "balance"): Check("exposure", check_balance, VOIDS),
        ("programme-raises-retention", "paths before joining"): Check("staggered", check_pre_trends, VOIDS),
        ("tiers-accelerate-spend", "thresholds that do not exist"): Check("tier_approach", check_placebo_runs, VOIDS),
        ("tiers-accelerate-spend", "false thresholds"): Check("tier_cutoff", check_placebo_cutoffs, VOIDS),
        ("tiers-accelerate-spend", "heaps at false thresholds"): Check("tier_cutoff", check_placebo_heaps, VOIDS),
        ("tiers-accelerate-spend", "heap at the threshold"): Check("tier_cutoff", check_density, VOIDS),
        ("redemption-lifts-purchases", "paths before redeeming"): Check("staggered", check_pre_trends, VOIDS),
        ("redemption-lifts-purchases", "overlap"): Check("exposure", check_overlap, VOIDS),
        ("redemption-lifts-purchases", "balance"): Check("exposure", check_balance, VOIDS),
        # personalisation and communication
        ("personalisation-lifts-response", "arm balance"): Check("experiment", check_arm_balance, LOWERS),
        ("personalisation-lifts-response", "two halves of the control arm"): Check("experiment", check_a_a, LOWERS),
        # service
        ("service-failure-drives-churn", "overlap"): Check("exposure", check_overlap, VOIDS),
        ("service-failure-drives-churn", "balance"): Check("exposure", check_balance, VOIDS),
        ("service-failure-drives-churn", "unmeasured confounding"): Check(
            "exposure", check_unmeasured_confounding, INFORMS
        ),
        ("value-first-queues-pay", "who pays"): Check("queue", check_who_pays, INFORMS),
        # churn, risk, win-back, lock-in
        ("churn-is-predictable", "leakage"): Check("scores", check_leakage, VOIDS),
        ("targeting-risk-pays", "arm sizes"): Check("experiment", check_sample_ratio, VOIDS),
        ("reactivation-pays", "arm sizes"): Check("experiment", check_sample_ratio, VOIDS),
        ("reactivation-pays", "arm balance"): Check("experiment", check_arm_balance, LOWERS),
        ("lock-in-retains", "overlap"): Check("exposure", check_overlap, VOIDS),
        ("lock-in-retains", "balance"): Check("exposure", check_balance, VOIDS),
        ("lock-in-retains", "competing risks"): Check("spells", check_competing_risks, LOWERS),
        ("subscriptions-retain", "paths before joining"): Check("staggered", check_pre_trends, VOIDS),
    }
)
"""(claim id, name of the check) to what it needs, what runs it and what its failure does."""

CHECKS_OF_DATA = frozenset({"competing risks"})
"""Checks that tell something of the data themselves: they are run on sources that cannot answer, too."""
