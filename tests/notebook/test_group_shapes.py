"""Pictures of groups at work: differences counted by hand, surveys of made-up firms, and words that are large enough to read."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from analysis.calibration.scenario import simulated_frame
from analysis.core.vocabulary import Design
from analysis.notebook.exhibits import SvgExhibit
from analysis.notebook.figures import style, svg
from analysis.notebook.section import group_shapes, surveyed
from analysis.notebook.section.shapes import kind_of, scenarios_of, shapes_of
from analysis.register.claims import load_register
from tests.helpers import words_of

REGISTER = load_register()
SMALLEST_PX = 10.5


def experiment(table: pd.DataFrame):
    full = table.assign(unit_id=range(len(table)), arm=table["assigned"].map({1: "letter", 0: "control"}))
    return simulated_frame("experiment", full, source=f"by hand {sorted(table)}", design=Design.RANDOMISED)


def drawn(draw, frame):
    with style.report_style():
        return draw(frame)


def test_two_arms_by_hand():
    """Of ten written to six do it, of ten others two: forty points more, Welch's interval from the same two samples."""
    table = pd.DataFrame({"assigned": [1] * 10 + [0] * 10, "outcome": [1.0] * 6 + [0.0] * 4 + [1.0] * 2 + [0.0] * 8})
    _, told, _, rows = drawn(group_shapes.arms, experiment(table))
    assert "60 with it against 20 without, a difference of 40" in told
    # standard errors 16.33 and 13.33, 17.3 degrees of freedom: 40 ± 2.107 x 21.08
    assert "(−4.42 to 84.4)" in told
    assert [row["n"] for row in rows] == ["10", "10"]
    assert rows[0]["per cent"].startswith("60 ±")


def test_a_draw_that_took_more_of_one_kind_is_looked_into():
    """City: 80 of 100 drawn, all do it or not at 50 %; village: 20 of 100, at 10 %. No effect within, 24 points overall."""
    city = [(1, 1.0)] * 40 + [(1, 0.0)] * 40 + [(0, 1.0)] * 10 + [(0, 0.0)] * 10
    village = [(1, 1.0)] * 2 + [(1, 0.0)] * 18 + [(0, 1.0)] * 8 + [(0, 0.0)] * 72
    rows = [(*row, "city") for row in city] + [(*row, "village") for row in village]
    frame = experiment(pd.DataFrame(rows, columns=["assigned", "outcome", "stratum"]))
    _, told, _, _ = drawn(group_shapes.arms, frame)
    assert told == "All together a difference of 24, within one draw 0"


def test_where_the_score_says_more_the_groups_lie_farther_apart():
    """Eight quarters of ten: no difference below, ten of ten against none at the top."""
    rows = [
        (assigned, risk, float(assigned if risk == 4 else 1))
        for risk in (1, 2, 3, 4)
        for assigned in [1] * 10 + [0] * 10
    ]
    frame = experiment(pd.DataFrame(rows, columns=["assigned", "moderator", "outcome"]).astype({"moderator": float}))
    _, told, _, _ = drawn(group_shapes.arms, frame)
    assert told == "A difference of 0 where the score is lowest, of 100 where it is highest"


def test_customers_alike_are_compared_with_each_other():
    """Who is worse off (x) has it oftener and does it oftener; within the same x there is no difference."""
    rows = []
    for x, had, did in ((0, 2, 1), (1, 4, 3), (2, 6, 5), (3, 8, 7)):  # of ten customers each; of ten, so many do it
        rows += [(x, int(k < had * 10), float(m < did)) for k in range(100) for m in [k % 10]]
    table = pd.DataFrame(rows, columns=["x_bad", "treated", "outcome"]).assign(unit_id=range(400))
    frame = simulated_frame("exposure", table.astype({"x_bad": float}), source="alike by hand")
    _, told, _, found = drawn(group_shapes.alike, frame)
    crude = 100 * (
        table.loc[table["treated"] == 1, "outcome"].mean() - table.loc[table["treated"] == 0, "outcome"].mean()
    )
    assert told == f"All together a difference of {round(crude)}, among customers alike 0"
    assert {row["n"] for row in found if row["group"].startswith("least likely")} == {"20", "80"}


def test_what_a_failure_costs_and_what_making_it_good_brings_back_by_hand():
    rows = [(0, None, 1.0)] * 40 + [(1, 0, 1.0)] * 10 + [(1, 0, 0.0)] * 30 + [(1, 1, 1.0)] * 25 + [(1, 1, 0.0)] * 15
    table = (
        pd.DataFrame(rows, columns=["treated", "dose", "outcome"]).astype({"dose": float}).assign(unit_id=range(120))
    )
    _, told, _, found = drawn(group_shapes.recovery, simulated_frame("exposure", table, source="recovery by hand"))
    assert told == "A failure costs 75; where it is made good, 50 % of that seems to come back"
    assert [row["group"] for row in found] == list(group_shapes.FAILURES)


