# %% [markdown] tags=["title"]
# # How many customers stay, and would everyone count the same number?
#
# Every measure of retention that the articles name, with its formula, numerator, denominator and interval. This page gives no verdict. It asks whether two definitions of the same word would lead to different decisions.

# %% tags=["setup", "folded"]
import analysis

# %% tags=["parameters", "folded"]
sources: str = "package"  # public sources to use: "package", "all", or names separated by commas
seed: int = 1  # seed of everything that draws
data: str = ""  # folder or company.toml of your own tables; empty for public evidence only
smallest_group: int = 10  # own data: numbers on fewer customers are not shown; 1 shows all (customers)
horizon_months: int = 6  # months after the first purchase at which retention is asked for
curve_months: int = 12  # months that the curves and the concentration look at
cut_months: int = 1  # months that a careless date filter cuts off the start of a log
holdout_months: int = 9  # months kept back to see what customers really spent
value_years: float = 3.0  # years ahead for which a customer is valued
margin: float = 0.3  # profit as a share of the amount, an assumption
discount_rate: float = 0.1  # a year, an assumption
target_hours: float = 24.0  # agreed time to resolve a ticket, hours on the clock
csat_highest: int = 5  # top of your satisfaction scale, which begins at 1

# %% [markdown] tags=[]
# ## In short
#
# What a decision has to know before it leans on such a number: how far one rate moves when nothing but its definition changes, and how near the articles' value formula came to what customers then spent.

# %% tags=[]
session = analysis.start("01_retention_metrics", sources=sources, seed=seed, data=data, smallest_group=smallest_group)
analysis.show_in_short(session, months=horizon_months, cut_months=cut_months, holdout_months=holdout_months)

# %% [markdown] tags=[]
# ## One question, many answers
#
# *How many customers are retained after so many months?* Each row changes one choice of the first row and nothing else: the same customers, the same log. The bar at the foot is the range over all combinations of the choices that can be defended.
#
# The square is the one that cannot. An analyst loads the log from some day on and then looks for everyone's first purchase. Old customers who buy again turn into new ones, with no error and no warning, and they are the very ones who come back. The row above it does the same the right way round: first purchases from the whole log, filter afterwards.

# %% [markdown] tags=[]
# How to use it: before comparing two retention rates, ask for numerator, denominator, window and what was filtered when. If any differs, the comparison is between definitions. The other pages fix theirs in the register before they look at data.
#
# Tools differ in the same way. Mixpanel's default is the row of those active then or later; ChartMogul's churn is what is missing to 100 in the row of those active the month before. Stripe and Baremetrics count who came and went inside the period, which no row here does; Lifetimely's lifetime value adds up sales by month of first order and is no rate.

# %% tags=[]
analysis.show_definition_audit(session, months=horizon_months, cut_months=cut_months)

# %% [markdown] tags=["folded"]
# ### Churn with a contract, as three tools count it
#
# With a contract the same happens to churn. Three tools, one period: what they do with new customers, and with those who came and went inside it, is the whole difference. It takes subscriptions with their ends, which no public source here has.

# %% tags=["folded"]
analysis.show_churn_by_tool(session)

# %% [markdown] tags=["folded"]
# ## Which customers this page counts
#
# Every section asks all sources of this run that have what it takes. Where one cannot answer, a sentence says why.

# %% tags=["provenance", "machine", "nbval-ignore-output", "folded"]
analysis.show_measured_sources(session)

# %% [markdown] tags=[]
# ## The articles' retention rate
#
# `retention rate = (customers at the end - customers new in the period) / customers at the start`
#
# New customers are taken off because they were not there to be kept; without that, a shop that wins more than it loses keeps more than everybody. The churn rate is what is missing to the whole. The formula needs to know who is a customer. With a contract that is plain. Without one nobody says goodbye, and every rate below has to say what it takes for staying.

# %% [markdown] tags=[]
# With a contract, the picture shows the share of customers left, by age. That a later renewal rate lies above an earlier one does not say that anybody grew more loyal: those who leave easily leave first.

# %% tags=[]
analysis.show_survival(session)

# %% [markdown] tags=["folded"]
# ### The formula at work, and its interval
#
# **An example, not data:** the numbers are those of the article that prints the formula.

