# %% [markdown] tags=["title"]
# # Do points, rewards, early access and games keep customers?
#
# Good evidence compares members with the same points to spend, or gives access and game elements to some customers at random and counts who is left months later.

# %% tags=["setup", "folded"]
import analysis

# %% tags=["parameters", "folded"]
sources: str = "package"  # public sources to use: "package", "all", or names separated by commas
seed: int = 1  # seed of everything that draws
data: str = ""  # folder or company.toml of your own tables; empty for public evidence only
smallest_group: int = 10  # own data: numbers on fewer customers are not shown; 1 shows all (customers)

# %% tags=["provenance", "folded"]
session = analysis.start(
    "08_points_and_redemption", sources=sources, seed=seed, data=data, smallest_group=smallest_group
)
session

# %% [markdown] tags=[]
# ## Complicated point schemes lose members
#
# The articles say that complicated rewards lose members. We compare how often easy and hard rewards are used by members who could use both.

# %% tags=["verdict"]
session.answer("redemption-friction-deters")

# %% tags=[]
session.picture("redemption-friction-deters")

# %% tags=[]
session.certainty("redemption-friction-deters")

# %% tags=[]
session.others("redemption-friction-deters")

# %% tags=[]
session.trap("redemption-friction-deters")

# %% tags=[]
session.details("redemption-friction-deters")

# %% [markdown] tags=["folded"]
# ### How we test it: Complicated point schemes lose members
#
# The claim predicts that a restriction (a black-out day, a least balance, an expiry, a form to fill in) lowers the share who redeem, and the purchases that follow.
#
# We estimate `difference = share who redeem, restricted - share who redeem, unrestricted`, among members with the same points to spend; beside it the change in later purchases.
#
# The trap can err either way. Restrictions come with richer rewards and go to other members. And a large share of unused points proves no friction: members with few points have nothing to redeem.
#
# What has been published. One study of a programme **without** expiry advises against expiry: advice, not a comparison. The figures on unused rewards come from an industry estimate by firms with a remedy to sell, and they count rewards unused for any reason. No study for the other side was found; that restrictions save money on rewards is a reason to have them, and nobody read here has set the saving against the loss.
#
# **What would settle it for you:** the table of points with its restrictions, beside transactions, over a day on which a restriction was changed; or the restriction lifted for some members at random. The comparison is made at equal balance, and it counts purchases as well as redemptions: a member may redeem less and buy no less.

# %% [markdown] tags=[]
# ## Redeeming a reward lifts purchases
#
# The articles say that redeeming a reward leads to more purchases. Members redeem when they shop anyway, so we compare later purchases with those after visits where the reward was left unused.

# %% tags=["verdict"]
session.answer("redemption-lifts-purchases")

# %% tags=[]
session.picture("redemption-lifts-purchases")

# %% tags=[]
session.certainty("redemption-lifts-purchases")

# %% tags=[]
session.others("redemption-lifts-purchases")

# %% tags=[]
session.trap("redemption-lifts-purchases")

# %% tags=[]
session.details("redemption-lifts-purchases")

# %% [markdown] tags=["folded"]
# ### How we test it: Redeeming a reward lifts purchases
#
# The claim predicts that a member buys more often in the weeks after a redemption than without it.
#
# We estimate `change = purchases in the four weeks after a purchase at which points were redeemed / the same after a purchase at which there were points enough and none were redeemed - 1`, in per cent. Points, purchases and spend before it, and time as a customer are held equal (doubly robust, cross-fitted); who leaves counts with no purchases in either group. Beside it, and not counted: the weeks after a redemption against ordinary weeks of the same member.
#
# The trap: members redeem when they shop anyway, so purchases peak at the redemption without any effect of it. People also buy in bursts, and the busy weeks that bring the points come before every redemption. So the yardstick is a purchase at which the same choice was open.
#
# What has been published, on both sides.
#
# *For:* members buy more after redeeming, even where only a part of the points is used; sales are higher after a reward than without it.
#
# *Against:* **most of the spike round a redemption is not caused by the incentive** (Nastasoiu and others); heavy buyers redeem most and do not change what they buy (Liu); activity drops after the reward, and then members are likeliest to leave (Kivetz and others, read at second hand). That purchases also rise *before* a redemption, where no threshold binds, fits with people redeeming when they are about to buy.
#
# **What would settle it for you:** the table of points with the day and number of each entry, and transactions of at least a quarter on either side, for every member and every basket. The design is the one above: purchases with enough points, at which some were redeemed or none. An offer to redeem made at random, with a control group, would be better: then nobody chose the moment.

# %% [markdown] tags=[]
# ## Early and exclusive access keeps customers
#
# The articles say that early or exclusive access keeps customers. Access usually goes to the best customers, who would have stayed anyway.

