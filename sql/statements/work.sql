-- Tasks and thoughts: two tables, the same steps; what is done to one is done to the other under the other name.
--
-- Queries give ids; the row is then read by its id, in task_by_id and thought_by_id alone.
--
-- Each says which index of ours it goes by: one of the application, on status perhaps, may look better to a planner
-- without statistics. And a status is compared byte by byte, whatever the collation of a table of other software.

-- ---- adding ----

-- :name task_insert
INSERT INTO main.tasks(task_id, description, status, priority, created_by, created_at, updated_at, parent_task_id, context, not_before,
                       max_attempts, unique_key)
VALUES (:id, :description, 'pending', :priority, nullif(:created_by, ''), :at, :at, :parent, :context, :not_before,
        :max_attempts, :unique_key);

-- :name task_differs   what of a known id differs from what is given; '' for nothing. Other verbs change priority and not_before
SELECT substr(CASE WHEN description <> :description THEN ', description' ELSE '' END
              || CASE WHEN :created_by IS NOT NULL AND coalesce(created_by, '') <> :created_by THEN ', created_by' ELSE '' END
              || CASE WHEN :context IS NOT NULL AND context IS NOT :context THEN ', context' ELSE '' END
              || CASE WHEN parent_task_id IS NOT :parent THEN ', parent' ELSE '' END
              || CASE WHEN unique_key IS NOT :unique_key THEN ', unique_key' ELSE '' END
              || CASE WHEN max_attempts IS NOT :max_attempts THEN ', max_attempts' ELSE '' END, 3)
  FROM main.tasks WHERE task_id = :id;

-- :name task_of_unique_key
SELECT task_id FROM main.tasks INDEXED BY idx_tasks_unique_key
 WHERE unique_key = :unique_key AND status COLLATE BINARY IN ('pending', 'in_progress', 'deferred');

-- :name task_rival   the live task that has the unique_key of another
SELECT o.task_id FROM main.tasks AS t JOIN main.tasks AS o INDEXED BY idx_tasks_unique_key ON o.unique_key = t.unique_key
 WHERE t.task_id = :row_id AND o.unique_key IS NOT NULL AND o.status COLLATE BINARY IN ('pending', 'in_progress', 'deferred')
   AND o.task_id <> t.task_id;

-- :name task_status
SELECT coalesce(status, '') FROM main.tasks WHERE task_id = :row_parent;

-- :name thought_insert
INSERT INTO main.thoughts(thought_id, source_task_id, content, thought_type, status, escalation_level, ponder_count, parent_thought_id,
                          context, created_at, updated_at, priority)
SELECT :id, t.task_id, :content, nullif(:thought_type, ''), 'pending', 0, 0, :parent, :context, :at, :at, t.priority
  FROM main.tasks AS t WHERE t.task_id = :task_id;

-- :name thought_differs
SELECT substr(CASE WHEN source_task_id <> :task_id THEN ', task_id' ELSE '' END
              || CASE WHEN content <> :content THEN ', content' ELSE '' END
              || CASE WHEN :thought_type IS NOT NULL AND coalesce(thought_type, '') <> :thought_type THEN ', thought_type' ELSE '' END
              || CASE WHEN parent_thought_id IS NOT :parent THEN ', parent' ELSE '' END
              || CASE WHEN :context IS NOT NULL AND context IS NOT :context THEN ', context' ELSE '' END, 3)
  FROM main.thoughts WHERE thought_id = :id;

-- :name thought_task   the task of a thought
SELECT source_task_id FROM main.thoughts WHERE thought_id = :row_parent;

-- :name thought_follow_up   a thought that goes on where another ends
INSERT INTO main.thoughts(thought_id, source_task_id, content, thought_type, status, escalation_level, ponder_count, parent_thought_id,
                          context, created_at, updated_at, priority)
SELECT :id, h.source_task_id, :follow_up, h.thought_type, 'pending', h.escalation_level, coalesce(h.ponder_count, 0) + 1, h.thought_id,
       h.context, :at, :at, h.priority
  FROM main.thoughts AS h WHERE h.thought_id = :row_id;

-- :name thought_followed   the follow-up that was made of a thought
SELECT n.thought_id FROM main.thoughts AS h JOIN main.thoughts AS n ON n.parent_thought_id = h.thought_id
 WHERE h.thought_id = :row_id AND n.source_task_id = h.source_task_id AND n.ponder_count = coalesce(h.ponder_count, 0) + 1
 ORDER BY n.created_at, n.thought_id LIMIT 1;

