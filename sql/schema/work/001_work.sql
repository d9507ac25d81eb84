-- Queues: tasks, the thoughts about them, and each change of their status.
--
-- tasks and thoughts may be there already, made by other software: ours adds columns, indexes and triggers.
-- lore_waiting_since is the later of created_at and not_before; what has not the form of a time counts as long ago, so that
-- no row waits for ever. A row whose lore_waiting_since lies ahead is not runnable yet.

-- up
CREATE TABLE IF NOT EXISTS main.tasks (
  task_id     TEXT PRIMARY KEY,
  description TEXT NOT NULL,
  status      TEXT NOT NULL DEFAULT 'pending',
  priority    INTEGER DEFAULT 0,
  created_by  TEXT,
  created_at  TEXT NOT NULL,
  updated_at  TEXT NOT NULL
);
ALTER TABLE main.tasks ADD COLUMN parent_task_id TEXT;
ALTER TABLE main.tasks ADD COLUMN channel_id TEXT;
ALTER TABLE main.tasks ADD COLUMN context TEXT;
ALTER TABLE main.tasks ADD COLUMN outcome TEXT;
ALTER TABLE main.tasks ADD COLUMN not_before TEXT;
ALTER TABLE main.tasks ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE main.tasks ADD COLUMN max_attempts INTEGER;
ALTER TABLE main.tasks ADD COLUMN unique_key TEXT;
ALTER TABLE main.tasks ADD COLUMN lease_token TEXT;
ALTER TABLE main.tasks ADD COLUMN lease_worker TEXT;
ALTER TABLE main.tasks ADD COLUMN lease_until TEXT;
ALTER TABLE main.tasks ADD COLUMN lore_waiting_since TEXT AS (
  max(CASE WHEN created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN created_at ELSE '' END,
      CASE WHEN not_before GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN not_before ELSE '' END)) VIRTUAL;
CREATE INDEX IF NOT EXISTS main.idx_tasks_runnable
  ON tasks(CAST(coalesce(priority, 0) AS INTEGER) DESC, lore_waiting_since, task_id) WHERE status COLLATE BINARY = 'pending';
CREATE INDEX IF NOT EXISTS main.idx_tasks_lease ON tasks(lease_until, task_id) WHERE status COLLATE BINARY = 'in_progress';
CREATE INDEX IF NOT EXISTS main.idx_tasks_deferred ON tasks(not_before, task_id) WHERE status COLLATE BINARY = 'deferred' AND not_before IS NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS main.idx_tasks_token ON tasks(lease_token) WHERE lease_token IS NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS main.idx_tasks_unique_key
  ON tasks(unique_key) WHERE unique_key IS NOT NULL AND status COLLATE BINARY IN ('pending', 'in_progress', 'deferred');
CREATE INDEX IF NOT EXISTS main.idx_tasks_parent ON tasks(parent_task_id) WHERE parent_task_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS main.idx_tasks_live_below
  ON tasks(parent_task_id, task_id) WHERE parent_task_id IS NOT NULL AND status COLLATE BINARY IN ('pending', 'in_progress', 'deferred');

CREATE TABLE IF NOT EXISTS main.thoughts (
  thought_id        TEXT PRIMARY KEY,
  source_task_id    TEXT NOT NULL REFERENCES tasks(task_id),
  content           TEXT NOT NULL,
  thought_type      TEXT,
  status            TEXT NOT NULL DEFAULT 'pending',
  escalation_level  INTEGER DEFAULT 0,
  ponder_count      INTEGER DEFAULT 0,
  parent_thought_id TEXT,
  context           TEXT,
  final_action      TEXT,
  created_at        TEXT NOT NULL,
  updated_at        TEXT NOT NULL
);
ALTER TABLE main.thoughts ADD COLUMN priority INTEGER;
ALTER TABLE main.thoughts ADD COLUMN not_before TEXT;
ALTER TABLE main.thoughts ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE main.thoughts ADD COLUMN max_attempts INTEGER;
ALTER TABLE main.thoughts ADD COLUMN lease_token TEXT;
ALTER TABLE main.thoughts ADD COLUMN lease_worker TEXT;
ALTER TABLE main.thoughts ADD COLUMN lease_until TEXT;
ALTER TABLE main.thoughts ADD COLUMN lore_waiting_since TEXT AS (
  max(CASE WHEN created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN created_at ELSE '' END,
      CASE WHEN not_before GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN not_before ELSE '' END)) VIRTUAL;
CREATE INDEX IF NOT EXISTS main.idx_thoughts_runnable
  ON thoughts(CAST(coalesce(priority, 0) AS INTEGER) DESC, lore_waiting_since, thought_id) WHERE status COLLATE BINARY = 'pending';
