"""Public files: found by the manifest, used only with the documented bytes."""

import csv
import hashlib
import re
from dataclasses import replace

import pytest

from analysis.core import paths
from analysis.core.errors import DataFault, FrameUnavailable, ParameterMistake
from analysis.sources import manifest
from analysis.sources.catalogue import all_sources
from analysis.sources.manifest import MANIFEST, PublicFile, load_manifest, public_file

CONTENT = b"customer,day\n1,1999-01-01\n"


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """Return the path of an invented public file, in a data folder and a manifest of its own."""
    entry = PublicFile(
        source="shop",
        file="visits.csv",
        repository="someone/data",
        commit="0" * 40,
        path="raw data/visits #1.csv",
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        bytes=len(CONTENT),
    )
    monkeypatch.setattr(manifest, "load_manifest", lambda: (entry,))
    monkeypatch.setenv(paths.DATA_DIR_VARIABLE, str(tmp_path))
    path = tmp_path / "shop" / "visits.csv"
    path.parent.mkdir()
    path.write_bytes(CONTENT)
    return path


def test_public_file_with_the_documented_bytes_is_found_in_the_data_folder(shop):
    assert public_file("shop", "visits.csv") == shop


def test_public_file_with_other_bytes_is_never_used(shop):
    shop.write_bytes(CONTENT.replace(b"1999", b"1998"))
    other = hashlib.sha256(shop.read_bytes()).hexdigest()
    with pytest.raises(
        DataFault, match=rf"shop/visits\.csv has sha256 {other}, but .* is not used.* fetch shop` replaces it"
    ):
        public_file("shop", "visits.csv")


def test_source_whose_file_has_other_bytes_is_as_good_as_absent(shop):
    source = replace(all_sources()[0], files=lambda: (public_file("shop", "visits.csv"),))
    assert (source.absence(), source.unused()) == (None, None)
    shop.write_bytes(CONTENT[:-1])
    assert "is not used" in source.absence()
    assert source.unused() == source.absence()
    shop.unlink()
    assert "is not in the data folder" in source.absence()
    assert source.unused() is None


def test_public_file_that_is_not_there_says_how_to_fetch_it(shop):
    shop.unlink()
    with pytest.raises(
        FrameUnavailable, match=r"shop/visits\.csv is not in the data folder; .*fetch shop.*RETENTION_DATA_DIR"
    ):
        public_file("shop", "visits.csv")


def test_public_file_that_the_manifest_does_not_know_is_refused_even_if_it_is_there(shop):
    (shop.parent / "other.csv").write_bytes(CONTENT)
    with pytest.raises(
        ParameterMistake, match=r"must be one that data/sources\.csv lists for 'shop'; got 'other\.csv'"
    ):
        public_file("shop", "other.csv")


def test_address_is_that_of_the_raw_file_at_the_commit_with_its_path_quoted():
    file = PublicFile(
        source="s", file="f", repository="someone/data", commit="abc", path="raw data/visits #1.csv", sha256="", bytes=1
    )
    assert file.address == "https://raw.githubusercontent.com/someone/data/abc/raw%20data/visits%20%231.csv"


def test_manifest_is_read_whole_and_in_order():
    with MANIFEST.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    files = load_manifest()
    assert [(f.source, f.file) for f in files] == [(row["source"], row["file"]) for row in rows]
    assert sum(f.bytes for f in files) == sum(int(row["bytes"]) for row in rows)


def test_manifest_entries_are_complete_and_unique():
    files = load_manifest()
    assert len({(f.source, f.file) for f in files}) == len(files)
    for file in files:
        assert re.fullmatch(r"[0-9a-f]{64}", file.sha256), file
        assert re.fullmatch(r"[0-9a-f]{40}", file.commit), file
        assert re.fullmatch(r"[\w.-]+/[\w.-]+", file.repository), file
        assert file.bytes > 0 and file.path and "/" not in file.file, file


@pytest.mark.real_data
@pytest.mark.parametrize("file", load_manifest(), ids=lambda file: f"{file.source}/{file.file}")
def test_downloaded_file_has_the_documented_size_and_bytes(file):
    if not (paths.data_dir() / file.source / file.file).exists():
        pytest.skip(f"{file.source}/{file.file} is not in the data folder")
    assert public_file(file.source, file.file).stat().st_size == file.bytes
