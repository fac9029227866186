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

    TOWARDS = "towards"  # flatters the claim
    AGAINST = "against"  # works against the claim
    EITHER = "either"
    NONE = "none"


class Outcome(StrEnum):
    """What a reading or a verdict says."""

    SUPPORTED = "supported"
    OVERSTATED = "overstated"
    CONTRADICTED = "contradicted"
    INCONCLUSIVE = "inconclusive"
    MIXED = "mixed"  # verdicts only: conclusive readings disagree
    UNQUANTIFIED = "unquantified"  # readings only: no interval
    UNTESTED = "untested"  # verdicts only: no quantified evidence


CONCLUSIVE = frozenset({Outcome.SUPPORTED, Outcome.OVERSTATED, Outcome.CONTRADICTED})


class Confidence(StrEnum):
    """How far a verdict can be leaned on, in words."""

    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"
    VERY_LOW = "very low"
    NONE = "none"  # there is nothing to be confident about: untested


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
