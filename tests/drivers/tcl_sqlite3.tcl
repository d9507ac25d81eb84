# The scenario with Tcl's sqlite3; tests/drivers/run says what it is. Arguments: the extension, a new database.
# page: begin
package require sqlite3
# page: end

lassign $argv extension path
fconfigure stdout -buffering line

proc say {step args} { puts "$step\t[join $args { }]" }

# page: begin
sqlite3 db $path
db enable_load_extension 1
db eval {SELECT load_extension($extension)}
# page: end
say load [db onecolumn {SELECT lore_version()}]
db eval {SELECT load_extension($extension)}
say "load again" [db onecolumn {SELECT lore_version()}]
say sqlite [db onecolumn {SELECT sqlite_version()}]

# page: begin
db enable_load_extension 0
db eval {PRAGMA journal_mode = WAL}
set migrated [db onecolumn {SELECT lore_migrate('signals lifecycle work')}]

set found {
  {github_spike  github   {{"website": "https://www.acme.ai/about"}} 0.75 e1}
  {funding_event news     {{"domain": "bolt.dev"}}                   0.5  e2}
  {incorporation register {{"company_number": "123456"}}             0.25 e3}
  {github_spike  github   {{"website": "https://www.acme.ai/about"}} 0.75 e1}
}
db transaction {
  foreach row $found {
    lassign $row type source document confidence id
    db eval {INSERT INTO signal_ingest(signal_type, source_api, raw_data, confidence, source_id)
             VALUES ($type, $source, $document, $confidence, $id)}
  }
}
set outcomes [db eval {SELECT json_extract(result, '$.outcome') FROM lore_results WHERE verb = 'signal_ingest' ORDER BY n}]
# page: end
say migrate $migrated
say ingest {*}$outcomes

say lifecycle {*}[lmap severity {low high} {db onecolumn {SELECT signal_upsert('overdue', 'client', 'acme', $severity)}}]

say window {*}[db eval {SELECT running_avg(confidence) OVER (ORDER BY id ROWS 1 PRECEDING) FROM signals ORDER BY id}]

set verdicts [db eval {SELECT signals.canonical_key, verdict.decision FROM signals
                         JOIN signal_verdicts(signals.canonical_key) AS verdict ORDER BY signals.id}]
say join {*}[lmap {key decision} $verdicts {string cat $key = $decision}]

# page: begin
array set task {id call description "Call Acme" priority 9007199254740993}
db eval {INSERT INTO task_add(id, description, priority) VALUES ($task(id), $task(description), $task(priority))}
# page: end
say insert [db onecolumn {SELECT priority FROM tasks WHERE task_id = 'call'}]

proc detections {type} { db onecolumn {SELECT ifnull(sum(detection_count), 0) FROM signal_state WHERE signal_type = $type} }
db eval {SELECT signal_upsert('read', 'client', value, 'low') FROM json_each('[1, 2, 3]')}
say read [detections read]
db onecolumn {SELECT signal_upsert('unread', 'client', value, 'low') FROM json_each('[1, 2, 3]')}
say unread [detections unread]

# page: begin
set confidence [expr {17 / 10.0}]  ;# a number; the word 1.7 would be bound as text
try {
  db eval {INSERT INTO signal_save(signal_type, source_api, canonical_key, confidence, raw_data)
           VALUES ('t', 's', 'domain:good.io', 0.5, '{}'), ('t', 's', 'domain:bad.io', $confidence, '{}')}
} on error message {
  set code [db errorcode]
}
# page: end
say error $message
say code $code
say kept [db onecolumn {SELECT count(*) FROM signals}]

db close
say close closed
gets stdin  ;# the runner looks at the open files now
