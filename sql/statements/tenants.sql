-- Every statement here that names a table with a tenant has `tenant_id = :tenant` for each time it names one; an INSERT gives
-- :tenant to tenant_id. :tenant is bound by the engine to the tenant of the connection, and to nothing else.

-- ---- clones ----

-- :name clone_differs              what of a known id differs from what is given; '' for nothing
SELECT substr(CASE WHEN clone_name IS NOT :clone_name THEN ', clone_name' ELSE '' END
              || CASE WHEN owner_id IS NOT :owner_id THEN ', owner_id' ELSE '' END
              || CASE WHEN :persona_config IS NOT NULL AND persona_config IS NOT nullif(:persona_config, 'null') THEN ', persona_config' ELSE '' END, 3)
  FROM main.agent_clones WHERE tenant_id = :tenant AND id = :id;

-- :name clone_of_name
SELECT id FROM main.agent_clones WHERE tenant_id = :tenant AND clone_name = :clone_name;

-- :name clone_insert
INSERT INTO main.agent_clones(id, tenant_id, clone_name, owner_id, persona_config, active, created_at, updated_at)
VALUES (:id, :tenant, :clone_name, :owner_id, nullif(:persona_config, 'null'), 1, :at, :at);

-- :name clone_exists
SELECT count(*) FROM main.agent_clones WHERE tenant_id = :tenant AND id = :clone_id;

-- :name clone_changes              what would change; '' for nothing, no row for an unknown id
SELECT CASE WHEN (:clone_name IS NULL OR clone_name IS :clone_name) AND (:owner_id IS NULL OR owner_id IS nullif(:owner_id, ''))
             AND (:persona_config IS NULL OR persona_config IS nullif(:persona_config, 'null'))
             AND (:active IS NULL OR active IS :active) THEN '' ELSE 'it' END
  FROM main.agent_clones WHERE tenant_id = :tenant AND id = :id;

-- :name clone_update
UPDATE main.agent_clones
   SET clone_name = coalesce(:clone_name, clone_name),
       owner_id = CASE WHEN :owner_id IS NULL THEN owner_id ELSE nullif(:owner_id, '') END,
       persona_config = CASE WHEN :persona_config IS NULL THEN persona_config ELSE nullif(:persona_config, 'null') END,
       active = coalesce(:active, active), updated_at = :at
 WHERE tenant_id = :tenant AND id = :id;

-- :name clone_get
SELECT id, tenant_id, clone_name, owner_id, persona_config, active, created_at, updated_at
  FROM main.agent_clones WHERE tenant_id = :tenant AND id = :id;

-- :name clone_list
SELECT id, tenant_id, clone_name, owner_id, persona_config, active, created_at, updated_at
  FROM main.agent_clones WHERE tenant_id = :tenant AND active = :active ORDER BY created_at DESC, id;

-- :name clone_persona              with what its region says
SELECT c.persona_config, c.clone_name, p.formality_default, p.communication_style, p.name
  FROM main.agent_clones AS c LEFT JOIN main.geographic_profiles AS p ON p.code = lower(json_extract(c.persona_config, '$.region'))
 WHERE c.tenant_id = :tenant AND c.id = :clone_id;

-- :name preview_is
SELECT count(*) FROM main.persona_previews
 WHERE tenant_id = :tenant AND clone_id = :clone_id AND sample_email = :sample_email AND sample_chat = :sample_chat
   AND persona_hash = :persona_hash;

-- :name preview_put
INSERT INTO main.persona_previews(tenant_id, clone_id, sample_email, sample_chat, persona_hash, created_at)
VALUES (:tenant, :clone_id, :sample_email, :sample_chat, :persona_hash, :at)
ON CONFLICT (tenant_id, clone_id) DO UPDATE
   SET sample_email = excluded.sample_email, sample_chat = excluded.sample_chat, persona_hash = excluded.persona_hash,
       created_at = excluded.created_at;

-- :name preview_get                stale: the persona is another by now
SELECT clone_id, sample_email, sample_chat, persona_hash, created_at, persona_hash IS NOT :persona_now
  FROM main.persona_previews WHERE tenant_id = :tenant AND clone_id = :clone_id;

-- ---- insights: one that is snoozed is pending again when its time has come ----