CREATE INDEX IF NOT EXISTS main.idx_thoughts_lease ON thoughts(lease_until, thought_id) WHERE status COLLATE BINARY = 'processing';
CREATE INDEX IF NOT EXISTS main.idx_thoughts_deferred ON thoughts(not_before, thought_id) WHERE status COLLATE BINARY = 'deferred' AND not_before IS NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS main.idx_thoughts_token ON thoughts(lease_token) WHERE lease_token IS NOT NULL;
CREATE INDEX IF NOT EXISTS main.idx_thoughts_task ON thoughts(source_task_id);
CREATE INDEX IF NOT EXISTS main.idx_thoughts_parent ON thoughts(parent_thought_id) WHERE parent_thought_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS main.idx_thoughts_live
  ON thoughts(source_task_id, thought_id) WHERE status COLLATE BINARY IN ('pending', 'processing', 'deferred');

-- seq is the end of the token of the claim that it records. Only after a ROLLBACK is a number given again: so a token has a
-- random part too. worker: who has done it, by its token; of a lease that was over: whose it was.
CREATE TABLE main.work_log (
  seq         INTEGER PRIMARY KEY AUTOINCREMENT,
  kind        TEXT NOT NULL CHECK (kind IN ('task', 'thought')),
  id          TEXT NOT NULL,
  at          TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??.???Z'),
  from_status TEXT NOT NULL,
  to_status   TEXT NOT NULL,
  worker      TEXT,
  reason      TEXT
) STRICT;
CREATE INDEX main.idx_work_log_row ON work_log(kind, id, seq);

-- A live thought has the priority of its task, whoever changes either; INSERT OR REPLACE of a task is an insert. What has
-- ended is left as it was, and follows again when it is live again.
UPDATE main.thoughts SET priority = (SELECT t.priority FROM main.tasks AS t WHERE t.task_id = source_task_id)
 WHERE priority IS NOT (SELECT t.priority FROM main.tasks AS t WHERE t.task_id = source_task_id);
CREATE TRIGGER main.lore_on_thought_insert AFTER INSERT ON thoughts
 WHEN EXISTS (SELECT 1 FROM tasks AS t WHERE t.task_id = NEW.source_task_id AND t.priority IS NOT NEW.priority) BEGIN
  UPDATE thoughts SET priority = (SELECT t.priority FROM tasks AS t WHERE t.task_id = NEW.source_task_id)
   WHERE thought_id = NEW.thought_id;
END;
CREATE TRIGGER main.lore_on_thought_update AFTER UPDATE OF source_task_id, priority, status ON thoughts
 WHEN NEW.status COLLATE BINARY IN ('pending', 'processing', 'deferred')
  AND EXISTS (SELECT 1 FROM tasks AS t WHERE t.task_id = NEW.source_task_id AND t.priority IS NOT NEW.priority) BEGIN
  UPDATE thoughts SET priority = (SELECT t.priority FROM tasks AS t WHERE t.task_id = NEW.source_task_id)
   WHERE thought_id = NEW.thought_id;
END;
CREATE TRIGGER main.lore_on_task_insert AFTER INSERT ON tasks BEGIN
  UPDATE thoughts SET priority = NEW.priority
   WHERE source_task_id = NEW.task_id AND status COLLATE BINARY IN ('pending', 'processing', 'deferred') AND priority IS NOT NEW.priority;
END;
CREATE TRIGGER main.lore_on_task_update AFTER UPDATE OF task_id, priority ON tasks
 WHEN NEW.priority IS NOT OLD.priority OR NEW.task_id IS NOT OLD.task_id BEGIN
  UPDATE thoughts SET priority = NEW.priority
   WHERE source_task_id = NEW.task_id AND status COLLATE BINARY IN ('pending', 'processing', 'deferred') AND priority IS NOT NEW.priority;
END;

-- Other software that sets a status knows no leases: so the lease goes that its statement has left as it was. Our own
-- statements change the lease with the status.
CREATE TRIGGER main.lore_on_task_status AFTER UPDATE OF status ON tasks
 WHEN NEW.status COLLATE BINARY IS NOT OLD.status AND coalesce(NEW.lease_token, NEW.lease_until) IS NOT NULL
  AND NEW.lease_token IS OLD.lease_token AND NEW.lease_until IS OLD.lease_until BEGIN
  UPDATE tasks SET lease_token = NULL, lease_worker = NULL, lease_until = NULL WHERE task_id = NEW.task_id;
END;
CREATE TRIGGER main.lore_on_thought_status AFTER UPDATE OF status ON thoughts
 WHEN NEW.status COLLATE BINARY IS NOT OLD.status AND coalesce(NEW.lease_token, NEW.lease_until) IS NOT NULL
  AND NEW.lease_token IS OLD.lease_token AND NEW.lease_until IS OLD.lease_until BEGIN
  UPDATE thoughts SET lease_token = NULL, lease_worker = NULL, lease_until = NULL WHERE thought_id = NEW.thought_id;
END;

-- down
DROP TRIGGER main.lore_on_thought_status;
DROP TRIGGER main.lore_on_task_status;
DROP TRIGGER main.lore_on_task_update;
DROP TRIGGER main.lore_on_task_insert;
DROP TRIGGER main.lore_on_thought_update;
DROP TRIGGER main.lore_on_thought_insert;
DROP TABLE main.work_log;
DROP TABLE main.thoughts;
DROP TABLE main.tasks;
