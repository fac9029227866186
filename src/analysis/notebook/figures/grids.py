"""A grid of shaded numbers: cohorts by age, customers by how lately and how often they bought."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.notebook.exhibits import Row, SvgExhibit
from analysis.notebook.figures import svg

LEFT = 136
CELL = 30
SHADE = 0.62
"""Opacity of the darkest cell: words in the colour of the page stay readable on it, light and dark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shaded:
    """One cell: what stands in it, and how dark it is beside the darkest, which has the largest; None for an empty place."""

    words: str
    shade: float | None


def grid_figure(
    told: str,
    alt: str,
    caption: str,
    columns: Sequence[str],
    rows: Sequence[tuple[str, Sequence[Shaded]]],
    *,
    colour: str = svg.ANSWER,
    numbers: Sequence[Row],
) -> SvgExhibit:
    """Draw a grid.

    Parameters
    ----------
    told : str
        The finding, on top.
    alt, caption : str
        For those who cannot see it; how to read it and where it comes from.
    columns : sequence of str
        Headings, broken into lines where they are long.
    rows : sequence of (str, sequence of Shaded)
        Name of each row, and its cells.
    colour : str
        Of the shading.
    numbers : sequence of mapping
        What is drawn, for the table under the picture.
    """
    drawn, top = svg.title(told)
    wide = (svg.WIDTH - LEFT) / max(len(columns), 1)
    heads = [textwrap.wrap(heading, max(4, int(wide // 7.6))) for heading in columns]
    deep = max((len(lines) for lines in heads), default=1)
    for place, lines in enumerate(heads):
        for depth, words in enumerate(lines):
            drawn += svg.text(LEFT + wide * (place + 0.5), top + 12 + 15 * depth, words, anchor="middle")
    y = top + 15 * deep + 6
    darkest = max((cell.shade for _, cells in rows for cell in cells if cell.shade is not None), default=0.0) or 1.0
    for name, cells in rows:
        drawn += svg.text(0, y + 20, name)
        for place, cell in enumerate(cells):
            if cell.shade is None:
                continue
            x = LEFT + wide * place
            drawn += (
                f'<rect x="{x + 1:g}" y="{y + 1:g}" width="{wide - 2:g}" height="{CELL - 2:g}" fill="{colour}" '
                f'fill-opacity="{max(0.04, SHADE * cell.shade / darkest):.3f}"/>'
            )
            drawn += svg.text(x + wide / 2, y + 20, cell.words, anchor="middle")
        y += CELL
    under, y = svg.words_below((caption,), y + 18)
    return SvgExhibit(
        svg=svg.picture(drawn + under, y - 9, f"{told}. {alt}"), alt=alt, caption=told, rows=tuple(numbers)
    )
