# %% [markdown] tags=["title"]
# # Do the intervals hold what they promise?
#
# Every verdict in these reports rests on an interval that is said to hold the truth in 95 % of cases. Here that promise is
# tested. We make up shops in which the true effect is known, hand their data to the same estimators, and count. What would
# count against us: intervals that miss too often, effects found where there are none, and quick analyses that do no worse.
#
# This page is for specialists: it tests the methods, not the claims.

# %% tags=["setup", "folded"]
import analysis

# %% tags=["parameters", "folded"]
sources: str = "package"  # which public sources the session may use; this page draws its own data
seed: int = 1  # seed of the session; the study has its own, kept with its table
data: str = ""  # own tables, for the session; this page shows simulated data only

# %% [markdown] tags=[]
# ## What was done, in short
#
# A *scenario* is a small simulation of one effect, with the bias of the naive analysis built in: its equations and its truth
# stand in the code beside it. Each scenario is drawn many times at three effects: none, the smallest that matters, and the size
# that the articles name (twice the smallest where they name none). The estimator answers as it would for real data, and the
# registered rule reads the answer. The table that this page shows is kept with its settings; `make calibrate` makes it again.

# %% tags=["provenance"]
session = analysis.start("90_calibration", sources=sources, seed=seed, data=data)

# %% tags=[]
analysis.show_calibration_in_short()

# %% [markdown] tags=[]
# ## Coverage, worst first
#
# Each line is a scenario in which every assumption holds, at the effect where it does worst. A full mark is the answer, its bar
# says how exactly the draws tell its coverage; a hollow mark is the naive analysis of the same data. Marks should lie in the
# grey band. A naive mark far to the left is a trap that bites.

# %% tags=[]
analysis.show_coverage_figure()

# %% [markdown] tags=["folded"]
# ### Every scenario at all three effects
#
# *Claimed* is how often the rule read *holds*, *overstated* or *direction only*.

# %% tags=["folded"]
analysis.show_coverage()

# %% [markdown] tags=[]
# ## What does not hold, and what follows
#
# An interval that misses too often, or that finds effects where there are none, beyond what chance in the draws can explain,
# keeps its verdicts at low confidence, and the verdict says why. Intervals that are wider than they need be, data sets that gave no
# interval, and scenarios with fewer draws than the rest are listed too.

# %% tags=[]
analysis.show_level_exceptions()

# %% [markdown] tags=[]
# ## Effects found where there are none
#
# Half of the five in a hundred errors that an interval may make lie on the side of the claim.

# %% tags=[]
analysis.show_false_claims()

# %% [markdown] tags=[]
# ## The traps
#
# For every trap that the register names and that a scenario could be built for: how often the naive interval held the truth,
# and how often the answer's did. The answer should be near the nominal level, the naive analysis far from it. Where the last
# column names an assumption, the scenario breaks it, and no analysis of such data is right.

# %% tags=[]
analysis.show_traps()

# %% [markdown] tags=[]
# ## When an assumption breaks
#
# Heavy tails, a recession, buying that fades before leaving, tickets never filed, friends who pass an effect on: these scenarios
# are none that the estimators were made for. They show what a verdict rests on.

# %% tags=[]
analysis.show_coverage_figure(broken=True)

# %% [markdown] tags=["folded"]
# ### What happens to the verdict in each of them
#
# Each scenario, the assumption that it breaks, and where its verdict ends:

# %% tags=["folded"]
analysis.show_broken_scenarios()

# %% [markdown] tags=[]
# ## What this page cannot say
#
# A scenario is as simple as its equations. That an interval holds in a scenario does not show that your data are like it; the
# scenarios above that break an assumption show how much can go wrong if they are not. Sizes were chosen so that the study can
# be run again in reasonable time: a few hundred to a few thousand customers. Larger data make intervals narrower, and a bias
# that is small here weighs more there.

# %% [markdown] tags=["folded"]
# ## Where the numbers come from

# %% tags=["provenance", "machine", "nbval-ignore-output", "folded"]
session.provenance()

# %% [markdown] tags=["folded"]
# ## References
#
# - Morris, White & Crowther (2019), Using simulation studies to evaluate statistical methods, Statistics in Medicine 38, 2074-2102.
# - Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22, 209-212.
# - Bell & McCaffrey (2002), Bias reduction in standard errors for linear regression with multi-stage samples, Survey Methodology 28, 169-181.
