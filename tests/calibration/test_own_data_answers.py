"""Answers from a company's own tables that were once wrong on companies of known truth: what the stored study says of each."""

from pathlib import Path

import pytest

from analysis.calibration.own_answers import OWN_ANSWERS, as_markdown
from analysis.core import paths
from analysis.measures.intervals import wilson
from analysis.verdicts.calibration_record import FEWEST_COVERED, MOST_COVERED, read_calibration

ROWS = read_calibration()
STUDIED = [name for name, answer in OWN_ANSWERS.items() if answer.scenarios]
TESTS = Path(__file__).parent.parent


@pytest.mark.parametrize("answer", STUDIED)
def test_intervals_hold_their_level_and_naive_ones_do_not(answer):
    """Over the three effects together, 93 to 97 % within Monte Carlo error."""
    scenarios = set(OWN_ANSWERS[answer].scenarios)
    mine = [row for row in ROWS if row.scenario in scenarios and row.coverage is not None]
    assert {row.scenario for row in mine} == scenarios, "`make calibrate`"
    assert not any(row.broken for row in mine)
    draws = sum(row.replications - row.without_interval for row in mine)
    low, high = wilson(round(sum(row.coverage * (row.replications - row.without_interval) for row in mine)), draws)
    assert low <= MOST_COVERED and high >= FEWEST_COVERED, (low, high)
    naive = [row.naive_coverage for row in mine if row.naive_coverage is not None]
    assert naive and min(naive) < 0.90, "the trap that was built in does not bite"


def test_the_page_in_the_docs_is_the_one_that_the_table_gives():
    assert paths.OWN_ANSWERS.read_text(encoding="utf-8") == as_markdown(ROWS), "`make calibrate` writes it"


@pytest.mark.parametrize("test", sorted({test for answer in OWN_ANSWERS.values() for test in answer.tests}))
def test_every_test_that_the_page_names_is_there(test):
    file, name = test.removeprefix("tests/").split("::")
    assert f"def {name}(" in (TESTS / file).read_text(encoding="utf-8")


def test_an_answer_without_a_scenario_says_what_shows_it():
    assert all(answer.scenarios or (answer.tests and answer.beside) for answer in OWN_ANSWERS.values())
