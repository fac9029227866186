"""Public sources and the cache: what a frame is built from is in its key, and a rule can change without a fit."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

import pytest

from analysis.cache import source_code, store
from analysis.core.vocabulary import Direction, Outcome
from analysis.sources.catalogue import all_sources, find_sources
from analysis.verdicts import collecting, findings

OPENED = """
import sys
from pathlib import Path
from analysis.sources.catalogue import find_sources
import pandas, pandera.pandas
DATA = {".csv", ".txt", ".gz", ".bz2", ".zip", ".xz", ".dta", ".sav", ".rda", ".rds", ".json", ".xls", ".xlsx", ".parquet", ".toml"}
opened = set()
def hook(event, arguments):
    if event == "open" and isinstance(arguments[0], str) and Path(arguments[0]).suffix.lower() in DATA:
        codebook = Path(arguments[0]).suffix == ".toml" and Path(arguments[0]).with_suffix(".py").exists()
        if Path(arguments[0]).exists() and ".dist-info" not in arguments[0] and not codebook:  # hashed as code
            opened.add(Path(arguments[0]).resolve())
sys.addaudithook(hook)
for source in find_sources("package"):
    known = {path.resolve() for path in source.files()}
    opened.clear()
    for key in source.builders:
        source.builders[key]()
    print(source.name, len(opened & known), *sorted(path.name for path in opened - known))
"""


@pytest.mark.slow
def test_every_file_that_a_frame_is_built_from_is_in_the_hash_of_its_data() -> None:
    done = subprocess.run([sys.executable, "-c", OPENED], capture_output=True, text=True, check=True)
    lines = [line.split() for line in done.stdout.splitlines()]
    assert [line[0] for line in lines] == [source.name for source in find_sources("package")]
    assert [line for line in lines if len(line) > 2] == []
    assert sum(int(line[1]) > 0 for line in lines) >= 5  # else the hook sees nothing


def test_sources_of_the_catalogue_name_their_module() -> None:
    """Else nothing of them would be kept, and nobody would notice."""
    assert all(f"sources.{source.module}" in source_code.modules() for source in all_sources())


@pytest.fixture
def kept_once(tmp_path, monkeypatch):
    """Collect one claim into an empty cache; return the claim and what was found."""
    for name in (store.FOLDER_VARIABLE, store.CODE_VARIABLE):
        monkeypatch.setenv(name, "")
    store._code_at_first.cache_clear()
    store.begin(tmp_path, store.code_at_first())
    sources = [source for source in find_sources("package") if source.answers.get("repeat-momentum")][-1:]
    return sources, collecting.collect("repeat-momentum", sources, seed=1, n_boot=10)


def test_a_changed_rule_reads_kept_estimates_anew_and_runs_no_estimator(kept_once, monkeypatch):
    sources, before = kept_once
    assert before.estimates

    def poisoned(frame, claim, **options):
        raise AssertionError("an estimator ran")

    study = collecting.STUDIES["repeat-momentum", "repeat_trials"]
    poisoned.__signature__ = _signature_of(study.estimator)
    poisoned.__module__, poisoned.__name__ = study.estimator.__module__, study.estimator.__name__
    changed = {("repeat-momentum", "repeat_trials"): dataclasses.replace(study, estimator=poisoned)}
    monkeypatch.setattr(collecting, "STUDIES", {**collecting.STUDIES, **changed})
    register = collecting.load_register()
    claim = register["repeat-momentum"]
    answer = before.verdict().deciding[0].estimate
    side = Direction.ABOVE if answer.value > answer.null else Direction.BELOW
    tiny = 1e-9 if side is Direction.ABOVE else -1e-9
    quantities = tuple(
        dataclasses.replace(q, direction=side, smallest=q.null + tiny, size=None) for q in claim.quantities
    )
    turned = dataclasses.replace(claim, quantities=quantities)
    another = dataclasses.replace(register, claims=tuple(turned if c.id == claim.id else c for c in register.claims))
    for module in (collecting, findings):
        monkeypatch.setattr(module, "load_register", lambda: another)
    after = collecting.collect("repeat-momentum", sources, seed=1, n_boot=10)
    assert after.estimates == before.estimates
    assert after.verdict().register_hash == another.hash != register.hash
    # The claim now says what the data show, however little: it is no longer contradicted.
    assert before.verdict().outcome is Outcome.FAILS
    assert after.verdict().outcome in (Outcome.HOLDS, Outcome.OPEN)
    with pytest.raises(AssertionError, match="an estimator ran"):
        collecting.collect("repeat-momentum", sources, seed=2, n_boot=10)


def test_kept_and_fresh_estimates_are_equal_to_the_last_digit(kept_once, monkeypatch):
    sources, first = kept_once
    again = collecting.collect("repeat-momentum", sources, seed=1, n_boot=10)
    store.begin(None, "")
    fresh = collecting.collect("repeat-momentum", sources, seed=1, n_boot=10)
    assert [e.to_json() for e in again.estimates] == [e.to_json() for e in fresh.estimates]
    assert again.estimates == first.estimates == fresh.estimates


def _signature_of(function):
    from inspect import signature

    return signature(function)
