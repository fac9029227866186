# %% [markdown] tags=["title"]
# # Do loyalty programmes and their tiers make customers buy more?
#
# Members buy more than others, but heavy buyers join first, so that comparison proves nothing. Good evidence follows the same customers before and after joining, or on their way to a threshold, beside thresholds that do not exist.

# %% tags=["setup", "folded"]
import analysis

# %% tags=["parameters", "folded"]
sources: str = "package"  # public sources to use: "package", "all", or names separated by commas
seed: int = 1  # seed of everything that draws
data: str = ""  # folder or company.toml of your own tables; empty for public evidence only
smallest_group: int = 10  # own data: numbers on fewer customers are not shown; 1 shows all (customers)

# %% tags=["provenance", "folded"]
session = analysis.start("07_tiered_programmes", sources=sources, seed=seed, data=data, smallest_group=smallest_group)
session

# %% [markdown] tags=[]
# ## A loyalty programme raises retention
#
# The articles say that joining a programme makes customers come back more often. We compare those who join with customers who join later, before and after.

# %% tags=["verdict"]
session.answer("programme-raises-retention")

# %% tags=[]
session.picture("programme-raises-retention")

# %% tags=[]
session.certainty("programme-raises-retention")

# %% tags=[]
session.others("programme-raises-retention")

# %% tags=[]
session.trap("programme-raises-retention")

# %% tags=[]
session.details("programme-raises-retention")

# %% [markdown] tags=["folded"]
# ### How we test it: A loyalty programme raises retention
#
# The claim predicts that a customer buys again more often *because* of joining.
#
# We estimate `effect = (joiners after - joiners before) - (not yet joined, after - the same customers before)`, in the share who buy again, in percentage points: differences in differences with customers who will join later as the comparison (Callaway and Sant'Anna 2021).
#
# The trap: heavy buyers join first. Members against others mostly measures who joins. Customers who will join too, only later, resemble joiners far more than those who never will.
#
# What has been published, on both sides. Members do buy more. One study took out who chooses to join, and the plain gap shrank to a small part of itself (Leenheer and others: see the row on self-selection). Others find no lasting change, a change among light buyers only, or more loyalty than expected for a minority of the brands. Summaries find a positive effect on average.
#
# **Two large studies of firms disagree about tiers.** Bombaij and Dekimpe find that the gain in sales vanishes where rewards are progressive; Chaudhuri and others find sales and profit up with tiers or earning mechanisms. Neither gave sizes that could be read, so the project cannot say which is nearer the truth.
#
# **What would settle it for you:** memberships with the day of joining, beside transactions from half a year before joining to a year after. The comparison is of joiners with those who have not joined *yet*, and before joining the two must run level, or the comparison is spoilt. It stays an observational answer: people may join because they have just begun to buy more. Invitations to join sent at random would be better still.

# %% [markdown] tags=[]
# ## Customers spend more as the next tier nears
#
# The articles say that customers speed up as the next tier comes within reach. A busy month alone carries a member near a threshold, so every result is set beside thresholds that do not exist.

# %% tags=["verdict"]
session.answer("tiers-accelerate-spend")

# %% tags=[]
session.picture("tiers-accelerate-spend")

# %% tags=[]
session.certainty("tiers-accelerate-spend")

# %% tags=[]
session.others("tiers-accelerate-spend")

# %% tags=[]
session.trap("tiers-accelerate-spend")

# %% tags=[]
session.details("tiers-accelerate-spend")

