"""The stored demonstration on a page: only where no public source answers, marked as simulated, refused where it was typed."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from analysis.calibration.scenarios import all_scenarios
from analysis.calibration.scenarios.tier_heaps import DEMONSTRATIONS
from analysis.core.errors import DataFault
from analysis.core.results import CheckResult
from analysis.core.vocabulary import Kind, OnFailure
from analysis.notebook.section import at_work as part
from analysis.notebook.section.surveyed import survey_lines
from analysis.register.claims import load_register
from analysis.reporting import demonstrating
from analysis.reporting.demonstrating import drawn_lines
from analysis.sources.own_claims import OUT_OF_REACH
from analysis.verdicts.findings import Findings
from tests.helpers import an_estimate

read = part.stored_demonstration.__wrapped__
CLAIM = load_register()["asking-feedback-retains"]
LINE = {
    "claim": CLAIM.id,
    "quantity": "churn_difference",
    "truth": -2.0,
    "truth_error": 0.1,
    "sound": [-1.5, -3.0, 0.1],
    "naive": [-9.0, -11.0, -7.0],
    "gated": False,
    "n": 900,
    "method": "two arms",
    "fools": "who answers would have stayed",
}


def found(*estimates) -> Findings:
    return Findings(claim=CLAIM, estimates=estimates, published=(), not_identified=(), absent=())


def lines_of(tmp_path, *lines, sealed=None):
    path = tmp_path / "demonstration.jsonl"
    head = {"lines": len(lines), "seal": part.content_hash(list(sealed or lines))}
    path.write_text("".join(json.dumps(line) + "\n" for line in (head, *lines)), encoding="utf-8")
    return read(path)


def test_truth_sound_and_naive_stand_side_by_side_and_say_that_they_are_made_up(tmp_path, monkeypatch):
    lines = lines_of(tmp_path, LINE)
    monkeypatch.setattr(part, "stored_demonstration", lambda: lines)
    shown = part.at_work(found())
    assert shown is not None and shown.folded
    assert "simulated" in shown.lines[0] and "no vote" in shown.lines[0]
    *_, figure, table = shown.parts
    assert table.caption.startswith("One simulated company")
    assert figure.alt.startswith("Simulated customers")
    (row,) = table.rows
    assert row["Truth"].startswith("−2 ")
    assert row["Sound analysis"] == "−1.5 (−3 to 0.1)"
    assert row["Quick number"] == "−9 (−11 to −7)"
    assert "One simulated company" in shown.html(), "it can be drawn"
    assert "misses" not in figure.svg, "the truth lies inside"


def test_an_interval_that_misses_the_truth_says_so(tmp_path, monkeypatch):
    lines = lines_of(tmp_path, LINE | {"truth": 5.0})
    monkeypatch.setattr(part, "stored_demonstration", lambda: lines)
    assert "misses the truth" in part.at_work(found()).parts[-2].svg


def test_a_claim_that_a_public_source_answers_has_none(tmp_path, monkeypatch):
    lines = lines_of(tmp_path, LINE)
    monkeypatch.setattr(part, "stored_demonstration", lambda: lines)
    answer = an_estimate(-1.0, -2.0, -0.5, claim=CLAIM.id, kind=Kind.PUBLIC)
    assert part.at_work(found(answer)) is None


def test_an_answer_that_a_check_voided_answers_nothing(tmp_path, monkeypatch):
    lines = lines_of(tmp_path, LINE)
    monkeypatch.setattr(part, "stored_demonstration", lambda: lines)
    answer = replace(an_estimate(-1.0, -2.0, -0.5, claim=CLAIM.id, kind=Kind.PUBLIC), frame="panel")
    failed = CheckResult(
        name="placebo",
        passed=False,
        sentence="It is there, too.",
        on_failure=OnFailure.VOIDS,
        source=answer.source,
        frame=answer.frame,
    )
    assert part.at_work(replace(found(answer), checks=(failed,))) is not None
    informs = replace(failed, on_failure=OnFailure.INFORMS)
    assert part.at_work(replace(found(answer), checks=(informs,))) is None


def test_draws_of_scenarios_stand_side_by_side_with_their_names(tmp_path, monkeypatch):
    none = LINE | {"drawn": "Who answers: no effect", "truth": 0.0, "sound": [0.2, -1.0, 1.4]}
    lines = lines_of(tmp_path, none, LINE | {"drawn": "Who answers: an effect"})
    monkeypatch.setattr(part, "stored_demonstration", lambda: lines)
    shown = part.at_work(found())
    *_, figure, table = shown.parts
    assert "simulated customers" in shown.lines[0] and "no vote" in shown.lines[0]
    assert table.caption.startswith("Simulated customers")
    assert [row["Simulated customers"] for row in table.rows] == ["Who answers: no effect", "Who answers: an effect"]
    assert [row["Truth"] for row in table.rows] == ["0 percentage points", "−2 percentage points"]
    assert "misses" not in figure.svg and "the truth is 0" in figure.alt and "the truth is −2" in figure.alt


def test_a_claim_without_a_truth_in_the_company_is_stored_as_drawn():
    """Teams of good staff in good places: the scenario's truths, and a quick number that misses both."""
    lines = drawn_lines("courteous-empowered-staff-retain", seed=1)
    assert [(line["drawn"], line["truth"]) for line in lines] == [
        ("Good places: no effect", 0.0),
        ("Good places: an effect", 2.0),
    ]
    for line in lines:
        assert line["sound"][1] <= line["truth"] <= line["sound"][2]
        assert line["naive"][1] > line["truth"]


