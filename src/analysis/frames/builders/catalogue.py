"""Which frames a company's tables can give: key, needs, builder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from analysis.company.store import Company
from analysis.frames import Frame
from analysis.frames.builders import (
    accounts,
    after_failures,
    contacts,
    contract_ends,
    experiments,
    failures,
    joining,
    joining_moments,
    leaving,
    needs,
    points,
    purchases,
    random_invitations,
    redemptions,
    referral_landmarks,
    referrals,
    spending,
    subscriber_accounts,
    subscriptions,
    surveys,
    tickets,
    tiers,
)
from analysis.frames.builders.common import HALF_YEAR_DAYS, QUARTER_DAYS, YEAR_DAYS
from analysis.frames.builders.needs import Need


@dataclass(frozen=True, slots=True, kw_only=True)
class Builder:
    """How a frame is made.

    Attributes
    ----------
    needs : tuple of Need
    build : callable
        From a Company to the checked Frame.
    """

    needs: tuple[Need, ...]
    build: Callable[[Company], Frame]


def _builder(build: Callable[..., Frame], *needed: Need, **options: object) -> Builder:
    return Builder(needs=needed, build=partial(build, **options) if options else build)


_BOUGHT = needs.table("transactions")
_SUBSCRIBED = needs.table("subscriptions", "started_at")
_ENDS = needs.table("subscriptions", "ended_at")
_MADE_GOOD = (
    needs.failures(),
    needs.either(needs.table("tickets", "resolved_first_contact"), needs.table("tickets", "resolved_at")),
)


def _by_both(key: str, build: Callable[..., Frame], *needed: Need, bought: str = "repurchase") -> dict[str, Builder]:
    """A frame whose outcome is read off subscriptions, and the same by purchases, with `bought` behind its key."""
    return {
        key: _builder(build, *needed, _ENDS, subscribed=True),
        f"{key}_{bought}": _builder(build, *needed, _BOUGHT, subscribed=False),
    }


_OF_OUTCOME: Mapping[str, tuple[Need, ...]] = {
    **dict.fromkeys(experiments.BY_SUBSCRIPTION, (_ENDS,)),
    "margin": (_BOUGHT, needs.table("campaigns", "cost"), needs.setting("margin")),
    "responded": (needs.table("campaigns", "responded"),),
    "unsubscribed": (needs.table("campaigns", "unsubscribed"),),
}
"""What an experiment's outcome needs; any other is read off transactions."""


def _experiment(key: str, family: str, outcome: str, **options: object) -> Builder:
    """An experiment of one family."""
    contrast = str(options.get("contrast", "control"))
    drawn = needs.experiment(family, "matched" if contrast == "generic" else contrast)
    needed = _OF_OUTCOME.get(outcome, (_BOUGHT,))
    return _builder(experiments.build_experiment, drawn, *needed, family=family, key=key, outcome=outcome, **options)


_LAST_QUARTER: dict[str, object] = {"window": YEAR_DAYS, "skip": YEAR_DAYS - QUARTER_DAYS}
_NEXT_QUARTER: dict[str, object] = {"window": HALF_YEAR_DAYS, "skip": QUARTER_DAYS}

