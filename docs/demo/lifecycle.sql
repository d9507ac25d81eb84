-- lifecycle.sql: what is wrong with packages, since when, and what became of it: one cycle of detections a look.
-- Runs after report.sql, in the same shell, in the folder that holds the file `findings`.
--
-- Two machines: this one, whose packages are the entities `package:…`, as it is; and that of docs/demo/upgrades.sample, `sample:…`,
-- which changes from look to look, so that every run has something to show. The first run looks back: at the sample's four days as
-- if they had been 14 and 7 days ago, yesterday and now. Each later run is one more look, which finds what the next of the four
-- days found; after the fourth comes the first.

CREATE TEMP TABLE finding(machine, kind, days, package, installed, available, origin);
.import --ascii findings finding

-- The looks of this run: whose, the number of the look at the sample and on which of its days, when.
CREATE TEMP TABLE look AS
  WITH known(number) AS (
    SELECT max(CAST(substr(cycle_id, instr(cycle_id, ' look ') + 6) AS INTEGER)) FROM signal_cycles
     WHERE cycle_id GLOB 'sample * look *'),
  story(number, days_ago) AS (VALUES (1, 14), (2, 7), (3, 1), (4, 0))
  SELECT 'package' AS machine, NULL AS number, NULL AS day, run.at AS at, 'this machine ' || run.at AS cycle_id
    FROM run WHERE EXISTS (SELECT 1 FROM finding WHERE machine = 'package')
  UNION ALL
  SELECT 'sample', story.number, NULL, strftime('%Y-%m-%dT%H:%M:%fZ', run.at, -days_ago || ' days'), NULL
    FROM run JOIN known JOIN story WHERE known.number IS NULL
  UNION ALL
  SELECT 'sample', known.number + 1, NULL, run.at, NULL FROM run JOIN known WHERE known.number IS NOT NULL;
UPDATE look SET day = (number - 1) % 4 + 1, cycle_id = 'sample ' || at || ' look ' || number WHERE number IS NOT NULL;

-- What each look found. A security update that waits is critical; another one of the distribution a warning.
CREATE TEMP TABLE detected AS
  SELECT look.cycle_id, 'upgrade_available' AS signal_type, package,
         CASE WHEN origin LIKE '%security%' THEN 'critical'
              WHEN (origin LIKE 'Debian:%' OR origin LIKE 'Ubuntu:%') AND origin NOT LIKE '%backports%' THEN 'warning'
              ELSE 'info' END AS severity,
         json_object('installed', installed, 'available', available, 'origin', origin) AS evidence
    FROM finding JOIN look USING (machine) WHERE kind = 'upgrade' AND (look.day IS NULL OR instr(days, look.day))
  UNION ALL
  SELECT look.cycle_id, 'held', package, 'medium', json_object('installed', installed)
    FROM finding JOIN look USING (machine) WHERE kind = 'hold' AND (look.day IS NULL OR instr(days, look.day))
  UNION ALL
  SELECT look.cycle_id, 'no_homepage', p.name, 'low', json_object('maintainer', max(p.maintainer))
    FROM finding AS f JOIN look USING (machine) JOIN package AS p
   WHERE f.kind = 'looked' AND f.package = 'no_homepage' AND p.homepage = '' GROUP BY look.cycle_id, p.name;

-- An upgrade that waits a week is escalated, whatever it is.
INSERT OR IGNORE INTO signal_rules(signal_type, escalate_after_seconds) VALUES ('upgrade_available', 7*86400);

-- One look is one call. The scope says what it looked for: an open signal inside it that was not found is cleared. What was not
-- looked for (upgrades, where apt has no lists) stays as it is.
INSERT INTO signal_state_cycle(signals, scope, cycle_id, at)
WITH found AS MATERIALIZED (
  SELECT cycle_id, machine, at,
         (SELECT json_group_array(json_object('signal_type', signal_type, 'entity_type', machine, 'entity_id', package,
                                              'severity', severity, 'evidence', json(evidence)))
            FROM detected AS d WHERE d.cycle_id = look.cycle_id) AS signals,
         (SELECT json_group_array(package) FROM finding AS f WHERE f.machine = look.machine AND kind = 'looked') AS looked
    FROM look)
SELECT signals, json_object('entity_type', machine, 'signal_types', json(looked)), cycle_id, at FROM found ORDER BY at, machine;

-- What the run shows as a whole is kept as its patterns, in one statement. The id makes a repetition harmless.
INSERT INTO pattern_snapshot_save(pattern_id, pattern_name, severity, entities_involved, evidence, cycle_id, id)
WITH wrong AS MATERIALIZED (
  SELECT s.*,
         (SELECT count(*) FROM signal_transitions AS t WHERE t.signal_key = s.signal_key AND t.cause = 'reactivated') AS returns
    FROM signal_state AS s WHERE s.state IN ('active', 'escalated')),
