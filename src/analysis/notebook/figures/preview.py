"""The picture that goes with a link to the scoreboard: how many claims hold, and how many do not."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.notebook.figures import style

# The colours of the badges on the page, light: fill and ink of each outcome.
COLOURS = {
    "holds": ("#d7efe6", "#0a4a35"),
    "direction-only": ("#d7efe6", "#0a4a35"),
    "overstated": ("#fdebc8", "#5c3d00"),
    "fails": ("#fbdcd2", "#7a1f06"),
    "mixed": ("#ecdff3", "#4b2260"),
    "very-uncertain": ("#e3e8ed", "#333a42"),
    "open": ("#e3e8ed", "#333a42"),
}
NO_VERDICT = ("#f4f6f8", "#4a525c")
"""Fill and ink of what nothing decides."""

WIDTH, HEIGHT = 1200, 630
"""Pixels: what social networks show without cutting."""


def preview_png(title: str, counts: Sequence[tuple[str, str, int]]) -> bytes:
    """Draw a title and one bar of all claims, and return the PNG; the same counts give the same bytes.

    Parameters
    ----------
    counts : sequence of (str, str, int)
        Outcome, its word, and how many claims; outcomes without a claim are left out.
    """
    import io
    import textwrap

    from matplotlib.figure import Figure

    dpi = 100
    shown = [entry for entry in counts if entry[2]]
    total = sum(n for _, _, n in shown) or 1
    with style.report_style():
        figure = Figure(figsize=(WIDTH / dpi, HEIGHT / dpi), layout="constrained")
        ax = figure.subplots()
        ax.set(xlim=(0, 1), ylim=(0, 1))
        ax.axis("off")
        ax.text(
            0.03, 0.93, "\n".join(textwrap.wrap(title, 30)), fontsize=40, fontweight="bold", va="top", color="#1b1f24"
        )
        left = 0.03
        for place, (outcome, word, n) in enumerate(shown):
            fill, ink = COLOURS.get(outcome, NO_VERDICT)
            width = 0.94 * n / total
            ax.barh(0.42, width, left=left, height=0.16, color=fill, edgecolor=ink, linewidth=1.2)
            ax.text(left + width / 2, 0.42, str(n), ha="center", va="center", fontsize=24, fontweight="bold", color=ink)
            row, column = divmod(place, 3)
            ax.text(0.03 + 0.32 * column, 0.22 - 0.12 * row, f"{n} {word}", fontsize=25, va="center", color=ink)
            left += width
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None})
    return buffer.getvalue()
