"""Estimators for totals of firms, curves and queues: no row is a customer."""
