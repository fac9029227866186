"""Estimators for thresholds, staggered adoption, and events in time."""
