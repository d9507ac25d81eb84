# The programs of `make bench`: each takes the path of the extension and a folder for its databases.
# tests/bench/run runs them and the Python parts, and puts the verdicts first.

BENCH_OUT      = $(BUILD)/tests/bench
BENCH_NAMES    = signals load lifecycle growth codec metrics scan
BENCH_PROGRAMS = $(BENCH_NAMES:%=$(BENCH_OUT)/%)
BENCH_SHARED   = $(BENCH_OUT)/harness.o
BENCH_FLAGS    = -std=c11 -D_GNU_SOURCE $(WARNINGS) $(CFLAGS) -Iext -Itests/bench $$(pkg-config --cflags sqlite3) -MMD -MP

$(BENCH_OUT)/%.o: tests/bench/%.c tests/bench/build.mk | packages
	@mkdir -p $(@D)
	@$(CC) $(BENCH_FLAGS) -c -o $@ $<

$(BENCH_OUT)/ext/%.o: ext/%.c tests/bench/build.mk | packages
	@mkdir -p $(@D)
	@$(CC) $(BENCH_FLAGS) -fPIC -c -o $@ $<

$(BENCH_OUT)/signals: $(BENCH_OUT)/batch.o $(BENCH_OUT)/baseline.o $(BENCH_OUT)/ways.o
$(BENCH_OUT)/lifecycle: $(BENCH_OUT)/detections.o $(BENCH_OUT)/upsert.o $(BENCH_OUT)/ways.o
$(BENCH_OUT)/growth: $(BENCH_OUT)/detections.o $(BENCH_OUT)/upsert.o
$(BENCH_OUT)/metrics: $(BENCH_OUT)/series.o
$(BENCH_OUT)/codec: $(BENCH_OUT)/series.o $(CODEC_SOURCES:%.c=$(BENCH_OUT)/%.o)
$(BENCH_OUT)/scan: $(BENCH_OUT)/ext/engine/buffer.o $(patsubst %,$(BENCH_OUT)/ext/vault/%.o,numbers patterns reference scan tokens values)

$(BENCH_PROGRAMS): $(BENCH_OUT)/%: $(BENCH_OUT)/%.o $(BENCH_SHARED)
	@$(CC) $(LDFLAGS) -o $@ $^ $$(pkg-config --libs sqlite3) -lm

-include $(wildcard $(BENCH_OUT)/*.d $(BENCH_OUT)/ext/*/*.d)
