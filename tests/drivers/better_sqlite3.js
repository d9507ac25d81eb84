// The scenario with Node's better-sqlite3; tests/drivers/run says what it is. Arguments: the extension, a new database.
const fs = require('fs');
// page: begin
const Database = require('better-sqlite3');
// page: end

const [extension, path] = process.argv.slice(2);
const say = (step, ...values) => console.log(`${step}\t${values.join(' ')}`);

// page: begin
const db = new Database(path);
db.loadExtension(extension);
// page: end
say('load', db.prepare('SELECT lore_version()').pluck().get());
db.loadExtension(extension);
say('load again', db.prepare('SELECT lore_version()').pluck().get());
say('sqlite', db.prepare('SELECT sqlite_version()').pluck().get());

// page: begin
db.pragma('journal_mode = WAL');
const migrated = db.prepare("SELECT lore_migrate('signals lifecycle work')").pluck().get();

const found = [
  ['github_spike', 'github', '{"website": "https://www.acme.ai/about"}', 0.75, 'e1'],
  ['funding_event', 'news', '{"domain": "bolt.dev"}', 0.5, 'e2'],
  ['incorporation', 'register', '{"company_number": "123456"}', 0.25, 'e3'],
  ['github_spike', 'github', '{"website": "https://www.acme.ai/about"}', 0.75, 'e1']];
const ingest = db.prepare(
  'INSERT INTO signal_ingest(signal_type, source_api, raw_data, confidence, source_id) VALUES (?, ?, ?, ?, ?)');
db.transaction(() => found.forEach(row => ingest.run(row))).immediate();
const outcomes = db.prepare(`SELECT json_extract(result, '$.outcome') FROM lore_results
                             WHERE verb = 'signal_ingest' ORDER BY n`).pluck().all();
// page: end
say('migrate', migrated);
say('ingest', ...outcomes);

const seen = db.prepare("SELECT signal_upsert('overdue', 'client', 'acme', ?)").pluck();
say('lifecycle', ...['low', 'high'].map(severity => seen.get(severity)));

const averages = db.prepare('SELECT running_avg(confidence) OVER (ORDER BY id ROWS 1 PRECEDING) FROM signals ORDER BY id');
say('window', ...averages.pluck().all());

const verdicts = db.prepare(`SELECT signals.canonical_key AS key, verdict.decision FROM signals
                               JOIN signal_verdicts(signals.canonical_key) AS verdict ORDER BY signals.id`).all();
say('join', ...verdicts.map(({key, decision}) => `${key}=${decision}`));

// page: begin
db.prepare('INSERT INTO task_add(id, description, priority) VALUES (:id, :description, :priority)')
  .run({id: 'call', description: 'Call Acme', priority: 9007199254740993n});
const priority = db.prepare('SELECT priority FROM tasks WHERE task_id = ?').pluck().safeIntegers().get('call');
// page: end
say('insert', priority);

const detect = "SELECT signal_upsert(?, 'client', value, 'low') FROM json_each('[1, 2, 3]')";
const detections = db.prepare('SELECT ifnull(sum(detection_count), 0) FROM signal_state WHERE signal_type = ?').pluck();
db.prepare(detect).all('read');
say('read', detections.get('read'));
db.prepare(detect).get('unread');
say('unread', detections.get('unread'));

// page: begin
const save = db.prepare(`INSERT INTO signal_save(signal_type, source_api, canonical_key, confidence, raw_data)
                         VALUES ('t', 's', 'domain:good.io', 0.5, '{}'), ('t', 's', 'domain:bad.io', ?, '{}')`);
try {
  save.run(1.7);
} catch (error) {
  say('error', error.message);
  say('code', error.code);
}
// page: end
say('kept', db.prepare('SELECT count(*) FROM signals').pluck().get());

db.close();
say('close', 'closed');
fs.readFileSync(0); // the runner looks at the open files now
