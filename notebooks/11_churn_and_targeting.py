# %% [markdown] tags=["title"]
# # Who leaves, can it be foreseen, and is it worth acting on?
#
# Predicting who leaves and changing who leaves are two things. A good forecast says nothing about whether contacting those customers helps.

# %% tags=["setup", "folded"]
import analysis

# %% tags=["parameters", "folded"]
sources: str = "package"  # public sources to use: "package", "all", or names separated by commas
seed: int = 1  # seed of everything that draws
data: str = ""  # folder or company.toml of your own tables; empty for public evidence only
smallest_group: int = 10  # own data: numbers on fewer customers are not shown; 1 shows all (customers)

# %% tags=["provenance", "folded"]
session = analysis.start("11_churn_and_targeting", sources=sources, seed=seed, data=data, smallest_group=smallest_group)
session

# %% [markdown] tags=[]
# ## Mobile firms lose far more customers than insurers
#
# The articles say that mobile operators lose customers several times as fast as insurers. Rates depend on what is counted, so they have to be counted in the same way.

# %% tags=["verdict"]
session.answer("industry-churn-gap")

# %% tags=[]
session.picture("industry-churn-gap")

# %% tags=[]
session.certainty("industry-churn-gap")

# %% tags=[]
session.others("industry-churn-gap")

# %% tags=[]
session.trap("industry-churn-gap")

# %% tags=[]
session.details("industry-churn-gap")

# %% [markdown] tags=["folded"]
# ### How we test it: Mobile firms lose far more customers than insurers
#
# The claim names two rates a year. We estimate their difference, `churn a year, mobile − churn a year, insurance and finance`, counted in one way. A single firm's rate is a fact about that firm, so single rates are shown and not counted.

# %% [markdown] tags=[]
# ## Behaviour shows who is about to leave
#
# The articles say that behaviour shows who is about to leave. We ask how often a score made beforehand picks the leaver out of one leaver and one stayer.

# %% tags=["verdict"]
session.answer("churn-is-predictable")

# %% tags=[]
session.picture("churn-is-predictable")

# %% tags=[]
session.certainty("churn-is-predictable")

# %% tags=[]
session.others("churn-is-predictable")

# %% tags=[]
session.trap("churn-is-predictable")

# %% tags=[]
session.details("churn-is-predictable")

# %% [markdown] tags=["folded"]
# ### How we test it: Behaviour shows who is about to leave
#
# The claim predicts that a score made from past behaviour orders customers by whether they leave later. We estimate the area under the curve: `P(score of a leaver > score of a stayer)`, one half if the score knows nothing. Scores are made before the outcome, and anything known only after leaving is kept out. The plain rule to beat: who has not bought for longest leaves first.

# %% [markdown] tags=[]
# ## Spend retention money on those most at risk
#
# The articles say that retention money belongs with those most at risk. Being likely to leave and being likely to be moved are two things; experiments tell them apart.

# %% tags=["verdict"]
session.answer("targeting-risk-pays")

# %% tags=[]
session.picture("targeting-risk-pays")

# %% tags=[]
session.certainty("targeting-risk-pays")

# %% tags=[]
session.others("targeting-risk-pays")

# %% tags=[]
session.trap("targeting-risk-pays")

# %% tags=[]
session.details("targeting-risk-pays")

# %% [markdown] tags=["folded"]
# ### How we test it: Spend retention money on those most at risk
#
# The claim predicts that a measure works best on the riskiest. We estimate `effect among the riskiest tenth − effect among all`, in experiments with random assignment, so that risk and effect are seen apart. The quick number is how much likelier the riskiest are to leave: that is risk, not effect.

# %% [markdown] tags=[]
# ## People leave over disappointment, not offers
#
# The articles say that customers leave because they were let down, not because a rival offered more. What leavers say depends on who asks and which reasons are on the list.

# %% tags=["verdict"]
session.answer("people-leave-over-service-not-offers")

# %% tags=[]
session.picture("people-leave-over-service-not-offers")

# %% tags=[]
session.certainty("people-leave-over-service-not-offers")

# %% tags=[]
session.others("people-leave-over-service-not-offers")

# %% tags=[]
session.trap("people-leave-over-service-not-offers")

# %% tags=[]
session.details("people-leave-over-service-not-offers")

# %% [markdown] tags=["folded"]
# ### How we test it: People leave over disappointment, not offers
#
# The claim predicts that more leavers name disappointment than a rival's offer: `share naming service − share naming an offer or the price`. What people say when they leave depends on who asks and what the list holds; one reason a person makes shares, several make a total above one.

# %% [markdown] tags=["folded"]
# ## What these data cannot say
#
# Out of time means that the score was made first and the outcome came later; where a file allows only a split of its customers, the table says so. Area under the curve says nothing about money: a good order is worth nothing if no measure moves those on top. Nobody has published an experiment that randomises whom to target across several industries.

# %% [markdown] tags=["folded"]
# ## Where the numbers come from

# %% tags=["provenance", "machine", "nbval-ignore-output", "folded"]
session.provenance()

# %% [markdown] tags=["folded"]
# The sources that speak to these claims.

# %% tags=["provenance", "machine", "nbval-ignore-output", "folded"]
session.source_list()

# %% [markdown] tags=["folded"]
# ## References
#
# Ascarza (2018), Journal of Marketing Research 55. Lemmens & Gupta, Marketing Science. Keaveney (1995), Journal of Marketing 59. East and others, Journal of Business Research. Area under the curve: DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44. BG/NBD: Fader, Hardie & Lee (2005), Marketing Science 24.
