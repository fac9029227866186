"""Which claims a company's frames answer, measured by which registered quantity, and which no table can answer."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from analysis.frames.builders import needs
from analysis.frames.builders.needs import Need
from analysis.sources.base import Answer, NotIdentified

_BY_ACTIVITY = (
    "few of those who join have been customers for two quarters before, and who joins has bought more in that quarter than "
    "others who were active in it: in simulated companies without an effect it found one; purchases at which customers "
    "joined, or did not, are compared instead"
)

DOUBTS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("staggered/active", "retention_difference"): _BY_ACTIVITY,
        ("staggered/spend", "spend_change"): _BY_ACTIVITY,
        ("staggered/purchases", "purchase_rate_change"): _BY_ACTIVITY,
        (
            "redemption_windows",
            "purchase_change_after",
        ): "in simulated companies it missed the truth by eight points: the "
        "run-up to enough points and leaving bend the weeks it compares with; purchases with as many points at which none "
        "were redeemed are compared instead",
    }
)
"""Frames and quantities that came out wrong in companies of known truth: they are shown, and decide nothing."""


def _answer(frame: str, quantity: str = "", *more: Need, unless: tuple[Need, ...] = (), **options: object) -> Answer:
    named = {"quantity": quantity} if quantity else {}
    doubt = DOUBTS.get((frame, quantity), "")
    return Answer(frame, MappingProxyType(named | options), doubt, needs=more, unless=unless)


_SUBSCRIBED = (needs.table("subscriptions", "ended_at"),)
"""Where both tables could give the same quantity, subscriptions do: an end that was declared is no guess."""

_BOUGHT = (needs.table("transactions"),)
"""Where the claim is about buying again, subscriptions stand in only if no purchases are there."""

_FEEDBACK = (needs.experiment("feedback"),)
"""A campaign with a control arm is the cleaner form of a lottery of whom to ask."""


def _subscribed_or_bought(subscribed: str, bought: str, quantity: str) -> tuple[Answer, Answer]:
    return _answer(subscribed, quantity), _answer(bought, quantity, unless=_SUBSCRIBED)


def _bought_or_subscribed(bought: str, subscribed: str, quantity: str) -> tuple[Answer, Answer]:
    return _answer(bought, quantity), _answer(subscribed, quantity, unless=_BOUGHT)


_RISK = needs.table("campaigns", "at_risk_score")
_PRICE_CHANGES = needs.table("subscriptions", "price")

ANSWERS: Mapping[str, tuple[Answer, ...]] = MappingProxyType(
    {
        # cost and profit
        "acquisition-cost-multiple": (
            Answer(frame="cost_periods", needs=(needs.value("spending", "purpose", "acquisition", "retention"),)),
        ),
        "retention-profit-leverage": (
            Answer(frame="customer_summary", from_settings=("discount_rate",), unless=_SUBSCRIBED),
            Answer(
                frame="cohort_survival/subscriptions",
                options=MappingProxyType({"periods_per_year": 1}),
                from_settings=("discount_rate",),
            ),
        ),
        "retention-drives-growth": (
            _answer("account_periods", unless=_SUBSCRIBED),
            _answer("account_periods/subscriptions"),
        ),
        "existing-customers-buy-more-readily": (_answer("offers", "response_gap", needs.strangers()),),
        # what loyal customers do
        "repeat-momentum": (_answer("repeat_trials"),),
        "spend-grows-with-tenure": (_answer("customer_periods"),),
        "loyal-customers-tolerate-prices": (_answer("price_exposure", "price_tenure_odds_ratio", _PRICE_CHANGES),),
        "repeat-revenue-is-steadier": (_answer("segment_revenue"),),
        "retained-is-not-loyal": (
            _answer("price_exposure", "lapse_per_market_gap", needs.table("subscriptions", "market_price")),
        ),
        # word of mouth
        "satisfied-customers-refer": (
            _answer("scores/nps_referral", "promoter_referral_gap"),
            _answer("exposure/stayers_refer", "stayer_referral_gap"),
        ),
        "referred-customers-are-worth-more": (
            _answer("exposure/referred", "value_ratio"),
            _answer("spells/referred", "churn_hazard_ratio", at_start=True),
        ),
        "word-of-mouth-brings-customers": (_answer("peer_encouragement", "peer_effect"),),
        # satisfaction, NPS, trust
        "satisfaction-keeps-customers": _subscribed_or_bought(
            "scores/csat", "scores/csat_purchases", "retention_correlation"
        ),
        "nps-marks-loyalty": (
            *_bought_or_subscribed("scores/nps", "scores/nps_subscriptions", "repurchase_auc"),
            _answer("scores/nps_referral", "referral_auc"),
        ),
        "quality-builds-trust": (_answer("satisfaction_items", "trust_weight_difference"),),
        # programmes
        "programme-raises-retention": (
            _answer("exposure/joining_active", "retention_difference"),
            _answer("exposure/joining_spend", "spend_change"),
            _answer("exposure/joining_purchases", "purchase_rate_change"),
            _answer("staggered/active", "retention_difference", comparison="active"),
            _answer("staggered/spend", "spend_change", comparison="active"),
            _answer("staggered/purchases", "purchase_rate_change", comparison="active"),
        ),
        "tiers-accelerate-spend": (
            _answer("tier_approach", "pace_per_step"),
            _answer("tier_cutoff", "spend_jump_at_threshold"),
            _answer("tier_cutoff", "excess_above_threshold"),
        ),
        "tier-benefits-must-be-meaningful": (
            _answer("tier_cutoff", "jump_difference", needs.table("memberships", "benefit_value")),
        ),
        "redemption-friction-deters": (
            _answer("exposure/restriction", "redemption_difference"),
            _answer("exposure/restriction_purchases", "later_purchase_change"),
        ),
        "redemption-lifts-purchases": (
            _answer("exposure/redemption", "purchase_change_after"),
            _answer("redemption_windows", "purchase_change_after"),
        ),
        "exclusive-access-retains": (
            *_subscribed_or_bought("experiment/access", "experiment/access_purchases", "retention_difference"),
            _answer("experiment/access_spend", "spend_change"),
        ),
        "gamification-retains": _subscribed_or_bought(
            "experiment/game", "experiment/game_purchases", "retention_difference"
        ),
        "programme-type-matters": _bought_or_subscribed(
            "experiment/programme_purchases", "experiment/programme", "lead_of_best_type"
        ),
        # personalisation and communication
        "personalisation-lifts-response": (
            _answer("experiment/message", "purchase_lift"),
            _answer("experiment/message_spend", "spend_lift"),
            _answer("experiment/message_response", "response_lift"),
        ),
        "generic-messages-tire": (
            _answer("contacts", "response_per_further_contact"),
            _answer("contacts", "unsubscribes_per_further_contact", needs.table("campaigns", "unsubscribed")),
            _answer("experiment/message_unsubscribed", "unsubscribes_generic_less_personal"),
        ),
        "consistent-messaging-builds-loyalty": _bought_or_subscribed(
            "experiment/consistency_purchases", "experiment/consistency", "retention_difference"
        ),
        "online-relationships-retain": (
            *_subscribed_or_bought("experiment/community", "experiment/community_purchases", "retention_difference"),
            _answer("experiment/community_spend", "spend_change"),
        ),
        # service
        "first-contact-resolution-retains": (
            _answer("exposure/first_contact", "churn_difference"),
            _answer("exposure/first_contact_repurchase", "repurchase_difference"),
        ),
        "service-failure-drives-churn": (
            _answer("exposure/failure", "churn_difference"),
            _answer("exposure/failure_repurchase", "repurchase_difference"),
            # Who leaves at once is gone before the landmark of half a year: the first weeks are shown beside it.
            _answer("exposure/failure_30_days", "churn_difference", role="context"),
            _answer("exposure/failure_90_days", "churn_difference", role="context"),
        ),
        "recovery-restores-loyalty": _bought_or_subscribed(
            "exposure/recovery", "exposure/recovery_subscriptions", "share_of_loss_restored"
        ),
        "proactive-contact-reduces-churn": _subscribed_or_bought(
            "experiment/proactive", "experiment/proactive_purchases", "churn_difference"
        ),
        "prompt-response-retains": (
            _answer("spells/response_time", "churn_hazard_ratio_per_doubling", term="x_log2_hours"),
            _answer("exposure/response_time", "churn_difference"),
        ),
        "value-first-queues-pay": (_answer("queue", "weighted_wait_change"),),
        "courteous-empowered-staff-retain": _subscribed_or_bought(
            "exposure/team", "exposure/team_repurchase", "retention_difference"
        ),
        "easy-consistent-service-retains": (
            *_subscribed_or_bought("experiment/ease", "experiment/ease_purchases", "retention_difference"),
            *_subscribed_or_bought("scores/ces", "scores/ces_purchases", "effort_retention_link"),
        ),
        # churn, risk, win-back, lock-in
        "churn-is-predictable": (
            _answer("customer_holdout", "auc"),
            _answer("customer_holdout", "auc_gain_over_recency"),
        ),
        "targeting-risk-pays": (
            _answer("experiment/risk", "effect_gap", _RISK, outcome_is_loss=True),
            _answer("experiment/risk_purchases", "effect_gap", _RISK, unless=_SUBSCRIBED, outcome_is_loss=True),
        ),
        "people-leave-over-service-not-offers": (_answer("reasons"),),
        "reactivation-pays": (
            *_bought_or_subscribed("experiment/winback", "experiment/winback_subscriptions", "return_difference"),
            _answer("experiment/winback_margin", "net_value_per_contact"),
        ),
        "lock-in-retains": (_answer("spells/contract", "hazard_ratio_in_contract", term="x_in_contract"),),
        "subscriptions-retain": (
            _answer(
                "staggered/subscription_active",
                "retention_difference",
                unless=(needs.experiment("subscription"),),
                comparison="active",
            ),
            _answer("staggered/subscription_purchases", "purchase_change", comparison="active"),
            _answer("experiment/subscription_purchases", "retention_difference"),
        ),
        # feedback and practice
        "asking-feedback-retains": (
            *_subscribed_or_bought("experiment/feedback", "experiment/feedback_purchases", "churn_difference"),
            _answer("experiment/random_invitations", "churn_difference", unless=_FEEDBACK),
            _answer("experiment/random_invitations_purchases", "churn_difference", unless=(*_FEEDBACK, *_SUBSCRIBED)),
        ),
    }
)
"""Claim id to what a company can answer it from."""

NOT_IDENTIFIED: Mapping[str, NotIdentified] = MappingProxyType(
    {
        "industry-churn-gap": NotIdentified(
            reason="One company's churn is one more rate; it says nothing on the gap between two industries.",
        ),
        "retention-is-under-planned": NotIdentified(
            reason="A company's own spending shows its own share only; the claim is about how many companies plan.",
        ),
    }
)
"""Claims that look as if a company's tables could answer them, and why they cannot."""

OUT_OF_REACH: Mapping[str, str] = MappingProxyType(
    {
        "negative-word-of-mouth-costs-more": "what customers say of the company, good or bad, by branch or region over "
        "two years, which none of the tables holds",
        "industry-churn-gap": "the churn of many companies of both industries, counted in one way",
        "experience-leaders-retain-more": "many companies, rated for customer experience before the years over which "
        "their retention is counted",
        "retention-is-under-planned": "a survey of many companies",
    }
)
"""Claims that no table of one company can answer, and what they would need."""
