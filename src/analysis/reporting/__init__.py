"""Reports: plan, execute (papermill), render (nbconvert with the house template), scoreboard."""
