#include "upsert.h"

#include "harness.h"

static const char kNow[] = "2026-02-01T00:00:00.000Z";

#define RANK(word) "CASE " word " WHEN 'info' THEN 0 WHEN 'watch' THEN 1 WHEN 'low' THEN 1 WHEN 'warning' THEN 2 " \
                   "WHEN 'medium' THEN 2 WHEN 'high' THEN 3 WHEN 'critical' THEN 4 END"

static const char kUpsert[] =
  "INSERT INTO main.signal_state(signal_key, entity_type, entity_id, signal_type, severity, first_detected_at, last_detected_at, "
  "initial_severity, peak_severity) "
  "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?5, ?5) "
  "ON CONFLICT(signal_key) DO UPDATE SET detection_count = detection_count + 1, "
  "last_detected_at = max(last_detected_at, excluded.last_detected_at), "
  "severity = CASE WHEN " RANK("excluded.severity") " > " RANK("severity") " THEN excluded.severity ELSE severity END, "
  "state = CASE state WHEN 'cleared' THEN 'active' ELSE state END, cleared_at = NULL";
static const char kRemember[] =
  "INSERT INTO main.signal_detections(signal_key, detection_id, at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
static const char kRepeat[] =
  "UPDATE main.signal_state SET detection_count = detection_count + 1, last_detected_at = max(last_detected_at, ?2) "
  "WHERE signal_key = ?1 AND severity = ?3 AND state <> 'cleared'";

Upsert upsertPrepare(sqlite3 *db){
  return (Upsert){ db, prepare(db, kUpsert), prepare(db, kRemember) };
}

void upsertFinalize(Upsert *upsert){
  sqlite3_finalize(upsert->upsert);
  sqlite3_finalize(upsert->remember);
}

void upsertApply(Upsert *upsert, const Detection *detection){
  sqlite3_stmt *statement = upsert->upsert;
  sqlite3_bind_text(statement, 1, detection->key, -1, SQLITE_STATIC);
  sqlite3_bind_text(statement, 2, DETECTION_ENTITY_TYPE, -1, SQLITE_STATIC);
  sqlite3_bind_text(statement, 3, detection->entity_id, -1, SQLITE_STATIC);
  sqlite3_bind_text(statement, 4, detection->type, -1, SQLITE_STATIC);
  sqlite3_bind_text(statement, 5, detection->severity, -1, SQLITE_STATIC);
  sqlite3_bind_text(statement, 6, kNow, sizeof kNow - 1, SQLITE_STATIC);
  stepOnce(statement);
}

void upsertApplyOnce(Upsert *upsert, const Detection *detection){
  sqlite3_bind_text(upsert->remember, 1, detection->key, -1, SQLITE_STATIC);
  sqlite3_bind_text(upsert->remember, 2, detection->detection_id, -1, SQLITE_STATIC);
  sqlite3_bind_text(upsert->remember, 3, kNow, sizeof kNow - 1, SQLITE_STATIC);
  stepOnce(upsert->remember);
  if( sqlite3_changes(upsert->db) > 0 ) upsertApply(upsert, detection);
}

/* ---- In two statements ---- */

TwoStep twoStepPrepare(sqlite3 *db){
  return (TwoStep){ upsertPrepare(db), prepare(db, kRepeat) };
}

void twoStepFinalize(TwoStep *two){
  sqlite3_finalize(two->repeat);
  upsertFinalize(&two->upsert);
}

void twoStepApply(TwoStep *two, const Detection *detection){
  sqlite3_bind_text(two->repeat, 1, detection->key, -1, SQLITE_STATIC);
  sqlite3_bind_text(two->repeat, 2, kNow, sizeof kNow - 1, SQLITE_STATIC);
  sqlite3_bind_text(two->repeat, 3, detection->severity, -1, SQLITE_STATIC);
  stepOnce(two->repeat);
  if( sqlite3_changes(two->upsert.db)==0 ) upsertApply(&two->upsert, detection);
}
