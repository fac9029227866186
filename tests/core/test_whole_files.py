from __future__ import annotations

import pytest

from analysis.core.whole_files import write_text


def test_text_leaves_the_old_file_until_the_new_one_is_whole(tmp_path, monkeypatch):
    path = tmp_path / "folder" / "page.html"
    write_text(path, "old\n")

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr("analysis.core.whole_files.os.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        write_text(path, "new\n")
    assert path.read_bytes() == b"old\n"


def test_text_leaves_nothing_beside_the_file(tmp_path):
    write_text(tmp_path / "page.html", "über\n")
    assert [p.name for p in tmp_path.iterdir()] == ["page.html"]
    assert (tmp_path / "page.html").read_bytes() == "über\n".encode()