-- :name insight_differs
SELECT substr(CASE WHEN account_id IS NOT :account_id THEN ', account_id' ELSE '' END
              || CASE WHEN pattern_type IS NOT :pattern_type THEN ', pattern_type' ELSE '' END
              || CASE WHEN pattern_data IS NOT :pattern_data THEN ', pattern_data' ELSE '' END
              || CASE WHEN confidence IS NOT :confidence THEN ', confidence' ELSE '' END
              || CASE WHEN severity IS NOT :severity THEN ', severity' ELSE '' END
              || CASE WHEN fingerprint <> nullif(:fingerprint, '') THEN ', fingerprint' ELSE '' END
              || CASE WHEN detected_at <> :detected_at THEN ', detected_at' ELSE '' END
              || CASE WHEN :evidence IS NOT NULL AND evidence IS NOT :evidence THEN ', evidence' ELSE '' END, 3)
  FROM main.insights WHERE tenant_id = :tenant AND id = :id;

-- :name insight_recent             pending, of the same fingerprint, of the last day
SELECT id FROM main.insights
 WHERE tenant_id = :tenant AND fingerprint = :fingerprint AND created_at > :day_ago
   AND (status = 'pending' OR (status = 'snoozed' AND snoozed_until <= :at))
 ORDER BY created_at DESC, id LIMIT 1;

-- :name insight_acted              of the same fingerprint
SELECT count(*) FROM main.insights WHERE tenant_id = :tenant AND fingerprint = :fingerprint AND status = 'acted';

-- :name insight_supersede
UPDATE main.insights SET status = 'superseded' WHERE tenant_id = :tenant AND fingerprint = :fingerprint AND status = 'acted';

-- :name insight_insert
INSERT INTO main.insights(id, tenant_id, account_id, pattern_type, pattern_data, confidence, severity, status, created_at,
                          fingerprint, detected_at, evidence)
VALUES (:id, :tenant, :account_id, :pattern_type, :pattern_data, :confidence, :severity, 'pending', :at,
        :fingerprint, coalesce(:detected_at, :at), :evidence);

-- :name insight_status             as it stands, and until when it is snoozed
SELECT CASE WHEN status = 'snoozed' AND snoozed_until <= :at THEN 'pending' ELSE status END, snoozed_until, status
  FROM main.insights WHERE tenant_id = :tenant AND id = :id;

-- :name insight_set
UPDATE main.insights
   SET status = :status, snoozed_until = CASE :status WHEN 'snoozed' THEN :until END,
       acted_at = CASE WHEN :status IN ('acted', 'dismissed') THEN :at WHEN :status IN ('pending', 'snoozed') THEN NULL ELSE acted_at END
 WHERE tenant_id = :tenant AND id = :id;

-- :name insight_exists
SELECT count(*) FROM main.insights WHERE tenant_id = :tenant AND id = :insight_id;

-- :name insight_get
SELECT id, tenant_id, account_id, pattern_type, pattern_data, confidence, severity,
       CASE WHEN status = 'snoozed' AND snoozed_until <= :at THEN 'pending' ELSE status END,
       created_at, acted_at, fingerprint, snoozed_until, detected_at, evidence
  FROM main.insights WHERE tenant_id = :tenant AND id = :id;

-- :name insight_list_all
SELECT id, tenant_id, account_id, pattern_type, pattern_data, confidence, severity,
       CASE WHEN status = 'snoozed' AND snoozed_until <= :at THEN 'pending' ELSE status END,
       created_at, acted_at, fingerprint, snoozed_until, detected_at, evidence
  FROM main.insights WHERE tenant_id = :tenant ORDER BY created_at DESC, id LIMIT :max_rows;

-- :name insight_list_status        each half goes down its index as far as is asked for: what has the status, and what is pending again
SELECT * FROM (
  SELECT id, tenant_id, account_id, pattern_type, pattern_data, confidence, severity, status, created_at, acted_at, fingerprint,
         snoozed_until, detected_at, evidence
    FROM main.insights
   WHERE tenant_id = :tenant AND status = :status AND (:status <> 'snoozed' OR snoozed_until IS NULL OR snoozed_until > :at)
   ORDER BY created_at DESC, id LIMIT :max_rows)
