"""Ledger, check and register as an analyst wants them: a table to compute with, and a rich display."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from analysis.company.ledger import Ledger
from analysis.core.claim import Claim
from analysis.core.display import grid_html, safe
from analysis.core.wording import with_unit
from analysis.register.claims import Register, load_register

if TYPE_CHECKING:
    from analysis.reporting.own_data_check import CompanyCheck


class Lines(tuple[str, ...]):
    """Lines of plain text, one under the other."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "\n".join(self)

    def _repr_html_(self) -> str:
        return f"<ul>{''.join(f'<li>{safe(line)}</li>' for line in self)}</ul>"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerShown:
    """The quality ledger: every row is used, or left out for one named reason."""

    ledger: Ledger

    def to_frame(self) -> pd.DataFrame:
        """One row a table or frame and reason."""
        return pd.DataFrame(list(self.ledger.rows()))

    @property
    def notes(self) -> tuple[tuple[str, str], ...]:
        """Table and note: how values were read, what was assumed."""
        return self.ledger.notes()

    def __repr__(self) -> str:
        rows = [" | ".join(f"{k}: {'' if v is None else v}" for k, v in row.items()) for row in self.ledger.rows()]
        return "\n".join([*rows, *(f"{name}: {note}" for name, note in self.notes)]) or "no table"

    def _repr_html_(self) -> str:
        rows = self.ledger.rows()
        notes = "".join(f"<li>{safe(name)}: {safe(note)}</li>" for name, note in self.notes)
        headings = list(rows[0]) if rows else ["Table or frame"]
        # Numbers of rows are counts: thousands apart.
        told = ([f"{cell:,}" if isinstance(cell, int) else cell for cell in row.values()] for row in rows)
        return grid_html("Quality ledger", headings, told) + f"<ul>{notes}</ul>"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckShown:
    """Which claims a company can test now.

    Attributes
    ----------
    found : CompanyCheck
        The whole result.
    heading : str
        Heading of the column on precision.
    """

    found: CompanyCheck
    heading: str

    @property
    def notes(self) -> tuple[str, ...]:
        """What to look at before a number is trusted; not part of the display, since customers' ids may be quoted."""
        return self.found.notes

    @property
    def testable(self) -> tuple[str, ...]:
        """Ids of the claims that can be tested now."""
        return tuple(claim.claim for claim in self.found.claims if claim.testable)

    def to_frame(self) -> pd.DataFrame:
        """One row a claim."""
        return pd.DataFrame(list(self.found.claim_rows(self.heading)))

    def _headline(self) -> str:
        looks = f"; {len(self.notes)} things to look at first stand in `.notes`" if self.notes else ""
        return f"{len(self.testable)} of {len(self.found.claims)} claims can be tested now{looks}"

    def __repr__(self) -> str:
        lacking = [f"{c.claim}: lacks {c.missing}" for c in self.found.claims if not c.testable]
        return "\n".join([f"{self._headline()}: {', '.join(self.testable)}", *lacking])

    def _repr_html_(self) -> str:
        register = load_register()
        rows = [{**row, "Claim": register[row["Claim"]].title} for row in self.found.claim_rows(self.heading)]
        now = [row for row in rows if row["Testable now"] == "yes"]
        other = [[row["Claim"], row["Missing"]] for row in rows if row["Testable now"] != "yes"]
        kept = [heading for heading in rows[0] if heading not in ("Testable now", "Missing")]
        table = grid_html(self._headline(), kept, ([row[heading] for heading in kept] for row in now))
        lacking = grid_html("What the other claims lack", ("Claim", "Missing"), other)
        more = (
            f"<details><summary>What the other {len(other)} claims lack</summary>{lacking}</details>" if other else ""
        )
        return table + more


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """The register's claims, in its order; ``claims["repeat-momentum"]`` gives one."""

    register: Register

    def __iter__(self) -> Iterator[Claim]:
        return iter(self.register.claims)

    def __len__(self) -> int:
        return len(self.register.claims)

    def __getitem__(self, claim_id: str) -> Claim:
        return self.register[claim_id]

    def _rows(self) -> list[dict[str, str]]:
        rows = []
        for claim in self:
            lead = claim.in_order()[0]
            size = with_unit(lead.size, lead.unit) if lead.size is not None else ""
            counts = f"{lead.direction} {with_unit(lead.null, lead.unit)}"
            rows.append({"claim": claim.id, "title": claim.title, "counts for it": counts, "claimed size": size})
            rows[-1] |= {"own tables": ", ".join(claim.own_tables), "notebook": claim.notebook}
        return rows

    def to_frame(self) -> pd.DataFrame:
        """One row a claim, its id the index."""
        return pd.DataFrame(self._rows()).set_index("claim")

    def __repr__(self) -> str:
        return "\n".join(f"{claim.id}: {claim.title}" for claim in self)

    def _repr_html_(self) -> str:
        rows = self._rows()
        return grid_html(f"Register {self.register.hash}", list(rows[0]), (list(row.values()) for row in rows))


def claims() -> Claims:
    """The register: every claim with what counts for it, the size that is claimed, and the tables that answer it."""
    return Claims(register=load_register())
