-- What is wrong now, and every change of it.

-- ---- The hot path: one more detection of an open signal (detect.c) ----

-- :name state_repeat             touches one row and no index; whatever is not that plain is left alone
UPDATE main.signal_state
   SET detection_count = detection_count + :times,
       clean_runs = 0,
       evidence = CASE WHEN :evidence IS NOT NULL AND :at >= last_detected_at THEN nullif(:evidence, 'null') ELSE evidence END,
       last_detected_at = max(last_detected_at, :at)
 WHERE signal_key = :signal_key AND detection_count < 9000000000000000000
   AND (severity = :severity OR :rank < CASE severity WHEN 'info' THEN 0 WHEN 'watch' THEN 1 WHEN 'low' THEN 1 WHEN 'warning' THEN 2
                                                      WHEN 'medium' THEN 2 WHEN 'high' THEN 3 WHEN 'critical' THEN 4 END)
   AND CASE state WHEN 'active' THEN (:most IS NULL OR detection_count < :most)
                                 AND (:oldest IS NULL OR (first_detected_at GLOB '????-??-??T??:??:??.???Z'
                                                      AND first_detected_at > :oldest))
                  WHEN 'escalated' THEN 1
                  WHEN 'acknowledged' THEN acknowledged_until IS NULL OR acknowledged_until > :at END
   -- a taken-over row may have another form
   AND last_detected_at GLOB '????-??-??T??:??:??.???Z';

-- :name state_begin
INSERT INTO main.signal_state(signal_key, entity_type, entity_id, signal_type, severity, first_detected_at, last_detected_at,
                              detection_count, state, initial_severity, peak_severity, evidence)
VALUES (:signal_key, :entity_type, :entity_id, :signal_type, :severity, :at, :at, :times, 'active', :severity, :severity,
        :first_evidence)
ON CONFLICT (signal_key) DO NOTHING;

-- OR FAIL, and no function: else SQLite keeps a journal of each statement that fires a trigger, which trebles its cost inside a
-- frame. What is left behind is undone by the frame, or by state_unbegun.

-- :name state_begun
INSERT OR FAIL INTO main.signal_transitions(signal_key, at, to_state, to_severity, cause, evidence)
VALUES (:signal_key, :at, 'active', :severity, 'detected', :first_evidence);

-- :name state_unbegun
DELETE FROM main.signal_transitions WHERE seq = :seq AND signal_key = :signal_key AND at = :at;

-- :name state_unbegin
DELETE FROM main.signal_state WHERE signal_key = :signal_key;

-- :name detection_remember       0 rows: it was counted before
INSERT INTO main.signal_detections(signal_key, detection_id, at) VALUES (:signal_key, :detection_id, :at)
ON CONFLICT (signal_key, detection_id) DO UPDATE SET at = excluded.at WHERE at <= :forgotten;

-- :name detection_known
SELECT count(*) FROM main.signal_detections WHERE signal_key = :signal_key AND detection_id = :detection_id;

-- :name detection_unremember
DELETE FROM main.signal_detections WHERE signal_key = :signal_key AND detection_id = :detection_id;

-- ---- A whole row (store.c) ----

-- :name state_row
SELECT state, severity, initial_severity, peak_severity, first_detected_at, last_detected_at, escalated_at, cleared_at,
       cooldown_until, acknowledged_at, acknowledged_until, muted_until, detection_count, clean_runs, acknowledged_by, note,
       evidence, entity_type, entity_id, signal_type
  FROM main.signal_state WHERE signal_key = :signal_key;

-- :name state_insert
INSERT INTO main.signal_state(signal_key, entity_type, entity_id, signal_type, severity, first_detected_at, last_detected_at,
                              escalated_at, cleared_at, detection_count, cooldown_until, state, initial_severity, peak_severity,
                              acknowledged_at, acknowledged_by, acknowledged_until, note, clean_runs, muted_until, evidence)
VALUES (:signal_key, :entity_type, :entity_id, :signal_type, :row_severity, :first, :last, :escalated, :cleared, :count, :cooldown,
        :state, :initial, :peak, :acknowledged, :acknowledged_by, :acknowledged_until, :row_note, :clean_runs, :muted_until,
        :row_evidence);

