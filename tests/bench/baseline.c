/*
** signal_save and signal_ingest by hand.
*/
#include "baseline.h"

#include "harness.h"

static const char kNow[] = "2026-02-01T00:00:00.000Z";

static const char kInsertSignal[] =
  "INSERT INTO main.signals(signal_type, source_api, canonical_key, confidence, raw_data, company_name, detected_at, "
  "source_id, created_at) "
  "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING";
static const char kInsertProcessing[] =
  "INSERT INTO main.signal_processing(signal_id, status, created_at, updated_at) VALUES (?1, 'pending', ?2, ?2)";
static const char kFindSignal[] = "SELECT id FROM main.signals WHERE source_api = ?1 AND source_id = ?2";
/* Written as well as ours (suppression_of): a clumsier baseline would flatter us. */
static const char kFindSuppression[] =
  "WITH known(key) AS (SELECT ?1 UNION ALL SELECT root FROM main.key_groups WHERE alias = ?1 "
  "UNION ALL SELECT alias FROM main.key_groups WHERE root = ?1 "
  "UNION ALL SELECT other.alias FROM main.key_groups AS one JOIN main.key_groups AS other ON other.root = one.root "
  "WHERE one.alias = ?1) "
  "SELECT s.notion_page_id FROM known CROSS JOIN main.suppression_cache AS s ON s.canonical_key = known.key "
  "WHERE s.expires_at > ?2 LIMIT 1";
static const char kNoteDuplicate[] =
  "INSERT INTO main.signal_ingest_log(source_api, source_id, at, outcome, canonical_key, reason) "
  "VALUES (?1, ?2, ?3, 'duplicate', ?4, 'this fact is stored already')";

typedef struct Statements {
  sqlite3 *db;
  sqlite3_stmt *insert_signal, *insert_processing, *find_signal, *find_suppression, *note_duplicate;
  int was_new;
} Statements;

static Statements prepareAll(sqlite3 *db){
  return (Statements){ db, prepare(db, kInsertSignal), prepare(db, kInsertProcessing), prepare(db, kFindSignal),
                       prepare(db, kFindSuppression), prepare(db, kNoteDuplicate), 0 };
}

static void finalizeAll(Statements *s){
  sqlite3_finalize(s->insert_signal);
  sqlite3_finalize(s->insert_processing);
  sqlite3_finalize(s->find_signal);
  sqlite3_finalize(s->find_suppression);
  sqlite3_finalize(s->note_duplicate);
}

static sqlite3_int64 find(Statements *s, const char *source, const char *source_id){
  sqlite3_bind_text(s->find_signal, 1, source, -1, SQLITE_STATIC);
  sqlite3_bind_text(s->find_signal, 2, source_id, -1, SQLITE_STATIC);
  must(s->db, sqlite3_step(s->find_signal), kFindSignal);
  sqlite3_int64 id = sqlite3_column_int64(s->find_signal, 0);
  sqlite3_reset(s->find_signal);
  return id;
}

/* The signal itself is bound already. */
static sqlite3_int64 store(Statements *s, const char *source, const char *source_id){
  sqlite3_bind_text(s->insert_signal, 9, kNow, sizeof kNow - 1, SQLITE_STATIC);
  stepOnce(s->insert_signal);
  s->was_new = sqlite3_changes(s->db) > 0;
  if( !s->was_new ) return find(s, source, source_id);
  sqlite3_int64 id = sqlite3_last_insert_rowid(s->db);
  sqlite3_bind_int64(s->insert_processing, 1, id);
  sqlite3_bind_text(s->insert_processing, 2, kNow, sizeof kNow - 1, SQLITE_STATIC);
  stepOnce(s->insert_processing);
  return id;
}

void baselineSave(sqlite3 *db, const Batch *batch){
  Statements s = prepareAll(db);
  run(db, "BEGIN");
  for(int i = 0; i < batch->count; i++){
    batchBind(&batch->rows[i], s.insert_signal);
    store(&s, batch->rows[i].source, batch->rows[i].source_id);
  }
  run(db, "COMMIT");
  finalizeAll(&s);
}

void baselineSaveStaged(sqlite3 *db, const Batch *batch){
  (void)batch;
  Statements s = prepareAll(db);
  sqlite3_stmt *rows = prepare(db, "SELECT * FROM temp.staging");
  run(db, "BEGIN");
  while( sqlite3_step(rows)==SQLITE_ROW ){
    for(int i = 0; i < 8; i++){
      if( i==3 ) sqlite3_bind_double(s.insert_signal, 4, sqlite3_column_double(rows, i));
      else sqlite3_bind_text(s.insert_signal, i + 1, (const char*)sqlite3_column_text(rows, i),
                             sqlite3_column_bytes(rows, i), SQLITE_STATIC);
    }
    store(&s, (const char*)sqlite3_column_text(rows, 1), (const char*)sqlite3_column_text(rows, 7));
  }
  sqlite3_finalize(rows);
  run(db, "COMMIT");
  finalizeAll(&s);
}

/* ---- signal_ingest ---- */

static int isSuppressed(Statements *s, const Row *row){
  sqlite3_bind_text(s->find_suppression, 1, row->key, -1, SQLITE_STATIC);
  sqlite3_bind_text(s->find_suppression, 2, kNow, sizeof kNow - 1, SQLITE_STATIC);
  int code = sqlite3_step(s->find_suppression);
  must(s->db, code, kFindSuppression);
  sqlite3_reset(s->find_suppression);
  return code==SQLITE_ROW;
}

static void noteDuplicate(Statements *s, const Row *row){
  sqlite3_bind_text(s->note_duplicate, 1, row->source, -1, SQLITE_STATIC);
  sqlite3_bind_text(s->note_duplicate, 2, row->source_id, -1, SQLITE_STATIC);
  sqlite3_bind_text(s->note_duplicate, 3, kNow, sizeof kNow - 1, SQLITE_STATIC);
  sqlite3_bind_text(s->note_duplicate, 4, row->key, -1, SQLITE_STATIC);
  stepOnce(s->note_duplicate);
}

void baselineIngest(sqlite3 *db, const Batch *batch){
  Statements s = prepareAll(db);
  run(db, "BEGIN");
  for(int i = 0; i < batch->count; i++){
    const Row *row = &batch->rows[i];
    if( isSuppressed(&s, row) ) continue;
    batchBind(row, s.insert_signal);
    store(&s, row->source, row->source_id);
    if( !s.was_new ) noteDuplicate(&s, row);
  }
  run(db, "COMMIT");
  finalizeAll(&s);
}
