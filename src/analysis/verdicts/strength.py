"""What counts as strong evidence: it depends on whether a claim asks for a cause, a forecast or a count."""

from __future__ import annotations

from analysis.core.results import Estimate
from analysis.core.vocabulary import Confidence, Design, Kind, QuestionType, Sampling, Validation

LADDER = (Confidence.VERY_LOW, Confidence.LOW, Confidence.MODERATE, Confidence.HIGH)

NO_EVIDENCE = -1
"""Start of what never votes: a score judged on those it was made from."""

_CAUSAL = {
    Design.RANDOMISED: 3,
    Design.QUASI_EXPERIMENTAL: 2,
    Design.OBSERVATIONAL: 1,
    Design.MODEL: 0,
    Design.ASSERTION: 0,
}
_PREDICTIVE = {
    Validation.LATER: 3,
    Validation.LATER_SAME_PEOPLE: 2,
    Validation.CROSS_VALIDATED: 2,
    Validation.UNKNOWN: 1,
    Validation.IN_SAMPLE: NO_EVIDENCE,
}
_DESCRIPTIVE = {
    Sampling.FULL: 3,
    Sampling.PROBABILITY: 3,
    Sampling.VOLUNTEERS: 1,
    Sampling.UNKNOWN: 1,
}


def start_of(estimate: Estimate, question: QuestionType) -> int:
    """Return the step of `LADDER` at which confidence in this kind of evidence starts; -1 if it has no vote.

    Causal questions go by design. Predictive ones by validation: later in time on people not used for fitting, else
    cross-validated; in sample is none. Descriptive ones by sampling: counted in full or a probability sample, else a
    volunteers' survey; an interested publisher starts very low. What the project counts itself is counted in full.

    Examples
    --------
    >>> from analysis.core.vocabulary import Scale
    >>> counted = Estimate(claim="c", quantity="q", value=1.0, scale=Scale.SHARE, null=0.0, unit="", method="m",
    ...                    design=Design.OBSERVATIONAL, kind=Kind.PUBLIC, source="s")
    >>> [start_of(counted, question) for question in QuestionType]
    [1, 1, 3]
    """
    if question is QuestionType.CAUSAL:
        return _CAUSAL[estimate.design]
    if question is QuestionType.PREDICTIVE:
        return _PREDICTIVE[estimate.validation]
    if estimate.vendor or estimate.design in (Design.MODEL, Design.ASSERTION):
        return 0
    if estimate.sampling is Sampling.UNKNOWN and estimate.kind is not Kind.PUBLISHED:
        return _DESCRIPTIVE[Sampling.FULL]
    return _DESCRIPTIVE[estimate.sampling]


def in_words(estimate: Estimate, question: QuestionType) -> str:
    """Name the strength of one Estimate for a reader."""
    if question is QuestionType.CAUSAL:
        return str(estimate.design)
    if question is QuestionType.PREDICTIVE:
        return {
            Validation.LATER: "judged later in time on people not used for fitting",
            Validation.LATER_SAME_PEOPLE: "judged later in time on the people it was fitted to",
            Validation.CROSS_VALIDATED: "judged on people not used for fitting",
            Validation.IN_SAMPLE: "judged on those it was fitted to",
            Validation.UNKNOWN: "on whom it was judged is not stated",
        }[estimate.validation]
    if estimate.vendor:
        return "from an interested publisher"
    if estimate.design in (Design.MODEL, Design.ASSERTION):
        return str(estimate.design)
    if estimate.sampling is Sampling.UNKNOWN:
        return "a survey or count of a kind not stated" if estimate.kind is Kind.PUBLISHED else "counted in full"
    return {Sampling.VOLUNTEERS: "a volunteers' survey"}.get(estimate.sampling, str(estimate.sampling))
