# `make` alone lists the targets. Each prepares .venv by itself; Python 3.11 or later is all it needs.
# Arguments go through ARGS: make test ARGS="-k totp", make demo ARGS="--format json".

SHELL := /bin/sh
BIN := .venv/bin
RUN := .venv/.run
DEV := .venv/.dev
ARGS ?=
PO = $(wildcard policies/locale/*/LC_MESSAGES/*.po)
CODE = $(wildcard scanner checks policies tests benchmarks .ci/wordlists .ci/likeness)

export PIP_DISABLE_PIP_VERSION_CHECK := 1
PIP := $(BIN)/python -m pip --quiet --quiet install --no-deps

.PHONY: help demo test lint bench smoke docs lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# 10 and 11 say that there are findings, or that evidence is missing: in the demo both are meant.
demo: $(RUN) ## Scan the embedded demo deployment, with known weaknesses
	@$(BIN)/mamori demo $(ARGS) || case $$? in 10|11) ;; *) exit 1 ;; esac

test: $(DEV) ## Run the tests, as many at once as there are cores
	@$(BIN)/pytest --numprocesses auto --dist loadfile --no-loadscope-reorder $(ARGS)

lint: $(DEV) ## Check style, types and who imports whom
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check . || { echo 'Not formatted: run $(BIN)/ruff format' >&2; exit 1; }
	@$(BIN)/mypy --no-error-summary $(CODE)
	@$(BIN)/lint-imports --no-logo

bench: $(DEV) ## Run the benchmarks
	@for script in benchmarks/*.py; do \
	  $(BIN)/python "$$script" $(ARGS) || exit 1; \
	done

smoke: $(RUN) ## Build the wheel, install it elsewhere and use it from /
	@.ci/smoke

docs: $(RUN) ## Write what follows from the code into docs/
	@$(BIN)/python .ci/docs

lock: $(RUN) ## Bring the locks up to date
	@$(PIP) 'uv>=0.9'
	@.ci/lock

clean: ## Remove .venv and all that the tools leave behind
	@rm -rf .venv build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUN): pyproject.toml requirements.lock requirements-build.lock .ci/translations.py $(PO)
	@.ci/venv
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --require-hashes -r requirements-build.lock
	@$(PIP) --no-build-isolation --editable .
	@touch $@

$(DEV): $(RUN) requirements-dev.lock
	@echo 'Installing the development tools (once)…' >&2
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@
