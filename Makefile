# sqlite-lore. `make demo` and `make test` need nothing before them; see README.md.

BUILD    = build
PREFIX   = /usr/local
VERSION := $(shell cat VERSION)
CC       = gcc
LIBRARIES = sqlite3 libcjson libpsl libidn2 libutf8proc libsodium

WARNINGS = -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wundef -Wvla -Wno-overlength-strings
# Another way to build (sanitizers, another compiler) has its own folder: make VARIANT=asan CFLAGS=…
CFLAGS   = -O2 -g
LDFLAGS  =
VARIANT  = lib
OUT      = $(BUILD)/$(VARIANT)

SOURCES := $(wildcard ext/*.c ext/*/*.c)
OBJECTS  = $(SOURCES:ext/%.c=$(OUT)/%.o) $(OUT)/generated/statements.o $(OUT)/generated/schema.o
STATEMENTS := sql/statements/engine.sql $(filter-out sql/statements/engine.sql,$(sort $(wildcard sql/statements/*.sql)))
SCHEMA  := $(sort $(wildcard sql/schema/*/*.sql))
GENERATED = $(BUILD)/generated

# pkg-config is asked when something is compiled: it may not be there before.
FLAGS = -std=c11 $(WARNINGS) $(CFLAGS) -fPIC -fvisibility=hidden -DLORE_VERSION='"$(VERSION)"' \
        -Iext -I$(GENERATED) $$(pkg-config --cflags $(LIBRARIES)) -MMD -MP
LINK  = -shared -Wl,--exclude-libs,ALL -Wl,-z,nodelete -Wl,-z,relro -Wl,-z,now -Wl,-z,defs $(LDFLAGS) \
        $$(pkg-config --libs $(filter-out sqlite3,$(LIBRARIES))) -lm

.PHONY: all
all: $(BUILD)/lore.so

.PHONY: packages
packages:
	@.ci/packages build

$(BUILD)/lore.so: $(OUT)/lore.so
	@cp $< $@.new && mv $@.new $@

$(OUT)/lore.so: $(OBJECTS)
	@echo "link $@"
	@$(CC) -o $@ $^ $(LINK)

$(OUT)/%.o: ext/%.c $(GENERATED)/statements.h VERSION Makefile | packages
	@mkdir -p $(@D)
	@$(CC) $(FLAGS) -c -o $@ $<

$(OUT)/generated/%.o: $(GENERATED)/%.c $(GENERATED)/statements.h Makefile | packages
	@mkdir -p $(@D)
	@$(CC) $(FLAGS) -c -o $@ $<

$(GENERATED)/statements.h: sql/embed.awk $(STATEMENTS) $(SCHEMA)
	@mkdir -p $(@D)
	@awk -f sql/embed.awk -v part=header $(STATEMENTS) $(SCHEMA) > $@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

$(GENERATED)/statements.c: sql/embed.awk $(STATEMENTS)
	@mkdir -p $(@D)
	@awk -f sql/embed.awk -v part=statements $(STATEMENTS) > $@.new && mv $@.new $@

$(GENERATED)/schema.c: sql/embed.awk $(SCHEMA)
	@mkdir -p $(@D)
	@awk -f sql/embed.awk -v part=schema $(SCHEMA) > $@.new && mv $@.new $@

-include $(OBJECTS:.o=.d)

# ---- Use ----

.PHONY: install
install: $(BUILD)/lore.so
	install -d $(DESTDIR)$(PREFIX)/lib $(DESTDIR)$(PREFIX)/include $(DESTDIR)$(PREFIX)/bin
	install -m 755 ext/admin/lore $(DESTDIR)$(PREFIX)/bin/lore
	install -m 755 $(BUILD)/lore.so $(DESTDIR)$(PREFIX)/lib/lore.so
	install -m 644 ext/lore.h $(DESTDIR)$(PREFIX)/include/lore.h
	install -d $(DESTDIR)$(PREFIX)/share/sqlite-lore/postgres
	install -m 644 sql/postgres.sql $(DESTDIR)$(PREFIX)/share/sqlite-lore
	install -m 644 $(wildcard sql/postgres/*.sql) $(DESTDIR)$(PREFIX)/share/sqlite-lore/postgres

.PHONY: demo
demo:
	@.ci/packages demo
	@$(MAKE) --no-print-directory all
	@docs/demo/run $(BUILD)/lore.so $(BUILD)/demo

# ---- Tests ----

# Each folder's own targets; first that which lists the pure cores, for others link with them.
include tests/unit/build.mk $(filter-out tests/unit/build.mk,$(sort $(wildcard ext/*/build.mk tests/*/build.mk)))

PYTEST = /usr/bin/python3 -m pytest -q -n auto -p no:cacheprovider

.PHONY: test test-unit test-fault test-sql
test:
	@.ci/packages tests
	@$(MAKE) --no-print-directory -j $$(nproc) all $(UNIT_PROGRAMS) $(FAULT_PROGRAMS)
	@$(MAKE) --no-print-directory test-unit test-fault test-sql

# What `make test` thins out to end within minutes, in full: each fault in each journal, in each form, in each way.
.PHONY: test-thorough
test-thorough:
	@LORE_THOROUGH=1 $(MAKE) --no-print-directory test

test-unit: $(UNIT_PROGRAMS)
	@for program in $(UNIT_PROGRAMS); do $$program || exit 1; done

test-fault: $(BUILD)/lore.so $(FAULT_PROGRAMS)
	@for program in $(FAULT_PROGRAMS); do echo "$$program"; $$program $(BUILD)/lore.so || exit 1; done

test-sql: $(BUILD)/lore.so
	@$(PYTEST) tests

# Not a part of `make test`: chromium is large.
.PHONY: test-browser
test-browser:
	@.ci/packages browser
	@$(MAKE) --no-print-directory all
	@/usr/bin/python3 -m pytest -q -p no:cacheprovider tests/browser/report_in_chromium.py

.PHONY: examples
examples: $(BUILD)/lore.so
	@/usr/bin/python3 tests/show_examples.py

.PHONY: golden
golden: $(BUILD)/lore.so
	@/usr/bin/python3 tests/make_golden.py

.PHONY: fuzz
SECONDS = 60
fuzz: $(FUZZ_PROGRAMS)
	@for program in $(FUZZ_PROGRAMS); do \
	  mkdir -p $$program.corpus && $$program -artifact_prefix=$$program. -max_total_time=$(SECONDS) -print_final_stats=1 $$program.corpus || exit 1; done

.PHONY: bench
bench:
	@.ci/packages bench
	@$(MAKE) --no-print-directory all $(BENCH_PROGRAMS)
	@tests/bench/run $(BUILD)/lore.so $(BUILD)/bench

# ---- Checks ----

SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
SANITIZED = $(MAKE) --no-print-directory VARIANT=asan CFLAGS="-O1 -g $(SANITIZE)" LDFLAGS="$(SANITIZE) -Wl,-z,undefs"

.PHONY: check check-compilers check-static check-format check-symbols check-sanitizers
check:
	@.ci/packages check
	@$(MAKE) --no-print-directory check-format check-compilers check-static check-symbols check-sanitizers
	@echo "check: all clean"

check-format:
	@awk -f tests/check/format.awk $$(git ls-files 'ext/*.[ch]' 'tests/*.[ch]')

check-compilers:
	@$(MAKE) --no-print-directory VARIANT=gcc CC=gcc $(BUILD)/gcc/lore.so
	@$(MAKE) --no-print-directory VARIANT=clang CC=clang $(BUILD)/clang/lore.so

check-static:
	@cppcheck --quiet --std=c11 --error-exitcode=1 --enable=warning,performance,portability --inline-suppr \
	  --suppressions-list=tests/check/cppcheck.txt -Iext -I$(GENERATED) -DLORE_VERSION='"$(VERSION)"' ext
	@clang-tidy --quiet --warnings-as-errors='*' --checks=$$(cat tests/check/clang-tidy.txt) $(SOURCES) -- \
	  -std=c11 -Iext -I$(GENERATED) -DLORE_VERSION='"$(VERSION)"' $$(pkg-config --cflags $(LIBRARIES)) 2>/dev/null

check-symbols: $(BUILD)/lore.so
	@test "$$(nm -D --defined-only $< | awk '{ print $$3 }')" = sqlite3_lore_init || { nm -D --defined-only $<; exit 1; }

check-sanitizers:
	@$(SANITIZED) $(BUILD)/asan/lore.so
	@$(SANITIZED) BUILD=$(BUILD)/sanitized test-unit
	@ASAN_OPTIONS=detect_leaks=0 LD_PRELOAD="$$($(CC) -print-file-name=libasan.so) $$($(CC) -print-file-name=libubsan.so)" \
	  LORE=$(BUILD)/asan/lore.so $(PYTEST) tests

.PHONY: clean
clean:
	@rm -rf $(BUILD)
