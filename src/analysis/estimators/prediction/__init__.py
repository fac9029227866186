"""Estimators of how well a score orders an outcome."""
