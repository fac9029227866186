"""Measures: definitions of retention, satisfaction, service and value, each with numerator, denominator and interval.

A measure is not a claim: it has no null and no verdict. The table of contents is ``__init__.pyi``; a name is imported from
its module on first use, so that ``import analysis.measures`` costs nothing.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