pattern AS (
  SELECT 'security_waits' AS id, 'security updates wait' AS name, 'critical' AS severity, wrong.* FROM wrong
   WHERE wrong.signal_type = 'upgrade_available' AND wrong.severity = 'critical'
  UNION ALL
  SELECT 'held_and_open', 'on hold, though an upgrade waits', 'high', wrong.* FROM wrong
   WHERE wrong.signal_type = 'held' AND (entity_type, entity_id) IN (
     SELECT entity_type, entity_id FROM wrong WHERE signal_type = 'upgrade_available')
  UNION ALL
  SELECT 'comes_back', 'mended, and there again', 'operational', wrong.* FROM wrong WHERE returns > 0)
SELECT id, name, severity, json_group_array(entity_type || ':' || entity_id),
       json_object('signals', count(*), 'since', min(first_detected_at)), 'run ' || run.at, 'run ' || run.at || ' ' || id
  FROM pattern JOIN run GROUP BY id, name, severity;

.mode box
.headers on
.print
.print '10. What became of what is wrong with packages? (signal_state_cycle; run the demo again: it goes on)'
WITH outcome(place, name) AS (
  VALUES (1, 'new'), (2, 'ongoing'), (3, 'escalated'), (4, 'reactivated'), (5, 'cleared'))
SELECT CASE machine WHEN 'package' THEN 'this machine' ELSE 'sample, look ' || look.number END AS "whose packages",
       s.signal_type AS signal, sum(outcome.name = 'new') AS new, sum(outcome.name = 'ongoing') AS ongoing,
       sum(outcome.name = 'escalated') AS escalated, sum(outcome.name = 'reactivated') AS reactivated,
       sum(outcome.name = 'cleared') AS cleared,
       min(CASE WHEN outcome.name IN ('cleared', 'reactivated') THEN s.entity_id || ' ' || outcome.name END) AS "for example"
  FROM look JOIN signal_cycles AS c USING (cycle_id) JOIN outcome
  JOIN json_each(c.result, '$.' || outcome.name) AS k JOIN signal_state AS s ON s.signal_key = k.value
 GROUP BY look.at, machine, s.signal_type ORDER BY look.at, machine, s.signal_type DESC;
.mode list
.headers off
SELECT '(apt has no package lists here, so nobody asked about upgrades of this machine: apt-get update fetches them)'
 WHERE EXISTS (SELECT 1 FROM finding WHERE machine = 'package')
   AND NOT EXISTS (SELECT 1 FROM finding WHERE machine = 'package' AND kind = 'looked' AND package = 'upgrade_available');
SELECT '(The sample is a made-up story, so that there is something to see: ' || CASE count(*)
         WHEN 1 THEN 'this run is its look ' || max(number) || ', and finds what look ' || max(day) || ' found.)' ELSE 'four looks, as if 14 and 7 days ago, yesterday and now.)' END
  FROM look WHERE day IS NOT NULL;

.mode box
.headers on
.print
.print '11. What is wrong now, and how long? (sql/reports/open_signals.sql)'
.read reports/open_signals.sql

.print
.print '12. What is wrong, and was first seen more than ten days before it was last seen? (sql/reports/chronic_signals.sql)'
.read reports/chronic_signals.sql

.print
.print '13. What changed last? (the newest twelve of sql/reports/transitions_last_day.sql)'
.parameter set :max_rows 12
.read reports/transitions_last_day.sql
.parameter clear

CREATE TEMP TABLE restless AS
  SELECT signal_key FROM signal_transitions GROUP BY signal_key ORDER BY count(*) DESC, signal_key LIMIT 1;
.print
.mode list
.headers off
SELECT '14. What is the story of one signal? (signal_state_history, the newest six; ' || signal_key || ')' FROM restless;
.mode box
.headers on
SELECT * FROM (
  SELECT h.seq, h.at, coalesce(h.from_state, '') AS "from", h.to_state AS "to", h.cause,
         json_extract(h.evidence, '$.available') AS available
    FROM restless JOIN signal_state_history(restless.signal_key) AS h ORDER BY h.seq DESC LIMIT 6) ORDER BY seq;

.print
.print '15. What does the run show as a whole? (pattern_snapshot_save in lifecycle.sql; pattern_snapshot_trend)'
SELECT p.pattern_name AS pattern, p.severity, json_array_length(p.entities_involved) AS packages,
       (SELECT count(*) FROM json_each(p.entities_involved) WHERE value GLOB 'sample:*') AS "of the sample",
       substr(json_extract(p.evidence, '$.since'), 1, 10) AS "oldest signal", t.trend, t.runs_seen || ' of ' || t.runs AS runs
  FROM run JOIN pattern_snapshots_in_cycle('run ' || run.at) AS p JOIN pattern_snapshot_trend(p.pattern_id) AS t;
.print '   trend compares with the runs that are stored (at most the last five): in the first run everything is new.'
