# Parley. `make up` runs it, `make test` tests it; both set up everything first. `make help` lists the rest.

VENV   := .venv
PYTHON := $(VENV)/bin/python
STAMPS := $(VENV)/.stamps

.DEFAULT_GOAL := help
.PHONY: help setup up test test-slow tritonserver lint proto bench bench-speech soak-speech eval clean

help: ## List the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(STAMPS)/python $(STAMPS)/models $(STAMPS)/web ## Install and build everything (into .venv, web/dist, the data folder)

up: setup ## Run the whole mesh on this machine
	$(VENV)/bin/parley up

test: setup $(STAMPS)/proto-tools $(STAMPS)/browser $(STAMPS)/tritonserver ## Run the test suite
	cd web && PATH="$(CURDIR)/$(VENV)/bin:$$PATH" npm test
	$(VENV)/bin/pytest -m "not slow" -n 2 --dist loadfile --ignore tests/e2e
	$(VENV)/bin/pytest -m "not slow" tests/e2e # whole meshes in real time: one at a time

test-slow: setup $(STAMPS)/proto-tools $(STAMPS)/browser $(STAMPS)/tritonserver ## Run the tests that take minutes each
	$(VENV)/bin/pytest -m slow

tritonserver: $(STAMPS)/tritonserver ## Install a real Triton server for tests and benchmarks (into build/)

lint: setup $(STAMPS)/proto-tools ## Style, types, import laws, contracts
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	for model in triton_models/*/1/model.py; do $(VENV)/bin/mypy $$model || exit 1; done # "1" is no package's name
	$(VENV)/bin/lint-imports
	$(PYTHON) -m tools.check_sizes
	$(PYTHON) -m tools.buf lint
	$(PYTHON) -m tools.buf format --diff --exit-code
	$(PYTHON) -m tools.buf_breaking
	cd web && PATH="$(CURDIR)/$(VENV)/bin:$$PATH" npm run check

proto: setup $(STAMPS)/proto-tools ## Generate the stubs from proto/
	$(PYTHON) -m tools.generate

bench: setup ## Measure; one JSON object per figure, then a table
	$(PYTHON) -m benches

bench-speech: setup $(STAMPS)/tritonserver ## Measure captions at the pace of real time, and how many streams a core carries
	$(PYTHON) -m benches speech speech_capacity

soak-speech: setup ## Four streams for an hour: memory flat, nothing left over
	$(PYTHON) -m benches.speech_soak

eval: setup ## Agreement with the golden set and steadiness of scores; ENGINE=llm-openai for another engine
	$(PYTHON) -m benches.evaluation --engine $(or $(ENGINE),builtin)

clean: ## Remove what was built here (not the data folder)
	rm -rf $(VENV) web/node_modules web/dist tools/proto/node_modules

# Each stamp is remade when what it was made from changes.

$(STAMPS)/python: pyproject.toml uv.lock tools/create_venv.sh tools/system_packages.sh
	sh tools/system_packages.sh runtime
	sh tools/create_venv.sh $(VENV)
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/models: $(STAMPS)/python tools/make_face_model.py tools/wheels.py
	$(PYTHON) -m tools.make_face_model
	@touch $@

$(STAMPS)/web: $(STAMPS)/python web/package-lock.json $(shell find web/src web/public web/index.html web/vite.config.ts -type f 2>/dev/null)
	cd web && PATH="$(CURDIR)/$(VENV)/bin:$$PATH" npm ci --no-fund --no-audit --loglevel=error && PATH="$(CURDIR)/$(VENV)/bin:$$PATH" npm run build
	@touch $@

$(STAMPS)/proto-tools: $(STAMPS)/python tools/proto/package-lock.json
	cd tools/proto && PATH="$(CURDIR)/$(VENV)/bin:$$PATH" npm ci --no-fund --no-audit --loglevel=error
	@touch $@

$(STAMPS)/browser: $(STAMPS)/python tools/system_packages.sh
	sh tools/system_packages.sh browser
	@touch $@

# Succeeds where there is no server for the machine, and says so: its tests are skipped then.
$(STAMPS)/tritonserver: $(STAMPS)/python tools/install_tritonserver.py tools/wheels.py tools/system_packages.sh
	sh tools/system_packages.sh tritonserver $(PYTHON) || true # what is missing then is said by the next line
	$(PYTHON) -m tools.install_tritonserver --if-supported
	@touch $@
