# `make test-hosts`: the suite on other versions and builds of SQLite (tests/hosts/hosts.txt), which are built into a cache folder.
# HOSTS="3.37.0 3.54.1" takes some of them. PART=suite leaves out the fault programs, PART=core takes a quarter of the tests,
# PART="test_work test_vault*" these files. What was run goes into the table of docs/compatibility.md, unless files were named.

HOSTS = all
PART  = all

$(BUILD)/tests/hosts/refused: tests/hosts/refused.c | packages
	@mkdir -p $(@D)
	@$(CC) -std=c11 $(WARNINGS) $(CFLAGS) $$(pkg-config --cflags sqlite3) -o $@ $< $(LDFLAGS) $$(pkg-config --libs sqlite3)

.PHONY: test-hosts check-floor
test-hosts:
	@.ci/packages hosts
	@$(MAKE) --no-print-directory all $(FAULT_PROGRAMS) $(BUILD)/tests/hosts/refused check-floor
	@/usr/bin/python3 tests/hosts/run --part "$(PART)" $(HOSTS)

# With the headers of the oldest host nothing newer has a name.
check-floor: $(GENERATED)/statements.h
	@cache=$$(tests/hosts/build 3.37.0) && $(CC) -fsyntax-only -std=c11 $(WARNINGS) -DLORE_VERSION='"$(VERSION)"' \
	  -I$$cache/3.37.0/include -Iext -I$(GENERATED) $$(pkg-config --cflags $(LIBRARIES)) $(SOURCES)
