"""Sources asked about a claim: one call for its estimates, one for a check, one for other specifications."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from analysis.core import library_notes
from analysis.core.claim import Claim
from analysis.core.errors import require_one_of
from analysis.core.failures import reason_of_failure, without_workings
from analysis.core.results import CheckResult, Estimate, NotIdentifiedSource
from analysis.core.vocabulary import Kind, OnFailure, Role, Validation
from analysis.frames import Frame
from analysis.register.claims import load_register
from analysis.register.evidence import load_evidence
from analysis.sources.base import Answer, Source
from analysis.verdicts import stored, stored_results
from analysis.verdicts.findings import Findings
from analysis.verdicts.stored_results import Asked, NotStored
from analysis.verdicts.studies import CHECKS, CHECKS_OF_DATA, STUDIES, Study
from analysis.verdicts.votes import may_decide, without_a_vote


def collect(claim_id: str, sources: Sequence[Source], **options: object) -> Findings:
    """Ask every source about one claim and set the published evidence beside what they answer.

    Parameters
    ----------
    claim_id : str
        Id in the register.
    sources : sequence of Source
        In catalogue order; a source that is not there enters with its stored result, and is absent where there is none.
    **options
        Passed to every estimator of the claim that takes an argument of that name (seed, horizons).

    Raises
    ------
    ParameterMistake
        If the claim is not in the register, or no estimator of the claim takes one of the options.
    """
    return _collected(claim_id, sources, options, with_checks=True)


def _collected(
    claim_id: str, sources: Sequence[Source], options: Mapping[str, object], *, with_checks: bool
) -> Findings:
    claim = load_register()[claim_id]
    _require_known_options("options", claim_id, options)
    estimates: list[Estimate] = []
    elsewhere: list[str] = []
    not_identified: list[NotIdentifiedSource] = []
    absent: list[tuple[str, str]] = []
    for source in sources:
        if claim_id not in source.answers and claim_id not in source.not_identified:
            if source.own:
                absent.append((source.title, source.missing(claim_id)))
            continue
        why_not = source.absence()
        if why_not and source.own:
            absent.append((source.title, why_not))
            continue
        not_stored: list[Answer] = []
        for answer in source.answers.get(claim_id, ()):
            try:
                found = _estimate(claim, source, answer.frame, {**options, **answer.options})
                found = without_a_vote(_counted(found, answer), answer.doubt)
            except NotStored:
                not_stored.append(answer)
            except Exception as fault:
                # A public file that does not fit is our bug; a company's tables may simply hold too little.
                if not source.own:
                    raise
                absent.append((source.title, reason_of_failure(fault)))
            else:
                estimates.extend(found)
        turned_away = True
        if claim_id in source.not_identified:
            try:
                not_identified.append(_not_identified(claim, source, options))
            except NotStored:
                turned_away = False
        if not_stored or not turned_away:
            absent.append((source.title, str(why_not)))
            elsewhere += [source.title] if any(may_decide(claim, answer) for answer in not_stored) else []
    return Findings(
        claim=claim,
        estimates=tuple(estimates),
        published=load_evidence().get(claim_id, ()),
        not_identified=tuple(not_identified),
        absent=tuple(absent),
        company=next((source.title for source in sources if source.own), ""),
        checks=identifying_checks(claim_id, sources, **options) if with_checks else (),
        elsewhere=tuple(elsewhere),
    )


def identifying_checks(claim_id: str, sources: Sequence[Source], **options: object) -> tuple[CheckResult, ...]:
    """Run every check of a claim whose failure voids or lowers an answer, on every answer that may decide."""
    found: list[CheckResult] = []
    for (claim_of, name), check in CHECKS.items():
        if claim_of == claim_id and check.on_failure is not OnFailure.INFORMS:
            found += _results_of(claim_id, name, sources, options)
    return tuple(found)


def study_of(claim_id: str, key: str) -> Study:
    """How a claim is answered from the frame behind a source's key."""
    return STUDIES[claim_id, key.split("/")[0]]


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
    known = [check for (claim_of, check) in CHECKS if claim_of == claim_id]
    require_one_of("check", name, known)
    found: list[tuple[str, CheckResult]] = []
    shown: list[CheckResult] = []
    for result in _results_of(claim_id, name, sources, options):
        anywhere = replace(result, frame="", quantity="")
        seen = any((one.source, one.frame) == (result.source, result.frame) for _, one in found)
        if not seen and anywhere not in shown:  # several outcomes of the same units
            shown.append(anywhere)
            found.append((result.source, result))
    return tuple(found)


