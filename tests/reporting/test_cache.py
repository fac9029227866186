"""Nothing twice and nothing stale: whatever a kept value depends on is changed here, and it is computed anew."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys

import pandas as pd
import pytest

from analysis.cache import source_code, store
from analysis.core import paths
from analysis.core.results import CheckResult
from analysis.core.vocabulary import Design, Direction, Kind, Scale
from analysis.frames import Context, Frame
from analysis.sources import base, manifest
from analysis.sources.base import DataCard, Source
from analysis.verdicts import stored
from tests.helpers import a_claim, a_quantity, an_estimate

PACKAGE = {
    "__init__.py": "",
    "verdicts/stored.py": "",
    "claim.py": "",
    "estimators/__init__.py": "",
    "estimators/invented.py": "from analysis.core.claim import Claim\nfrom analysis import helper\n",
    "checks/__init__.py": "",
    "estimators/checks/invented.py": "",
    "helper.py": "def late():\n    from analysis.deeper import (  # why\n        something,\n    )\n",
    "deeper.py": "",
    "frames/__init__.py": "from analysis.frames.codebook import spec\n",
    "frames/codebook.py": "",
    "frames/codebook.toml": "",
    "frames/derive.py": "",
    "sources/__init__.py": "",
    "sources/invented.py": "from analysis.frames.derive import derived\n",
    "models/__init__.py": 'def __getattr__(name):\n    return import_module(f"{__name__}.{name}")\n',
    "models/by_name.py": "",
    "unrelated.py": "",
}
"""An invented package, whose files can be changed."""


class Scenario:
    """One source with one file, one estimator and one check, whose results say what they were computed from."""

    def __init__(self, folder, monkeypatch):
        self.package, self.data, self.site = folder / "package", folder / "shop.csv", folder / "site"
        self.lock, self.cache = folder / "requirements.lock", folder / "cache"
        self.monkeypatch = monkeypatch
        self.claim, self.options = a_claim(), {"seed": 1, "horizon": 30}
        self.calls = []
        for name, text in PACKAGE.items():
            (self.package / name).parent.mkdir(parents=True, exist_ok=True)
            (self.package / name).write_text(text)
        self.data.write_text("7")
        self.lock.write_text("numpy==2")
        self.site.mkdir()
        monkeypatch.setattr(paths, "ROOT", folder)
        monkeypatch.setattr(paths, "LOCK", self.lock)
        monkeypatch.setattr(source_code, "PACKAGE", self.package)
        monkeypatch.setattr(sys, "path", [*sys.path, str(self.site)])
        for name in (store.FOLDER_VARIABLE, store.CODE_VARIABLE):
            monkeypatch.setenv(name, "")
        self.source = Source(
            name="shop",
            title="Shop",
            kind=Kind.PUBLIC,
            delivery="package",
            data_card=DataCard(publisher="p", citation="c", licence="l", accessed="a", row="r"),
            files=lambda: (self.data,),
            builders={"experiment": self.build},
            module="invented",
        )
        self.next_process()

    def build(self):
        self.calls.append("frame")
        table = pd.DataFrame({"arm": ["a", "b"], "outcome": [float(self.data.read_text()), 1 / 3]})
        context = Context(
            source="Shop", kind=Kind.PUBLIC, design=Design.RANDOMISED, population="all", period="once", indirect="x"
        )
        return Frame(name="experiment", table=table, context=context)

    def estimate(self, seen):
        self.calls.append("estimate")
        outcome = stored.frame(self.source, "experiment").table["outcome"]
        quantity = seen.quantity("effect")
        value = outcome[0] + outcome[1] * self.options["horizon"] + self.options["seed"]
        return (an_estimate(value, value - 1e-17, float("inf"), quantity=quantity, n=2),)

    def check(self):
        self.calls.append("check")
        row = {"outcome": float(stored.frame(self.source, "experiment").table["outcome"][0])}
        return CheckResult(name="invented", passed=True, sentence="So it is.", table=(row,))

    def next_process(self):
        """Forget what a process remembers, and begin to use the cache as a run does."""
        for remembered in (
            source_code.modules,
            source_code.imports,
            source_code.content,
            source_code.file_hash,
            source_code.code_hash,
            store._code_at_first,
            store.environment,
            manifest._hash_of,
            base._built,
        ):
            remembered.cache_clear()
        self.monkeypatch.setattr(stored, "_FINGERPRINTS", {})
        store.begin(self.cache, store.code_at_first())
        self.calls.clear()

    def ask(self):
        return stored.estimates(
            self.source, "experiment", "invented:estimate", self.claim, self.options, lambda seen: self.estimate(seen)
        )

    def ask_check(self):
        return stored.check(self.source, "experiment", "invented:check", self.claim, {}, self.check)

    def append(self, file):
        path = self.package / file
        path.write_text(path.read_text() + "# changed\n")

    def entries(self):
        return sorted(p for p in self.cache.rglob("*") if p.is_file() and p.suffix not in (".lock", store.BROKEN))


@pytest.fixture
def scenario(tmp_path, monkeypatch):
    found = Scenario(tmp_path, monkeypatch)
    yield found
    monkeypatch.undo()
    of_source = (source_code.modules, source_code.content, source_code.imports)
    for remembered in (*of_source, source_code.file_hash, source_code.code_hash):
        remembered.cache_clear()
    store._code_at_first.cache_clear()
    store.environment.cache_clear()


def change_data(scenario):
    before = scenario.data.stat()
    scenario.data.write_text("8")
    os.utime(scenario.data, ns=(before.st_atime_ns, before.st_mtime_ns))  # as a copy that keeps times does


def registered(**changes):
    return lambda scenario: setattr(scenario, "claim", a_claim(a_quantity(**changes)))


def option(**changes):
    return lambda scenario: scenario.options.update(changes)


BOTH, ESTIMATE, NOTHING = ["estimate", "frame"], ["estimate"], []
CHANGES = {
    "nothing": (lambda scenario: None, NOTHING),
    "the estimator's source": (lambda scenario: scenario.append("estimators/invented.py"), ESTIMATE),
    "a module that it imports": (lambda scenario: scenario.append("helper.py"), ESTIMATE),
    "a module that this one imports late": (lambda scenario: scenario.append("deeper.py"), ESTIMATE),
    "the frame's builder": (lambda scenario: scenario.append("sources/invented.py"), BOTH),
    "a module that the builder imports": (lambda scenario: scenario.append("frames/derive.py"), BOTH),
    "the codebook of frames": (lambda scenario: scenario.append("frames/codebook.toml"), BOTH),
    "how values are kept": (lambda scenario: scenario.append("verdicts/stored.py"), BOTH),
    "the data, with the same length and time": (change_data, BOTH),
    "the lock": (lambda scenario: scenario.lock.write_text("numpy==3"), BOTH),
    "the installed packages": (lambda scenario: (scenario.site / "numpy-3.dist-info").mkdir(), BOTH),
    "the seed": (option(seed=2), ESTIMATE),
    "a parameter": (option(horizon=60), ESTIMATE),
    "the type of a parameter": (option(horizon=30.0), ESTIMATE),
    "one parameter more": (option(adjusted=False), ESTIMATE),
    "the quantity's scale": (registered(scale=Scale.PERCENT), ESTIMATE),
    "the quantity's unit": (registered(unit="% a year"), ESTIMATE),
    "the quantity's null": (registered(null=0.5), ESTIMATE),
    "the claim": (lambda scenario: setattr(scenario, "claim", a_claim(id="another")), ESTIMATE),
    "the rule: the claimed size": (registered(size=9.0), NOTHING),
    "the rule: what matters": (registered(smallest=2.0), NOTHING),
    "the rule: the direction": (registered(direction=Direction.BELOW, smallest=-1.0, size=-5.0), NOTHING),
    "the rule: what decides": (registered(decides=False), NOTHING),
    "the words of the claim": (lambda scenario: setattr(scenario, "claim", a_claim(statement="Other words.")), NOTHING),
    "a module that neither of them imports": (lambda scenario: scenario.append("unrelated.py"), NOTHING),
}


@pytest.mark.parametrize(("change", "computed"), CHANGES.values(), ids=CHANGES)
def test_what_an_input_touches_is_computed_anew_and_nothing_else(scenario, change, computed):
    scenario.ask()
    assert sorted(scenario.calls) == BOTH
    scenario.next_process()
    change(scenario)
    scenario.next_process()
    found = scenario.ask()
    assert sorted(scenario.calls) == computed
    # whatever came out of the cache: what these inputs give
    assert found == scenario.estimate(stored.seen_by_estimators(scenario.claim))


def test_check_sees_the_rule_and_is_made_again_with_it(scenario):
    assert scenario.ask_check() == scenario.ask_check()
    assert scenario.calls == ["check", "frame"]
    for change, computed in [
        (registered(smallest=2.0), ["check"]),
        (lambda scenario: scenario.append("estimators/checks/invented.py"), ["check"]),
        (lambda scenario: scenario.append("frames/derive.py"), ["check", "frame"]),
        (lambda scenario: scenario.append("estimators/invented.py"), []),
    ]:
        change(scenario)
        scenario.next_process()
        scenario.ask_check()
        assert scenario.calls == computed


def test_a_module_loaded_by_a_name_put_together_counts(scenario):
    scenario.package.joinpath("estimators/invented.py").write_text("from analysis import models\n")
    scenario.next_process()
    scenario.ask()
    scenario.append("models/by_name.py")
    scenario.next_process()
    scenario.ask()
    assert scenario.calls == ["estimate"]


@pytest.mark.parametrize(
    "damage",
    [lambda b: b[:-1], lambda b: b"", lambda b: b[:80] + bytes([b[80] ^ 1]) + b[81:], lambda b: b"x" + b[1:]],
    ids=["cut short", "empty", "one bit", "its own hash"],
)
def test_damaged_entry_is_computed_anew_and_said(scenario, damage):
    first = scenario.ask()
    assert len(scenario.entries()) == 2
    for path in scenario.entries():
        path.write_bytes(damage(path.read_bytes()))
    scenario.next_process()
    assert scenario.ask() == first
    assert scenario.calls == ["estimate", "frame"]
    assert (store.take_broken(scenario.cache), store.take_broken(scenario.cache)) == (2, 0)
    scenario.next_process()
    assert (scenario.ask(), scenario.calls) == (first, [])


def test_kept_frame_is_the_frame_to_the_last_bit(scenario):
    fresh = scenario.build()
    for _ in range(2):
        found = stored.frame(scenario.source, "experiment")
        pd.testing.assert_frame_equal(found.table, fresh.table, check_exact=True)
        assert (found.name, found.context) == (fresh.name, fresh.context)
        scenario.next_process()


def test_what_does_not_come_back_as_it_went_is_not_kept(scenario):
    table = pd.DataFrame({"arm": [("a", 1), ("b", 2)]})
    odd = dataclasses.replace(scenario.build(), table=table)
    scenario.source = dataclasses.replace(scenario.source, builders={"experiment": lambda: odd})
    assert stored.frame(scenario.source, "experiment") is odd
    assert scenario.entries() == []


def test_own_tables_are_never_kept(scenario):
    scenario.source = dataclasses.replace(scenario.source, module="", kind=Kind.OWN, delivery="tables")
    first = scenario.ask()
    assert scenario.ask() == first
    assert scenario.calls == ["estimate", "frame"] * 2
    assert not scenario.cache.exists()


def test_options_that_are_no_plain_values_are_not_kept(scenario):
    scenario.options["how"] = object()
    assert len(scenario.ask()) == 1
    assert [path.parts[-3] for path in scenario.entries()] == ["frames"]


@pytest.mark.parametrize("meanwhile", ["estimators/invented.py", "unrelated.py", None])
def test_what_was_computed_while_its_inputs_changed_is_not_kept(scenario, meanwhile):
    original = scenario.estimate

    def slow(seen):
        found = original(seen)
        if meanwhile:
            scenario.append(meanwhile)
        else:
            scenario.data.write_text("88")
        return found

    scenario.estimate = slow
    scenario.ask()
    assert [path.parts[-3] for path in scenario.entries()] == ["frames"]


def test_process_whose_code_is_not_what_the_run_began_with_keeps_out(scenario):
    store.begin(scenario.cache, "another")
    scenario.ask()
    scenario.ask()
    assert scenario.calls == ["estimate", "frame", "estimate"], "a public frame is built once a process, stored or not"
    assert not scenario.cache.exists()


def test_without_a_folder_nothing_is_kept(scenario):
    store.begin(None, store.code_at_first())
    assert store.folder_in_use() is None
    scenario.ask()
    assert not scenario.cache.exists()


def test_folder_that_cannot_be_written_is_no_reason_to_fail(scenario):
    scenario.cache.write_text("a file, where the folder should be")
    assert len(scenario.ask()) == 1


def test_estimator_that_looks_at_the_rule_fails_loudly():
    seen = stored.seen_by_estimators(a_claim())
    assert (seen.id, seen.quantity("effect").scale) == (a_claim().id, Scale.DIFFERENCE)
    for ask in (lambda: seen.quantity("effect").size, lambda: seen.quantity("effect").direction, lambda: seen.trap):
        with pytest.raises(AttributeError):
            ask()


def test_unused_entries_go_and_used_ones_stay(scenario):
    scenario.ask()
    for path in scenario.entries():
        os.utime(path, (0, 0))
    scenario.next_process()
    scenario.ask()
    store.prune(scenario.cache)
    assert [path.parts[-3] for path in scenario.entries()] == ["estimates"]


AT_ONCE = """
import sys, time
from pathlib import Path
from analysis.cache import store
folder = Path(sys.argv[1])
store.begin(folder / "cache", store.code_at_first())
def compute():
    with (folder / "calls").open("a") as file:
        file.write("x")
    time.sleep(1)
    return b"value" * 100_000
print(len(store.remembered("frames", {"a": 1}, compute, bytes, bytes)))
"""


def test_two_processes_at_once_compute_once_and_both_have_it(tmp_path):
    processes = [
        subprocess.Popen([sys.executable, "-c", AT_ONCE, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    assert [process.communicate()[0] for process in processes] == ["500000\n"] * 3
    assert (tmp_path / "calls").read_text() == "x"


def test_folder_is_the_checkouts_unless_another_or_none_is_named(monkeypatch, tmp_path):
    monkeypatch.delenv(store.FOLDER_VARIABLE, raising=False)
    assert store.chosen_folder() == paths.CACHE
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(tmp_path))
    assert store.chosen_folder() == tmp_path
    monkeypatch.setenv(store.FOLDER_VARIABLE, "")
    assert store.chosen_folder() is None


def test_notebook_that_no_run_began_keeps_nothing(monkeypatch, tmp_path):
    """By hand, in nbval, in plain papermill: a named folder alone does not switch the cache on."""
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(tmp_path))
    monkeypatch.delenv(store.CODE_VARIABLE, raising=False)
    assert store.folder_in_use() is None