# %% [markdown] tags=["folded"]
# ### How we test it: Customers spend more as the next tier nears
#
# The claim predicts three things, each with its own test:
#
# - **Goal gradient:** `pace = change of a member's own purchase rate for each tenth of the way nearer to the threshold`, within member (Poisson regression with fixed effects, Wooldridge 1999).
# - **Excess mass:** `excess = members just above the threshold / members a smooth curve would put there` (Kleven 2016).
# - **Discontinuity:** `jump = later spend of those who just reached the tier over those who just missed it` (Calonico, Cattaneo and Titiunik 2014).
#
# The first two ask whether the *way* to the tier moves people. The third asks whether *having* it does.
#
# The trap: those near a threshold are the heavy buyers, and a busy month alone carries a member near it. So only comparisons within member count, and **false thresholds**, where nothing is to be won, must show nothing.
#
# What has been published, on both sides.
#
# *For:* customers with a stamp card came back faster towards its end (Kivetz and others); cards with a head start were completed more often (Nunes and Drèze, randomised); a model fitted to one programme has both tiers and points drawing purchases forward.
#
# *Against:* in a retail programme what effect there was came *after* the reward and not before, and was small (Nastasoiu and others); **losing a tier costs more loyalty than gaining it gave** (Wagner and others), so a scheme that lifts people also drops them; customers who look on while others get preferred treatment turn away (Steinhoff and Palmatier). And the two studies of firms disagree about tiers, as above.

# %% [markdown] tags=["folded"]
# ### The test at work, on simulated customers
#
# No public file follows the members of a tiered programme with their purchases and the thresholds. What such data would give is shown here on customers who are made up, so that the truth is known: once where the tier moves nobody, once where it does. The sound analysis has to hold the truth in both; the quick number sees an effect in both, because heavy and fast buyers are those who come near a threshold. None of this takes part in the verdict.

# %% tags=["folded"]
analysis.show_demonstration("tiers-accelerate-spend", seed=seed)

# %% [markdown] tags=["folded"]
# The same as pictures: the pace towards the threshold, the jump of later spend at it, and the heap above it.

# %% tags=["folded"]
analysis.show_demonstration_figure("tiers-accelerate-spend", "pace_per_step", seed=seed)

# %% tags=["folded"]
analysis.show_demonstration_figure("tiers-accelerate-spend", "spend_jump_at_threshold", seed=seed)

# %% [markdown] tags=["folded"]
# A heap above a threshold shows that members aim for it, not that they spend more: it is drawn beside false thresholds.

# %% tags=["folded"]
analysis.show_demonstration_figure("tiers-accelerate-spend", "excess_above_threshold", seed=seed)

# %% [markdown] tags=[]
# ## Tiers need benefits worth having
#
# The articles say that tiers work only if their benefits are worth having. A test needs tiers whose benefits differ while the way to them does not.

# %% tags=["verdict"]
session.answer("tier-benefits-must-be-meaningful")

# %% tags=[]
session.picture("tier-benefits-must-be-meaningful")

# %% tags=[]
session.certainty("tier-benefits-must-be-meaningful")

# %% tags=[]
session.others("tier-benefits-must-be-meaningful")

# %% tags=[]
session.trap("tier-benefits-must-be-meaningful")

# %% tags=[]
session.details("tier-benefits-must-be-meaningful")

# %% [markdown] tags=["folded"]
# ### How we test it: Tiers need benefits worth having
#
# The claim predicts that reaching a tier moves later spend more where the tier gives more.
#
# We estimate `difference = jump at thresholds with larger benefits - jump at thresholds with smaller ones`, each jump in per cent of the spend just below (two regression discontinuities, as above).
#
# The trap: the tiers with rich benefits are the high ones, and heavy buyers reach them. Plain spend by tier says nothing. And with two or three tiers, the benefit cannot be separated from the height of the tier.
#
# **What would settle it for you:** memberships with threshold, qualifying amount and the worth of the benefit for three tiers or more; or, better, one tier whose benefit was changed on a known day while its threshold stayed.

# %% [markdown] tags=[]
# ## The kind of programme matters
#
# The articles say that points, cash back and tiers do not work equally well. Some type always comes out best by chance, so the winner has to be confirmed on other customers.

# %% tags=["verdict"]
session.answer("programme-type-matters")

# %% tags=[]
session.picture("programme-type-matters")

