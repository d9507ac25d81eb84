-- On a host that was built without authorizers: their place in the table of routines is empty, and calling one would be a crash.
.bail off
SELECT lore_migrate('tenants') <> '';
SELECT tenant_use('acme');
SELECT tenant_lock();
SELECT tenant_lock();
SELECT count(*) FROM tenant_clones;
