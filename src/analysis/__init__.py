"""Puts the folklore of customer retention to the test. This front is what notebooks use; everything else is a room behind.

The names stand in ``__init__.pyi``. They are imported when they are first used, so that ``import analysis`` costs next to
nothing.
"""

from typing import Any

import lazy_loader

_load, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> Any:
    if name in __all__:
        return _load(name)
    raise AttributeError(f"module 'analysis' has no attribute {name!r}; its front has {', '.join(__all__)}")
