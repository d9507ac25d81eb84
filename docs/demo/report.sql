-- report.sql: what is in the tables now, each table under the question it answers.
-- Runs after ingest.sql, in the same shell. "This run" is what bears the time of temp.run.
-- To stay in 100 columns long texts are cut: substr(x, 1, n) || substr('…', 1, length(x) > n).

CREATE TEMP TABLE summary AS
  WITH counted(stored, known, suppressed, no_key) AS (
    SELECT (SELECT count(*) FROM signals WHERE created_at = run.at),
           count(*) FILTER (WHERE outcome = 'duplicate'), count(*) FILTER (WHERE outcome = 'suppressed'),
           count(*) FILTER (WHERE outcome = 'no_key')
      FROM run LEFT JOIN signal_ingest_log AS log ON log.at = run.at)
  SELECT CASE stored WHEN 0 THEN 'Nothing new: 0 stored' ELSE 'Stored: ' || stored || ' signals' END
         || ', ' || known || ' known, ' || suppressed || ' suppressed, ' || no_key || ' without a key.' AS line
    FROM counted;

.mode box
.headers on
.print
.print '1. What became of what the two collectors found?'
WITH collector(name, says, found) AS (
  SELECT 'dpkg', 'it is installed, with this homepage', (SELECT count(*) FROM package)
  UNION ALL
  SELECT 'copyright', 'its source came from here', (SELECT count(*) FROM package WHERE source_url <> '' OR upstream_name <> ''))
SELECT name AS collector, says AS "says of a package", found,
       (SELECT count(*) FROM signals WHERE source_api = name AND created_at = run.at) AS stored,
       count(*) FILTER (WHERE outcome = 'duplicate')  AS known,
       count(*) FILTER (WHERE outcome = 'suppressed') AS suppressed,
       count(*) FILTER (WHERE outcome = 'no_key')     AS "no key"
  FROM collector JOIN run LEFT JOIN signal_ingest_log AS log ON log.source_api = name AND log.at = run.at
 GROUP BY name ORDER BY found DESC;
.mode list
.headers off
SELECT line FROM summary;
.print '(known: by an earlier run, or said by another package of the same source)'

.mode box
.headers on
.print
.print '2. Why has something no key? (a key says whose it is: domain, GitHub organisation, name …)'
WITH said(source_api, source_id, name, address) AS MATERIALIZED (
  SELECT DISTINCT 'dpkg', name || ':' || version, name, homepage FROM package
  UNION ALL
  SELECT 'copyright', source || ':' || source_version, min(name), source_url FROM package GROUP BY 2),
refused AS (
  SELECT log.source_api, log.reason,
         said.name || ': ' || coalesce(nullif(replace(replace(address, char(9), ' '), char(10), ' '), ''), 'no homepage') AS what
    FROM run JOIN signal_ingest_log AS log ON log.at = run.at AND log.outcome = 'no_key'
    JOIN said USING (source_api, source_id))
SELECT source_api AS collector, replace(reason, 'website: ', '') AS "what is wrong", count(*) AS "how many",
       substr(min(what), 1, 40) || substr('…', 1, length(min(what)) > 40) AS "for example"
  FROM refused GROUP BY source_api, reason ORDER BY source_api DESC, 3 DESC, reason;

.print
.print '3. What was left out because its upstream is followed already? (suppression_put in prepare.sql)'
SELECT log.canonical_key AS upstream, c.status, c.notion_page_id AS page, substr(c.expires_at, 1, 10) AS "ask again on",
       count(*) FILTER (WHERE log.source_api = 'dpkg') AS packages, count(*) FILTER (WHERE log.source_api = 'copyright') AS sources
  FROM run JOIN signal_ingest_log AS log ON log.at = run.at AND log.outcome = 'suppressed'
  LEFT JOIN suppression_cache AS c ON c.canonical_key = log.canonical_key
 GROUP BY log.canonical_key ORDER BY count(*) DESC, log.canonical_key;

.print
.print '4. Which upstreams have most packages here? (without those of table 3)'
WITH installed AS (
  SELECT key_resolve(canonical_key) AS upstream, json_extract(raw_data, '$.package') AS package,
         max(json_extract(raw_data, '$.installed_kb')) AS kb, max(detected_at) AS changed
    FROM signals WHERE source_api = 'dpkg' GROUP BY 1, 2 ORDER BY length(package), package),
counted AS (
  SELECT upstream, count(*) AS packages, sum(kb) AS kb, max(changed) AS changed, group_concat(package, ' ') AS names
    FROM installed GROUP BY upstream)
