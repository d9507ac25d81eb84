// The scenario with Node's own node:sqlite; tests/drivers/run says what it is. Arguments: the extension, a new database.
const fs = require('fs');
// page: begin
const {DatabaseSync} = require('node:sqlite');
// page: end

const [extension, path] = process.argv.slice(2);
const say = (step, ...values) => console.log(`${step}\t${values.join(' ')}`);

// page: begin
const db = new DatabaseSync(path, {allowExtension: true});
db.loadExtension(extension);
// page: end
const value = (sql, ...parameters) => Object.values(db.prepare(sql).get(...parameters))[0];
say('load', value('SELECT lore_version()'));
db.loadExtension(extension);
say('load again', value('SELECT lore_version()'));
say('sqlite', value('SELECT sqlite_version()'));

// page: begin
db.enableLoadExtension(false);
db.exec('PRAGMA journal_mode = WAL');
const {migrated} = db.prepare("SELECT lore_migrate('signals lifecycle work') AS migrated").get();

const found = [
  ['github_spike', 'github', '{"website": "https://www.acme.ai/about"}', 0.75, 'e1'],
  ['funding_event', 'news', '{"domain": "bolt.dev"}', 0.5, 'e2'],
  ['incorporation', 'register', '{"company_number": "123456"}', 0.25, 'e3'],
  ['github_spike', 'github', '{"website": "https://www.acme.ai/about"}', 0.75, 'e1']];
const ingest = db.prepare(
  'INSERT INTO signal_ingest(signal_type, source_api, raw_data, confidence, source_id) VALUES (?, ?, ?, ?, ?)');
db.exec('BEGIN IMMEDIATE');
for (const row of found) ingest.run(...row);
db.exec('COMMIT');
const outcomes = db.prepare(`SELECT json_extract(result, '$.outcome') AS outcome FROM lore_results
                             WHERE verb = 'signal_ingest' ORDER BY n`).all();
// page: end
say('migrate', migrated);
say('ingest', ...outcomes.map(row => row.outcome));

const seen = "SELECT signal_upsert('overdue', 'client', 'acme', ?)";
say('lifecycle', ...['low', 'high'].map(severity => value(seen, severity)));

const averages = db.prepare(`SELECT running_avg(confidence) OVER (ORDER BY id ROWS 1 PRECEDING) AS average
                               FROM signals ORDER BY id`);
say('window', ...averages.all().map(row => row.average));

const verdicts = db.prepare(`SELECT signals.canonical_key AS key, verdict.decision FROM signals
                               JOIN signal_verdicts(signals.canonical_key) AS verdict ORDER BY signals.id`).all();
say('join', ...verdicts.map(({key, decision}) => `${key}=${decision}`));

// page: begin
db.prepare('INSERT INTO task_add(id, description, priority) VALUES (:id, :description, :priority)')
  .run({id: 'call', description: 'Call Acme', priority: 9007199254740993n});
const task = db.prepare('SELECT priority FROM tasks WHERE task_id = ?');
task.setReadBigInts(true); // else an integer that a number can't hold is an error
const {priority} = task.get('call');
// page: end
say('insert', priority);

const detect = "SELECT signal_upsert(?, 'client', value, 'low') FROM json_each('[1, 2, 3]')";
const detections = 'SELECT ifnull(sum(detection_count), 0) FROM signal_state WHERE signal_type = ?';
db.prepare(detect).all('read');
say('read', value(detections, 'read'));
db.prepare(detect).get('unread');
say('unread', value(detections, 'unread'));

// page: begin
const save = db.prepare(`INSERT INTO signal_save(signal_type, source_api, canonical_key, confidence, raw_data)
                         VALUES ('t', 's', 'domain:good.io', 0.5, '{}'), ('t', 's', 'domain:bad.io', ?, '{}')`);
try {
  save.run(1.7);
} catch (error) {
  say('error', error.message);
  say('code', error.errcode);
}
// page: end
say('kept', value('SELECT count(*) FROM signals'));

db.close();
say('close', 'closed');
fs.readFileSync(0); // the runner looks at the open files now