_EXPERIMENTS: Mapping[str, tuple[str, str, dict[str, object]]] = {
    "experiment/proactive": ("proactive", "left", {"window": QUARTER_DAYS}),
    "experiment/proactive_purchases": ("proactive", "gone", {"window": QUARTER_DAYS}),
    "experiment/risk": ("proactive", "left", {"window": QUARTER_DAYS, "once": True}),
    "experiment/risk_purchases": ("proactive", "gone", {"window": QUARTER_DAYS, "once": True}),
    "experiment/winback": ("winback", "bought", {"window": None}),
    "experiment/winback_subscriptions": ("winback", "returned", {"window": None}),
    "experiment/message": ("message", "bought", {"window": QUARTER_DAYS, "contrast": "matched"}),
    "experiment/message_spend": ("message", "spend", {"window": QUARTER_DAYS, "contrast": "matched"}),
    "experiment/access": ("access", "retained", {}),
    "experiment/access_purchases": ("access", "bought", _LAST_QUARTER),
    "experiment/access_spend": ("access", "spend", {}),
    "experiment/game": ("game", "retained", {"window": QUARTER_DAYS}),
    "experiment/game_purchases": ("game", "bought", _NEXT_QUARTER),
    "experiment/community": ("community", "retained", {}),
    "experiment/community_purchases": ("community", "bought", _LAST_QUARTER),
    "experiment/community_spend": ("community", "spend", {}),
    "experiment/consistency": ("consistency", "retained", {"window": HALF_YEAR_DAYS}),
    "experiment/consistency_purchases": ("consistency", "bought", {"window": HALF_YEAR_DAYS}),
    "experiment/ease": ("ease", "retained", {}),
    "experiment/ease_purchases": ("ease", "bought", _LAST_QUARTER),
    "experiment/feedback": ("feedback", "left", {}),
    "experiment/feedback_purchases": ("feedback", "gone", {}),
    "experiment/subscription_purchases": ("subscription", "bought", _LAST_QUARTER),
    "experiment/programme": ("programme", "retained", {"contrast": "kinds"}),
    "experiment/programme_purchases": ("programme", "bought", _LAST_QUARTER | {"contrast": "kinds"}),
    "experiment/winback_margin": ("winback", "margin", {"window": None}),
    "experiment/message_response": ("message", "responded", {"contrast": "matched"}),
    "experiment/message_unsubscribed": ("message", "unsubscribed", {"contrast": "generic"}),
}

