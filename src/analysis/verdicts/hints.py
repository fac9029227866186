"""Where nothing decides: published signs counted one vote a study, or why there is nothing to count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.core.claim import Claim
from analysis.core.results import Estimate
from analysis.core.vocabulary import Design, Kind, Outcome, Role
from analysis.core.wording import number

FEWEST_FOR_HINTS = 2
TIMES_AS_MANY = 3
FEWEST_FOR_TEST = 6
"""With fewer votes the sign test cannot come out at 5 % two-sided."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Studies that speak for and against, by name, and those that were not counted because they sell the conclusion."""

    studies_for: tuple[str, ...]
    studies_against: tuple[str, ...]
    interested: tuple[str, ...]

    @property
    def counts(self) -> tuple[int, int]:
        """Votes for and against."""
        return len(self.studies_for), len(self.studies_against)


def tally(claim: Claim, estimates: Sequence[Estimate]) -> Tally:
    """Count published signs on registered quantities that may decide, one vote a study.

    A study votes with the first of the claim's quantities, the lead first, on which it has a sign. Guesses, naive numbers
    and what people say they would do have no vote; an interested publisher is named and not counted.
    """
    place = {quantity.name: number_ for number_, quantity in enumerate(claim.in_order())}
    signed = sorted(
        (
            e
            for e in estimates
            if e.kind is Kind.PUBLISHED
            and e.role is Role.ANSWER
            and e.quantity in place
            and e.sign in (-1, 1)
            and e.design is not Design.ASSERTION
        ),
        key=lambda e: (place[e.quantity], e.source, -(e.sign or 0)),
    )
    votes: dict[str, int] = {}
    interested = []
    for e in signed:
        if e.vendor or e.intention_only:
            interested.append(e.votes_as)
        else:
            votes.setdefault(e.votes_as, e.sign or 0)
    return Tally(
        studies_for=tuple(sorted(name for name, sign in votes.items() if sign > 0)),
        studies_against=tuple(sorted(name for name, sign in votes.items() if sign < 0)),
        interested=tuple(sorted(set(interested) - set(votes))),
    )


def state_without_verdict(found: Tally, elsewhere: Sequence[str]) -> Outcome:
    """Return the state of a claim that nothing decides.

    Examples
    --------
    >>> str(state_without_verdict(Tally(("a", "b", "c"), ("d",), ()), ()))
    'hints for'
    >>> str(state_without_verdict(Tally(("a", "b"), ("c",), ()), ())), str(state_without_verdict(Tally((), (), ()), ()))
    ('hints conflict', 'nothing found')
    """
    if elsewhere:
        return Outcome.DATA_ELSEWHERE
    n_for, n_against = found.counts
    if n_for + n_against == 0:
        return Outcome.NOTHING_FOUND
    if n_for + n_against == 1:
        return Outcome.ONE_STUDY
    if n_for >= FEWEST_FOR_HINTS and n_for >= TIMES_AS_MANY * n_against:
        return Outcome.HINTS_FOR
    if n_against >= FEWEST_FOR_HINTS and n_against >= TIMES_AS_MANY * n_for:
        return Outcome.HINTS_AGAINST
    return Outcome.HINTS_CONFLICT


def tally_in_words(found: Tally) -> str:
    """The tally as printed, with the sign test where six or more voted."""
    from scipy.stats import binomtest

    n_for, n_against = found.counts
    told = f"{n_for} for, {n_against} against"
    if n_for + n_against >= FEWEST_FOR_TEST:
        told += f"; sign test p = {number(float(binomtest(n_for, n_for + n_against).pvalue), 2)}"
    if found.interested:
        told += (
            f"; not counted, because they sell the conclusion or asked for intentions: {', '.join(found.interested)}"
        )
    return told
