# %% [markdown] tags=["title"]
# # Is it worth winning customers back, and do contracts hold them?
#
# The effect of a letter or a contract is what happens because of it. Some customers return unasked, and some stay whatever they signed.

# %% tags=["setup", "folded"]
import analysis

# %% tags=["parameters", "folded"]
sources: str = "package"  # public sources to use: "package", "all", or names separated by commas
seed: int = 1  # seed of everything that draws
data: str = ""  # folder or company.toml of your own tables; empty for public evidence only
smallest_group: int = 10  # own data: numbers on fewer customers are not shown; 1 shows all (customers)

# %% tags=["provenance", "folded"]
session = analysis.start("12_winback_and_lock_in", sources=sources, seed=seed, data=data, smallest_group=smallest_group)
session

# %% [markdown] tags=[]
# ## A contact wins dormant customers back
#
# The articles say that dormant customers are worth a contact. Some would have come back unasked, so we compare those who were contacted at random with those who were left alone.

# %% tags=["verdict"]
session.answer("reactivation-pays")

# %% tags=[]
session.picture("reactivation-pays")

# %% tags=[]
session.certainty("reactivation-pays")

# %% tags=[]
session.others("reactivation-pays")

# %% tags=[]
session.trap("reactivation-pays")

# %% tags=[]
session.details("reactivation-pays")

# %% [markdown] tags=["folded"]
# ### How we test it: A contact wins dormant customers back
#
# The claim predicts that a contact brings more of the dormant back than come unasked: `P(returns | contacted) − P(returns | left alone)`, with contact assigned at random. The quick number is the share who responded, as if nobody would have come unasked. Whether coming back pays for the letters is another question: neither test says what a return earns.

# %% [markdown] tags=[]
# ## Contracts keep customers; their own commitment keeps them better
#
# The articles say that contracts keep customers, and that what customers have put in themselves keeps them better. Customers who commit themselves may have been keener from the start.

# %% tags=["verdict"]
session.answer("lock-in-retains")

# %% tags=[]
session.picture("lock-in-retains")

# %% tags=[]
session.certainty("lock-in-retains")

# %% tags=[]
session.others("lock-in-retains")

# %% tags=[]
session.trap("lock-in-retains")

# %% tags=[]
session.details("lock-in-retains")

# %% [markdown] tags=["folded"]
# ### How we test it: Contracts keep customers; their own commitment keeps them better
#
# The claim predicts a lower hazard of leaving inside a contract than after it: `hazard in contract / hazard after`, and a lower one still where the customer has put in something of his own. Holding several products is the nearest that public files come to the second. People who hold several products differ in more than that.

# %% [markdown] tags=[]
# ## Subscriptions keep customers
#
# The articles say that subscribers, even to something free, stay longer. Those who like a firm subscribe first, so the comparison has to be around the day of joining.

# %% tags=["verdict"]
session.answer("subscriptions-retain")

# %% tags=[]
session.picture("subscriptions-retain")

# %% tags=[]
session.certainty("subscriptions-retain")

# %% tags=[]
session.others("subscriptions-retain")

# %% tags=[]
session.trap("subscriptions-retain")

# %% tags=[]
session.details("subscriptions-retain")

# %% [markdown] tags=["folded"]
# ### How we test it: Subscriptions keep customers
#
# The claim predicts that subscribers stay longer because they subscribed: `retention of subscribers − retention of comparable customers who have not subscribed yet`. Those who like the firm subscribe first; the comparison has to be round the day of joining, with those who join later.

# %% [markdown] tags=["folded"]
# ## What these data cannot say
#
# Charities are not shops, and two weeks are not a year. The one file found that holds terms together with who left is of subscriptions that renew themselves: a longer term moves the day of leaving by its own length, so the project does not read lock-in from it. What a win-back costs is not in any of the files: the page gives the effect per contact, and the break-even follows from it.

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
# Karlan & List (2007), American Economic Review 97. Hillstrom (2008), MineThatData. Kumar, Bhagwat & Zhang (2015), Journal of Marketing. Pick & Eisend (2014), Journal of the Academy of Marketing Science 42. Miller, Sahni & Strulov-Shlain (2023), working paper. Multiplicity: Holm (1979), Scandinavian Journal of Statistics 6. Competing risks: Aalen & Johansen (1978), Scandinavian Journal of Statistics 5.