-- :name thought_exists
SELECT count(*) FROM main.thoughts WHERE thought_id = :id;

-- :name thought_figures
SELECT coalesce(escalation_level, 0), coalesce(ponder_count, 0) FROM main.thoughts WHERE thought_id = :row_id;

-- :name thought_raise
UPDATE main.thoughts
   SET escalation_level = min(CAST(coalesce(escalation_level, 0) AS INTEGER), 9223372036854775806) + 1, updated_at = :at
 WHERE thought_id = :row_id;

-- :name task_raise   the live task of a thought; a trigger tells its thoughts
UPDATE main.tasks SET priority = min(CAST(coalesce(priority, 0) AS INTEGER), 9223372036854775806) + 1, updated_at = :at
 WHERE task_id = (SELECT h.source_task_id FROM main.thoughts AS h WHERE h.thought_id = :row_id);

-- ---- one row ----

-- :name task_by_id
SELECT t.task_id, coalesce(t.status, ''), t.attempts, t.max_attempts, t.not_before, t.lease_token, t.lease_worker, t.lease_until,
       CAST(coalesce(t.priority, 0) AS INTEGER), t.lore_waiting_since, t.parent_task_id,
       (SELECT coalesce(p.status, '') FROM main.tasks AS p WHERE p.task_id = t.parent_task_id)
  FROM main.tasks AS t WHERE t.task_id = :row_id;

-- :name thought_by_id
SELECT h.thought_id, coalesce(h.status, ''), h.attempts, h.max_attempts, h.not_before, h.lease_token, h.lease_worker, h.lease_until,
       CAST(coalesce(h.priority, 0) AS INTEGER), h.lore_waiting_since, h.source_task_id,
       (SELECT coalesce(t.status, '') FROM main.tasks AS t WHERE t.task_id = h.source_task_id)
  FROM main.thoughts AS h WHERE h.thought_id = :row_id;

-- :name task_by_token
SELECT task_id FROM main.tasks WHERE lease_token = :token;

-- :name thought_by_token
SELECT thought_id FROM main.thoughts WHERE lease_token = :token;

-- :name task_store
UPDATE main.tasks
   SET status = :row_status, attempts = :row_attempts, not_before = :row_not_before, outcome = coalesce(:row_outcome, outcome),
       lease_token = :lease_token, lease_worker = :lease_worker, lease_until = :lease_until, updated_at = :at
 WHERE task_id = :row_id;

-- :name thought_store
UPDATE main.thoughts
   SET status = :row_status, attempts = :row_attempts, not_before = :row_not_before, final_action = coalesce(:row_outcome, final_action),
       lease_token = :lease_token, lease_worker = :lease_worker, lease_until = :lease_until, updated_at = :at
 WHERE thought_id = :row_id;

-- :name task_lease
UPDATE main.tasks
   SET status = 'in_progress', attempts = coalesce(attempts, 0) + 1, updated_at = :at,
       lease_token = :lease_token, lease_worker = :lease_worker, lease_until = :lease_until
 WHERE task_id = :row_id AND status COLLATE BINARY = 'pending';

-- :name thought_lease
UPDATE main.thoughts
   SET status = 'processing', attempts = coalesce(attempts, 0) + 1, updated_at = :at,
       lease_token = :lease_token, lease_worker = :lease_worker, lease_until = :lease_until
 WHERE thought_id = :row_id AND status COLLATE BINARY = 'pending';

-- :name task_extend
UPDATE main.tasks SET lease_until = :lease_until WHERE task_id = :row_id;

-- :name thought_extend
UPDATE main.thoughts SET lease_until = :lease_until WHERE thought_id = :row_id;

-- ---- the log ----

-- :name work_log_insert
INSERT INTO main.work_log(kind, id, at, from_status, to_status, worker, reason)
VALUES (:row_kind, :row_id, :at, :from_status, :row_status, :row_worker, :row_reason);

-- :name work_log_claim   whose claim has ended its token with this number
SELECT kind, id FROM main.work_log WHERE seq = :row_seq AND to_status IN ('in_progress', 'processing');

-- :name work_log_last
SELECT at, from_status, to_status, worker, reason, seq FROM main.work_log
 WHERE kind = :row_kind AND id = :row_id ORDER BY seq DESC LIMIT 1;

