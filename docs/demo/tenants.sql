-- tenants.sql: two teams in one file: what each should know, what it wants to reach, and what an agent may do for it.
-- Runs after vault.sql, in the same shell; the signals are those of lifecycle.sql, the patterns those of workflows.sql.

-- What agents may do is a table: a type that it does not name needs an approval.
INSERT OR IGNORE INTO guardrail_rules(action_type, category) VALUES
  ('refresh_lists', 'autonomous'), ('install_upgrade', 'approval_required'), ('remove_package', 'hard_stop');

-- The team "security": an insight for each upgrade that waits on the machine of the sample and has none yet. What was
-- upgraded since the last run has been acted on.
CREATE TEMP TABLE team AS SELECT tenant_use('security') AS name;
INSERT INTO insight_create(account_id, pattern_type, pattern_data, confidence, severity)
  SELECT entity_id, 'risk_indicator', json_object('machine', entity_type, 'available', json_extract(evidence, '$.available')), 0.9,
         CASE severity WHEN 'critical' THEN 'critical' WHEN 'warning' THEN 'medium' ELSE 'low' END
    FROM signal_state WHERE signal_type = 'upgrade_available' AND entity_type = 'sample' AND state <> 'cleared'
     AND entity_id NOT IN (SELECT account_id FROM insight_list('pending')) ORDER BY signal_key;
INSERT INTO insight_set_status(id, status)
  SELECT id, 'acted' FROM insight_list('pending')
   WHERE account_id NOT IN (SELECT entity_id FROM signal_state
                             WHERE signal_type = 'upgrade_available' AND entity_type = 'sample' AND state <> 'cleared');

-- Goals of earlier months are over. This month it wants at most one critical upgrade left, and twenty upstreams reviewed.
INSERT INTO goal_sweep DEFAULT VALUES;
INSERT INTO goal_create(goal_type, target_value, period_start, period_end, direction, id)
  SELECT type, target, date(at, 'start of month'), date(at, 'start of month', '+1 month'), direction,
         what || ' ' || substr(at, 1, 7)
    FROM run, (SELECT 'quality' AS type, 1 AS target, 'down' AS direction, 'critical upgrades' AS what
               UNION ALL SELECT 'activity', 20, 'up', 'upstreams reviewed');
INSERT INTO goal_progress(id, value)
  SELECT id, CASE goal_type WHEN 'activity' THEN (SELECT count(*) FROM tasks WHERE status = 'completed')
                            ELSE (SELECT count(*) FROM insight_list('pending') WHERE severity = 'critical') END
    FROM goal_list('active');

-- The agent proposes for the first package of the list; the guardrails let it, ask a person, or stop it.
INSERT INTO action_propose(action_type, account_id, proposed_by, rationale, action_data, id)
WITH first AS MATERIALIZED (
  SELECT account_id AS package, json_object('version', json_extract(pattern_data, '$.available')) AS payload
    FROM insight_list('pending') WHERE severity = 'critical' ORDER BY account_id LIMIT 1),
idea(type, why) AS (
  VALUES ('refresh_lists', 'the lists are old'), ('install_upgrade', 'a security update'), ('remove_package', 'or go without'))
SELECT type, package, 'agent', why, payload, type || ' ' || package FROM first JOIN idea
 WHERE type || ' ' || package NOT IN (SELECT id FROM tenant_actions);
-- Ann approves just what she has seen: the hash is that of the payload.
INSERT INTO action_approve(id, by, payload_hash) SELECT id, 'ann', payload_hash FROM action_pending;
INSERT INTO action_result(id, result)
  SELECT id, '{"done": true}' FROM tenant_actions
   WHERE executed_at IS NULL AND (approval_status = 'approved' OR category = 'autonomous');
-- The approval stands in the log of vault.sql by itself, which is signed again.
INSERT INTO audit_checkpoint DEFAULT VALUES;

-- Was it worth looking at? Ann says so of each.
INSERT INTO feedback_record(insight_id, feedback, submitted_by)
  SELECT id, CASE severity WHEN 'critical' THEN 'useful' ELSE 'false_alarm' END, 'ann' FROM insight_list('pending');

.print
.print '29. What should the team "security" look at today? (insight_create from signals; daily_digest)'
SELECT account_id AS package, count AS insights, worst_severity AS "at worst" FROM daily_digest LIMIT 6;
SELECT useful, false_alarm AS "false alarms", round(useful_share, 2) AS "share that was useful" FROM feedback_stats;

.print
.print '30. How far are its goals, and what did the agent do? (goal_progress, action_propose)'
SELECT id AS goal, direction, CAST(current_value AS INTEGER) AS now, CAST(target_value AS INTEGER) AS target, status
  FROM goal_list ORDER BY period_end DESC, id LIMIT 4;
SELECT id AS action, category AS "may it?", coalesce(approval_status, 'not asked') AS answer, coalesce(approved_by, '') AS by,
       executed_at IS NOT NULL AS done FROM tenant_actions ORDER BY proposed_at DESC, id LIMIT 3;
-- The team "tools" has the same file, and sees nothing of that: its insights are operations that a tool would do for less.
UPDATE team SET name = tenant_use('tools');
INSERT INTO insight_create(account_id, pattern_type, pattern_data, confidence, severity)
  SELECT pattern_signature, 'cross_account_pattern',
         json_object('seen', occurrence_count, 'saves', round(potential_monthly_savings, 2)),
         confidence_score / 100, CASE WHEN potential_monthly_savings >= 2 THEN 'high' ELSE 'medium' END
    FROM operation_patterns
   WHERE potential_monthly_savings >= 1 AND pattern_signature NOT IN (SELECT account_id FROM insight_list('pending'))
   ORDER BY pattern_signature;

.print
.print '31. And the team "tools"? It sees its own only (insight_create from patterns; dollars a month)'
SELECT account_id AS operation, severity, json_extract(pattern_data, '$.seen') AS seen,
       json_extract(pattern_data, '$.saves') AS saves
  FROM insight_list('pending') ORDER BY 4 DESC LIMIT 5;
SELECT (SELECT count(*) FROM tenant_insights) AS "tools sees", (SELECT count(*) FROM insights) AS "insights in the file",
       (SELECT count(*) FROM tenant_actions) AS "actions that it sees";

-- A copy, a second connection, locked to this team for good: from now on its SQL may come from anybody.
.backup locked.db
.connection 1
.open locked.db
.load ./lore
CREATE TEMP TABLE locked AS SELECT tenant_use('tools') AS tenant;
.print '   Locked to its tenant, what do attacks get? (tenant_lock, tenant_selftest, on a copy)'
.output /dev/null
SELECT tenant_lock();
.output
SELECT outcome, count(*) AS attacks FROM tenant_selftest GROUP BY outcome ORDER BY attacks DESC;
.connection 0
