# %% [markdown] tags=["title"]
# # Do loyal customers buy more, spend more and stay put?
#
# Good evidence is a change in the same customer over time. That customers who stayed differ from those who left proves nothing: they differed from the start.

# %% tags=["setup", "folded"]
import analysis

# %% tags=["parameters", "folded"]
sources: str = "package"  # public sources to use: "package", "all", or names separated by commas
seed: int = 1  # seed of everything that draws
data: str = ""  # folder or company.toml of your own tables; empty for public evidence only
smallest_group: int = 10  # own data: numbers on fewer customers are not shown; 1 shows all (customers)
horizon_days: int = 91  # within so many days the next purchase has to come to count (days)
shorter_horizon: int = 60  # a shorter window to try beside it (days)
longer_horizon: int = 182  # a longer window to try beside it (days)
reliability: float = 0.8  # share of the price gap's variation that is no error, to try (above 0 and up to 1)
poor_reliability: float = 0.5  # the same with a poor market price, to try (above 0 and up to 1)

# %% tags=["provenance", "folded"]
session = analysis.start("04_loyal_customers", sources=sources, seed=seed, data=data, smallest_group=smallest_group)
session

# %% [markdown] tags=[]
# ## Each purchase makes the next one likelier
#
# The articles say that every purchase makes the next more likely. In any mix of keen and lukewarm customers the keen ones are left at the higher counts, so we look only at changes within the same customer.

# %% tags=["verdict"]
session.answer("repeat-momentum", horizon_days=horizon_days)

# %% tags=[]
session.picture("repeat-momentum")

# %% tags=[]
session.certainty("repeat-momentum")

# %% tags=[]
session.others("repeat-momentum")

# %% tags=[]
session.trap("repeat-momentum")

# %% tags=[]
session.details("repeat-momentum")

# %% [markdown] tags=["folded"]
# ### How we test it: Each purchase makes the next one likelier
#
# If this holds, a customer's chance of buying again rises with every purchase **because** of the purchases.
#
# We estimate `momentum = slope of "the next one came in time" in the number of purchases`, **within** the customer (fixed effects, errors clustered by customer), over waits that were seen to their end. It tells the pace of those who go on buying, not whether they go on.
#
# Beside it, as context, the raw slope less the slope that sorting alone makes: that of a population fitted to the same customers in which some are keen, some lukewarm, and nobody ever changes (MBG/NBD, Batislam, Denizel and Filiztekin 2007; BG/BB for yearly occasions, Fader, Hardie and Shang 2010).
#
# The trap: the lukewarm drop out early. Among those who bought five times hardly anyone lukewarm is left, so the raw share who come back rises with the count although nobody's chance has changed.
#
# What has been published. Renewal rates rise with the number of renewals wherever one looks; whether anybody changes is what the studies disagree about. The model papers find nothing left once customers may differ.

# %% [markdown] tags=["folded"]
# ### How the answer moves with the choices: Each purchase makes the next one likelier
#
# A slope below nothing would not prove that buying tires people. Many customers buy most eagerly when they are new, whatever their number of purchases; number and time go together within a customer.

# %% tags=["sensitivity", "folded"]
session.vary(
    "repeat-momentum",
    horizon_days=[shorter_horizon, horizon_days, longer_horizon],
)

# %% [markdown] tags=[]
# ## Loyal customers spend more as time goes by
#
# The articles say that customers spend more each year they stay. We follow the same customers over time instead of comparing old customers with new ones.

# %% tags=["verdict"]
session.answer("spend-grows-with-tenure")

# %% tags=[]
session.picture("spend-grows-with-tenure")

# %% tags=[]
session.certainty("spend-grows-with-tenure")

# %% tags=[]
session.others("spend-grows-with-tenure")

# %% tags=[]
session.trap("spend-grows-with-tenure")

# %% tags=[]
session.details("spend-grows-with-tenure")

# %% [markdown] tags=["folded"]
# ### How we test it: Loyal customers spend more as time goes by
#
# The claim predicts that the same customer spends more in an active quarter of the third year than in one of the first.
#
# We estimate `growth = 100 (exp(b) - 1)`, with b the slope of log spend on years of tenure **within** the customer, seasons taken out (a regression with fixed effects, errors clustered by customer). The column on the method says which quarters it leaves out.
#
# The trap: those who stay long were bigger spenders from the start. A comparison between customers shows growth that no single customer has; that slope stands beside the answer, marked as the quick analysis.
#
# What has been published, on both sides: correlations of length of stay with profit, between customers, in four firms; the finding from one of them that profit does not rise over time as a rule; and firms whose cohorts spend less each year.

# %% [markdown] tags=[]
# ## Loyal customers stay when prices rise
#
# The articles say that long-standing customers accept price rises. We compare how strongly customers of different standing react to the same change of price.

# %% tags=["verdict"]
session.answer("loyal-customers-tolerate-prices")

# %% tags=[]
session.picture("loyal-customers-tolerate-prices")

# %% tags=[]
session.certainty("loyal-customers-tolerate-prices")

# %% tags=[]
session.others("loyal-customers-tolerate-prices")

# %% tags=[]
session.trap("loyal-customers-tolerate-prices")

# %% tags=[]
session.details("loyal-customers-tolerate-prices")