-- :name state_update             the indexed columns too
UPDATE main.signal_state
   SET state = :state, severity = :row_severity, initial_severity = :initial, peak_severity = :peak, first_detected_at = :first,
       last_detected_at = :last, escalated_at = :escalated, cleared_at = :cleared, detection_count = :count,
       cooldown_until = :cooldown, acknowledged_at = :acknowledged, acknowledged_by = :acknowledged_by,
       acknowledged_until = :acknowledged_until, note = :row_note, clean_runs = :clean_runs, muted_until = :muted_until,
       evidence = :row_evidence
 WHERE signal_key = :signal_key;

-- :name state_touch              what changes when state and severity stay: no index is written
UPDATE main.signal_state
   SET last_detected_at = :last, detection_count = :count, cooldown_until = :cooldown, clean_runs = :clean_runs,
       muted_until = :muted_until, evidence = :row_evidence, peak_severity = :peak
 WHERE signal_key = :signal_key;

-- :name state_rename             what signal_state_put alone changes
UPDATE main.signal_state SET entity_type = :entity_type, entity_id = :entity_id, signal_type = :signal_type
 WHERE signal_key = :signal_key;

-- :name transition_insert
INSERT OR FAIL INTO main.signal_transitions(signal_key, at, from_state, to_state, from_severity, to_severity, cause, rule, actor, note,
                                    evidence)
VALUES (:signal_key, :moved_at, :from_state, :to_state, :from_severity, :to_severity, :cause, :by_rule, :actor, :why,
        :caused_by);

-- ---- Rules and mutes (rules.c, mutes.c) ----

-- :name rule_rows
SELECT signal_type, cooldown_seconds, escalate_after_seconds, escalate_after_count, clear_after_seconds, clean_runs_to_clear,
       detection_memory_seconds
  FROM main.signal_rules;

-- :name mute_rows
SELECT id, signal_key, entity_type, entity_id, signal_type, expires_at FROM main.signal_mutes;

-- :name mute_of_key              the one that dismissing has made
SELECT id, dismiss_count, expires_at FROM main.signal_mutes WHERE signal_key = :signal_key AND dismiss_count > 0 ORDER BY id LIMIT 1;

-- :name mute_insert
INSERT INTO main.signal_mutes(signal_key, reason, by, at, expires_at, dismiss_count)
VALUES (:signal_key, :reason, :by, :at, :expires, 1);

-- :name mute_again
UPDATE main.signal_mutes SET reason = :reason, by = :by, at = :at, expires_at = :expires, dismiss_count = dismiss_count + 1
 WHERE id = :mute;

-- ---- Runs (cycle.c) ----

-- :name cycle_result
SELECT result FROM main.signal_cycles WHERE cycle_id = :cycle_id;

-- :name cycle_remember
INSERT INTO main.signal_cycles(cycle_id, at, result) VALUES (:cycle_id, :at, :result);

-- :name state_open               of any entity
SELECT signal_key, entity_id, signal_type FROM main.signal_state
 WHERE state IN ('active', 'escalated', 'acknowledged', 'suppressed')
   AND (last_detected_at <= :at OR last_detected_at NOT GLOB '????-??-??T??:??:??.???Z');

-- :name state_open_of_type
SELECT signal_key, entity_id, signal_type FROM main.signal_state
 WHERE entity_type = :of_type AND +state IN ('active', 'escalated', 'acknowledged', 'suppressed')
   AND (last_detected_at <= :at OR last_detected_at NOT GLOB '????-??-??T??:??:??.???Z');

-- :name state_open_of_entity
SELECT signal_key, entity_id, signal_type FROM main.signal_state
 WHERE entity_type = :of_type AND entity_id = :of_id AND +state IN ('active', 'escalated', 'acknowledged', 'suppressed')
   AND (last_detected_at <= :at OR last_detected_at NOT GLOB '????-??-??T??:??:??.???Z');

-- ---- What time alone does (sweep.c) ----

-- :name state_sweepable          whatever may be over, or be old enough for some rule
SELECT signal_key FROM main.signal_state
 WHERE (state = 'suppressed' AND muted_until <= :at)
    OR (state = 'acknowledged' AND acknowledged_until <= :at)
    OR (:has_age_rules AND state = 'active')
    OR (:has_clear_rules AND state IN ('active', 'escalated', 'acknowledged'))
 ORDER BY signal_key;

