# What is handed out, in build/dist; docs/install.md says how each is used. The library of a release is compiled from the
# amalgamation: one file, one compiler call, for this machine or another one.

DIST       = $(BUILD)/dist
PACKED     = $(BUILD)/packages
MACHINE   := $(shell uname -m)
CROSS      =
SYSROOT    =
CPU_x86_64  = x64
CPU_aarch64 = arm64
CPU        = $(or $(CPU_$(MACHINE)),$(MACHINE))
TRIPLET    = $(MACHINE)-linux-gnu
PLATFORM   = $(PACKED)/$(CPU)
ARM64      = $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/sqlite-lore/arm64

RELEASE_CC    = $(CROSS)gcc $(addprefix --sysroot=,$(SYSROOT))
RELEASE_FLAGS = -std=c11 -O2 -Wall -Wextra -Werror -fPIC -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
RELEASE_LINK  = -shared -Wl,--exclude-libs,ALL -Wl,-z,nodelete -Wl,-z,relro -Wl,-z,now -Wl,-z,defs -Wl,--as-needed
OF_SYSROOT    = PKG_CONFIG_SYSROOT_DIR=$(SYSROOT) PKG_CONFIG_LIBDIR=$(SYSROOT)/usr/lib/$(TRIPLET)/pkgconfig
RELEASE_PKG   = $(if $(SYSROOT),$(OF_SYSROOT)) pkg-config

AMALGAMATED = $(PACKED)/amalgamation/lore.c
ALL_OF_IT   = $(SOURCES) $(sort $(wildcard ext/*.h ext/*/*.h)) $(patsubst %,$(GENERATED)/%,schema.c statements.c statements.h)

$(AMALGAMATED): ext/packages/amalgamate.py VERSION $(ALL_OF_IT)
	@/usr/bin/python3 $< $(VERSION) $(@D) $(ALL_OF_IT)

$(PLATFORM)/lore.o: $(AMALGAMATED) ext/packages/build.mk
	@mkdir -p $(@D)
	@$(RELEASE_CC) $(RELEASE_FLAGS) $$($(RELEASE_PKG) --cflags $(LIBRARIES)) -c -o $@ $<

$(PLATFORM)/core.o: $(AMALGAMATED) ext/packages/build.mk
	@mkdir -p $(@D)
	@$(RELEASE_CC) $(RELEASE_FLAGS) -DSQLITE_CORE $$($(RELEASE_PKG) --cflags $(LIBRARIES)) -c -o $@ $<

# With the system's libraries: what Debian's package has in it.
$(PLATFORM)/system/lore.so: $(PLATFORM)/lore.o ext/packages/build.mk
	@mkdir -p $(@D)
	@$(RELEASE_CC) $(RELEASE_LINK) -o $@ $< $$($(RELEASE_PKG) --libs $(filter-out sqlite3,$(LIBRARIES))) -lm
	@$(CROSS)strip --strip-unneeded --remove-section=.comment $@

# Self-contained: what has a static archive is in it, and cJSON, which has none, lies beside it. Debian's libidn2.a names
# versions of symbols, which only libidn2.so can have.
$(PLATFORM)/alone/lore.so: $(PLATFORM)/lore.o ext/packages/build.mk
	@mkdir -p $(@D)
	@$(CROSS)objcopy --wildcard --strip-symbol='*@IDN2*' $$($(RELEASE_CC) -print-file-name=libidn2.a) $(PLATFORM)/libidn2.a
	@$(RELEASE_CC) $(RELEASE_LINK) -Wl,--gc-sections -Wl,-rpath,'$$ORIGIN' -o $@ $< -Wl,-Bstatic -lpsl $(PLATFORM)/libidn2.a \
	  -lunistring -lutf8proc -lsodium -Wl,-Bdynamic -lcjson -lm
	@$(CROSS)strip --strip-unneeded --remove-section=.comment $@
	@install -m 644 $$($(RELEASE_CC) -print-file-name=libcjson.so.1) $(@D)/libcjson.so.1

$(PLATFORM)/liblore.a: $(PLATFORM)/core.o ext/packages/build.mk
	@rm -f $@
	@$(CROSS)strip --strip-debug --remove-section=.comment --remove-section='.note*' -o $(PLATFORM)/lore-core.o $<
	@$(CROSS)ar rcsD $@ $(PLATFORM)/lore-core.o

.PHONY: dist dist-arm64 dist-sources dist-platform
dist:
	@.ci/packages dist
	@$(MAKE) --no-print-directory dist-sources dist-platform
	@ext/packages/list $(DIST)

# The same for arm64, made on another machine.
dist-arm64: CROSSING = MACHINE=aarch64 CROSS=aarch64-linux-gnu- SYSROOT=$(ARM64)/root
dist-arm64:
	@.ci/packages dist arm64
	@ext/packages/arm64/sysroot $(ARM64)
	@$(MAKE) -s --no-print-directory $(PLATFORM)/system/lore.so
	@$(MAKE) --no-print-directory dist-platform $(CROSSING)
	@ext/packages/list $(DIST)

# What is there of another version goes.
dist-sources: $(AMALGAMATED)
	@mkdir -p $(DIST)
	@find $(DIST) -type f ! -name '*$(VERSION)*' -delete
	@ext/packages/source $(DIST)/sqlite-lore-$(VERSION).tar.gz $(VERSION)
	@ext/packages/pack amalgamation $(DIST) $(VERSION) $(PACKED)
	@ext/packages/pack npm $(DIST) $(VERSION) $(PACKED)

dist-platform: $(PLATFORM)/system/lore.so $(PLATFORM)/alone/lore.so $(PLATFORM)/liblore.a
	@mkdir -p $(DIST)
	@for kind in release static npm_platform python debian; do \
	  ext/packages/pack $$kind $(DIST) $(VERSION) $(PACKED) $(CPU) $(SYSROOT) || exit 1; done

# Those of arm64 too, where they are made by another machine and run by qemu.
.PHONY: test-packages
test-packages:
	@.ci/packages dist packages
	@$(MAKE) --no-print-directory dist
	@$(if $(filter x86_64,$(MACHINE)),$(MAKE) --no-print-directory dist-arm64)
	@/usr/bin/python3 -m pytest -q -p no:cacheprovider \
	  $(filter-out $(if $(filter x86_64,$(MACHINE)),,%/arm64_package.py),$(wildcard tests/packages/*_package.py))
	@/usr/bin/python3 tests/packages/show_packages.py
