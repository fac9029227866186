"""The downloader, against a server on this machine that serves invented bytes: no network is touched."""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from analysis.core import paths
from analysis.core.errors import ParameterMistake
from analysis.sources.fetch import FetchOutcome, fetch
from analysis.sources.manifest import PublicFile

CONTENT = {"/a.csv": b"id,y\n1,0\n", "/b.csv": b"id,y\n2,1\n", "/c file.csv": b"id\n3\n"}


class Handler(BaseHTTPRequestHandler):
    """Serves CONTENT; counts requests; breaks off a path as often as `broken` says."""

    asked: ClassVar[Counter] = Counter()
    broken: ClassVar[Counter] = Counter()

    def do_GET(self):
        from urllib.parse import unquote

        path = unquote(self.path)
        self.asked[path] += 1
        if self.broken[path] > 0:
            self.broken[path] -= 1
            self.connection.close()
            return
        body = CONTENT.get(path)
        self.send_response(200 if body is not None else 404)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    Handler.asked, Handler.broken = Counter(), Counter()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield lambda file: f"http://127.0.0.1:{server.server_port}/{file.path.replace(' ', '%20')}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(paths.DATA_DIR_VARIABLE, str(tmp_path))
    return tmp_path


def a_file(source: str, name: str, body: bytes | None = None) -> PublicFile:
    body = CONTENT.get(f"/{name}", b"") if body is None else body
    return PublicFile(
        source=source, file=name, repository="owner/invented", commit="0" * 40, path=name,
        sha256=hashlib.sha256(body).hexdigest(), bytes=len(body),
    )  # fmt: skip


def test_files_come_into_a_folder_a_source_and_are_what_was_served(server, folder):
    files = [a_file("one", "a.csv"), a_file("one", "c file.csv"), a_file("two", "b.csv")]
    results = fetch(manifest=files, address=server)
    assert [r.outcome for r in results] == [FetchOutcome.DOWNLOADED] * 3
    assert (folder / "one" / "a.csv").read_bytes() == CONTENT["/a.csv"]
    assert (folder / "one" / "c file.csv").read_bytes() == CONTENT["/c file.csv"]
    assert results[2].path == folder / "two" / "b.csv" and results[2].reason == ""


def test_a_second_run_asks_only_for_what_is_missing(server, folder):
    files = [a_file("one", "a.csv"), a_file("two", "b.csv")]
    fetch(["one"], manifest=files, address=server)
    results = fetch(manifest=files, address=server)
    assert [r.outcome for r in results] == [FetchOutcome.PRESENT, FetchOutcome.DOWNLOADED]
    assert Handler.asked == {"/a.csv": 1, "/b.csv": 1}


def test_what_comes_with_another_hash_is_never_kept_and_the_others_still_come(server, folder):
    files = [a_file("one", "a.csv", body=b"what was documented"), a_file("two", "b.csv")]
    bad, good = fetch(manifest=files, address=server)
    assert bad.outcome is FetchOutcome.FAILED and "another sha256" in bad.reason
    assert list((folder / "one").iterdir()) == []
    assert Handler.asked["/a.csv"] == 1  # the same answer would come again
    assert good.outcome is FetchOutcome.DOWNLOADED


def test_a_wrong_file_that_lies_there_is_replaced_by_the_right_one(server, folder):
    (folder / "one").mkdir()
    (folder / "one" / "a.csv").write_bytes(b"half a file")
    (result,) = fetch(manifest=[a_file("one", "a.csv")], address=server)
    assert result.outcome is FetchOutcome.DOWNLOADED
    assert result.path.read_bytes() == CONTENT["/a.csv"]


def test_a_wrong_file_that_cannot_be_replaced_is_named_and_is_not_passed_off_as_present(server, folder):
    (folder / "one").mkdir()
    (folder / "one" / "gone.csv").write_bytes(b"half a file")
    (result,) = fetch(manifest=[a_file("one", "gone.csv", body=b"right")], address=server)
    assert result.outcome is FetchOutcome.FAILED
    assert "404" in result.reason and "lies in its place" in result.reason


def test_a_missing_file_says_what_the_server_answered(server, folder):
    (result,) = fetch(manifest=[a_file("one", "gone.csv", body=b"right")], address=server)
    assert result.reason.startswith("one/gone.csv: the server answered 404")
    assert Handler.asked["/gone.csv"] == 1


def test_a_broken_connection_is_tried_again_and_then_given_up_with_its_reason(server, folder):
    Handler.broken["/a.csv"], Handler.broken["/b.csv"] = 2, 9
    again, given_up = fetch(manifest=[a_file("one", "a.csv"), a_file("two", "b.csv")], address=server, attempts=3)
    assert again.outcome is FetchOutcome.DOWNLOADED and Handler.asked["/a.csv"] == 3
    assert given_up.outcome is FetchOutcome.FAILED and "could not be reached" in given_up.reason
    assert Handler.asked["/b.csv"] == 3


def test_no_server_at_all_is_said_plainly(folder):
    (result,) = fetch(manifest=[a_file("one", "a.csv")], address=lambda _: "http://127.0.0.1:9/a.csv", attempts=1)
    assert result.outcome is FetchOutcome.FAILED
    assert "could not be reached" in result.reason and "is there a network?" in result.reason


def test_a_folder_that_cannot_be_written_is_said_plainly(server, folder):
    (folder / "one").write_text("a file where a folder should be")
    (result,) = fetch(manifest=[a_file("one", "a.csv")], address=server)
    assert result.outcome is FetchOutcome.FAILED
    assert "could not be written" in result.reason


def test_progress_hears_of_every_file_in_order_with_the_total(server, folder):
    heard = []
    files = [a_file("one", "a.csv"), a_file("two", "b.csv")]
    fetch(manifest=files, address=server, progress=lambda r, done, total: heard.append((r.file.file, done, total)))
    assert heard == [("a.csv", 1, 2), ("b.csv", 2, 2)]


def test_an_unknown_name_is_refused_before_anything_is_asked_for(server, folder):
    with pytest.raises(ParameterMistake, match=r"one, two.*'three'"):
        fetch(["one", "three"], manifest=[a_file("one", "a.csv"), a_file("two", "b.csv")], address=server)
    assert not Handler.asked


def test_addresses_of_the_manifest_are_raw_content_at_a_commit():
    from analysis.sources.manifest import load_manifest

    for file in load_manifest():
        assert file.address.startswith(f"https://raw.githubusercontent.com/{file.repository}/{file.commit}/")
        assert len(file.commit) == 40 and " " not in file.address
