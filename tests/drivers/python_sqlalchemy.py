"""The scenario with SQLAlchemy; tests/drivers/run says what it is. Arguments: the extension, a new database."""
import sys

# page: begin
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import IntegrityError
# page: end

extension, path = sys.argv[1:]


def say(step, *values):
    print(step, " ".join(str(value) for value in values), sep="\t", flush=True)


# page: begin
engine = create_engine(f"sqlite:///{path}", future=True)


@event.listens_for(engine, "connect")  # each connection that the pool opens
def load_lore(connection, _):
    connection.enable_load_extension(True)
    connection.load_extension(extension)
    connection.enable_load_extension(False)
    connection.execute("PRAGMA journal_mode = WAL")
# page: end


with engine.begin() as connection:
    say("load", connection.scalar(text("SELECT lore_version()")))
    load_lore(connection.connection, None)
    say("load again", connection.scalar(text("SELECT lore_version()")))
    say("sqlite", connection.scalar(text("SELECT sqlite_version()")))

# page: begin
with engine.begin() as connection:
    migrated = connection.scalar(text("SELECT lore_migrate('signals lifecycle work')"))

fields = ("signal_type", "source_api", "raw_data", "confidence", "source_id")
found = [("github_spike", "github", '{"website": "https://www.acme.ai/about"}', 0.75, "e1"),
         ("funding_event", "news", '{"domain": "bolt.dev"}', 0.5, "e2"),
         ("incorporation", "register", '{"company_number": "123456"}', 0.25, "e3"),
         ("github_spike", "github", '{"website": "https://www.acme.ai/about"}', 0.75, "e1")]
with engine.begin() as connection:  # one transaction; the results are those of this connection
    connection.execute(text("INSERT INTO signal_ingest(signal_type, source_api, raw_data, confidence, source_id)"
                            " VALUES (:signal_type, :source_api, :raw_data, :confidence, :source_id)"),
                       [dict(zip(fields, row)) for row in found])
    outcomes = connection.scalars(text("SELECT json_extract(result, '$.outcome') FROM lore_results"
                                       " WHERE verb = 'signal_ingest' ORDER BY n")).all()
# page: end
say("migrate", migrated)
say("ingest", *outcomes)

with engine.begin() as connection:
    seen = text("SELECT signal_upsert('overdue', 'client', 'acme', :severity)")
    say("lifecycle", *(connection.scalar(seen, {"severity": severity}) for severity in ("low", "high")))

    averages = text("SELECT running_avg(confidence) OVER (ORDER BY id ROWS 1 PRECEDING) FROM signals ORDER BY id")
    say("window", *connection.scalars(averages))

    verdicts = text("SELECT signals.canonical_key, verdict.decision FROM signals"
                    " JOIN signal_verdicts(signals.canonical_key) AS verdict ORDER BY signals.id")
    say("join", *(f"{key}={decision}" for key, decision in connection.execute(verdicts)))

# page: begin
with engine.begin() as connection:
    connection.execute(text("INSERT INTO task_add(id, description, priority) VALUES (:id, :description, :priority)"),
                       {"id": "call", "description": "Call Acme", "priority": 9007199254740993})
# page: end
    say("insert", connection.scalar(text("SELECT priority FROM tasks WHERE task_id = :id"), {"id": "call"}))

    detect = text("SELECT signal_upsert(:type, 'client', value, 'low') FROM json_each('[1, 2, 3]')")
    detections = text("SELECT ifnull(sum(detection_count), 0) FROM signal_state WHERE signal_type = :type")
    connection.execute(detect, {"type": "read"}).all()
    say("read", connection.scalar(detections, {"type": "read"}))
    connection.execute(detect, {"type": "unread"})
    say("unread", connection.scalar(detections, {"type": "unread"}))

# page: begin
try:
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO signal_save(signal_type, source_api, canonical_key, confidence, raw_data)"
                 " VALUES ('t', 's', 'domain:good.io', 0.5, '{}'), ('t', 's', 'domain:bad.io', :confidence, '{}')"),
            {"confidence": 1.7})
except IntegrityError as error:
    message, code = str(error.orig), error.orig.sqlite_errorcode
# page: end
say("error", message)
say("code", code)
with engine.connect() as connection:
    say("kept", connection.scalar(text("SELECT count(*) FROM signals")))

engine.dispose()
say("close", "closed")
sys.stdin.read()  # the runner looks at the open files now
