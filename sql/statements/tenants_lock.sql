-- Tenants: what is asked of all of them at once, the lock and its self-test.

-- ---- what lore_validate looks for: of all tenants, for it is an administrator's ----

-- :name tenants_validate
-- :vtab
SELECT 'error', i.name, 'an index on ' || t.name || ' is not led by tenant_id, so a function in a query sees rows of other tenants',
       'DROP INDEX main."' || replace(i.name, '"', '""') || '"'
  FROM main.sqlite_schema AS t JOIN pragma_index_list(t.name, 'main') AS i JOIN pragma_index_xinfo(i.name, 'main') AS x
 WHERE t.type = 'table' AND t.name IN ('agent_clones', 'insights', 'goals', 'autonomous_actions', 'alert_feedback', 'interactions',
                                       'alerts', 'tenant_accounts', 'persona_previews', 'customer_summaries')
   AND i.origin = 'c' AND x.seqno = 0 AND x.name IS NOT 'tenant_id'
UNION ALL
SELECT 'warning', 'alert_feedback', count(*) || ' rows are about an insight that is not there, as ' || quote(min(id)),
       'DELETE FROM main.alert_feedback WHERE NOT EXISTS (SELECT 1 FROM main.insights AS i '
       || 'WHERE i.tenant_id = alert_feedback.tenant_id AND i.id = insight_id)'
  FROM main.alert_feedback AS f
 WHERE NOT EXISTS (SELECT 1 FROM main.insights AS i WHERE i.tenant_id = f.tenant_id AND i.id = f.insight_id) GROUP BY NULL
UNION ALL
SELECT 'warning', 'alerts', count(*) || ' rows are about an insight that is not there, as ' || quote(min(id)),
       'DELETE FROM main.alerts WHERE NOT EXISTS (SELECT 1 FROM main.insights AS i '
       || 'WHERE i.tenant_id = alerts.tenant_id AND i.id = insight_id)'
  FROM main.alerts AS a
 WHERE NOT EXISTS (SELECT 1 FROM main.insights AS i WHERE i.tenant_id = a.tenant_id AND i.id = a.insight_id) GROUP BY NULL
UNION ALL
SELECT 'warning', 'persona_previews', count(*) || ' rows are of a clone that is not there, as ' || quote(min(clone_id)),
       'DELETE FROM main.persona_previews WHERE NOT EXISTS (SELECT 1 FROM main.agent_clones AS c '
       || 'WHERE c.tenant_id = persona_previews.tenant_id AND c.id = clone_id)'
  FROM main.persona_previews AS p
 WHERE NOT EXISTS (SELECT 1 FROM main.agent_clones AS c WHERE c.tenant_id = p.tenant_id AND c.id = p.clone_id) GROUP BY NULL
UNION ALL
SELECT 'warning', 'goals', count(*) || ' rows are of a clone that is not there, as ' || quote(min(id)),
       'UPDATE main.goals SET clone_id = NULL WHERE NOT EXISTS (SELECT 1 FROM main.agent_clones AS c '
       || 'WHERE c.tenant_id = goals.tenant_id AND c.id = clone_id)'
  FROM main.goals AS g
 WHERE g.clone_id IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM main.agent_clones AS c WHERE c.tenant_id = g.tenant_id AND c.id = g.clone_id) GROUP BY NULL
UNION ALL
SELECT 'error', 'autonomous_actions', count(*) || ' hard stops are not rejected, as ' || quote(min(id)),
       'UPDATE main.autonomous_actions SET approval_status = ''rejected'' WHERE category = ''hard_stop'''
  FROM main.autonomous_actions WHERE category = 'hard_stop' AND approval_status IS NOT 'rejected' GROUP BY NULL
UNION ALL
SELECT 'error', 'autonomous_actions', count(*) || ' actions were done that nobody has allowed, as ' || quote(min(id)), NULL
  FROM main.autonomous_actions
 WHERE executed_at IS NOT NULL AND approval_status IS NOT 'approved'
   AND NOT (approval_status IS NULL AND category = 'autonomous') GROUP BY NULL
UNION ALL
SELECT 'error', 'autonomous_actions', count(*) || ' rows have a category or status that there is not, as ' || quote(min(id)), NULL
  FROM main.autonomous_actions
 WHERE category NOT IN ('autonomous', 'approval_required', 'hard_stop')
    OR approval_status NOT IN ('pending', 'approved', 'rejected', 'expired') GROUP BY NULL
UNION ALL
SELECT 'error', 'insights', count(*) || ' rows have a status that there is not, as ' || quote(min(id)), NULL
  FROM main.insights WHERE status NOT IN ('pending', 'acted', 'dismissed', 'snoozed', 'superseded') GROUP BY NULL
UNION ALL
SELECT 'error', 'insights', count(*) || ' rows are snoozed for ever, as ' || quote(min(id)), NULL
  FROM main.insights WHERE status = 'snoozed' AND snoozed_until IS NULL GROUP BY NULL
UNION ALL
SELECT 'error', 'goals', count(*) || ' rows have a status that there is not, as ' || quote(min(id)), NULL
  FROM main.goals WHERE status NOT IN ('active', 'completed', 'missed', 'cancelled') GROUP BY NULL
