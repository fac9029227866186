"""What an entry of the register is: a Claim with its registered Quantities. Loading and validating is `claims`' business."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.core.errors import ParameterMistake
from analysis.core.vocabulary import Bias, Confidence, Direction, Outcome, QuestionType, Rule, Scale, Shade


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

    name: str
    meaning: str
    scale: Scale
    unit: str
    null: float
    direction: Direction
    smallest: float
    size: float | None = None
    decides: bool = True
    conventions: tuple[str, ...] = ()
    reliability: float | None = None
    ends: tuple[str, str] = ("lower", "higher")


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

    verdict: Outcome
    confidence: Confidence
    text: str
    shade: Shade | None = None


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

    id: str
    family: str
    notebook: str
    title: str
    statement: str
    said_by: tuple[str, ...]
    claimed: str
    estimand: str
    rule: Rule
    naive_bias: Bias
    trap: str
    own_tables: tuple[str, ...]
    settles: str
    quantities: tuple[Quantity, ...]
    question: QuestionType = QuestionType.CAUSAL
    lead: str = ""
    bottom_lines: tuple[BottomLine, ...] = ()
    costs: str = ""
    first_said: str = ""

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
