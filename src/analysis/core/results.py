"""The results, frozen, with JSON in and out: Estimate, Assessment, NotIdentifiedSource, CheckResult, Verdict."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from analysis.core.errors import ParameterMistake
from analysis.core.vocabulary import INTERVAL_LEVEL, RATIO_SCALES, Confidence, Design, Grade, Kind, Outcome, Role, Scale


class _Record:
    """JSON in and out for the frozen dataclasses below; those that hold others say in `_nested` which."""

    __slots__ = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain lists, strings, numbers and None: what ``json.dumps`` takes without help.

        JSON has no infinity: an interval without a bound is written as the text "inf" or "-inf".
        """
        return _plain(asdict(self))  # type: ignore[call-overload, no-any-return]

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        """Rebuild from `to_json`'s form.

        Raises
        ------
        ParameterMistake
            If the record has a field this type does not know.
        """
        kinds = {field.name: str(field.type) for field in fields(cls)}  # type: ignore[arg-type]
        unknown = sorted(set(record) - set(kinds))
        if unknown:
            raise ParameterMistake(f"`{cls.__name__}` has no field {unknown[0]!r}; its fields are {sorted(kinds)}.")
        unbounded = {
            name: float(value) for name, value in record.items() if "float" in kinds[name] and value in ("inf", "-inf")
        }
        return cls(**cls._nested({**record, **unbounded}))

    @classmethod
    def _nested(cls, record: dict[str, Any]) -> dict[str, Any]:
        """Return `record` with the records inside it rebuilt."""
        return record


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float) and math.isinf(value):
        return str(value)
    return str(value) if isinstance(value, str) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate(_Record):
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

    def __post_init__(self) -> None:
        for name, kind in (("scale", Scale), ("design", Design), ("kind", Kind), ("role", Role)):
            object.__setattr__(self, name, _member(name, getattr(self, name), kind))
        if self.grade is not None:
            object.__setattr__(self, "grade", _member("grade", self.grade, Grade))
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
            if self.scale in RATIO_SCALES and self.low < 0:
                raise ParameterMistake(
                    f"`low` must not be negative on the scale '{self.scale}'; got {self.low!r} "
                    f"for {self.claim} from {self.source}."
                )

    @property
    def quantified(self) -> bool:
        """True if the Estimate has an interval and so can be read."""
        return self.low is not None and self.high is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment(_Record):
    """An Estimate held against the claim's registered rule.

    Attributes
    ----------
    estimate : Estimate
    outcome : Outcome
        supported, overstated, contradicted, inconclusive or unquantified.
    sentence : str
        The same in words, with the numbers in it.
    """

    estimate: Estimate
    outcome: Outcome
    sentence: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "outcome", _member("outcome", self.outcome, Outcome))

    @classmethod
    def _nested(cls, record: dict[str, Any]) -> dict[str, Any]:
        return {**record, "estimate": Estimate.from_json(record["estimate"])}


@dataclass(frozen=True, slots=True, kw_only=True)
class NotIdentifiedSource(_Record):
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
class CheckResult(_Record):
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
    """

    name: str
    passed: bool | None
    sentence: str
    table: tuple[dict[str, Any], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "table", tuple(self.table))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled(_Record):
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
class WithoutSource(_Record):
    """How a verdict would read with one deciding source left out; "untested" where nothing quantified would be left."""

    source: str
    outcome: Outcome

    def __post_init__(self) -> None:
        object.__setattr__(self, "outcome", _member("outcome", self.outcome, Outcome))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict(_Record):
    """What the evidence says of one claim, by the registered rule.

    Attributes
    ----------
    claim : str
    scope : str
        "public" for public and published evidence together, else the company's name.
    outcome : Outcome
        supported, overstated, contradicted, inconclusive, mixed or untested.
    confidence : Confidence
    reasons : tuple of str
        Why the confidence is what it is, one sentence each.
    sentence : str
        The answer in plain words.
    design : Design
        Strongest design present, which alone decides; None if untested.
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
        How the verdict would read without the most precise deciding source; None if nothing quantified is left then.
    leave_one_out : tuple of WithoutSource
        The same for every deciding source in turn, by name; empty if untested.
    settles : str
        The data that would settle the claim.
    register_hash : str
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

    def __post_init__(self) -> None:
        object.__setattr__(self, "outcome", _member("outcome", self.outcome, Outcome))
        object.__setattr__(self, "confidence", _member("confidence", self.confidence, Confidence))
        if self.design is not None:
            object.__setattr__(self, "design", _member("design", self.design, Design))
        if self.without_strongest is not None:
            object.__setattr__(self, "without_strongest", _member("without_strongest", self.without_strongest, Outcome))
        for name in ("reasons", "assessments", "beside", "not_identified", "pooled", "leave_one_out"):
            object.__setattr__(self, name, tuple(getattr(self, name)))

    @property
    def deciding(self) -> tuple[Assessment, ...]:
        """The readings that decided."""
        return self.assessments[: self.n_deciding]

    @classmethod
    def _nested(cls, record: dict[str, Any]) -> dict[str, Any]:
        return {
            **record,
            "assessments": tuple(Assessment.from_json(item) for item in record["assessments"]),
            "beside": tuple(Estimate.from_json(item) for item in record.get("beside", ())),
            "not_identified": tuple(NotIdentifiedSource.from_json(item) for item in record.get("not_identified", ())),
            "pooled": tuple(Pooled.from_json(item) for item in record.get("pooled", ())),
            "leave_one_out": tuple(WithoutSource.from_json(item) for item in record.get("leave_one_out", ())),
        }


def _member(name: str, value: Any, kind: Any) -> Any:
    """Return `value` as a member of the enumeration `kind`, or raise naming the field."""
    try:
        return kind(value)
    except ValueError:
        allowed = ", ".join(repr(str(member)) for member in kind)
        raise ParameterMistake(f"`{name}` must be one of {allowed}; got {value!r}.") from None
