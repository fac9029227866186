# %% [markdown] tags=["title"]
# # Does it cost five times as much to win a customer as to keep one?
#
# Nearly every article on retention opens with this multiple. Good evidence would be one firm's spend on winning and on keeping customers, booked apart, over the customers each brought.

# %% tags=["setup", "folded"]
import analysis

# %% tags=["parameters", "folded"]
sources: str = "package"  # public sources to use: "package", "all", or names separated by commas
seed: int = 1  # seed of everything that draws
data: str = ""  # folder or company.toml of your own tables; empty for public evidence only
smallest_group: int = 10  # own data: numbers on fewer customers are not shown; 1 shows all (customers)
acquisition_spend: float = 5.0  # EXAMPLE: spend on each prospect (currency)
acquisition_share: float = 0.20  # EXAMPLE: share of prospects won with that spend
acquisition_ceiling: float = 0.40  # EXAMPLE: share won with unlimited spend
retention_spend: float = 8.0  # EXAMPLE: spend on keeping each customer (currency a year)
retention_share: float = 0.40  # EXAMPLE: share of customers retained with that spend
retention_ceiling: float = 0.70  # EXAMPLE: share retained with unlimited spend
margin: float = 50.0  # EXAMPLE: margin of a customer before marketing (currency a year)
discount_rate: float = 0.12  # EXAMPLE: discount rate (a year)
lowest_margin: float = 20.0  # EXAMPLE: where the figure over margins begins (currency a year)
highest_margin: float = 500.0  # EXAMPLE: where the figure over margins ends (currency a year)

# %% tags=["provenance", "folded"]
session = analysis.start("02_acquisition_cost", sources=sources, seed=seed, data=data, smallest_group=smallest_group)
session

# %% [markdown] tags=[]
# ## Winning a customer costs five times as much as keeping one
#
# The articles say that a new customer costs five times as much as keeping one. We looked for firms that report both costs, and for every multiple in print. Even a true average says little about where the next pound should go.

# %% tags=["verdict"]
session.answer("acquisition-cost-multiple")

# %% tags=[]
session.picture("acquisition-cost-multiple")

# %% tags=[]
session.certainty("acquisition-cost-multiple")

# %% tags=[]
session.others("acquisition-cost-multiple")

# %% tags=[]
session.trap("acquisition-cost-multiple")

# %% tags=[]
session.details("acquisition-cost-multiple")

# %% [markdown] tags=["folded"]
# ### How we test it: Winning a customer costs five times as much as keeping one
#
# We estimate `multiple = (acquisition spend / customers won) / (retention spend / customers retained for a year)`; and, for a decision, the same ratio for **one customer more** on either side.
#
# Two traps. An average-cost ratio says nothing about where the next euro should go. And most spend serves both purposes: how it is booked decides the ratio before anything is measured.
#
# What has been published. One study reports both costs of one organisation. The rest are multiples without a study behind them, costs of one side only, and papers that argue the question is badly put.

# %% [markdown] tags=["folded"]
# ### What the multiple leaves out: who would have stayed anyway
#
# Money spent on keeping goes to all customers, and most would have stayed without it. So spend per customer **kept** is not spend per customer **saved**. Keeping is the cheaper way to one customer more only if the spend makes the difference for more than `1 / multiple` of those it is spent on. The published multiple and the articles' figure, turned round that way:

# %% tags=["folded"]
analysis.show_break_even(session.found("acquisition-cost-multiple"))

# %% [markdown] tags=["folded"]
# ### Average cost against marginal cost
#
# A worked example after Blattberg and Deighton (1996). Each further euro wins, and keeps, a little less than the one before. **All inputs are examples**, set at the top of this page; change them to your own.
#
# The best split is not where average costs say. It is where the next customer costs the same either way: `marginal cost of winning = marginal cost of keeping = value of a customer`.

