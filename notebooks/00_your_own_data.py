# %% [markdown] tags=["title"]
# # From your exports to a first verdict of your own
#
# This page takes an analyst through it once, step by step: the exports as a shop's tools write them, what they were recognised as, what became of every row, which claims they can test, and a first answer. Without own data it uses the exports of a shop that does not exist.
#
# To use it on your own: copy the notebook, or leave it as it is and set the parameter `data` from the command line, `python -m analysis run --only 00 --data my-exports`.

# %% tags=["setup", "folded"]
import analysis

# %% tags=["parameters", "folded"]
sources: str = "package"  # public sources to stand beside: "package", "all", or names separated by commas
seed: int = 1  # seed of everything that draws, the invented shop among it
data: str = ""  # folder of your own exports; empty for those of an invented shop
smallest_group: int = 10  # own data: numbers on fewer customers are not shown; 1 shows all (customers)
ahead_days: int = 90  # days ahead for which purchases and value are expected (days)
margin: float = 0.3  # profit as a share of the amount, an assumption

# %% [markdown] tags=[]
# ## The files as they come
#
# Orders from the shop, tickets from the help desk, answers to a survey, spending on advertising: four products, four layouts, no hand conversion.

# %% tags=[]
exports = analysis.exports(data, seed=seed)
exports

# %% [markdown] tags=[]
# ## What they were recognised as
#
# Each product's layout is known from its documentation. Every assumption becomes a line of `company.toml` beside the files: which statuses count as paid, what a refund does, whose days count. Read that file before you trust a number; the opinions behind it are listed in `docs/decisions.md`.

# %% tags=[]
exports.recognise()

# %% [markdown] tags=[]
# ## The company in your hand
#
# `company.tables["transactions"]` is the clean table as a data frame, `company.frame("repeat_trials")` a frame that an estimator reads.

# %% tags=[]
company = exports.company()
company.tables

# %% [markdown] tags=[]
# What became of every row: each is used, or left out for one named reason. The sums balance.

# %% tags=[]
company.ledger()

# %% [markdown] tags=[]
# ## Which claims they can test
#
# A claim is answered only where the tables hold what it takes. For the others, the missing table or column is named. What to look at before any number is trusted stands in `company.check().notes`, which a page does not show because customers may be quoted in it.

# %% tags=[]
company.check()

# %% [markdown] tags=[]
# ## Cohorts, and what customers may be worth
#
# Two things an analyst asks first. Cohorts by the quarter of the first purchase: the share who bought again at each age in quarters, empty where it was not observed yet. On more customers than `largest_sample` in `company.toml`, so many are drawn at random with all their purchases, which is what a laptop carries; `company.tables["transactions"]` has everyone's.

# %% tags=[]
company.cohorts(period="quarter")

# %% [markdown] tags=[]
# For every customer, the expected purchases in the days ahead, the probability of still being a customer, and the value, with intervals. `company.scores().to_csv("scores.csv")` exports them; the page shows their spread, since it names nobody. `analysis.cohort_table` and `analysis.customer_scores` take any other table of purchases.
#
# The intervals are those of the expectation: how well the model is pinned down. What one customer then does varies far more.

# %% tags=[]
company.score_spread(ahead_days=ahead_days, margin=margin, seed=seed)

# %% [markdown] tags=[]
# ## A first verdict
#
# The claim that each purchase makes the next one likelier, by the same registered rule as on the public pages, with the company's own answer beside the public ones.

# %% tags=["provenance"]
session = analysis.start(
    "00_your_own_data", sources=sources, seed=seed, data=company.source, smallest_group=smallest_group
)
findings = session.collect("repeat-momentum")
findings.summary()

# %% [markdown] tags=[]
# How to read it: filled markers may decide, hollow ones stand beside. `findings.to_frame()` holds the numbers, `findings.plot(ax=ax)` draws them on axes of your own.

# %% tags=[]
analysis.show_forest(findings)

# %% [markdown] tags=[]
# ## All reports on these data
#
# `python -m analysis run --data my-exports` makes every page with your company's verdicts beside the public ones; nothing leaves your machine, and a page that would show a customer is held back.

# %% [markdown] tags=["folded"]
# ## Where the numbers come from

# %% tags=["provenance", "machine", "nbval-ignore-output", "folded"]
session.provenance()
