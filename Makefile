# Every target does its own set-up: `make run` and `make test` work on a fresh machine.
PYTHON ?= python3
BIN := .venv/bin
FIRST := not slow and not browser
FLOATS := tests/lessons tests/images tests/networks tests/pictures tests/takeaways tests/training
AVX512 := X86_V4 AVX512_ICL AVX512_SPR
.PHONY: run test test-kernels quick lint format bench assets browser clean

run: .venv/installed  ## open the app in the browser
	$(BIN)/python -m streamlit run app.py

test: .venv/installed-dev browser  ## all tests: first those that can run side by side, then, even if some fail, the others
	$(BIN)/python -m pytest -n 2 -m "$(FIRST)"; first=$$?; $(BIN)/python -m pytest -m "slow or browser" && exit $$first

test-kernels: .venv/installed-dev  ## what is worked out, rounded as a processor with AVX2 does it, then as one with SSE4
	OPENBLAS_CORETYPE=Haswell NPY_DISABLE_CPU_FEATURES="$(AVX512)" ONEDNN_MAX_CPU_ISA=AVX2 \
		XLA_FLAGS=--xla_cpu_max_isa=AVX2 $(BIN)/python -m pytest -m "not browser" $(FLOATS)
	OPENBLAS_CORETYPE=Nehalem NPY_DISABLE_CPU_FEATURES="X86_V3 $(AVX512)" ONEDNN_MAX_CPU_ISA=SSE41 \
		XLA_FLAGS=--xla_cpu_max_isa=SSE4_2 $(BIN)/python -m pytest -m "not browser" $(FLOATS)

quick: .venv/installed-dev  ## most tests, with fewer examples each, in under a minute
	$(BIN)/python -m pytest -n 2 -m "$(FIRST) and not long" --hypothesis-profile=quick

lint: .venv/installed-dev  ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: .venv/installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/installed-dev browser  ## every figure of the README, as ratios
	$(BIN)/python -m benchmarks

assets: .venv/installed  ## the digits and the network that come with the app, made anew
	$(BIN)/python -m autoencoder.images.digits
	$(BIN)/python -m autoencoder.lessons.pretrain

browser: .venv/installed-dev
	$(BIN)/python tests/find_chromium.py --install

.venv/installed: requirements.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.venv/installed-dev: .venv/installed requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

clean:
	rm -rf .venv