-- :name work_log_reason   of the last
SELECT reason FROM main.work_log WHERE kind = :row_kind AND id = :row_id ORDER BY seq DESC LIMIT 1;

-- ---- what waits: priorities are read by leaps through the index, rows of one in their order ----

-- :name task_level   the next lower priority of which something is pending
SELECT CAST(coalesce(priority, 0) AS INTEGER) FROM main.tasks INDEXED BY idx_tasks_runnable
 WHERE status COLLATE BINARY = 'pending' AND CAST(coalesce(priority, 0) AS INTEGER) < coalesce(:level_below, 9e999)
 ORDER BY CAST(coalesce(priority, 0) AS INTEGER) DESC LIMIT 1;

-- :name thought_level
SELECT CAST(coalesce(priority, 0) AS INTEGER) FROM main.thoughts INDEXED BY idx_thoughts_runnable
 WHERE status COLLATE BINARY = 'pending' AND CAST(coalesce(priority, 0) AS INTEGER) < coalesce(:level_below, 9e999)
 ORDER BY CAST(coalesce(priority, 0) AS INTEGER) DESC LIMIT 1;

-- :name task_waiting   of one priority, the longest waiting first, those not runnable yet last; whether it is a void thought
SELECT task_id, lore_waiting_since, 0 FROM main.tasks INDEXED BY idx_tasks_runnable
 WHERE status COLLATE BINARY = 'pending' AND CAST(coalesce(priority, 0) AS INTEGER) = :level
 ORDER BY lore_waiting_since, task_id;

-- :name thought_waiting
SELECT h.thought_id, h.lore_waiting_since,
       NOT EXISTS (SELECT 1 FROM main.tasks AS t
                    WHERE t.task_id = h.source_task_id AND coalesce(t.status, '') NOT IN ('completed', 'cancelled', 'failed'))
  FROM main.thoughts AS h INDEXED BY idx_thoughts_runnable
 WHERE h.status COLLATE BINARY = 'pending' AND CAST(coalesce(h.priority, 0) AS INTEGER) = :level
 ORDER BY h.lore_waiting_since, h.thought_id;

-- :name task_later   pending, but not runnable yet
SELECT task_id FROM main.tasks INDEXED BY idx_tasks_runnable
 WHERE status COLLATE BINARY = 'pending' AND lore_waiting_since > :at ORDER BY lore_waiting_since, task_id LIMIT :row_most;

-- :name thought_later   only what a task still waits for
SELECT h.thought_id FROM main.thoughts AS h INDEXED BY idx_thoughts_runnable
 WHERE h.status COLLATE BINARY = 'pending' AND h.lore_waiting_since > :at
   AND EXISTS (SELECT 1 FROM main.tasks AS t
                WHERE t.task_id = h.source_task_id AND coalesce(t.status, '') NOT IN ('completed', 'cancelled', 'failed'))
 ORDER BY h.lore_waiting_since, h.thought_id LIMIT :row_most;

-- :name task_held   by the tokens of one request
SELECT task_id, lease_token, status COLLATE BINARY = 'in_progress' FROM main.tasks INDEXED BY idx_tasks_token
 WHERE lease_token > :lease_base || '-' AND lease_token < :lease_base || '.' ORDER BY length(lease_token), lease_token;

-- :name thought_held
SELECT thought_id, lease_token, status COLLATE BINARY = 'processing' FROM main.thoughts INDEXED BY idx_thoughts_token
 WHERE lease_token > :lease_base || '-' AND lease_token < :lease_base || '.' ORDER BY length(lease_token), lease_token;

-- :name task_expired   their lease is over
SELECT task_id FROM main.tasks INDEXED BY idx_tasks_lease
 WHERE status COLLATE BINARY = 'in_progress' AND lease_until <= :at ORDER BY lease_until, task_id;

-- :name thought_expired
SELECT thought_id FROM main.thoughts INDEXED BY idx_thoughts_lease
 WHERE status COLLATE BINARY = 'processing' AND lease_until <= :at ORDER BY lease_until, thought_id;

-- :name task_due   deferred until a moment that has come
SELECT task_id FROM main.tasks INDEXED BY idx_tasks_deferred
 WHERE status COLLATE BINARY = 'deferred' AND not_before IS NOT NULL AND not_before <= :at ORDER BY not_before, task_id;

