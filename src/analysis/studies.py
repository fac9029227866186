"""Which estimator answers which claim from which frame, and which checks go with it: tables, nothing is imported or run."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from analysis.vocabulary import OnFailure, Validation

STUDIES: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        # cost and profit
        ("acquisition-cost-multiple", "offers"): "offers:estimate_offer_response",
        ("acquisition-cost-multiple", "cost_periods"): "cost_ratio:estimate_cost_ratio",
        ("existing-customers-buy-more-readily", "offers"): "offers:estimate_offer_response",
        ("retention-profit-leverage", "customer_summary"): "value_leverage:estimate_leverage_summary",
        ("retention-profit-leverage", "opportunities"): "value_leverage:estimate_leverage_opportunities",
        ("retention-profit-leverage", "cohort_survival"): "value_leverage:estimate_leverage_survival",
        ("retention-profit-leverage", "account_periods"): "value_leverage:estimate_leverage_accounts",
        ("retention-drives-growth", "account_periods"): "growth_accounting:estimate_growth_accounting",
        # what loyal customers do
        ("repeat-momentum", "repeat_trials"): "momentum:estimate_momentum",
        ("spend-grows-with-tenure", "customer_periods"): "tenure_spend:estimate_tenure_spend",
        ("loyal-customers-tolerate-prices", "price_exposure"): "price_tolerance:estimate_price_tolerance",
        ("repeat-revenue-is-steadier", "segment_revenue"): "revenue_stability:estimate_revenue_stability",
        ("retained-is-not-loyal", "price_exposure"): "price_tolerance:estimate_market_gap",
        # word of mouth
        ("satisfied-customers-refer", "exposure"): "exposure:estimate_exposure",
        ("satisfied-customers-refer", "scores"): "scores:estimate_scores",
        ("referred-customers-are-worth-more", "exposure"): "value_comparison:estimate_value_ratio",
        ("referred-customers-are-worth-more", "spells"): "spells:estimate_spells",
        ("word-of-mouth-brings-customers", "peer_encouragement"): "encouragement:estimate_peer_effect",
        ("word-of-mouth-brings-customers", "experiment"): "experiment:estimate_effect_on_reached",
        ("word-of-mouth-brings-customers", "network_adoption"): "network_adoption:estimate_network_adoption",
        ("word-of-mouth-brings-customers", "diffusion_curve"): "diffusion:estimate_imitation",
        # satisfaction, NPS, trust
        ("satisfaction-keeps-customers", "scores"): "survey_links:estimate_survey_link",
        ("nps-marks-loyalty", "scores"): "scores:estimate_scores",
        ("quality-builds-trust", "satisfaction_items"): "satisfaction_drivers:estimate_drivers",
        # programmes
        ("programme-raises-retention", "staggered"): "staggered_adoption:estimate_staggered_adoption",
        ("tiers-accelerate-spend", "tier_approach"): "goal_gradient:estimate_goal_gradient",
        ("tiers-accelerate-spend", "tier_cutoff"): "tier_cutoff:estimate_tier_cutoff",
        ("tier-benefits-must-be-meaningful", "tier_cutoff"): "threshold_discontinuity:estimate_jump_difference",
        ("exclusive-access-retains", "experiment"): "experiment:estimate_effect",
        ("programme-type-matters", "experiment"): "best_type:estimate_best_type",
        ("programme-raises-retention", "exposure"): "exposure:estimate_exposure",
        ("tiers-accelerate-spend", "exposure"): "exposure:estimate_exposure",
        ("redemption-friction-deters", "exposure"): "exposure:estimate_exposure",
        ("redemption-lifts-purchases", "exposure"): "exposure:estimate_exposure",
        ("redemption-lifts-purchases", "redemption_windows"): "redemption_momentum:estimate_redemption_momentum",
        ("gamification-retains", "experiment"): "experiment:estimate_effect",
        # personalisation and communication
        ("consistent-messaging-builds-loyalty", "experiment"): "experiment:estimate_effect",
        ("online-relationships-retain", "experiment"): "experiment:estimate_effect",
        ("personalisation-lifts-response", "experiment"): "experiment:estimate_effect",
        ("generic-messages-tire", "experiment"): "experiment:estimate_effect",
        ("generic-messages-tire", "contacts"): "contact_pressure:estimate_contact_pressure",
        # service
        ("first-contact-resolution-retains", "exposure"): "exposure:estimate_exposure",
        ("recovery-restores-loyalty", "exposure"): "recovery_share:estimate_recovery_share",
        ("prompt-response-retains", "spells"): "spells:estimate_spells",
        ("courteous-empowered-staff-retain", "exposure"): "survey_links:estimate_team_gap",
        ("service-failure-drives-churn", "exposure"): "exposure:estimate_exposure",
        ("prompt-response-retains", "exposure"): "exposure:estimate_exposure",
        ("value-first-queues-pay", "queue"): "queue_order:estimate_queue_order",
        ("proactive-contact-reduces-churn", "exposure"): "exposure:estimate_exposure",
        ("proactive-contact-reduces-churn", "experiment"): "experiment:estimate_effect",
        ("easy-consistent-service-retains", "experiment"): "experiment:estimate_effect",
        ("easy-consistent-service-retains", "scores"): "survey_links:estimate_survey_link",
        # churn, risk, win-back, lock-in
        ("people-leave-over-service-not-offers", "reasons"): "reasons:estimate_reason_gap",
        ("subscriptions-retain", "staggered"): "staggered_adoption:estimate_staggered_adoption",
        ("subscriptions-retain", "experiment"): "experiment:estimate_effect",
        ("industry-churn-gap", "churn_rates"): "churn_gap:estimate_churn_gap",
        ("churn-is-predictable", "scores"): "scores:estimate_scores",
        ("churn-is-predictable", "customer_holdout"): "history_scores:estimate_history_scores",
        ("churn-is-predictable", "opportunities"): "history_scores:estimate_history_scores",
        ("lock-in-retains", "exposure"): "exposure:estimate_exposure",
        ("lock-in-retains", "spells"): "spells:estimate_spells",
        ("targeting-risk-pays", "experiment"): "targeting:estimate_targeting",
        ("reactivation-pays", "experiment"): "experiment:estimate_effect",
        ("reactivation-pays", "offers"): "naive:estimate_raw_share",
        # feedback and practice
        ("asking-feedback-retains", "experiment"): "experiment:estimate_effect",
    }
)
"""(claim id, frame name) to ``module:function`` in `analysis.estimators`, imported only when it is run."""


class Check(NamedTuple):
    """A check: name of the frame it needs, ``module:function`` in `analysis.checks`, and what its failure does."""

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
        # programmes
        ("programme-raises-retention", "paths before joining"): Check(
            "staggered", "pre_trends:check_pre_trends", VOIDS
        ),
        ("tiers-accelerate-spend", "thresholds that do not exist"): Check(
            "tier_approach", "placebo_threshold:check_placebo_runs", VOIDS
        ),
        ("tiers-accelerate-spend", "false thresholds"): Check(
            "tier_cutoff", "placebo_threshold:check_placebo_cutoffs", VOIDS
        ),
        ("tiers-accelerate-spend", "heap at the threshold"): Check(
            "tier_cutoff", "density_at_threshold:check_density", VOIDS
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