UNION ALL
SELECT * FROM (
  SELECT id, tenant_id, account_id, pattern_type, pattern_data, confidence, severity, 'pending', created_at, acted_at, fingerprint,
         snoozed_until, detected_at, evidence
    FROM main.insights
   WHERE tenant_id = :tenant AND status = 'snoozed' AND :status = 'pending' AND snoozed_until <= :at
   ORDER BY created_at DESC, id LIMIT :max_rows)
 ORDER BY created_at DESC, id LIMIT :max_rows;

-- :name insight_list_account       of one account, perhaps of one status
SELECT id, tenant_id, account_id, pattern_type, pattern_data, confidence, severity,
       CASE WHEN status = 'snoozed' AND snoozed_until <= :at THEN 'pending' ELSE status END,
       created_at, acted_at, fingerprint, snoozed_until, detected_at, evidence
  FROM main.insights
 WHERE tenant_id = :tenant AND account_id = :account_id
   AND (:status IS NULL OR CASE WHEN status = 'snoozed' AND snoozed_until <= :at THEN 'pending' ELSE status END = :status)
 ORDER BY created_at DESC, id LIMIT :max_rows;

-- :name insights_value_template
SELECT id, account_id, pattern_type, pattern_data, confidence, severity,
       CASE WHEN status = 'snoozed' AND snoozed_until <= :at THEN 'pending' ELSE status END, created_at
  FROM main.insights WHERE tenant_id = :tenant AND json_extract("%w", %Q) = :value ORDER BY created_at DESC, id;

-- :name insights_path_template
SELECT id, account_id, pattern_type, pattern_data, confidence, severity,
       CASE WHEN status = 'snoozed' AND snoozed_until <= :at THEN 'pending' ELSE status END, created_at
  FROM main.insights WHERE tenant_id = :tenant AND json_extract("%w", %Q) IS NOT NULL ORDER BY created_at DESC, id;

-- :name tenant_path_indexed
SELECT count(*) FROM main.sqlite_schema WHERE type = 'index' AND name = :index_name COLLATE NOCASE;

-- ---- alerts ----

-- :name alert_insert
INSERT INTO main.alerts(id, tenant_id, insight_id, channel, created_at) VALUES (:alert_id, :tenant, :id, :channel, :at);

-- :name alert_pending
SELECT id, insight_id, channel, created_at, attempts, error
  FROM main.alerts WHERE tenant_id = :tenant AND delivered_at IS NULL AND (:channel IS NULL OR channel = :channel)
 ORDER BY created_at DESC, id;

-- :name alert_state                '' while it waits
SELECT coalesce(delivered_at, '') FROM main.alerts WHERE tenant_id = :tenant AND id = :id;

-- :name alert_deliver
UPDATE main.alerts SET delivered_at = :at, attempts = attempts + 1, error = NULL WHERE tenant_id = :tenant AND id = :id;

-- :name alert_fail
UPDATE main.alerts SET attempts = attempts + 1, error = :error WHERE tenant_id = :tenant AND id = :id;

-- ---- goals ----

-- :name goal_differs
SELECT substr(CASE WHEN goal_type IS NOT :goal_type THEN ', goal_type' ELSE '' END
              || CASE WHEN target_value IS NOT :target_value THEN ', target_value' ELSE '' END
              || CASE WHEN period_start IS NOT :period_start THEN ', period_start' ELSE '' END
              || CASE WHEN period_end IS NOT :period_end THEN ', period_end' ELSE '' END
              || CASE WHEN clone_id IS NOT :clone_id THEN ', clone_id' ELSE '' END
              || CASE WHEN direction IS NOT :direction THEN ', direction' ELSE '' END, 3)
  FROM main.goals WHERE tenant_id = :tenant AND id = :id;

-- :name goal_insert                one that shall fall has no value before it is given one
INSERT INTO main.goals(id, tenant_id, clone_id, goal_type, target_value, current_value, direction, period_start, period_end,
                       status, created_at)
VALUES (:id, :tenant, :clone_id, :goal_type, :target_value, CASE :direction WHEN 'up' THEN 0.0 END, :direction, :period_start,
        :period_end, 'active', :at);

-- :name goal_state
SELECT status, current_value, target_value, direction FROM main.goals WHERE tenant_id = :tenant AND id = :id;

