# newsletter: `make demo` runs the main job, `make test` passes the tests. Both set up what they need, in .venv.
#   make test PYTHON=python3.13     another Python (3.11 – 3.13)
SHELL := /bin/sh
PYTHON ?= python3
# another Python gets an environment of its own
VENV ?= $(if $(filter python3,$(PYTHON)),.venv,.venv-$(notdir $(PYTHON)))
RUN := $(VENV)/bin/python
DEMO_READY := $(VENV)/.installed-run
TEST_READY := $(VENV)/.installed-dev
INSTALL = $(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index --editable .

.PHONY: demo test test-all check format bench pictures docs faults lock clean

demo: $(DEMO_READY)
	@$(RUN) -m newsletter demo

test: $(TEST_READY)
	@$(RUN) -m tests.budget quick

test-all: $(TEST_READY)
	@$(RUN) -m tests.budget all

faults: $(TEST_READY)
	@$(RUN) -m pytest tests/faults -n 2 --timeout 1200
	@$(RUN) -m pytest tests --ignore tests/faults --ignore tests/browser -m faults -n 2 --timeout 1200
	@HYPOTHESIS_PROFILE=long $(RUN) -m pytest tests/machine/test_sending.py -n 2 --timeout 7200
	@EVERY_LOOK=1 $(RUN) -m pytest tests/browser -n 2 --dist loadfile --timeout 1200

# --- the code itself ---
check: $(TEST_READY)
	@$(RUN) -m ruff format --check . && $(RUN) -m ruff check . && $(RUN) -m mypy && $(VENV)/bin/lint-imports

format: $(TEST_READY)
	@$(RUN) -m ruff format . && $(RUN) -m ruff check --fix .

docs: $(TEST_READY)
	@$(RUN) -m docs.generate

pictures: $(TEST_READY)
	@$(RUN) -m tests.browser.contact_sheet

bench: $(TEST_READY)
	@$(RUN) -m bench

# --- set-up ---
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; assert (3, 11) <= sys.version_info[:2] <= (3, 13), "Python 3.11 to 3.13 is needed; this is " + sys.version.split()[0] + " (try: make PYTHON=python3.12 …)"'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null; \
	else echo 'Python cannot make virtual environments yet. Run: sudo apt-get install python3-venv' >&2; exit 1; fi
	@$(PYTHON) -m venv $(VENV)

$(DEMO_READY): requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo 'Installing (once) …' && $(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(INSTALL) && touch $@

$(TEST_READY): requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	@echo 'Installing (once) …' && $(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(INSTALL) && touch $@ $(DEMO_READY)

lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --custom-compile-command 'make lock' --group build pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --custom-compile-command 'make lock' --group build --group dev pyproject.toml -o requirements-dev.lock

clean:
	rm -rf $(VENV) var .pytest_cache .mypy_cache .ruff_cache
