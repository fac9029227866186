# %% [markdown] tags=["title"]
# # Does good service keep customers, and which part of it?
#
# For each promise we ask one thing: did those who got the better service stay longer because of it? People with hard problems get worse service and leave for other reasons too.

# %% tags=["setup", "folded"]
import analysis

# %% tags=["parameters", "folded"]
sources: str = "package"  # public sources to use: "package", "all", or names separated by commas
seed: int = 1  # seed of everything that draws
data: str = ""  # folder or company.toml of your own tables; empty for public evidence only
smallest_group: int = 10  # own data: numbers on fewer customers are not shown; 1 shows all (customers)

# %% tags=["provenance", "folded"]
session = analysis.start(
    "10_service_and_recovery", sources=sources, seed=seed, data=data, smallest_group=smallest_group
)
session

# %% [markdown] tags=[]
# ## Solving it at first contact keeps customers
#
# The articles say that customers whose problem is solved at once stay. Hard problems take more contacts and are a reason to leave in themselves.

# %% tags=["verdict"]
session.answer("first-contact-resolution-retains")

# %% tags=[]
session.picture("first-contact-resolution-retains")

# %% tags=[]
session.certainty("first-contact-resolution-retains")

# %% tags=[]
session.others("first-contact-resolution-retains")

# %% tags=[]
session.trap("first-contact-resolution-retains")

# %% tags=[]
session.details("first-contact-resolution-retains")

# %% [markdown] tags=["folded"]
# ### How we test it: Solving it at first contact keeps customers
#
# The claim predicts a lower share of leavers among those whose matter was settled at once. We estimate `P(leaves | solved at first contact) − P(leaves | not)`, at equal severity, value and tenure, by doubly robust adjustment. The trap: hard problems take more contacts and drive people away by themselves.

# %% [markdown] tags=[]
# ## Service failures make customers leave
#
# The articles say that customers who are let down leave. Heavy users meet more failures and leave less often, so failures have to be counted per use.

# %% tags=["verdict"]
session.answer("service-failure-drives-churn")

# %% tags=[]
session.picture("service-failure-drives-churn")

# %% tags=[]
session.certainty("service-failure-drives-churn")

# %% tags=[]
session.others("service-failure-drives-churn")

# %% tags=[]
session.trap("service-failure-drives-churn")

# %% tags=[]
session.details("service-failure-drives-churn")

# %% [markdown] tags=["folded"]
# ### How we test it: Service failures make customers leave
#
# The claim predicts more leavers among those who met a failure: `odds(leaves | failures per use) / odds(leaves | fewer)`. Heavy users meet more failures and leave less often, so failures must be counted *per use*. The quick odds ratio counts failures alone.

# %% [markdown] tags=[]
# ## Good recovery restores loyalty
#
# The articles say that a complaint handled well makes good what the failure cost. We ask what share of the loss a good recovery brings back.

# %% tags=["verdict"]
session.answer("recovery-restores-loyalty")

# %% tags=[]
session.picture("recovery-restores-loyalty")

# %% tags=[]
session.certainty("recovery-restores-loyalty")

# %% tags=[]
session.others("recovery-restores-loyalty")

# %% tags=[]
session.trap("recovery-restores-loyalty")

# %% tags=[]
session.details("recovery-restores-loyalty")

# %% [markdown] tags=["folded"]
# ### How we test it: Good recovery restores loyalty
#
# The claim says that a failure made good leaves no mark. We estimate the share of the loss that recovery restores: `(recovered − unrecovered) / (no failure − unrecovered)`, none at 0 and all at 1. It takes three groups: no failure, failure left alone, failure made good.

# %% [markdown] tags=[]
# ## Contact before they leave reduces churn
#
# The articles say that reaching out to customers at risk keeps them. Firms call those who are about to leave, so only contact assigned at random can show what the call does.

# %% tags=["verdict"]
session.answer("proactive-contact-reduces-churn")

# %% tags=[]
session.picture("proactive-contact-reduces-churn")

# %% tags=[]
session.certainty("proactive-contact-reduces-churn")

# %% tags=[]
session.others("proactive-contact-reduces-churn")

# %% tags=[]
session.trap("proactive-contact-reduces-churn")

# %% tags=[]
session.details("proactive-contact-reduces-churn")

# %% [markdown] tags=["folded"]
# ### How we test it: Contact before they leave reduces churn
#
# The claim predicts fewer leavers among those who were contacted: `P(leaves | contacted) − P(leaves | left alone)`, with contact assigned at random. Without random assignment, the firm calls those who are about to go, and the call looks like the cause.

