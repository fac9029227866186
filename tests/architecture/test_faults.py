"""The faults of the rule's first edition that ``docs/architecture.md`` lists, and the tests that it names for them."""

import re

import pytest

from analysis.core import paths

TEXT = (paths.ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([^|]+) \| (`[\w/]+\.py::[^|]+) \|$", TEXT, re.MULTILINE)


def test_there_is_a_row_for_each_of_the_ten_faults():
    assert len({fault for fault, _ in ROWS}) == 10


@pytest.mark.parametrize(("fault", "tests"), ROWS)
def test_the_tests_of_a_fault_are_there(fault, tests):
    for file, name in re.findall(r"`([\w/]+\.py)::(\w+)`", tests):
        assert f"def {name}(" in (paths.ROOT / "tests" / file).read_text(encoding="utf-8"), fault
