//! The scenario with Rust's rusqlite; tests/drivers/run says what it is. Arguments: the extension, a new database.
// page: begin
use rusqlite::{named_params, params, Connection, LoadExtensionGuard, Result, Row};
// page: end

fn say(step: &str, values: &[String]) {
    println!("{step}\t{}", values.join(" "));
}

// page: begin
fn text_of(row: &Row) -> Result<String> {
    row.get(0)
}

/// The first column of all rows.
fn column(db: &Connection, sql: &str) -> Result<Vec<String>> {
    db.prepare(sql)?.query_map([], text_of)?.collect()
}

fn load(db: &Connection, extension: &str) -> Result<()> {
    unsafe {
        let _allowed = LoadExtensionGuard::new(db)?; // until the end of this block
        db.load_extension(extension, None)
    }
}
// page: end

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let (extension, path) = (&arguments[1], &arguments[2]);

    // page: begin
    let mut db = Connection::open(path)?;
    load(&db, extension)?;
    // page: end
    say("load", &column(&db, "SELECT lore_version()")?);
    load(&db, extension)?;
    say("load again", &column(&db, "SELECT lore_version()")?);
    say("sqlite", &column(&db, "SELECT sqlite_version()")?);

    // page: begin
    db.pragma_update(None, "journal_mode", "WAL")?;
    let migrated: String = db.query_row("SELECT lore_migrate('signals lifecycle work')", [], |row| row.get(0))?;

    let found = [
        ("github_spike", "github", r#"{"website": "https://www.acme.ai/about"}"#, 0.75, "e1"),
        ("funding_event", "news", r#"{"domain": "bolt.dev"}"#, 0.5, "e2"),
        ("incorporation", "register", r#"{"company_number": "123456"}"#, 0.25, "e3"),
        ("github_spike", "github", r#"{"website": "https://www.acme.ai/about"}"#, 0.75, "e1"),
    ];
    let transaction = db.transaction()?;
    {
        let mut ingest = transaction.prepare(
            "INSERT INTO signal_ingest(signal_type, source_api, raw_data, confidence, source_id) VALUES (?, ?, ?, ?, ?)",
        )?;
        for (signal_type, source, document, confidence, id) in found {
            ingest.execute(params![signal_type, source, document, confidence, id])?;
        }
    }
    transaction.commit()?;
    let outcomes = column(
        &db,
        "SELECT json_extract(result, '$.outcome') FROM lore_results
          WHERE verb = 'signal_ingest' ORDER BY n",
    )?;
    // page: end
    say("migrate", &[migrated]);
    say("ingest", &outcomes);

    let seen = "SELECT signal_upsert('overdue', 'client', 'acme', ?)";
    say("lifecycle", &[db.query_row(seen, ["low"], text_of)?, db.query_row(seen, ["high"], text_of)?]);

    let averages: Vec<f64> = db
        .prepare("SELECT running_avg(confidence) OVER (ORDER BY id ROWS 1 PRECEDING) FROM signals ORDER BY id")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_>>()?;
    say("window", &averages.iter().map(f64::to_string).collect::<Vec<_>>());

    say("join", &column(&db, "SELECT signals.canonical_key || '=' || verdict.decision FROM signals
                                JOIN signal_verdicts(signals.canonical_key) AS verdict ORDER BY signals.id")?);

    // page: begin
    db.execute(
        "INSERT INTO task_add(id, description, priority) VALUES (:id, :description, :priority)",
        named_params! { ":id": "call", ":description": "Call Acme", ":priority": 9007199254740993_i64 },
    )?;
    // page: end
    let priority: i64 = db.query_row("SELECT priority FROM tasks WHERE task_id = ?", ["call"], |row| row.get(0))?;
    say("insert", &[priority.to_string()]);

    let detect = "SELECT signal_upsert(?, 'client', value, 'low') FROM json_each('[1, 2, 3]')";
    let detections = |signal_type: &str| -> Result<String> {
        let sql = "SELECT ifnull(sum(detection_count), 0) FROM signal_state WHERE signal_type = ?";
        Ok(db.query_row(sql, [signal_type], |row| row.get::<_, i64>(0))?.to_string())
    };
    db.prepare(detect)?.query_map(["read"], text_of)?.collect::<Result<Vec<_>>>()?;
    say("read", &[detections("read")?]);
    let _ = db.execute(detect, ["unread"]); // an error: execute() is not for what gives rows
    say("unread", &[detections("unread")?]);

    // page: begin
    let refused = db.execute(
        "INSERT INTO signal_save(signal_type, source_api, canonical_key, confidence, raw_data)
         VALUES ('t', 's', 'domain:good.io', 0.5, '{}'), ('t', 's', 'domain:bad.io', ?, '{}')",
        [1.7],
    );
    if let Err(rusqlite::Error::SqliteFailure(error, Some(message))) = refused {
        say("error", &[message]);
        say("code", &[error.extended_code.to_string()]);
    }
    // page: end
    say("kept", &[db.query_row("SELECT count(*) FROM signals", [], |row| row.get::<_, i64>(0))?.to_string()]);

    db.close().map_err(|(_, error)| error)?;
    say("close", &["closed".to_string()]);
    let _ = std::io::stdin().read_line(&mut String::new()); // the runner looks at the open files now
    Ok(())
}
