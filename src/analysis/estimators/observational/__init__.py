"""Estimators that adjust for what was measured, and the naive numbers beside them."""
