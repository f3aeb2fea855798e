# Two commands: `make demo` and `make test`. Both set everything up first, inside this folder.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.ready
FRONT := frontend/dist/.ready
# A browser for the tests: the machine's own, or one fetched into this folder.
BROWSER := $(VENV)/chromium/.ready
# Spark, which the audit alone needs.
SPARK := $(VENV)/.spark
# A line every two seconds beside what takes long.
PATIENTLY := $(PYTHON) -m cse_profile.processes

help:
	@echo "make demo   the whole system on invented data, in the browser"
	@echo "make test   the tests"
	@echo "make lint   the linters        make audit  the longer suites (audit-long: at their largest)"
	@echo "make bench-linking  our linker beside Splink and exact matching, measured"
	@echo "make reset  throw the embedded data away"

setup: $(STAMP) $(FRONT)

$(STAMP): requirements-dev.txt requirements-setup.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed.")'
	@echo "Setting up Python packages (about 10 seconds)"
	@$(PATIENTLY) "making .venv" $(PYTHON) -m venv $(VENV) || (echo "python3 has no venv: install the package python3-venv." && exit 1)
	@$(PATIENTLY) "fetching uv" $(VENV)/bin/pip install -q --disable-pip-version-check --only-binary :all: --require-hashes -r requirements-setup.txt || true
	@$(PATIENTLY) "fetching Python packages" $(VENV)/bin/uv pip install -q --require-hashes --python $(PY) -r requirements-dev.txt \
	  || $(PATIENTLY) "fetching Python packages" $(VENV)/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

$(FRONT): $(STAMP) frontend/package-lock.json $(wildcard frontend/src/*) frontend/build.mjs
	@echo "Building the styles and scripts (about 10 seconds)"
	@$(PATIENTLY) "building" $(PY) frontend/build.py
	@touch $@

$(BROWSER): $(STAMP) frontend/browser/package-lock.json
	@command -v chromium >/dev/null || echo "Fetching a browser for the tests (about 10 seconds)"
	@$(PY) frontend/browser/fetch.py $(VENV)/chromium
	@mkdir -p $(dir $@) && touch $@

$(SPARK): requirements-spark.txt $(STAMP)
	@echo "Fetching Spark for the audit (about a minute)"
	@$(PATIENTLY) "fetching Spark" $(VENV)/bin/uv pip install -q --require-hashes --python $(PY) -r requirements-spark.txt
	@touch $@

demo: setup
	@exec $(PY) -m cse_profile.stack demo

test: setup $(BROWSER)
	@$(PY) -m pytest -q -n 2 --dist loadfile -m "not audit and not long"

audit: setup $(BROWSER) $(SPARK)
	@$(PY) -m pytest -q -m audit

audit-long: setup $(BROWSER) $(SPARK)
	@$(PY) -m pytest -q -m "audit or long"

lint: setup
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy .
	@$(VENV)/bin/lint-imports
	@CSE_PROFILE_VAR=$$(mktemp -d) $(PY) -m cse_profile.stack run $(PY) manage.py makemigrations --check --dry-run
	@$(PY) manage.py check

# SUBMISSIONS=100000 for the long run; CSE_PROFILE_LINKING_DATA names the folder of the public files.
bench-linking: setup
	@$(PY) -m benchmarks.linking --submissions $(or $(SUBMISSIONS),2000) --limit $(or $(LIMIT),1200)

# The suites and the generator of worlds, with what they counted: benchmarks/results/suites.md.
figures: setup $(BROWSER)
	@$(PY) -m benchmarks.suites $(SUITES)

screens: setup
	@$(PY) -m tests.browser.take

# New words of pages that speak Welsh; translate them in locale/cy.
catalogue: setup
	@$(PY) -m cse_profile.catalogue

lock:
	for what in setup node; do $(VENV)/bin/uv pip compile -q --generate-hashes --no-emit-index-url --no-header --python-version 3.11 requirements-$$what.in -o requirements-$$what.txt; done
	$(VENV)/bin/uv pip compile -q --generate-hashes --no-emit-index-url --no-header --python-version 3.11 requirements-dev.in -o requirements-dev.txt
	$(VENV)/bin/uv pip compile -q --generate-hashes --no-emit-index-url --no-header --python-version 3.11 -c requirements-dev.txt requirements.in -o requirements.txt
	$(VENV)/bin/uv pip compile -q --generate-hashes --no-emit-index-url --no-header --python-version 3.11 -c requirements-dev.txt requirements-train.in -o requirements-train.txt
	$(VENV)/bin/uv pip compile -q --generate-hashes --no-emit-index-url --no-header --python-version 3.11 -c requirements-dev.txt requirements-spark.in -o requirements-spark.txt

reset: $(STAMP)
	@$(PY) -m cse_profile.stack reset

.PHONY: help setup demo test audit lint bench-linking figures screens catalogue lock reset
