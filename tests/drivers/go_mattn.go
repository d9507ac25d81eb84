// The scenario with Go's mattn/go-sqlite3; tests/drivers/run says what it is. Arguments: the extension, a new database.
package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/mattn/go-sqlite3"
)

func say(step string, values ...interface{}) {
	fmt.Println(step + "\t" + strings.TrimSuffix(fmt.Sprintln(values...), "\n"))
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// page: begin
// column reads the first column of all rows.
func column(db *sql.Conn, query string, args ...interface{}) []interface{} {
	rows, err := db.QueryContext(context.Background(), query, args...)
	must(err)
	defer rows.Close()
	var values []interface{}
	for rows.Next() {
		var value interface{}
		must(rows.Scan(&value))
		values = append(values, value)
	}
	must(rows.Err())
	return values
}

// page: end

func main() {
	extension, path := os.Args[1], os.Args[2]
	background := context.Background()

	// page: begin
	sql.Register("sqlite3_lore", &sqlite3.SQLiteDriver{Extensions: []string{extension}}) // each connection of the pool loads it
	pool, err := sql.Open("sqlite3_lore", path+"?_journal_mode=WAL&_busy_timeout=5000&_txlock=immediate")
	must(err)
	db, err := pool.Conn(background) // results, clock and tenant belong to one connection
	must(err)
	// page: end
	say("load", column(db, "SELECT lore_version()")...)
	must(db.Raw(func(connection interface{}) error {
		return connection.(*sqlite3.SQLiteConn).LoadExtension(extension, "sqlite3_lore_init")
	}))
	say("load again", column(db, "SELECT lore_version()")...)
	say("sqlite", column(db, "SELECT sqlite_version()")...)

	// page: begin
	var migrated string
	must(db.QueryRowContext(background, "SELECT lore_migrate('signals lifecycle work')").Scan(&migrated))

	found := [][]interface{}{
		{"github_spike", "github", `{"website": "https://www.acme.ai/about"}`, 0.75, "e1"},
		{"funding_event", "news", `{"domain": "bolt.dev"}`, 0.5, "e2"},
		{"incorporation", "register", `{"company_number": "123456"}`, 0.25, "e3"},
		{"github_spike", "github", `{"website": "https://www.acme.ai/about"}`, 0.75, "e1"}}
	transaction, err := db.BeginTx(background, nil)
	must(err)
	ingest, err := transaction.Prepare(
		"INSERT INTO signal_ingest(signal_type, source_api, raw_data, confidence, source_id) VALUES (?, ?, ?, ?, ?)")
	must(err)
	for _, row := range found {
		_, err = ingest.Exec(row...)
		must(err)
	}
	must(transaction.Commit())
	outcomes := column(db, "SELECT json_extract(result, '$.outcome') FROM lore_results WHERE verb = 'signal_ingest' ORDER BY n")
	// page: end
	say("migrate", migrated)
	say("ingest", outcomes...)

	var lifecycle []interface{}
	for _, severity := range []string{"low", "high"} {
		lifecycle = append(lifecycle, column(db, "SELECT signal_upsert('overdue', 'client', 'acme', ?)", severity)...)
	}
	say("lifecycle", lifecycle...)

	say("window", column(db, "SELECT running_avg(confidence) OVER (ORDER BY id ROWS 1 PRECEDING) FROM signals ORDER BY id")...)

	say("join", column(db, `SELECT signals.canonical_key || '=' || verdict.decision FROM signals
	                          JOIN signal_verdicts(signals.canonical_key) AS verdict ORDER BY signals.id`)...)

	// page: begin
	_, err = db.ExecContext(background, "INSERT INTO task_add(id, description, priority) VALUES (:id, :description, :priority)",
		sql.Named("id", "call"), sql.Named("description", "Call Acme"), sql.Named("priority", int64(9007199254740993)))
	must(err)
	// page: end
	say("insert", column(db, "SELECT priority FROM tasks WHERE task_id = ?", "call")...)

	detect := "SELECT signal_upsert(?, 'client', value, 'low') FROM json_each('[1, 2, 3]')"
	detections := "SELECT ifnull(sum(detection_count), 0) FROM signal_state WHERE signal_type = ?"
	column(db, detect, "read")
	say("read", column(db, detections, "read")...)
	_, err = db.ExecContext(background, detect, "unread")
	must(err)
	say("unread", column(db, detections, "unread")...)

	// page: begin
	_, err = db.ExecContext(background, `INSERT INTO signal_save(signal_type, source_api, canonical_key, confidence, raw_data)
	                                     VALUES ('t', 's', 'domain:good.io', 0.5, '{}'), ('t', 's', 'domain:bad.io', ?, '{}')`, 1.7)
	var refused sqlite3.Error
	if errors.As(err, &refused) && refused.Code == sqlite3.ErrConstraint {
		say("error", refused.Error())
		say("code", int(refused.ExtendedCode))
	}
	// page: end
	say("kept", column(db, "SELECT count(*) FROM signals")...)

	ingest.Close()
	db.Close()
	must(pool.Close())
	say("close", "closed")
	io.ReadAll(os.Stdin) // the runner looks at the open files now
}
