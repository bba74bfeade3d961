# Three commands matter: `make demo`, `make office` and `make test`. All set up `.venv` themselves.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
comma := ,
HAVE_JAVA := $(shell java -version >/dev/null 2>&1 && echo yes)
TEST_EXTRAS := dev$(if $(HAVE_JAVA),$(comma)spark)
TOO_OLD := yingjiu needs Python 3.11 or newer / 需要 Python 3.11 或更高版本: make PYTHON=python3.11 ...
BUILT_FROM := $(BIN)/python pyproject.toml hatch_build.py package.json package-lock.json \
	$(wildcard src/yingjiu/locale/*/LC_MESSAGES/*.po src/yingjiu/office/*/locale/*/LC_MESSAGES/*.po)

.PHONY: demo office test lint bench clean

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "$(TOO_OLD)")'
	@echo "Setting up $(VENV): this fetches packages once / 正在建立运行环境，首次需要下载"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: $(BUILT_FROM)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.office: $(BUILT_FROM)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[office]'
	@touch $@ $(VENV)/.demo

$(VENV)/.test: $(BUILT_FROM)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[$(TEST_EXTRAS)]'
	@touch $@ $(VENV)/.demo $(VENV)/.office

$(VENV)/.bench: $(BUILT_FROM)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,bench]'
	@touch $@ $(VENV)/.demo

demo: $(VENV)/.demo
	@$(BIN)/yingjiu demo

office: $(VENV)/.office
	@$(BIN)/yingjiu office demo

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

test: lint
ifeq ($(HAVE_JAVA),)
	@echo "Java is not present: the Spark half of the conformance suite will not run"
endif
	$(BIN)/pytest -n 2 --dist loadgroup

bench: $(VENV)/.bench
	$(BIN)/python -m bench

clean:
	rm -rf $(VENV) var build dist
