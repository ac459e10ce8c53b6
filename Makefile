# Two commands matter: `make smoke` and `make test`. Both set up what is missing first.
.DEFAULT_GOAL := help
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
PY := .venv/bin/python
UV := .venv/bin/uv
TYPED := plumbline fixtures seeds faults reference suites proofs tests bench .ci/shards.py .ci/same.py
# A proof waits more than it works: for outages to be told, for banners to come.
PROVERS := 4
COMPILE := --quiet --generate-hashes --no-emit-index-url --no-annotate --universal --python-version 3.11 \
           --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)
CUT = $(if $(SHARD),-p pytest_split.plugin --splitting-algorithm least_duration --splits $(notdir $(SHARD)) \
                    --group $(patsubst %/,%,$(dir $(SHARD))))

.PHONY: help setup setup-all express smoke up down test lint proofs bench repeat canaries kill-test staging-drill pictures lock clean

help: ## these lines
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

setup: ## Python packages and a browser for the smoke; fast when they are there
	@sh requirements/setup.sh --say core reference

setup-all: ## the same, with lint and types
	@sh requirements/setup.sh --say core reference dev

express: ## packages for the second platform, examples/express; needs npm
	@sh examples/express/install.sh

smoke: ## set up what is missing, then the smoke
	@sh requirements/setup.sh core reference
	@$(PY) -m pytest -m smoke

up: ## keep servers and a platform running: the next runs start on them
	@sh requirements/setup.sh core reference
	@$(PY) -m plumbline up

down: ## end what `make up` keeps
	@$(if $(wildcard $(PY)),$(PY) -m plumbline down,echo nothing is up)

test: ## set up, then everything: tests, suites, proofs (SHARD=1/2: the first half of each)
	@sh requirements/setup.sh core reference dev ci
	@sh examples/express/install.sh || true
	@code=0; ended=; for part in tests suites proofs; do \
	    workers=2; [ $$part != proofs ] || workers=$(PROVERS); \
	    echo "== pytest $$part"; $(PY) -m pytest $$part -n $$workers $(CUT); one=$$?; \
	    ended="$$ended  $$part: exit $$one"; [ $$one -eq 0 ] || [ $$code -ne 0 ] || code=$$one; \
	done; echo "== ended:$$ended"; exit $$code

lint: ## ruff, mypy, the arrows between the folders, the workflows, action.yml
	@sh requirements/setup.sh core reference dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy $(TYPED)
	.venv/bin/lint-imports
	.venv/bin/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	.venv/bin/check-jsonschema --schemafile docs/profile.schema.json targets/*.toml examples/*/target.toml
	.venv/bin/check-jsonschema --builtin-schema vendor.github-actions action.yml
	.venv/bin/zizmor --offline --quiet .github/workflows action.yml

proofs: ## every fault brought back, every check seen red (ROWS=SES,HLT-2 FAULTS=name)
	@sh requirements/setup.sh core reference
	@sh examples/express/install.sh || true
	@$(PY) -m pytest $(if $(ROWS)$(FAULTS),proofs/test_faults.py,proofs) -n $(PROVERS) $(if $(ROWS),--rows $(ROWS)) $(if $(FAULTS),--faults $(FAULTS))

bench: ## speed, each figure beside its floor
	@sh requirements/setup.sh core reference
	@$(PY) -m bench

repeat: ## N whole runs in N orders, half of them with -n 2 (N=20 ROWS=SES-5 LOAD=1 FAULT=name)
	@sh requirements/setup.sh core reference
	@$(PY) -m bench.repeat $(or $(N),20) $(if $(ROWS),--rows $(ROWS)) $(if $(FAULT),--fault $(FAULT)) \
	    $(if $(filter-out 0,$(LOAD)),--load)

canaries: ## secrets planted everywhere, and looked for in all that a red run leaves
	@sh requirements/setup.sh core reference
	@$(PY) -m bench.canaries

kill-test: ## kill -9 in the middle, N times, and see what stays (N=10)
	@sh requirements/setup.sh core reference
	@$(PY) -m bench.kill_test $(or $(N),10)

staging-drill: ## a deploy to staging, rehearsed: the smoke on https, and what it leaves there
	@sh requirements/setup.sh core reference
	@$(PY) -m bench.staging_drill

pictures: ## screenshots of the pages and of a red run's report
	@sh requirements/setup.sh core reference
	@$(PY) -m bench.pictures

lock: ## write requirements/*.txt anew (UPGRADE=1 takes newer versions)
	@sh requirements/setup.sh core reference dev
	@mkdir -p .plumbline
	@cat requirements/*.txt > .plumbline/all.txt
	@$(UV) pip compile $(COMPILE) requirements/*.in -o .plumbline/all.txt
	@for group in core reference dev ci installer; do \
	    $(UV) pip compile $(COMPILE) -c .plumbline/all.txt requirements/$$group.in \
	        -o requirements/$$group.txt || exit 1; done
	@rm .plumbline/all.txt

clean: ## remove the environment, caches and reports
	rm -rf .venv .plumbline reports/[0-9]* reports/repeat-* reports/latest
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
