package main

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"os"
	"time"

	"github.com/canonical/go-dqlite/client"
	"github.com/canonical/go-dqlite/driver"
)

// A line of input. A write goes to `exec`, a SELECT to `query`: dqlite loses what a query writes.
type request struct {
	Exec  string        `json:"exec"`
	Query string        `json:"query"`
	Args  []interface{} `json:"args"`
}

// A line of output. Lost: the connection is gone, and with it what it was in the middle of, which may have been
// written or not; the next request gets a new one, from whoever leads then.
type answer struct {
	Rows    [][]interface{} `json:"rows,omitempty"`
	Changes int64           `json:"changes"`
	ID      int64           `json:"id"`
	Error   string          `json:"error,omitempty"`
	Code    int             `json:"code,omitempty"`
	Lost    bool            `json:"lost,omitempty"`
}

// One connection at a time, so that lore_results, a pinned clock and BEGIN mean what they say.
type session struct {
	pool       *sql.DB
	connection *sql.Conn
}

// patience is how long a request waits for a leader.
const patience = 60 * time.Second

func runClient(members []string) error {
	store, err := storeOf(members)
	if err != nil {
		return err
	}
	quiet := func(client.LogLevel, string, ...interface{}) {}
	dqlite, err := driver.New(store, driver.WithLogFunc(quiet), driver.WithAttemptTimeout(2*time.Second),
		driver.WithConnectionBackoffFactor(20*time.Millisecond), driver.WithConnectionBackoffCap(100*time.Millisecond))
	if err != nil {
		return err
	}
	sql.Register("lore-cluster", dqlite)
	pool, err := sql.Open("lore-cluster", database)
	if err != nil {
		return err
	}
	defer pool.Close()
	return serve(&session{pool: pool})
}

func serve(s *session) error {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<28)
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for lines.Scan() {
		if err := out.Encode(s.answer(lines.Bytes())); err != nil {
			return err
		}
	}
	return lines.Err()
}

func (s *session) answer(line []byte) answer {
	var asked request
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.UseNumber()
	if err := decoder.Decode(&asked); err != nil {
		return answer{Error: err.Error()}
	}
	for i, value := range asked.Args {
		asked.Args[i] = exact(value)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	given, err := s.run(ctx, &asked)
	if err != nil {
		return s.failed(err)
	}
	return given
}

// exact keeps the 64 bits of an integer.
func exact(value interface{}) interface{} {
	number, ok := value.(json.Number)
	if !ok {
		return value
	}
	if integer, err := number.Int64(); err == nil {
		return integer
	}
	real, _ := number.Float64()
	return real
}

func (s *session) run(ctx context.Context, asked *request) (answer, error) {
	var err error
	if s.connection == nil {
		if s.connection, err = s.pool.Conn(ctx); err != nil {
			return answer{}, err
		}
	}
	if asked.Query != "" {
		return s.query(ctx, asked)
	}
	done, err := s.connection.ExecContext(ctx, asked.Exec, asked.Args...)
	if err != nil {
		return answer{}, err
	}
	id, _ := done.LastInsertId()
	changes, _ := done.RowsAffected()
	return answer{ID: id, Changes: changes}, nil
}

func (s *session) query(ctx context.Context, asked *request) (answer, error) {
	rows, err := s.connection.QueryContext(ctx, asked.Query, asked.Args...)
	if err != nil {
		return answer{}, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return answer{}, err
	}
	all := [][]interface{}{}
	for rows.Next() {
		row, places := make([]interface{}, len(names)), make([]interface{}, len(names))
		for i := range row {
			places[i] = &row[i]
		}
		if err := rows.Scan(places...); err != nil {
			return answer{}, err
		}
		all = append(all, row)
	}
	return answer{Rows: all}, rows.Err()
}

// failed keeps the connection when SQLite has refused, and gives up one that has failed.
func (s *session) failed(err error) answer {
	var refused driver.Error
	if errors.As(err, &refused) {
		return answer{Error: refused.Message, Code: refused.Code}
	}
	if s.connection != nil {
		s.connection.Close()
		s.connection = nil
	}
	return answer{Error: err.Error(), Lost: true}
}