-- :name thought_due
SELECT thought_id FROM main.thoughts INDEXED BY idx_thoughts_deferred
 WHERE status COLLATE BINARY = 'deferred' AND not_before IS NOT NULL AND not_before <= :at ORDER BY not_before, thought_id;

-- :name task_comes_back   the first moment at which a lease ends or a deferred row is due
SELECT min(moment) FROM (
  SELECT min(lease_until) AS moment FROM main.tasks INDEXED BY idx_tasks_lease
   WHERE status COLLATE BINARY = 'in_progress' AND lease_until IS NOT NULL
     AND (coalesce(max_attempts, 0) <= 0 OR coalesce(attempts, 0) < max_attempts)
  UNION ALL
  SELECT min(not_before) FROM main.tasks INDEXED BY idx_tasks_deferred
   WHERE status COLLATE BINARY = 'deferred' AND not_before IS NOT NULL);

-- :name thought_comes_back   only what a task still waits for
SELECT min(moment) FROM (
  SELECT min(h.lease_until) AS moment FROM main.thoughts AS h INDEXED BY idx_thoughts_lease
   WHERE h.status COLLATE BINARY = 'processing' AND h.lease_until IS NOT NULL
     AND (coalesce(h.max_attempts, 0) <= 0 OR coalesce(h.attempts, 0) < h.max_attempts)
     AND EXISTS (SELECT 1 FROM main.tasks AS t
                  WHERE t.task_id = h.source_task_id AND coalesce(t.status, '') NOT IN ('completed', 'cancelled', 'failed'))
  UNION ALL
  SELECT min(h.not_before) FROM main.thoughts AS h INDEXED BY idx_thoughts_deferred
   WHERE h.status COLLATE BINARY = 'deferred' AND h.not_before IS NOT NULL
     AND EXISTS (SELECT 1 FROM main.tasks AS t
                  WHERE t.task_id = h.source_task_id AND coalesce(t.status, '') NOT IN ('completed', 'cancelled', 'failed')));

-- ---- trees and orphans ----

-- :name work_subtree   a row and all below it, each once: so a circle ends. Whether it is a thought
WITH RECURSIVE tree(kind, id) AS (
  SELECT :row_kind, :row_id
  UNION
  SELECT 'task', t.task_id FROM tree CROSS JOIN main.tasks AS t ON t.parent_task_id = tree.id WHERE tree.kind = 'task'
  UNION
  SELECT 'thought', h.thought_id FROM tree CROSS JOIN main.thoughts AS h ON h.source_task_id = tree.id WHERE tree.kind = 'task'
  UNION
  SELECT 'thought', h.thought_id FROM tree CROSS JOIN main.thoughts AS h ON h.parent_thought_id = tree.id WHERE tree.kind = 'thought')
SELECT id, kind = 'thought' FROM tree ORDER BY kind, id;

-- :name task_subtree   the live tasks below one
WITH RECURSIVE tree(id, status) AS (
  SELECT :row_id, 'the top'
  UNION
  SELECT t.task_id, t.status FROM tree CROSS JOIN main.tasks AS t ON t.parent_task_id = tree.id)
SELECT id FROM tree WHERE status COLLATE BINARY IN ('pending', 'in_progress', 'deferred') ORDER BY id;

-- :name task_orphans   live, and the parent is gone
SELECT t.task_id FROM main.tasks AS t INDEXED BY idx_tasks_live_below
 WHERE t.parent_task_id IS NOT NULL AND t.status COLLATE BINARY IN ('pending', 'in_progress', 'deferred')
   AND NOT EXISTS (SELECT 1 FROM main.tasks AS p WHERE p.task_id = t.parent_task_id)
 ORDER BY t.parent_task_id, t.task_id;

-- :name thought_orphans   live, and the task is gone or ended
SELECT h.thought_id FROM main.thoughts AS h INDEXED BY idx_thoughts_live
 WHERE h.status COLLATE BINARY IN ('pending', 'processing', 'deferred')
   AND NOT EXISTS (SELECT 1 FROM main.tasks AS t
                    WHERE t.task_id = h.source_task_id AND coalesce(t.status, '') NOT IN ('completed', 'cancelled', 'failed'))
 ORDER BY h.source_task_id, h.thought_id;

-- ---- readers ----

-- :name work_stats_of   every status with its zero, then words that are none
WITH found(kind, status, rows, oldest) AS MATERIALIZED (
  SELECT 'task', coalesce(status, ''), count(*), min(created_at) FROM main.tasks GROUP BY 2
  UNION ALL
  SELECT 'thought', coalesce(status, ''), count(*), min(created_at) FROM main.thoughts GROUP BY 2),
