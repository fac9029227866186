"""Which estimator answers which claim from which frame, and the run of all of them: one call a claim."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from types import MappingProxyType

from analysis import kept
from analysis.claim import Claim
from analysis.claims import load_register
from analysis.errors import FrameMistake, FrameUnavailable, require_one_of
from analysis.evidence import load_evidence
from analysis.results import CannotAnswer, CheckResult, Estimate, Verdict
from analysis.sources.base import Source
from analysis.verdicts import PUBLIC_SCOPE, decide
from analysis.vocabulary import Kind, Role

Estimator = Callable[..., tuple[Estimate, ...]]

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Everything that was found out about one claim before the verdict.

    Attributes
    ----------
    claim : Claim
    estimates : tuple of Estimate
        From the sources: answers, naive analyses, context; sources in catalogue order.
    published : tuple of Estimate
        Rows of the evidence table.
    cannot : tuple of CannotAnswer
        Sources that were asked and cannot answer, with the number a naive analyst would have printed.
    absent : tuple of (str, str)
        Sources that would speak to the claim but are not there, or hold too little: title and why.
    company : str
        Title of the company's source; empty without own data.
    """

    claim: Claim
    estimates: tuple[Estimate, ...]
    published: tuple[Estimate, ...]
    cannot: tuple[CannotAnswer, ...]
    absent: tuple[tuple[str, str], ...]
    company: str = ""

    def verdict(self, scope: str = PUBLIC_SCOPE) -> Verdict:
        """The verdict by the registered rule, on public evidence or, with a company's name as `scope`, on its own."""
        return decide(
            self.claim,
            self.estimates + self.published,
            scope=scope,
            cannot=[
                c for c in self.cannot if (c.source == scope) or (scope == PUBLIC_SCOPE and c.source != self.company)
            ],
            register_hash=load_register().hash,
        )


def collect(claim_id: str, sources: Sequence[Source], **options: object) -> Findings:
    """Ask every source about one claim and set the published evidence beside what they answer.

    Parameters
    ----------
    claim_id : str
        Id in the register.
    sources : sequence of Source
        In catalogue order; a source that is not there is listed as absent.
    **options
        Passed to every estimator of the claim that takes an argument of that name (seed, horizons).

    Raises
    ------
    ParameterMistake
        If the claim is not in the register, or no estimator of the claim takes one of the options.
    """
    claim = load_register()[claim_id]
    _require_known_options("options", claim_id, options)
    estimates: list[Estimate] = []
    cannot: list[CannotAnswer] = []
    absent: list[tuple[str, str]] = []
    for source in sources:
        if claim_id not in source.answers and claim_id not in source.cannot:
            if source.own:
                absent.append((source.title, source.missing(claim_id)))
            continue
        why_not = source.absence()
        if why_not:
            absent.append((source.title, why_not))
            continue
        for answer in source.answers.get(claim_id, ()):
            try:
                found = _without_a_vote(
                    _estimate(claim, source, answer.frame, {**options, **answer.options}), answer.doubt
                )
            except (FrameMistake, FrameUnavailable) as fault:
                # A public file that does not fit is our bug; a company's tables may simply hold too little.
                if not source.own:
                    raise
                absent.append((source.title, str(fault)))
            else:
                estimates.extend(found)
        if claim_id in source.cannot:
            cannot.append(_cannot(claim, source, options))
    return Findings(
        claim=claim,
        estimates=tuple(estimates),
        published=load_evidence().get(claim_id, ()),
        cannot=tuple(cannot),
        absent=tuple(absent),
        company=next((source.title for source in sources if source.own), ""),
    )


def estimator_of(claim_id: str, frame_name: str) -> Estimator:
    """Import and return the estimator that answers `claim_id` from frames of this name."""
    module, function = STUDIES[claim_id, frame_name].split(":")
    found: Estimator = getattr(import_module(f"analysis.estimators.{module}"), function)
    return found