# %% tags=["folded"]
article = [
    analysis.retention_rate(n_start=150, n_new=50, n_end=193),
    analysis.churn_rate(n_start=150, n_lost=7),
]
analysis.show_rates(article, "An example from the articles: 150 customers, 50 won, 7 lost")

# %% [markdown] tags=["folded"]
# The interval is the part that articles leave out. A firm that counts all its customers knows the rate of a period that is over; the interval says how far the same behaviour could have produced another rate by chance, which is what matters when two periods, two shops or a before and an after are compared. It is Wilson's, which holds for few customers and for rates near the ends.

# %% [markdown] tags=["folded"]
# ### With a contract: each rate with its numerator and denominator
#
# The same formula on the sources of this run.

# %% tags=["folded"]
analysis.show_contract_retention(session)

# %% [markdown] tags=["folded"]
# ## Who buys again
#
# Two ways to count, on the same customers. Up to a day: late comers have had little time to return, so the rate falls as a shop grows, without anyone behaving differently. Within so many days of each customer's own first purchase: everyone gets the same time, and those not observed that long are left out. For sources with one opportunity a period (a year's donation), three more: ever again, in the last period, and in an average one.

# %% tags=["folded"]
analysis.show_repeat_rates(session, months=horizon_months)

# %% [markdown] tags=[]
# ## How many are still there
#
# A cohort is everyone whose first purchase fell into the same month. *Bounded* retention asks who bought in one very month afterwards; *rolling* (unbounded) retention asks who bought then or at any time later. Both are in use under the same name. Rolling retention looks better, and must: it counts everyone whom bounded retention counts, and more.

# %% [markdown] tags=[]
# Every cohort on its own, as analysts draw it: cohorts down, months since the first purchase across.

# %% tags=[]
analysis.show_cohort_map(session, months=curve_months)

# %% [markdown] tags=[]
# All of them over time. Every point of a curve stands on the same cohorts, those observed to its end; a curve that drops cohorts on its way can rise for that reason alone.

# %% tags=[]
analysis.show_cohort_curves(session, months=curve_months)

# %% [markdown] tags=["folded"]
# ### The same month by every definition
#
# Each rate with its numerator, denominator and interval.
#
# The *pooled* rate puts all customers together and says what happened to a customer. The *mean of cohorts* averages the cohorts' rates, so that ten customers of a quiet month weigh as much as ten thousand of a busy one. Months that were not observed to their last day are left out. Revenue retention asks the same of money. With subscriptions, a cohort is everyone who first subscribed in the same month, and a customer counts who is still there so many months after that day. A source that was not observed so long shows the oldest age that it reached.

# %% tags=["folded"]
analysis.show_cohort_rates(session, months=horizon_months)

# %% [markdown] tags=[]
# ## Where growth comes from
#
# `start + won + back - lost = end`, in customers, and the same in revenue, where kept customers may also spend more or less. Somebody who had left and comes back is neither kept nor new; calling him either flatters one of the two. Without a contract, an account has to say after how long a silence a customer counts as lost; the source's description does; and for a cohort that was won all at once, the silence that counts as leaving falls due for many of its one-time buyers in the same month. Retention, quick ratio (won and come back for each lost) and, where there is revenue, its net and gross retention stand with the figure's numbers. An account that does not add up is refused.

# %% tags=[]
analysis.show_growth(session)

# %% [markdown] tags=[]
# ## How far revenue hangs on few customers
#
# How lately and how often somebody bought tells a good part of what they bring. Each box says which per cent of revenue comes from which per cent of customers.

# %% tags=[]
analysis.show_rfm(session)

# %% [markdown] tags=[]
# The second picture takes everyone's revenue over the same time from the first purchase, so that late comers are not poor for having come late, and those who never returned stay in; a log that does not hold the first purchases is taken as a whole. The intervals come from drawing customers again with replacement. The Gini coefficient is 0 where all bring the same and near 1 where one brings everything.

# %% tags=[]
analysis.show_concentration(session, months=curve_months)

# %% [markdown] tags=[]
# ## What a customer is worth
#
# The articles' formula: `average sale x number of transactions x retention period x margin`.
#
# The formula lets everyone buy at the average pace until the period is over. But customers differ in pace, and without a contract many fall silent. A model of both (BG/NBD for purchases, gamma-gamma for amounts) allows for that.
#
# Which comes nearer? The last months of each log are kept back. Formula and model see only what was before, and both are held against what the same customers then spent. The formula is filled in twice: with all purchases, as it usually is, and with repeat purchases only, since a first purchase comes once.
#
# Read the first column before the second: it is the only one that was checked. The model's interval holds the doubt about its parameters and not the doubt whether it fits, so what was spent may lie outside it; where it does, the longer forecast deserves that much less trust.

