# %% [markdown] tags=["title"]
# # Does a little more retention bring a lot more profit, and is it the surest way to grow?
#
# Five per cent more retained, a quarter more profit or better: the best-known number of the trade. <!-- claimed --> No published experiment has raised retention and then counted profit after its cost; what exists is arithmetic on real customers' histories, and we show it as that.

# %% tags=["setup", "folded"]
import analysis

# %% tags=["parameters", "folded"]
sources: str = "package"  # public sources to use: "package", "all", or names separated by commas
seed: int = 1  # seed of everything that draws
data: str = ""  # folder or company.toml of your own tables; empty for public evidence only
smallest_group: int = 10  # own data: numbers on fewer customers are not shown; 1 shows all (customers)
discount_rate: float = 0.1  # discount rate (a year)
low_discount_rate: float = 0.05  # a lower discount rate to try beside it (a year)
high_discount_rate: float = 0.2  # a higher discount rate to try beside it (a year)
fewer_draws: int = 20  # parameter sets behind each interval of the discount picture (draws)
retention_rate: float = 0.8  # EXAMPLE: share of customers retained a year, in the tornado
margin: float = 100.0  # EXAMPLE: margin of a customer (currency a year)
horizon_years: int = 10  # EXAMPLE: years that are counted
retention_range: list[float] = [0.6, 0.9]  # EXAMPLE: lowest and highest share retained a year
margin_range: list[float] = [50.0, 200.0]  # EXAMPLE: lowest and highest margin (currency a year)
discount_range: list[float] = [0.05, 0.2]  # EXAMPLE: lowest and highest discount rate (a year)
horizon_range: list[int] = [3, 30]  # EXAMPLE: fewest and most years that are counted
retention_rates: list[float] = [0.7, 0.8, 0.85, 0.9]  # EXAMPLE: shares retained a year in the table of readings

# %% tags=["provenance", "folded"]
session = analysis.start(
    "03_retention_and_profit", sources=sources, seed=seed, data=data, smallest_group=smallest_group
)
session

# %% [markdown] tags=[]
# ## A little more retention brings a lot more profit
#
# The articles promise a quarter more profit, or far more, for five per cent more retention. <!-- claimed --> We ask how much more present customers would be worth if one per cent more of them stayed each year, before the cost of keeping them.

# %% tags=["verdict"]
session.answer("retention-profit-leverage", discount_rate=discount_rate)

# %% tags=[]
session.picture("retention-profit-leverage")

# %% tags=[]
session.certainty("retention-profit-leverage")

# %% tags=[]
session.others("retention-profit-leverage")

# %% tags=[]
session.trap("retention-profit-leverage")

# %% tags=[]
session.details("retention-profit-leverage")

# %% [markdown] tags=[]
# ### What "five per cent" means
#
# Five more in a hundred customers retained, the rate times 1.05, or five per cent fewer leavers: three different promises under one name. <!-- claimed -->
#
# For a customer who brings the same margin every year and leaves at the same rate: `value = margin x r / (1 + d - r)`, with r the share retained and d the discount rate (Gupta and Lehmann 2003). The last column is what the articles leave out: how much of the margin it may cost, a year and a customer, before the gain is gone.

# %% tags=[]
analysis.show_five_percent(retention_rates=retention_rates, discount_rate=discount_rate)

# %% [markdown] tags=["folded"]
# ### How we test it: A little more retention brings a lot more profit
#
# We estimate `leverage = % more value of present customers / % more of them retained a year`. One means no leverage: as much as 1 % more margin would do. <!-- claimed --> Beside it the gain in per cent under each of the three things that "five per cent" can mean.
#
# How: a model in which customers differ is fitted to the histories (Pareto/NBD, Schmittlein, Morrison and Colombo 1987; BG/BB, Fader, Hardie and Shang 2010; shifted beta-geometric, Fader and Hardie 2007); then everybody's chance of leaving is cut in proportion.
#
# The trap: the usual figure takes **one** rate of leaving for everybody and puts it into an annuity. Customers differ; those who hardly ever leave would have stayed anyway. The annuity's number stands beside the answer, marked as the quick analysis. Neither says what it costs to raise retention.
#
# What has been published, on both sides: consultants' figures for single trades, whose calculation was not published in full; a model of five firms from public figures; the critique that the cost of retention is left out and that customers differ.

# %% [markdown] tags=["folded"]
# ### How the answer moves with the choices: A little more retention brings a lot more profit
#
# Leverage is arithmetic over the future, so it moves with how the future is discounted. The picture takes a low, the chosen and a high discount rate (n draws is the number of parameter sets behind each interval).

