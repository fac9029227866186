"""The results that flow through the house, frozen, with JSON in and out: Estimate, Reading, CannotAnswer, CheckResult, Verdict."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from analysis.errors import ParameterMistake
from analysis.record import Record, member
from analysis.vocabulary import (
    INTERVAL_LEVEL,
    RATIO_SCALES,
    Confidence,
    Design,
    Grade,
    Kind,
    OnFailure,
    Outcome,
    QuestionType,
    Role,
    Sampling,
    Scale,
    Shade,
    Validation,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate(Record):
    """One number about one claim from one source, with its doubt and its origin.

    Attributes
    ----------
    claim : str
        Id of the claim in the register.
    quantity : str
        Name of the claim's registered quantity that this number measures. Only equal quantities are pooled.
    value, low, high : float
        Point estimate and interval bounds on `scale`, in `unit`. `value` may be None for a published finding that
        gives a sign only; `low` and `high` are None where no interval was published: such an Estimate is read as
        *unquantified* and never decides a verdict.
    level : float
        Level of the interval, in (0, 1).
    scale, null, unit
        Scale of the estimand, its value of no effect, and the unit in words ("percentage points", "% a year").
    n : int
        Number of independent units behind the number (customers, arms' recipients, firms); None if not published.
    design, kind, role
        How the comparison came about, where the number comes from, what it is for.
    source : str
        Name of the source or, for published figures, author and year.
    population, period, method : str
        Who, when, and by what estimator, in words.
    estimator : str
        "module:function" that made it, under which the calibration study knows it; empty for published figures.
    assumptions : tuple of str
        What has to hold for the number to mean what it says.
    indirect : str
        Why the number speaks only indirectly to the claim (other outcome, other kind of customer); None if direct.
    vendor, intention_only : bool
        The publisher sells the conclusion; the outcome is what people said they would do.
    sign : int
        What an Estimate without interval says: +1 for the claim, -1 against it, 0 neither; None if not applicable.
    citation, grade, where : str
        For published figures: full reference, how it was checked, and the page or table.
    frame : str
        Key of the frame that it was computed from; empty for published figures.
    events : int
        Fewest events in any arm or group (the rarer of yes and no); None where nothing is counted or it is not known.
    smallest_group : int
        Units in the smallest group compared; None if not known.
    firm : str
        The firm or study that has one vote where figures of firms are spread; empty: the source.
    derived : str
        How the interval was derived (from r, t, p or counts) and what was assumed; empty if published or computed.
    fault : str
        Name of the simulated world that breaks the assumption that the source is known to break; empty if none is known.
    validation, sampling
        On whom a score was judged; how those counted were chosen.
    """

    claim: str
    quantity: str
    value: float | None
    scale: Scale
    null: float
    unit: str
    design: Design
    kind: Kind
    source: str
    method: str
    low: float | None = None
    high: float | None = None
    level: float = INTERVAL_LEVEL
    n: int | None = None
    role: Role = Role.ANSWER
    population: str = ""
    period: str = ""
    assumptions: tuple[str, ...] = ()
    indirect: str | None = None
    vendor: bool = False
    intention_only: bool = False
    sign: int | None = None
    citation: str | None = None
    grade: Grade | None = None
    where: str | None = None
    estimator: str = ""
    frame: str = ""
    events: int | None = None
    smallest_group: int | None = None
    firm: str = ""
    derived: str = ""
    fault: str = ""
    validation: Validation = Validation.UNKNOWN
    sampling: Sampling = Sampling.UNKNOWN

    def __post_init__(self) -> None:
        kinds = (
            ("scale", Scale),
            ("design", Design),
            ("kind", Kind),
            ("role", Role),
            ("validation", Validation),
            ("sampling", Sampling),
        )
        for name, kind in kinds:
            object.__setattr__(self, name, member(name, getattr(self, name), kind))
        if self.grade is not None:
            object.__setattr__(self, "grade", member("grade", self.grade, Grade))
        object.__setattr__(self, "assumptions", tuple(self.assumptions))
        if not 0 < self.level < 1:
            raise ParameterMistake(f"`level` must lie between 0 and 1; got {self.level!r}.")
        if (self.low is None) != (self.high is None):
            raise ParameterMistake(
                f"`low` and `high` must be given together or not at all; got {self.low!r} and {self.high!r} "
                f"for {self.claim} from {self.source}."
            )
        for name in ("value", "low", "high"):
            number = getattr(self, name)
            if number is not None and math.isnan(number):
                raise ParameterMistake(
                    f"`{name}` must be a number or None; got nan for {self.claim} from {self.source}."
                )
        if self.low is not None and self.high is not None:
            if self.value is None or not self.low <= self.value <= self.high:
                raise ParameterMistake(
                    f"`value` must lie between `low` and `high`; got {self.value!r} in [{self.low!r}, {self.high!r}] "
                    f"for {self.claim} from {self.source}."
                )
            # A ratio of two slopes may change its sign; odds, hazards and their ratios cannot.
            if self.scale in RATIO_SCALES - {Scale.RATIO} and self.low < 0:
                raise ParameterMistake(
                    f"`low` must not be negative on the scale '{self.scale}'; got {self.low!r} "
                    f"for {self.claim} from {self.source}."
                )

    @property
    def votes_as(self) -> str:
        """Name under which the Estimate has one vote among firms."""
        return self.firm or self.source

    @property
    def quantified(self) -> bool:
        """True if the Estimate has an interval and so can be read."""
        return self.low is not None and self.high is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(Record):
    """An Estimate held against the claim's registered rule.

    Attributes
    ----------
    estimate : Estimate
    outcome : Outcome
        holds, overstated, direction only, fails, open, no interval or no reading.
    sentence : str
        The same in words, with the numbers in it.
    shade : Shade
        Kind of *holds* or *fails*.
    """

    estimate: Estimate
    outcome: Outcome
    sentence: str
    shade: Shade = Shade.NONE

    def __post_init__(self) -> None:
        object.__setattr__(self, "outcome", member("outcome", self.outcome, Outcome))
        object.__setattr__(self, "shade", member("shade", self.shade, Shade))

    @classmethod
    def _nested(cls, record: dict[str, Any]) -> dict[str, Any]:
        return {**record, "estimate": Estimate.from_json(record["estimate"])}


@dataclass(frozen=True, slots=True, kw_only=True)
class CannotAnswer(Record):
    """A source whose data came about in a way that makes the claim unanswerable from them.

    Attributes
    ----------
    claim, source : str
    reason : str
        How the data came about, and why that closes the question.
    naive : Estimate
        The number a naive analyst would have printed (role `naive`); None if there is none to show.
    """

    claim: str
    source: str
    reason: str
    naive: Estimate | None = None

    @classmethod
    def _nested(cls, record: dict[str, Any]) -> dict[str, Any]:
        naive = record.get("naive")
        return {**record, "naive": Estimate.from_json(naive) if naive else None}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult(Record):
    """The result of one check of a rival explanation or an assumption.

    Attributes
    ----------
    name : str
        What was checked, as a noun phrase.
    passed : bool
        None means the check informs and does not judge.
    sentence : str
        What came out, with the numbers.
    table : tuple of dict
        The numbers behind the sentence, one dict a row, all with the same keys.
    on_failure : OnFailure
        What its failure does to the estimate, as registered with the studies.
    source, frame, quantity : str
        Title of the source, key of the frame and name of the quantity that it was run on; empty if it was asked of none.
    """

    name: str
    passed: bool | None
    sentence: str
    table: tuple[dict[str, Any], ...] = ()
    on_failure: OnFailure = OnFailure.INFORMS
    source: str = ""
    frame: str = ""
    quantity: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "table", tuple(self.table))
        object.__setattr__(self, "on_failure", member("on_failure", self.on_failure, OnFailure))

    def is_of(self, estimate: Estimate) -> bool:
        """True if the check was run on what the Estimate was computed from."""
        same_frame = bool(self.frame) and (self.source, self.frame) == (estimate.source, estimate.frame)
        return same_frame and self.quantity in ("", estimate.quantity)


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

    def __post_init__(self) -> None:
        object.__setattr__(self, "outcome", member("outcome", self.outcome, Outcome))


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

    def __post_init__(self) -> None:
        object.__setattr__(self, "outcome", member("outcome", self.outcome, Outcome))
        object.__setattr__(self, "shade", member("shade", self.shade, Shade))
        object.__setattr__(self, "sources", tuple(self.sources))


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
    readings : tuple of Reading
        All readings of answers, those that decide first, then the rest.
    n_deciding : int
        How many of `readings`, from the first, decided.
    beside : tuple of Estimate
        Naive and context numbers, shown and never counted.
    cannot : tuple of CannotAnswer
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
    readings: tuple[Reading, ...]
    n_deciding: int
    beside: tuple[Estimate, ...] = ()
    cannot: tuple[CannotAnswer, ...] = ()
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

    def __post_init__(self) -> None:
        for name, kind in _CHOICES.items():
            if getattr(self, name) is not None:
                object.__setattr__(self, name, member(name, getattr(self, name), kind))
        for name in _TUPLES:
            object.__setattr__(self, name, tuple(getattr(self, name)))

    @property
    def deciding(self) -> tuple[Reading, ...]:
        """The readings that decided."""
        return self.readings[: self.n_deciding]

    @classmethod
    def _nested(cls, record: dict[str, Any]) -> dict[str, Any]:
        inner = {name: tuple(kind.from_json(item) for item in record.get(name, ())) for name, kind in _INNER.items()}
        return {**record, **inner}


_CHOICES: dict[str, Any] = {
    "outcome": Outcome,
    "confidence": Confidence,
    "shade": Shade,
    "design": Design,
    "without_strongest": Outcome,
    "question": QuestionType,
}
_TUPLES = (
    "reasons",
    "readings",
    "beside",
    "cannot",
    "pooled",
    "leave_one_out",
    "bodies",
    "tally",
    "checks",
    "elsewhere",
)
_INNER: dict[str, Any] = {
    "readings": Reading,
    "beside": Estimate,
    "cannot": CannotAnswer,
    "pooled": Pooled,
    "leave_one_out": WithoutSource,
    "bodies": Body,
    "checks": CheckResult,
}
