# The fuzzers: libFuzzer over the pure cores, one program a file tests/fuzz/fuzz_*.c. They need clang.

FUZZ_CC       = clang
FUZZ_OUT      = $(BUILD)/tests/fuzz
FUZZ_PROGRAMS = $(patsubst tests/fuzz/%.c,$(FUZZ_OUT)/%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_PACKAGES = libcjson libpsl libidn2 libutf8proc libsodium
FUZZ_FLAGS    = -std=c11 -D_GNU_SOURCE $(WARNINGS) -g -O1 -fno-omit-frame-pointer \
                -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined -Iext

$(FUZZ_PROGRAMS): $(FUZZ_OUT)/%: tests/fuzz/%.c $(PURE_SOURCES) $(wildcard ext/*/*.h) tests/fuzz/build.mk | packages
	@mkdir -p $(@D)
	@$(FUZZ_CC) $(FUZZ_FLAGS) $$(pkg-config --cflags $(FUZZ_PACKAGES)) -o $@ $< $(PURE_SOURCES) \
	  $$(pkg-config --libs $(FUZZ_PACKAGES)) -lm
