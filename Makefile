PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
# What Python makes of the package, also where it is told to keep nothing of what it runs.
COMPILE := $(BIN)/python -m compileall -q hmic_letters && \
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -c 'import hmic_letters.pdf.preload'

# A virtual environment does not survive being moved.
ifneq ($(shell cat $(VENV)/ready 2>/dev/null),$(CURDIR))
$(shell rm -f $(VENV)/ready)
endif

# So it is, too, where another interpreter is asked for than the one it was made from.
VERSION := -c 'import sys; print(sys.version)'
ifneq ($(origin PYTHON),file)
ifneq ($(shell $(PYTHON) $(VERSION) 2>&1),$(shell $(BIN)/python $(VERSION) 2>&1))
$(shell rm -f $(VENV)/ready)
endif
endif

# The tests, spread over the processors.
PYTEST := $(BIN)/pytest --numprocesses auto --dist worksteal
# Guards of what is shipped say nothing about data that somebody has amended.
AS_SHIPPED := git diff --quiet HEAD -- data templates && \
	test -z "$$(git ls-files --others --exclude-standard -- data templates)"
SLOW := crash or dispatched or hostile or ocr or verapdf or browser or libreoffice or older_weasyprint or whole

.PHONY: letters test quick coverage wheel bench upstream canary fuzz bare lock

letters: $(VENV)/ready
	$(BIN)/hmic-letters generate

test: $(VENV)/ready-for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@if $(AS_SHIPPED); then \
		echo "data/ and templates/ equal the commit: the shipped letters are tested, too."; \
		$(PYTEST); \
	else \
		echo "data/ or templates/ differ from the commit: the shipped letters are not tested."; \
		test "$(SHIPPED)" != must && $(PYTEST) -m 'not shipped'; \
	fi

# The tests of a minute and a half: no kills, no other programs, few letters.
quick: $(VENV)/ready-for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(PYTEST) -m 'not ($(SLOW))'

# Prints the lines and branches that no test reaches.
coverage: $(VENV)/ready-for-tests
	$(PYTEST) --cov=hmic_letters --cov-branch --cov-report=term:skip-covered

# The wheel in dist/, proved in an empty environment.
wheel: $(VENV)/ready-for-tests
	PYTHON='$(PYTHON)' setup/wheel.sh

# What is claimed to be fast, against something run in the same breath.
bench: $(VENV)/ready-for-tests
	$(PIP) install matplotlib psutil typst
	$(COMPILE)
	$(BIN)/python benchmarks/letters.py
	$(BIN)/python benchmarks/changes.py
	$(BIN)/python benchmarks/check.py
	$(BIN)/python benchmarks/preview.py
	$(BIN)/python benchmarks/scale.py
	$(BIN)/python benchmarks/rent.py

# Runs WeasyPrint's own tests without the patches and with them: the patches may break none.
upstream: $(VENV)/ready-for-tests
	PYTHON='$(PYTHON)' setup/system.sh upstream
	$(BIN)/python tests/upstream.py

# Prints with the newest WeasyPrint and what it is made of, in an environment of its own, whatever
# the lock says: what fails there will have to be mended before 'make lock' can take them up.
CANARY := .venv-canary
NEWEST := weasyprint pydyf tinyhtml5 tinycss2 cssselect2 pyphen pillow fonttools cffi
canary:
	PYTHON='$(PYTHON)' setup/system.sh tests
	$(PYTHON) -m venv --clear $(CANARY)
	$(CANARY)/bin/python -m pip install --quiet --require-hashes -r requirements-test.txt
	$(CANARY)/bin/python -m pip install --quiet --upgrade $(NEWEST)
	$(CANARY)/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	$(CANARY)/bin/python -m pip list | grep -iE '^($(subst $() ,|,$(NEWEST))) '
	$(CANARY)/bin/pytest tests/pdf

# Any bytes in the place of what others write, ten minutes for each reader.
READER := forces forms enclosures traced templates
SECONDS := 600
fuzz: $(VENV)/ready-for-tests
	$(PIP) install atheris
	for reader in $(READER); do \
		$(BIN)/python tests/fuzz.py $$reader -max_total_time=$(SECONDS) || exit 1; \
	done

# Proves both targets in systems that have never seen the project (Debian; as root).
bare:
	setup/bare.sh stable root
	setup/bare.sh oldstable clerk

# Takes up new versions of the dependencies that pyproject.toml allows.
lock: $(VENV)/ready-for-tests
	$(PIP) install uv
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
		--no-header --group build --output-file requirements.txt pyproject.toml
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
		--no-header --group build --group test --constraints requirements.txt \
		--output-file requirements-test.txt pyproject.toml

$(VENV)/ready: requirements.txt pyproject.toml setup/system.sh
	PYTHON='$(PYTHON)' setup/system.sh letters
	$(PYTHON) -m venv --clear $(VENV)
	$(PIP) install --require-hashes -r requirements.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	$(COMPILE)
	echo '$(CURDIR)' >$@

$(VENV)/ready-for-tests: $(VENV)/ready requirements-test.txt
	PYTHON='$(PYTHON)' setup/system.sh tests
	$(PIP) install --require-hashes -r requirements-test.txt
	touch $@
