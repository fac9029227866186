"""Verdicts that more than one test file asks for."""

import json
import os
from pathlib import Path

import pytest

from analysis.core import paths
from analysis.register.claims import load_register
from analysis.reporting.renewing import defaults_for
from analysis.reporting.verdict_records import machine_form
from analysis.sources.catalogue import all_sources
from analysis.verdicts.collecting import collect

RUN = Path(os.environ.get("RETENTION_VERDICTS", ""))


@pytest.fixture(scope="session")
def verdicts(tmp_path_factory):
    """Of all claims, on a machine without a downloaded file: stored results stand in."""
    sources, claims = all_sources(), load_register().claims
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(paths.DATA_DIR_VARIABLE, str(tmp_path_factory.mktemp("empty")))
        return [collect(c.id, sources, **defaults_for(c.id, c.notebook)).verdict() for c in claims]


@pytest.fixture(scope="session")
def records(request):
    """The verdicts of a run named by RETENTION_VERDICTS, else those of a machine with stored results in place of downloads."""
    if RUN.is_file():
        return json.loads(RUN.read_text(encoding="utf-8"))
    return json.loads(json.dumps(machine_form(request.getfixturevalue("verdicts"), load_register())))
