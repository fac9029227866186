# %% [markdown] tags=["title"]
# # Does word of mouth win customers, and does bad talk cost more than good talk earns?
#
# Good evidence would be people randomly assigned to hear a friend's word who then buy more often, and referred customers who stay worth more than others like them. That friends buy the same things proves little: friends are alike.

# %% tags=["setup", "folded"]
import analysis

# %% tags=["parameters", "folded"]
sources: str = "package"  # public sources to use: "package", "all", or names separated by commas
seed: int = 1  # seed of everything that draws
data: str = ""  # folder or company.toml of your own tables; empty for public evidence only
smallest_group: int = 10  # own data: numbers on fewer customers are not shown; 1 shows all (customers)
n_firms: int = 30  # firms assumed behind the study of bad talk, whose number was not published (28 or more)
most_firms: int = 3000  # where the figure over the number of firms ends (firms)
n_runs: int = 30  # simulated networks for each mark of the last figure (networks)

# %% tags=["provenance", "folded"]
session = analysis.start("05_word_of_mouth", sources=sources, seed=seed, data=data, smallest_group=smallest_group)
session

# %% [markdown] tags=[]
# ## Satisfied, loyal customers recommend
#
# The articles say that satisfied, loyal customers bring in others. We compare customers over the same length of time, since those who stayed longer have had more time to refer.

# %% tags=["verdict"]
session.answer("satisfied-customers-refer")

# %% tags=[]
session.picture("satisfied-customers-refer")

# %% tags=[]
session.certainty("satisfied-customers-refer")

# %% tags=[]
session.others("satisfied-customers-refer")

# %% tags=[]
session.trap("satisfied-customers-refer")

# %% tags=[]
session.details("satisfied-customers-refer")

# %% [markdown] tags=["folded"]
# ### How we test it: Satisfied, loyal customers recommend
#
# If this holds, customers who stay have made more referrals than customers who leave, **in the same time**, and promoters bring in somebody more often than others do.
#
# We estimate `gap = share with a referral among stayers - the same share among leavers`, at equal time as a customer and equal covariates; beside it `ratio = referrals per year of stayers / referrals per year of leavers`. Differences and ratios are doubly robust (cross-fitted augmented inverse probability weighting: Robins, Rotnitzky and Zhao 1994; Chernozhukov and others 2018).
#
# The trap: who has been a customer longer has had more time to refer. A count of referrals without the time turns long stay into enthusiasm.
#
# What has been published, on both sides. Satisfaction goes with talk, but the dissatisfied talk too, and the customers worth most are not those who refer most. One study turns the arrow round: those who take part in a referral programme leave less often afterwards, and who takes part chooses to.

# %% [markdown] tags=[]
# ## Customers who came by word of mouth are worth more
#
# The articles say that referred customers are worth more. A fair comparison takes customers won in other ways at the same time, and subtracts the reward that was paid.

# %% tags=["verdict"]
session.answer("referred-customers-are-worth-more")

# %% tags=[]
session.picture("referred-customers-are-worth-more")

# %% tags=[]
session.certainty("referred-customers-are-worth-more")

# %% tags=[]
session.others("referred-customers-are-worth-more")

# %% tags=[]
session.trap("referred-customers-are-worth-more")

# %% tags=[]
session.details("referred-customers-are-worth-more")

# %% [markdown] tags=["folded"]
# ### How we test it: Customers who came by word of mouth are worth more
#
# The claim predicts that a customer brought in by another is worth more than a like one won by advertising, over the whole time as a customer and after the reward for the referral is paid.
#
# We estimate `ratio = value of referred customers / value of comparable other customers`; beside it the ratio of margins, and the hazard ratio of leaving, because a customer can stay longer and still be worth less.
#
# The trap: the referred resemble those who referred them, come at other times and on other terms, and the reward is a cost of theirs.

# %% [markdown] tags=[]
# ## Recommendation wins customers
#
# The articles say that recommendation wins customers. We use experiments in which chance decided whose friends were encouraged, so that likeness among friends cannot explain the result.

# %% tags=["verdict"]
session.answer("word-of-mouth-brings-customers")

# %% tags=[]
session.picture("word-of-mouth-brings-customers")

# %% tags=[]
session.certainty("word-of-mouth-brings-customers")

# %% tags=[]
session.others("word-of-mouth-brings-customers")

# %% tags=[]
session.trap("word-of-mouth-brings-customers")

# %% tags=[]
session.details("word-of-mouth-brings-customers")

# %% [markdown] tags=["folded"]
# ### How we test it: Recommendation wins customers
#
# If talk wins customers, people whose friends were nudged at random take it up more often themselves.
#
# We estimate it in two designs that both rest on random assignment:
#
# - **Peers nudged at random.** `effect = change in own uptake / change in peers' uptake`, both caused by the default that was drawn for the peers: two-stage least squares, with the interval of Anderson and Rubin (1949), which holds for weak instruments too. Shown for ten percentage points more uptake among the peers.
# - **Messages sent at random.** `effect = uptake of those assigned a friend's message - uptake of those assigned none`; and the effect on those whom assignment made receive one (Imbens and Angrist 1994).
#
# The trap: friends are alike and see the same advertising, so they take things up together without a word (Manski 1993). The plain coefficient of peers' uptake stands beside the answer, marked as the quick analysis.
#
# What has been published: elasticities of sales with respect to online talk, all observational. Two large summaries rank the volume and the tone of talk in opposite orders.