# %% tags=["folded"]
example = {
    "acquisition_spend": acquisition_spend,
    "acquisition_share": acquisition_share,
    "acquisition_ceiling": acquisition_ceiling,
    "retention_spend": retention_spend,
    "retention_share": retention_share,
    "retention_ceiling": retention_ceiling,
    "discount_rate": discount_rate,
}
analysis.show_best_budget(**example, margin=margin)

# %% [markdown] tags=["folded"]
# How the two ratios at the best split move with the margin of a customer. The ratio for one customer more is one there, whatever the margin: that is what makes the split the best. The average ratio is not, so a firm that splits its money as well as it can may still find winning dearer than keeping on average. An average ratio above one is therefore by itself no reason to move money towards keeping.

# %% tags=["folded"]
analysis.show_ratio_over_margins(**example, margins=[lowest_margin, highest_margin])

# %% [markdown] tags=[]
# ## Someone who has bought buys more readily than someone who has not
#
# The articles say that past customers are the easiest to sell to. We compare the same offer, in the same weeks, between earlier buyers and people who never bought.

# %% tags=["verdict"]
session.answer("existing-customers-buy-more-readily")

# %% tags=[]
session.picture("existing-customers-buy-more-readily")

# %% tags=[]
session.certainty("existing-customers-buy-more-readily")

# %% tags=[]
session.others("existing-customers-buy-more-readily")

# %% tags=[]
session.trap("existing-customers-buy-more-readily")

# %% tags=[]
session.details("existing-customers-buy-more-readily")

# %% [markdown] tags=["folded"]
# ### How we test it: Someone who has bought buys more readily than someone who has not
#
# We estimate `gap = P(yes to the offer), earlier buyers - P(yes), people who never bought`, the same offer in the same weeks; beside it the ratio, which compares offers of different popularity. Both groups are weighted to the earlier buyers' mix of weeks and circumstances.
#
# The trap: earlier buyers are those who liked the product to begin with. The difference helps to choose **whom to ask**; it is not what having bought does to a person. And earlier buyers are asked at better times: over all weeks together the gap comes out too large, which is the row of the quick analysis.
#
# What has been published: the chances of a sale that the trade quotes go back to books that cite nothing, and differ from each other; reports of firms say how much of their business is repeat, which is another question; the light-buyer school holds that growth comes from the others.

# %% [markdown] tags=["folded"]
# ## What these data cannot say
#
# - No public source known to the project holds what a firm spent on keeping customers beside what it spent on winning them. Your own spending table is the only way to the first claim, and its booking the first thing to check.
# - A ratio of averages from your own table will still not say where the next euro should go. For that the two purses have to have moved by themselves, at best by a test.
# - What is known on readiness to buy is one bank's telephone campaigns in one country, with who was called chosen by the bank.
# - Nobody has checked what the earlier purchase itself does: people who were made to buy once, at random, are in none of these files.

# %% [markdown] tags=["folded"]
# ## Where the numbers come from
#
# What it takes to make this page again.

# %% tags=["provenance", "machine", "nbval-ignore-output", "folded"]
session.provenance()

# %% [markdown] tags=["folded"]
# The sources that speak to these claims, and whether this run had them.

# %% tags=["provenance", "machine", "nbval-ignore-output", "folded"]
session.source_list()

# %% [markdown] tags=["folded"]
# ## References
#
# - Blattberg, R., and Deighton, J. (1996), Harvard Business Review 74(4), 136-144: the split of the two budgets.
# - Keiningham, T., Vavra, T., Aksoy, L., and Wallard, H. (2005), Loyalty Myths: where the multiple does not come from.
# - McCarthy, D., and Fader, P. (2018): value of two online shops by their customers.
# - Moro, S., Cortez, P., and Rita, P. (2014), Decision Support Systems 62, 22-31: telemarketing of a bank.
# - Pfeifer, P. (2005), Journal of Targeting, Measurement and Analysis for Marketing 13(2): average and marginal cost.
# - Thomas, J. (2001), Journal of Marketing Research 38(2): both costs of one organisation.
