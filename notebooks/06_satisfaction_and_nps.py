# %% [markdown] tags=["title"]
# # Do satisfied customers stay, and does a high score mark the loyal ones?
#
# Good evidence is a score given first and behaviour counted afterwards. That people who say they are satisfied also say they will stay is one mood answering twice.

# %% tags=["setup", "folded"]
import analysis

# %% tags=["parameters", "folded"]
sources: str = "package"  # public sources to use: "package", "all", or names separated by commas
seed: int = 1  # seed of everything that draws
data: str = ""  # folder or company.toml of your own tables; empty for public evidence only
smallest_group: int = 10  # own data: numbers on fewer customers are not shown; 1 shows all (customers)

# %% tags=["provenance", "folded"]
session = analysis.start(
    "06_satisfaction_and_nps", sources=sources, seed=seed, data=data, smallest_group=smallest_group
)
session

# %% [markdown] tags=[]
# ## Satisfied customers stay
#
# The articles say that satisfied customers stay. We look for scores given first and behaviour counted later, including the customers who never answered.

# %% tags=["verdict"]
session.answer("satisfaction-keeps-customers")

# %% tags=[]
session.picture("satisfaction-keeps-customers")

# %% tags=[]
session.certainty("satisfaction-keeps-customers")

# %% tags=[]
session.others("satisfaction-keeps-customers")

# %% tags=[]
session.trap("satisfaction-keeps-customers")

# %% tags=[]
session.details("satisfaction-keeps-customers")

# %% [markdown] tags=["folded"]
# ### How we test it: Satisfied customers stay
#
# The claim predicts that, among customers asked today, the more satisfied are likelier to be customers a year from now.
#
# We estimate `r = correlation(satisfaction score, still a customer a year later)`, with Fisher's interval; beside it the odds of staying for each standard deviation of the score.
#
# The trap has two halves. Asked in one sitting, satisfaction and the wish to stay agree because one mood answered both. And those who answer are those who have not left: people who left angry are missing from the survey. So only behaviour *after* the survey counts, and those who were asked and kept silent have to be in the table.
#
# What has been published, on both sides. Summaries of many studies find that satisfaction goes with staying and with the results of firms, on average, and weakly; some studies of staying find next to nothing. Look at the last column: most rows with a size are about sales, stock returns or market value of *firms*, which is another question than whether a customer stays.
#
# **What would settle it for you:** the table of surveys, with a row for everyone who was *asked* and not only for those who answered, beside a year of later transactions or subscriptions of all of them. The comparison then is score first, behaviour second, and the silent ones are counted beside the rest.

# %% [markdown] tags=[]
# ## A high net promoter score marks loyalty
#
# The articles say that customers who would recommend a firm are the ones who stay. We ask how often the score picks the loyal customer out of two, and whether it does better than a plain satisfaction question.

# %% tags=["verdict"]
session.answer("nps-marks-loyalty")

# %% tags=[]
session.picture("nps-marks-loyalty")

# %% tags=[]
session.certainty("nps-marks-loyalty")

# %% tags=[]
session.others("nps-marks-loyalty")

# %% tags=[]
session.trap("nps-marks-loyalty")

# %% tags=[]
session.details("nps-marks-loyalty")

# %% [markdown] tags=["folded"]
# ### How we test it: A high net promoter score marks loyalty
#
# The claim predicts that of two customers, one who buys again and one who does not, the first had given the higher score. One of the articles adds, rightly, that the score asks for an intention and does not record behaviour.
#
# We estimate `AUC = P(score of one who buys again > score of one who does not)`, ties counting one half, with the interval of DeLong and others (1988). One half is a coin toss. The same for later referrals, and the score beside plain satisfaction for the same customers.
#
# The trap: the score first became known by being set against growth that **had already happened**. A firm that has been growing has pleased customers; that is no forecast. And a question about intention agrees with other answers of the same survey, whatever people do.
#
# What has been published, on both sides. The studies that launched the score, by those who sell it, find it best or near best; independent ones find it no better than satisfaction, of little value for results, or weaker than several questions together. One compares who was asked: among all potential customers the score goes before growth, among a firm's own customers, as it was first used, it does not.

# %% [markdown] tags=[]
# ## Quality, not good works, builds trust
#
# The articles say that trust comes from good products and service far more than from good works. We compare how strongly each goes with trust in the same survey.

# %% tags=["verdict"]
session.answer("quality-builds-trust")

# %% tags=[]
session.picture("quality-builds-trust")

# %% tags=[]
session.certainty("quality-builds-trust")

# %% tags=[]
session.others("quality-builds-trust")

# %% tags=[]
session.trap("quality-builds-trust")

# %% tags=[]
session.details("quality-builds-trust")

# %% [markdown] tags=["folded"]
# ### How we test it: Quality, not good works, builds trust
#
# The claim predicts that trust moves with the quality of product and service much more than with a firm's good works.
#
# We estimate `gap = weight of quality for trust - weight of good works for trust`, both weights from one regression in standard deviations, with errors that do not assume equal spread.
#
# The trap: ask people what matters to them, and they name what *ought* to matter. A stated share is not a weight. The weight of an attribute shows only where it varies, together with trust, from one customer or branch to the next.
#
# What has been published: shares of people who call something important, from surveys by a firm that advises on trust. Quality, convenience, value and trust itself all come out high and close together, as stated importance does. Good works were not among the figures that could be read, so the claimed *gap* was not there to check. **No study against the claim was found, and none was found that tests it.**
#
# **What would settle it for you:** a survey with items on quality, on good works and on trust, answered by the same customers, over branches or regions where both differ. If your good works are the same everywhere, no survey of yours can show their weight.

# %% [markdown] tags=["folded"]
# ## What these data cannot say
#
# - What customers did was measured by the project in health plans, in one firm's subscriptions and in games only, and two surveys hold what people say. Every other number was published by somebody, and most come from no experiment.
# - A correlation between score and staying, even in the right order of time, does not say that *raising* the score keeps anybody. Both may follow from a good product, a short distance or a lack of rivals. Only a change made at random would show it.
# - Firms with satisfied customers may do well for other reasons. Returns on shares and correlations between firms are shown and do not decide.
# - The summaries of many studies were read in text or abstract; some of their tables could not be read. The column on where each was checked says so.
# - Nobody has checked how far the silence of those who leave angry bends the published correlations.

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
# - Baehre, S., O'Dwyer, M., O'Malley, L., and Lee, N. (2022), Journal of the Academy of Marketing Science: who has to be asked.
# - de Haan, E., Verhoef, P., and Wiesel, T. (2015), International Journal of Research in Marketing: feedback measures and staying.
# - DeLong, E., DeLong, D., and Clarke-Pearson, D. (1988), Biometrics 44, 837-845: interval of the area under the curve.
# - Keiningham, T., Cooil, B., Andreassen, T., and Aksoy, L. (2007), Journal of Marketing: net promoter score and growth.
# - Mittal, V., and others (2023), Marketing Letters 34, 171-187: satisfaction and outcomes, a summary of studies.
# - Morgan, N., and Rego, L. (2006), Marketing Science: feedback measures and business performance.
# - Otto, A., Szymanski, D., and Varadarajan, R. (2020), Journal of the Academy of Marketing Science: satisfaction and firm performance.
# - Reichheld, F. (2003), Harvard Business Review: the one number you need to grow.
