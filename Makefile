# Everything a newcomer, an operator or the CI types. `make` alone lists it.
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
PORT ?= 8000
JOBS ?= 2
BIN := .venv/bin
APPS := config publicity delivery wishes voting proposals civic
export PIP_DISABLE_PIP_VERSION_CHECK := 1
unexport PYTHONDONTWRITEBYTECODE  # else each test process compiles all code anew, assertions too: 20 seconds of each
# Real elections the tests count (test material, never copied into the project); without them those tests skip.
export PABULIB_DIR ?= $(abspath $(wildcard ../shared/data/pabulib))

.DEFAULT_GOAL := help
.PHONY: help run test check bench drill journeys demo-reset messages format lock tools

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

run: .venv/run.stamp  ## serve the demo at http://127.0.0.1:8000 (PORT= changes it); Ctrl-C stops all of it
	@DEMO=$${DEMO:-1} exec $(BIN)/python manage.py serve --port $(PORT)

demo-reset: .venv/run.stamp  ## throw the local database and uploads away; the next `make run` starts anew
	@if [ -n "$$DATABASE_URL$$DATABASE_URL_FILE$$URN_DATABASE_URL$$URN_DATABASE_URL_FILE" ]; then \
		echo "A database address is set: this only resets the databases under var/." >&2; exit 1; fi
	rm -rf var/*.sqlite3 var/*.sqlite3-wal var/*.sqlite3-shm var/media var/audit-head.jsonl var/poll_keys
	@DEMO=1 $(BIN)/python manage.py migrate --verbosity 0
	@DEMO=1 $(BIN)/python manage.py migrate --database urn --verbosity 0
	@DEMO=1 $(BIN)/python manage.py load_demo

test: tools  ## all tests: the core on SQLite, then everything on PostgreSQL, Redis and Chromium
	DATABASE_URL=sqlite:// REDIS_URL= $(BIN)/pytest -m "core or embedded" -n $(JOBS) --dist worksteal -q
	$(BIN)/pytest -n $(JOBS) --dist worksteal

journeys: tools  ## only the walks through the pages in Chromium
	$(BIN)/pytest -m journey -n $(JOBS) --dist worksteal

bench: tools  ## measure, and write docs/bench.md; PARTS= names some, and the other parts stay as they are
	@sh scripts/debian_packages.sh wrk
	POSTGRES_DURABLE=on $(BIN)/python -m tests.services $(BIN)/python -m tests.bench $(if $(PARTS),$(PARTS) --write)

drill: tools  ## kill, hang and crowd real servers, and write docs/drill.md; DRILLS= names some, ROUNDS=10 before a release
	$(BIN)/python -m tests.drill $(DRILLS) --rounds $(or $(ROUNDS),3)

check: tools  ## format, lint, types, import contracts, templates, translations, migrations, deployment
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy $(wildcard $(foreach part,rules meeting_rules poll_rules paper_rules station_rules station_queries paper_queries paper_sentences desk_queries poll_count count_differences recount_steps result_queries result_words result_sentences ballot_rules ballot_sentences message_rules review_rules channels stops papers contact_queries keys merkle notes pace receipts tickets urn_check services queries poll_queries permissions,$(APPS:%=%/$(part).py) $(APPS:%=%/$(part)/*.py) $(APPS:%=%/$(part)/*/*.py)))
	$(BIN)/djlint --lint --quiet templates $(wildcard $(APPS:%=%/templates))
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python scripts/check_translations.py
	$(BIN)/python scripts/check_deployment.py

format: tools  ## put code in its usual form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

messages: tools  ## collect the interface strings into locale/en and compile them
	$(BIN)/python scripts/check_translations.py --write

lock: tools  ## resolve requirements*.in into hash-locked requirements*.txt
	$(BIN)/uv pip compile --quiet --generate-hashes --python-version 3.11 requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --generate-hashes --python-version 3.11 requirements-dev.in -o requirements-dev.txt

tools: .venv/dev.stamp
	@sh scripts/debian_packages.sh

.venv/bin/python:
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11 or newer is needed (PYTHON= names one)." >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "On Debian and Ubuntu: apt-get install python3-venv" >&2; rm -rf .venv; exit 1; }

.venv/run.stamp: requirements.txt | .venv/bin/python
	@echo "Installing what the product runs on (once)…"
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	@touch $@

.venv/dev.stamp: requirements-dev.txt requirements.txt | .venv/bin/python
	@echo "Installing the tools for tests and checks (once)…"
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	@touch .venv/run.stamp $@
