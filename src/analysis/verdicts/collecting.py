"""Sources asked about a claim: one call for its estimates, one for a check, one for other specifications."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module

from analysis.core.claim import Claim
from analysis.core.errors import reason_of_failure, require_one_of
from analysis.core.results import CheckResult, Estimate, NotIdentifiedSource
from analysis.core.vocabulary import Kind, Role
from analysis.register.claims import load_register
from analysis.register.evidence import load_evidence
from analysis.register.studies import CHECKS, CHECKS_OF_DATA, STUDIES
from analysis.sources.base import Source
from analysis.verdicts import stored
from analysis.verdicts.findings import Findings

Estimator = Callable[..., tuple[Estimate, ...]]


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
    not_identified: list[NotIdentifiedSource] = []
    absent: list[tuple[str, str]] = []
    for source in sources:
        if claim_id not in source.answers and claim_id not in source.not_identified:
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
            except Exception as fault:
                # A public file that does not fit is our bug; a company's tables may simply hold too little.
                if not source.own:
                    raise
                absent.append((source.title, reason_of_failure(fault)))
            else:
                estimates.extend(found)
        if claim_id in source.not_identified:
            not_identified.append(_not_identified(claim, source, options))
    return Findings(
        claim=claim,
        estimates=tuple(estimates),
        published=load_evidence().get(claim_id, ()),
        not_identified=tuple(not_identified),
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
    check = getattr(import_module(f"analysis.estimators.checks.{module}"), function)
    found = []
    for source in sources:
        checked: set[str] = set()
        answers = source.answers.get(claim_id, ())
        turned_away = source.not_identified.get(claim_id) if name in CHECKS_OF_DATA else None
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
                except Exception as fault:
                    # As in `collect`: a company's tables may simply hold too little, which the estimates say.
                    if not source.own:
                        raise
                    reason_of_failure(fault)  # raises what is no matter of the data
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
        frame = stored.frame(source, key)
        simulated = frame.context.kind is Kind.SIMULATED
        found = estimator(frame, seen, **given)
        return tuple(replace(e, estimator=made_by, kind=Kind.SIMULATED if simulated else e.kind) for e in found)

    return stored.estimates(source, key, made_by, claim, given, compute)


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
    return stored.check(source, key, target, claim, given, lambda: check(stored.frame(source, key), claim, **given))


def _not_identified(claim: Claim, source: Source, options: Mapping[str, object]) -> NotIdentifiedSource:
    entry = source.not_identified[claim.id]
    naive = None
    if entry.naive:
        found = _estimate(claim, source, entry.naive.frame, {**options, **entry.naive.options})
        raw = next((estimate for estimate in found if estimate.role is Role.NAIVE), found[0])
        naive = replace(raw, role=Role.NAIVE)
    return NotIdentifiedSource(claim=claim.id, source=source.title, reason=entry.reason, naive=naive)
