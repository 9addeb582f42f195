# make serve: set everything up and answer at http://127.0.0.1:8000
# make test:  set everything up and run every check and test
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# Test files at once: each process loads the models, which takes 1 GB.
JOBS ?= 2

.PHONY: serve test check bench calibrate eval wheel clean

serve: $(VENV)/ready
	@$(BIN)/pincite serve

test: check
	HF_HUB_OFFLINE=1 $(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder

check: $(VENV)/ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(VENV)/ready
	@HF_HUB_OFFLINE=1 $(BIN)/python -m web.bench

# Fits the confidence of the reader anew; FILES are questions in SQuAD's form (see bot/calibrate.py).
FILES ?= $(wildcard ../shared/data/reader/dev/*.jsonl.gz)
calibrate: $(VENV)/ready
	@test -n "$(FILES)" || { echo "No questions to fit on: name files in SQuAD's form with FILES=..."; exit 1; }
	HF_HUB_OFFLINE=1 $(BIN)/python -m bot.calibrate $(FILES)

# Measures the reader on FILES, and fails where a number is worse than its record in bot/model/quality.json.
eval: $(VENV)/ready
	@test -n "$(FILES)" || { echo "No questions to measure with: name files in SQuAD's form with FILES=..."; exit 1; }
	HF_HUB_OFFLINE=1 $(BIN)/python -m web.quality $(FILES)

wheel: $(VENV)/ready
	$(BIN)/python -m build --wheel

# torch comes first and by its exact release: an open range can bring a build of several gigabytes.
$(VENV)/ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Pincite needs Python 3.11 or newer; name one with: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is missing. On Debian: sudo apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check torch==2.13.0
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info
