# The scenario with Ruby's sqlite3; tests/drivers/run says what it is. Arguments: the extension, a new database.
# page: begin
require "sqlite3"
# page: end

extension, path = ARGV
$stdout.sync = true

def say(step, *values)
  puts "#{step}\t#{values.join(' ')}"
end

# page: begin
db = SQLite3::Database.new(path)
db.enable_load_extension(true)
db.load_extension(extension)
# page: end
say "load", db.get_first_value("SELECT lore_version()")
db.load_extension(extension)
say "load again", db.get_first_value("SELECT lore_version()")
say "sqlite", db.get_first_value("SELECT sqlite_version()")

# page: begin
db.enable_load_extension(false)
db.execute("PRAGMA journal_mode = WAL")
migrated = db.get_first_value("SELECT lore_migrate('signals lifecycle work')")

found = [["github_spike", "github", '{"website": "https://www.acme.ai/about"}', 0.75, "e1"],
         ["funding_event", "news", '{"domain": "bolt.dev"}', 0.5, "e2"],
         ["incorporation", "register", '{"company_number": "123456"}', 0.25, "e3"],
         ["github_spike", "github", '{"website": "https://www.acme.ai/about"}', 0.75, "e1"]]
db.transaction do
  db.prepare("INSERT INTO signal_ingest(signal_type, source_api, raw_data, confidence, source_id)
              VALUES (?, ?, ?, ?, ?)") do |ingest|
    found.each { |row| ingest.execute(row) }
  end
end
outcomes = db.execute("SELECT json_extract(result, '$.outcome') FROM lore_results
                       WHERE verb = 'signal_ingest' ORDER BY n").flatten
# page: end
say "migrate", migrated
say "ingest", *outcomes

seen = "SELECT signal_upsert('overdue', 'client', 'acme', ?)"
say "lifecycle", *%w[low high].map { |severity| db.get_first_value(seen, [severity]) }

say "window", *db.execute("SELECT running_avg(confidence) OVER (ORDER BY id ROWS 1 PRECEDING) FROM signals ORDER BY id").flatten

verdicts = db.execute("SELECT signals.canonical_key, verdict.decision FROM signals
                         JOIN signal_verdicts(signals.canonical_key) AS verdict ORDER BY signals.id")
say "join", *verdicts.map { |key, decision| "#{key}=#{decision}" }

# page: begin
db.execute("INSERT INTO task_add(id, description, priority) VALUES (:id, :description, :priority)",
           { id: "call", description: "Call Acme", priority: 9007199254740993 })
# page: end
say "insert", db.get_first_value("SELECT priority FROM tasks WHERE task_id = ?", ["call"])

detect = "SELECT signal_upsert(?, 'client', value, 'low') FROM json_each('[1, 2, 3]')"
detections = "SELECT ifnull(sum(detection_count), 0) FROM signal_state WHERE signal_type = ?"
db.execute(detect, ["read"])
say "read", db.get_first_value(detections, ["read"])
db.query(detect, ["unread"]).close
say "unread", db.get_first_value(detections, ["unread"])

# page: begin
begin
  db.execute("INSERT INTO signal_save(signal_type, source_api, canonical_key, confidence, raw_data)
              VALUES ('t', 's', 'domain:good.io', 0.5, '{}'), ('t', 's', 'domain:bad.io', ?, '{}')", [1.7])
rescue SQLite3::ConstraintException => error
  message, code = error.message, error.code
end
# page: end
say "error", message
say "code", code
say "kept", db.get_first_value("SELECT count(*) FROM signals")

db.close
say "close", "closed"
$stdin.read  # the runner looks at the open files now
