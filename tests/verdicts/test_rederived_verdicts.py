"""All verdicts of a run derived a second time from ``verdicts.json`` alone, by lines that share no code with the rule.

Pooled means are taken as given: they have tests of their own against a second derivation.
"""

import json
import math
import os
from pathlib import Path

import pytest

from analysis.reporting.verdict_records import machine_form
from tests.verdicts.rederive import derived

RUN = Path(os.environ.get("RETENTION_VERDICTS", ""))


def records():
    """The verdicts of a run named by RETENTION_VERDICTS, else of all claims on what comes with packages."""
    if RUN.is_file():
        return json.loads(RUN.read_text(encoding="utf-8"))
    from analysis.register.claims import load_register
    from analysis.sources.catalogue import find_sources
    from analysis.verdicts.collecting import collect

    register, sources = load_register(), find_sources("package")
    verdicts = [collect(claim.id, sources).verdict() for claim in register.claims]
    return json.loads(json.dumps(machine_form(verdicts, register)))


@pytest.mark.slow
def test_every_verdict_follows_from_its_own_record():
    found = records()
    assert len({record["claim"] for record in found}) == 46
    wrong = {r["claim"]: (r["verdict"], derived(r)) for r in found if r["verdict"] != derived(r)}
    assert wrong == {}


def a_record(*estimates, size=None, **changes):
    quantity = {"name": "q", "scale": "difference", "null": 0.0, "direction": "above", "smallest": 1.0, "size": size}
    fields = {
        "role": "answer",
        "kind": "public",
        "design": "observational",
        "quantity": "q",
        "frame": "f",
        "level": 0.95,
    }
    blank = dict.fromkeys(("events", "smallest_group", "value", "low", "high", "sign"))
    listed = [{"source": f"s{i}", **blank, "firm": "", "derived": "", **fields, **e} for i, e in enumerate(estimates)]
    for e in listed:
        e |= {"vendor": False, "intention_only": False, "validation": "", "sampling": ""} | e
    record = {"question": "causal", "rule": "pool", "quantities": [quantity], "bar": [], "checks": [], "pooled": []}
    return {**record, "elsewhere": [], "estimates": listed, **changes}


@pytest.mark.parametrize(
    ("intervals", "verdict"),
    [
        ([(2, 3)], "holds"),
        ([(0.5, 3)], "direction only"),
        ([(-1, 3)], "open"),
        ([(-1, 0.5)], "fails"),
        ([(2, 3), (-1, 0.5)], "mixed"),
        ([(2, 3), (-1, 3)], "holds"),
        ([], "nothing found"),
    ],
)
def test_the_second_derivation_itself_knows_the_rule(intervals, verdict):
    assert (
        derived(a_record(*({"low": low, "high": high, "value": (low + high) / 2} for low, high in intervals)))
        == verdict
    )


def test_the_second_derivation_would_notice_a_wrong_verdict():
    voided = {"passed": False, "on_failure": "voids", "source": "s0", "frame": "f", "quantity": ""}
    estimate = {"low": 2.0, "high": math.inf, "value": 3.0}
    assert derived(a_record(estimate)) == "holds"
    assert derived(a_record(estimate, checks=[voided])) == "nothing found"
    assert derived(a_record({**estimate, "events": 9})) == "nothing found"
