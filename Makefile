# Two commands on a bare machine (python3 with venv, make, git):
#   make figures    environment if missing, default workflow, figures
#   make test       environment if missing, tests without the slow ones (make test-all: all)
# CONFIG=file is another configuration, CORES=n limits the processor cores of the workflow, CACHE=folder shares
# records with other clones; PYTHON names the interpreter of the environment.
# make report writes one page of a scale; make archive one bundle with checksums, for a data archive.

PYTHON ?= python3
CONFIG ?= config/config.yaml
CORES ?=
CACHE ?=
BUNDLE ?= results/bundle-$(basename $(notdir $(CONFIG))).zip
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
MAKE_FIGURES = $(BIN)/anticorr make $(if $(CORES),--cores $(CORES)) $(if $(CACHE),--cache $(CACHE))

# Of all tests: one more than cores, since those of a cluster and of kills often wait; more would only collect
# once more. Files stay together, the longest first.
WORKERS = $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 1)))

# Each of hundreds of processes would compile the package anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: figures smoke plan report archive docs check naive test test-all soak lint format reference lock environment package clean

figures: $(READY)
	$(MAKE_FIGURES) $(CONFIG)

archive: $(READY)
	$(BIN)/anticorr archive $(CONFIG) --out $(BUNDLE) --also CITATION.cff --also LICENSE
	$(BIN)/anticorr verify $(BUNDLE)

smoke: $(READY)
	$(MAKE_FIGURES) config/smoke.yaml

plan: $(READY)
	$(BIN)/anticorr plan $(CONFIG)

# Figures, captions, claims, what ran, in one file; what is missing is run first.
report: figures
	$(BIN)/anticorr report $(CONFIG)

# The site of the documentation, in site/, and the tests of its pages; its notebooks are run
# (ANTICORR_DOCS_EXECUTE=false: they are not).
docs: $(READY)
	NO_MKDOCS_2_WARNING=1 PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/mkdocs build --strict
	$(BIN)/python -m pytest -m site tests/test_site.py

test: $(READY)
	$(BIN)/python -m pytest --numprocesses auto -m "not slow and not soak and not site"

test-all: $(READY)
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not soak and not site"
	$(MAKE) naive

# The naive twins beside kernels that are not compiled; the slow ones with `make soak`.
naive: $(READY)
	NUMBA_DISABLE_JIT=1 $(BIN)/python -m pytest --numprocesses auto -m "not slow and not soak" tests/naive

# What a change must pass; the CI calls the same. One after the other, also under make -j.
check: $(READY)
	$(MAKE) lint
	$(MAKE) test-all
	$(MAKE) docs
	$(MAKE) smoke

# The longest tests, and runs of every kind, killed a hundred times at random moments.
soak: $(READY)
	$(BIN)/python -m pytest --numprocesses auto -m soak
	NUMBA_DISABLE_JIT=1 $(BIN)/python -m pytest --numprocesses auto -m "slow and not soak" tests/naive
	$(BIN)/python -m benchmarks.soak

lint: $(READY)
	$(BIN)/ruff check src tests benchmarks docs/hooks
	$(BIN)/ruff format --check src tests benchmarks docs/hooks
	$(BIN)/mypy
	PATH="$(CURDIR)/$(BIN):$$PATH" snakemake --configfile config/smoke.yaml --cores 1 --dry-run --quiet all

format: $(READY)
	$(BIN)/ruff check --fix src tests benchmarks docs/hooks
	$(BIN)/ruff format src tests benchmarks docs/hooks

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
	  --no-emit-find-links --no-emit-trusted-host --no-header --extra workflow --extra cluster --extra figures --extra archive --extra export --extra learning --extra explorer --extra movie --extra docs --extra dev \
	  --output-file requirements.lock pyproject.toml

# environment.yml (conda) from the ranges of pyproject.toml.
environment: $(READY)
	$(BIN)/python -m tests.environment > environment.yml

# Wheel and sdist in build/dist; the wheel is tried in an environment without the extras.
package: $(READY)
	.ci/package $(BIN)/python

clean:
	rm -rf results/specs results/trajectories results/spectra results/fits results/theory \
	  results/figures results/claims results/report.html results/explore.html results/logs results/smoke results/paper \
	  results/bundle-*.zip .snakemake \
	  .pytest_cache .ruff_cache .mypy_cache .hypothesis site
