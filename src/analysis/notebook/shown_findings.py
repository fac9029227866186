"""Findings as an analyst wants them: a table to compute with, a picture on one's own axes, a summary, a rich display."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Self

import pandas as pd

from analysis.core.claim import Quantity
from analysis.core.errors import FrameMistake
from analysis.core.results import Estimate, estimate_in_words
from analysis.core.vocabulary import RATIO_SCALES, Role
from analysis.notebook.exhibits import GroupExhibit, TextExhibit
from analysis.notebook.figures import style
from analysis.notebook.figures.forest import first_measured, null_words
from analysis.notebook.plain_words import meaning_of
from analysis.notebook.section.answer import AnswerExhibit
from analysis.verdicts.decide import PUBLIC_SCOPE
from analysis.verdicts.findings import Findings

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFindings(Findings):
    """Findings that show themselves; attributes as for `Findings`."""

    @classmethod
    def of(cls, found: Findings) -> Self:
        """The same findings."""
        return cls(**{field.name: getattr(found, field.name) for field in fields(found)})

    def to_frame(self) -> pd.DataFrame:
        """One row an estimate, those of sources first and published figures behind; columns as fields of `Estimate`."""
        rows = [estimate.to_json() for estimate in (*self.estimates, *self.published)]
        table = pd.DataFrame(rows).replace({"inf": float("inf"), "-inf": float("-inf")})
        numbers = [name for name in ("value", "low", "high", "null", "n", "events", "smallest_group") if name in table]
        return table.assign(**{name: pd.to_numeric(table[name]) for name in numbers})

    def plot(self, quantity: str | None = None, *, ax: Axes | None = None) -> Axes:
        """Draw every estimate of one registered quantity against no effect and the claimed size.

        Parameters
        ----------
        quantity : str
            Name of the quantity; None takes the first that anything measures.
        ax : matplotlib Axes
            Where to draw; None makes new axes.

        Raises
        ------
        FrameMistake
            If there is no number to draw.
        ParameterMistake
            If the claim registers no such quantity.
        """
        everything = (*self.estimates, *self.published)
        drawn = self.claim.quantity(quantity) if quantity else first_measured(self.claim, everything)
        shown = [e for e in everything if drawn and e.quantity == drawn.name and e.value is not None]
        if drawn is None or not shown:
            raise FrameMistake(
                f"There is no number on '{self.claim.id}' to draw. What would settle it: {self.claim.settles}"
            )
        return _on_axes(shown, drawn, ax if ax is not None else style.new_axes())

    def summary(self) -> GroupExhibit:
        """The verdicts, the answers behind them and what is missing, in words."""
        answers = [e for e in self.estimates if e.role is Role.ANSWER]
        lines = [f"{self.claim.title}.", *(f"{v.scope}: {v.sentence}" for v in self.answer().verdicts)]
        lines += [f"{e.source}: {estimate_in_words(e)}." for e in answers]
        lines += [f"Check failed on {c.source}: {c.sentence}" for c in self.checks if c.passed is False]
        lines += [f"{title} gives no answer: {why}" for title, why in self.absent]
        lines.append(f"Published figures: {len(self.published)}.")
        return GroupExhibit(tuple(map(TextExhibit, lines)))

    def answer(self) -> AnswerExhibit:
        """The answer to the claim: what was found, how sure, what to do; a company's own beside the public one."""
        scopes = (PUBLIC_SCOPE, self.company) if self.company else (PUBLIC_SCOPE,)
        return AnswerExhibit(claim=self.claim, verdicts=tuple(self.verdict(scope) for scope in scopes))

    def _repr_html_(self) -> str:
        from analysis.notebook import tables

        listed = tables.estimates_table(self.claim, self.estimates).html() if self.estimates else ""
        return self.answer().html() + listed


def _on_axes(shown: Sequence[Estimate], quantity: Quantity, ax: Axes) -> Axes:
    """One error bar a row, from top to bottom, against no effect and the claimed size."""
    for place, e in enumerate(shown):
        reach = [[e.value - e.low], [e.high - e.value]] if e.quantified else None  # type: ignore[operator]
        ax.errorbar([e.value or 0.0], [-place], xerr=reach, fmt="o", color="C0" if e.role is Role.ANSWER else "0.55")
    ax.axvline(quantity.null, color="black", linewidth=1, label=null_words(quantity))
    if quantity.size is not None:
        ax.axvline(quantity.size, color="black", linewidth=1, linestyle="--", label="claimed")
    if quantity.scale in RATIO_SCALES:
        ax.set_xscale("log")
    ax.set(yticks=[-place for place in range(len(shown))], yticklabels=[e.source for e in shown])
    ax.set_xlabel(f"{meaning_of(quantity)} ({quantity.unit})", wrap=True)
    ax.legend(loc="best", fontsize="small")
    return ax
