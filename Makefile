# The two that a newcomer needs: `make up` and `make test`.
# Whatever fails, make itself ends with 2; the line "Error 3" says that something is missing on
# this machine. `python3 bootstrap.py up streamatlas up` does the same and ends with 3.

PYTHON ?= python3
ENV = @$(PYTHON) bootstrap.py

.PHONY: up down wipe test test-fast lint bench chromium lock

up: ## everything, from a clone to a live portal
	$(ENV) up streamatlas up

down: ## stop the jobs with savepoints, end every process, keep the data
	$(ENV) up streamatlas down

wipe: ## the same, and delete the data
	$(ENV) up streamatlas down --wipe

test: chromium lint ## everything that is tested, the real sandbox and the browser included
	.venv/bin/pytest -n 2 -m "not e2e and not browser"
	.venv/bin/pytest -n 2 --hypothesis-profile thorough tests/load/test_properties.py
	@made=$$(mktemp -d) || exit 3; STREAMATLAS_STATE=$$made/state .venv/bin/streamatlas site --out $$made/site; \
	  code=$$?; rm -rf "$$made"; exit $$code
	.venv/bin/pytest -m "e2e or browser"

test-fast: lint ## what is tested at every save, in under a minute
	.venv/bin/pytest -q -n 2 -m "not e2e and not browser"

lint:
	$(ENV) test
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

bench: ## measure check, build, site, poll and up
	$(ENV) test python -m bench

chromium:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	  apt-get update && apt-get install -y --no-install-recommends chromium; } || \
	  { echo "The tests need chromium: sudo apt-get install chromium"; exit 3; }

lock: ## make the lock files anew (needs uv and Maven)
	$(PYTHON) requirements/lock.py