# %% [markdown] tags=[]
# ## Prompt answers keep customers
#
# The articles say that prompt answers keep customers. Urgent matters are answered first and are also a reason to leave, so the plain comparison can mislead either way.

# %% tags=["verdict"]
session.answer("prompt-response-retains")

# %% tags=[]
session.picture("prompt-response-retains")

# %% tags=[]
session.certainty("prompt-response-retains")

# %% tags=[]
session.others("prompt-response-retains")

# %% tags=[]
session.trap("prompt-response-retains")

# %% tags=[]
session.details("prompt-response-retains")

# %% [markdown] tags=["folded"]
# ### How we test it: Prompt answers keep customers
#
# The claim predicts that the hazard of leaving grows with the waiting time: a ratio per doubling of the time to an answer, at equal severity. Urgent matters are answered first and are also the reason to leave, so the quick ratio can come out either way.

# %% [markdown] tags=[]
# ## Urgent and valuable customers first pays
#
# The articles say that serving urgent and valuable customers first pays. We ask how much shorter their wait becomes, and who waits longer instead.

# %% tags=["verdict"]
session.answer("value-first-queues-pay")

# %% tags=[]
session.picture("value-first-queues-pay")

# %% tags=[]
session.certainty("value-first-queues-pay")

# %% tags=[]
session.others("value-first-queues-pay")

# %% tags=[]
session.trap("value-first-queues-pay")

# %% tags=[]
session.details("value-first-queues-pay")

# %% [markdown] tags=["folded"]
# ### How we test it: Urgent and valuable customers first pays
#
# The claim has two parts: urgent matters are settled faster, and those who matter stay. The first is arithmetic of a queue: `(weighted wait, ranked − weighted wait, first come) / first come`. A simulation with the real arrivals and handling times can show what the others pay for it. It is a model and does not count towards the verdict; retention was never measured.

# %% [markdown] tags=["folded"]
# ### How the answer moves with the choices: Urgent and valuable customers first pays
#
# How much the answer depends on how busy the desk is.

# %% tags=["sensitivity", "folded"]
session.vary("value-first-queues-pay", utilisation=[0.7, 0.8, 0.9, 0.95])

# %% [markdown] tags=[]
# ## Courteous, empowered staff keep customers
#
# The articles say that courteous staff with room to decide keep customers. Places with courteous staff differ in many other ways too.

# %% tags=["verdict"]
session.answer("courteous-empowered-staff-retain")

# %% tags=[]
session.picture("courteous-empowered-staff-retain")

# %% tags=[]
session.certainty("courteous-empowered-staff-retain")

# %% tags=[]
session.others("courteous-empowered-staff-retain")

# %% tags=[]
session.trap("courteous-empowered-staff-retain")

# %% tags=[]
session.details("courteous-empowered-staff-retain")

# %% [markdown] tags=["folded"]
# ### How we test it: Courteous, empowered staff keep customers
#
# The claim predicts that teams rated as courteous lose fewer customers. We estimate the difference in retention between customers of such teams and of others. Customers choose branches, and branches differ in more than courtesy.

# %% [markdown] tags=[]
# ## Easy, consistent service keeps customers
#
# The articles say that customers stay where dealings are easy. Easy exits are the exception: they let people go.

# %% tags=["verdict"]
session.answer("easy-consistent-service-retains")

# %% tags=[]
session.picture("easy-consistent-service-retains")

# %% tags=[]
session.certainty("easy-consistent-service-retains")

# %% tags=[]
session.others("easy-consistent-service-retains")

# %% tags=[]
session.trap("easy-consistent-service-retains")

# %% tags=[]
session.details("easy-consistent-service-retains")

# %% [markdown] tags=["folded"]
# ### How we test it: Easy, consistent service keeps customers
#
# The claim predicts that fewer steps keep more customers: `P(stays | easy) − P(stays | hard)`, with the easier way assigned at random. Easy exits are the exception that the claim forgets: they let people go.

# %% [markdown] tags=["folded"]
# ## What these data cannot say
#
# No public file holds both the course of a service contact and what the customer did in the year after. Every claim of this page could be settled by a company that joins its tickets to its customers. Nobody has published an experiment on first contact, on response time or on courtesy that counts behaviour.

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
# Ascarza, Iyengar & Schleicher (2016), Journal of Marketing Research 53. Knox & van Oest (2014), Journal of Marketing 78. de Matos, Henrique & Rossi (2007), Journal of Service Research 10. Hogreve and others (2017), Journal of Marketing 81. Doubly robust adjustment: Robins, Rotnitzky & Zhao (1994), Journal of the American Statistical Association 89. E-value: VanderWeele & Ding (2017), Annals of Internal Medicine 167.
