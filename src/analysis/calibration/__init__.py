"""The calibration study: draw scenarios with a known truth, run the estimators, count how often they told the truth."""