-- :name goal_store
UPDATE main.goals
   SET current_value = :new_value,
       status = CASE WHEN direction = 'down' AND :new_value <= target_value THEN 'completed'
                     WHEN direction <> 'down' AND :new_value >= target_value THEN 'completed' ELSE status END
 WHERE tenant_id = :tenant AND id = :id;

-- :name goal_overdue
SELECT count(*) FROM main.goals WHERE tenant_id = :tenant AND status = 'active' AND period_end < :at;

-- :name goal_miss
UPDATE main.goals SET status = 'missed' WHERE tenant_id = :tenant AND status = 'active' AND period_end < :at;

-- :name goal_get
SELECT id, tenant_id, clone_id, goal_type, target_value, current_value, direction, period_start, period_end, status, created_at
  FROM main.goals WHERE tenant_id = :tenant AND id = :id;

-- :name goal_list
SELECT id, tenant_id, clone_id, goal_type, target_value, current_value, direction, period_start, period_end, status, created_at
  FROM main.goals
 WHERE tenant_id = :tenant AND (:status IS NULL OR status = :status) AND (:clone_id IS NULL OR clone_id = :clone_id)
 ORDER BY created_at DESC, id;

-- ---- actions ----

-- :name guardrail_rule             the category of a type and whether this stage blocks it, by words without case and outer blanks
-- :vtab
WITH asked(type, stage) AS MATERIALIZED (
  SELECT lower(trim(:action_type, char(9, 10, 13, 32))), lower(trim(:deal_stage, char(9, 10, 13, 32))))
SELECT category,
       EXISTS (SELECT 1 FROM json_each(blocked_stages) AS stages WHERE lower(trim(stages.value, char(9, 10, 13, 32))) = stage) AS is_blocked
  FROM asked JOIN main.guardrail_rules ON lower(trim(action_type, char(9, 10, 13, 32))) = type
 ORDER BY CASE category WHEN 'hard_stop' THEN 0 WHEN 'autonomous' THEN 2 ELSE 1 END, is_blocked DESC LIMIT 1;

-- :name action_differs
SELECT substr(CASE WHEN action_type IS NOT :action_type THEN ', action_type' ELSE '' END
              || CASE WHEN account_id IS NOT :account_id THEN ', account_id' ELSE '' END
              || CASE WHEN action_data IS NOT :action_data THEN ', action_data' ELSE '' END
              || CASE WHEN proposed_by IS NOT :proposed_by THEN ', proposed_by' ELSE '' END
              || CASE WHEN rationale IS NOT :rationale THEN ', rationale' ELSE '' END
              || CASE WHEN category = 'autonomous' AND :category IN ('approval_required', 'hard_stop')
                        OR category <> 'hard_stop' AND :category = 'hard_stop' THEN ', category' ELSE '' END
              || CASE WHEN deal_stage IS NOT :deal_stage THEN ', deal_stage' ELSE '' END, 3)
  FROM main.autonomous_actions WHERE tenant_id = :tenant AND id = :id;

-- :name action_insert
INSERT INTO main.autonomous_actions(id, tenant_id, action_type, account_id, action_data, category, payload_hash, proposed_at,
                                    approval_status, approved_by, approved_at, expires_at, proposed_by, rationale, deal_stage,
                                    guardrail, resolution_note)
VALUES (:id, :tenant, :action_type, :account_id, :action_data, :final_category, :hash, :at,
        :approval_status, CASE :approval_status WHEN 'rejected' THEN 'guardrail' END,
        CASE :approval_status WHEN 'rejected' THEN :at END, :expires_at, :proposed_by, :rationale, :deal_stage,
        :guardrail, :resolution_note);

-- :name action_state
SELECT action_type, account_id, action_data, category, payload_hash, approval_status, approved_by, expires_at, proposed_by,
       executed_at, execution_result
  FROM main.autonomous_actions WHERE tenant_id = :tenant AND id = :id;

-- :name action_resolve
UPDATE main.autonomous_actions
   SET approval_status = :approval_status, approved_by = :by, approved_at = :at, resolution_note = coalesce(:note, resolution_note)
 WHERE tenant_id = :tenant AND id = :id;

-- :name action_finish
UPDATE main.autonomous_actions SET executed_at = :at, execution_result = :result WHERE tenant_id = :tenant AND id = :id;

