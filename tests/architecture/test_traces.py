"""The traces of ``docs/architecture.md``: printed number, estimator, frame, file."""

import json
import re
from importlib import import_module

from analysis.core import paths

PAGE = paths.ROOT / "docs" / "architecture.md"
ROWS = re.findall(
    r"^\| page \d\d, (\w+), (\S+) (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE
)


def test_traces_lead_from_the_printed_number_to_the_bytes_of_its_file():
    assert len(ROWS) == 2
    for source, printed, _, estimator, frame, file in ROWS:
        (target,) = re.findall(r"`estimators\.([\w.]+:\w+)`", estimator)
        (key, *builders) = re.findall(r"`([\w./:]+)`", frame)
        name, sha = re.findall(r"`([\w./]+)`", file)
        for place in (f"estimators.{target}", *builders):
            module, function = place.split(":")
            assert callable(getattr(import_module(f"analysis.{module}"), function)), place
        text = (paths.RESULTS / f"{source.lower()}.jsonl").read_text(encoding="utf-8")
        lines = [json.loads(line) for line in text.splitlines()[1:]]
        found = [line for line in lines if (line["kind"], line["target"], line["frame"]) == ("estimate", target, key)]
        value = float(printed.replace("−", "-"))
        digits = len(printed.partition(".")[2])
        hits = [line for line in found if line["record"] and round(line["record"]["value"], digits) == value]
        assert hits, printed
        assert all(line["files"][name].startswith(sha) for line in hits)


def test_the_number_walked_through_is_the_stored_one_and_its_rows_are_counted():
    from analysis.sources.cdnow import SOURCE, open_log
    from analysis.sources.purchase_log import occasions_of

    text = PAGE.read_text(encoding="utf-8")
    (printed,) = re.findall(r"spend changes by ([\d.]+) % with a year of tenure", text)
    (times,) = re.findall(r"retention times 1\.01, gives ([\d.]+) on CDNOW", text)
    lines = [json.loads(line) for line in (paths.RESULTS / "cdnow.jsonl").read_text(encoding="utf-8").splitlines()[1:]]
    answers = [line["record"] for line in lines if line["kind"] == "estimate" and line["record"]["role"] == "answer"]
    found = {record["quantity"]: record["value"] for record in answers}
    assert f"{found['spend_change_per_year']:.2f}" == printed
    assert f"{found['value_elasticity_retention_times']:.2f}" == times
    (rows,) = re.findall(r"whole quarters after the joining one, ([\d,]+) rows", text)
    (days,) = re.findall(r"They come to ([\d,]+) days with a purchase", text)
    assert f"{len(SOURCE.frame('customer_periods').table):,}" == rows
    assert f"{len(occasions_of(open_log())):,}" == days
