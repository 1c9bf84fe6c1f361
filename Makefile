# The commands of the project; "make help" lists them.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SUPERSET := .venv-superset
INSTALL := sh ops/install.sh $(PYTHON) $(VENV)
RAW ?=
MAPPING ?=
FROM ?=
INTO ?=
CURSOR ?=
FULL ?=
AS_OF ?=
ACCEPT_SHRUNKEN ?=
FOR ?=
PORT ?=
SIZES ?=
DAYS ?= 1
METRICS ?= win_rate
BY ?= metric_time__quarter
WHERE ?=

# What reads a database is installed only where RAW is one, or a list of sources that may be some.
DATABASES := $(if $(filter postgres://% postgresql://% %.sqlite %.sqlite3 %.db %.yml %.yaml,$(RAW)),$(VENV)/.installed-databases)

# Read by the recipes from the environment, so that no path is taken for a piece of shell.
export RAW MAPPING FROM INTO AS_OF SIZES FOR METRICS BY WHERE
export DBT_SEND_ANONYMOUS_USAGE_STATS := false

.DEFAULT_GOAL := help
.PHONY: help build test companies mutation lint refresh load postgres-up postgres-down report docs dashboards dashboards-test dashboards-down raw-is-named explore export metrics bench clean spark-install spark-up spark-load spark-down parity

help:  ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

build: $(VENV)/.installed  ## install, build and test the sample company, publish it, print its KPIs
	@$(BIN)/python -m ops refresh --sample

test: $(VENV)/.installed-dev lint  ## every check: lint, the sample's tests, the mutation score, the Python tests
	@mkdir -p warehouse
	@$(BIN)/python -m ops built
	@$(BIN)/python -m ops gates working
	@$(BIN)/python -m ops mutation --as-needed
	@$(BIN)/python -m pytest -n 2 --dist loadfile

mutation: $(VENV)/.installed-dev  ## count how many small errors of the models' SQL the tests notice
	@mkdir -p warehouse
	@$(BIN)/python -m ops mutation

companies: $(VENV)/.installed-dev  ## compare 500 random companies with the plain-Python oracle, on every core
	@PYTHONPATH=tests/python $(BIN)/python -m oracle --companies 500

lint: $(VENV)/.installed-dev  ## check SQL, Python, YAML and workflows without running them
	@$(BIN)/sqlfluff lint --processes 0 models tests analyses
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/yamllint --strict .
	@$(BIN)/zizmor --offline --quiet .github
	@$(BIN)/python -m ops portable

refresh: raw-is-named $(VENV)/.installed-gates $(DATABASES)  ## land RAW=folder, database or sources.yml [MAPPING=folder] [AS_OF=day], gate, build, check and publish
	@$(BIN)/python -m ops refresh "$$RAW" $(if $(MAPPING),--mapping "$$MAPPING") \
		$(if $(AS_OF),--as-of "$$AS_OF") $(if $(ACCEPT_SHRUNKEN),--accept-shrunken)

load: $(VENV)/.installed-loading  ## load FROM=postgresql://host/db?schema=x into INTO=warehouse/loaded.duckdb: its changes [MAPPING=folder] [FULL=1]
	@test -n "$$FROM" || { \
		echo "make load: say where the tables are: make load FROM='postgresql://host/db?schema=x' [MAPPING=folder]" >&2; \
		exit 2; \
	}
	@$(BIN)/python -m ops load "$$FROM" $(if $(INTO),--into "$$INTO") $(if $(MAPPING),--mapping "$$MAPPING") \
		$(foreach pair,$(CURSOR),--cursor '$(pair)') $(if $(FULL),--full)

postgres-up: $(VENV)/.installed-gates $(VENV)/.installed-databases  ## start a PostgreSQL on 127.0.0.1 with a simulated company in it, to try make load
	@$(BIN)/python -m ops postgres up

postgres-down: $(VENV)/.installed-databases  ## stop it and remove its files
	@$(BIN)/python -m ops postgres down

report: $(VENV)/.installed  ## write the report of the published file again, or one for FOR=team=TEAM-04
	@$(BIN)/python -m ops report $(if $(FOR),--for "$$FOR")

raw-is-named:
	@test -n "$$RAW" || { \
		echo "make refresh: say where the raw files are: make refresh RAW=folder [MAPPING=folder]" >&2; \
		exit 2; \
	}

explore: raw-is-named $(VENV)/.installed-gates $(DATABASES)  ## say which shape RAW=folder or database has, and what can follow
	@$(BIN)/python -m ops explore "$$RAW"

metrics: $(VENV)/.installed-semantic semantic/target/semantic_manifest.json  ## ask the published file with MetricFlow: METRICS=win_rate BY=metric_time__quarter,region [WHERE=filter]
	@test -f warehouse/sales_kpis.duckdb || { \
		echo "make metrics: there is no published file; run make build or make refresh first" >&2; \
		exit 1; \
	}
	@cd semantic && DBT_PROFILES_DIR=. $(abspath $(BIN))/mf query --metrics "$$METRICS" \
		$(if $(BY),--group-by "$$BY" --order "$$BY") $(if $(WHERE),--where "$$WHERE")

dashboards: $(VENV)/.installed $(SUPERSET)/.installed  ## install and start Superset on 127.0.0.1 with the dashboards [PORT=8088]
	@$(BIN)/python -m ops dashboards up $(if $(PORT),--port "$(PORT)")

dashboards-test: $(VENV)/.installed-dev $(SUPERSET)/.installed  ## ask every chart by REST and open every dashboard in a browser
	@$(BIN)/python -m ops built
	@$(BIN)/python -m pytest tests/python/test_dashboards_served.py

dashboards-down: $(VENV)/.installed  ## stop Superset
	@$(BIN)/python -m ops dashboards down

export: $(VENV)/.installed  ## write the published file as Parquet files and an Excel workbook
	@$(BIN)/python -m ops export

docs: $(VENV)/.installed-gates  ## write the documentation as a static site: a page per KPI, reports, lineage, checks
	@$(BIN)/python -m ops docs

spark-install: $(VENV)/.installed-spark  ## install Spark, for a local cluster (Java 17 is needed, too)

spark-up: $(VENV)/.installed-spark  ## start a local Spark cluster on 127.0.0.1
	@$(BIN)/python -m ops spark up

spark-load: $(VENV)/.installed-spark  ## copy the landed and the reference tables to the Spark cluster
	@$(BIN)/python -m ops spark load

spark-down: $(VENV)/.installed-spark  ## stop the local Spark cluster and remove its files
	@$(BIN)/python -m ops spark down

parity: $(VENV)/.installed-spark  ## prove that DuckDB and Spark agree on every published row [DAYS=2: also a day later, a worker lost]
	@$(BIN)/python -m ops parity --days $(DAYS)

bench: $(VENV)/.installed-gates  ## time every step on simulated companies: [SIZES=10000,100000,1000000]
	@$(BIN)/python -m ops bench $(if $(SIZES),--sizes "$$SIZES")

clean:  ## remove what can be made again; landed data and the published file stay
	@rm -rf $(VENV) $(SUPERSET) target logs semantic/target semantic/logs .pytest_cache .ruff_cache .hypothesis
	@rm -rf warehouse/sample.duckdb warehouse/sample.duckdb.wal warehouse/bench warehouse/quality_gates warehouse/screenshots
	@find ops tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed; name one: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; \
		exit 1; \
	}
	@$(INSTALL) $<
	@touch $@

$(SUPERSET)/.installed: requirements-superset.txt $(VENV)/.installed
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh ops/install.sh $(PYTHON) $(SUPERSET) $<
	@touch $@

$(VENV)/.installed-gates: requirements-gates.txt $(VENV)/.installed
	@$(INSTALL) $<
	@touch $@

$(VENV)/.installed-semantic: requirements-semantic.txt $(VENV)/.installed
	@$(INSTALL) $<
	@touch $@

semantic/target/semantic_manifest.json: $(wildcard semantic/*.yml semantic/*/*.sql semantic/models/*/*) $(wildcard models/kpis/*/*.md)
	@cd semantic && DBT_PROFILES_DIR=. $(abspath $(BIN))/dbt --quiet parse

$(VENV)/.installed-databases: requirements-databases.txt $(VENV)/.installed
	@$(INSTALL) $<
	@touch $@

$(VENV)/.installed-loading: requirements-loading.txt $(VENV)/.installed-gates
	@$(INSTALL) $<
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed-databases $(VENV)/.installed-loading $(VENV)/.installed-semantic
	@$(INSTALL) $<
	@touch $@

$(VENV)/.installed-spark: requirements-spark.txt $(VENV)/.installed-dev
	@$(INSTALL) $<
	@touch $@
