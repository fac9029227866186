"""What is found out about a claim before its verdict, frozen, with JSON in and out: Estimate, Reading, checks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from analysis.core.display import facts_html
from analysis.core.errors import ParameterMistake
from analysis.core.record import Record
from analysis.core.vocabulary import (
    INTERVAL_LEVEL,
    RATIO_SCALES,
    Design,
    Grade,
    Kind,
    OnFailure,
    Outcome,
    Role,
    Sampling,
    Scale,
    Shade,
    Validation,
)
from analysis.core.wording import NARROW_SPACE, number, with_unit


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
        Name of the simulated scenario that breaks the assumption that the source is known to break; empty if none is known.
    validation, sampling
        On whom a score was judged; how those counted were chosen.
    data : str
        First 16 hex digits of the hash over the files of the source; empty for published figures and own tables.
    stored : str
        Date of the run that the number comes from, where the source is not on this machine; empty if it was computed.
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
    data: str = ""
    stored: str = ""

    def __post_init__(self) -> None:
        Record.__post_init__(self)
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

    def _repr_html_(self) -> str:
        facts = {name: getattr(self, name) for name in ("role", "source", "kind", "design", "population", "period")}
        facts |= {"method": self.method, "assumes": "; ".join(self.assumptions), "indirect": self.indirect}
        facts |= {"estimator": self.estimator, "frame": self.frame, "published in": self.citation}
        return facts_html(f"{self.quantity}: {estimate_in_words(self)}", facts)


def interval(estimate: Estimate) -> str:
    """Write the interval of an Estimate with its level, or say that there is none."""
    if not estimate.quantified:
        return "no interval published" if estimate.kind is Kind.PUBLISHED else "no interval"
    percent = number(100 * estimate.level)
    return f"{percent}{NARROW_SPACE}% interval {number(estimate.low)} to {number(estimate.high)}"


def estimate_in_words(estimate: Estimate) -> str:
    """Write value, unit, interval and n of an Estimate: what a reader needs to weigh it."""
    size = f"; n = {estimate.n:,}" if estimate.n else ""
    return f"{with_unit(estimate.value, estimate.unit)} ({interval(estimate)}{size})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment(Record):
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


@dataclass(frozen=True, slots=True, kw_only=True)
class NotIdentifiedSource(Record):
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
    stored : str
        As of an Estimate.
    """

    name: str
    passed: bool | None
    sentence: str
    table: tuple[dict[str, Any], ...] = ()
    on_failure: OnFailure = OnFailure.INFORMS
    source: str = ""
    frame: str = ""
    quantity: str = ""
    stored: str = ""

    def is_of(self, estimate: Estimate) -> bool:
        """True if the check was run on what the Estimate was computed from."""
        same_frame = bool(self.frame) and (self.source, self.frame) == (estimate.source, estimate.frame)
        return same_frame and self.quantity in ("", estimate.quantity)
