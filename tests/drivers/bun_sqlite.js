// The scenario with Bun's bun:sqlite; tests/drivers/run says what it is. Arguments: the extension, a new database.
const fs = require('fs');
// page: begin
const {Database} = require('bun:sqlite');
// page: end

const [extension, path] = process.argv.slice(2);
const say = (step, ...values) => console.log(`${step}\t${values.join(' ')}`);

// page: begin
const db = new Database(path, {safeIntegers: true, strict: true}); // integers come as BigInt
db.loadExtension(extension);
// page: end
const column = (sql, ...parameters) => db.query(sql).values(...parameters).map(row => row[0]);
say('load', ...column('SELECT lore_version()'));
db.loadExtension(extension);
say('load again', ...column('SELECT lore_version()'));
say('sqlite', ...column('SELECT sqlite_version()'));

// page: begin
db.run('PRAGMA journal_mode = WAL');
const {migrated} = db.query("SELECT lore_migrate('signals lifecycle work') AS migrated").get();

const found = [
  ['github_spike', 'github', '{"website": "https://www.acme.ai/about"}', 0.75, 'e1'],
  ['funding_event', 'news', '{"domain": "bolt.dev"}', 0.5, 'e2'],
  ['incorporation', 'register', '{"company_number": "123456"}', 0.25, 'e3'],
  ['github_spike', 'github', '{"website": "https://www.acme.ai/about"}', 0.75, 'e1']];
const ingest = db.query(
  'INSERT INTO signal_ingest(signal_type, source_api, raw_data, confidence, source_id) VALUES (?, ?, ?, ?, ?)');
db.transaction(() => found.forEach(row => ingest.run(...row))).immediate();
const outcomes = db.query(`SELECT json_extract(result, '$.outcome') AS outcome FROM lore_results
                           WHERE verb = 'signal_ingest' ORDER BY n`).all();
// page: end
say('migrate', migrated);
say('ingest', ...outcomes.map(row => row.outcome));

const seen = "SELECT signal_upsert('overdue', 'client', 'acme', ?)";
say('lifecycle', ...column(seen, 'low'), ...column(seen, 'high'));

say('window', ...column('SELECT running_avg(confidence) OVER (ORDER BY id ROWS 1 PRECEDING) FROM signals ORDER BY id'));

const verdicts = db.query(`SELECT signals.canonical_key AS key, verdict.decision FROM signals
                             JOIN signal_verdicts(signals.canonical_key) AS verdict ORDER BY signals.id`).all();
say('join', ...verdicts.map(({key, decision}) => `${key}=${decision}`));

// page: begin
db.query('INSERT INTO task_add(id, description, priority) VALUES (:id, :description, :priority)')
  .run({id: 'call', description: 'Call Acme', priority: 9007199254740993n});
const {priority} = db.query('SELECT priority FROM tasks WHERE task_id = ?').get('call');
// page: end
say('insert', priority);

const detect = "SELECT signal_upsert(?, 'client', value, 'low') FROM json_each('[1, 2, 3]')";
const detections = 'SELECT ifnull(sum(detection_count), 0) FROM signal_state WHERE signal_type = ?';
db.query(detect).all('read');
say('read', ...column(detections, 'read'));
db.query(detect).get('unread');
say('unread', ...column(detections, 'unread'));

// page: begin
const save = db.query(`INSERT INTO signal_save(signal_type, source_api, canonical_key, confidence, raw_data)
                       VALUES ('t', 's', 'domain:good.io', 0.5, '{}'), ('t', 's', 'domain:bad.io', ?, '{}')`);
try {
  save.run(1.7);
} catch (error) {
  say('error', error.message);
  say('code', error.errno);
}
// page: end
say('kept', ...column('SELECT count(*) FROM signals'));

db.close(true); // true: an error if a statement is still open
say('close', 'closed');
fs.readFileSync(0); // the runner looks at the open files now
