-- ingest.sql: two collectors look at the same packages; each hands over all it found in one statement.
-- Runs after prepare.sql, in the same shell, in the folder that holds the file `packages`.

CREATE TEMP TABLE package(
  name, version, architecture,     -- what is installed
  source, source_version,          -- what it was built from
  section, priority, homepage, maintainer, installed_kb, depends,
  upstream_name, source_url,       -- from its copyright file, where that says so
  installed_at                     -- unix seconds
);
.import --ascii packages package

-- Collector dpkg: this package of this upstream is installed. The upstream is whose homepage it is:
-- a document's `website` gives its key. The package's own name is no reference: it is Debian's word, not upstream's.
-- source_id makes the run safe to repeat: the same version is the same fact, an upgrade is a new one.
INSERT INTO signal_ingest(signal_type, source_api, source_id, confidence, raw_data, detected_at)
WITH found AS MATERIALIZED (
  SELECT CASE
           WHEN priority IN ('required', 'important', 'standard') THEN 'package_base'
           WHEN section LIKE '%libdevel' OR section LIKE '%devel' THEN 'package_development'
           WHEN section LIKE '%libs' OR section IN ('java', 'python', 'perl', 'ruby', 'php', 'javascript', 'golang', 'rust',
                                                    'haskell', 'ocaml', 'lisp', 'introspection') THEN 'package_library'
           WHEN section LIKE '%doc' OR section IN ('fonts', 'localization') THEN 'package_data'
           ELSE 'package_program'
         END AS signal_type,
         name || ':' || version AS source_id,
         CASE WHEN homepage LIKE 'https:%' THEN 0.95 ELSE 0.8 END AS confidence,   -- an http page is often an old one
         json_object('package', name, 'version', version, 'architecture', architecture, 'source', source,
                     'website', nullif(homepage, ''), 'section', section, 'maintainer', maintainer,
                     'installed_kb', CAST(installed_kb AS INTEGER), 'depends', nullif(depends, '')) AS document,
         CAST(nullif(installed_at, '') AS INTEGER) AS installed_at
    FROM package
   ORDER BY name, architecture)
SELECT signal_type, 'dpkg', source_id, confidence, document, installed_at FROM found;

-- Collector copyright: where the source was fetched from, and what upstream calls itself, which is a reference, if a weak one.
-- All packages that were built from one source say the same: one fact, the others are duplicates.
INSERT INTO signal_ingest(signal_type, source_api, source_id, confidence, raw_data, detected_at)
WITH found AS MATERIALIZED (
  SELECT source || ':' || source_version AS source_id,
         json_object('package', name, 'source', source, 'version', source_version,
                     'website', nullif(source_url, ''), 'name', nullif(upstream_name, '')) AS document,
         CAST(nullif(installed_at, '') AS INTEGER) AS installed_at
    FROM package
   WHERE source_url <> '' OR upstream_name <> ''
   ORDER BY name, architecture)
SELECT 'source_fetched', 'copyright', source_id, 0.7, document, installed_at FROM found;

-- Homepage and source address of one package may lie with different keys. Which of those are one upstream, a person decides
-- (weak keys are never merged without a name in `by`); here a rule stands in for the person: domain and GitHub
-- organisation are called the same. Signals keep the key they came with; readers follow the merge, key_unmerge takes it back.
INSERT INTO key_merge(a, b, reason, by)
WITH said AS MATERIALIZED (
  SELECT source_api, canonical_key, json_extract(raw_data, '$.source') AS source FROM signals),
pair AS MATERIALIZED (
  SELECT DISTINCT p.canonical_key AS a, c.canonical_key AS b
    FROM said AS p JOIN said AS c ON c.source = p.source
   WHERE p.source_api = 'dpkg' AND c.source_api = 'copyright'),
either AS (
  SELECT a, b FROM pair UNION SELECT b, a FROM pair)
SELECT a, b, 'domain and GitHub organisation bear one name', 'the demo'
  FROM either
 WHERE key_kind(a) = 'domain' AND key_kind(b) = 'github_org'
   AND replace(substr(key_value(a), 1, instr(key_value(a), '.') - 1), '-', '') = replace(key_value(b), '-', '')
 ORDER BY a, b;
