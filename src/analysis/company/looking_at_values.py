"""Values that could not be used, and answers off their scale."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.company.cleaning import FALSE, TRUE, trimmed
from analysis.company.number_words import agreeing
from analysis.company.schemas import TABLES
from analysis.company.store import Company

MOST = 5
"""Values that are quoted."""
ENOUGH = 30
NPS_TOP, STARS = 10, 5


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
    if not company.has("surveys", "score"):
        return
    table = company.table("surveys").expression
    scores = table.filter(table["score"].notnull())
    seen = scores.group_by("instrument").aggregate(
        n=scores.count(), low=scores["score"].min(), high=scores["score"].max(),
        off=((scores["score"] > NPS_TOP) | (scores["score"] < 0)).sum(),
    )  # fmt: skip
    for row in seen.order_by("instrument").execute().itertuples():
        if row.instrument == "nps" and row.off:
            answers = f"of {int(row.n):,} answers to nps"
            yield (
                f"surveys: {agreeing(int(row.off), f'{answers} is', f'{answers} are')} not from 0 to 10 "
                f"({row.low:g} to {row.high:g}): "
                'codes for "no answer"? Map them to missing, or say which scale was asked: [values.surveys.score]: '
                f'"{row.high if row.high > NPS_TOP else row.low:g}" = ""'
            )
        elif row.instrument == "nps" and row.n >= ENOUGH and row.high <= STARS:
            yield (
                f"surveys: none of {int(row.n):,} answers to nps is above {row.high:g}, of a scale from 0 to 10: was it asked with "
                'stars? Then it is no net promoter score; file it as csat: [values.surveys.instrument]: "nps" = "csat"'
            )