UNION ALL
SELECT 'error', 'guardrail_rules', count(*) || ' rows have blocked_stages that are no JSON array, as ' || quote(min(action_type)), NULL
  FROM main.guardrail_rules
 WHERE CASE WHEN json_valid(blocked_stages) THEN json_type(blocked_stages) <> 'array' ELSE 1 END GROUP BY NULL;

-- ---- the lock ----

-- :name tenant_obstacles           triggers, views and indexes that may show or change our rows beside us
-- :vtab
WITH ours(name) AS (
  SELECT value FROM json_each('["agent_clones","insights","goals","autonomous_actions","alert_feedback","interactions","alerts",
    "tenant_accounts","persona_previews","customer_summaries","guardrail_rules","geographic_profiles"]')),
code AS (
  SELECT type, name, ' ' || lower(sql) || ' ' AS sql FROM main.sqlite_schema WHERE type IN ('trigger', 'view')
  UNION ALL
  SELECT 'temporary ' || type, name, ' ' || lower(sql) || ' ' FROM temp.sqlite_schema WHERE type IN ('trigger', 'view'))
SELECT code.type || ' ' || code.name, '' FROM code JOIN ours ON code.sql GLOB '*[^a-z0-9_]' || ours.name || '[^a-z0-9_]*'
UNION
SELECT 'index ' || s.name, s.name FROM main.sqlite_schema AS s JOIN ours ON ours.name = s.tbl_name COLLATE NOCASE
 WHERE s.type = 'index' AND s.sql IS NOT NULL
   AND NOT (s.name GLOB 'lore_index_*'
            AND s.sql GLOB 'CREATE INDEX "lore_index_*" ON "*"("tenant_id", json_extract("*", ''$*'')) WHERE json_extract("*", ''$*'') IS NOT NULL')
UNION
SELECT 'collation of index ' || s.name, '' FROM main.sqlite_schema AS s JOIN ours ON ours.name = s.tbl_name COLLATE NOCASE
  JOIN pragma_index_xinfo(s.name, 'main') AS x
 WHERE s.type = 'index' AND x.name = 'tenant_id' AND x.coll <> 'BINARY'
 LIMIT 20;

-- :name tenant_index_differs       an index of ours by its name, that is not led by the tenant or has an expression
-- :vtab
SELECT count(*) FROM pragma_index_xinfo(:index_name, 'main')
 WHERE (seqno = 0 AND name IS NOT 'tenant_id') OR (key AND cid < 0 AND cid <> -1);

-- ---- the self-test: canaries of the tenant that is set, and what they look like ----

-- :name selftest_calls              what is registered; the rule says whether the lock lets it through
-- :vtab
SELECT name, kind, tenant_rule FROM lore_help;

-- :name selftest_reader             %w is a name of lore_help, %s marks for its arguments
SELECT * FROM "%w"(%s)

-- :name selftest_function
SELECT "%w"(%s)

-- :name selftest_paths             indexes on paths of insights
SELECT count(*) FROM main.sqlite_schema WHERE type = 'index' AND name GLOB 'lore_index_insights_*';

-- :name selftest_account
INSERT INTO main.tenant_accounts(tenant_id, account_id, canonical_key, name) VALUES (:tenant, :id, :secret, :secret);

-- :name selftest_rows               all of the tenant's canaries, in one text
SELECT group_concat(line, '|') FROM (
  SELECT id || quote(clone_name) || quote(owner_id) || quote(persona_config) || active || quote(updated_at) AS line
    FROM main.agent_clones WHERE tenant_id = :tenant
  UNION ALL
  SELECT id || quote(account_id) || quote(pattern_data) || quote(status) || quote(acted_at) || quote(fingerprint)
    FROM main.insights WHERE tenant_id = :tenant
  UNION ALL
  SELECT id || quote(current_value) || quote(status) FROM main.goals WHERE tenant_id = :tenant
  UNION ALL
  SELECT id || quote(action_data) || quote(approval_status) || quote(approved_by) || quote(execution_result)
    FROM main.autonomous_actions WHERE tenant_id = :tenant
  UNION ALL
  SELECT id || quote(feedback) || quote(comment) FROM main.alert_feedback WHERE tenant_id = :tenant
  UNION ALL
  SELECT id || quote(delivered_at) || attempts || quote(error) FROM main.alerts WHERE tenant_id = :tenant
  UNION ALL
  SELECT id || quote(summary) || quote(key_points) FROM main.interactions WHERE tenant_id = :tenant
  UNION ALL
  SELECT account_id || quote(canonical_key) || quote(name) FROM main.tenant_accounts WHERE tenant_id = :tenant
  UNION ALL
  SELECT clone_id || quote(sample_email) || quote(sample_chat) FROM main.persona_previews WHERE tenant_id = :tenant
  UNION ALL
  SELECT account_id || quote(summary) || quote(signals) FROM main.customer_summaries WHERE tenant_id = :tenant);

-- :name selftest_own                run as the host's
SELECT id FROM tenant_insights WHERE id = ?1

-- :name selftest_probe              run as the host's: the lock denies it
SELECT count(*) FROM sqlite_schema
