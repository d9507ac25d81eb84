-- work.sql: the upstreams that a person should look at become tasks, which two workers drain.
-- Runs after graph.sql, in the same shell; a worker is a process of its own elsewhere, here both share one shell.

-- The id makes a task once: an upstream that was reviewed by an earlier run is not asked about again.
INSERT INTO task_add(id, description, priority, created_by)
WITH waiting AS MATERIALIZED (
  SELECT canonical_key, confidence_score FROM signal_verdicts WHERE decision = 'needs_review')
SELECT 'review ' || canonical_key, 'Is ' || canonical_key || ' worth following?', CAST(confidence_score * 10 AS INTEGER), 'the demo'
  FROM waiting WHERE NOT EXISTS (SELECT 1 FROM tasks WHERE task_id = 'review ' || canonical_key);

.print
.print '23. What is to be reviewed? (task_add in work.sql; the first eight of work_pending)'
SELECT id, priority, substr(waiting_since, 1, 19) AS "waiting since", attempts FROM work_pending('task') WHERE runnable LIMIT 8;

-- Each claims half of what waits, in one call, and shows the token of a task to end it.
CREATE TEMP TABLE held(worker, id, token, decision);
INSERT INTO held
  WITH half(n) AS MATERIALIZED (SELECT count(*) / 2 + 1 FROM work_pending('task') WHERE runnable)
  SELECT 'ann', json_extract(value, '$.id'), json_extract(value, '$.token'), NULL FROM half, json_each(work_claim('task', 'ann', n, 600));
INSERT INTO held
  SELECT 'bob', json_extract(value, '$.id'), json_extract(value, '$.token'), NULL FROM json_each(work_claim('task', 'bob', 10000, 600));

-- A rule stands in for the two: what two collectors know well is worth following, what one knows is not; who can't tell tries
-- again later.
UPDATE held SET decision = (
  SELECT CASE WHEN v.sources = 1 THEN 'leave' WHEN v.confidence_score >= 0.45 THEN 'follow' END
    FROM signal_verdicts AS v WHERE 'review ' || v.canonical_key = id);
INSERT INTO work_complete(token, outcome) SELECT token, json_object('decision', decision) FROM held WHERE decision IS NOT NULL;
INSERT INTO work_fail(token, reason) SELECT token, 'the evidence is too thin to tell' FROM held WHERE decision IS NULL;

.print
.print '24. Who has done what? (work_claim, work_complete, work_fail; work_log of this run)'
SELECT l.worker, count(*) FILTER (WHERE to_status = 'in_progress') AS claimed,
       count(*) FILTER (WHERE json_extract(t.outcome, '$.decision') = 'follow' AND to_status = 'completed') AS "to follow",
       count(*) FILTER (WHERE json_extract(t.outcome, '$.decision') = 'leave' AND to_status = 'completed') AS "to leave",
       count(*) FILTER (WHERE to_status = 'pending') AS "to try again", count(*) FILTER (WHERE to_status = 'failed') AS "given up"
  FROM run JOIN work_log AS l ON l.at = run.at JOIN tasks AS t ON t.task_id = l.id
 WHERE l.kind = 'task' AND l.worker IS NOT NULL GROUP BY l.worker;
.print '   The queue now, and when a worker should look again (work_stats, work_next_at):'
SELECT status, count AS tasks, CASE status WHEN 'pending' THEN substr(work_next_at('task'), 1, 19) END AS "next at"
  FROM work_stats('task') WHERE count > 0;
