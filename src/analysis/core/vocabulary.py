"""The words of the house: designs, kinds, scales, outcomes, confidence, and the conventions that hold everywhere.

Plain string enumerations, so that they read the same in TOML, CSV, JSON and code.
"""

from enum import StrEnum

INTERVAL_LEVEL = 0.95
"""Level of every interval unless an Estimate says otherwise."""

DAYS_PER_YEAR = 365.25
WEEKS_PER_YEAR = DAYS_PER_YEAR / 7


class Design(StrEnum):
    """How the comparison came about, strongest first."""

    RANDOMISED = "randomised"
    QUASI_EXPERIMENTAL = "quasi-experimental"
    OBSERVATIONAL = "observational"
    MODEL = "model"
    ASSERTION = "assertion"

    @property
    def rank(self) -> int:
        """Strength as a number: 3 for randomised down to 0 for model and assertion, which stand level.

        Examples
        --------
        >>> Design.RANDOMISED.rank, Design.ASSERTION.rank
        (3, 0)
        """
        return {"randomised": 3, "quasi-experimental": 2, "observational": 1}.get(self.value, 0)


class Kind(StrEnum):
    """Where a number comes from. Simulated numbers calibrate estimators and never take part in a verdict."""

    PUBLIC = "public"
    PUBLISHED = "published"
    OWN = "own"
    SIMULATED = "simulated"


SIMULATED_MARK = "(simulated)"
"""Stands in the name of everything that is simulated, so that no page can show its numbers without it."""


class Role(StrEnum):
    """What an Estimate is for: `answer` takes part in the verdict; the others stand beside it."""

    ANSWER = "answer"
    NAIVE = "naive"
    CONTEXT = "context"


class Scale(StrEnum):
    """The scale of an estimand. Those in RATIO_SCALES are read and pooled on their logarithm."""

    DIFFERENCE = "difference"
    PERCENTAGE_POINTS = "percentage points"
    PERCENT = "percent"
    RATIO = "ratio"
    ODDS_RATIO = "odds ratio"
    HAZARD_RATIO = "hazard ratio"
    ELASTICITY = "elasticity"
    CORRELATION = "correlation"
    SHARE = "share"
    AREA_UNDER_CURVE = "area under curve"


RATIO_SCALES = frozenset({Scale.RATIO, Scale.ODDS_RATIO, Scale.HAZARD_RATIO})


class Direction(StrEnum):
    """The side of the null on which the claim lies."""

    ABOVE = "above"
    BELOW = "below"


class Bias(StrEnum):
    """Where the naive analysis is expected to err, seen from the claim."""

    TOWARDS = "towards"  # in favour of the claim
    AGAINST = "against"  # works against the claim
    EITHER = "either"
    NONE = "none"


class Outcome(StrEnum):
    """What a reading or a verdict says."""

    HOLDS = "holds"  # the whole interval is large enough to matter
    OVERSTATED = "overstated"  # real, and short of the claimed size
    DIRECTION_ONLY = "direction only"  # points the claimed way; size open
    FAILS = "fails"  # an effect worth having is excluded
    OPEN = "open"  # the data cannot say
    NO_INTERVAL = "no interval"  # readings only
    NO_READING = "no reading"  # readings only: voided by a check, or too few events or units
    MIXED = "mixed"  # verdicts only: readings of one strength disagree
    HINTS_FOR = "hints for"  # this and the rest, verdicts only: nothing decides
    HINTS_AGAINST = "hints against"
    HINTS_CONFLICT = "hints conflict"
    ONE_STUDY = "one study only"
    DATA_ELSEWHERE = "data elsewhere"  # a public file would answer and is not on this machine
    NOTHING_FOUND = "nothing found"


class Shade(StrEnum):
    """What kind of *fails* or *holds* a reading is."""

    OPPOSITE = "opposite"
    TOO_SMALL = "too small to matter"
    IN_FULL = "in full"
    SIZE_NOT_SETTLED = "size not settled"
    NONE = ""


CLAIMED_SIDE = frozenset({Outcome.HOLDS, Outcome.OVERSTATED, Outcome.DIRECTION_ONLY})
"""Readings whose whole interval lies on the claimed side of no effect."""

CONCLUSIVE = CLAIMED_SIDE | {Outcome.FAILS}


class QuestionType(StrEnum):
    """What a claim asks, which decides what counts as strong evidence."""

    CAUSAL = "causal"
    PREDICTIVE = "predictive"
    DESCRIPTIVE = "descriptive"


class OnFailure(StrEnum):
    """What the failure of a check does, said before it is run."""

    VOIDS = "voids"  # the estimate is shown and has no vote
    LOWERS = "lowers"  # one step of confidence
    INFORMS = "informs"  # named among the doubts


class Validation(StrEnum):
    """On whom a score was judged."""

    LATER = "later in time, on people not used for fitting"
    LATER_SAME_PEOPLE = "later in time, on the people it was fitted to"
    CROSS_VALIDATED = "cross-validated"
    IN_SAMPLE = "in sample"
    UNKNOWN = ""


class Sampling(StrEnum):
    """How those who were counted came to be counted."""

    FULL = "counted in full"
    PROBABILITY = "probability sample"
    VOLUNTEERS = "volunteers"
    UNKNOWN = ""


class Confidence(StrEnum):
    """How far a verdict can be leaned on, in words."""

    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"
    VERY_LOW = "very low"
    NONE = "none"  # there is nothing to be confident about: no verdict


class Grade(StrEnum):
    """How a published figure was checked. Anything weaker (memory, not verified) is refused on loading."""

    PAPER = "paper"  # read in the paper, its abstract or a scanned copy
    PUBLIC_TEST = "public test"  # quoted in another project's public unit test
    PAGE = "page"  # read on the opening part of a public page
    SECONDARY = "secondary"  # a page that quotes the study was read
    RECOMPUTED = "recomputed"  # derived here from published inputs of the same study


class Rule(StrEnum):
    """How readings of the strongest design become one verdict."""

    POOL = "pool"  # random effects where the quantity is the same, else agreement
    AGREEMENT = "agreement"
