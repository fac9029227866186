"""Grids and curves of groups: cohorts by age, recency by frequency, survival by segment, answers by number of contacts."""

from __future__ import annotations

from analysis import measures
from analysis.core.wording import NARROW_SPACE, number
from analysis.frames import Frame
from analysis.measures.rates import proportion
from analysis.notebook.disclosure import HIDDEN, is_small, note_of, rate_is_small
from analysis.notebook.exhibits import GroupExhibit, TextExhibit
from analysis.notebook.figures import svg
from analysis.notebook.figures.curves import Curve, curves_figure
from analysis.notebook.figures.grids import Shaded, grid_figure
from analysis.notebook.plain_words import per_cent
from analysis.notebook.session import Session
from analysis.notebook.views.measures.asking import Exhibit, each, observed_to, require_months

__all__ = ["show_cohort_map", "show_contact_dose", "show_rfm", "show_survival"]

MOST_COHORTS = 12
MOST_CURVES = 6
MOST_CONTACTS = 12
FEWEST_CONTACTED = 200
"""Contacts behind a point of the curve of answers; fewer make it jump."""


def show_cohort_map(session: Session, *, months: int) -> GroupExhibit | TextExhibit:
    """Draw the share of every monthly cohort that bought, by age; the last twelve cohorts of a log.

    Parameters
    ----------
    months : int
        Ages that are drawn, 1 or more.
    """
    require_months(months=months)

    def draw(frame: Frame, smallest: int) -> Exhibit:
        table = measures.cohort_table(
            frame.table, period="month", values="customers", end_of_observation=observed_to(frame)
        )
        table = table.iloc[-MOST_COHORTS:]
        ages = [age for age in table.columns if age != "customers" and 1 <= age <= months and table[age].notna().any()]
        if not ages:
            return TextExhibit(f"{frame.context.source}: no cohort was observed for a whole month after its first.")
        rows, numbers, seen = [], [], []
        for cohort, line in table.iterrows():
            n = int(line["customers"])
            cells = []
            for age in ages:
                if line[age] != line[age]:  # not observed yet
                    cells.append(Shaded(words="", shade=None))
                    continue
                found = proportion("bought", int(line[age]), n, "bought in that month")
                if rate_is_small(found, smallest):
                    cells.append(Shaded(words="·", shade=0.0))
                    continue
                seen.append(found.value)
                cells.append(Shaded(words=f"{100 * found.value:.0f}", shade=found.value))
            rows.append((f"{cohort} ({HIDDEN if is_small(n, smallest) else f'{n:,}'})", cells))
            numbers.append({"Cohort": str(cohort)} | {f"Month {a}": c.words for a, c in zip(ages, cells, strict=True)})
        if not seen:
            return TextExhibit(f"{frame.context.source}: {note_of(smallest)}")
        most = max(seen)
        hidden = any(cell.words == "·" for _, cells in rows for cell in cells)
        said = f"of 100 new customers, {100 * min(seen):.0f} to {100 * most:.0f} buy in a later month"
        if not most:  # a few who came back are hidden, nobody is not: what is left would say that nobody ever does
            said = "in the months shown nobody bought" + ("; where few did, it is not shown" if hidden else "")
        return grid_figure(
            f"{frame.context.source}: {said}",
            f"{len(rows)} monthly cohorts by the months since their first purchase.",
            f"Per cent of a cohort who bought in that very month; size of the cohort in brackets. {_source(frame)} "
            f"{note_of(smallest, hidden)}".strip(),
            [f"{age}" for age in ages],
            rows,
            colour=svg.colour_of_data(frame.context.kind),
            numbers=numbers,
        )

    return each(session, "purchases", draw, first_purchase=True)