-- :name action_get
SELECT id, tenant_id, action_type, account_id, action_data, category, payload_hash, proposed_at, executed_at, execution_result,
       CASE WHEN approval_status = 'pending' AND expires_at <= :at THEN 'expired' ELSE approval_status END,
       approved_by, approved_at, expires_at, proposed_by, rationale, deal_stage, guardrail, resolution_note
  FROM main.autonomous_actions WHERE tenant_id = :tenant AND id = :id;

-- :name action_pending
SELECT id, tenant_id, action_type, account_id, action_data, category, payload_hash, proposed_at, executed_at, execution_result,
       approval_status, approved_by, approved_at, expires_at, proposed_by, rationale, deal_stage, guardrail, resolution_note
  FROM main.autonomous_actions
 WHERE tenant_id = :tenant AND approval_status = 'pending' AND (expires_at IS NULL OR expires_at > :at)
 ORDER BY proposed_at DESC, id;

-- :name actions_value_template
SELECT id, action_type, account_id, action_data, category,
       CASE WHEN approval_status = 'pending' AND expires_at <= :at THEN 'expired' ELSE approval_status END, proposed_at
  FROM main.autonomous_actions WHERE tenant_id = :tenant AND json_extract("%w", %Q) = :value ORDER BY proposed_at DESC, id;

-- :name actions_path_template
SELECT id, action_type, account_id, action_data, category,
       CASE WHEN approval_status = 'pending' AND expires_at <= :at THEN 'expired' ELSE approval_status END, proposed_at
  FROM main.autonomous_actions WHERE tenant_id = :tenant AND json_extract("%w", %Q) IS NOT NULL ORDER BY proposed_at DESC, id;

-- ---- feedback ----

-- :name feedback_find              the word that this person has given already, by id, with what it says
SELECT id, feedback, comment FROM main.alert_feedback
 WHERE tenant_id = :tenant AND insight_id = :insight_id AND submitted_by = :submitted_by;

-- :name feedback_differs
SELECT substr(CASE WHEN insight_id IS NOT :insight_id THEN ', insight_id' ELSE '' END
              || CASE WHEN submitted_by IS NOT :submitted_by THEN ', submitted_by' ELSE '' END, 3)
  FROM main.alert_feedback WHERE tenant_id = :tenant AND id = :id;

-- :name feedback_insert
INSERT INTO main.alert_feedback(id, tenant_id, insight_id, feedback, comment, submitted_at, submitted_by)
VALUES (:id, :tenant, :insight_id, :feedback, :comment, :at, :submitted_by);

-- :name feedback_replace
UPDATE main.alert_feedback SET feedback = :feedback, comment = :comment, submitted_at = :at WHERE tenant_id = :tenant AND id = :known_id;

-- :name feedback_stats
SELECT n, useful, n - useful, coalesce(useful*1.0/nullif(n, 0), 0.0), coalesce((n - useful)*1.0/nullif(n, 0), 0.0),
       coalesce(useful*1.0/nullif(n, 0), 0.0)
  FROM (SELECT count(*) AS n, coalesce(sum(feedback = 'useful'), 0) AS useful
          FROM main.alert_feedback WHERE tenant_id = :tenant AND feedback IN ('useful', 'false_alarm'));

-- :name calibration                ten bins of confidence; what each person said counts once
SELECT bin/10.0, (bin + 1)/10.0, count(*), avg(confidence), avg(useful), avg((confidence - useful)*(confidence - useful)),
       sum(sum((confidence - useful)*(confidence - useful))) OVER ()/sum(count(*)) OVER ()
  FROM (SELECT min(CAST(i.confidence*10 AS INTEGER), 9) AS bin, i.confidence, f.feedback = 'useful' AS useful
          FROM main.alert_feedback AS f JOIN main.insights AS i ON i.id = f.insight_id
         WHERE f.tenant_id = :tenant AND i.tenant_id = :tenant AND f.feedback IN ('useful', 'false_alarm')
           AND i.confidence BETWEEN 0 AND 1 AND (:pattern_type IS NULL OR i.pattern_type = :pattern_type))
 GROUP BY bin ORDER BY bin;

-- ---- interactions and what is known of an account ----

