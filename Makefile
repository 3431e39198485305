# Two commands: `make demo` shows the library at work, `make test` checks all of it.
# Each sets up by itself on a machine that has Python >= 3.11 and make, and is quick the second time.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
# modules are compiled when they are first imported; compiling all that is installed takes as long as installing it
LAZILY := --no-compile
SETUP := pyproject.toml constraints.txt
SOURCES := neurosparse tests benchmarks examples
KERNELS := neurosparse/kernels tests/kernels
# parts of the tests that take about as long as each other; what both need, one compiles early,
# the other finds later
SIMULATION := tests/engine tests/neurons tests/plasticity tests/recording \
	tests/kernels/base tests/kernels/spikes tests/memory/binary
LEARNING := tests/models tests/memory/vectors tests/htm
GRAPHS := tests/analysis tests/connectivity tests/wiring tests/kernels/graphs tests/kernels/measures \
	tests/pruning tests/rewiring tests/lyapunov
# what takes long and seldom fails: GPU kernels compiled for machines that need not be there,
# models as they were published, networks of all that combines, equations
# beside Brian2 and in every form of a run, what begins and kills many processes
SELDOM := tests/laws/test_gpu_compiles.py tests/docs/test_models.py \
	tests/conformance tests/neurons/equations/test_model_running.py tests/engine/test_backends.py \
	tests/distributed/test_mpi.py tests/studies/test_running_ended.py tests/laws/test_whole_space.py \
	tests/models/local/test_pv_rnn_grammar.py tests/kernels/coding/test_pursuit_single.py \
	tests/laws/test_accepted_calls.py tests/laws/test_bad_rooms.py
# the tests of a folder but these
SKIPPED := $(addprefix --ignore=,$(SELDOM))
# memory that malloc hands out is filled with a byte that makes huge numbers, so reading it shows
POISON := MALLOC_PERTURB_=128
# two checks run at a time; each prints when it is done, where this make can do that
TIDY := $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)
export MPLBACKEND := Agg
export OMP_NUM_THREADS ?= 1

.DEFAULT_GOAL := help
.PHONY: help demo test check lint types unit simulation learning graphs others examples bounds seldom coverage docs format clean distclean

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "  PYTHON=python3.12 make ... takes another interpreter, VENV=dir another environment"

demo: $(VENV)/.ready-demo ## simulate a whole insect brain for one second and measure it
	@$(BIN)/neurosparse demo

test: $(VENV)/.ready-test ## style, types, every test and every documented example
	@$(MAKE) --no-print-directory --jobs=2 $(TIDY) lint simulation learning graphs others examples types
	@echo "make test: all checks passed"

check: $(VENV)/.ready-test ## what takes long and seldom fails: checked array bounds, compiled GPU kernels, models
	@$(MAKE) --no-print-directory --jobs=2 $(TIDY) bounds seldom
	@echo "make check: all checks passed"

lint: $(VENV)/.ready-test ## style and format (ruff)
	@echo "== style"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/.ready-test ## static types (mypy, strict)
	@echo "== types"
	@$(BIN)/mypy

unit: simulation learning graphs others ## all tests, warnings as errors

simulation: $(VENV)/.ready-test
	@echo "== tests of kernels, neurons and engine"
	@$(POISON) $(BIN)/python -m pytest -q --durations=10 $(SIMULATION) $(SKIPPED)

learning: $(VENV)/.ready-test
	@echo "== tests of models and memories"
	@$(BIN)/python -m pytest -q --durations=10 $(LEARNING) $(SKIPPED)

graphs: $(VENV)/.ready-test
	@echo "== tests of graphs and their analysis"
	@$(BIN)/python -m pytest -q --durations=10 $(GRAPHS)

others: $(VENV)/.ready-test
	@echo "== all other tests"
	@$(BIN)/python -m pytest -q --durations=10 tests \
		$(addprefix --ignore=,$(SIMULATION) $(LEARNING) $(GRAPHS)) $(SKIPPED)

examples: $(VENV)/.ready-test ## all documented examples, run as tests
	@echo "== documented examples"
	@TRITON_INTERPRET=1 $(BIN)/python -m pytest -q --durations=5 neurosparse

# what runs in Triton's interpreter has no Numba bounds to check
bounds: $(VENV)/.ready-test ## kernel tests again, array bounds checked and fresh memory poisoned
	@echo "== kernels with array bounds checked"
	@TRITON_INTERPRET=1 NUMBA_BOUNDSCHECK=1 NUMBA_CACHE_DIR=$(CURDIR)/build/numba-bounds $(POISON) \
		$(BIN)/python -m pytest -q -k "not gpu" $(wildcard $(KERNELS))

seldom: $(VENV)/.ready-test
	@echo "== kernels compiled for GPUs, published models, equations, processes"
	@$(BIN)/python -m pytest -q $(SELDOM)
	@echo "== random networks on ranks, against one process"
	@$(BIN)/python -m tests.distributed.random_networks 40
	@echo "== ranks that are killed, asked to stop, wrong, stuck or out of disk"
	@$(BIN)/python -m tests.distributed.faults 1

coverage: $(VENV)/.ready-test ## lines reached by the tests; kernels are counted uncompiled
	@echo "== coverage"
	@rm -f .coverage
	@TRITON_INTERPRET=1 $(BIN)/python -m coverage run -m pytest -q
	@TRITON_INTERPRET=1 NUMBA_DISABLE_JIT=1 $(BIN)/python -m coverage run --append \
		-m pytest -q --timeout=900 -m "not slow" -W "ignore:overflow:RuntimeWarning" $(wildcard $(KERNELS))
	@$(BIN)/python -m coverage report --skip-covered --sort=cover

docs: $(VENV)/.ready-docs ## build the documentation into site/, warnings as errors; its examples run in `make unit`
	@echo "== documentation"
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "site/index.html"

format: $(VENV)/.ready-test ## rewrite the sources in the house format
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

clean: ## remove what was built, keep the environment
	@rm -rf build dist site *.egg-info .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find $(wildcard $(SOURCES)) -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean ## remove the environment too
	@rm -rf $(VENV)

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "make: no '$(PYTHON)' here; try PYTHON=/path/to/python3.11 make $(MAKECMDGOALS)"; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "make: needs Python 3.11 or newer, $(PYTHON) is $$($(PYTHON) -V 2>&1); try PYTHON=python3.11 make $(MAKECMDGOALS)"; exit 2; }
	@echo "== environment in $(VENV) ($$($(PYTHON) -V 2>&1))"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.ready-demo: $(SETUP) | $(BIN)/python
	@echo "== installing neurosparse (once; about a minute)"
	@$(PIP) install $(LAZILY) -c constraints.txt -e .
	@touch $@

$(VENV)/.ready-test: $(SETUP) | $(BIN)/python
	@echo "== installing neurosparse with what its tests need (once; a few minutes)"
	@$(PIP) install $(LAZILY) -c constraints.txt -e ".[test]"
	@touch $@ $(VENV)/.ready-demo

$(VENV)/.ready-docs: $(SETUP) | $(BIN)/python
	@echo "== installing what builds the documentation (once; about a minute)"
	@$(PIP) install $(LAZILY) -c constraints.txt -e ".[docs]"
	@touch $@
