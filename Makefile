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
LINK  = -shared -Wl,--exclude-libs,ALL -Wl,-z,nodelete -Wl,-z,relro -Wl,-z,now $(LDFLAGS) \
        $$(pkg-config --libs $(filter-out sqlite3,$(LIBRARIES))) -lm

.PHONY: all
all: $(BUILD)/lore.so

.PHONY: packages
packages:
	@.ci/packages build

$(BUILD)/lore.so: $(OUT)/lore.so
	@cp $< $@

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
	@cmp -s $@.new $@ || cp $@.new $@

$(GENERATED)/statements.c: sql/embed.awk $(STATEMENTS)
	@mkdir -p $(@D)
	@awk -f sql/embed.awk -v part=statements $(STATEMENTS) > $@.new && mv $@.new $@

$(GENERATED)/schema.c: sql/embed.awk $(SCHEMA)
	@mkdir -p $(@D)
	@awk -f sql/embed.awk -v part=schema $(SCHEMA) > $@.new && mv $@.new $@

-include $(OBJECTS:.o=.d)

.PHONY: clean
clean:
	@rm -rf $(BUILD)
