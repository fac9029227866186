"""Grids and curves: numbers are those of the frame, small groups of own data stand nowhere."""

import re

import pandas as pd
import pytest

import analysis
from analysis.core.vocabulary import Kind
from analysis.measures.rates import proportion
from analysis.notebook.figures import svg
from analysis.notebook.figures.curves import Curve, curves_figure
from analysis.notebook.figures.grids import Shaded, grid_figure
from tests.helpers import words_of


@pytest.fixture(scope="module")
def session():
    return analysis.start("01_retention_metrics")


def test_cohort_map_agrees_with_counts_of_the_log(session):
    from analysis.sources.cdnow import load_purchases

    (shown,) = (
        p for p in analysis.show_cohort_map(session, months=3).parts if "CDNOW" in repr(p) and "[figure]" in repr(p)
    )
    log = load_purchases().assign(month=lambda d: d["at"].dt.to_period("M"))
    first = log.groupby("customer_id")["month"].transform("min")
    january = log[first == pd.Period("1997-01")]
    share = (
        january[january["month"] == pd.Period("1997-02")]["customer_id"].nunique() / january["customer_id"].nunique()
    )
    assert shown.rows[0]["Month 1"] == f"{100 * share:.0f}"
    assert "January 1997 to June 1998" in words_of(shown)


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


def test_small_groups_of_a_company_are_held_back():
    from dataclasses import replace

    from analysis.frames import Frame
    from analysis.notebook.views.measures import grids
    from analysis.sources.cdnow import CONTEXT, load_purchases

    few = load_purchases().groupby("customer_id").head(3)
    few = few[few["customer_id"].isin(few["customer_id"].unique()[:12])]
    context = replace(CONTEXT, source="Own shop", kind=Kind.OWN)
    told = []

    def each(session, key, show, lacking, *, first_purchase=False):
        told.append(show(Frame(name="purchases", table=few, context=context)))

    original, grids.each = grids.each, each
    try:
        session = analysis.start("01_retention_metrics")
        grids.show_rfm(session)
        grids.show_cohort_map(session, months=3)
    finally:
        grids.each = original
    assert "fewer than 10 customers" in told[0].text
    assert not re.search(r"\b\d+\b(?! customers)", told[1].text if hasattr(told[1], "text") else "")