-- :name detection_old
DELETE FROM main.signal_detections
 WHERE at <= :newest_forgotten
   AND at <= strftime('%Y-%m-%dT%H:%M:%fZ', :at, '-' || coalesce(
         (SELECT r.detection_memory_seconds FROM main.signal_state AS s JOIN main.signal_rules AS r ON r.signal_type = s.signal_type
           WHERE s.signal_key = signal_detections.signal_key),
         (SELECT detection_memory_seconds FROM main.signal_rules WHERE signal_type = '*'), :standard_memory) || ' seconds');

-- :name cycle_old
DELETE FROM main.signal_cycles WHERE at <= :forgotten;

-- ---- The log of inputs (record.c) ----

-- :name event_insert
INSERT INTO main.signal_state_events(at, verb, signal_key, args) VALUES (:at, :verb, :signal_key, :args);

-- :name event_start              where the log begins; the last transition of its time, when it was switched off since
SELECT seq, json_extract(args, '$.transitions'),
       (SELECT json_extract(args, '$.transitions') FROM main.signal_state_events AS later
         WHERE later.seq > signal_state_events.seq AND verb = 'record_off' ORDER BY later.seq LIMIT 1)
  FROM main.signal_state_events WHERE verb = 'record_on' ORDER BY seq DESC LIMIT 1;

-- :name event_rows
SELECT seq, at, verb, signal_key, args FROM main.signal_state_events WHERE seq > :start ORDER BY seq;

-- ---- Readers ----

-- :name state_active_rows        worst and oldest first
SELECT signal_key, entity_type, entity_id, signal_type, severity, state, first_detected_at, last_detected_at, detection_count,
       escalated_at, acknowledged_at, acknowledged_by, acknowledged_until, note, evidence
  FROM main.signal_state
 WHERE state IN ('active', 'escalated', 'acknowledged')
   AND (:entity_type IS NULL OR entity_type = :entity_type) AND (:entity_id IS NULL OR entity_id = :entity_id)
 ORDER BY CASE severity WHEN 'info' THEN 0 WHEN 'watch' THEN 1 WHEN 'low' THEN 1 WHEN 'warning' THEN 2 WHEN 'medium' THEN 2
                        WHEN 'high' THEN 3 WHEN 'critical' THEN 4 END DESC, first_detected_at, signal_key;

-- :name state_get
SELECT signal_key, entity_type, entity_id, signal_type, severity, first_detected_at, last_detected_at, escalated_at, cleared_at,
       detection_count, cooldown_until, state, initial_severity, peak_severity, acknowledged_at, acknowledged_by, acknowledged_until,
       note, clean_runs, muted_until, evidence
  FROM main.signal_state WHERE signal_key = :key;

-- :name state_history
SELECT seq, at, from_state, to_state, from_severity, to_severity, cause, rule, actor, note, evidence
  FROM main.signal_transitions WHERE signal_key = :key ORDER BY seq;

-- :name state_flapping           came back at least flap_count times within flap_window_seconds before `at`
WITH back AS MATERIALIZED (
       SELECT t.signal_key, s.signal_type, t.at
         FROM main.signal_transitions AS t CROSS JOIN main.signal_state AS s ON s.signal_key = t.signal_key
        WHERE t.cause = 'reactivated'),
     judged AS (
       SELECT signal_key, at,
              coalesce((SELECT flap_window_seconds FROM main.signal_rules WHERE signal_rules.signal_type = back.signal_type),
                       (SELECT flap_window_seconds FROM main.signal_rules WHERE signal_type = '*'), 86400) AS flap_window,
              coalesce((SELECT flap_count FROM main.signal_rules WHERE signal_rules.signal_type = back.signal_type),
                       (SELECT flap_count FROM main.signal_rules WHERE signal_type = '*'), 3) AS flap_count
         FROM back)
SELECT * FROM (
  SELECT signal_key, count(*) AS times, flap_count, flap_window, min(at), max(at)
    FROM judged
   WHERE at > strftime('%Y-%m-%dT%H:%M:%fZ', :at, '-' || flap_window || ' seconds') AND at <= :at
   GROUP BY signal_key)
 WHERE times >= flap_count ORDER BY times DESC, signal_key;

-- :name transition_last
SELECT at, from_state, to_state, cause, rule, actor, note FROM main.signal_transitions
 WHERE signal_key = :key ORDER BY seq DESC LIMIT 1;

-- :name lifecycle_info
SELECT 'lifecycle.open', count(*) FROM main.signal_state WHERE state IN ('active', 'escalated', 'acknowledged')
UNION ALL
SELECT 'lifecycle.critical', count(*) FROM main.signal_state
 WHERE state IN ('active', 'escalated', 'acknowledged') AND severity = 'critical'
