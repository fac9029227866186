"""Checks of rival explanations and assumptions: frame to CheckResult, one family a module; each can fail."""
