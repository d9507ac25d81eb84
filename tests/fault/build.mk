# The fault programs: each takes the path of the extension and ends with "N passed, N failed".

FAULT_OUT      = $(BUILD)/tests/fault
FAULT_NAMES    = oom io kill load
FAULT_PROGRAMS = $(FAULT_NAMES:%=$(FAULT_OUT)/%)
FAULT_SHARED   = $(FAULT_OUT)/harness.o $(FAULT_OUT)/report.o $(FAULT_OUT)/world.o
FAULT_FLAGS    = -std=c11 -D_GNU_SOURCE $(WARNINGS) $(CFLAGS) -Itests/fault $$(pkg-config --cflags sqlite3) -MMD -MP

$(FAULT_OUT)/%.o: tests/fault/%.c tests/fault/build.mk | packages
	@mkdir -p $(@D)
	@$(CC) $(FAULT_FLAGS) -c -o $@ $<

$(FAULT_OUT)/io: $(FAULT_OUT)/disk.o

$(FAULT_PROGRAMS): $(FAULT_OUT)/%: $(FAULT_OUT)/%.o $(FAULT_SHARED)
	@$(CC) $(LDFLAGS) -o $@ $^ $$(pkg-config --libs sqlite3) -lpthread -ldl

-include $(wildcard $(FAULT_OUT)/*.d)
