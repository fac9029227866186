"""Which estimator answers which claim from which frame, and which checks go with it: tables, nothing is imported or run."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from analysis.core.vocabulary import OnFailure, Validation

STUDIES: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        # cost and profit
        ("acquisition-cost-multiple", "offers"): "observational.response_comparison:estimate_offer_response",
        ("acquisition-cost-multiple", "cost_periods"): "aggregate.cost_ratio:estimate_cost_ratio",
        ("existing-customers-buy-more-readily", "offers"): "observational.response_comparison:estimate_offer_response",
        ("retention-profit-leverage", "customer_summary"): "survival.leverage_histories:estimate_leverage_summary",
        ("retention-profit-leverage", "opportunities"): "survival.leverage_histories:estimate_leverage_opportunities",
        ("retention-profit-leverage", "cohort_survival"): "survival.leverage_survival:estimate_leverage_survival",
        ("retention-profit-leverage", "account_periods"): "survival.leverage_accounts:estimate_leverage_accounts",
        ("retention-drives-growth", "account_periods"): "aggregate.growth_accounting:estimate_growth_accounting",
        ("retention-drives-growth", "unit_accounts"): "aggregate.growth_across:estimate_growth_across",
        # what loyal customers do
        ("repeat-momentum", "repeat_trials"): "survival.state_dependence:estimate_state_dependence",
        (
            "spend-grows-with-tenure",
            "customer_periods",
        ): "observational.within_customer_slope:estimate_within_customer_slope",
        ("loyal-customers-tolerate-prices", "price_exposure"): "observational.price_tolerance:estimate_price_tolerance",
        ("loyal-customers-tolerate-prices", "choice_sets"): "observational.choice_prices:estimate_choice_prices",
        ("repeat-revenue-is-steadier", "segment_revenue"): "aggregate.revenue_stability:estimate_revenue_stability",
        ("retained-is-not-loyal", "price_exposure"): "observational.price_tolerance:estimate_market_gap",
        # word of mouth
        ("satisfied-customers-refer", "exposure"): "observational.doubly_robust:estimate_doubly_robust",
        ("satisfied-customers-refer", "scores"): "prediction.discrimination:estimate_discrimination",
        ("referred-customers-are-worth-more", "exposure"): "observational.value_ratio:estimate_value_ratio",
        (
            "referred-customers-are-worth-more",
            "spells",
        ): "survival.cause_specific_hazard:estimate_cause_specific_hazard",
        ("word-of-mouth-brings-customers", "peer_encouragement"): "randomised.encouragement:estimate_peer_effect",
        ("word-of-mouth-brings-customers", "experiment"): "randomised.intention_to_treat:estimate_complier_effect",
        ("word-of-mouth-brings-customers", "network_adoption"): "observational.contagion_odds:estimate_contagion_odds",
        ("word-of-mouth-brings-customers", "diffusion_curve"): "aggregate.diffusion:estimate_imitation",
        ("word-of-mouth-brings-customers", "valence_growth"): "observational.valence_growth:estimate_review_elasticity",
        ("negative-word-of-mouth-costs-more", "valence_growth"): "observational.valence_growth:estimate_valence_slopes",
        # satisfaction, NPS, trust
        ("satisfaction-keeps-customers", "scores"): "observational.survey_links:estimate_survey_link",
        ("satisfaction-keeps-customers", "panel"): "observational.panel_effects:estimate_panel_effect",
        ("nps-marks-loyalty", "scores"): "prediction.discrimination:estimate_discrimination",
        (
            "quality-builds-trust",
            "satisfaction_items",
        ): "observational.standardised_weights:estimate_standardised_weights",
        # programmes
        (
            "programme-raises-retention",
            "staggered",
        ): "quasi_experimental.staggered_adoption:estimate_staggered_adoption",
        ("tiers-accelerate-spend", "tier_approach"): "quasi_experimental.goal_gradient:estimate_goal_gradient",
        ("tiers-accelerate-spend", "tier_cutoff"): "quasi_experimental.tier_cutoff:estimate_tier_cutoff",
        (
            "tier-benefits-must-be-meaningful",
            "tier_cutoff",
        ): "quasi_experimental.regression_discontinuity:estimate_discontinuity_difference",
        ("exclusive-access-retains", "experiment"): "randomised.intention_to_treat:estimate_intention_to_treat",
        ("programme-type-matters", "experiment"): "randomised.best_arm:estimate_best_arm",
        ("programme-raises-retention", "exposure"): "observational.doubly_robust:estimate_doubly_robust",
        ("tiers-accelerate-spend", "exposure"): "observational.doubly_robust:estimate_doubly_robust",
        ("redemption-friction-deters", "exposure"): "observational.doubly_robust:estimate_doubly_robust",
        ("redemption-lifts-purchases", "exposure"): "observational.doubly_robust:estimate_doubly_robust",
        (
            "redemption-lifts-purchases",
            "staggered",
        ): "quasi_experimental.staggered_adoption:estimate_staggered_adoption",
        (
            "redemption-lifts-purchases",
            "redemption_windows",
        ): "quasi_experimental.redemption_event_study:estimate_redemption_event_study",
        ("gamification-retains", "experiment"): "randomised.intention_to_treat:estimate_intention_to_treat",
        # personalisation and communication
        (
            "consistent-messaging-builds-loyalty",
            "experiment",
        ): "randomised.intention_to_treat:estimate_intention_to_treat",
        ("online-relationships-retain", "experiment"): "randomised.intention_to_treat:estimate_intention_to_treat",
        ("personalisation-lifts-response", "experiment"): "randomised.intention_to_treat:estimate_intention_to_treat",
        ("generic-messages-tire", "experiment"): "randomised.intention_to_treat:estimate_intention_to_treat",
        ("generic-messages-tire", "panel"): "observational.panel_effects:estimate_panel_effect",
        ("online-relationships-retain", "exposure"): "observational.doubly_robust:estimate_doubly_robust",
        ("generic-messages-tire", "contacts"): "observational.contact_pressure:estimate_contact_pressure",
        # service
        ("first-contact-resolution-retains", "exposure"): "observational.doubly_robust:estimate_doubly_robust",
        ("recovery-restores-loyalty", "panel"): "observational.panel_effects:estimate_panel_effect",
        ("recovery-restores-loyalty", "exposure"): "observational.recovery_share:estimate_recovery_share",
        ("prompt-response-retains", "spells"): "survival.cause_specific_hazard:estimate_cause_specific_hazard",
        ("courteous-empowered-staff-retain", "exposure"): "observational.survey_links:estimate_team_gap",
        ("service-failure-drives-churn", "exposure"): "observational.doubly_robust:estimate_doubly_robust",
        ("prompt-response-retains", "exposure"): "observational.doubly_robust:estimate_doubly_robust",
        ("courteous-empowered-staff-retain", "panel"): "observational.panel_effects:estimate_panel_effect",
        ("service-failure-drives-churn", "panel"): "observational.panel_effects:estimate_panel_effect",
        ("prompt-response-retains", "panel"): "observational.panel_effects:estimate_panel_effect",
        ("value-first-queues-pay", "waits"): "aggregate.priority_waits:estimate_priority_waits",
        ("value-first-queues-pay", "queue"): "aggregate.queue_simulation:estimate_queue_simulation",
        ("proactive-contact-reduces-churn", "exposure"): "observational.doubly_robust:estimate_doubly_robust",
        ("proactive-contact-reduces-churn", "experiment"): "randomised.intention_to_treat:estimate_intention_to_treat",
        ("easy-consistent-service-retains", "experiment"): "randomised.intention_to_treat:estimate_intention_to_treat",
        ("easy-consistent-service-retains", "panel"): "observational.panel_effects:estimate_panel_effect",
        ("proactive-contact-reduces-churn", "panel"): "observational.panel_effects:estimate_panel_effect",
        ("lock-in-retains", "panel"): "observational.panel_effects:estimate_panel_effect",
        ("easy-consistent-service-retains", "scores"): "observational.survey_links:estimate_survey_link",
        # churn, risk, win-back, lock-in
        ("people-leave-over-service-not-offers", "reasons"): "aggregate.reason_shares:estimate_reason_gap",
        ("people-leave-over-service-not-offers", "panel"): "aggregate.panel_mean:estimate_panel_mean",
        ("subscriptions-retain", "staggered"): "quasi_experimental.staggered_adoption:estimate_staggered_adoption",
        ("subscriptions-retain", "experiment"): "randomised.intention_to_treat:estimate_intention_to_treat",
        ("industry-churn-gap", "churn_rates"): "aggregate.churn_gap:estimate_churn_gap",
        ("churn-is-predictable", "scores"): "prediction.discrimination:estimate_discrimination",
        (
            "churn-is-predictable",
            "customer_holdout",
        ): "prediction.forecast_discrimination:estimate_forecast_discrimination",
        (
            "churn-is-predictable",
            "opportunities",
        ): "prediction.forecast_discrimination:estimate_forecast_discrimination",
        ("lock-in-retains", "exposure"): "observational.doubly_robust:estimate_doubly_robust",
        ("lock-in-retains", "spells"): "survival.cause_specific_hazard:estimate_cause_specific_hazard",
        ("targeting-risk-pays", "experiment"): "randomised.targeting:estimate_targeting",
        ("reactivation-pays", "experiment"): "randomised.intention_to_treat:estimate_intention_to_treat",
        ("reactivation-pays", "offers"): "observational.raw_share:estimate_raw_share",
        # feedback and practice
        ("asking-feedback-retains", "experiment"): "randomised.intention_to_treat:estimate_intention_to_treat",
        ("experience-leaders-retain-more", "panel"): "observational.panel_effects:estimate_panel_effect",
    }
)
"""(claim id, frame name) to ``module:function`` in `analysis.estimators`, imported only when it is run."""


class Check(NamedTuple):
    """A check: name of the frame it needs, ``module:function`` in `analysis.estimators.checks`, and what its failure does."""

    frame: str
    target: str
    on_failure: OnFailure


VOIDS, LOWERS, INFORMS = OnFailure.VOIDS, OnFailure.LOWERS, OnFailure.INFORMS
# A weak first stage only informs, because the intervals are Anderson and Rubin's: they hold their level without one.
# How strong a confounder would have to be, whether survivors differ, who pays and who complied describe an estimate.

CHECKS: Mapping[tuple[str, str], Check] = MappingProxyType(
    {
        # what loyal customers do
        ("spend-grows-with-tenure", "survivors"): Check("customer_periods", "survivors:check_survivors", INFORMS),
        ("spend-grows-with-tenure", "drift over calendar time"): Check(
            "customer_periods", "period_trend:check_period_trend", LOWERS
        ),
        ("loyal-customers-tolerate-prices", "price setting"): Check(
            "price_exposure", "prices:check_price_setting", LOWERS
        ),
        ("loyal-customers-tolerate-prices", "price effect"): Check(
            "price_exposure", "prices:check_price_effect", INFORMS
        ),
        ("loyal-customers-tolerate-prices", "unmeasured confounding"): Check(
            "price_exposure", "prices:check_interaction_confounding", INFORMS
        ),
        ("retained-is-not-loyal", "price setting"): Check("price_exposure", "prices:check_price_setting", LOWERS),
        # cost and profit
        ("retention-drives-growth", "edges"): Check("account_periods", "edges:check_edges", LOWERS),
        # word of mouth
        ("satisfied-customers-refer", "overlap"): Check("exposure", "adjustment:check_overlap", VOIDS),
        ("satisfied-customers-refer", "balance"): Check("exposure", "adjustment:check_balance", VOIDS),
        ("word-of-mouth-brings-customers", "first stage"): Check(
            "peer_encouragement", "first_stage:check_first_stage", INFORMS
        ),
        ("word-of-mouth-brings-customers", "compliance"): Check("experiment", "compliance:check_compliance", INFORMS),
        ("word-of-mouth-brings-customers", "each network by itself"): Check(
            "network_adoption", "networks:check_each_study", INFORMS
        ),
        # what is measured after the outcome cannot have caused it
        ("satisfaction-keeps-customers", "the year after"): Check("panel", "lead_placebo:check_lead_placebo", VOIDS),
        ("prompt-response-retains", "the year after"): Check("panel", "lead_placebo:check_lead_placebo", VOIDS),
        ("service-failure-drives-churn", "the year after"): Check("panel", "lead_placebo:check_lead_placebo", VOIDS),
        ("generic-messages-tire", "the weeks after"): Check("panel", "lead_placebo:check_lead_placebo", VOIDS),
        ("online-relationships-retain", "overlap"): Check("exposure", "adjustment:check_overlap", VOIDS),
        ("online-relationships-retain", "balance"): Check("exposure", "adjustment:check_balance", VOIDS),
        ("easy-consistent-service-retains", "the year after"): Check("panel", "lead_placebo:check_lead_placebo", VOIDS),
        ("proactive-contact-reduces-churn", "the year after"): Check("panel", "lead_placebo:check_lead_placebo", VOIDS),
        ("courteous-empowered-staff-retain", "the year after"): Check(
            "panel", "lead_placebo:check_lead_placebo", VOIDS
        ),
        # programmes
        ("programme-raises-retention", "overlap"): Check("exposure", "adjustment:check_overlap", VOIDS),
        ("programme-raises-retention", "balance"): Check("exposure", "adjustment:check_balance", VOIDS),
        ("programme-raises-retention", "paths before joining"): Check(
            "staggered", "pre_trends:check_pre_trends", VOIDS
        ),
        ("tiers-accelerate-spend", "thresholds that do not exist"): Check(
            "tier_approach", "placebo_threshold:check_placebo_runs", VOIDS
        ),
        ("tiers-accelerate-spend", "false thresholds"): Check(
            "tier_cutoff", "placebo_threshold:check_placebo_cutoffs", VOIDS
        ),
        ("tiers-accelerate-spend", "heaps at false thresholds"): Check(
            "tier_cutoff", "placebo_threshold:check_placebo_heaps", VOIDS
        ),
        ("tiers-accelerate-spend", "heap at the threshold"): Check(
            "tier_cutoff", "density_at_threshold:check_density", VOIDS
        ),
        ("redemption-lifts-purchases", "paths before redeeming"): Check(
            "staggered", "pre_trends:check_pre_trends", VOIDS
        ),
        ("redemption-lifts-purchases", "overlap"): Check("exposure", "adjustment:check_overlap", VOIDS),
        ("redemption-lifts-purchases", "balance"): Check("exposure", "adjustment:check_balance", VOIDS),
        # personalisation and communication
        ("personalisation-lifts-response", "arm balance"): Check("experiment", "balance:check_arm_balance", LOWERS),
        ("personalisation-lifts-response", "two halves of the control arm"): Check(
            "experiment", "a_a:check_a_a", LOWERS
        ),
        # service
        ("service-failure-drives-churn", "overlap"): Check("exposure", "adjustment:check_overlap", VOIDS),
        ("service-failure-drives-churn", "balance"): Check("exposure", "adjustment:check_balance", VOIDS),
        ("service-failure-drives-churn", "unmeasured confounding"): Check(
            "exposure", "adjustment:check_unmeasured_confounding", INFORMS
        ),
        ("value-first-queues-pay", "who pays"): Check("queue", "waits:check_who_pays", INFORMS),
        # churn, risk, win-back, lock-in
        ("churn-is-predictable", "leakage"): Check("scores", "leakage:check_leakage", VOIDS),
        ("targeting-risk-pays", "arm sizes"): Check("experiment", "balance:check_sample_ratio", VOIDS),
        ("reactivation-pays", "arm sizes"): Check("experiment", "balance:check_sample_ratio", VOIDS),
        ("reactivation-pays", "arm balance"): Check("experiment", "balance:check_arm_balance", LOWERS),
        ("lock-in-retains", "overlap"): Check("exposure", "adjustment:check_overlap", VOIDS),
        ("lock-in-retains", "balance"): Check("exposure", "adjustment:check_balance", VOIDS),
        ("lock-in-retains", "competing risks"): Check("spells", "competing_risks:check_competing_risks", LOWERS),
        ("subscriptions-retain", "paths before joining"): Check("staggered", "pre_trends:check_pre_trends", VOIDS),
    }
)
"""(claim id, name of the check) to what it needs, where it stands and what its failure does."""

CHECKS_OF_DATA = frozenset({"competing risks"})
"""Checks that tell something of the data themselves: they are run on sources that cannot answer, too."""

VALIDATION: Mapping[tuple[str, str], Validation] = MappingProxyType(
    {
        ("churn-is-predictable", "scores"): Validation.CROSS_VALIDATED,
        ("churn-is-predictable", "customer_holdout"): Validation.LATER_SAME_PEOPLE,
        ("churn-is-predictable", "opportunities"): Validation.LATER_SAME_PEOPLE,
        ("nps-marks-loyalty", "scores"): Validation.LATER,
    }
)
"""(claim id, frame name) to the people on whom a predictor is judged; a survey's score is fitted to nobody."""

BESIDE_ONLY = frozenset({("value-first-queues-pay", "queue")})
"""(claim id, frame name) whose estimator gives context only: a simulated queue decides nothing."""
