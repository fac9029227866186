"""What every source can be asked, on a small invented one."""

import dataclasses
import hashlib
import os
from pathlib import Path

import pandas as pd
import pytest

from analysis.core.errors import DataFault, FrameUnavailable
from analysis.core.vocabulary import Design, Kind
from analysis.frames import Context, spec
from analysis.sources.base import DataCard, Source
from analysis.sources.public_files import load_once, package_file, require_fact

CONTEXT = Context(source="Shop A", kind=Kind.PUBLIC, design=Design.OBSERVATIONAL, population="buyers", period="1999")


def build_reasons():
    return spec("reasons").check(pd.DataFrame({"reason": ["price"], "group": ["price"], "n": [3]}), CONTEXT)


def not_there():
    raise FrameUnavailable("The file shop.csv is not there; fetch it.")


def a_source(**changes):
    """Return a source without files that builds one frame."""
    fields = {
        "name": "shop",
        "title": "Shop A",
        "kind": Kind.PUBLIC,
        "delivery": "package",
        "data_card": DataCard(publisher="p", citation="c", licence="l", accessed="a", row="r"),
        "files": lambda: (),
        "builders": {"reasons": build_reasons, "reasons/late": build_reasons},
    }
    return Source(**fields | changes)


def test_source_builds_the_frame_behind_a_key():
    frame = a_source().frame("reasons/late")
    assert (frame.name, frame.context.source) == ("reasons", "Shop A")


def test_source_asked_for_another_frame_says_which_it_builds():
    with pytest.raises(
        FrameUnavailable, match=r"'shop' cannot build the frame 'spells'; it builds reasons, reasons/late"
    ):
        a_source().frame("spells")
    with pytest.raises(FrameUnavailable, match="it builds none"):
        a_source(builders={}).frame("spells")


def test_source_whose_file_is_missing_says_why_it_is_absent():
    assert a_source().absence() is None
    assert a_source(files=not_there).absence() == "The file shop.csv is not there; fetch it."


def test_a_file_that_is_not_the_documented_one_is_an_absence_with_its_reason():
    def wrong():
        raise DataFault("wrong hash")

    assert a_source(files=wrong).absence() == "wrong hash"


def test_fingerprint_is_a_hash_over_the_files_in_their_order(tmp_path):
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    one.write_bytes(b"1")
    two.write_bytes(b"2")
    inner = [hashlib.sha256(content).hexdigest() for content in (b"1", b"2")]
    expected = hashlib.sha256("".join(inner).encode()).hexdigest()[:16]
    assert a_source(files=lambda: (one, two)).fingerprint() == expected
    assert a_source(files=lambda: (two, one)).fingerprint() != expected


def test_fingerprint_changes_with_the_bytes_of_a_file(tmp_path):
    path = tmp_path / "one.csv"
    path.write_bytes(b"1")
    source = a_source(files=lambda: (path,))
    before = source.fingerprint()
    path.write_bytes(b"2")
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1_000_000))
    assert source.fingerprint() != before


def test_source_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        a_source().name = "other"


def test_package_file_finds_a_file_of_an_installed_package():
    (path,) = package_file("lifetimes", "datasets", "CDNOW_master.txt")
    assert path.is_file()


@pytest.mark.parametrize(("package", "file"), [("lifetimes", "no_such_file.csv"), ("no_such_package", "data.csv")])
def test_package_file_that_is_not_installed_says_how_to_get_it(package, file):
    with pytest.raises(
        FrameUnavailable, match=rf"The file datasets/{file} of the Python package '{package}' .* `make setup`"
    ):
        package_file(package, "datasets", file)


def test_require_fact_raises_with_both_numbers():
    require_fact("shop", "rows", 3, 3)
    with pytest.raises(DataFault, match="'shop' documents rows = 3, but the file has 4"):
        require_fact("shop", "rows", 3, 4)


def test_load_once_reads_checks_and_processes_once_and_hands_on_a_fault():
    told = []

    def check(*tables):
        told.append(tables)
        if tables == ("bad",):
            raise DataFault("bad")

    one = load_once(lambda: (Path("a"),), lambda path: path.name, check, str.upper)
    two = load_once(lambda: (Path("a"), Path("b")), lambda *paths: tuple(path.name for path in paths), check)
    bad = load_once(lambda: (Path("bad"),), lambda path: path.name, check, str.upper)
    assert (one(), one(), two()) == ("A", "A", ("a", "b"))
    assert told == [("a",), ("a", "b")]
    for _ in range(2):  # a fault is no answer: it is found again
        with pytest.raises(DataFault):
            bad()
    assert told[2:] == [("bad",), ("bad",)]
