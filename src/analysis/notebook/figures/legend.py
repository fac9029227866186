"""How to read the pictures, once a page instead of once a picture."""

from __future__ import annotations

from analysis.notebook.figures import svg

_ENTRIES = (
    (svg.ANSWER, True, False, "Filled: counts towards the answer. The bar is its margin of error."),
    (svg.ANSWER, False, False, "Hollow: context only, or no margin of error was given."),
    (svg.PUBLISHED, False, False, "Grey: a publication. Blue: public data analysed here."),
    (svg.OWN, True, False, "Green: the company's own data, or simulated."),
    (svg.NAIVE, False, True, "Orange square: what a quick analysis would report."),
)


def forest_legend() -> str:
    """Return the legend as an SVG element."""
    drawn = ""
    for place, (colour, filled, square, words) in enumerate(_ENTRIES):
        y = 16 + 24 * place
        drawn += svg.bar(6, 40, y, colour) if filled else ""
        drawn += svg.mark(23, y, colour, filled=filled, square=square) + svg.text(54, y + 4, words)
    bottom = 24 * len(_ENTRIES)
    drawn += svg.text(0, bottom + 18, "Solid line: no effect. Dashed line: what the articles say.")
    drawn += svg.text(0, bottom + 38, "Grey band: effects too small to act on. All together: the diamond,")
    drawn += svg.text(0, bottom + 55, "with a thin line for what to expect in the next company.")
    return svg.picture(drawn, bottom + 64, "Legend of the pictures").replace(' class="figure"', "", 1)
