"""How many published numbers are reproduced here: counted from the tests themselves, one a case that a test is run with."""

from __future__ import annotations

import ast
import math
from pathlib import Path

WANTED = 110


def cases(path: Path) -> dict[str, int]:
    """Name of each test of a file to the number of cases it is run with, lists of cases multiplied."""
    found = {}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            lists = [
                call.args[1]
                for call in node.decorator_list
                if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "parametrize"
            ]
            # A list that is no literal counts once: nothing is counted that cannot be read here.
            found[node.name] = math.prod(len(x.elts) if isinstance(x, (ast.List, ast.Tuple)) else 1 for x in lists)
    return found


def test_at_least_110_published_numbers_are_reproduced():
    mine = Path(__file__)
    by_file = {path.name: cases(path) for path in sorted(mine.parent.glob("test_*.py")) if path != mine}
    assert all(by_file.values()), "a file without tests"
    assert sum(sum(found.values()) for found in by_file.values()) >= WANTED


def test_cases_are_counted_by_the_lists_they_are_written_in(tmp_path):
    path = tmp_path / "test_x.py"
    path.write_text(
        "import pytest\nCASES = [1]\n"
        "@pytest.mark.parametrize('a', [1, 2])\n@pytest.mark.parametrize('b', [(1, 2), 3, 4])\ndef test_a(a, b): ...\n"
        "@pytest.mark.parametrize('a', CASES)\ndef test_b(a): ...\ndef test_c(): ...\ndef helper(): ...\n"
    )
    assert cases(path) == {"test_a": 6, "test_b": 1, "test_c": 1}
