"""Which estimator answers which claim from which frame, and the run of all of them: one call a claim."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from types import MappingProxyType

from analysis.claim import Claim
from analysis.claims import load_register
from analysis.evidence import load_evidence
from analysis.frames import Frame
from analysis.results import CannotAnswer, Estimate, Verdict
from analysis.sources.base import Source
from analysis.verdicts import PUBLIC_SCOPE, decide
from analysis.vocabulary import Kind, Role

Estimator = Callable[..., tuple[Estimate, ...]]

STUDIES: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("spend-grows-with-tenure", "customer_periods"): "tenure_spend:estimate_tenure_spend",
    }
)
"""(claim id, frame name) to ``module:function`` in `analysis.estimators`, imported only when it is run."""


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
        Sources that would speak to the claim but are not there: title and why.
    """

    claim: Claim
    estimates: tuple[Estimate, ...]
    published: tuple[Estimate, ...]
    cannot: tuple[CannotAnswer, ...]
    absent: tuple[tuple[str, str], ...]

    def verdict(self, scope: str = PUBLIC_SCOPE) -> Verdict:
        """The verdict by the registered rule, on public evidence or, with a company's name as `scope`, on its own."""
        return decide(
            self.claim,
            self.estimates + self.published,
            scope=scope,
            cannot=self.cannot,
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
        If the claim is not in the register.
    """
    claim = load_register()[claim_id]
    estimates: list[Estimate] = []
    cannot: list[CannotAnswer] = []
    absent: list[tuple[str, str]] = []
    for source in sources:
        if claim_id not in source.answers and claim_id not in source.cannot:
            continue
        why_not = source.absence()
        if why_not:
            absent.append((source.title, why_not))
            continue
        for answer in source.answers.get(claim_id, ()):
            estimates.extend(_estimate(claim, source.frame(answer.frame), {**options, **answer.options}))
        if claim_id in source.cannot:
            cannot.append(_cannot(claim, source, options))
    return Findings(
        claim=claim,
        estimates=tuple(estimates),
        published=load_evidence().get(claim_id, ()),
        cannot=tuple(cannot),
        absent=tuple(absent),
    )


def estimator_of(claim_id: str, frame_name: str) -> Estimator:
    """Import and return the estimator that answers `claim_id` from frames of this name."""
    module, function = STUDIES[claim_id, frame_name].split(":")
    found: Estimator = getattr(import_module(f"analysis.estimators.{module}"), function)
    return found


def _estimate(claim: Claim, frame: Frame, options: Mapping[str, object]) -> tuple[Estimate, ...]:
    from inspect import signature

    estimator = estimator_of(claim.id, frame.name)
    wanted = set(signature(estimator).parameters)
    found = estimator(frame, claim, **{name: value for name, value in options.items() if name in wanted})
    if frame.context.kind is Kind.SIMULATED:
        return tuple(replace(e, kind=Kind.SIMULATED) for e in found)
    return found


def _cannot(claim: Claim, source: Source, options: Mapping[str, object]) -> CannotAnswer:
    entry = source.cannot[claim.id]
    naive = None
    if entry.naive:
        found = _estimate(claim, source.frame(entry.naive.frame), {**options, **entry.naive.options})
        naive = replace(found[0], role=Role.NAIVE)
    return CannotAnswer(claim=claim.id, source=source.title, reason=entry.reason, naive=naive)