# %% [markdown] tags=["folded"]
# ### How we test it: Loyal customers stay when prices rise
#
# The claim predicts that a price increase drives away long-standing customers less than newer ones.
#
# We estimate `ratio = odds ratio of leaving for 10 % more price after one further year of tenure / the same a year earlier`, by logistic regression on price increase, tenure and their product, at equal risk. <!-- claimed -->
#
# Two traps. Whoever sets the prices chose whose price to raise, by risk and by expected staying. And those who mind prices have left before they could become long-standing, so even a true difference need not be an effect of loyalty.
#
# What has been published points both ways, by the kind of loyalty: loyal buyers mind prices less in choosing the brand and more in choosing how much; loyalty of habit and loyalty of attitude pull in opposite directions.

# %% [markdown] tags=[]
# ## Loyal customers mean stable sales
#
# The articles say that repeat customers bring steadier sales. We compare how far monthly revenue from repeat and from new customers swings.

# %% tags=["verdict"]
session.answer("repeat-revenue-is-steadier")

# %% tags=[]
session.picture("repeat-revenue-is-steadier")

# %% tags=[]
session.certainty("repeat-revenue-is-steadier")

# %% tags=[]
session.others("repeat-revenue-is-steadier")

# %% tags=[]
session.trap("repeat-revenue-is-steadier")

# %% tags=[]
session.details("repeat-revenue-is-steadier")

# %% [markdown] tags=["folded"]
# ### How we test it: Loyal customers mean stable sales
#
# The claim predicts that revenue from repeat customers swings less from month to month than revenue from new ones.
#
# We estimate `ratio = coefficient of variation of monthly revenue, repeat customers / the same, new customers`, after thinning the larger group in thought to the size of the smaller one.
#
# The trap: a larger group is steadier by its size alone, as the average of many dice is steadier than that of few. Repeat customers are mostly the larger group.

# %% [markdown] tags=[]
# ## Customers who stay still leave for a better deal
#
# One article warns that customers who stay may only be waiting for a better offer. We ask whether long-standing customers leave more often when the market offers the same for less.

# %% tags=["verdict"]
session.answer("retained-is-not-loyal")

# %% tags=[]
session.picture("retained-is-not-loyal")

# %% tags=[]
session.certainty("retained-is-not-loyal")

# %% tags=[]
session.others("retained-is-not-loyal")

# %% tags=[]
session.trap("retained-is-not-loyal")

# %% tags=[]
session.details("retained-is-not-loyal")

# %% [markdown] tags=["folded"]
# ### How we test it: Customers who stay still leave for a better deal
#
# The claim predicts that customers of three years and more leave more often where the market offers the same for less.
#
# We estimate `change = percentage points more who leave for each 10 % by which the market lies under our price`, among customers of three years or more, by linear regression at equal price change, tenure and risk. <!-- claimed -->
#
# The trap: the market price and ours both follow the customer's risk, so the gap between them is not random.
#
# What has been published is about buying from several firms at once, not about leaving one for a better offer.

# %% [markdown] tags=["folded"]
# ### How the answer moves with the choices: Customers who stay still leave for a better deal
#
# **How much the market price's error could hide.** What a rival would really have offered to this customer nobody recorded; the market price is a stand-in. Error in it pulls the slope towards nothing: `slope found = true slope x share of the gap's variation that is no error`. The picture reads the same data with that share at one, and at the two lower ones set at the top of this page; only the far end of the interval moves.

# %% tags=["sensitivity", "folded"]
session.vary("retained-is-not-loyal", least_reliability=[1.0, reliability, poor_reliability])

# %% [markdown] tags=["folded"]
# ## What these data cannot say
#
# - The purchase histories are of online shops, a catalogue retailer, donors, two hotels, and a panel around one new product. A shop in which everyone joined in the same quarter cannot tell tenure from the calendar.
# - Momentum is read from the pace of those who bought again. Who stopped for good is not in it, and time as a customer goes along with the number of purchases; only a nudge given at random would show what one purchase more does.
# - Both price claims hang on motor insurers, whose prices follow risk, and leaving for a rival on a market price that stands in for the offers people got.
# - Spend is revenue, not margin, and prices of the time are in it.
# - Nobody asked these customers anything: attachment was not measured, staying was.

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
# - Anderson, E. W. (1996), Marketing Letters 7, 265-274: satisfaction and tolerance of prices.
# - Batislam, E., Denizel, M., and Filiztekin, A. (2007), International Journal of Research in Marketing 24, 201-209: the MBG/NBD model.
# - Fader, P., and Hardie, B. (2007), Journal of Interactive Marketing 21(1), 76-90: renewal rates rise though nobody changes.
# - Fader, P., Hardie, B., and Shang, J. (2010), Marketing Science 29, 1086-1108: the BG/BB model and the donors.
# - Krishnamurthi, L., and Raj, S. P. (1991), Marketing Science 10, 172-183: loyalty and price elasticity.
# - Reinartz, W., and Kumar, V. (2000), Journal of Marketing 64(4), 17-35; (2002), Harvard Business Review 80(7): length of stay and profit.
# - Spearman, C. (1904), American Journal of Psychology 15, 72-101: what error in a measure does to a relation.
# - Umashankar, N., Bhagwat, Y., and Kumar, V. (2017), Journal of the Academy of Marketing Science 45(6): loyal customers and price.
