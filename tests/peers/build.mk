# PostgreSQL as a peer: what sql/postgres.sql makes there, and an export that goes there and comes back. Not a part of `make test`.
# With FIGURES=1 the figures of this machine are written into docs/postgres.md.

.PHONY: test-postgres
test-postgres:
	@.ci/packages postgres
	@$(MAKE) --no-print-directory all
	@FIGURES=$(FIGURES) /usr/bin/python3 -m pytest -q -p no:cacheprovider tests/peers/postgres.py tests/peers/postgres_values.py tests/peers/postgres_writers.py
