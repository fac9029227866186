"""Many figures of one quantity as dots on one line, and who speaks for and against as dots in three rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analysis.core.claim import Claim, Quantity
from analysis.core.results import Estimate
from analysis.core.vocabulary import Role
from analysis.core.wording import number, with_unit
from analysis.notebook.exhibits import SvgExhibit, TextExhibit
from analysis.notebook.figures import svg
from analysis.notebook.figures.findings import finding, is_spread, span
from analysis.notebook.figures.forest import ROLE_WORDS, colour_of, null_words, told_of, years_of
from analysis.notebook.plain_words import with_ends
from analysis.notebook.tidy import tidy_row

NEAR = 12.0
"""Dots nearer to each other than this many pixels are stacked."""
LEVEL = 13.0
DOTS_A_ROW = 26


def dot_strip(claim: Claim, shown: Sequence[Estimate], quantity: Quantity) -> SvgExhibit:
    """Draw every figure of one quantity on one axis, a line each for measured, published and quick numbers."""
    groups = {
        "Mean of single firms, with their spread": [e for e in shown if is_spread(e)],
        "Measured, with a margin of error": [
            e for e in shown if e.role is Role.ANSWER and e.quantified and not is_spread(e)
        ],
        "Published, without a margin of error": [e for e in shown if e.role is Role.ANSWER and not e.quantified],
        "For context": [e for e in shown if e.role is Role.CONTEXT],
        "Quick analysis": [e for e in shown if e.role is Role.NAIVE],
    }
    lone = [*groups["Mean of single firms, with their spread"], *groups["Measured, with a margin of error"]]
    ends = [x for e in lone[:1] for x in (e.low, e.high) if x is not None] if len(lone) == 1 else []
    axis = svg.axis_for(quantity, [e.value for e in shown if e.value is not None], ends)
    told = _finding(claim, quantity, shown, groups)
    drawn, top = svg.title(told)
    top += svg.LINE
    marks, y = "", top
    spans = []
    for name, group in groups.items():
        if group:
            found, taken = _line(axis, name, group, y)
            marks += found
            spans.append((y + 18, y + taken))
            y += taken
    under, height = svg.foot(axis, y, null_words(quantity), years_of(shown))
    alt = f"{told}. {'; '.join(told_of(e) for e in shown)}"
    return SvgExhibit(
        svg=svg.picture(drawn + svg.frame(axis, top, spans) + marks + under, y + height, alt),
        alt=alt,
        caption=told,
        rows=tuple(
            {"Source": e.source, "Figure": with_unit(e.value, e.unit), "Part": ROLE_WORDS[e.role]} for e in shown
        ),
        record=tuple(tidy_row(e) for e in shown),
    )


def _finding(
    claim: Claim, quantity: Quantity, shown: Sequence[Estimate], groups: Mapping[str, Sequence[Estimate]]
) -> str:
    spread, measured, quoted = list(groups.values())[:3]
    if spread:
        return finding(claim, quantity, shown)
    if not measured or not quoted:
        return finding(claim, quantity, shown)
    values = [e.value for e in quoted if e.value is not None]
    told = f"{len(quoted)} figures quoted without a margin of error: {number(min(values))} to {number(max(values))}"
    if len(measured) == 1:
        (e,) = measured
        assert e.value is not None
        return f"Measured: {with_ends(e.value, e.low, e.high, e.unit)}. {told}"
    values = [e.value for e in measured if e.value is not None]
    return f"{len(measured)} measured: {span(values, quantity.unit)}. {told}"


def _line(axis: svg.Axis, name: str, group: Sequence[Estimate], y: float) -> tuple[str, float]:
    """Dots of one group, stacked where they would cover each other; with the height they take."""
    drawn = ""
    last: dict[int, float] = {}  # level to the x of its last dot
    deepest = 0
    placed = []
    for e in sorted(group, key=lambda e: e.value or 0.0):
        assert e.value is not None
        x = axis.place(e.value)
        level = next(i for i in range(len(group)) if x - last.get(i, -1e9) >= NEAR)
        last[level] = x
        deepest = max(deepest, level)
        placed.append((x, level, e))
    height = 26 + LEVEL * (deepest + 1) + 6
    if len(group) == 1 and group[0].low is not None and group[0].high is not None:
        ends = axis.place(group[0].low), axis.place(group[0].high)
        drawn += svg.bar(*ends, y + height - 10, colour_of(group[0]))
    for x, level, e in placed:
        drawn += svg.mark(
            x, y + height - 10 - LEVEL * level, colour_of(e), filled=e.quantified and e.role is Role.ANSWER
        )
    return svg.text(4, y + 15, f"{name} ({len(group)})") + drawn, height


FEWEST_DRAWN = 4
"""With fewer voices than this a sentence says as much as a picture."""


def tally_exhibit(
    claim: Claim, data: Mapping[str, int], literature: Mapping[str, int], note: str = ""
) -> SvgExhibit | TextExhibit | None:
    """Draw who speaks for, against and neither way: filled dots for data, hollow ones for publications.

    Parameters
    ----------
    claim : Claim
    data, literature : mapping of str to int
        Name of a data set or study to 1 for the claim, -1 against it, 0 neither.
    note : str
        Who is counted, in a few words under the dots.

    Returns
    -------
    SvgExhibit or TextExhibit
        A sentence where few speak; None if nobody does.
    """
    if not data and not literature:
        return None
    told = _tally_told(data, literature)
    if len(data) + len(literature) < FEWEST_DRAWN:
        return TextExhibit(f"{told}.")
    drawn, y = svg.title(told)
    rows = []
    for sign, name in ((1, "For"), (0, "Neither"), (-1, "Against")):
        dots = [(n, True) for n, s in data.items() if s == sign] + [
            (n, False) for n, s in literature.items() if s == sign
        ]
        if not dots:
            continue  # the title says how many of how many
        drawn += svg.text(0, y + 18, f"{name}: {len(dots)}", bold=True)
        lines = max(1, -(-len(dots) // DOTS_A_ROW))
        for place, (who, filled) in enumerate(dots):
            x = 104 + 14 * (place % DOTS_A_ROW)
            drawn += svg.mark(
                x, y + 13 + 15 * (place // DOTS_A_ROW), svg.ANSWER if filled else svg.PUBLISHED, filled=filled
            )
            rows.append({"Who": who, "Direction": name.lower(), "Kind": "data" if filled else "publication"})
        y += 15 * lines + 10
    kinds = [
        name for name, has in (("data analysed here (filled)", data), ("publications (hollow)", literature)) if has
    ]
    under, bottom = svg.words_below((f"Source: {', '.join(kinds)}. {note}".strip(),), y + 14)
    return SvgExhibit(
        svg=svg.picture(drawn + under, bottom - 8, f"Who speaks for and against: {claim.title}. {told}"),
        alt=f"{claim.title}: {told}",
        caption=told,
        rows=tuple(rows),
    )


def _tally_told(data: Mapping[str, int], literature: Mapping[str, int]) -> str:
    signs = [*data.values(), *literature.values()]
    n = len(signs)
    n_for, n_against, neither = (signs.count(sign) for sign in (1, -1, 0))
    who = " and ".join(
        f"{count} {name}{'s' if count > 1 else ''}"
        for count, name in ((len(data), "data set"), (len(literature), "publication"))
        if count
    )
    what = "data sets and publications" if data and literature else "data sets" if data else "publications"
    one_way = "the claimed way" if n_for else "the other way" if n_against else "neither way"
    if n == 1:
        return f"One {what[:-1]} points {one_way}"
    if n in (n_for, n_against, neither):
        all_of = "both" if n == 2 else "all"
        if data and literature:
            return f"{who}, {all_of} pointing {one_way}"
        return f"{all_of.capitalize()} {'' if n == 2 else f'{n} '}{what} point {one_way}"
    if not n_for:
        return f"Of {n} {what}, none points the claimed way, {n_against} the other, {neither} neither way"
    rest = [f"{n_against} the other"] * bool(n_against) + [f"{neither} neither way"] * bool(neither)
    return f"Of {n} {what}, {n_for} point{'s' if n_for == 1 else ''} the claimed way, {', '.join(rest)}"
