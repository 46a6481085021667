# `make` sets up, builds the book and grades the sample class; `make test` checks everything.
PYTHON ?= python3
BIN := .venv/bin
SAMPLE := _build/sample-course
BOOK := $(shell find book _config.yml _toc.yml solutions autograder/assignment autograder/cli autograder/course.py autograder/record/late.py -type f \
	-not -path '*/__pycache__/*' -not -path 'book/exercises/*' -not -path '*/.ipynb_checkpoints/*' 2>/dev/null)
CODE := $(shell find autograder solutions book/through_time -type f -name '*.py' 2>/dev/null)

.PHONY: all book sample test lint coverage serve clean help requirements

all: book sample
	@scripts/what-to-open $(SAMPLE)

.venv/installed: requirements.txt pyproject.toml
	@scripts/check-python $(PYTHON)
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --requirement requirements.txt
	$(BIN)/pip install --quiet --no-deps --editable .
	@touch $@

_build/html/.built: .venv/installed $(BOOK)
	$(BIN)/jupyter-book build . -W -n --keep-going
	@touch $@

book: _build/html/.built

$(SAMPLE)/.graded: .venv/installed scripts/sample-course $(CODE) solutions/assignments/*.md
	scripts/sample-course $(SAMPLE)
	@touch $@

sample: $(SAMPLE)/.graded

lint: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/codespell

test: .venv/installed lint book
	@scripts/debian-packages chromium bubblewrap postgresql
	$(BIN)/pytest --numprocesses 2 --dist loadgroup

coverage: .venv/installed
	$(BIN)/pytest --numprocesses 2 --dist loadgroup --cov=solutions/reference --cov-fail-under=100 \
		--cov-report=term-missing:skip-covered tests/solutions

serve: book
	@echo "The book: http://127.0.0.1:8000/ (end with Ctrl-C)"
	@$(BIN)/python -m http.server --bind 127.0.0.1 --directory _build/html 8000

requirements: .venv/installed
	$(BIN)/uv pip compile pyproject.toml --all-extras --python-version 3.11 --quiet \
		--no-emit-index-url --no-emit-find-links --custom-compile-command "make requirements" -o requirements.txt

clean:
	rm -rf _build book/exercises .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage
	@echo "The environment .venv is kept; remove it with: rm -rf .venv"

help:
	@echo "make           set up, build the book, grade the sample class, say what to open"
	@echo "make test      lint, types, spelling, unit and browser tests"
	@echo "make book      build the book only, into _build/html/"
	@echo "make sample    make and grade the sample course only, in $(SAMPLE)/"
	@echo "make serve     show the book at http://127.0.0.1:8000/"
	@echo "make lint      lint, types and spelling only"
	@echo "make coverage  every line of the reference is reached by its tests"
	@echo "make clean     remove everything that was built"
	@echo "make requirements   pin the versions anew"
