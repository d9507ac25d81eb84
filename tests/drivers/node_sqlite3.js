// The scenario with Node's sqlite3; tests/drivers/run says what it is. Arguments: the extension, a new database.
const fs = require('fs');
// page: begin
const {promisify} = require('util');
const sqlite3 = require('sqlite3');
// page: end

const [extension, path] = process.argv.slice(2);
const say = (step, ...values) => console.log(`${step}\t${values.join(' ')}`);

async function scenario() {
  // page: begin
  const db = new sqlite3.Database(path);
  const [all, get, close, load] = ['all', 'get', 'close', 'loadExtension'].map(name => promisify(db[name]).bind(db));
  const run = (sql, ...parameters) => all(sql, ...parameters); // all() steps a statement to its end
  await load(extension);
  // page: end
  const value = async (sql, ...parameters) => Object.values(await get(sql, ...parameters))[0];
  say('load', await value('SELECT lore_version()'));
  await load(extension);
  say('load again', await value('SELECT lore_version()'));
  say('sqlite', await value('SELECT sqlite_version()'));

  // page: begin
  await run('PRAGMA journal_mode = WAL');
  const {migrated} = await get("SELECT lore_migrate('signals lifecycle work') AS migrated");

  const found = [
    ['github_spike', 'github', '{"website": "https://www.acme.ai/about"}', 0.75, 'e1'],
    ['funding_event', 'news', '{"domain": "bolt.dev"}', 0.5, 'e2'],
    ['incorporation', 'register', '{"company_number": "123456"}', 0.25, 'e3'],
    ['github_spike', 'github', '{"website": "https://www.acme.ai/about"}', 0.75, 'e1']];
  await run('BEGIN IMMEDIATE');
  for (const row of found)
    await run('INSERT INTO signal_ingest(signal_type, source_api, raw_data, confidence, source_id) VALUES (?, ?, ?, ?, ?)', row);
  await run('COMMIT');
  const outcomes = await all(`SELECT json_extract(result, '$.outcome') AS outcome FROM lore_results
                                WHERE verb = 'signal_ingest' ORDER BY n`);
  // page: end
  say('migrate', migrated);
  say('ingest', ...outcomes.map(row => row.outcome));

  const seen = "SELECT signal_upsert('overdue', 'client', 'acme', ?)";
  say('lifecycle', await value(seen, 'low'), await value(seen, 'high'));

  const averages = await all(`SELECT running_avg(confidence) OVER (ORDER BY id ROWS 1 PRECEDING) AS average
                                FROM signals ORDER BY id`);
  say('window', ...averages.map(row => row.average));

  const verdicts = await all(`SELECT signals.canonical_key AS key, verdict.decision FROM signals
                                JOIN signal_verdicts(signals.canonical_key) AS verdict ORDER BY signals.id`);
  say('join', ...verdicts.map(({key, decision}) => `${key}=${decision}`));

  // page: begin
  await run('INSERT INTO task_add(id, description, priority) VALUES ($id, $description, $priority)', // integers of 64 bits: as text
            {$id: 'call', $description: 'Call Acme', $priority: '9007199254740993'});
  const {priority} = await get('SELECT CAST(priority AS TEXT) AS priority FROM tasks WHERE task_id = ?', 'call');
  // page: end
  say('insert', priority);

  const detect = "SELECT signal_upsert(?, 'client', value, 'low') FROM json_each('[1, 2, 3]')";
  const detections = 'SELECT ifnull(sum(detection_count), 0) FROM signal_state WHERE signal_type = ?';
  await all(detect, 'read');
  say('read', await value(detections, 'read'));
  await promisify(db.run).bind(db)(detect, 'unread');
  say('unread', await value(detections, 'unread'));

  // page: begin
  try {
    await run(`INSERT INTO signal_save(signal_type, source_api, canonical_key, confidence, raw_data)
               VALUES ('t', 's', 'domain:good.io', 0.5, '{}'), ('t', 's', 'domain:bad.io', ?, '{}')`, 1.7);
  } catch (error) {
    say('error', error.message);
    say('code', error.errno);
  }
  // page: end
  say('kept', await value('SELECT count(*) FROM signals'));

  await close();
  say('close', 'closed');
  fs.readFileSync(0); // the runner looks at the open files now
}

scenario();
