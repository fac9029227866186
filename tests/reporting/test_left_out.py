"""What a source leaves out goes from its ledger to a file, and from the file to its card on a page, on any machine."""

import json
from dataclasses import replace

import pandas as pd
import pytest

from analysis.core.errors import DataFault
from analysis.reporting import left_out, renewing
from analysis.reporting.data_cards import cards_html
from analysis.reporting.left_out import stored_left_out, told
from analysis.sources import row_ledger
from analysis.sources.catalogue import all_sources
from analysis.sources.row_ledger import kept
from analysis.verdicts.stored_results import content_hash, seal_of

CATS, QUIET = (next(s for s in all_sources() if s.name == name) for name in ("cookie_cats", "tmall_repeat"))
ORDERS = pd.DataFrame({"sum": [5.0, None, 7.0, 0.0] * 300, "state": ["done", "done", "<b>void</b>", "done"] * 300})


def build():
    rules = (("no sum", lambda t: t["sum"].isna()), ("state <void>", lambda t: t["state"] != "done"))
    kept("cookie_cats", "orders", "orders", ORDERS, *rules)
    kept("cookie_cats", "all there", "orders", ORDERS)


@pytest.fixture
def stored(tmp_path, monkeypatch):
    """A run on one source that leaves out 600 of 1,200 orders, and one that leaves out nothing."""
    made = ((CATS, lambda: build()), (QUIET, int))  # a builder of its own each time: frames are built once a process
    sources = [replace(source, builders={"orders": make}, files=lambda: ()) for source, make in made]
    monkeypatch.setattr(renewing, "all_sources", lambda: sources)
    monkeypatch.setattr(row_ledger, "_ENTRIES", {})  # what is counted here is of no file
    monkeypatch.setattr(left_out, "STORED", tmp_path / "left_out.jsonl")
    assert renewing.renew_left_out() == 2
    return tmp_path / "left_out.jsonl"


def test_reasons_come_back_as_they_were_counted(stored):
    (entries,) = stored_left_out().values()
    assert [told(entry) for entry in entries] == [
        "orders: of 1,200 orders 600 are left out: no sum (300); state <void> (300)."
    ]


def test_the_card_tells_them_folded_and_escaped(stored):
    html = cards_html({CATS.title: CATS.data_card.in_short})
    assert "<details><summary>Rows left out" in html and html.count("<li>") == 1
    assert "of 1,200 orders 600 are left out: no sum (300); state &lt;void&gt; (300)." in html
    stored.unlink()
    assert "left out" not in cards_html({CATS.title: CATS.data_card.in_short})


def test_the_same_run_writes_the_same_bytes(stored):
    before = stored.read_bytes()
    renewing.renew_left_out()
    assert stored.read_bytes() == before


@pytest.mark.parametrize("seal_again", [False, True], ids=["typed", "forged"])
def test_a_count_that_no_run_wrote_is_refused(stored, seal_again):
    """A careful forger has the hashes right, and the sum is wrong."""
    head, line = (json.loads(text) for text in stored.read_text().splitlines())
    line["entries"][0]["used"] += 1
    if seal_again:
        line["hash"] = content_hash(line)
        head["seal"] = seal_of([line])
    stored.write_text("".join(json.dumps(one) + "\n" for one in (head, line)))
    with pytest.raises(DataFault, match=r"left_out\.jsonl .*make results"):
        stored_left_out()


def test_what_was_never_stored_is_due(stored):
    stored.unlink()
    assert "rows left out: nothing stored" in renewing.due()


@pytest.mark.parametrize("first", ["few", "many"])
def test_the_order_is_the_same_whichever_frame_was_built_before(first, monkeypatch):
    """A frame out of the cache is not built, and its rows are counted later."""
    monkeypatch.setattr(row_ledger, "_ENTRIES", {})

    def frame(name, rows):
        return lambda: kept("cookie_cats", name, "orders", ORDERS[:rows], ("no sum", lambda t: t["sum"].isna()))

    source = replace(CATS, builders={"few": frame("few", 40), "many": frame("many", 400)}, files=lambda: ())
    source.frame(first)
    assert [entry.name for entry in renewing.counted_by(source)] == ["many", "few"]
