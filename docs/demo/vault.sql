-- vault.sql: secrets in documents are sealed and replaced by references; what was decided is in a log that can't be changed unseen.
-- Runs after metrics.sql, in the same shell, in the folder with the files vault.key and audit.key that docs/demo/run has made.

-- The key comes from a file, so it stands in no SQL text. The first run makes the vault, each run opens it.
CREATE TEMP TABLE made AS SELECT vault_init(readfile('vault.key')) AS key_id WHERE NOT EXISTS (SELECT 1 FROM vault_keys);
CREATE TEMP TABLE opened AS SELECT vault_open_file('vault.key') AS key_id;
-- From here on, what is given out is in the audit log too: verbs append by themselves.
CREATE TEMP TABLE signer AS SELECT audit_key_file('audit.key') AS public_key, lore_set('audit', 'on') AS is_on;

-- Made-up secrets, in pieces, so that nobody who searches this file takes them for real ones.
CREATE TEMP TABLE arrived(name, body);
INSERT INTO arrived VALUES
  ('sources.list', 'https://mirror:FAKE-' || 'pass-42' || '@deb.example/'),
  ('deploy note',  'publish with ' || 'ghp' || '_' || 'FAKE0demo1FAKE2demo3FAKE4demo5FAKE67' || ' soon'),
  ('invoice',      'pay with ' || '4242 4242 ' || '4242 4242' || ' (fake)');

-- Only what secret_protect gives is stored. To protect a text again gives the same references.
CREATE TABLE IF NOT EXISTS demo_documents(name TEXT PRIMARY KEY, body TEXT NOT NULL);
INSERT OR IGNORE INTO demo_documents SELECT name, secret_protect(body, name) FROM arrived;

.print
.print '27. Which secrets are in the documents? (secret_protect; ids are shortened here)'
SELECT name, replace(body, substr(secret_uuid, 1, 32), '…') AS "what is stored", sensitivity
  FROM demo_documents JOIN secrets ON instr(body, secret_uuid) ORDER BY sensitivity = 'critical', name;
.print '   Put back for an action that may have them (secret_reveal; all three are made up):'
SELECT name, secret_reveal(body, 'tool', 'installer') AS "for a tool"
  FROM demo_documents WHERE name <> 'invoice' ORDER BY name DESC;
.print '   Refused for another (the reference stays), with a notice, and a line in the log:'
.mode list
.headers off
CREATE TEMP TABLE refused AS
  SELECT secret_reveal(body, 'speak', 'chat') AS given FROM demo_documents WHERE name = 'deploy note';
SELECT '   To speak: ' || replace(given, substr(secret_uuid, 1, 32), '…') || char(10) || '   ' || lore_notice()
  FROM refused JOIN secrets ON instr(given, secret_uuid);
.mode box
.headers on
SELECT access, accessor, count(*) AS times FROM run JOIN secret_access_log AS l ON l.at = run.at
 GROUP BY access, accessor ORDER BY min(seq);

-- What the two workers of work.sql decided, an entry each: by its id it is appended once. Then the newest entry is signed.
INSERT INTO audit_append(event_type, originator_id, payload, target_id, event_id)
  SELECT 'review', worker, outcome, task_id, 'review/' || task_id
    FROM (SELECT t.task_id, t.outcome, (SELECT worker FROM work_log WHERE id = t.task_id AND to_status = 'completed') AS worker
            FROM tasks AS t WHERE t.status = 'completed')
   WHERE worker IS NOT NULL ORDER BY task_id;
INSERT INTO audit_append(event_type, originator_id) VALUES ('demo_run', 'demo');
INSERT INTO audit_checkpoint DEFAULT VALUES;

.print
.print '28. Can the log of decisions be believed? (audit_verify, with the key that must have signed)'
.mode list
.headers off
SELECT '   Of this database: ' || v.status || ', ' || v.statement FROM signer, audit_verify(NULL, NULL, public_key) AS v;

-- The copy is a second connection of this shell.
.backup tampered.db
.connection 1
.open tampered.db
.load ./lore
UPDATE audit_log SET event_payload = '{"decision":"follow, of course"}'
 WHERE sequence_number = (SELECT sequence_number FROM audit_log ORDER BY event_type = 'review' DESC, sequence_number LIMIT 1);
SELECT '   Of a copy in which somebody changed an entry by plain SQL: ' || status || ' at entry ' || sequence_number || ':'
       || char(10) || '   ' || statement || char(10)
       || '   It is what ' || originator_id || ' did: ' || coalesce(target_id, event_type)
  FROM audit_verify() JOIN audit_log USING (sequence_number);
.connection 0
.mode box
.headers on
