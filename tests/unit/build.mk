# The unit tests of the pure cores: one program a file tests/unit/test_*.c, run from the project's folder.

UNIT_OUT      = $(BUILD)/tests/unit
UNIT_PROGRAMS = $(patsubst tests/unit/%.c,$(UNIT_OUT)/%,$(wildcard tests/unit/test_*.c))
UNIT_PACKAGES = cmocka libcjson libpsl libidn2 libutf8proc libsodium
UNIT_FLAGS    = -std=c11 -D_GNU_SOURCE $(WARNINGS) $(CFLAGS) -Iext -Itests/unit -DVECTORS_DIR='"tests/vectors"' \
                -DVECTORS='"tests/vectors/canonical_key.json"' $$(pkg-config --cflags $(UNIT_PACKAGES)) -MMD -MP

CODEC_SOURCES = $(patsubst %,ext/metrics/%.c,aggregate bits checksum codec decimals fold forms frame integers values)

# What knows no SQLite; a program takes from the library what it calls.
PURE_SOURCES  = ext/admin/lines.c $(patsubst %,ext/engine/%.c,buffer clock digest ed25519 lttb moments scan sketch text) \
                $(patsubst %,ext/keys/%.c,candidates domain github kinds name registry text url) \
                $(patsubst %,ext/graph/%.c,learn members memory names number path walk weighted whole) \
                $(patsubst %,ext/signals/%.c,gate) $(patsubst %,ext/lifecycle/%.c,align machine) $(patsubst %,ext/snapshots/%.c,trend) \
                $(patsubst %,ext/work/%.c,order retry transitions) $(patsubst %,ext/tenants/%.c,persona) \
                $(patsubst %,ext/patterns/%.c,characteristics confidence detect intervals ranks rules sums words) \
                $(patsubst %,ext/metrics/%.c,bucket ends grid plan range_value select series step tally tags tzif zone zonefile zonerule) \
                $(patsubst %,ext/report/%.c,bars chart decimal frame glyphs heat lines markup scale spans sparks) \
                $(patsubst %,ext/audit/%.c,chain keyfile lines verify) \
                $(patsubst %,ext/vault/%.c,numbers patterns pieces reference scan seal tokens values) \
                $(CODEC_SOURCES)
UNIT_OBJECTS  = $(PURE_SOURCES:%.c=$(UNIT_OUT)/%.o)
UNIT_LIBRARY  = $(UNIT_OUT)/pure.a

$(UNIT_OUT)/ext/%.o: ext/%.c tests/unit/build.mk | packages
	@mkdir -p $(@D)
	@$(CC) $(UNIT_FLAGS) -c -o $@ $<

$(UNIT_OUT)/%.o: tests/unit/%.c tests/unit/build.mk | packages
	@mkdir -p $(@D)
	@$(CC) $(UNIT_FLAGS) -c -o $@ $<

$(UNIT_LIBRARY): $(UNIT_OBJECTS)
	@rm -f $@
	@ar rcs $@ $^

$(UNIT_PROGRAMS): $(UNIT_OUT)/%: $(UNIT_OUT)/%.o $(UNIT_LIBRARY)
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $$(pkg-config --libs $(UNIT_PACKAGES)) -lm

-include $(wildcard $(UNIT_OUT)/*.d $(UNIT_OUT)/ext/*/*.d)
