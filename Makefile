# Shortcuts. Everything they do is ansible-playbook, platelayer or a test runner, and can be called by hand.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
LOCAL := .platelayer
SUPERVISORCTL := $(BIN)/supervisorctl -c $(LOCAL)/etc/supervisor/supervisord.conf
# The process id of supervisord; fails when none answers, whatever files an earlier one left behind.
RUNNING := test -S $(LOCAL)/run/supervisor.sock && $(SUPERVISORCTL) pid 2>/dev/null
TELL_ADDRESS := if [ -e $(LOCAL)/gateway.env ]; then . $(LOCAL)/gateway.env; \
	echo "The gateway's address is $$PLATELAYER_URL, its key is in $$PLATELAYER_KEY_FILE"; fi
LITELLM ?=
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Each run of pytest leaves its times there; tests/tools/slowest makes a table of them.
TIMES := .cache/times
# Another port for `make up`: make up BASE_PORT=5000 serves on 5001.
ifdef BASE_PORT
export PLATELAYER_BASE_PORT := $(BASE_PORT)
endif
# A gateway of its own beside the usual one: make up LOCAL=.second BASE_PORT=5000.
ifneq ($(LOCAL),.platelayer)
export PLATELAYER_LOCAL := $(abspath $(LOCAL))
endif

.PHONY: help venv dev up verify status down clean env lint unit repo python-tests test-fast molecule test test-all bench bench-deploy bench-gateway docs lock e2e browser

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

venv:
	@$(PYTHON) src/platelayer/bootstrap.py

dev:
	@$(PYTHON) src/platelayer/bootstrap.py --dev

up: venv ## Deploy a gateway on this machine, as you, below .platelayer
	@platelayer env key $(LOCAL)/secrets/litellm-master-key
	@ansible-playbook playbooks/site.yml -i inventories/local
	@$(MAKE) --no-print-directory verify

verify: ## Ask every model of the local gateway for one answer
	@[ -e $(LOCAL)/gateway.env ] || { echo "Nothing runs; start it with: make up"; exit 1; }
	@$(RUNNING) >/dev/null || { echo "The gateway is stopped; start it with: make up"; exit 1; }
	@set -a; . $(LOCAL)/gateway.env; set +a; platelayer verify

status: ## Show what runs here
	@if $(RUNNING) >/dev/null; then $(SUPERVISORCTL) status; $(TELL_ADDRESS); else echo "Nothing runs; start it with: make up"; fi

down: ## Stop it; make up starts it again
	@if pid=$$($(RUNNING)); then $(SUPERVISORCTL) shutdown; while kill -0 $$pid 2>/dev/null; do sleep 0.2; done; else echo "Nothing runs."; fi

clean: down ## Stop it and remove .platelayer and .venv
	rm -rf $(LOCAL) .venv .cache

env: venv ## Make an environment: make env NAME=home
	@[ -n "$(NAME)" ] || { echo "Name it: make env NAME=home"; exit 1; }
	@platelayer env create "$(NAME)"

lint: dev ## ansible-lint, yamllint, ruff, mypy
	ruff check .
	ruff format --check .
	mypy
	yamllint --strict .
	ansible-lint --offline

unit: dev ## Tests without hosts and without network
	pytest -n 2 --timeout 120 tests/unit

repo: dev ## Tests that hold the repository together
	pytest -n 2 --timeout 120 tests/repo

e2e: dev ## From providers' lists and clients to a LiteLLM that serves and bills; no Docker
	tests/set-up-machine node
	pytest -n 2 --dist loadfile --timeout 300 tests/e2e

browser: dev ## The catalog's report in a real browser
	tests/set-up-machine chromium
	pytest --timeout 300 --junitxml $(TIMES)/browser.xml tests/browser

python-tests: dev
	tests/set-up-machine node
	pytest -n 2 --timeout 120 --junitxml $(TIMES)/unit.xml tests/unit tests/repo
	pytest -n 2 --dist loadfile --timeout 300 --junitxml $(TIMES)/e2e.xml tests/e2e

test-fast: lint python-tests ## Everything that needs no Docker and no browser

molecule: dev ## Tests on real hosts: make molecule SCENARIO=default
	tests/set-up-machine docker debootstrap node
	tests/run-molecule $(SCENARIO)

test: dev ## Everything, and a table of the slowest tests
	tests/set-up-machine docker debootstrap chromium node
	@rm -rf $(TIMES) && mkdir -p $(TIMES) && touch $(TIMES)/begun
# Each of the two keeps one core busy.
	$(MAKE) --no-print-directory --jobs 2 --output-sync=line lint browser
	$(MAKE) --no-print-directory python-tests
	tests/run-molecule
	@tests/tools/slowest

test-all: test ## make test, and the scenarios that take longer than it may
	tests/run-molecule --long

bench: dev ## Measure
	python tests/bench/config.py
	python tests/bench/catalogs.py

bench-deploy: dev ## Measure a deployment, on hosts that are containers
	tests/set-up-machine docker debootstrap
	python tests/bench/deploy.py

bench-gateway: dev ## Measure what a request costs, beside stock LiteLLM
	@tests/set-up-machine haproxy || echo "The edge is not measured."
	python tests/bench/gateway.py

docs: dev ## Write the roles' READMEs anew
	python tests/tools/role_readme.py

lock: dev ## Resolve the locks anew; make lock LITELLM=1.106.2 for one version of LiteLLM
	tests/tools/lock $(LITELLM)
