# Thin on purpose: every target is one call of the package or of a tool. `make` alone prints this help.
PYTHON ?= python3
JOBS ?= 2
DATA ?=
ARGS ?=
BIN := .venv/bin
READY := .venv/.ready
RUN := $(BIN)/python -m analysis
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1
# Behind a company's proxy the system's certificates count. uv is told so in pyproject.toml; pip before 24.2 and requests bring
# their own, and know these names. Empty where the system keeps its certificates elsewhere: then theirs count.
export PIP_CERT ?= $(firstword $(wildcard $(SSL_CERT_FILE) /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt))
export REQUESTS_CA_BUNDLE ?= $(PIP_CERT)

.DEFAULT_GOAL := help
.PHONY: help setup reports site plan test test-fast test-notebooks test-calibration test-slow test-long test-postgres test-spark test-browser lab data results calibrate check format notebooks bench clean

help: ## print this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## make .venv/ with exactly the locked packages (the other targets do this by themselves)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else "Python 3.11 to 3.13 is needed; %s is %d.%d. Name another one: make PYTHON=python3.12 ..." % ((sys.executable,) + v))'
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.11"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -e .
	@touch $(READY)

reports: $(READY) ## run the notebooks that are not up to date and write reports/index.html (DATA=folder for your own tables)
	$(RUN) run --jobs $(JOBS) $(if $(DATA),--data "$(DATA)")

test: test-fast test-notebooks ## run every test of the desk: the next two

# Without nbval, which would read a grammar of web addresses into every process.
test-fast: $(READY) ## units, references, architecture
	$(BIN)/python -m pytest -p no:nbval -n $(JOBS) --dist loadfile -m "not slow and not postgres and not spark and not browser"

test-notebooks: $(READY) ## run the notebooks and compare with their stored outputs
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --nbval --nbval-current-env --nbval-sanitize-with tests/notebooks/nbval_sanitize.cfg notebooks/*.ipynb

test-slow: test-calibration test-postgres test-browser test-spark test-long ## run the slow suites, each in a process of its own: the next five

SIMULATED := tests/calibration tests/demo/test_company_null.py tests/reporting/test_demonstration.py
test-calibration: $(READY) ## draw a slice of the calibration study again; simulated companies through frames, estimators and pages
	$(BIN)/python -m pytest -p no:nbval -n $(JOBS) -m slow $(SIMULATED)

# In the order of the folders: sorted by their number of tests, the file that takes longest would begin last.
test-long: $(READY) ## coverage of intervals, wheel, first verdicts, whole tables (RETENTION_DRAWS=full: two to three times the draws)
	$(BIN)/python -m pytest -p no:nbval -rs -n $(JOBS) --dist loadfile --no-loadscope-reorder -m "slow and not spark and not browser and not postgres" $(addprefix --ignore=,$(SIMULATED))

test-postgres: $(READY) ## run all tests on PostgreSQL, where its programs are (Debian: postgresql)
	$(BIN)/python -m pytest -p no:nbval -rs -n $(JOBS) --dist loadfile -m postgres tests/company

test-spark: $(READY) ## run the tests on Spark, where Java and pyspark can be had
	@command -v java >/dev/null && $(BIN)/uv pip install --quiet --python $(BIN)/python -c requirements.lock -e ".[spark]" || echo "Java or pyspark is not to be had: the Spark tests will skip"
	$(BIN)/python -m pytest -p no:nbval -rs -m spark tests/company

# Two processes: playwright's synchronous interface refuses a process in which an event loop runs, its own included.
test-browser: $(READY) ## look at the pages in Chromium, and with axe where npm can be had
	@command -v npm >/dev/null && npm ci --silent --no-audit --no-fund --prefix tests/reports || echo "npm is not there: the accessibility tests will skip"
	@failed=0; \
	$(BIN)/python -m pytest -rs -n $(JOBS) --dist loadfile -m browser tests/reports || failed=1; \
	$(BIN)/python -m pytest -rs -m browser tests/reporting || failed=1; \
	exit $$failed

site: reports ## put index and reports into reports/site/, one folder fit for static hosting
	$(RUN) site

plan: $(READY) ## show what `make reports` would run and why
	$(RUN) plan

lab: $(READY) ## open the notebooks in JupyterLab (ARGS="--no-browser --port 8889")
	$(BIN)/jupyter lab $(ARGS) notebooks

data: $(READY) ## download the public files that come with no package (DATA sets that are there already are kept)
	$(RUN) fetch

results: $(READY) ## with all public files here, write what they say to data/results/, for machines that do not have them (minutes)
	$(RUN) results

notebooks: $(READY) ## execute the notebooks in place on the default data: their stored outputs are what `make test` compares
	$(RUN) notebooks

calibrate: $(READY) ## draw simulated scenarios with a known truth and count how often every estimator's interval held it (hours; only what changed)
	$(RUN) calibrate --jobs $(JOBS)

check: $(READY) ## lint, type-check, and hold imports to the rooms; changes nothing
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo --cache-dir .cache/imports

format: $(READY) ## put the code in the house's format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lock: ## resolve the locked packages anew from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra dev --extra lab --extra postgres pyproject.toml -o requirements.lock

BENCH ?=
bench: $(READY) ## time reports, summaries and fits against other ways, side by side (BENCH="--parts fits"; "--help" lists all)
	$(BIN)/python tests/bench/bench.py $(BENCH)

clean: ## remove what was generated: reports, caches, the environment
	rm -rf .venv .cache .pytest_cache .ruff_cache .mypy_cache .hypothesis build dist
	find reports -mindepth 1 ! -name README.md -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
