"""What estimators of several designs share: intervals, scales, design matrices, building an Estimate."""