# %% tags=[]
analysis.show_customer_value(
    session, holdout_months=holdout_months, horizon_years=value_years, margin=margin, discount_rate=discount_rate
)

# %% [markdown] tags=["folded"]
# ### The formula at work
#
# **An example, not data:** fifty a sale, four sales a year, three years.

# %% tags=["folded"]
example = analysis.customer_lifetime_value(
    average_sale=50.0, transactions_per_year=4.0, retention_years=3.0, margin=0.3
)
analysis.show_lifetime_value(example, "An example: 50 a sale, 4 sales a year, 3 years, margin 0.3")

# %% [markdown] tags=["folded"]
# ## Satisfaction and service
#
# Four measures that articles recommend, on **an example, not data**: twenty answers on each scale, and the tickets of an invented week. The net promoter score is the share of 9 and 10 minus the share of 0 to 6, times a hundred; satisfaction (CSAT) is the share of the top two boxes of five. With twenty answers neither says much, as the intervals show.

# %% tags=["folded"]
nps_answers = [10, 10, 9, 9, 9, 9, 9, 8, 8, 8, 8, 7, 7, 7, 7, 6, 5, 5, 3, 0]
csat_answers = [5, 5, 5, 5, 5, 5, 4, 4, 4, 4, 4, 4, 4, 3, 3, 3, 3, 2, 2, 1]
invented = [
    analysis.net_promoter_score(nps_answers),
    analysis.customer_satisfaction(csat_answers),
    analysis.first_contact_resolution(n_first_contact=33, n_resolved=45),
    analysis.sla_attainment(n_within=40, n_due=52),
]
analysis.show_rates(invented, "An example: invented answers and tickets")

# %% [markdown] tags=["folded"]
# First-contact resolution counts resolved tickets only. For the service level (SLA) the choice is worse: a report on *closed* tickets leaves out those that are open past their time, the ones that were missed. Here they count as missed, and the flattering rate stands beside it where tickets are there.
#
# The same on the sources of this run.

# %% tags=["folded"]
analysis.show_service_rates(session, target_hours=target_hours, csat_highest=csat_highest)

# %% [markdown] tags=["folded"]
# ## Limits
#
# - Without a contract, leaving is not observed. Every retention rate of a shop on this page is a rate of being seen again.
# - CDNOW is one closed cohort of first-time buyers of one season in the early days of online trade. Its *rates* are its own; what carries over is how far they move with the definition.
# - The log of a business that was already running takes old customers for new ones in its first months by itself: the mistake of the audit, built into the data. Sources known to be of that kind are kept out of every section that needs a first purchase, with their reason.
# - The end of a log is taken for the end of the observation. If nothing happened on the last days, the last month may be left out as cut short.
# - Intervals take customers as independent of one another and say nothing of seasons, prices or rivals.
# - How a source nets returns is in its description; a public purchase log here has no row of its own for a return.
# - Margin and discount rate are assumptions of this page, set among the parameters.

# %% [markdown] tags=["folded"]
# ## Where the numbers come from

# %% tags=["provenance", "machine", "nbval-ignore-output", "folded"]
session.provenance()

# %% [markdown] tags=["folded"]
# ## References
#
# - Cochran, W. G. (1977). *Sampling Techniques*, 3rd ed., chapter 6: interval of a ratio of two sums.
# - Fader, P. S., & Hardie, B. G. S. (2001). Forecasting repeat sales at CDNOW. *Interfaces*, 31(3), part 2, S94-S107.
# - Fader, P. S., Hardie, B. G. S., & Lee, K. L. (2005). RFM and CLV: using iso-value curves for customer base analysis. *Journal of Marketing Research*, 42(4), 415-430.
# - Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions. *Statistics in Medicine*, 17, 873-890: the interval of a mean of cohort rates.
# - Reichheld, F. F. (2003). The one number you need to grow. *Harvard Business Review*: the net promoter score.
# - Rocks, B. (2016). Interval estimation for the "Net Promoter Score". *The American Statistician*, arXiv:1601.07235.
# - Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. *Journal of the American Statistical Association*, 22, 209-212: the interval of a rate.