known(kind, place, status) AS (
  VALUES ('task', 1, 'pending'), ('task', 2, 'in_progress'), ('task', 3, 'deferred'), ('task', 4, 'completed'), ('task', 5, 'failed'),
         ('task', 6, 'cancelled'),
         ('thought', 1, 'pending'), ('thought', 2, 'processing'), ('thought', 3, 'deferred'), ('thought', 4, 'completed'),
         ('thought', 5, 'failed'), ('thought', 6, 'rejected')),
listed(kind, place, status, rows, oldest) AS (
  SELECT k.kind, k.place, k.status, coalesce(f.rows, 0), f.oldest
    FROM known AS k LEFT JOIN found AS f ON f.kind = k.kind AND f.status = k.status
  UNION ALL
  SELECT f.kind, 7, f.status, f.rows, f.oldest FROM found AS f
   WHERE NOT EXISTS (SELECT 1 FROM known AS k WHERE k.kind = f.kind AND k.status = f.status))
SELECT kind, status, rows, oldest FROM listed WHERE :kind IS NULL OR kind = :kind ORDER BY kind, place, status;

-- :name work_tree   parents before what is below them. Each row has one parent, so a circle of tasks goes through the top, and
--                   thoughts that are parents of each other in a circle are reached from nowhere: those come last, under their task
WITH RECURSIVE tree(kind, id, parent, depth, task) AS (
  SELECT 'task', task_id, parent_task_id, 0, task_id FROM main.tasks WHERE task_id = :id
  UNION ALL
  SELECT 'task', t.task_id, tree.id, tree.depth + 1, t.task_id
    FROM tree CROSS JOIN main.tasks AS t ON t.parent_task_id = tree.id
   WHERE tree.kind = 'task' AND t.task_id IS NOT :id
  UNION ALL
  SELECT 'thought', h.thought_id, tree.id, tree.depth + 1, tree.task
    FROM tree CROSS JOIN main.thoughts AS h ON h.source_task_id = tree.id
   WHERE tree.kind = 'task'
     AND NOT EXISTS (SELECT 1 FROM main.thoughts AS p WHERE p.thought_id = h.parent_thought_id AND p.source_task_id = h.source_task_id)
  UNION ALL
  SELECT 'thought', h.thought_id, tree.id, tree.depth + 1, tree.task
    FROM tree CROSS JOIN main.thoughts AS h ON h.parent_thought_id = tree.id
   WHERE tree.kind = 'thought' AND h.source_task_id = tree.task
  ORDER BY 4 DESC, 1 DESC, 2),
found(kind, id, parent, depth) AS MATERIALIZED (SELECT kind, id, parent, depth FROM tree),
listed(kind, id, parent, depth) AS (
  SELECT kind, id, parent, depth FROM found
  UNION ALL
  SELECT 'thought', h.thought_id, f.id, f.depth + 1
    FROM found AS f CROSS JOIN main.thoughts AS h ON h.source_task_id = f.id
   WHERE f.kind = 'task' AND h.thought_id IS NOT NULL
     AND h.thought_id NOT IN (SELECT id FROM found WHERE kind = 'thought' AND id IS NOT NULL))
SELECT l.kind, l.id, l.parent, l.depth,
       CASE l.kind WHEN 'task' THEN (SELECT status FROM main.tasks WHERE task_id = l.id)
                   ELSE (SELECT status FROM main.thoughts WHERE thought_id = l.id) END,
       CASE l.kind WHEN 'task' THEN (SELECT description FROM main.tasks WHERE task_id = l.id)
                   ELSE (SELECT content FROM main.thoughts WHERE thought_id = l.id) END
  FROM listed AS l;

-- ---- figures ----

-- :name work_info
SELECT 'work.oldest_pending', min(created_at) FROM main.tasks WHERE status COLLATE BINARY = 'pending'
UNION ALL
SELECT 'work.tasks_pending', count(*) FROM main.tasks WHERE status COLLATE BINARY = 'pending'
UNION ALL
SELECT 'work.tasks_leased', count(*) FROM main.tasks WHERE status COLLATE BINARY = 'in_progress' AND lease_until > :at
UNION ALL
SELECT 'work.thoughts_pending', count(*) FROM main.thoughts WHERE status COLLATE BINARY = 'pending'
UNION ALL
SELECT 'work.thoughts_leased', count(*) FROM main.thoughts WHERE status COLLATE BINARY = 'processing' AND lease_until > :at;