def run_check(
    claim_id: str, name: str, sources: Sequence[Source], **options: object
) -> tuple[tuple[str, CheckResult], ...]:
    """Run one check of a claim on every source that answers the claim from the frame the check needs.

    Checks of the data themselves (`CHECKS_OF_DATA`) are run on sources that cannot answer, too.

    Returns
    -------
    tuple of (str, CheckResult)
        Title of the source and what came out, in catalogue order; empty if no such source is there.

    Raises
    ------
    ParameterMistake
        If the claim has no check of this name; lists those it has.
    """
    claim = load_register()[claim_id]
    known = [check for (claim_of, check) in CHECKS if claim_of == claim_id]
    require_one_of("check", name, known)
    frame_name, target = CHECKS[claim_id, name]
    module, function = target.split(":")
    check = getattr(import_module(f"analysis.checks.{module}"), function)
    found = []
    for source in sources:
        checked: set[str] = set()
        answers = source.answers.get(claim_id, ())
        turned_away = source.cannot.get(claim_id) if name in CHECKS_OF_DATA else None
        if turned_away is not None and turned_away.naive is not None:
            answers = (*answers, replace(turned_away.naive, options={}))
        for answer in answers:
            # Only what decides is checked, and a frame that serves two quantities once.
            decides = answer.options.get("role", Role.ANSWER) == Role.ANSWER and answer.options.get("adjusted", True)
            if answer.frame.split("/")[0] != frame_name or answer.frame in checked or not decides:
                continue
            if source.absence() is None:
                checked.add(answer.frame)
                given = _wanted(check, {**options, **answer.options})
                try:
                    result = (source.title, _check(check, claim, source, answer.frame, target, given))
                except (FrameMistake, FrameUnavailable):
                    # As in `collect`: a company's tables may simply hold too little, which the estimates say.
                    if source.kind is not Kind.OWN:
                        raise
                    continue
                if result not in found:  # several outcomes of the same units
                    found.append(result)
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Specification:
    """One way to make the same choice differently: the options in words and the answers they gave."""

    label: str
    estimates: tuple[Estimate, ...]


def specifications(
    claim_id: str, sources: Sequence[Source], grid: Mapping[str, Sequence[object]], **options: object
) -> tuple[Specification, ...]:
    """Collect a claim's answers under every combination of the choices in `grid`.

    Parameters
    ----------
    grid : mapping
        Name of an estimator's argument to the values to try, in order.

    Raises
    ------
    ParameterMistake
        If no estimator of the claim takes one of the arguments.
    """
    from itertools import product

    _require_known_options("grid", claim_id, grid)
    found = []
    for values in product(*grid.values()):
        chosen = dict(zip(grid, values, strict=True))
        label = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in chosen.items())
        estimates = collect(claim_id, sources, **{**options, **chosen}).estimates
        found.append(Specification(label=label, estimates=tuple(e for e in estimates if e.role is Role.ANSWER)))
    return tuple(found)


def _require_known_options(parameter: str, claim_id: str, names: Iterable[str]) -> None:
    """Raise for an argument that no estimator of the claim takes: misspelt, it would be left out in silence."""
    from inspect import signature

    known = {
        argument
        for claim, frame in STUDIES
        if claim == claim_id
        for argument in signature(estimator_of(claim, frame)).parameters
    } - {"frame", "claim"}
    for name in names:
        if name != "seed":  # every session has one, whether the claim's estimators draw or not
            require_one_of(parameter, name, sorted(known))


def _wanted(function: Callable[..., object], options: Mapping[str, object]) -> dict[str, object]:
    """The options that the function has an argument for."""
    from inspect import signature

    known = set(signature(function).parameters)
    return {name: value for name, value in options.items() if name in known}


def _estimate(claim: Claim, source: Source, key: str, options: Mapping[str, object]) -> tuple[Estimate, ...]:
    name = key.split("/")[0]
    made_by = STUDIES[claim.id, name]
    estimator = estimator_of(claim.id, name)
    given = _wanted(estimator, options)

    def compute(seen: Claim) -> tuple[Estimate, ...]:
        frame = source.frame(key)
        simulated = frame.context.kind is Kind.SIMULATED
        found = estimator(frame, seen, **given)
        return tuple(replace(e, estimator=made_by, kind=Kind.SIMULATED if simulated else e.kind) for e in found)

    return kept.estimates(source, key, made_by, claim, given, compute)


def _without_a_vote(found: tuple[Estimate, ...], doubt: str) -> tuple[Estimate, ...]:
    """Answers of a way that is in doubt as context, with the doubt in words."""
    if not doubt:
        return found
    return tuple(
        replace(e, role=Role.CONTEXT, method=f"{e.method}; shown without a vote: {doubt}")
        if e.role is Role.ANSWER
        else e
        for e in found
    )


def _check(
    check: Callable[..., CheckResult], claim: Claim, source: Source, key: str, target: str, given: Mapping[str, object]
) -> CheckResult:
    return kept.check(source, key, target, claim, given, lambda: check(source.frame(key), claim, **given))


def _cannot(claim: Claim, source: Source, options: Mapping[str, object]) -> CannotAnswer:
    entry = source.cannot[claim.id]
    naive = None
    if entry.naive:
        found = _estimate(claim, source, entry.naive.frame, {**options, **entry.naive.options})
        raw = next((estimate for estimate in found if estimate.role is Role.NAIVE), found[0])
        naive = replace(raw, role=Role.NAIVE)
    return CannotAnswer(claim=claim.id, source=source.title, reason=entry.reason, naive=naive)
