"""The worked examples of ``docs/adding-a-claim.md``, made in a copy of the package and run there, own data included."""

import csv
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from analysis.core import paths

PAGE = paths.ROOT / "docs" / "adding-a-claim.md"
SECTIONS = {"An estimator for an existing claim": 3, "A claim with data": 4, "A source": 2}

# 60 customers who bought in January 2022; the first 45 of them once more in August.
BUYERS, RETURNED = 60, 45
LOG = [
    "customer_id,at,amount",
    *(f"c{i},2022-01-{i % 28 + 1:02d},10" for i in range(BUYERS)),
    *(f"c{i},2022-08-{i % 28 + 1:02d},10" for i in range(RETURNED)),
]

RUN = """
import analysis, sys
session = analysis.start("04_loyal_customers", sources="cdnow_summary", data=sys.argv[1])
beside = session.collect("repeat-momentum").estimates
told = [("repeat-momentum", e.source, e.role, e.value) for e in beside if e.estimator.startswith("aggregate.repeat_share")]
told += [("most-buyers-return", e.source, e.role, e.value) for e in session.collect("most-buyers-return").estimates]
for claim, source, role, value in told:
    print(f"{claim}|{source}|{role}|{value:.3f}")
{section}
"""


def blocks(section: str) -> list[tuple[str, str, str]]:
    """File, place in it ("" for a new one) and lines of every block of a section."""
    text = PAGE.read_text(encoding="utf-8").split(f"### {section}")[1].split("\n## ")[0].split("\n### ")[0]
    found = []
    for block in re.findall(r"```(?:python|toml)\n(.*?)```", text, flags=re.DOTALL):
        head, _, lines = block.partition("\n")
        file, _, place = head.removeprefix("# ").removeprefix("new file: ").partition(", ")
        found.append((file, place, lines))
    return found


def apply(root: Path, file: str, place: str, lines: str) -> None:
    path = root / file
    if not place:
        path.write_text(lines, encoding="utf-8")
        return
    text = path.read_text(encoding="utf-8")
    how, _, line = place.partition(": ")
    if how == "at the end":
        path.write_text(f"{text}\n{lines}", encoding="utf-8")
        return
    found = next((whole for whole in text.splitlines(keepends=True) if whole.strip() == line), None)
    assert found, f"{file} has no line {line!r} any more: {PAGE.name} is stale"
    path.write_text(text.replace(found, lines if how == "instead of" else found + lines, 1), encoding="utf-8")


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    root = tmp_path_factory.mktemp("copy")
    shutil.copytree(
        paths.ROOT / "src" / "analysis", root / "src" / "analysis", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copytree(paths.ROOT / "data", root / "data", ignore=shutil.ignore_patterns("raw"))
    shutil.copytree(paths.NOTEBOOKS, root / "notebooks")
    for section in SECTIONS:
        for file, place, lines in blocks(section):
            apply(root, file, place, lines)
    return root


@pytest.mark.parametrize("section", SECTIONS)
def test_example_touches_as_few_files_as_its_title_says(section):
    assert len({file for file, _, _ in blocks(section)}) == SECTIONS[section]
    words = {2: "two", 3: "three", 4: "four"}
    assert f"### {section}: {words[SECTIONS[section]]} files\n" in PAGE.read_text(encoding="utf-8")


def test_examples_run_in_a_copy_on_own_data_and_on_the_new_source(copy, tmp_path):
    (tmp_path / "transactions.csv").write_text("\n".join(LOG) + "\n", encoding="utf-8")
    settings = '[company]\nname = "Acme"\nend_of_observation = "2022-12-31"\n'
    (tmp_path / "company.toml").write_text(settings, encoding="utf-8")
    (section,) = [lines for file, _, lines in blocks("A claim with data") if file.startswith("notebooks/")]
    script = RUN.replace("{section}", re.sub(r"^(session\..+)$", r"print(\1)", section, flags=re.MULTILINE))
    environment = {"PYTHONPATH": str(copy / "src"), "PATH": "", "RETENTION_CACHE": "", "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line.split("|") for line in done.stdout.splitlines() if line.count("|") == 3]
    own = f"{100 * RETURNED / BUYERS:.3f}"
    summary = (
        Path(next(iter(find_spec("lifetimes").submodule_search_locations))) / "datasets" / "cdnow_customers_summary.csv"
    )
    with summary.open(encoding="utf-8", newline="") as handle:
        repeats = [int(row["frequency"]) for row in csv.DictReader(handle)]
    public = f"{100 * sum(n > 0 for n in repeats) / len(repeats):.3f}"
    assert sorted(map(tuple, rows)) == [
        ("most-buyers-return", "Acme", "answer", own),
        ("most-buyers-return", "CDNOW sample, summarised", "answer", public),
        ("repeat-momentum", "Acme", "context", own),
    ]
    # More than 55 in 100 are claimed: the whole interval round 75 lies above, that round 40 below.
    assert "most-buyers-return [Acme]: holds" in done.stdout
    assert "most-buyers-return [public]: fails" in done.stdout
