"""Values that could not be used, and answers off their scale."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.company.cleaning import FALSE, TRUE, trimmed
from analysis.company.looking_facts import NPS_TOP, facts
from analysis.company.number_words import agreeing
from analysis.company.schemas import TABLES
from analysis.company.store import Company

MOST = 5
"""Values that are quoted."""
ENOUGH = 30
STARS = 5


def value_notes(company: Company) -> Iterator[str]:
    """Notes on values of columns with a fixed choice, and on scores."""
    for name in company.names:
        yield from _unknown(company, name)
    yield from _scores(company)


def _unknown(company: Company, name: str) -> Iterator[str]:
    told = " ".join(
        [item.reason for item in company.table(name).entry.left_out] + list(company.table(name).entry.notes)
    )
    choices = {
        column: spec.among or (*TRUE, *FALSE)
        for column, spec in TABLES[name].columns.items()
        if (spec.among or spec.kind == "flag") and f"{column} " in told
    }
    if not choices:
        return
    raw = company.engine.raw(name)
    try:
        for column, allowed in choices.items():
            if column not in raw.columns or raw.expression[column].type().is_boolean():
                continue
            text = trimmed(raw.expression[column].cast("string")).lower()
            maps = {} if raw.valued else company.settings.values.get(name, {}).get(column, {})
            known = [*allowed, *(theirs.lower() for theirs in maps), ""]
            values = raw.expression.select(value=text).filter(text.notnull() & ~text.isin(known)).distinct()
            seen = values.order_by("value").limit(MOST + 1).execute()["value"].tolist()
            if seen:
                listed = ", ".join(repr(value[:30]) for value in seen[:MOST]) + (
                    " and more" if len(seen) > MOST else ""
                )
                ours = TABLES[name].columns[column].among or ("true", "false")
                yield (
                    f"{name}: values of `{column}` that could not be used: {listed}. Say in company.toml, "
                    f'[values.{name}.{column}]: "{seen[0][:30]}" = "{ours[0]}" (one of {", ".join(ours)}, or "" for missing)'
                )
    finally:
        company.engine.forget(raw)


def _scores(company: Company) -> Iterator[str]:
    for seen in facts(company).get("scores", ()):
        n, low, high, off = (seen[name] for name in ("n", "low", "high", "off"))
        if seen["instrument"] == "nps" and off:
            answers = f"of {int(n):,} answers to nps"
            yield (
                f"surveys: {agreeing(int(off), f'{answers} is', f'{answers} are')} not from 0 to 10 "
                f"({low:g} to {high:g}): "
                'codes for "no answer"? Map them to missing, or say which scale was asked: [values.surveys.score]: '
                f'"{high if high > NPS_TOP else low:g}" = ""'
            )
        elif seen["instrument"] == "nps" and n >= ENOUGH and high <= STARS:
            yield (
                f"surveys: none of {int(n):,} answers to nps is above {high:g}, of a scale from 0 to 10: was it asked with "
                'stars? Then it is no net promoter score; file it as csat: [values.surveys.instrument]: "nps" = "csat"'
            )