# %% [markdown] tags=[]
# ## Cutting bad word of mouth pays more than raising good
#
# The articles say that cutting bad talk by a point brings about three times as much growth as raising good talk by a point. <!-- claimed --> We test this on books and their readers, and recompute the study behind the figure.

# %% tags=["verdict"]
session.answer("negative-word-of-mouth-costs-more")

# %% tags=[]
session.picture("negative-word-of-mouth-costs-more")

# %% tags=[]
session.certainty("negative-word-of-mouth-costs-more")

# %% tags=[]
session.others("negative-word-of-mouth-costs-more")

# %% tags=[]
session.trap("negative-word-of-mouth-costs-more")

# %% tags=[]
session.details("negative-word-of-mouth-costs-more")

# %% [markdown] tags=["folded"]
# ### How we test it: Cutting bad word of mouth pays more than raising good
#
# The articles put the advantage at 300 %. <!-- claimed -->
#
# We estimate `difference = growth for a point less bad talk - growth for a point more good talk`, and beside it `ratio = the one / the other`. A difference above zero, or a ratio above one, speaks for the claim; three is the milder reading of the articles' figure, four the literal one. The difference decides, because a ratio over a slope that may be nothing has no end.
#
# Books on Goodreads give the only public file in which talk comes before growth: stars in one year, new raters after it, with size, number of reviews and age held equal. Each slope has a regression of its own, as in the study behind the figure; intervals are from a bootstrap of authors.
#
# The trap: the ratio depends on the unit. Few people speak badly of any firm, so that share varies little between firms and its slope for each point is steep; the net promoter score varies widely. For each standard deviation, or for each customer moved from one camp to the other, the same figures give another ratio.

# %% [markdown] tags=["folded"]
# ### One study, three ratios
#
# The figure goes back to one unreviewed study of British firms. It published two slopes and two correlations with growth, and not the number of firms. Recomputed from these four figures, in three units. A detractor turned promoter moves a net score by two, hence the second row. The intervals follow Fieller's method for a ratio (1954) and assume the number of firms set at the top of this page.

# %% tags=["folded"]
analysis.show_valence_ratios(session.found("negative-word-of-mouth-costs-more"), n_firms=n_firms)

# %% [markdown] tags=["folded"]
# Since nobody outside knows the number of firms, here is what each number would mean. Only where a band leaves the line of no difference has the study told bad talk from good talk in that unit; and only where it leaves the dashed line is the claimed size excluded.

# %% tags=["folded"]
analysis.show_valence_over_firms(session.found("negative-word-of-mouth-costs-more"), most_firms=most_firms)

# %% [markdown] tags=["folded"]
# ### Under which assumptions would it be true?
#
# A market of simulated people on a small-world network. Customers speak well, badly or not at all. A good word may win a person; a bad word may put a person off for good. Then bad talk is cut by five points, or good talk raised by five, and the customers of the two cases are compared.
#
# A bad word can only take away a purchase that would have been made, a good word can only add one that would not. So the claim comes true where most people would buy anyway, where a bad word is much stronger than a good one, and where people who never bought pass the bad word on. Where few buy unasked it comes out the other way round, unless the bad word is both strong and passed on.

# %% tags=["folded"]
analysis.show_talk_network(session.found("negative-word-of-mouth-costs-more"), seed=seed, n_runs=n_runs)

# %% [markdown] tags=["folded"]
# ## What these data cannot say
#
# - No public file links a satisfaction score to referrals made *later*, and none holds referred customers with their margin. Your own tables of referrals, surveys and transactions would settle the first two claims.
# - The randomised tests are about insurance and voting. That people follow their friends there does not say how many customers a referral programme wins, at which cost.
# - Several published sizes could not be read at their source; the table says which, and such rows decide nothing.
# - For bad against good talk the number of firms, and how closely the two measures move together, were never published. Nobody can compute the interval without assuming both.
# - Readers who rate books are not customers of a firm, and a book's stars are not assigned at random: what makes a book rise may also please its readers.
# - Nobody has checked whether a firm *can* cut bad talk by a point, or what that costs. A ratio of slopes between firms is not the return on a budget.

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
# - Anderson, T. W., and Rubin, H. (1949), Annals of Mathematical Statistics 20, 46-63: intervals for weak instruments.
# - Cai, J., de Janvry, A., and Sadoulet, E. (2015), American Economic Journal: Applied Economics 7(2), 81-108: rice farmers and their neighbours.
# - Chernozhukov, V., and others (2018), Econometrics Journal 21, C1-C68: cross-fitting.
# - Efron, B., and Tibshirani, R. (1993), An Introduction to the Bootstrap, Chapman & Hall: percentile intervals.
# - Fieller, E. C. (1954), Journal of the Royal Statistical Society B 16, 175-185: interval of a ratio.
# - Goldenberg, J., Libai, B., Moldovan, S., and Muller, E. (2007), International Journal of Research in Marketing 24, 186-200: bad talk on a network.
# - Imbens, G., and Angrist, J. (1994), Econometrica 62, 467-475: effect on those whom assignment moves.
# - Manski, C. (1993), Review of Economic Studies 60, 531-542: why peers' behaviour proves little.
# - Marsden, P., Samson, A., and Upton, N. (2005), Advocacy Drives Growth, The Listening Company: slopes and correlations.
# - Robins, J., Rotnitzky, A., and Zhao, L. P. (1994), Journal of the American Statistical Association 89, 846-866: doubly robust estimation.
# - Santos Silva, J., and Tenreyro, S. (2006), Review of Economics and Statistics 88, 641-658: Poisson regression for elasticities.
# - Watts, D., and Strogatz, S. (1998), Nature 393, 440-442: small-world networks.
