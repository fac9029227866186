"""A private PostgreSQL server and a local Spark session for tests, and the invented shop's tables in them."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pytest


def find_postgres() -> Path | None:
    """Folder of the newest server binaries of Debian's package, or of those on the path; None without any."""
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if packaged:
        return packaged[-1].parent
    found = shutil.which("initdb")
    return Path(found).parent if found else None


BINARIES = find_postgres()


def needs_postgres(test: Any) -> Any:
    """Mark a test for the suite of PostgreSQL, and skip it where there is none."""
    absent = pytest.mark.skipif(
        BINARIES is None or importlib.util.find_spec("psycopg") is None,
        reason="PostgreSQL's server binaries (Debian: postgresql) or the extra `postgres` are not installed",
    )
    return pytest.mark.postgres(absent(test))


def needs_spark(test: Any) -> Any:
    """Mark a test for the suite of Spark, and skip it where there is none."""
    absent = pytest.mark.skipif(
        shutil.which("java") is None or importlib.util.find_spec("pyspark") is None,
        reason="Java or the extra `spark` is not installed",
    )
    return pytest.mark.spark(absent(test))


@contextmanager
def postgres_server(binaries: Path) -> Iterator[str]:
    """Start a server on a free local port with its data in a folder of its own, and yield the address of its database.

    It listens there only: a socket with a path would have to lie in a folder whose name is short.

    The server refuses to run as root: then it runs as the user of Debian's package. That user cannot look into pytest's
    own temporary folders, which belong to root alone.
    """
    place = Path(tempfile.mkdtemp(prefix="retention-postgres-"))
    data, log = place / "data", place / "log"
    prefix: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(place, "postgres", "postgres")
        prefix = ["runuser", "-u", "postgres", "--"]

    def run(*command: str) -> None:
        subprocess.run([*prefix, *command], check=True, capture_output=True, cwd="/", timeout=120)

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    run(str(binaries / "initdb"), "-D", str(data), "-A", "trust", "-U", "tester", "--locale=C", "-E", "UTF8")
    options = f"-p {port} -c unix_socket_directories= -c listen_addresses=127.0.0.1 -c fsync=off"
    run(str(binaries / "pg_ctl"), "-D", str(data), "-l", str(log), "-w", "-o", options, "start")
    try:
        yield f"postgres://tester@127.0.0.1:{port}/postgres"
    finally:
        run(str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(place, ignore_errors=True)


def spark_session(place: Path) -> Any:
    """A local Spark session with its warehouse in `place`.

    Its workers run the interpreter of the tests: by default they take the first `python3` of the path, which knows no
    pandas where the environment was not activated.
    """
    os.environ["PYSPARK_PYTHON"] = sys.executable
    from pyspark.sql import SparkSession

    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "1",
        "spark.default.parallelism": "1",
        "spark.sql.warehouse.dir": str(place / "warehouse"),
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.adaptive.enabled": "false",
        "spark.log.level": "OFF",
        "spark.driver.memory": "2g",
    }
    builder = SparkSession.builder.master("local[1]").appName("company")
    for key, value in settings.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


def load(backend: Any, tables: dict[str, pd.DataFrame], *, typed: bool = False) -> None:
    """Create the tables in a backend: all as texts, or with days, numbers and flags as the database's own types."""
    for name, table in tables.items():
        backend.create_table(name, with_types(name, table) if typed else table, overwrite=True)


def with_types(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Texts to the types that a database would hold."""
    from analysis.company.schemas import TABLES

    columns = {}
    for column, values in table.items():
        kind = TABLES[name].columns[str(column)].kind
        known = values.where(values != "")
        if kind in ("day", "moment"):
            columns[column] = pd.to_datetime(known)
        elif kind in ("number", "whole"):
            columns[column] = pd.to_numeric(known)
        else:
            columns[column] = known.astype(object).where(known.notna(), None)
    return pd.DataFrame(columns)
