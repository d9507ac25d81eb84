#!/bin/sh
# The scenario with the sqlite3 shell; tests/drivers/run says what it is. Arguments: the extension, a new database.
extension=$1 path=$2

# page: begin
sqlite3 -batch "$path" <<END
.mode tabs
.load $extension
-- page: end
SELECT 'load', lore_version();
.load $extension
SELECT 'load again', lore_version();
SELECT 'sqlite', sqlite_version();

.once /dev/null
PRAGMA journal_mode = WAL;
-- page: begin
SELECT 'migrate', lore_migrate('signals lifecycle work');

CREATE TEMP TABLE found(type, source, document, confidence, id);
INSERT INTO found VALUES
  ('github_spike',  'github',   '{"website": "https://www.acme.ai/about"}', 0.75, 'e1'),
  ('funding_event', 'news',     '{"domain": "bolt.dev"}',                   0.5,  'e2'),
  ('incorporation', 'register', '{"company_number": "123456"}',             0.25, 'e3'),
  ('github_spike',  'github',   '{"website": "https://www.acme.ai/about"}', 0.75, 'e1');
INSERT INTO signal_ingest(signal_type, source_api, raw_data, confidence, source_id)
SELECT type, source, document, confidence, id FROM found;
SELECT 'ingest', group_concat(json_extract(result, '$.outcome'), ' ') FROM lore_results WHERE verb = 'signal_ingest';
-- page: end

SELECT 'lifecycle', group_concat(signal_upsert('overdue', 'client', 'acme', value), ' ') FROM json_each('["low", "high"]');

SELECT 'window', group_concat(average, ' ')
  FROM (SELECT running_avg(confidence) OVER (ORDER BY id ROWS 1 PRECEDING) AS average FROM signals ORDER BY id);

SELECT 'join', group_concat(canonical_key || '=' || decision, ' ')
  FROM (SELECT signals.canonical_key, verdict.decision FROM signals
          JOIN signal_verdicts(signals.canonical_key) AS verdict ORDER BY signals.id);

-- page: begin
.parameter set @description "'Call Acme'"
.parameter set @priority 9007199254740993
INSERT INTO task_add(id, description, priority) VALUES ('call', @description, @priority);
-- page: end
SELECT 'insert', priority FROM tasks WHERE task_id = 'call';

.once /dev/null
SELECT signal_upsert('read', 'client', value, 'low') FROM json_each('[1, 2, 3]');
SELECT 'read', sum(detection_count) FROM signal_state WHERE signal_type = 'read';
-- page: begin
END

message=$(sqlite3 -batch "$path" ".load $extension" \
  "INSERT INTO signal_save(signal_type, source_api, canonical_key, confidence, raw_data)
   VALUES ('t', 's', 'domain:good.io', 0.5, '{}'), ('t', 's', 'domain:bad.io', 1.7, '{}')" 2>&1)
status=$?
# page: end
printf 'code\texit status %s\n' "$status"
printf 'error\t%s\n' "$message"
sqlite3 -batch "$path" "SELECT 'kept' || char(9) || count(*) FROM signals"

printf 'close\tclosed\n'
cat > /dev/null  # the runner looks at the open files now
