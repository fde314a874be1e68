# make run    the main job: neuron and muscle compared, into results/compare/
# make explore  the live page: installs what it is built on, serves it and opens the browser
# make test   the whole test suite
# make coverage  the same, and how much of the package it reaches (half as long again)
# make lint   style, types and direction of imports of the Python, units of the mechanisms
# make docs   the pages, with executed examples and the reference of all functions, into build/docs/
# make reference  renew the small reference set in results/reference/
# make mutate  do the tests notice small changes in what is computed and shown? (some minutes)
# make bench  speed, counts and accuracy beside NEURON's, SciPy's and C's integrators, into results/bench/
# Everything is installed into .venv/ on first use; delete that folder to start afresh.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready

.PHONY: run explore test coverage lint docs mutate bench reference clean

run: $(READY)
	$(BIN)/python run.py

explore: $(READY)
	$(BIN)/python run.py explore

test: $(READY)
	$(BIN)/python -m pytest -n 2 --dist worksteal -q

coverage: $(READY)
	$(BIN)/python -m pytest -n 2 --dist worksteal -q --cov

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYTHONPATH=. $(BIN)/lint-imports --no-logo
	@for file in mod/*.mod docs/notebooks/mod/*.mod; do $(BIN)/modlunit $$file > /dev/null 2>&1 || { echo "$$file: units do not agree, see: modlunit $$file"; exit 1; }; done
	@echo "modlunit: all mechanisms agree in their units"

docs: $(READY)
	$(BIN)/sphinx-build -W --keep-going -q -b html docs build/docs
	@echo "pages: build/docs/index.html"

mutate: $(READY)
	$(BIN)/python tests/mutate.py

bench: $(READY)
	$(BIN)/python tests/bench

reference: $(READY)
	rm -rf build/reference
	$(BIN)/python run.py compare --quiet --out build/reference
	cd build/reference && cp summary.json compare.png *_ions.csv *_course.csv ../../results/reference/
	$(BIN)/python run.py follow --cell muscle_fast --along ko=0.3:12 --quiet --out build/reference/follow
	cp build/reference/follow/follow.png results/reference/follow_muscle_fast.png
	$(BIN)/python run.py statements --quiet --out build/reference/statements
	cp build/reference/statements/summary.json results/reference/statements.json
	$(BIN)/python run.py tipping --along ko=4:0.6 --within 10s,1min,10min,12h --quiet --out build/reference/tipping
	cp build/reference/tipping/tipping.png results/reference/tipping_muscle_fast.png
	$(BIN)/python run.py run huebel2014_pump_off --quiet --out build/reference/run
	cp build/reference/run/run.png results/reference/run_huebel2014_pump_off.png
	for cell in neuron muscle; do \
		$(BIN)/python run.py determinants --cell $$cell --quiet --out build/reference/determinants && \
		cp build/reference/determinants/determinants.png results/reference/determinants_$$cell.png || exit 1; \
	done
	PYTHONPATH=tests $(BIN)/python tests/explored.py results/reference/explore.png

$(READY): requirements.txt $(wildcard requirements/*.txt)
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else f"Python 3.11 or newer is needed; {sys.executable} is {v[0]}.{v[1]} (choose one: make PYTHON=/path/to/python3.12 ...)")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $(READY)

clean:
	rm -rf .venv build .pytest_cache .ruff_cache .mypy_cache .grimp_cache .hypothesis .coverage *.egg-info dist