# %% tags=["verdict"]
session.answer("exclusive-access-retains")

# %% tags=[]
session.picture("exclusive-access-retains")

# %% tags=[]
session.certainty("exclusive-access-retains")

# %% tags=[]
session.others("exclusive-access-retains")

# %% tags=[]
session.trap("exclusive-access-retains")

# %% tags=[]
session.details("exclusive-access-retains")

# %% [markdown] tags=["folded"]
# ### How we test it: Early and exclusive access keeps customers
#
# The claim predicts that customers who are let in early, or into something closed to others, are more often still customers a year later.
#
# We estimate `difference = still buying a year later, offered access - the same share among the control group`, all who were offered it counted, used or not.
#
# The trap: access goes to the best customers, who stay anyway. And those who take it up chose to.
#
# **What would settle it for you:** a campaign of the family *access*, with a control group chosen at random, and transactions for a year afterwards. If access already went to your best customers, only the next round, offered at random among equals, can show what it does.

# %% [markdown] tags=[]
# ## Gamification builds lasting loyalty
#
# The articles say that playful elements build lasting loyalty. Lasting is part of the claim: a lift in the first week is not loyalty.

# %% tags=["verdict"]
session.answer("gamification-retains")

# %% tags=[]
session.picture("gamification-retains")

# %% tags=[]
session.certainty("gamification-retains")

# %% tags=[]
session.others("gamification-retains")

# %% tags=[]
session.trap("gamification-retains")

# %% tags=[]
session.details("gamification-retains")

# %% [markdown] tags=["folded"]
# ### How we test it: Gamification builds lasting loyalty
#
# The claim predicts that customers given a playful element (levels, badges, challenges) are more often still active a quarter or more later.
#
# We estimate `difference = still active a quarter later, with the element - without it`, assigned at random, in percentage points, with Newcombe's interval (1998).
#
# The trap: players choose to play. And *lasting* is part of the claim: a lift in the first week is not loyalty.
#
# What has been published: most studies in one review report more engagement with game elements. They were short, mostly on students in online programmes, and no mean could be formed. A later summary has two sides in itself: gamified apps go with more loyalty by way of a better experience, and with less by way of concern for privacy.
#
# **What would settle it for you:** a campaign of the family *game*, with a control group chosen at random, and purchases or log-ins for at least a quarter, better a year. Decide on the day of counting beforehand: the first weeks are when novelty works.

# %% [markdown] tags=["folded"]
# ## What these data cannot say
#
# - What the project measured is about coupons of one grocery chain, not about points that a member has saved. Where another public file came close, the table says what was missing: dates, complete baskets, a group without the reward, or the restriction itself.
# - *No verdict* does not say that the claim is false. It says that a budget should not rest on it.
# - Coupons of a grocery chain are not points, and miles are not coupons. Even complete files would speak for their own trade.
# - The cost of rewards is missing throughout, and so is the profit on points that are never used. Making redemption easier costs money at once; whether it earns more later was not found anywhere.
# - Nobody has checked how rewards, access and games act together, which is how programmes are sold.

# %% [markdown] tags=["folded"]
# ## Where the numbers come from
#
# What it takes to make this page again.

# %% tags=["provenance", "machine", "nbval-ignore-output", "folded"]
session.provenance()

# %% [markdown] tags=["folded"]
# The public sources that speak to these claims, and whether this run had them. The published figures are in the project's evidence table, with the place where each was read.

# %% tags=["provenance", "machine", "nbval-ignore-output", "folded"]
session.source_list()

# %% [markdown] tags=["folded"]
# ## References
#
# - Barari, M. (2024), Marketing Intelligence & Planning: gamified apps, a summary of studies.
# - Dorotic, M., Verhoef, P., Fok, D., and Bijmolt, T. (2014), International Journal of Research in Marketing 31, 339-355: redemption without thresholds.
# - Kivetz, R., Urminsky, O., and Zheng, Y. (2006), Journal of Marketing Research 43, 39-58: after the reward.
# - Liu, Y. (2007), Journal of Marketing: light and heavy buyers in a programme.
# - Looyestyn, J., and others (2017), PLoS ONE, doi:10.1371/journal.pone.0173403: gamification and engagement, a review.
# - Nastasoiu, A., and others (2021), Journal of the Academy of Marketing Science: points pressure and rewarded behaviour.
# - Newcombe, R. (1998), Statistics in Medicine 17, 873-890: interval of a difference of shares.
# - Taylor, G., and Neslin, S. (2005), Journal of Retailing 81, 293-305: sales before and after a reward.
# - Wooldridge, J. (1999), Journal of Econometrics 90, 77-97: Poisson regression with fixed effects.
