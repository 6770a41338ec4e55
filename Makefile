# Set-up, checks and running. CI calls the same targets as people do.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA := $(if $(SHUANGXU_DATA_DIR),$(SHUANGXU_DATA_DIR),data)
SERVE ?= 1
PORT ?= 8000

.PHONY: setup run test lint bench clean

setup: $(VENV)/.ready

# Stamped last, so that an interrupted install is repeated.
$(VENV)/.ready: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(PIP_ARGS) -c constraints.txt torch
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(PIP_ARGS) -c constraints.txt -e '.[dev]'
	touch $@

run: setup
	$(BIN)/shuangxu init
	$(BIN)/shuangxu seed
ifeq ($(SERVE),1)
	$(BIN)/shuangxu serve --port $(PORT)
endif

test: setup
	$(BIN)/python -m pytest

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup
	$(BIN)/python -m pytest tests/benchmarks -s --benchmarks

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