-- :name interaction_of_source
SELECT id FROM main.interactions WHERE tenant_id = :tenant AND channel = :channel AND source_id = :source_id;

-- :name interaction_differs
SELECT substr(CASE WHEN account_id IS NOT :account_id THEN ', account_id' ELSE '' END
              || CASE WHEN channel IS NOT :channel THEN ', channel' ELSE '' END
              || CASE WHEN summary IS NOT :summary THEN ', summary' ELSE '' END
              || CASE WHEN :participants IS NOT NULL AND participants IS NOT :participants THEN ', participants' ELSE '' END
              || CASE WHEN :mood IS NOT NULL AND sentiment IS NOT :mood THEN ', sentiment' ELSE '' END
              || CASE WHEN :key_points IS NOT NULL AND key_points IS NOT :key_points THEN ', key_points' ELSE '' END
              || CASE WHEN source_id IS NOT :source_id THEN ', source_id' ELSE '' END, 3)
  FROM main.interactions WHERE tenant_id = :tenant AND id = :id;

-- :name interaction_insert
INSERT INTO main.interactions(id, tenant_id, account_id, channel, at, participants, summary, sentiment, key_points, source_id)
VALUES (:id, :tenant, :account_id, :channel, :at, :participants, :summary, :mood, :key_points, :source_id);

-- :name interaction_list
SELECT id, tenant_id, account_id, channel, at, participants, summary, sentiment, key_points, source_id
  FROM main.interactions WHERE tenant_id = :tenant AND account_id = :account_id ORDER BY at DESC, id;

-- :name customer_view              30 days in full; of older days one row for each day, kind and channel
WITH seen AS (
  SELECT at, 'interaction' AS kind, channel, summary AS title,
         json_object('sentiment', sentiment, 'participants', json(participants), 'key_points', json(key_points)) AS detail, id
    FROM main.interactions WHERE tenant_id = :tenant AND account_id = :account_id AND at <= :at
  UNION ALL
  SELECT s.detected_at, 'signal', s.source_api, s.signal_type, s.raw_data, 's' || s.id
    FROM main.tenant_accounts AS a JOIN main.signals AS s ON s.canonical_key = a.canonical_key
   WHERE a.tenant_id = :tenant AND a.account_id = :account_id AND s.detected_at <= :at
  UNION ALL
  SELECT coalesce(detected_at, created_at), 'insight', NULL, pattern_type, pattern_data, id
    FROM main.insights WHERE tenant_id = :tenant AND account_id = :account_id AND coalesce(detected_at, created_at) <= :at
  UNION ALL
  SELECT proposed_at, 'action', NULL, action_type, action_data, id
    FROM main.autonomous_actions WHERE tenant_id = :tenant AND account_id = :account_id AND proposed_at <= :at)
SELECT at, kind, channel, title, detail FROM (
  SELECT at, kind, channel, title, detail, id FROM seen WHERE at > :recent
  UNION ALL
  SELECT max(at), kind, channel, count(*) || ' on ' || substr(at, 1, 10),
         json_object('count', count(*), 'titles', json_group_array(title)), min(id)
    FROM seen WHERE at <= :recent GROUP BY substr(at, 1, 10), kind, channel)
 ORDER BY at DESC, kind, id;

-- :name customer_summary
WITH windows(days) AS (VALUES (30), (90), (365)),
starts AS (SELECT days, strftime('%Y-%m-%dT%H:%M:%fZ', :at, '-' || days || ' days') AS since FROM windows)
SELECT w.days,
       (SELECT json_group_object(channel, n) FROM (
          SELECT channel, count(*) AS n FROM main.interactions
           WHERE tenant_id = :tenant AND account_id = :account_id AND at > w.since AND at <= :at GROUP BY +channel ORDER BY +channel)), -- +: not by channel, through all of the tenant
       (SELECT avg(sentiment) FROM main.interactions
         WHERE tenant_id = :tenant AND account_id = :account_id AND at > w.since AND at <= :at),
       (SELECT min(at) FROM main.interactions
         WHERE tenant_id = :tenant AND account_id = :account_id AND at > w.since AND at <= :at),
       (SELECT max(at) FROM main.interactions
         WHERE tenant_id = :tenant AND account_id = :account_id AND at > w.since AND at <= :at),
       (SELECT count(*) FROM main.insights
         WHERE tenant_id = :tenant AND account_id = :account_id AND created_at > w.since AND created_at <= :at
           AND (+status = 'pending' OR (+status = 'snoozed' AND snoozed_until <= :at))), -- + : not by status, of which there are many
       (SELECT json_group_object(signal_type, n) FROM (
          SELECT s.signal_type, count(*) AS n
            FROM main.tenant_accounts AS a JOIN main.signals AS s ON s.canonical_key = a.canonical_key
           WHERE a.tenant_id = :tenant AND a.account_id = :account_id AND s.detected_at > w.since AND s.detected_at <= :at
           GROUP BY s.signal_type ORDER BY s.signal_type)),
       c.summary, c.signals, c.created_at
  FROM starts AS w LEFT JOIN main.customer_summaries AS c
    ON c.tenant_id = :tenant AND c.account_id = :account_id AND c.window_days = w.days
 ORDER BY w.days;

