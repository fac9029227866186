"""`make results`, second part: what the tests find in the demonstration company, beside its known truths, for the pages.

A page shows a claim's test at work where no public source answers it. To simulate a company and run every test on it takes
minutes, so the numbers are stored in ``data/demonstration.jsonl``; nothing but this module writes them. For a claim of which the
company has no truth, the scenarios that study its test are drawn instead, without and with an effect.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from analysis.cache import source_code
from analysis.core.record import rounded
from analysis.core.results import Estimate
from analysis.core.vocabulary import Role
from analysis.core.whole_files import write_text
from analysis.demo.parameters import CompanyScenario
from analysis.demo.truths import Truth, counterfactual_truths, formula_truths
from analysis.demo.writing import write_demonstration
from analysis.notebook.section.at_work import STORED, content_hash
from analysis.notebook.section.surveyed import SURVEYED, survey_lines
from analysis.notebook.views.demonstration import Demonstration, demonstrate
from analysis.register.claims import load_register
from analysis.reporting.renewing import defaults_for
from analysis.sources.own_claims import OUT_OF_REACH
from analysis.sources.own_tables import company_source
from analysis.verdicts.collecting import collect

CUSTOMERS, SEED = 8_000, 1


def renew_demonstration(told: Callable[[str], None] = lambda line: None, *, path: Path = STORED) -> int:
    """Simulate the company, ask every test that has a truth, and write what came out; return the number of lines.

    Parameters
    ----------
    told : callable
        Called with the id of each claim as it is done.
    path : Path
        The file to write.
    """
    scenario, register, code = CompanyScenario(n_customers=CUSTOMERS), load_register(), code_now()
    truths: dict[str, list[Truth]] = {}
    for truth in formula_truths(scenario) + counterfactual_truths(scenario, seed=SEED):
        truths.setdefault(truth.claim, []).append(truth)
    lines = []
    with TemporaryDirectory() as scratch:
        folder = Path(scratch) / "company"
        write_demonstration(folder, n_customers=CUSTOMERS, seed=SEED)
        source = company_source(folder)
        for claim in register.claims:
            if claim.id in truths:
                found = collect(claim.id, [source], **defaults_for(claim.id, claim.notebook)).estimates
                lines += [line for truth in truths[claim.id] if (line := _line(truth, found)) is not None]
            elif claim.id in SURVEYED:
                lines += survey_lines(claim, SEED)
            elif claim.id not in OUT_OF_REACH:
                lines += drawn_lines(claim.id, SEED)
            told(claim.id)
    head = {"of": "demonstration", "customers": CUSTOMERS, "seed": SEED, "lines": len(lines), "code": code}
    everything = ({**head, "seal": content_hash(lines)}, *lines)
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in everything)
    write_text(path, text)
    return len(lines)


def drawn_lines(claim_id: str, seed: int) -> list[dict[str, Any]]:
    """Lines of the scenarios of a claim's test, each drawn without and with an effect."""
    return [line for draw in demonstrate(claim_id, seed) if (line := _drawn(draw)) is not None]


def code_now() -> str:
    """Hash of the code behind the stored numbers: the simulation, the way from tables to frames, and all estimators."""
    estimators = (name for name in source_code.modules() if name.startswith("estimators."))
    return source_code.code_hash("reporting.demonstrating", "sources.own_tables", "demo.truths", *estimators)


def is_due() -> bool:
    """Whether code behind the stored numbers has changed, or there are none."""
    if not STORED.exists():
        return True
    head = json.loads(STORED.read_text(encoding="utf-8").splitlines()[0])
    return bool(head["code"] != code_now())


def _line(truth: Truth, found: tuple[Estimate, ...]) -> dict[str, Any] | None:
    """One truth with the sound number and the naive one; None where the company's tables give no number at all."""
    mine = [e for e in found if e.quantity == truth.quantity and e.value is not None]
    sound = next((e for e in mine if e.role is Role.ANSWER), next((e for e in mine if e.role is Role.CONTEXT), None))
    naive = next((e for e in mine if e.role is Role.NAIVE), None)
    if sound is None:
        return None
    quick = [naive.value, naive.low, naive.high] if naive else None
    return _as_stored(sound, quick, truth=truth.value, error=truth.error, fools=truth.naive)


def _drawn(draw: Demonstration) -> dict[str, Any] | None:
    """One draw of a scenario; None where the test gives no number at all."""
    if draw.sound is None or draw.sound.value is None:
        return None
    quick = list(draw.naive) if draw.naive else None
    return _as_stored(draw.sound, quick, truth=draw.truth, error=0.0, fools=draw.scenario.trap, drawn=draw.label)


def _as_stored(
    sound: Estimate, quick: list[Any] | None, *, truth: float, error: float, fools: str, **drawn: str
) -> dict[str, Any]:
    return {
        "claim": sound.claim,
        "quantity": sound.quantity,
        **drawn,
        "truth": rounded(truth),
        "truth_error": rounded(error),
        "sound": rounded([sound.value, sound.low, sound.high]),
        "naive": rounded(quick),
        "gated": sound.role is not Role.ANSWER,
        "n": sound.n,
        "method": sound.method,
        "fools": fools,
    }
