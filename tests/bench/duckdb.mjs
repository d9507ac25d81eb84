// The same points in DuckDB, sorted by series and time, on one thread: a peer beside tests/bench/metrics.c.
//
// node duckdb.mjs FOLDER: reads FOLDER/points.bin and FOLDER/metrics.json, which metrics.c leaves there, and the package
// @duckdb/node-api from FOLDER/duckdb, where tests/bench/run has it installed. Points come, as ours, by INSERT ... SELECT out of
// a table in memory, in transactions of 100,000. Time is processor time of the process.
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';

const folder = path.resolve(process.argv[2]);
const { DuckDBInstance, DuckDBDataChunk, INTEGER, BIGINT, DOUBLE } = createRequire(path.join(folder, 'duckdb', 'x.js'))('@duckdb/node-api');
const SERIES = 1000, POINTS = 10000, BATCH = 100000, CHUNK = 2000, MILLION = 1e6;

const ours = JSON.parse(fs.readFileSync(path.join(folder, 'metrics.json'), 'utf8'));
const raw = fs.readFileSync(path.join(folder, 'points.bin'));
const bytes = raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length);
const times = new BigInt64Array(bytes, 0, SERIES * POINTS);
const values = new Float64Array(bytes, SERIES * POINTS * 8, SERIES * POINTS);

const file = path.join(folder, 'points.duckdb');
for (const name of [file, `${file}.wal`]) fs.rmSync(name, { force: true });
const instance = await DuckDBInstance.create(file, { threads: '1' });
const db = await instance.connect();
await db.run("ATTACH ':memory:' AS source");
await db.run('CREATE TABLE points(series INTEGER, ts BIGINT, value DOUBLE)');

function seconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

async function timed(work) {
  const start = seconds();
  await work();
  return seconds() - start;
}

async function stage(first) {
  await db.run('CREATE OR REPLACE TABLE source.staged(series INTEGER, ts BIGINT, value DOUBLE)');
  const appender = await db.createAppender('staged', 'main', 'source');
  for (let at = first; at < first + BATCH; at += CHUNK) {
    const chunk = DuckDBDataChunk.create([INTEGER, BIGINT, DOUBLE], CHUNK);
    chunk.setColumnValues(0, Array(CHUNK).fill(Math.floor(at / POINTS)));
    chunk.setColumnValues(1, [...times.subarray(at, at + CHUNK)]);
    chunk.setColumnValues(2, [...values.subarray(at, at + CHUNK)]);
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

async function median(sql) {
  const taken = [];
  for (let round = -1; round < 3; round++) {
    const one = await timed(() => db.runAndReadAll(sql));
    if (round >= 0) taken.push(one);
  }
  return taken.sort((a, b) => a - b)[1];
}

async function day() {
  const start = ours.start, queries = 200;
  const statement = await db.prepare('SELECT avg(value) FROM points WHERE series = $1 AND ts >= $2 AND ts < $3');
  const one = async (i) => {
    statement.bindInteger(1, (i * 7919) % SERIES);
    statement.bindBigInt(2, BigInt(start + 600000 + i * 10000));
    statement.bindBigInt(3, BigInt(start + 600000 + i * 10000 + 86400000));
    await statement.runAndReadAll();
  };
  for (let i = 0; i < 20; i++) await one(i);
  return await timed(async () => { for (let i = 0; i < queries; i++) await one(i); }) * 1000 / queries;
}

let taken = 0;
for (let first = 0; first < SERIES * POINTS; first += BATCH) {
  await stage(first);
  taken += await timed(() => db.run('INSERT INTO points SELECT * FROM source.staged'));
}
await db.run('CHECKPOINT');
const all = SERIES * POINTS / MILLION;
const rates = {
  bytes: fs.statSync(file).size / (SERIES * POINTS),
  ingest: all / taken,
  deviation: all / await median('SELECT series, count(*), stddev_pop(value) FROM points GROUP BY series'),
  quantile: all / await median('SELECT series, count(*), quantile_cont(value, 0.99) FROM points GROUP BY series'),
  day: await day(),
  minutes: all / await median('SELECT count(*), sum(mean) FROM (SELECT series, ts // 60000 AS minute, avg(value) AS mean FROM points GROUP BY ALL)'),
};

const columns = ['bytes', 'ingest', 'deviation', 'quantile', 'day', 'minutes'];
for (const [what, name, more] of [['file', 'bytes', 0], ['ingest', 'ingest', 1], ['stddev of all', 'deviation', 1], ['p99 of all', 'quantile', 1],
  ['24 h of one series', 'day', 0], ['all to minutes', 'minutes', 1]]) {
  const times_better = more ? ours[name] / rates[name] : rates[name] / ours[name];
  console.log(`= metrics: ${what}, better than DuckDB | (shown) | ${times_better.toFixed(2)} x | -`);
}
console.log(`\n  ${'DuckDB, regular, sorted, 1 thread'.padEnd(36)} ${columns.map((name) => rates[name].toFixed(name === 'day' ? 3 : 2).padStart(10)).join(' ')}`);
console.log('  (columns as in the table of metrics: bytes, ingest, stddev, p99, 24 h in ms, minutes)');
db.closeSync();
