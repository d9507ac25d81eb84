"""The scenario with aiosqlite; tests/drivers/run says what it is. Arguments: the extension, a new database."""
import asyncio
import sqlite3
import sys

# page: begin
import aiosqlite
# page: end

extension, path = sys.argv[1:]


def say(step, *values):
    print(step, " ".join(str(value) for value in values), sep="\t", flush=True)


async def value_of(connection, sql, *arguments):
    async with connection.execute(sql, arguments) as cursor:
        return (await cursor.fetchone())[0]


async def scenario():
    # page: begin
    connection = await aiosqlite.connect(path)
    await connection.enable_load_extension(True)
    await connection.load_extension(extension)
    # page: end
    say("load", await value_of(connection, "SELECT lore_version()"))
    await connection.load_extension(extension)
    say("load again", await value_of(connection, "SELECT lore_version()"))
    say("sqlite", await value_of(connection, "SELECT sqlite_version()"))

    # page: begin
    await connection.enable_load_extension(False)
    await connection.execute("PRAGMA journal_mode = WAL")
    async with connection.execute("SELECT lore_migrate('signals lifecycle work')") as cursor:
        migrated = (await cursor.fetchone())[0]

    found = [("github_spike", "github", '{"website": "https://www.acme.ai/about"}', 0.75, "e1"),
             ("funding_event", "news", '{"domain": "bolt.dev"}', 0.5, "e2"),
             ("incorporation", "register", '{"company_number": "123456"}', 0.25, "e3"),
             ("github_spike", "github", '{"website": "https://www.acme.ai/about"}', 0.75, "e1")]
    await connection.executemany("INSERT INTO signal_ingest(signal_type, source_api, raw_data, confidence, source_id)"
                                 " VALUES (?, ?, ?, ?, ?)", found)
    await connection.commit()
    outcomes = await connection.execute_fetchall("SELECT json_extract(result, '$.outcome') FROM lore_results"
                                                 " WHERE verb = 'signal_ingest' ORDER BY n")
    # page: end
    say("migrate", migrated)
    say("ingest", *(outcome for outcome, in outcomes))

    seen = "SELECT signal_upsert('overdue', 'client', 'acme', ?)"
    say("lifecycle", await value_of(connection, seen, "low"), await value_of(connection, seen, "high"))

    averages = await connection.execute_fetchall(
        "SELECT running_avg(confidence) OVER (ORDER BY id ROWS 1 PRECEDING) FROM signals ORDER BY id")
    say("window", *(value for value, in averages))

    verdicts = await connection.execute_fetchall(
        "SELECT signals.canonical_key, verdict.decision FROM signals"
        " JOIN signal_verdicts(signals.canonical_key) AS verdict ORDER BY signals.id")
    say("join", *(f"{key}={decision}" for key, decision in verdicts))

    # page: begin
    await connection.execute("INSERT INTO task_add(id, description, priority) VALUES (:id, :description, :priority)",
                             {"id": "call", "description": "Call Acme", "priority": 9007199254740993})
    await connection.commit()
    # page: end
    say("insert", await value_of(connection, "SELECT priority FROM tasks WHERE task_id = ?", "call"))

    detect = "SELECT signal_upsert(?, 'client', value, 'low') FROM json_each('[1, 2, 3]')"
    detections = "SELECT ifnull(sum(detection_count), 0) FROM signal_state WHERE signal_type = ?"
    await connection.execute_fetchall(detect, ["read"])
    say("read", await value_of(connection, detections, "read"))
    await connection.execute(detect, ["unread"])
    say("unread", await value_of(connection, detections, "unread"))

    # page: begin
    try:
        await connection.execute(
            "INSERT INTO signal_save(signal_type, source_api, canonical_key, confidence, raw_data)"
            " VALUES ('t', 's', 'domain:good.io', 0.5, '{}'), ('t', 's', 'domain:bad.io', ?, '{}')", [1.7])
    except sqlite3.IntegrityError as error:
        message, code = str(error), error.sqlite_errorcode
        await connection.rollback()  # the transaction that Python opened for the INSERT
    # page: end
    say("error", message)
    say("code", code)
    say("kept", await value_of(connection, "SELECT count(*) FROM signals"))

    await connection.close()
    say("close", "closed")
    sys.stdin.read()  # the runner looks at the open files now


asyncio.run(scenario())
