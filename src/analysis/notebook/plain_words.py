"""Reasons, reservations and quantities as one would say them: what the rule, a source or an estimator notes, in plain words."""

from __future__ import annotations

import re

from analysis.core.claim import Quantity
from analysis.core.wording import NARROW_SPACE, number, with_unit

_QUESTIONS = {
    "causal": "what causes what",
    "predictive": "what can be foreseen",
    "descriptive": "how things are",
}
_PLAIN = (
    ("One step down: indirect (", "One step down: it speaks only indirectly to the claim ("),
    ("One step down: published figures only; there were", "Less sure, because there are only published figures, and"),
    ("One step down: ", "Less sure, because "),
    ("No step down, since three times as many agree: other", "No less sure, although other"),
    (
        "no deciding interval would still say so if it were half as wide again",
        "a margin of error half as wide again would leave it open",
    ),
    ("the intervals are too wide to conclude", "the margins of error are too wide to conclude"),
    ("; in one more such setting between ", "; the next source may lie between "),
    ("Not judged: ", "Could not be checked: "),
    ("which the answer does not allow for", "so that the answer may be spoilt in the same way"),
    (
        "which these data cannot tell from nothing, nor from enough to turn the answer",
        "too uncertain to rule out an error large enough to turn the answer",
    ),
    ("which is too little to turn the answer", "too little to turn the answer"),
    ("the same after the outcome as placebo", "placebo, measured after the outcome"),
    ("sample ratio of the arms", "whether the groups came out as large as planned"),
    ("The arms hold ", "In the groups: "),
    ("balance of the arms", "whether the groups were alike beforehand"),
    ("balance of the covariates", "whether the groups compared are alike"),
    ("overlap of exposed and unexposed", "whether the groups compared overlap"),
    ("paths before joining", "whether those who joined were on another path before"),
    ("sources of the same strength disagree (direction only, fails)", "sources of the same strength disagree"),
)
_MANY = re.compile(r"\b[1-9][0-9]{3,}(?= simulations\b)")
_OPEN = re.compile(r"(?<=: )open(?=[;)])")
_STRENGTHS = {
    "model": "a model",
    "assertion": "an assertion",
    "counted in full": "a full count",
    "a survey or count of a kind not stated": "a survey or count whose method is not stated",
    "on whom it was judged is not stated": "a score, and on whom it was judged is not stated",
    "judged later in time on the people it was fitted to": "a score judged later on the people it was fitted to",
}
_STARTS = re.compile(r"Starts at ([a-z ]+): (\w+) question, (.+)\.$")


def in_plain_words(reason: str) -> str:
    """A reason as one would say it to somebody who knows no ladder of evidence.

    Examples
    --------
    >>> in_plain_words("Starts at low: causal question, observational.")
    'Starts at low certainty: the evidence is observational, and the question is what causes what.'
    >>> in_plain_words("One step down: it rests on one source (Cell2Cell).")
    'Less sure, because it rests on one source (Cell2Cell).'
    """
    start = _STARTS.match(reason)
    if start:
        level, question, strength = start.groups()
        strength = _STRENGTHS.get(strength, strength)
        return f"Starts at {level} certainty: the evidence is {strength}, and the question is {_QUESTIONS[question]}."
    for trade, plain in _PLAIN:
        reason = reason.replace(trade, plain)
    return singular(_OPEN.sub("unclear", _MANY.sub(_grouped, reason)))


def _grouped(digits: re.Match[str]) -> str:
    return f"{int(digits[0]):,}"


def singular(text: str) -> str:
    """Units as one says them: one percentage point in the singular, and the name of a measure behind its number.

    Examples
    --------
    >>> singular("more than 0.135 (correlation) would do"), singular("acting on (0.1 (difference of shares)).")
    ('more than 0.135 in the correlation would do', 'acting on (0.1 in the difference of shares).')
    >>> singular("worth acting on (1 percentage points a year)"), singular("11 percentage points, 0.1 percentage points")
    ('worth acting on (1 percentage point a year)', '11 percentage points, 0.1 percentage points')
    """
    text = re.sub(r"(?<=\d) \((correlation|difference of shares|area under the curve)\)", r" in the \1", text)
    return re.sub(r"(?<![\d.,])1 percentage points", "1 percentage point", text)


def sentence(text: str) -> str:
    """A text with a capital letter in front and a full stop behind.

    Examples
    --------
    >>> sentence("one source only"), sentence("It holds.")
    ('One source only.', 'It holds.')
    """
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text[-1:] in ".!?" else ".")


def per_cent(share: float, digits: int = 3) -> str:
    """A share in per cent.

    Examples
    --------
    >>> per_cent(0.12345).replace(NARROW_SPACE, " "), per_cent(0.12345, 2).replace(NARROW_SPACE, " ")
    ('12.3 %', '12 %')
    """
    return f"{number(100 * share, digits)}{NARROW_SPACE}%"


def meaning_of(quantity: Quantity) -> str:
    """What a quantity measures: where the register's formula has "less" for a difference, "minus" is plainer.

    The register keeps its words, since a changed meaning is a changed rule.
    """
    told = re.sub(r"(?<=\w|\)),? less (that )?of\b", " minus that of", quantity.meaning)
    told = told.replace("few and most part at 50 %", "few is below 50 %, most above")
    return re.sub(r"(?<=\w|\)),? less (?!often\b|\w+ less )", " minus ", told)


def with_ends(value: float, low: float | None, high: float | None, unit: str) -> str:
    """Write a number with the ends of its interval; a unit in brackets is no unit but a name, and goes in front.

    Examples
    --------
    >>> with_ends(1.5, 1, 2, "times"), with_ends(0.695, 0.615, 0.774, "(area under the curve)")
    ('1.5 times (1 to 2)', 'area under the curve 0.695 (0.615 to 0.774)')
    """
    ends = f" ({number(low)} to {number(high)})" if low is not None and high is not None else ""
    if unit.startswith("("):
        return f"{unit.strip('()')} {number(value)}{ends}"
    return singular(f"{with_unit(value, unit)}{ends}")
