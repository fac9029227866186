"""What an entry of the register is: a Claim with its registered Quantities, and the rules that hold for its fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from analysis.core.errors import ParameterMistake
from analysis.core.reading import AnyText, Flag, Number, Text, Texts, broken, must, one_of
from analysis.core.vocabulary import Bias, Confidence, Direction, Outcome, QuestionType, Rule, Scale, Shade

FAMILIES: Mapping[str, str] = {
    "cost-and-profit": "Cost and profit",
    "loyal-customers": "What loyal customers do",
    "word-of-mouth": "Word of mouth",
    "satisfaction-and-trust": "Satisfaction, NPS, trust",
    "programmes": "Loyalty programmes",
    "personalisation": "Personalisation and communication",
    "service": "Service",
    "churn-and-lock-in": "Churn, risk, win-back, lock-in",
    "feedback-and-practice": "Feedback and practice",
}
ARTICLES = ("S1", "S2", "S3", "S4", "S5")
OWN_TABLES = (
    "transactions",
    "customers",
    "subscriptions",
    "spending",
    "memberships",
    "points",
    "tickets",
    "surveys",
    "campaigns",
    "referrals",
)
LONGEST_END = 36
"""Characters of the words at one end of an axis: both stand side by side on a picture that fits a phone."""


def _among(allowed: tuple[str, ...]) -> AfterValidator:
    def held(items: tuple[str, ...]) -> tuple[str, ...]:
        for item in items:
            if item not in allowed:
                raise broken(f"hold only {', '.join(allowed)}", item)
        return items

    return AfterValidator(held)


def _family(name: str) -> str:
    if name not in FAMILIES:
        raise broken(f"be one of {', '.join(FAMILIES)}", name)
    return name


def _differ(ends: tuple[str, str]) -> tuple[str, str]:
    if ends[0] == ends[1]:
        raise broken("hold two texts that differ", list(ends))
    return ends


_End = Annotated[str, StringConstraints(pattern=r"\S", max_length=LONGEST_END)]
_Ends = Annotated[
    tuple[_End, _End],
    must(f"hold two texts of at most {LONGEST_END} characters: what lower and what higher values mean"),
    AfterValidator(_differ),
]
_Reliability = Annotated[float, Field(gt=0, le=1), must("be a number above 0 and at most 1")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """One registered way to measure a claim, with the rule for reading it.

    Attributes
    ----------
    name : str
        Identifier; Estimates carry it, and only equal quantities are pooled.
    meaning : str
        The estimand in words.
    scale, unit
        Scale of the estimand and its unit in words.
    null : float
        Value of no effect, on `scale`.
    direction : Direction
        Side of the null on which the claim lies.
    smallest : float
        The nearest value to the null that would matter to a decision, on `scale` and on the claimed side. An interval
        wholly nearer to the null than this, on either side, contradicts the claim.
    size : float
        The value the articles name, on `scale`; None where they name none.
    ends : (str, str)
        What lower and higher values mean, in a few plain words: the two ends of an axis. No part of the rule.
    decides : bool
        False for a quantity that is read and shown beside the claim but has no say in its verdict: a related outcome,
        another unit, a bar to beat.
    conventions : tuple of str
        Registered quantities that measure the same under a convention as defensible as this one's: the answer is the
        envelope of all of them.
    reliability : float
        Share of the measured regressor's variation that is no error, as the register assumes it; None: taken as exact.
    """

    name: Text
    meaning: Text
    scale: Annotated[Scale, one_of(Scale)]
    unit: Text
    null: Number
    direction: Annotated[Direction, one_of(Direction)]
    smallest: Number
    size: Number | None = None
    decides: Flag = True
    conventions: Texts = ()
    reliability: _Reliability | None = None
    ends: _Ends = ("lower", "higher")


@dataclass(frozen=True, slots=True, kw_only=True)
class BottomLine:
    """One or two sentences on a claim, written by hand for one verdict and one confidence.

    Attributes
    ----------
    verdict : Outcome
    confidence : Confidence
        The verb of the text carries it, so that a text stands for no other one.
    text : str
        Numbers stand in it as {names}, which a run's results fill in.
    shade : Shade
        Kind of *holds* or *fails* that it was written for; None: any.
    """

    verdict: Annotated[Outcome, one_of(Outcome)]
    confidence: Annotated[Confidence, one_of(Confidence)]
    text: Text
    shade: Annotated[Shade, one_of(Shade)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One entry of the register.

    Attributes
    ----------
    id, family, notebook : str
        Final identifier; key of FAMILIES; stem of the notebook that reports it.
    title, statement : str
        A short name, and the claim in the project's own words.
    said_by : tuple of str
        The seed articles that make it, S1 to S5.
    claimed : str
        The figure the articles put on it, in words; empty if none.
    estimand : str
        What is estimated, in words.
    question : QuestionType
        What the claim asks: it decides what counts as strong evidence.
    lead : str
        The quantity that decides; the others that may decide stand in for it, in their order, where it has no answer.
    rule : Rule
        How readings of the strongest design become one verdict.
    naive_bias, trap
        Where the naive analysis is expected to err, seen from the claim, and why.
    own_tables : tuple of str
        The company tables a company needs to answer it for itself.
    settles : str
        The data that would settle it, in words.
    quantities : tuple of Quantity
        In the order in which they stand in for the lead.
    bottom_lines : tuple of BottomLine
        Texts for the verdicts that are near; no part of the rule.
    costs : str
        What it costs to act on the claim, or to be wrong about it, in a few words; empty if not stated.
    first_said : str
        Who is on record as having said it first, where and when; empty where no source read states it.
    """

    id: Text
    family: Annotated[Text, AfterValidator(_family)]
    notebook: Text
    title: Text
    statement: Text
    estimand: Text
    trap: Text
    settles: Text
    said_by: Annotated[Texts, _among(ARTICLES)]
    own_tables: Annotated[Texts, _among(OWN_TABLES)]
    rule: Annotated[Rule, one_of(Rule)]
    naive_bias: Annotated[Bias, one_of(Bias)]
    quantities: Annotated[tuple[Quantity, ...], Field(min_length=1), must("hold at least one quantity")]
    question: Annotated[QuestionType, one_of(QuestionType)] = QuestionType.CAUSAL
    lead: Text = ""
    bottom_lines: tuple[BottomLine, ...] = ()
    claimed: AnyText = ""
    costs: AnyText = ""
    first_said: AnyText = ""

    def in_order(self) -> tuple[Quantity, ...]:
        """Quantities that may decide: the lead, then those that stand in for it."""
        deciding = [quantity for quantity in self.quantities if quantity.decides]
        return tuple(sorted(deciding, key=lambda quantity: quantity.name != self.lead))

    def quantity(self, name: str) -> Quantity:
        """Return the registered quantity `name`.

        Raises
        ------
        ParameterMistake
            If the claim registers no such quantity; names those it has.
        """
        for quantity in self.quantities:
            if quantity.name == name:
                return quantity
        known = ", ".join(repr(quantity.name) for quantity in self.quantities)
        raise ParameterMistake(f"`quantity` must be one that claim '{self.id}' registers ({known}); got {name!r}.")
