"""Grids and curves: numbers are those of the frame, small groups of own data stand nowhere."""

import re
from dataclasses import replace

import pandas as pd
import pytest

import analysis
from analysis.core.vocabulary import Kind
from analysis.frames import Frame
from analysis.measures.rates import proportion
from analysis.notebook.exhibits import TextExhibit
from analysis.notebook.figures import svg
from analysis.notebook.figures.curves import Curve, curves_figure
from analysis.notebook.figures.grids import Shaded, grid_figure
from analysis.sources.cdnow import CONTEXT, SOURCE
from tests.helpers import words_of


@pytest.fixture(scope="module")
def session():
    return analysis.start("01_retention_metrics")


def test_cohort_map_agrees_with_counts_of_the_log(session):
    (shown,) = (
        p for p in analysis.show_cohort_map(session, months=3).parts if "CDNOW" in repr(p) and "[figure]" in repr(p)
    )
    log = SOURCE.builders["purchases"]().table.assign(month=lambda d: d["at"].dt.to_period("M"))
    first = log.groupby("customer_id")["month"].transform("min")
    january = log[first == pd.Period("1997-01")]
    share = (
        january[january["month"] == pd.Period("1997-02")]["customer_id"].nunique() / january["customer_id"].nunique()
    )
    assert shown.rows[0]["Month 1"] == f"{100 * share:.0f}"
    assert "January 1997 to June 1998" in words_of(shown)


def test_cohorts_of_which_nobody_came_back_are_a_map_without_shades(tmp_path):
    """Thirty in January, nobody of whom came back, and three in February who did: too few to be shown."""
    rows = [f"j{i},2024-01-{1 + i % 28:02d},5" for i in range(30)]
    rows += [f"f{i},2024-02-0{1 + i},5\nf{i},2024-03-0{1 + i},5" for i in range(3)]
    (tmp_path / "transactions.csv").write_text("\n".join(["customer_id,at,amount", *rows, ""]))
    (tmp_path / "company.toml").write_text('[company]\nname = "quiet"\nend_of_observation = "2024-05-31"\n')
    session = analysis.start("01_retention_metrics", data=str(tmp_path))
    (shown,) = (p for p in analysis.show_cohort_map(session, months=3).parts if "quiet" in repr(p))
    assert shown.rows[0] == {"Cohort": "2024-01", "Month 1": "0", "Month 2": "0", "Month 3": "0"}
    assert shown.rows[1]["Month 1"] == "·"
    assert "in the months shown nobody bought; where few did, it is not shown" in words_of(shown)


def test_rfm_boxes_hold_all_customers(session):
    (shown,) = (p for p in analysis.show_rfm(session).parts if "CDNOW" in repr(p) and "[figure]" in repr(p))
    assert sum(int(row["Customers"].replace(",", "")) for row in shown.rows) == 23_570


def test_words_of_a_grid_stay_inside_it():
    cells = [Shaded(words="12 of 34", shade=0.5), Shaded(words="", shade=None)]
    shown = grid_figure(
        "A finding", "alt", "How to read it.", ["first quarter", "second"], [("A row", cells)], numbers=({"a": "1"},)
    )
    assert shown.svg.count("<rect") == 1, "an empty place has no box"
    assert all(0 <= float(x) <= svg.WIDTH for x in re.findall(r'<text x="([-\d.]+)"', shown.svg))


def test_curves_name_their_groups_and_keep_the_numbers():
    curves = [
        Curve(name=name, points=tuple((float(k), proportion("there", n, 100, "there")) for k, n in enumerate(counts)))
        for name, counts in (("High-end", (100, 87, 74)), ("Regular", (100, 63, 47)))
    ]
    shown = curves_figure("A finding", "alt", "Source: invented.", curves, x="years", y="there, %", colour=svg.ANSWER)
    assert "High-end" in words_of(shown) and "Source: invented." in words_of(shown)
    assert [row["Customers"] for row in shown.rows][1] == "87 / 100"
    assert "currentColor" in shown.svg and "#010203" not in shown.svg


def test_matplotlib_pictures_share_a_page_without_sharing_names():
    curves = [Curve(name="a", points=tuple((float(k), proportion("x", n, 50, "x")) for k, n in enumerate((50, 20))))]
    one, two = (
        curves_figure(told, "alt", "c", curves, x="x", y=y, colour=svg.ANSWER).svg
        for told, y in (("A", "y"), ("B", "z"))
    )
    names = [set(re.findall(r'\bid="([^"]+)"', picture)) for picture in (one, two)]
    assert not names[0] & names[1]
    for picture, own in zip((one, two), names, strict=True):
        assert set(re.findall(r'href="#([^"]+)"', picture)) | set(re.findall(r"url\(#([^)]+)\)", picture)) <= own


def shown_of_own(monkeypatch, table, show):
    """What a view draws of this purchase log of a company."""
    from analysis.notebook.views.measures import grids

    told = []
    frame = Frame(name="purchases", table=table, context=replace(CONTEXT, source="Own shop", kind=Kind.OWN))
    monkeypatch.setattr(grids, "each", lambda session, key, draw, **more: told.append(draw(frame, 10)))
    show(grids)
    return told[0]


def test_small_groups_of_a_company_are_held_back(session, monkeypatch):
    """Forty customers of May; four of them buy in June, where they would be named, and twenty in July."""
    days = [(who, "2024-05-02") for who in range(40)]
    days += [(who, "2024-06-03") for who in range(4)] + [(who, "2024-07-04") for who in range(20)] + [(0, "2024-08-31")]
    log = pd.DataFrame(days, columns=["customer_id", "at"]).assign(at=lambda d: pd.to_datetime(d["at"]), amount=5.0)
    shown = shown_of_own(monkeypatch, log, lambda grids: grids.show_cohort_map(session, months=2))
    assert [row for row in shown.rows if row["Cohort"] == "2024-05"] == [
        {"Cohort": "2024-05", "Month 1": "·", "Month 2": "50"}
    ]
    assert "fewer than 10 customers" in words_of(shown)
    rfm = shown_of_own(monkeypatch, log, lambda grids: grids.show_rfm(session))
    assert isinstance(rfm, TextExhibit) and "fewer than 10 customers" in rfm.text


def test_a_company_of_a_dozen_customers_has_no_grid(session, monkeypatch):
    few = SOURCE.builders["purchases"]().table
    few = few[few["customer_id"].isin(few["customer_id"].unique()[:12])]
    for show in (lambda grids: grids.show_rfm(session), lambda grids: grids.show_cohort_map(session, months=3)):
        shown = shown_of_own(monkeypatch, few, show)
        assert isinstance(shown, TextExhibit) and "fewer than 10 customers" in shown.text
