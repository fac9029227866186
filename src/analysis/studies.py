"""Which estimator answers which claim from which frame, and which checks go with it: tables, nothing is imported or run."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

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

CHECKS: Mapping[tuple[str, str], tuple[str, str]] = MappingProxyType(
    {
        # what loyal customers do
        ("spend-grows-with-tenure", "survivors"): ("customer_periods", "survivors:check_survivors"),
        ("spend-grows-with-tenure", "drift over calendar time"): (
            "customer_periods",
            "period_trend:check_period_trend",
        ),
        ("loyal-customers-tolerate-prices", "price setting"): ("price_exposure", "prices:check_price_setting"),
        ("loyal-customers-tolerate-prices", "price effect"): ("price_exposure", "prices:check_price_effect"),
        ("loyal-customers-tolerate-prices", "unmeasured confounding"): (
            "price_exposure",
            "prices:check_interaction_confounding",
        ),
        ("retained-is-not-loyal", "price setting"): ("price_exposure", "prices:check_price_setting"),
        # cost and profit
        ("retention-drives-growth", "edges"): ("account_periods", "edges:check_edges"),
        # word of mouth
        ("satisfied-customers-refer", "overlap"): ("exposure", "adjustment:check_overlap"),
        ("satisfied-customers-refer", "balance"): ("exposure", "adjustment:check_balance"),
        ("word-of-mouth-brings-customers", "first stage"): ("peer_encouragement", "first_stage:check_first_stage"),
        ("word-of-mouth-brings-customers", "compliance"): ("experiment", "compliance:check_compliance"),
        ("word-of-mouth-brings-customers", "each network by itself"): ("network_adoption", "networks:check_each_study"),
        # programmes
        ("programme-raises-retention", "paths before joining"): ("staggered", "pre_trends:check_pre_trends"),
        ("programme-raises-retention", "overlap"): ("exposure", "adjustment:check_overlap"),
        ("programme-raises-retention", "balance"): ("exposure", "adjustment:check_balance"),
        ("tiers-accelerate-spend", "thresholds that do not exist"): (
            "tier_approach",
            "placebo_threshold:check_placebo_runs",
        ),
        ("tiers-accelerate-spend", "false thresholds"): ("tier_cutoff", "placebo_threshold:check_placebo_cutoffs"),
        ("tiers-accelerate-spend", "heap at the threshold"): ("tier_cutoff", "density_at_threshold:check_density"),
        ("redemption-lifts-purchases", "overlap"): ("exposure", "adjustment:check_overlap"),
        ("redemption-lifts-purchases", "balance"): ("exposure", "adjustment:check_balance"),
        # personalisation and communication
        ("personalisation-lifts-response", "arm balance"): ("experiment", "balance:check_arm_balance"),
        ("personalisation-lifts-response", "two halves of the control arm"): ("experiment", "a_a:check_a_a"),
        # service
        ("service-failure-drives-churn", "overlap"): ("exposure", "adjustment:check_overlap"),
        ("service-failure-drives-churn", "balance"): ("exposure", "adjustment:check_balance"),
        ("service-failure-drives-churn", "unmeasured confounding"): (
            "exposure",
            "adjustment:check_unmeasured_confounding",
        ),
        ("value-first-queues-pay", "who pays"): ("queue", "waits:check_who_pays"),
        # churn, risk, win-back, lock-in
        ("churn-is-predictable", "leakage"): ("scores", "leakage:check_leakage"),
        ("targeting-risk-pays", "arm sizes"): ("experiment", "balance:check_sample_ratio"),
        ("reactivation-pays", "arm sizes"): ("experiment", "balance:check_sample_ratio"),
        ("reactivation-pays", "arm balance"): ("experiment", "balance:check_arm_balance"),
        ("lock-in-retains", "overlap"): ("exposure", "adjustment:check_overlap"),
        ("lock-in-retains", "balance"): ("exposure", "adjustment:check_balance"),
        ("lock-in-retains", "competing risks"): ("spells", "competing_risks:check_competing_risks"),
        ("subscriptions-retain", "paths before joining"): ("staggered", "pre_trends:check_pre_trends"),
    }
)
"""(claim id, name of the check) to the frame name it needs and its ``module:function`` in `analysis.checks`."""

CHECKS_OF_DATA = frozenset({"competing risks"})
"""Checks that tell something of the data themselves: they are run on sources that cannot answer, too."""
