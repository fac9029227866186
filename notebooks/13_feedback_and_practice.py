# %% [markdown] tags=["title"]
# # Does asking customers keep them, and do firms neglect retention?
#
# Good evidence would be customers randomly chosen for a survey who then leave less often, firms rated best beforehand whose retention then rises faster, and surveys of firms chosen at random.

# %% tags=["setup", "folded"]
import analysis

# %% tags=["parameters", "folded"]
sources: str = "package"  # public sources to use: "package", "all", or names separated by commas
seed: int = 1  # seed of everything that draws
data: str = ""  # folder or company.toml of your own tables; empty for public evidence only
smallest_group: int = 10  # own data: numbers on fewer customers are not shown; 1 shows all (customers)

# %% tags=["provenance", "folded"]
session = analysis.start(
    "13_feedback_and_practice", sources=sources, seed=seed, data=data, smallest_group=smallest_group
)
session

# %% [markdown] tags=[]
# ## Asking customers what they think keeps them
#
# The articles say that asking for an opinion keeps customers. Those who answer are the loyal ones, so everyone who was invited has to be counted.

# %% tags=["verdict"]
session.answer("asking-feedback-retains")

# %% tags=[]
session.picture("asking-feedback-retains")

# %% tags=[]
session.certainty("asking-feedback-retains")

# %% tags=[]
session.others("asking-feedback-retains")

# %% tags=[]
session.trap("asking-feedback-retains")

# %% tags=[]
session.details("asking-feedback-retains")

# %% [markdown] tags=["folded"]
# ### How we test it: Asking customers what they think keeps them
#
# The claim predicts that customers who are asked stay and buy more *because* they were asked.
#
# We estimate `difference = churn of all who were invited to a survey - churn of those left alone`, both chosen at random, over the following year; difference of shares with Newcombe's interval (1998).
#
# The trap: those who answer surveys are the loyal ones. Answerers against others measures loyalty. All who were invited must be counted, whether they answered or not.
#
# What has been published, on both sides. For the claim: a field test at one financial firm, randomised. **It was read in its summary only; the shares of customers who left in the two groups could not be read**, so the table holds its direction and no size. A summary of many tests of asking about a behaviour finds a small effect on that behaviour.
#
# Against it: studies that follow people before and after find no rise over all, and asking customers beforehand what they expect made them judge the service more harshly.

# %% [markdown] tags=[]
# ## Leaders in customer experience gain more retention
#
# The articles say that the leaders in customer experience pull away in retention year by year. If firms are called best because of their results, the gap is true by construction.

# %% tags=["verdict"]
session.answer("experience-leaders-retain-more")

# %% tags=[]
session.picture("experience-leaders-retain-more")

# %% tags=[]
session.certainty("experience-leaders-retain-more")

# %% tags=[]
session.others("experience-leaders-retain-more")

# %% tags=[]
session.trap("experience-leaders-retain-more")

# %% tags=[]
session.details("experience-leaders-retain-more")

# %% [markdown] tags=["folded"]
# ### How we test it: Leaders in customer experience gain more retention
#
# The articles have the best firms gain 15 % a year and the average firm 1 %. <!-- claimed -->
#
# We would estimate `gap = yearly change of retention among firms rated best beforehand - that of the average firm`, in percentage points a year.
#
# The trap: if firms are called best *by their results*, and retention is among the results, the gap is true by construction. The rating has to come first.

# %% [markdown] tags=[]
# ## Few firms plan or fund retention
#
# The articles say that few firms plan or pay for retention. The surveys behind this were answered by volunteers and often paid for by firms that sell the remedy.

# %% tags=["verdict"]
session.answer("retention-is-under-planned")

# %% tags=[]
session.picture("retention-is-under-planned")

# %% tags=[]
session.certainty("retention-is-under-planned")

# %% tags=[]
session.others("retention-is-under-planned")

# %% tags=[]
session.trap("retention-is-under-planned")

# %% tags=[]
session.details("retention-is-under-planned")

# %% [markdown] tags=["folded"]
# ### How we test it: Few firms plan or fund retention
#
# The articles' figures: 39 % plan it, 28 % fund it, 89 % call customer experience very important, two thirds have no process to win customers back. <!-- claimed -->
#
# We estimate `share = firms that say so / firms that answered`, with Wilson's interval (1927) where the number of answers is known. *Few* means less than one half, *most* means more.
#
# The trap: these are answers of volunteers to surveys that were paid for by firms that sell the remedy, and the wording differs each time. Using retention strategies is not the same as having a line for them in the plan.

# %% [markdown] tags=["folded"]
# ## What these data cannot say
#
# - The project measured only whether health plans that lead in ratings gain more. Every other number was published by somebody, and often by somebody who sells the answer.
# - Read at the source: the summaries of the studies on being asked, and pages that report the surveys of firms. Not read at the source: how many customers left in the test at the financial firm, the figures on experience leaders, the shares who plan and who fund retention.
# - The surveys of firms that count here were made in 2012 or before; the later ones in the table came without an interval. Nobody has checked whether they hold today.
# - A share of firms says nothing about whether planning retention pays. The pages on cost, on programmes and on service ask that.

# %% [markdown] tags=["folded"]
# ## Where the numbers come from
#
# What it takes to make this page again.

# %% tags=["provenance", "machine", "nbval-ignore-output", "folded"]
session.provenance()

# %% [markdown] tags=["folded"]
# Where a public source speaks to a claim of this page, the details of that claim name it. The published figures are in the project's evidence table, with the place where each was read.

# %% [markdown] tags=["folded"]
# ## References
#
# - Dholakia, U., and Morwitz, V. (2002), Journal of Consumer Research 29: the scope and persistence of being surveyed.
# - Mankarious, E., and Kothe, E. (2015), Health Psychology Review: being asked, before and after.
# - Newcombe, R. (1998), Statistics in Medicine 17, 873-890: interval of a difference of shares.
# - Ofir, C., and Simonson, I.: stated expectations and what customers think afterwards.
# - Wilson, E. B. (1927), Journal of the American Statistical Association 22, 209-212: interval of a share.
# - Wood, C., and others (2016), Personality and Social Psychology Review 20, 245-268, doi:10.1177/1088868315592334: the question-behaviour effect.