def show_rfm(session: Session) -> GroupExhibit | TextExhibit:
    """Draw how many customers bought how often and how lately, and which part of revenue each group brought."""

    def draw(frame: Frame, smallest: int) -> Exhibit:
        cells = measures.rfm_grid(frame.table, end_of_observation=observed_to(frame))
        columns = list(dict.fromkeys(cell.recency for cell in cells))
        names = list(dict.fromkeys(cell.frequency for cell in cells))
        n, revenue = sum(cell.n for cell in cells), sum(cell.revenue for cell in cells)
        if revenue <= 0 or (smallest > 1 and any(is_small(cell.n, smallest) for cell in cells)):
            return TextExhibit(f"{frame.context.source}: {note_of(smallest)}")
        best = max(cells, key=lambda cell: cell.revenue)
        boxes = [
            Shaded(words=f"{100 * c.revenue / revenue:.0f} of {100 * c.n / n:.0f}", shade=max(0.0, c.revenue))
            for c in cells
        ]
        rows = [
            (name, [box for box, cell in zip(boxes, cells, strict=True) if cell.frequency == name]) for name in names
        ]
        return grid_figure(
            f"{frame.context.source}: {per_cent(best.n / n, 2)} of customers ({best.frequency}, the last {best.recency}) bring "
            f"{per_cent(best.revenue / revenue, 2)} of revenue",
            f"{len(cells)} groups of {n:,} customers by number of purchases and days since the last one.",
            "In each box: per cent of revenue, of per cent of customers. Rows: days with a purchase. Columns: quarters of "
            f"customers by their last purchase. {_source(frame)}",
            columns,
            rows,
            colour=svg.colour_of_data(frame.context.kind),
            numbers=[
                {
                    "Purchases": c.frequency,
                    "Last purchase": c.recency,
                    "Customers": f"{c.n:,}",
                    "Revenue": number(c.revenue, 9),
                }
                for c in cells
            ],
        )

    return each(session, "purchases", draw)


def show_survival(session: Session) -> GroupExhibit | TextExhibit:
    """Draw which share of each cohort or segment under contract is still there, by age."""

    def draw(frame: Frame, smallest: int) -> Exhibit:
        measures.survival_rates(frame.table)  # refuses counts that rise with age
        sizes = frame.table.groupby("cohort")["n_start"].max().nlargest(MOST_CURVES)
        curves = []
        for cohort in sorted(sizes.index):
            rows = frame.table[frame.table["cohort"] == cohort].sort_values("period")
            points = [
                (float(age), proportion("there", int(left), int(start), "still there"))
                for age, start, left in zip(rows["period"], rows["n_start"], rows["n_surviving"], strict=True)
            ]
            kept = tuple((age, rate) for age, rate in points if age == 0 or not rate_is_small(rate, smallest))
            if len(kept) > 1:
                curves.append(Curve(name=str(cohort), points=kept))
        if not curves:
            return TextExhibit(f"{frame.context.source}: {note_of(smallest)}")
        told = ", ".join(f"{per_cent(c.points[-1][1].value, 2)} of {c.name}" for c in curves[:3])
        return curves_figure(
            f"{frame.context.source}: after {number(curves[0].points[-1][0])} periods {told} are still there",
            "Share of each group that is still there, by age.",
            f"Bands are 95{NARROW_SPACE}% intervals. {_source(frame)}",
            curves,
            x="periods since the start",
            y="still there, %",
            colour=svg.colour_of_data(frame.context.kind),
        )

    return each(session, "cohort_survival", draw)


def show_contact_dose(session: Session) -> GroupExhibit | TextExhibit:
    """Draw how often the first, second, third ... contact was answered, as a quick analysis would."""

    def draw(frame: Frame, smallest: int) -> Exhibit:
        counts = frame.table.groupby("contact_number")["responded"].agg(["sum", "size"])
        counts = counts[counts["size"] >= FEWEST_CONTACTED].loc[:MOST_CONTACTS]
        points = tuple(
            (float(k), rate)
            for k, row in counts.iterrows()
            if not rate_is_small(
                rate := proportion("answered", int(row["sum"]), int(row["size"]), "answered"), smallest
            )
        )
        if len(points) < 2:
            return TextExhibit(f"{frame.context.source}: too few contacts to draw a curve.")
        first, last = points[0], points[-1]
        return curves_figure(
            f"{frame.context.source}: contact {number(first[0])} was answered by {per_cent(first[1].value, 2)}, contact "
            f"{number(last[0])} by {per_cent(last[1].value, 2)}",
            "Share of contacts answered as hoped, by their number.",
            "A quick analysis: who is contacted again has often not answered so far, or was chosen for having answered. It "
            f"does not say what one contact more does. Bands are 95{NARROW_SPACE}% intervals. {_source(frame)}",
            [Curve(name="answered", points=points)],
            x="number of the contact",
            y="answered, %",
            colour=svg.NAIVE,
        )

    return each(session, "contacts", draw)


def _source(frame: Frame) -> str:
    period = frame.context.period
    return f"Source: {frame.context.source}{f', {period}' if period and period != 'not given' else ''}."
