"""What was computed once: keys and values, and the hash of the code behind them."""