def _results_of(
    claim_id: str, name: str, sources: Sequence[Source], options: Mapping[str, object]
) -> Iterator[CheckResult]:
    """What one check finds on every answer that may decide, one result a source, frame and quantity."""
    claim = load_register()[claim_id]
    registered = CHECKS[claim_id, name]
    check = registered.function
    for source in sources:
        checked: list[tuple[str, dict[str, object]]] = []
        answers = source.answers.get(claim_id, ())
        turned_away = source.not_identified.get(claim_id) if name in CHECKS_OF_DATA else None
        if turned_away is not None and turned_away.naive is not None:
            answers = (*answers, replace(turned_away.naive, options={}))
        for answer in answers:
            # Only what decides is checked, and a frame that serves two quantities once if the check does not ask which.
            given = _wanted(check, {**options, **answer.options})
            decides = answer.options.get("role", Role.ANSWER) == Role.ANSWER and answer.options.get("adjusted", True)
            if answer.frame.split("/")[0] != registered.frame or (answer.frame, given) in checked or not decides:
                continue
            if source.absence() is None or not source.own:
                checked.append((answer.frame, given))
                try:
                    result = _check(check, claim, source, answer.frame, (name, registered.target), given)
                except NotStored:
                    continue
                except Exception as fault:
                    # As in `collect`: a company's tables may simply hold too little, which the estimates say.
                    if not source.own:
                        raise
                    words = f"It could not be run on {source.title}: {reason_of_failure(fault)}"
                    result = CheckResult(name=name, passed=None, sentence=words)
                yield replace(
                    result,
                    on_failure=registered.on_failure,
                    source=result.source or source.title,
                    frame=answer.frame,
                    quantity=str(given.get("quantity", "")),
                )


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
        varied = {name: value for name, value in chosen.items() if len(grid[name]) > 1} or chosen
        label = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in varied.items())
        estimates = _collected(claim_id, sources, {**options, **chosen}, with_checks=False).estimates
        found.append(Specification(label=label, estimates=tuple(e for e in estimates if e.role is Role.ANSWER)))
    return tuple(found)


def _require_known_options(parameter: str, claim_id: str, names: Iterable[str]) -> None:
    """Raise for an argument that no estimator of the claim takes: misspelt, it would be left out in silence."""
    known = options_of(claim_id)
    for name in names:
        if name != "seed":  # every session has one, whether the claim's estimators draw or not
            require_one_of(parameter, name, sorted(known))


def options_of(claim_id: str) -> set[str]:
    """Names of the arguments that the estimators of a claim take beside frame and claim."""
    from inspect import signature

    return {
        argument
        for (claim, _), study in STUDIES.items()
        if claim == claim_id
        for argument in signature(study.estimator).parameters
    } - {"frame", "claim"}


def _wanted(function: Callable[..., object], options: Mapping[str, object]) -> dict[str, object]:
    """The options that the function has an argument for."""
    from inspect import signature

    known = set(signature(function).parameters)
    return {name: value for name, value in options.items() if name in known}


def _estimate(claim: Claim, source: Source, key: str, options: Mapping[str, object]) -> tuple[Estimate, ...]:
    """What a source answers from one frame, computed or as stored."""
    made_by, given = study_of(claim.id, key).target, _other_options(claim.id, key, options)
    asked = Asked(stored_results.ESTIMATE, claim.id, source.name, key, made_by, "", given)
    found = stored_results.answered(source, asked, Estimate, lambda: _computed(claim, source, key, options))
    return _judged(claim, key, found)