# %% tags=["sensitivity", "folded"]
session.vary(
    "retention-profit-leverage",
    discount_rate=[low_discount_rate, discount_rate, high_discount_rate],
    n_draws=[fewer_draws],
)

# %% [markdown] tags=["folded"]
# ### What the gain hangs on
#
# The gain from five points more, and how far it moves if one input alone goes from its low to its high value. **All inputs are examples**, set at the top of this page. The margin does not move the percentage at all; that it looks like a finding for every firm is because it cancels.

# %% tags=["sensitivity", "folded"]
analysis.show_leverage_tornado(
    retention_rate=(retention_rate, *retention_range),
    margin=(margin, *margin_range),
    discount_rate=(discount_rate, *discount_range),
    horizon_years=(horizon_years, *horizon_range),
)

# %% [markdown] tags=["folded"]
# ### Five firms, recomputed
#
# The best-known figures come from a model of five firms (Gupta, Lehmann and Stuart 2004). Their published inputs, run through their model again, beside what they printed; then the same per 1 % of **churn**. <!-- claimed --> The firms that look most responsive to retention are those with the least churn left to cut, and the ranking turns round.

# %% tags=["folded"]
analysis.show_five_firms(session.found("retention-profit-leverage"))

# %% [markdown] tags=[]
# ## The surest way to grow is not to lose customers
#
# If this is right, customer numbers grow slowly in periods with many losses rather than in periods with few wins. We split the changes of each base into losses, wins and returns.

# %% tags=["verdict"]
session.answer("retention-drives-growth")

# %% tags=[]
session.picture("retention-drives-growth")

# %% tags=[]
session.certainty("retention-drives-growth")

# %% tags=[]
session.others("retention-drives-growth")

# %% tags=[]
session.trap("retention-drives-growth")

# %% tags=[]
session.details("retention-drives-growth")

# %% [markdown] tags=["folded"]
# ### How we test it: The surest way to grow is not to lose customers
#
# If this holds, the periods in which a firm's customer base grew little are those in which it lost many, rather than those in which it won few.
#
# We estimate `difference = share of the variance of change that comes from losses - share that comes from wins`, each share being the covariance of the part with the change, over the variance of the change. The shares of wins, losses and returns add up to one.
#
# The trap: a file that follows one cohort has no acquisition in it. Every change is a loss by construction, and the claim comes out true without a question having been asked. Such files are turned away below.
#
# What has been published: in a model of two firms the number of customers moved shareholder value more than the retention rate did, while value answers most to retention **per 1 % of it**. <!-- claimed --> Both are true at once: what has the most leverage need not be what moves.

# %% [markdown] tags=["folded"]
# ## What these data cannot say
#
# - No public test raised retention at random and followed profit after cost. Until one does, the first claim is arithmetic with real customers in it.
# - Leaving is not observed in a shop; it is inferred from silence. Another model of silence would give another leverage, and its interval would not overlap.
# - Value is counted in purchases or in margins that do not change. Whether those kept by a measure are worth as much as those who stay by themselves nobody checked; there is reason to think they are not.
# - What moved one firm's customer count in its years is a fact about that firm: a growing one lives by its wins, a shrinking one by its losses.
# - That firms over-weight acquisition is part of the claim in one article; no data here speak of what firms should have spent.

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
# - Fader, P., and Hardie, B. (2007), Journal of Interactive Marketing 21(1), 76-90: the shifted beta-geometric model; (2010), Marketing Science 29, 85-93: what one rate for everybody does to value.
# - Fader, P., Hardie, B., and Shang, J. (2010), Marketing Science 29, 1086-1108: the BG/BB model and the donors.
# - Gupta, S., and Lehmann, D. (2003), Journal of Interactive Marketing 17(1), 9-24: value at a constant rate.
# - Gupta, S., Lehmann, D., and Stuart, J. (2004), Journal of Marketing Research 41(1), 7-18: five firms.
# - Reichheld, F., and Sasser, W. E. (1990), Harvard Business Review 68(5), 105-111: the articles' figure.
# - Schmittlein, D., Morrison, D., and Colombo, R. (1987), Management Science 33, 1-24: the Pareto/NBD model.
# - Schulze, C., Skiera, B., and Wiesel, T. (2012), Journal of Marketing 76(2), 17-32: customer and shareholder value.
# - Sharp, B. (2005): a critique of what the figure leaves out.