@pytest.mark.parametrize(
    ("claim", "kind"),
    [
        ("subscriptions-retain", "staggered"),
        ("recovery-restores-loyalty", "recovery"),
        ("first-contact-resolution-retains", "exposure"),
        ("gamification-retains", "experiment"),
        ("consistent-messaging-builds-loyalty", "experiment"),
    ],
)
def test_each_of_these_has_a_picture_of_its_own(claim, kind):
    found = shapes_of(REGISTER[claim])
    assert kind_of(scenarios_of(REGISTER[claim])[0]) == kind
    assert found and all(picture.caption.startswith("Simulated: ") for picture in found)


def test_a_claim_without_a_scenario_borrows_one_of_the_same_test_and_says_so():
    (picture,) = shapes_of(REGISTER["subscriptions-retain"])
    assert "another claim that the same test" in words_of(picture).replace("\n", " ")


def test_a_survey_of_the_willing_closes_in_on_the_wrong_number():
    """Of the willing 3 s / (3 s + 1 - s) plan: 65.7 % where 39 % do; three standard errors of 800 answers are 5 points."""
    fair, willing = surveyed.survey(39.0, seed=4)
    assert 100 * fair.mean() == pytest.approx(39.0, abs=5)
    assert 100 * willing.mean() == pytest.approx(100 * 3 * 0.39 / (3 * 0.39 + 0.61), abs=5)


def test_lines_of_a_survey_hold_the_truth_in_the_sound_interval_and_not_in_the_other():
    lines = surveyed.survey_lines(REGISTER["retention-is-under-planned"], seed=1)
    assert [line["truth"] for line in lines] == [50.0, 39.0]
    for line in lines:
        assert line["sound"][1] <= line["truth"] <= line["sound"][2]
        assert line["truth"] < line["naive"][1]


def test_wilsons_interval_of_a_survey():
    """Newcombe (1998), Statistics in Medicine 17, 857-872, table I: 81 of 263 gives .2553 to .3662."""
    import numpy as np

    value, low, high = surveyed.share_of(np.array([1] * 81 + [0] * 182))
    assert (value, low, high) == pytest.approx((100 * 81 / 263, 25.53, 36.62), abs=0.005)


def smallest_px(picture: SvgExhibit) -> float:
    """Smallest type at the width of 480 pixels at which pictures stand on a page of 1280."""
    inner = re.search(r'<svg y="[^"]*" width="(\d+)"[^>]*viewBox="0 0 ([\d.]+)', picture.svg)
    assert inner is not None
    scale = float(inner[1]) / float(inner[2])
    drawn_sizes = [float(size) * scale for size in re.findall(r"font(?:-size)?: ?([\d.]+)px", picture.svg)]
    return min([*drawn_sizes, *(float(size) for size in re.findall(r'font-size="([\d.]+)"', picture.svg))])


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_the_smallest_type_of_a_drawn_picture_can_be_read(scale):
    with style.report_style():
        axes = style.new_axes()
        axes.plot([0.05, 30.0], [1, 2], label="a line")
        axes.set(xscale=scale, xlabel="times")
        axes.legend(fontsize=8)
        picture = style.to_exhibit(axes, told="A line", alt="A line.", caption="It rises.", rows=())
    assert smallest_px(picture) >= SMALLEST_PX
    assert svg.WIDTH == 480


def test_a_logarithmic_axis_counts_in_plain_numbers():
    with style.report_style():
        axes = style.new_axes()
        axes.plot([0.4, 12.0], [1, 2])
        axes.set(xscale="log")
        words = words_of(style.to_exhibit(axes, told="A line", alt="A line.", caption="It rises.", rows=()))
    assert {"1", "10"} <= set(words.split())
    assert "mathdefault" not in words


def test_words_at_the_axis_stay_inside_the_picture():
    """Long names on the left push the axis to the right; words set below its middle would run over the edge."""
    with style.report_style():
        axes = style.new_axes()
        axes.plot([0, 1], ["a scenario with a name that is long", "another one with a name as long"])
        axes.set_xlabel("intervals that held the truth, per cent of all draws")
        style.to_exhibit(axes, told="Names", alt="Names.", caption="", rows=())
        figure = axes.get_figure()
        figure.draw_without_rendering()
        words = axes.xaxis.label.get_window_extent()
    assert figure.bbox.x0 <= words.x0
    assert words.x1 <= figure.bbox.x1
