# Two commands on a bare machine (python3 with venv, make, git):
#   make figures    environment if missing, default workflow, figures
#   make test       environment if missing, tests
# CORES=n limits the processor cores of the workflow; PYTHON names the interpreter of the environment.

PYTHON ?= python3
CORES ?= all
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
RUN := PATH="$(CURDIR)/$(BIN):$$PATH" snakemake --cores $(CORES)

.PHONY: figures test test-fast soak smoke lint format reference lock clean

figures: $(READY)
	$(RUN)
	@echo "Figures: results/figures/   claims: results/claims/claims.md"

smoke: $(READY)
	$(RUN) --configfile config/smoke.yaml
	@echo "Figures: results/smoke/figures/   claims: results/smoke/claims/claims.md"

test: $(READY)
	$(BIN)/python -m pytest
	NUMBA_DISABLE_JIT=1 $(BIN)/python -m pytest tests/naive

test-fast: $(READY)
	$(BIN)/python -m pytest -m "not slow"

# Runs of every kind, killed a hundred times at random moments.
soak: $(READY)
	$(BIN)/python -m benchmarks.soak

lint: $(READY)
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/ruff format --check src tests benchmarks
	PATH="$(CURDIR)/$(BIN):$$PATH" snakemake --configfile config/smoke.yaml --cores 1 --dry-run --quiet all

format: $(READY)
	$(BIN)/ruff check --fix src tests benchmarks
	$(BIN)/ruff format src tests benchmarks

# The environment: locked packages by hash, then this package as an editable install.
$(READY): requirements.lock pyproject.toml
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

# config/README.md from the models of specs and configurations.
reference: $(READY)
	$(BIN)/python -c "from anticorr.reference import reference; open('config/README.md', 'w').write(reference())"

lock: $(READY)
	$(BIN)/pip-compile --quiet --strip-extras --allow-unsafe --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-emit-trusted-host --no-header --extra workflow --extra figures --extra export --extra learning --extra dev \
	  --output-file requirements.lock pyproject.toml

clean:
	rm -rf results/specs results/trajectories results/spectra results/fits results/theory \
	  results/figures results/claims results/logs results/smoke results/paper .snakemake \
	  .pytest_cache .ruff_cache .hypothesis
