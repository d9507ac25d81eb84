-- prepare.sql: the tables, what evidence about packages weighs, and whom we follow already.
-- Runs in the stock sqlite3 shell, in the folder of the demo; ingest.sql goes on from here.

.bail on
.load ./lore
.timeout 5000

-- Creates the tables that are missing; nothing on a second run.
INSERT INTO lore_migrate(subsystems) VALUES ('signals lifecycle snapshots patterns graph work metrics vault audit tenants report');

-- One instant for the whole run: the clock of this connection stands still, so what the run stores and logs bears this time.
CREATE TEMP TABLE run AS SELECT lore_clock(strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) AS at;

-- The gate weighs signals by type, and its weights are rows. Packages bring types of their own.
INSERT OR IGNORE INTO signal_weights(signal_type, weight, half_life_days) VALUES
  ('package_base',        0.40, 3650),   -- the system does not run without it
  ('package_program',     0.25,  730),
  ('package_library',     0.20,  730),
  ('package_development', 0.10,  365),   -- headers and compilers: somebody builds with it
  ('package_data',        0.05,  365),   -- documentation, fonts, translations
  ('source_fetched',      0.15, 3650);   -- a person wrote down where the source came from

-- Upstreams that are on our list already: what is found about them is not stored again. 7 days long, then they are asked about anew.
INSERT INTO suppression_put(canonical_key, notion_page_id, status, company_name) VALUES
  ('domain:debian.org',    'page-debian',    'following', 'Debian'),
  ('domain:ubuntu.com',    'page-ubuntu',    'following', 'Ubuntu'),
  ('domain:gnu.org',       'page-gnu',       'following', 'GNU'),
  ('domain:kernel.org',    'page-kernel',    'following', 'Linux kernel');
