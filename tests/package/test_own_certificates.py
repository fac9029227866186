"""Behind a company's proxy with certificates of its own: set-up takes the system's, as its machines hold them.

A package index on this machine shows a certificate that only an invented authority vouches for. That authority is put into
the system's store for the one command that is tried, in a mount namespace of its own.
"""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import ssl
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.core import paths

STORE = Path("/etc/ssl/certs/ca-certificates.crt")
UV = shutil.which("uv", path=os.path.dirname(sys.executable)) or shutil.which("uv") or ""
TOLD = (
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "PYTHONPATH",
    "VIRTUAL_ENV",
    "MAKEFLAGS",
)
"""Ways to name certificates, besides those that begin with PIP_ or UV_, which the test must not inherit."""


def environment() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in TOLD and not k.startswith(("PIP_", "UV_"))}
    return kept | {"NO_PROXY": "localhost", "no_proxy": "localhost"}


def namespace() -> list[str]:
    """Words before a command that give it mounts of its own; empty where they cannot be had."""
    command = ["unshare", "--mount", "--map-root-user"] if os.geteuid() else ["unshare", "--mount"]
    tried = [*command, "mount", "--bind", str(STORE), str(STORE)]
    able = shutil.which("unshare") and STORE.is_file() and not subprocess.run(tried, capture_output=True).returncode
    return command if able else []


NAMESPACE = namespace() if sys.platform == "linux" and shutil.which("openssl") else []
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not NAMESPACE, reason="openssl, or a mount namespace for another store, cannot be had"),
]


def openssl(place: Path, *words: str) -> None:
    subprocess.run(["openssl", *words], cwd=place, check=True, capture_output=True)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The system's store with the company's authority in it; beside it the key and certificate of a server."""
    place = tmp_path_factory.mktemp("certificates")
    new = ["-newkey", "rsa:2048", "-nodes", "-keyout"]
    openssl(place, "req", "-x509", *new, "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=Invented authority")
    openssl(place, "req", *new, "server.key", "-out", "server.csr", "-subj", "/CN=localhost")
    (place / "names").write_text(
        "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n"
    )
    by = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "names"]
    openssl(place, "x509", "-req", "-in", "server.csr", *by, "-out", "server.pem", "-days", "2")
    (place / "store.pem").write_text(STORE.read_text() + (place / "ca.pem").read_text())
    return place / "store.pem"


@pytest.fixture(scope="module")
def index(store: Path) -> Iterator[str]:
    """Address of a package index with one package of nothing."""
    folder = store.parent / "index" / "shelf" / "nothing-much"
    folder.mkdir(parents=True)
    name, about = "nothing_much-1.0-py3-none-any.whl", "nothing_much-1.0.dist-info"
    with zipfile.ZipFile(folder / name, "w") as wheel:
        wheel.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: nothing-much\nVersion: 1.0\n")
        wheel.writestr(
            f"{about}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{about}/RECORD", "".join(f"{about}/{file},,\n" for file in ("METADATA", "WHEEL", "RECORD")))
    (folder / "index.html").write_text(f'<a href="{name}">{name}</a>')
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(store.parent / "index"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(store.parent / "server.pem", store.parent / "server.key")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://localhost:{server.server_port}/shelf"
    server.shutdown()


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """An empty environment with pip."""
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "env"], check=True, capture_output=True)
    return tmp_path / "env" / "bin" / "python"


def tried(command: list[str], folder: Path, store: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    """A command, with `store` in the place of the system's."""
    if store:
        mounted = f'mount --bind "{store}" "{STORE}" && exec "$@"'
        command = [*NAMESPACE, "sh", "-c", mounted, "sh", *command]
    return subprocess.run(command, cwd=folder, env=environment() | more, capture_output=True, text=True)


@pytest.mark.skipif(not UV, reason="uv is not there")
def test_uv_takes_the_system_s_store_in_the_repository(index: str, store: Path, python: Path, tmp_path: Path) -> None:
    command = [UV, "pip", "install", "--no-cache", "--python", str(python), "--default-index", index, "nothing-much"]
    elsewhere = tried(command, tmp_path, store)
    assert elsewhere.returncode and "UnknownIssuer" in elsewhere.stderr  # so it is the repository's setting that counts
    assert tried(command, paths.ROOT).returncode
    done = tried(command, paths.ROOT, store)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not shutil.which("make"), reason="make is not there")
def test_pip_takes_it_under_make(index: str, store: Path, python: Path, tmp_path: Path) -> None:
    """`make setup` begins with pip, of which old ones hold certificates of their own."""
    asked = ["make", "--no-print-directory", "--eval", 'told: ; @printf %s "$$PIP_CERT"', "told"]
    told = tried(asked, paths.ROOT).stdout
    assert told == str(STORE)
    assert tried(asked, paths.ROOT, PIP_CERT="/company.pem").stdout == "/company.pem"
    command = [
        str(python),
        "-m",
        "pip",
        "install",
        "--no-cache-dir",
        "-i",
        index,
        "nothing-much",
        "--retries",
        "0",
    ]
    assert tried(command, tmp_path, PIP_CERT=told).returncode
    done = tried(command, tmp_path, store, PIP_CERT=told)
    assert done.returncode == 0, done.stderr
