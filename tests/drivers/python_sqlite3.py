"""The scenario with Python's own sqlite3; tests/drivers/run says what it is. Arguments: the extension, a new database."""
# page: begin
import sqlite3
# page: end
import sys

extension, path = sys.argv[1:]


def say(step, *values):
    print(step, " ".join(str(value) for value in values), sep="\t", flush=True)


# page: begin
connection = sqlite3.connect(path)
connection.enable_load_extension(True)
connection.load_extension(extension)
# page: end
say("load", connection.execute("SELECT lore_version()").fetchone()[0])
connection.load_extension(extension)
say("load again", connection.execute("SELECT lore_version()").fetchone()[0])
say("sqlite", sqlite3.sqlite_version)

# page: begin
connection.enable_load_extension(False)  # from here on SQL can load nothing
connection.execute("PRAGMA journal_mode = WAL")
migrated = connection.execute("SELECT lore_migrate('signals lifecycle work')").fetchone()[0]

found = [("github_spike", "github", '{"website": "https://www.acme.ai/about"}', 0.75, "e1"),
         ("funding_event", "news", '{"domain": "bolt.dev"}', 0.5, "e2"),
         ("incorporation", "register", '{"company_number": "123456"}', 0.25, "e3"),
         ("github_spike", "github", '{"website": "https://www.acme.ai/about"}', 0.75, "e1")]
with connection:  # one transaction
    connection.executemany("INSERT INTO signal_ingest(signal_type, source_api, raw_data, confidence, source_id)"
                           " VALUES (?, ?, ?, ?, ?)", found)
outcomes = connection.execute("SELECT json_extract(result, '$.outcome') FROM lore_results"
                              " WHERE verb = 'signal_ingest' ORDER BY n").fetchall()
# page: end
say("migrate", migrated)
say("ingest", *(outcome for outcome, in outcomes))

seen = "SELECT signal_upsert('overdue', 'client', 'acme', ?)"
say("lifecycle", *(connection.execute(seen, [severity]).fetchone()[0] for severity in ("low", "high")))

averages = connection.execute("SELECT running_avg(confidence) OVER (ORDER BY id ROWS 1 PRECEDING) FROM signals ORDER BY id")
say("window", *(value for value, in averages))

verdicts = connection.execute("SELECT signals.canonical_key, verdict.decision FROM signals"
                              " JOIN signal_verdicts(signals.canonical_key) AS verdict ORDER BY signals.id")
say("join", *(f"{key}={decision}" for key, decision in verdicts))

# page: begin
with connection:
    connection.execute("INSERT INTO task_add(id, description, priority) VALUES (:id, :description, :priority)",
                       {"id": "call", "description": "Call Acme", "priority": 9007199254740993})
# page: end
say("insert", connection.execute("SELECT priority FROM tasks WHERE task_id = ?", ["call"]).fetchone()[0])

detect = "SELECT signal_upsert(?, 'client', value, 'low') FROM json_each('[1, 2, 3]')"
detections = "SELECT ifnull(sum(detection_count), 0) FROM signal_state WHERE signal_type = ?"
connection.execute(detect, ["read"]).fetchall()
say("read", connection.execute(detections, ["read"]).fetchone()[0])
connection.execute(detect, ["unread"])
say("unread", connection.execute(detections, ["unread"]).fetchone()[0])

# page: begin
try:
    with connection:
        connection.execute("INSERT INTO signal_save(signal_type, source_api, canonical_key, confidence, raw_data)"
                           " VALUES ('t', 's', 'domain:good.io', 0.5, '{}'), ('t', 's', 'domain:bad.io', ?, '{}')", [1.7])
except sqlite3.IntegrityError as error:
    message, code = str(error), error.sqlite_errorcode  # the code from Python 3.11 on
# page: end
say("error", message)
say("code", code)
say("kept", connection.execute("SELECT count(*) FROM signals").fetchone()[0])

connection.close()
say("close", "closed")
sys.stdin.read()  # the runner looks at the open files now
