"""Database addresses: secrets come in from the environment at the last moment and never go out again."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, MutableMapping
from typing import Any

from analysis.core.errors import UserMistake

_PLACE = re.compile(r"\$\{([^}]*)\}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PASSWORD, _OPTIONS = "RETENTION_DATA_PASSWORD", "RETENTION_DATA_OPTIONS"


def check_places(address: str, where: str) -> None:
    """Raise UserMistake unless every ``${NAME}`` in `address` is well formed; the address itself is never quoted.

    Examples
    --------
    >>> check_places("postgres://me:${PASSWORD}@host/shop", "company.toml, [data] `database`")
    """
    for name in _PLACE.findall(address):
        if not _NAME.fullmatch(name):
            raise UserMistake(
                f"{where}: a secret is written ${{NAME}}, with NAME an environment variable of letters, digits and "
                f"underscores; got ${{{name}}}. Name the variable that holds the secret."
            )
    if "${" in _PLACE.sub("", address):
        raise UserMistake(
            f"{where}: a `${{` is never closed. Write a secret as ${{NAME}}, with NAME an environment variable."
        )


def expand(address: str, where: str, environment: Mapping[str, str] | None = None) -> str:
    """Return `address` with every ``${NAME}`` replaced by the environment variable NAME.

    Raises
    ------
    UserMistake
        If a variable is not set or empty; names the variable, never a value.

    Examples
    --------
    >>> expand("postgres://me:${PASSWORD}@host/shop", "company.toml", {"PASSWORD": "x"})
    'postgres://me:x@host/shop'
    """
    known = os.environ if environment is None else environment
    check_places(address, where)
    for name in _PLACE.findall(address):
        if not known.get(name):
            raise UserMistake(
                f"{where}: the environment variable {name} must be set, since the address names ${{{name}}}; it is not. "
                f"Set it in the shell that runs the analysis."
            )
    return _PLACE.sub(lambda match: known[match.group(1)], address)


def shown(address: str) -> str:
    """Return `address` without user, password and options, for messages and reports.

    Examples
    --------
    >>> shown("postgres://me:secret@db.example:5432/shop?sslpassword=secret")
    'postgres://db.example:5432/shop'
    """
    scheme, _, rest = address.partition("://")
    host = re.sub(r"[?#].*", "", rest).rpartition("@")[2]
    # What still looks like a place for a secret is not shown either.
    return f"{scheme}://{_PLACE.sub('...', host)}"


def sheltered(data: str, environment: MutableMapping[str, str] | None = None) -> str:
    """Return what the analyst pointed at, with a password or options in an address moved to the environment.

    From the command line on, the address goes to other processes, into notebooks and into reports; behind this call it
    holds ``${NAME}`` places only, and what stood there is an environment variable of this process and its children.

    Parameters
    ----------
    data : str
        A path, which is returned as it is, or an address.
    environment : mapping
        Where the secrets go; None: the process's environment.

    Examples
    --------
    >>> retained = {}
    >>> sheltered("postgres://me:secret@db.example/shop?sslpassword=x", retained)
    'postgres://me:${RETENTION_DATA_PASSWORD}@db.example/shop?${RETENTION_DATA_OPTIONS}'
    >>> retained
    {'RETENTION_DATA_PASSWORD': 'secret', 'RETENTION_DATA_OPTIONS': 'sslpassword=x'}
    >>> sheltered("my-company")
    'my-company'
    """
    if "://" not in data:
        return data
    known = os.environ if environment is None else environment
    scheme, _, rest = data.partition("://")
    # A password may hold any sign: the last @ ends it, the first colon begins it.
    place, mark, options = rest.rpartition("@")[2].partition("?")
    login = rest.rpartition("@")[0]
    user, colon, password = login.partition(":")
    if password and not _PLACE.fullmatch(password):
        known[_PASSWORD], password = password, f"${{{_PASSWORD}}}"
    if options and not _PLACE.fullmatch(options):
        known[_OPTIONS], options = options, f"${{{_OPTIONS}}}"
    who = f"{user}{colon}{password}@" if login else ""
    return f"{scheme}://{who}{place}{mark}{options}"


def public_name(data: str) -> str:
    """What the analyst pointed at as a report may show it: a path as it is, an address without user and secrets.

    Examples
    --------
    >>> public_name("postgres://me:secret@db.example/shop"), public_name("my-company")
    ('postgres://db.example/shop', 'my-company')
    """
    return shown(data) if "://" in data else data


def connect(address: str, where: str) -> Any:
    """Return the Ibis backend behind `address`.

    Raises
    ------
    UserMistake
        If the driver is not installed or the database cannot be reached. The message and its traceback hold neither
        address nor driver text, for drivers like to quote what they were given.
    """
    import ibis

    full = expand(address, where)
    try:
        return ibis.connect(full)
    except (ImportError, ModuleNotFoundError) as fault:
        missing = fault.name or "the driver"
        problem = f"{where}: the driver for {shown(address)} is not installed ({missing}). Install the extra for it, "
        problem += "such as `pip install 'retention-folklore[postgres]'`."
    except Exception as fault:  # drivers share no base class; whatever it is, its text may hold the secret
        problem = f"{where}: the database at {shown(address)} cannot be opened ({type(fault).__name__}). Check host, "
        problem += "name, user and password, and that the server accepts connections from here."
    raise UserMistake(problem)