def _other_options(claim_id: str, key: str, options: Mapping[str, object]) -> dict[str, object]:
    estimator = study_of(claim_id, key).estimator
    return stored_results.other_than_default(estimator, _wanted(estimator, options))


def _judged(claim: Claim, key: str, found: tuple[Estimate, ...]) -> tuple[Estimate, ...]:
    """With the people on whom a score was judged, which stand in the register."""
    judged_on = study_of(claim.id, key).judged_on if key else Validation.UNKNOWN
    return tuple(replace(e, validation=e.validation or judged_on) for e in found)


def _counted(found: tuple[Estimate, ...], answer: Answer) -> tuple[Estimate, ...]:
    """With how those counted were chosen, which the source says of its answer."""
    return tuple(replace(e, sampling=e.sampling or answer.sampling) for e in found)


def _computed(claim: Claim, source: Source, key: str, options: Mapping[str, object]) -> tuple[Estimate, ...]:
    study = study_of(claim.id, key)
    estimator, made_by = study.estimator, study.target
    given = _wanted(estimator, options)

    def compute(seen: Claim) -> tuple[Estimate, ...]:
        frame = stored.frame(source, key)
        simulated = frame.context.kind is Kind.SIMULATED
        with library_notes.collected() as notes:
            found = estimator(frame, seen, **given)
        words = "".join(f"; note: {note}" for note in notes)
        return tuple(
            replace(
                e,
                estimator=made_by,
                frame=key,
                method=without_workings(f"{e.method}{words}"),
                kind=Kind.SIMULATED if simulated else e.kind,
            )
            for e in found
        )

    found = stored.estimates(source, key, made_by, claim, given, compute)
    return tuple(replace(e, frame=key, data="" if source.own else source.fingerprint()) for e in found)


def _check(
    check: Callable[..., CheckResult],
    claim: Claim,
    source: Source,
    key: str,
    named: tuple[str, str],
    given: Mapping[str, object],
) -> CheckResult:
    name, target = named
    options = stored_results.other_than_default(check, given)
    asked = Asked(stored_results.CHECK, claim.id, source.name, key, target, name, options)

    def compute() -> tuple[CheckResult, ...]:
        on_frame = stored.check(
            source, key, target, claim, given, lambda: _quietly(check, stored.frame(source, key), claim, given)
        )
        # Estimates carry the name of the frame's own origin, where a source holds several; a check has to bite on them.
        origin = stored.frame(source, key).context.source
        return (on_frame if origin == source.title else replace(on_frame, source=origin),)

    return stored_results.answered(source, asked, CheckResult, compute)[0]


def _quietly(check: Callable[..., CheckResult], frame: Frame, claim: Claim, given: Mapping[str, object]) -> CheckResult:
    with library_notes.collected() as notes:
        found = check(frame, claim, **given)
    words = "".join(f" Note: {note}." for note in notes)
    return replace(found, sentence=without_workings(f"{found.sentence}{words}"))


def _not_identified(claim: Claim, source: Source, options: Mapping[str, object]) -> NotIdentifiedSource:
    entry = source.not_identified[claim.id]
    key, target, given, asked_with = "", "", {}, {}
    if entry.naive:
        key, asked_with = entry.naive.frame, {**options, **entry.naive.options}
        target, given = study_of(claim.id, key).target, _other_options(claim.id, key, asked_with)
    asked = Asked(stored_results.NOT_IDENTIFIED, claim.id, source.name, key, target, "", given)

    def compute() -> tuple[NotIdentifiedSource, ...]:
        naive = None
        if entry.naive:
            found = _computed(claim, source, key, asked_with)
            raw = next((estimate for estimate in found if estimate.role is Role.NAIVE), found[0])
            naive = replace(raw, role=Role.NAIVE)
        return (NotIdentifiedSource(claim=claim.id, source=source.title, reason=entry.reason, naive=naive),)

    found = stored_results.answered(source, asked, NotIdentifiedSource, compute)[0]
    naive = found.naive and _judged(claim, key, (found.naive,))[0]
    return replace(found, reason=entry.reason, naive=naive)
