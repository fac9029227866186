"""A verdict and what it is made of, frozen, with JSON in and out: pooled means, bodies of evidence, the verdict itself."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.core.display import facts_html
from analysis.core.record import Record
from analysis.core.results import Assessment, CheckResult, Estimate, NotIdentifiedSource
from analysis.core.vocabulary import Confidence, Design, Outcome, QuestionType, Shade


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled(Record):
    """A random-effects mean of readings of one quantity.

    Attributes
    ----------
    quantity : str
    value, low, high, level
        Mean and its interval (Hartung-Knapp, never narrower than the plain random-effects interval).
    predicted_low, predicted_high : float
        Where the effect in one more such setting would lie.
    tau2, i2 : float
        Between-source variance (on the log scale for ratio scales) and share of the variation that it makes, in [0, 1].
    k : int
        Number of sources.
    """

    quantity: str
    value: float
    low: float
    high: float
    level: float
    predicted_low: float
    predicted_high: float
    tau2: float
    i2: float
    k: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WithoutSource(Record):
    """How a verdict would read with one deciding source left out; "nothing found" where no reading would be left."""

    source: str
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Body(Record):
    """Readings of one quantity and one strength, and what they say together.

    Attributes
    ----------
    quantity : str
    start : int
        Confidence that evidence of this strength starts with: 3 high, 2 moderate, 1 low, 0 very low.
    strength : str
        The same in words ("randomised", "cross-validated", "counted in full").
    outcome, shade
        What the body says.
    how : str
        "one reading", "agreement", "pooled", "the cautious one", "disagreement" or "spread over firms".
    sources : tuple of str
        Whose readings make it; for a spread over firms, who has a vote.
    decides : bool
    """

    quantity: str
    start: int
    strength: str
    outcome: Outcome
    shade: Shade
    how: str
    sources: tuple[str, ...]
    decides: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict(Record):
    """What the evidence says of one claim, by the registered rule.

    Attributes
    ----------
    claim : str
    scope : str
        "public" for public and published evidence together, else the company's name.
    outcome : Outcome
    confidence : Confidence
        None where nothing decides.
    reasons : tuple of str
        Why the confidence is what it is, one sentence each.
    sentence : str
        The answer in plain words.
    design : Design
        Of the readings that decided; None if nothing did.
    assessments : tuple of Assessment
        All readings of answers, those that decide first, then the rest.
    n_deciding : int
        How many of `assessments`, from the first, decided.
    beside : tuple of Estimate
        Naive and context numbers, shown and never counted.
    not_identified : tuple of NotIdentifiedSource
    pooled : tuple of Pooled
        One for each quantity that three or more deciding sources measure; empty where none commensurate.
    without_strongest : Outcome
        How the verdict would read without the most precise deciding source; None if no reading is left then.
    leave_one_out : tuple of WithoutSource
        The same for every deciding source in turn, by name.
    settles : str
        The data that would settle the claim.
    register_hash : str
    shade : Shade
        Kind of *holds* or *fails*.
    question : QuestionType
        None in verdicts of another time.
    quantity : str
        Quantity that decided or would: the lead, or the first that stands in for it; empty where none is read.
    bodies : tuple of Body
        Bodies of evidence on that quantity, the strongest first.
    tally : tuple of int
        Published studies that speak for and against, where nothing decides.
    checks : tuple of CheckResult
        Of all answers, without their tables.
    elsewhere : tuple of str
        Public sources that would answer and are not on this machine.
    """

    claim: str
    scope: str
    outcome: Outcome
    confidence: Confidence
    reasons: tuple[str, ...]
    sentence: str
    design: Design | None
    assessments: tuple[Assessment, ...]
    n_deciding: int
    beside: tuple[Estimate, ...] = ()
    not_identified: tuple[NotIdentifiedSource, ...] = ()
    pooled: tuple[Pooled, ...] = ()
    without_strongest: Outcome | None = None
    leave_one_out: tuple[WithoutSource, ...] = ()
    settles: str = ""
    register_hash: str = ""
    shade: Shade = Shade.NONE
    question: QuestionType | None = None
    quantity: str = ""
    bodies: tuple[Body, ...] = ()
    tally: tuple[int, ...] = ()
    checks: tuple[CheckResult, ...] = ()
    elsewhere: tuple[str, ...] = ()

    @property
    def deciding(self) -> tuple[Assessment, ...]:
        """The readings that decided."""
        return self.assessments[: self.n_deciding]

    def _repr_html_(self) -> str:
        facts = {
            "verdict": self.outcome,
            "confidence": self.confidence,
            "in words": self.sentence,
            "design": self.design,
            "decided by": "; ".join(f"{a.estimate.source}: {a.sentence}" for a in self.deciding),
            "why no surer": " ".join(self.reasons),
            "what would settle it": self.settles,
        }
        return facts_html(f"{self.claim} [{self.scope}]", facts)
