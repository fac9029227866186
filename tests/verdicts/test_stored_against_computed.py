"""On a machine with the files: what is stored is what is computed, to the last stable digit, for every source."""

import pytest

from analysis.core import paths
from analysis.register.claims import load_register
from analysis.reporting.renewing import defaults_for, due
from analysis.sources.catalogue import all_sources
from analysis.verdicts import stored_results, stored_verdicts
from analysis.verdicts.collecting import collect, run_check
from analysis.verdicts.studies import CHECKS

SOURCES = all_sources()
BY_NAME = {source.name: source for source in SOURCES}
REGISTER = load_register()
STORED = [path.stem for path in sorted(paths.RESULTS.glob("*.jsonl")) if path.stem != stored_verdicts.NAME]


@pytest.mark.real_data
@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=[] if BY_NAME[n].delivery == "package" else pytest.mark.slow) for n in STORED],
)
def test_stored_and_computed_agree(name, monkeypatch):
    source = BY_NAME[name]
    if source.absence():
        pytest.skip(f"not on this machine: {source.title}")
    monkeypatch.setattr(stored_results, "DISAGREE", [])
    with stored_results.recording() as asked:
        for claim in {*source.answers, *source.not_identified}:
            options = defaults_for(claim, REGISTER[claim].notebook)
            collect(claim, [source], **options)
            for claim_of, check in CHECKS:
                if claim_of == claim:
                    run_check(claim, check, [source], **options)
    stored = stored_results.load(name)
    assert {one.key for one, _ in asked} == set(stored)
    for one, found in asked:
        stored_results.compare(source, one, found)
    assert stored_results.DISAGREE == []


@pytest.mark.real_data
def test_nothing_stored_waits_to_be_renewed():
    if any(source.absence() for source in SOURCES):
        pytest.skip("only a machine with all files can renew")
    assert due() == (), "make results"
