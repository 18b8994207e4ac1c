# Every target does its own set-up: `make run` and `make test` work on a fresh machine.
PYTHON ?= python3 python3.13 python3.12 python3.11
BIN := .venv/bin
FIRST := not slow and not browser and not extended
THEN := (slow or browser) and not extended
UV := $(shell command -v uv 2>/dev/null)
INSTALL := $(if $(UV),uv pip install --python $(BIN)/python,$(BIN)/python -m pip install --disable-pip-version-check) --quiet
SERVES := import sys; (3, 11) <= sys.version_info < (3, 14) and print(sys._base_executable)
WHOLE := $(shell $(BIN)/python -c "$(if $(UV),,import pip; )$(SERVES)" 2>/dev/null)
export HOME ?= $(CURDIR)/.venv
export PYTHONDONTWRITEBYTECODE :=  # or else every server, worker and pytest compiles all modules anew
FLOATS := tests/analysis tests/data tests/networks tests/rendering tests/export tests/training
AVX512 := X86_V4 AVX512_ICL AVX512_SPR
BIOME := npx --yes --prefer-offline --fetch-retries=0 @biomejs/biome@2.6.8
.PHONY: run test test-long test-kernels coverage quick lint lint-js format bench assets screenshot browser lock venv clean

run: .venv/installed  ## open the app in the browser
	$(BIN)/python -m streamlit run app.py

# Trainings make way for everything else. What is tested beside them does too, or else it would starve them.
test: .venv/installed-dev browser  ## most tests: first the quick ones, then, even if some fail, trainings and browsers
	$(BIN)/python -m pytest -n 2 -m "$(FIRST)"; first=$$?; \
		nice -n 10 $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder -m "$(THEN)" && exit $$first

test-long: .venv/installed-dev browser  ## the others: kills, queues, long trainings; one at a time
	$(BIN)/python -m pytest -m extended

coverage: .venv/installed-dev  ## which lines of the library the tests without a browser run through
	$(BIN)/python -m pytest -n 2 -m "$(FIRST)" --cov=autoencoder --cov-report=
	$(BIN)/python -m pytest -n 2 -m "slow and not browser and not extended" --cov=autoencoder --cov-append \
		--cov-report=term:skip-covered --cov-fail-under=95

test-kernels: .venv/installed-dev  ## what is worked out, rounded as a processor with AVX2 does it, then as one with SSE4
	OPENBLAS_CORETYPE=Haswell NPY_DISABLE_CPU_FEATURES="$(AVX512)" ONEDNN_MAX_CPU_ISA=AVX2 \
		XLA_FLAGS=--xla_cpu_max_isa=AVX2 $(BIN)/python -m pytest -m "not browser" $(FLOATS)
	OPENBLAS_CORETYPE=Nehalem NPY_DISABLE_CPU_FEATURES="X86_V3 $(AVX512)" ONEDNN_MAX_CPU_ISA=SSE41 \
		XLA_FLAGS=--xla_cpu_max_isa=SSE4_2 $(BIN)/python -m pytest -m "not browser" $(FLOATS)

quick: .venv/installed-dev  ## most tests, with fewer examples each, in under a minute
	$(BIN)/python -m pytest -n 2 -m "$(FIRST) and not long" --hypothesis-profile=quick

lint: .venv/installed-dev lint-js  ## ruff, mypy and Biome
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lint-js:
	@if $(BIOME) --version >/dev/null 2>&1; then $(BIOME) check --error-on-warnings .; \
	else echo "Biome was not run on the JavaScript: it needs npx (Node.js), and the internet the first time."; fi

format: .venv/installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	-$(BIOME) check --write .

bench: .venv/installed-dev browser  ## every figure of docs/measurements.md, as ratios
	$(BIN)/python -m benchmarks

assets: .venv/installed  ## the networks that come with the app, trained anew
	$(BIN)/python -m benchmarks.assets
	$(BIN)/python -m benchmarks.lesson_figures

screenshot: .venv/installed-dev browser  ## the README's picture, taken anew
	$(BIN)/python -m tests.browser.screenshot

lock: .venv/installed  ## the releases that the container installs, renewed: the newest that requirements.txt allows
	$(if $(UV),,$(BIN)/python -m pip install --disable-pip-version-check --quiet uv)
	$(or $(UV),$(BIN)/uv) pip compile requirements.txt --output-file requirements.lock --upgrade --generate-hashes \
		--universal --python-version 3.12 --no-python-downloads --annotation-style line \
		--custom-compile-command "make lock" --quiet

browser: .venv/installed-dev
	$(BIN)/python tests/find_chromium.py --install

venv:  ## made anew by the first Python that serves
	@for each in $(PYTHON); do python=$$("$$each" -c "$(SERVES)" 2>/dev/null); [ "$$python" ] && break; done; \
	if [ -z "$$python" ]; then \
		found=$$($(firstword $(PYTHON)) --version 2>/dev/null || echo none); \
		echo "Hourglass needs Python 3.11, 3.12 or 3.13. Found: $$found. Name another: make PYTHON=path run" >&2; exit 1; \
	fi; \
	rm -rf .venv && $(if $(UV),uv venv --quiet --seed --python "$$python","$$python" -m venv) .venv

.venv/installed: requirements.txt $(if $(WHOLE),,venv)
	@echo "Installing TensorFlow, Streamlit and what else is needed: 0.5 GB to download, 2 GB in the folder .venv."
	@echo "The first time, that takes one to ten minutes, in which nothing more is said."
	$(INSTALL) -r requirements.txt
	touch $@

.venv/installed-dev: .venv/installed requirements-dev.txt
	$(INSTALL) -r requirements-dev.txt
	touch $@

clean:
	rm -rf .venv