UNION ALL
SELECT 'lifecycle.suppressed', count(*) FROM main.signal_state WHERE state = 'suppressed';

-- :name state_json_valid
SELECT json_valid(:json);

-- :name event_foreign            signals that were there before the log began
SELECT signal_key FROM main.signal_state_before;

-- :name transition_rows          of the time of the log
SELECT seq, signal_key, at, from_state, to_state, from_severity, to_severity, cause, rule, actor, note, evidence
  FROM main.signal_transitions
 WHERE seq > :first_transition AND (:last_transition IS NULL OR seq <= :last_transition) ORDER BY seq;

-- :name transition_replace
UPDATE main.signal_transitions
   SET signal_key = :signal_key, at = :moved_at, from_state = :from_state, to_state = :to_state, from_severity = :from_severity,
       to_severity = :to_severity, cause = :cause, rule = :by_rule, actor = :actor, note = :why, evidence = :caused_by
 WHERE seq = :seq;

-- :name transition_restore
INSERT OR FAIL INTO main.signal_transitions(seq, signal_key, at, from_state, to_state, from_severity, to_severity, cause, rule, actor,
                                            note, evidence)
VALUES (:seq, :signal_key, :moved_at, :from_state, :to_state, :from_severity, :to_severity, :cause, :by_rule, :actor, :why,
        :caused_by);

-- :name transition_delete
DELETE FROM main.signal_transitions WHERE seq = :seq;

-- ---- what lore_validate looks for ----

-- :name lifecycle_validate
SELECT 'error', 'signal_state', count(*) || ' rows have a state that there is not, as ' || quote(min(signal_key)),
       'UPDATE main.signal_state SET state = CASE WHEN lower(state) IN (''escalated'', ''acknowledged'', ''cleared'', ''suppressed'') '
       || 'THEN lower(state) ELSE ''active'' END '
       || 'WHERE state NOT IN (''active'', ''escalated'', ''acknowledged'', ''cleared'', ''suppressed'')'
  FROM main.signal_state WHERE state NOT IN ('active', 'escalated', 'acknowledged', 'cleared', 'suppressed') GROUP BY NULL
UNION ALL
SELECT 'error', 'signal_state', count(*) || ' rows are cleared at no time, as ' || quote(min(signal_key)),
       'UPDATE main.signal_state SET cleared_at = last_detected_at WHERE state = ''cleared'' AND cleared_at IS NULL'
  FROM main.signal_state WHERE state = 'cleared' AND cleared_at IS NULL GROUP BY NULL
UNION ALL
SELECT 'error', 'signal_state', count(*) || ' rows were last detected before they were first, as ' || quote(min(signal_key)),
       'UPDATE main.signal_state SET first_detected_at = last_detected_at, last_detected_at = first_detected_at '
       || 'WHERE last_detected_at < first_detected_at'
  FROM main.signal_state WHERE last_detected_at < first_detected_at GROUP BY NULL
UNION ALL
SELECT 'error', 'signal_state', count(*) || ' rows were never detected, as ' || quote(min(signal_key)),
       'UPDATE main.signal_state SET detection_count = 1 WHERE coalesce(detection_count, 0) < 1'
  FROM main.signal_state WHERE coalesce(detection_count, 0) < 1 GROUP BY NULL
UNION ALL
SELECT 'warning', 'signal_transitions', count(*) || ' signals have another state than their last row says, as ' || quote(min(s.signal_key)),
       'INSERT INTO main.signal_transitions(signal_key, at, from_state, to_state, from_severity, to_severity, cause) '
       || 'SELECT s.signal_key, strftime(''%Y-%m-%dT%H:%M:%fZ'', ''now''), t.to_state, s.state, t.to_severity, s.severity, ''imported'' '
       || 'FROM main.signal_state AS s JOIN main.signal_transitions AS t ON t.seq = '
       || '(SELECT max(seq) FROM main.signal_transitions WHERE signal_key = s.signal_key) WHERE t.to_state <> s.state'
  FROM main.signal_state AS s JOIN main.signal_transitions AS t
    ON t.seq = (SELECT max(seq) FROM main.signal_transitions WHERE signal_key = s.signal_key)
 WHERE t.to_state <> s.state GROUP BY NULL;