BUILDERS: Mapping[str, Builder] = MappingProxyType(
    {
        "purchases": _builder(purchases.build_purchases, _BOUGHT),
        "customer_summary": _builder(purchases.build_customer_summary, _BOUGHT),
        "customer_summary/amounts": _builder(purchases.build_customer_summary, _BOUGHT, with_amounts=True),
        "customer_holdout": _builder(purchases.build_customer_holdout, _BOUGHT),
        "repeat_trials": _builder(purchases.build_repeat_trials, _BOUGHT),
        "customer_periods": _builder(purchases.build_customer_periods, _BOUGHT),
        "account_periods": _builder(accounts.build_account_periods, _BOUGHT),
        "account_periods/months": _builder(accounts.build_account_periods, _BOUGHT, months_each=1),
        "segment_revenue": _builder(accounts.build_segment_revenue, _BOUGHT),
        "cohort_survival/activity": _builder(accounts.build_cohort_activity, _BOUGHT),
        "cost_periods": _builder(
            spending.build_cost_periods,
            needs.value("spending", "purpose", "acquisition"),
            needs.either(_BOUGHT, _SUBSCRIBED),
            needs.either(needs.table("customers", "joined_at"), _BOUGHT, _SUBSCRIBED),
        ),
        "spells/subscriptions": _builder(subscriptions.build_spells, _SUBSCRIBED, _ENDS),
        "spells/contract": _builder(
            contract_ends.build_contract_spells, _ENDS, needs.table("subscriptions", "term_months")
        ),
        "account_periods/subscriptions": _builder(subscriber_accounts.build_account, _ENDS),
        "cohort_survival/subscriptions": _builder(subscriber_accounts.build_cohort_survival, _ENDS),
        "cohort_survival/subscription_months": _builder(
            subscriber_accounts.build_cohort_survival, _ENDS, months_each=1
        ),
        "price_exposure": _builder(leaving.build_price_exposure, _ENDS, needs.table("subscriptions", "price")),
        "reasons": _builder(leaving.build_reasons, _ENDS, needs.table("subscriptions", "end_reason")),
        "offers": _builder(
            contacts.build_offers, needs.table("campaigns", "responded"), needs.either(_BOUGHT, _SUBSCRIBED)
        ),
        "contacts": _builder(contacts.build_contacts, needs.table("campaigns", "responded")),
        **{
            key: _experiment(key, family, outcome, **options)
            for key, (family, outcome, options) in _EXPERIMENTS.items()
        },
        **_by_both(
            "experiment/random_invitations",
            random_invitations.build_random_invitations,
            needs.random_invitations(),
            bought="purchases",
        ),
        **_by_both(
            "exposure/first_contact", tickets.build_first_contact, needs.table("tickets", "resolved_first_contact")
        ),
        **_by_both("exposure/response_time", tickets.build_response_time, needs.table("tickets", "resolved_at")),
        "spells/response_time": _builder(tickets.build_response_spells, needs.table("tickets", "resolved_at"), _ENDS),
        "queue": _builder(tickets.build_queue, needs.table("tickets", "resolved_at", "priority"), _BOUGHT),
        **_by_both("exposure/failure", failures.build_failure, needs.failures()),
        **{
            f"exposure/failure_{days}_days": _builder(
                after_failures.build_after_failure, needs.failures(), _ENDS, days=days
            )
            for days in after_failures.HORIZONS
        },
        "exposure/recovery": _builder(failures.build_recovery, *_MADE_GOOD, _BOUGHT, subscribed=False),
        "exposure/recovery_subscriptions": _builder(failures.build_recovery, *_MADE_GOOD, _ENDS, subscribed=True),
        **{
            key: _builder(
                surveys.build_scores, needs.answers(instrument), later, instrument=instrument, key=key, outcome=outcome
            )
            for key, instrument, later, outcome in (
                ("scores/nps", "nps", _BOUGHT, "bought"),
                ("scores/nps_subscriptions", "nps", _ENDS, "subscribed"),
                ("scores/nps_referral", "nps", needs.table("referrals"), "referred"),
                ("scores/csat", "csat", _ENDS, "subscribed"),
                ("scores/csat_purchases", "csat", _BOUGHT, "bought"),
                ("scores/ces", "ces", _ENDS, "subscribed"),
                ("scores/ces_purchases", "ces", _BOUGHT, "bought"),
            )
        },
        "satisfaction_items": _builder(
            surveys.build_items, needs.table("surveys", "item", "score"), needs.items("trust", "quality", "works")
        ),
        **_by_both("exposure/team", surveys.build_teams, needs.table("surveys", "team", "score")),
        "exposure/referred": _builder(referrals.build_referred_value, needs.table("referrals"), _BOUGHT),
        "spells/referred": _builder(referrals.build_referred_spells, needs.table("referrals"), _ENDS),
        "exposure/stayers_refer": _builder(referral_landmarks.build_stayers, needs.table("referrals"), _ENDS),
        "exposure/referral_rate": _builder(referrals.build_referrers, needs.table("referrals"), _ENDS),
        "peer_encouragement": _builder(
            referrals.build_peers,
            needs.table("referrals"),
            needs.experiment("referral"),
            needs.table("campaigns", "responded"),
            _BOUGHT,
        ),
        **{
            f"exposure/joining_{outcome}": _builder(
                joining_moments.build_joining_moments, needs.programme(), _BOUGHT, outcome=outcome
            )
            for outcome in ("active", "purchases", "spend")
        },
        **{
            f"staggered/{outcome}": _builder(joining.build_joining, needs.programme(), _BOUGHT, outcome=outcome)
            for outcome in ("active", "purchases", "spend")
        },
        **{
            f"staggered/subscription_{outcome}": _builder(
                joining.build_joining,
                needs.value("memberships", "tier", "subscription"),
                _BOUGHT,
                outcome=outcome,
                subscription=True,
            )
            for outcome in ("active", "purchases")
        },
        "tier_approach": _builder(tiers.build_tier_approach, needs.table("memberships", "threshold"), _BOUGHT),
        "tier_cutoff": _builder(
            tiers.build_tier_cutoff, needs.table("memberships", "threshold", "qualifying_amount"), _BOUGHT
        ),
        "redemption_windows": _builder(
            points.build_redemption_windows, needs.value("points", "kind", "redeem"), _BOUGHT
        ),
        "exposure/redemption": _builder(redemptions.build_redemption, needs.value("points", "kind", "redeem"), _BOUGHT),
        "exposure/restriction": _builder(
            points.build_restriction, needs.table("points", "restriction"), _BOUGHT, outcome="redeemed"
        ),
        "exposure/restriction_purchases": _builder(
            points.build_restriction, needs.table("points", "restriction"), _BOUGHT, outcome="purchases"
        ),
    }
)
"""Frame key to how it is made."""