SELECT substr(upstream, 1, 29) || substr('…', 1, length(upstream) > 29) AS upstream, packages, round(kb / 1024.0, 1) AS MB,
       substr(changed, 1, 10) AS "last change", substr(names, 1, 28) || substr('…', 1, length(names) > 28) AS "for example"
  FROM counted ORDER BY packages DESC, counted.upstream LIMIT 10;

.print
.print '5. Which upstreams are known by more than one key? (first six merged ones, then six undecided)'
WITH said AS MATERIALIZED (
  SELECT source_api, canonical_key, json_extract(raw_data, '$.source') AS source, json_extract(raw_data, '$.package') AS package FROM signals),
pair AS (
  SELECT p.canonical_key AS homepage, c.canonical_key AS source, count(DISTINCT p.package) AS packages, min(p.package) AS package,
         CASE WHEN key_resolve(p.canonical_key) = key_resolve(c.canonical_key) THEN 'merged' ELSE 'undecided' END AS one
    FROM said AS p JOIN said AS c ON c.source = p.source
   WHERE p.source_api = 'dpkg' AND c.source_api = 'copyright' AND p.canonical_key <> c.canonical_key
   GROUP BY 1, 2),
ranked AS (
  SELECT *, row_number() OVER (PARTITION BY one ORDER BY packages DESC, homepage, source) AS place FROM pair)
SELECT substr(homepage, 1, 24) || substr('…', 1, length(homepage) > 24) AS "the homepage says",
       substr(source, 1, 24) || substr('…', 1, length(source) > 24) AS "the source says", packages,
       substr(package, 1, 15) || substr('…', 1, length(package) > 15) AS "for example", one AS "one?"
  FROM ranked WHERE place <= 6 ORDER BY one, place;

.print
.print '6. What does a merge do? (key_merge in ingest.sql: signals keep their key, readers follow it)'
SELECT substr(alias, 1, 29) || substr('…', 1, length(alias) > 29) AS "the key",
       substr(key_resolve(alias), 1, 29) || substr('…', 1, length(key_resolve(alias)) > 29) AS "key_resolve()",
       (SELECT count(*) FROM signals WHERE canonical_key = alias) AS "its signals",
       (SELECT count(*) FROM signals_for(alias)) AS "signals_for()"
  FROM key_groups ORDER BY 4 DESC, alias LIMIT 6;

.print
.print '7. For which upstreams is the evidence enough? (signal_verdicts: weights, age, sources, kinds)'
SELECT decision, count(*) AS upstreams, printf('%.2f to %.2f', min(confidence_score), max(confidence_score)) AS scores,
       CASE decision WHEN 'auto_push' THEN 'goes on the list by itself' WHEN 'needs_review' THEN 'a person looks at it'
                     WHEN 'hold' THEN 'waits for more signals' ELSE 'is dropped' END AS "what that means"
  FROM signal_verdicts GROUP BY decision ORDER BY max(confidence_score) DESC;
.print '   The best three of each; score = evidence × more sources × more kinds of it, at most 1:'
WITH ranked AS (
  SELECT *, row_number() OVER (PARTITION BY decision ORDER BY confidence_score DESC, signals DESC, canonical_key) AS place
    FROM signal_verdicts)
SELECT substr(canonical_key, 1, 26) || substr('…', 1, length(canonical_key) > 26) AS upstream,
       (SELECT group_concat(CASE json_extract(value, '$.signal_type')
                              WHEN 'package_base' THEN 'base' WHEN 'package_program' THEN 'prog' WHEN 'package_library' THEN 'lib'
                              WHEN 'package_development' THEN 'dev' WHEN 'package_data' THEN 'data' ELSE 'src' END, ' ')
          FROM json_each(breakdown, '$.signal_details')) AS evidence,
       printf('%.2f×%.2f×%.2f', json_extract(breakdown, '$.base_score'), json_extract(breakdown, '$.multi_source_boost'),
              json_extract(breakdown, '$.convergence_boost')) AS "how",
       printf('%.2f', confidence_score) AS score, decision
  FROM ranked WHERE place <= 3 ORDER BY confidence_score DESC, signals DESC, canonical_key;

.print
.print '8. How much is stored? (signal_stats)'
SELECT name AS figure, value FROM signal_stats;

-- The oldest signal of the upstream with the best verdict.
CREATE TEMP TABLE best AS
  SELECT s.id, s.source_id, s.canonical_key
    FROM (SELECT canonical_key FROM signal_verdicts ORDER BY confidence_score DESC, signals DESC, canonical_key LIMIT 1) AS v
    JOIN signals_for(v.canonical_key) AS s
   ORDER BY s.id LIMIT 1;
.print
.mode list
.headers off
SELECT '9. Why is signal ' || id || ' where it is? (signal_why; ' || source_id || ' of ' || canonical_key || ')' FROM best;
.mode box
.headers on
SELECT why.* FROM best JOIN signal_why(best.id) AS why;
