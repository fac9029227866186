"""Pictures of good against bad talk: a published ratio over the firms that may be behind it, and a simulated scenario."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.core.wording import number
from analysis.notebook.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from analysis.models.talk_network import TalkGains
    from analysis.models.valence import ValenceComparison

TEXT = style.INK
LABEL_SIZE = 8.8
ROOM_FOR_LABELS = 3.2
"""The axis of strengths runs on so far, as a ratio, for the names of the lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkLine:
    """One line of the simulated picture.

    Attributes
    ----------
    market, put_off : str
        Who buys unasked, and what people do once put off, in words.
    strengths : tuple of float
        Strength of a bad word over that of a good one.
    gains : tuple of TalkGains
        What came out at each.
    spread : bool
        True if the put off pass the bad word on: a dashed line.
    ripe : bool
        True if many buy unasked: dark, with square marks.
    """

    market: str
    put_off: str
    strengths: tuple[float, ...]
    gains: tuple[TalkGains, ...]
    spread: bool
    ripe: bool


def plot_over_firms(ax: Axes, found: Sequence[ValenceComparison], null: float, claimed: float | None) -> Axes:
    """Draw the ratio per point and per standard deviation with their intervals over the number of firms."""
    firms = [part.n for part in found]
    ticks = [float(n) for n in (firms[0], 50, 100, 200, 500, 1_000, 2_000, 5_000) if firms[0] <= n <= firms[-1]]
    _log_scales(ax, x=ticks, y=(0.25, 0.5, 1, 2, 4, 8, 16))
    per_point = [(p.per_point_low, p.per_point_high) for p in found]
    _band(ax, firms, found[0].ratio_per_point, per_point, "per point", style.PUBLISHED, "top")
    per_sd = [p.per_sd_interval for p in found]
    _band(ax, firms, found[0].ratio_per_sd, per_sd, "per standard deviation", style.MODEL, "bottom")
    _level(ax, null, "no difference", "-", firms[-1], "right", "top")
    _level(ax, claimed, "claimed", "--", firms[-1], "right", "bottom")
    ax.set(
        xlabel="firms behind the figures (not published)",
        ylabel="growth from less bad over\ngrowth from more good talk",
    )
    ax.set_xlim(firms[0], firms[-1])
    return ax


def plot_talk(ax: Axes, lines: Sequence[TalkLine], null: float, claimed: float | None) -> Axes:
    """Draw, for each set of assumptions, the ratio of the two gains over the strength of a bad word."""
    first, last = lines[0].strengths[0], lines[0].strengths[-1]
    _log_scales(ax, x=lines[0].strengths, y=(0.125, 0.25, 0.5, 1, 2, 4, 8))
    for line in lines:
        values = [g.ratio for g in line.gains]
        ax.errorbar(
            line.strengths,
            values,
            yerr=[[g.ratio - g.low for g in line.gains], [g.high - g.ratio for g in line.gains]],
            color=TEXT if line.ripe else style.MODEL,
            marker="s" if line.ripe else "o",
            linestyle="--" if line.spread else "-",
            linewidth=1.8,
            markersize=6,
            capsize=3,
        )
        name = f"{line.market};\nput off: {line.put_off}"
        _write(ax, name, (last, values[-1]), "left", "center", shift=(10, 0))
    _level(ax, null, "no difference", "-", last * ROOM_FOR_LABELS, "right", "top")
    _level(ax, claimed, "claimed", "--", first * 0.9, "left", "bottom")
    ax.set(
        xlabel="strength of a bad word over that of a good one",
        ylabel="customers from less bad talk\nover from more good",
    )
    ax.set_xlim(first * 0.9, last * ROOM_FOR_LABELS)
    return ax


def _band(
    ax: Axes, firms: Sequence[int], value: float, bounds: Sequence[tuple[float, float]], name: str, colour: str, up: str
) -> None:
    low, high = zip(*bounds, strict=True)
    ax.fill_between(firms, low, high, color=colour, alpha=0.25, linewidth=0)
    ax.plot(firms, [value] * len(firms), color=colour, linewidth=2.2)
    _write(ax, f"{name}: {number(value)}", (firms[0], value), "left", up)


def _log_scales(ax: Axes, *, x: Sequence[float], y: Sequence[float]) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    ax.set(xscale="log", yscale="log")
    for axis, ticks in ((ax.xaxis, x), (ax.yaxis, y)):
        axis.set_major_locator(FixedLocator(list(ticks)))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))


def _level(ax: Axes, y: float | None, name: str, dash: str, x: float, across: str, up: str) -> None:
    """Mark a level across the picture, its name at `x`; nothing for None."""
    if y is not None:
        ax.axhline(y, color=TEXT, linewidth=1.2, linestyle=dash, zorder=1)
        _write(ax, name, (x, y), across, up)


def _write(
    ax: Axes, text: str, place: tuple[float, float], across: str, up: str, shift: tuple[int, int] | None = None
) -> None:
    shift = shift or (6 if across == "left" else -6, 4 if up == "bottom" else -4)
    ax.annotate(
        text, place, xytext=shift, textcoords="offset points", ha=across, va=up, fontsize=LABEL_SIZE, color=TEXT
    )
