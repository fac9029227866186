"""The same inputs give the same bytes: in another folder, time zone and language, with other hash seeds and processes."""

import os
import subprocess
import sys

import pytest

from analysis.core import paths

ONLY = ("04_loyal_customers", "08_points_and_redemption")
PLACES = (
    {"TZ": "UTC", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"},
    {"TZ": "Pacific/Kiritimati", "LANG": "de_DE.UTF-8", "LC_ALL": "C", "PYTHONHASHSEED": "4711"},
)

TOML = '[company]\nname = "Acme"\nend_of_observation = "2024-12-31"\n'


def shop(folder):
    """Two years of a small shop's purchases: one a month, from customers who joined in the first quarter."""
    folder.mkdir(parents=True)
    rows = [
        f"c{who:04d},{2023 + month // 12}-{month % 12 + 1:02d}-{who % 28 + 1:02d},{10 + who % 7}.5"
        for who in range(60)
        for month in range(who % 3, 24, 1 + who % 4)
    ]
    (folder / "transactions.csv").write_text("customer_id,at,amount\n" + "\n".join(rows) + "\n", encoding="utf-8")
    (folder / "company.toml").write_text(TOML, encoding="utf-8")
    return folder


def made(place, environment, jobs):
    """Run two reports on own data, past the cache, in a folder of their own and return the bytes of what came out."""
    data = shop(place / "own data" / "shop")
    output = place / "out"
    command = [
        sys.executable,
        "-m",
        "analysis",
        "run",
        "--data",
        str(data),
        "--output",
        str(output),
        "--jobs",
        str(jobs),
    ]
    command += ["--set", "sources=package", *(part for name in ONLY for part in ("--only", name))]
    known = {key: value for key, value in os.environ.items() if key not in PLACES[0]}
    nothing = {"RETENTION_DATA_DIR": str(place / "none")}
    done = subprocess.run(
        command, cwd=place, env=known | nothing | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return {path.name: path.read_bytes() for path in output.iterdir() if path.is_file()}


@pytest.mark.slow
def test_two_runs_in_different_places_give_the_same_bytes(tmp_path):
    first, second = (
        made(tmp_path / name, environment, jobs)
        for name, environment, jobs in (("one", PLACES[0], 1), ("another place", PLACES[1], 2))
    )
    beside = {"verdicts.json", "claims.jsonld"}
    assert set(first) == set(second) == {f"{name}.html" for name in (*ONLY, "index", "protocol")} | beside
    assert [name for name in first if first[name] != second[name]] == []
    assert str(tmp_path).encode() not in b"".join(first.values())
    assert str(paths.ROOT).encode() not in b"".join(first.values())