# %% tags=[]
session.certainty("programme-type-matters")

# %% tags=[]
session.others("programme-type-matters")

# %% tags=[]
session.trap("programme-type-matters")

# %% tags=[]
session.details("programme-type-matters")

# %% [markdown] tags=["folded"]
# ### How we test it: The kind of programme matters
#
# The claim predicts that points, cash back and tiers differ in how well they keep customers.
#
# We estimate `lead = retention under the best kind - retention under the other kinds`, where the best kind is picked in one random half of the customers and its lead measured in the other half.
#
# The trap: some kind always comes out best, by chance alone; measured on the customers who crowned it, its lead is never below zero. And firms choose the kind that suits their trade, so comparisons between firms compare trades.
#
# What has been published compares firms, or asks people which design they like. Here the conflict over tiers comes back: for Bombaij and Dekimpe direct, immediate rewards are the better kind; for Chaudhuri and others tiers and earning mechanisms are. They could both be right, in other trades and over other spans. **No randomised comparison of kinds was found.**
#
# **What would settle it for you:** two kinds of programme at one firm, with customers assigned to one or the other at random, and their purchases for a year. Without random assignment, those who like points choose points.

# %% [markdown] tags=["folded"]
# ## What these data cannot say
#
# - No public file holds dated memberships with purchases before and after. What this page says about programmes comes from publications, mostly from their summaries; sizes could often not be read.
# - The published comparisons with randomisation in them are about stamp cards, status given as a present, and what people say they would do. None is about a tiered programme in the field over a year or more.
# - Costs are missing throughout: rewards, administration, discounts to people who would have bought anyway. A programme can raise retention and lose money.
# - Losing a tier is part of every tier scheme. The studies read say it hurts; how much custom it takes away could not be read.
# - Nobody has checked how much of a rush towards a threshold is bought early and missing afterwards.
# - Programmes multiply. Where rivals have one too, the gain for the first may be gone; most studies look at one firm at a time.

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
# - Bombaij, N., and Dekimpe, M. (2020), International Journal of Research in Marketing: when loyalty programmes work.
# - Callaway, B., and Sant'Anna, P. (2021), Journal of Econometrics 225, 200-230: differences in differences with many joining times.
# - Calonico, S., Cattaneo, M., and Titiunik, R. (2014), Econometrica 82, 2295-2326: regression discontinuity.
# - Chaudhuri, M., Voorhees, C., and Beck, J. (2019), Journal of the Academy of Marketing Science: launches of programmes.
# - Eggert, A., Steinhoff, L., and Garnefeld, I. (2015), Journal of Service Research: status given as a present.
# - Kivetz, R., Urminsky, O., and Zheng, Y. (2006), Journal of Marketing Research: the goal gradient.
# - Kleven, H. (2016), Annual Review of Economics 8, 435-464: excess mass.
# - Leenheer, J., van Heerde, H., Bijmolt, T., and Smidts, A. (2007), International Journal of Research in Marketing: who joins.
# - Liu, Y. (2007), Journal of Marketing: light and heavy buyers in a programme.
# - Meyer-Waarden, L., and Benavent, C. (2009), Journal of the Academy of Marketing Science: before and after joining.
# - Nastasoiu, A., and others (2021), Journal of the Academy of Marketing Science: points pressure and rewarded behaviour.
# - Nunes, J., and Drèze, X. (2006), Journal of Consumer Research: the head start.
# - Sharp, B., and Sharp, A. (1997), International Journal of Research in Marketing: loyalty beyond market share.
# - Steinhoff, L., and Palmatier, R. (2016), Journal of the Academy of Marketing Science: those who look on.
# - Wagner, T., Hennig-Thurau, T., and Rudolph, T. (2009), Journal of Marketing: losing a tier.
# - Wooldridge, J. (1999), Journal of Econometrics 90, 77-97: Poisson regression with fixed effects.