-- :name summary_is
SELECT count(*) FROM main.customer_summaries
 WHERE tenant_id = :tenant AND account_id = :account_id AND window_days = :window_days AND summary = :summary AND signals IS :signals;

-- :name summary_put
INSERT INTO main.customer_summaries(tenant_id, account_id, window_days, summary, signals, created_at)
VALUES (:tenant, :account_id, :window_days, :summary, :signals, :at)
ON CONFLICT (tenant_id, account_id, window_days) DO UPDATE
   SET summary = excluded.summary, signals = excluded.signals, created_at = excluded.created_at;

-- :name daily_digest               what is pending at the end of the day, by account
SELECT account_id, count(*),
       CASE max(CASE severity WHEN 'critical' THEN 4 WHEN 'high' THEN 3 WHEN 'medium' THEN 2 ELSE 1 END)
         WHEN 4 THEN 'critical' WHEN 3 THEN 'high' WHEN 2 THEN 'medium' ELSE 'low' END,
       json_group_array(json_object('id', id, 'pattern_type', pattern_type, 'severity', severity, 'confidence', confidence,
                                    'created_at', created_at))
  FROM (SELECT id, account_id, pattern_type, severity, confidence, created_at FROM main.insights
         WHERE tenant_id = :tenant AND status IN ('pending', 'snoozed') AND created_at < :day_end
           AND (status = 'pending' OR snoozed_until <= :day_end)
           AND (:clone_id IS NULL OR json_extract(pattern_data, '$.clone_id') = :clone_id)
         ORDER BY created_at DESC, id)
 GROUP BY account_id
 ORDER BY max(CASE severity WHEN 'critical' THEN 4 WHEN 'high' THEN 3 WHEN 'medium' THEN 2 ELSE 1 END) DESC, count(*) DESC, account_id;

-- :name tenant_performance
SELECT (SELECT coalesce(sum(current_value), 0.0) FROM main.goals
         WHERE tenant_id = :tenant AND goal_type = 'pipeline' AND (:clone_id IS NULL OR clone_id = :clone_id)
           AND period_start < coalesce(:until, :at) AND period_end > coalesce(:since, '')),
       (SELECT coalesce(sum(current_value), 0.0) FROM main.goals
         WHERE tenant_id = :tenant AND goal_type = 'revenue' AND (:clone_id IS NULL OR clone_id = :clone_id)
           AND period_start < coalesce(:until, :at) AND period_end > coalesce(:since, '')),
       (SELECT count(*) FROM main.interactions
         WHERE tenant_id = :tenant AND :clone_id IS NULL AND at >= coalesce(:since, '') AND at < coalesce(:until, '9999'))
       + (SELECT count(*) FROM main.autonomous_actions
           WHERE tenant_id = :tenant AND (:clone_id IS NULL OR proposed_by = :clone_id)
             AND executed_at >= coalesce(:since, '') AND executed_at < coalesce(:until, '9999')),
       (SELECT CASE WHEN count(*) >= 5 THEN avg(feedback = 'useful') END FROM main.alert_feedback
         WHERE tenant_id = :tenant AND feedback IN ('useful', 'false_alarm')
           AND submitted_at >= coalesce(:since, '') AND submitted_at < coalesce(:until, '9999')),
       :at;