def test_a_claim_about_many_firms_says_why_nothing_can_be_shown_and_what_it_would_take(monkeypatch):
    monkeypatch.setattr(part, "stored_demonstration", dict)
    claim = load_register()["retention-is-under-planned"]
    shown = part.at_work(replace(found(), claim=claim))
    assert not shown.parts
    assert OUT_OF_REACH[claim.id] in shown.lines[0]


def test_no_claim_is_an_empty_page():
    """Lines of the company, a scenario in which all assumptions hold, or words on what it would take."""
    drawn = {s.claim for s in (*all_scenarios(), *DEMONSTRATIONS) if not s.broken}
    shown = set(part.stored_demonstration()) | drawn | set(OUT_OF_REACH)
    assert {claim.id for claim in load_register().claims} <= shown


def test_nothing_stored_is_no_part_and_a_typed_number_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(part, "stored_demonstration", dict)
    assert part.at_work(found()) is None
    assert read(tmp_path / "not there.jsonl") == {}
    with pytest.raises(DataFault, match="not written by a run"):
        lines_of(tmp_path, LINE | {"truth": -3.0}, sealed=[LINE])


def test_what_is_stored_names_registered_claims_and_quantities():
    register, stored = load_register(), part.stored_demonstration()
    assert len(stored) > 20, "`make results` writes them"
    for claim, lines in stored.items():
        assert lines
        for line in lines:
            assert register[claim].quantity(line["quantity"])


def test_what_only_a_survey_of_firms_can_answer_is_shown_on_made_up_firms(tmp_path, monkeypatch):
    claim = load_register()["retention-is-under-planned"]
    lines = lines_of(tmp_path, *survey_lines(claim, seed=1))
    monkeypatch.setattr(part, "stored_demonstration", lambda: lines)
    shown = part.at_work(replace(found(), claim=claim))
    assert shown is not None
    assert shown.heading == "The test at work, on firms that are made up"
    assert "It would take a survey of many companies" in shown.lines[0]
    picture, _, table = shown.parts
    assert picture.alt.startswith("Simulated firms")
    assert [row["Simulated firms"] for row in table.rows] == [
        "50 in a hundred firms plan",
        "39 in a hundred firms plan",
    ]
    assert "your own tables" not in table.note


def test_a_survey_is_drawn_anew_with_the_others(tmp_path, monkeypatch):
    """What `analysis results` writes holds the lines of surveys; companies and scenarios are left out here."""
    for name in ("formula_truths", "counterfactual_truths", "drawn_lines"):
        monkeypatch.setattr(demonstrating, name, lambda *_, **__: [])
    for name in ("write_demonstration", "company_source"):
        monkeypatch.setattr(demonstrating, name, lambda *_, **__: None)
    path = tmp_path / "demonstration.jsonl"
    assert demonstrating.renew_demonstration(path=path) == 2
    assert [line["truth"] for line in read(path)["retention-is-under-planned"]] == [50.0, 39.0]
