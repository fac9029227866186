# %% [markdown] tags=["title"]
# # Do matched messages sell more, and when does contact become too much?
#
# Good evidence sets a matched message against a mismatched one, both sent at random to the same kind of customer, or sets the number of messages at random.

# %% tags=["setup", "folded"]
import analysis

# %% tags=["parameters", "folded"]
sources: str = "package"  # public sources to use: "package", "all", or names separated by commas
seed: int = 1  # seed of everything that draws
data: str = ""  # folder or company.toml of your own tables; empty for public evidence only
smallest_group: int = 10  # own data: numbers on fewer customers are not shown; 1 shows all (customers)

# %% tags=["provenance", "folded"]
session = analysis.start(
    "09_personalisation_and_contact", sources=sources, seed=seed, data=data, smallest_group=smallest_group
)
session

# %% [markdown] tags=[]
# ## Matched messages bring more purchases
#
# The articles say that a message that fits the customer sells more. We compare matched with mismatched messages, since any message beats none.

# %% tags=["verdict"]
session.answer("personalisation-lifts-response")

# %% tags=[]
session.picture("personalisation-lifts-response")

# %% tags=[]
session.certainty("personalisation-lifts-response")

# %% tags=[]
session.others("personalisation-lifts-response")

# %% tags=[]
session.trap("personalisation-lifts-response")

# %% tags=[]
session.details("personalisation-lifts-response")

# %% [markdown] tags=["folded"]
# ### How we test it: Matched messages bring more purchases
#
# The claim predicts that customers sent what fits their earlier purchases visit, buy and spend more than customers sent what does not.
#
# We estimate `lift = share who respond, matched message - share who respond, mismatched message`, within what the customer had bought before, then averaged over these groups (a difference of means with robust intervals, after Lin 2013).
#
# Two traps. A message beats no message whether it fits or not; that comparison, the one usually printed, is shown beside the answer as the quick analysis. And one of two messages may work better on everybody: then it looks matched in one group and mismatched in the other. Averaged over groups of equal size that cancels out; within a single group it does not.
#
# What has been published, on both sides: in one large set of tests the customer's name in the subject line raised opens and enquiries; a later replication finds nothing for the first name; and a greeting by name has lowered responses in a third. A name is not the same as a fitting offer.

# %% [markdown] tags=[]
# ## Generic and too many messages tire customers
#
# The articles warn that too many or generic messages drive customers away. Firms write most to the customers they expect most from, so only a number of contacts set at random can show it.

# %% tags=["verdict"]
session.answer("generic-messages-tire")

# %% tags=[]
session.picture("generic-messages-tire")

# %% tags=[]
session.certainty("generic-messages-tire")

# %% tags=[]
session.others("generic-messages-tire")

# %% tags=[]
session.trap("generic-messages-tire")

# %% tags=[]
session.details("generic-messages-tire")

# %% [markdown] tags=["folded"]
# ### How we test it: Generic and too many messages tire customers
#
# If contact tires, the chance of an answer falls, or the chance of unsubscribing rises, with each further contact to the **same** person.
#
# We estimate `slope = change of P(answer) for one contact more`, within the person (fixed effects; for odds, the conditional logistic regression of Chamberlain 1980); for leaving, `slope = change of P(unsubscribes) for one contact more`.
#
# The trap is strong. People who are hard to win are called again, people who agree are not: the chance of an answer falls with the number of calls even if nobody tires. Charities do the reverse and write most to those who give most, so there contact seems to make people generous. How long a call lasted must not be used at all: it is known only once the call is over.
#
# What has been published: fewer people unsubscribed from a message with their name on it, and a model fitted to one retailer has profit fall on either side of a best number of e-mails. Neither came with an interval that could be read, and a model is not a measurement.

# %% [markdown] tags=["folded"]
# ### Dose and response of contacts
#
# How often the first, second and third contact was answered, as a quick analysis counts it. Who is contacted again is not chosen by chance, so it decides nothing.

# %% tags=["folded"]
analysis.show_contact_dose(session)

# %% [markdown] tags=[]
# ## One consistent message builds loyalty
#
# The articles say that one message in every channel builds loyalty. The figures in circulation are managers' guesses, not measurements.

# %% tags=["verdict"]
session.answer("consistent-messaging-builds-loyalty")

# %% tags=[]
session.picture("consistent-messaging-builds-loyalty")

# %% tags=[]
session.certainty("consistent-messaging-builds-loyalty")

# %% tags=[]
session.others("consistent-messaging-builds-loyalty")

# %% tags=[]
session.trap("consistent-messaging-builds-loyalty")

# %% tags=[]
session.details("consistent-messaging-builds-loyalty")

# %% [markdown] tags=["folded"]
# ### How we test it: One consistent message builds loyalty
#
# The claim predicts that customers who meet one message in all channels buy again more often than customers who meet differing ones.
#
# We would estimate `difference = share who buy again, one message - share who buy again, differing messages`, with customers or regions assigned at random.
#
# The trap: firms that manage their messages well manage much else well. The per cent that the trade quotes is the average of what managers *guess* consistency would bring them; an opinion is not a difference between firms.
#
# What has been published is on one side only, and none of it is a measurement.

# %% [markdown] tags=[]
# ## Online relationships keep customers
#
# The articles say that social profiles, follow-up mail and communities keep customers. Those who follow a firm liked it before.

# %% tags=["verdict"]
session.answer("online-relationships-retain")

# %% tags=[]
session.picture("online-relationships-retain")

# %% tags=[]
session.certainty("online-relationships-retain")

# %% tags=[]
session.others("online-relationships-retain")

# %% tags=[]
session.trap("online-relationships-retain")

# %% tags=[]
session.details("online-relationships-retain")

# %% [markdown] tags=["folded"]
# ### How we test it: Online relationships keep customers
#
# The claim predicts that customers invited to follow, to join a community or to get follow-up mail are still customers a year later more often than those left alone.
#
# We would estimate `difference = share still buying among all invited - share still buying in the control arm`, whoever accepted.
#
# The trap: those who follow a firm or join its community liked it before. Members against non-members measures liking.

# %% [markdown] tags=["folded"]
# ## What these data cannot say
#
# - The test of matching is one retailer, one mailing, two weeks, two product groups: it says nothing of repeat purchase over a year, which is what the articles promise.
# - What a match is was decided by one earlier purchase. Better matching may do more; no public test of it is known to the project.
# - Nobody unsubscribed in the public files, because none recorded it. Attrition by mailing can only be seen in a company's own campaign table, with the number of contacts set at random.
# - The cost of preparing a second version is not known for any of these tests.
# - Where an answer says that nothing was found, nobody has measured what customers do.

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
# - Chamberlain, G. (1980), Review of Economic Studies 47, 225-238: conditional logistic regression.
# - Defau, L., and Zauner, A. (2023), Marketing Letters: first names in subject lines, a replication.
# - Hillstrom, K. (2008), The MineThatData E-Mail Analytics and Data Mining Challenge, minethatdata.com.
# - Lin, W. (2013), Annals of Applied Statistics 7, 295-318: covariates in randomised experiments.
# - Moro, S., Cortez, P., and Rita, P. (2014), Decision Support Systems 62, 22-31: telemarketing of a bank.
# - Sahni, N., Wheeler, S. C., and Chintagunta, P. (2018), Marketing Science 37, 236-258: names in subject lines.
# - Zhang, X., Kumar, V., and Cosguner, K. (2017), Journal of Marketing Research 54, 851-866: how many e-mails.
