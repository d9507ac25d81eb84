# The extension from every driver; docs/drivers.md is written anew when all have run. Not a part of `make test`, which runs only
# those that are installed: npm builds two of them for minutes. What can't be installed is skipped, and said so.

.PHONY: test-drivers
test-drivers:
	@.ci/packages tests
	@.ci/packages drivers || true
	@$(MAKE) --no-print-directory all
	@tests/drivers/run $(BUILD)/lore.so --install --page docs/drivers.md