-- ---- what lore_validate looks for ----

-- :name work_validate
SELECT 'error', 'tasks', count(*) || ' rows have a status that there is not, as ' || quote(min(task_id)),
       'UPDATE main.tasks SET status = ''pending'' WHERE status COLLATE BINARY NOT IN '
       || '(''pending'', ''in_progress'', ''deferred'', ''completed'', ''failed'', ''cancelled'')'
  FROM main.tasks
 WHERE status COLLATE BINARY NOT IN ('pending', 'in_progress', 'deferred', 'completed', 'failed', 'cancelled') GROUP BY NULL
UNION ALL
SELECT 'error', 'thoughts', count(*) || ' rows have a status that there is not, as ' || quote(min(thought_id)),
       'UPDATE main.thoughts SET status = ''pending'' WHERE status COLLATE BINARY NOT IN '
       || '(''pending'', ''processing'', ''deferred'', ''completed'', ''failed'', ''rejected'')'
  FROM main.thoughts
 WHERE status COLLATE BINARY NOT IN ('pending', 'processing', 'deferred', 'completed', 'failed', 'rejected') GROUP BY NULL
UNION ALL
SELECT 'error', 'tasks', count(*) || ' rows have a lease and are not worked on, as ' || quote(min(task_id)),
       'UPDATE main.tasks SET lease_token = NULL, lease_worker = NULL, lease_until = NULL '
       || 'WHERE status COLLATE BINARY <> ''in_progress'' AND lease_until IS NOT NULL'
  FROM main.tasks WHERE status COLLATE BINARY <> 'in_progress' AND lease_until IS NOT NULL GROUP BY NULL
UNION ALL
SELECT 'error', 'thoughts', count(*) || ' rows have a lease and are not worked on, as ' || quote(min(thought_id)),
       'UPDATE main.thoughts SET lease_token = NULL, lease_worker = NULL, lease_until = NULL '
       || 'WHERE status COLLATE BINARY <> ''processing'' AND lease_until IS NOT NULL'
  FROM main.thoughts WHERE status COLLATE BINARY <> 'processing' AND lease_until IS NOT NULL GROUP BY NULL
UNION ALL
SELECT 'error', 'thoughts', count(*) || ' live rows are about a task that is not there, as ' || quote(min(thought_id)),
       'SELECT work_sweep()'
  FROM main.thoughts AS h
 WHERE status COLLATE BINARY IN ('pending', 'processing', 'deferred')
   AND NOT EXISTS (SELECT 1 FROM main.tasks WHERE task_id = h.source_task_id) GROUP BY NULL
UNION ALL
SELECT 'error', 'tasks', count(*) || ' live rows stand under a task that is not there, as ' || quote(min(task_id)), 'SELECT work_sweep()'
  FROM main.tasks AS t
 WHERE parent_task_id IS NOT NULL AND status COLLATE BINARY IN ('pending', 'in_progress', 'deferred')
   AND NOT EXISTS (SELECT 1 FROM main.tasks WHERE task_id = t.parent_task_id) GROUP BY NULL
UNION ALL
SELECT 'warning', 'thoughts', count(*) || ' live rows have another priority than their task, as ' || quote(min(thought_id)),
       'UPDATE main.thoughts SET priority = (SELECT t.priority FROM main.tasks AS t WHERE t.task_id = source_task_id) '
       || 'WHERE status COLLATE BINARY IN (''pending'', ''processing'', ''deferred'')'
  FROM main.thoughts AS h JOIN main.tasks AS t ON t.task_id = h.source_task_id
 WHERE h.status COLLATE BINARY IN ('pending', 'processing', 'deferred') AND h.priority IS NOT t.priority GROUP BY NULL;

-- ---- what lore_alerts looks at ----

-- :name work_alert_leases
SELECT (SELECT count(*) FROM main.tasks WHERE status COLLATE BINARY = 'in_progress' AND lease_until <= :at)
     + (SELECT count(*) FROM main.thoughts WHERE status COLLATE BINARY = 'processing' AND lease_until <= :at);

-- :name work_alert_dead
SELECT count(*) FROM main.tasks WHERE status COLLATE BINARY = 'failed';
