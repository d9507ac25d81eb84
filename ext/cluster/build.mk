# The cluster host and its tests: docs/cluster.md. The extension is linked into the program as an archive of its objects, whose
# checksum is among the flags: go looks at those alone when it decides whether to link anew.

CLUSTER_OUT     = $(BUILD)/cluster
CLUSTER_PROGRAM = $(CLUSTER_OUT)/lore-cluster
CLUSTER_GO      = GO111MODULE=off GOFLAGS= GOPATH=/usr/share/gocode GOCACHE=$(abspath $(CLUSTER_OUT))/go CGO_ENABLED=1 \
                  CGO_LDFLAGS_ALLOW='-Wl,-z,now' CGO_CFLAGS="-I$(abspath ext) $$(pkg-config --cflags sqlite3)" \
                  CGO_LDFLAGS="$(abspath $(CLUSTER_OUT)/lore.a) $$(pkg-config --libs $(LIBRARIES)) -lm"

.PHONY: cluster
cluster:
	@.ci/packages cluster
	@$(MAKE) --no-print-directory $(CLUSTER_PROGRAM)

$(CLUSTER_OUT)/lore.a: $(OBJECTS)
	@mkdir -p $(@D)
	@rm -f $@ && ar rcs $@ $^

$(CLUSTER_PROGRAM): $(CLUSTER_OUT)/lore.a $(wildcard ext/cluster/*.go) ext/cluster/build.mk
	@echo "link $@"
	@$(CLUSTER_GO) go build -ldflags "-X main.archive=$$(cksum < $< | tr -d ' ')" -o $@ ./ext/cluster

# Not a part of `make test`: it takes minutes, and needs Go and dqlite.
.PHONY: test-cluster
test-cluster: cluster $(BUILD)/lore.so
	@/usr/bin/python3 -m pytest -q -rs -p no:cacheprovider tests/cluster/three_nodes.py tests/cluster/sqld_replicas.py
