"""How a view asks the sources: every one that builds the frame, its answer or the reason why there is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.errors import ParameterMistake, UserMistake
from analysis.exhibits import FigureExhibit, Row, TableExhibit, TextExhibit
from analysis.frames import Frame
from analysis.measures.rates import Rate
from analysis.measures.words import rate_row
from analysis.models.fit import ModelNotIdentified
from analysis.session import Session

Exhibit = FigureExhibit | TableExhibit | TextExhibit


@dataclass(frozen=True, slots=True)
class Exhibits:
    """Several exhibits in one output: one for each source."""

    parts: tuple[Exhibit, ...]

    def __repr__(self) -> str:
        return "\n\n".join(repr(part) for part in self.parts)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        html = [part._repr_mimebundle_()["text/html"] for part in self.parts]
        return {"text/plain": repr(self), "text/html": "\n".join(html)}


def rates_of(
    session: Session, key: str, read: Callable[[Frame], tuple[Rate, ...]], only: str | None = None
) -> tuple[list[Row], list[str]]:
    """Return a row a rate of every source that builds `key` (or of the one named), and a note where one cannot."""
    rows: list[Row] = []
    notes: list[str] = []
    for title, result in ask(session, key, read, only):
        if isinstance(result, str):
            notes.append(f"{title}: {result}")
        else:
            rows += [{"Source": title} | dict(rate_row(rate)) for rate in result]
    return rows, notes


def ask(session: Session, key: str, question: Callable[[Frame], Any], only: str | None = None) -> list[tuple[str, Any]]:
    """Ask every source that builds `key`; in place of an answer, the reason why there is none."""
    found: list[tuple[str, Any]] = []
    for source in session.sources:
        if key not in source.builders or (only is not None and source.name != only):
            continue
        try:
            found.append((source.title, question(source.frame(key))))
        except (UserMistake, ModelNotIdentified) as fault:
            found.append((source.title, str(fault)))
    return found


def each(session: Session, key: str, show: Callable[[Frame], Exhibit], lacking: str) -> Exhibits | TextExhibit:
    """Show one exhibit a source, with a sentence in place of what cannot be shown."""
    answers = ask(session, key, show)
    if not answers:
        return TextExhibit(f"No source of this run has what this takes: {lacking}.")
    return Exhibits(
        tuple(TextExhibit(f"{title}: {part}") if isinstance(part, str) else part for title, part in answers)
    )


def table_or_text(caption: str, rows: Sequence[Row], notes: Sequence[str], lacking: str) -> TableExhibit | TextExhibit:
    """Show rows with notes under them; without a row, a sentence says what it takes and why each source has none."""
    note = " ".join(notes)
    if not rows:
        return TextExhibit(f"No source of this run has what this takes: {lacking}. {note}".strip())
    return TableExhibit(caption=caption, rows=tuple(rows), note=note)


def days_of(months: int) -> int:
    """Days of so many months on a customer's own clock: 30 a month, 365 for twelve."""
    if isinstance(months, bool) or months < 1:
        raise ParameterMistake(f"`months` must be 1 or more; got {months!r}.")
    return 365 if months == 12 else 30 * months


def seed_of(session: Session) -> int:
    """Return the session's seed."""
    seed = session.parameters.get("seed")
    return seed if isinstance(seed, int) else 1
