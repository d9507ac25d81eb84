#include "detections.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"

static const char *const kTypes[] = { "invoice_overdue", "reply_late", "scope_creep", "budget_burn", "churn_risk" };
static const char *const kSeverities[] = { "watch", "warning", "warning", "high" };
enum { TYPES = sizeof kTypes/sizeof kTypes[0], SEVERITIES = sizeof kSeverities/sizeof kSeverities[0], UNUSUAL = 50 };

/* xorshift by Marsaglia: the same numbers in every run. */
static unsigned nextRandom(unsigned *state){
  *state ^= *state << 13;
  *state ^= *state >> 17;
  *state ^= *state << 5;
  return *state;
}

/* Keys lie in no order, as names do. */
static void makeDetection(Detection *detection, int key, int time, unsigned chance){
  detection->type = kTypes[key%TYPES];
  detection->severity = time > 0 && chance%UNUSUAL==0 ? "medium" : kSeverities[key/TYPES%SEVERITIES];
  snprintf(detection->entity_id, sizeof detection->entity_id, "c-%010u", (unsigned)key*2654435761u);
  snprintf(detection->detection_id, sizeof detection->detection_id, "run-%d:%d", time, key);
  snprintf(detection->key, sizeof detection->key, DETECTION_ENTITY_TYPE ":%s:%s", detection->entity_id, detection->type);
}

static void shuffle(Detection *rows, int count, unsigned *state){
  for(int i = count - 1; i > 0; i--){
    int other = (int)(nextRandom(state)%(unsigned)(i + 1));
    Detection row = rows[i];
    rows[i] = rows[other];
    rows[other] = row;
  }
}

Detections detectionsMake(const char *name, int keys, int times, int window){
  Detections detections = { name, malloc((size_t)keys*(size_t)times*sizeof(Detection)), keys*times, keys };
  if( detections.rows==NULL ) exit(1);
  unsigned state = 2463534242u;
  for(int first = 0, at = 0; first < keys; first += window){
    int last = first + window < keys ? first + window : keys, begin = at;
    for(int key = first; key < last; key++){
      for(int time = 0; time < times; time++) makeDetection(&detections.rows[at++], key, time, nextRandom(&state));
    }
    shuffle(&detections.rows[begin], at - begin, &state);
  }
  return detections;
}

void detectionsFree(Detections *detections){
  free(detections->rows);
  detections->rows = NULL;
}

void detectionBind(const Detection *detection, sqlite3_stmt *statement){
  sqlite3_bind_text(statement, 1, detection->type, -1, SQLITE_STATIC);
  sqlite3_bind_text(statement, 2, DETECTION_ENTITY_TYPE, -1, SQLITE_STATIC);
  sqlite3_bind_text(statement, 3, detection->entity_id, -1, SQLITE_STATIC);
  sqlite3_bind_text(statement, 4, detection->severity, -1, SQLITE_STATIC);
  if( sqlite3_bind_parameter_count(statement) > 4 ) sqlite3_bind_text(statement, 5, detection->detection_id, -1, SQLITE_STATIC);
}

void detectionsStage(const Detections *detections, sqlite3 *db){
  run(db, "CREATE TEMP TABLE staging(signal_type, entity_type, entity_id, severity, detection_id)");
  sqlite3_stmt *insert = prepare(db, "INSERT INTO temp.staging VALUES (?1, ?2, ?3, ?4, ?5)");
  run(db, "BEGIN");
  for(int i = 0; i < detections->count; i++){
    detectionBind(&detections->rows[i], insert);
    stepOnce(insert);
  }
  run(db, "COMMIT");
  sqlite3_finalize(insert);
}

/* ---- Whole runs ---- */

enum { DOCUMENT_ROW = 220 }; /* more than the JSON of one detection */

static char *makeDocument(const Detection *rows, int count, int with_ids){
  char *text = malloc((size_t)count*DOCUMENT_ROW + 3), *p = text;
  if( text==NULL ) exit(1);
  *p++ = '[';
  for(int i = 0; i < count; i++){
    p += sprintf(p, "%s{\"signal_type\":\"%s\",\"entity_type\":\"" DETECTION_ENTITY_TYPE "\",\"entity_id\":\"%s\"",
                 i ? "," : "", rows[i].type, rows[i].entity_id);
    p += sprintf(p, ",\"severity\":\"%s\"", rows[i].severity);
    if( with_ids ) p += sprintf(p, ",\"detection_id\":\"%s\"", rows[i].detection_id);
    *p++ = '}';
  }
  strcpy(p, "]");
  return text;
}

static int compareTexts(const void *left, const void *right){
  return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Each entity once. */
static char *makeScope(const Detection *rows, int count){
  const char **ids = malloc((size_t)count*sizeof *ids);
  char *text = malloc((size_t)count*sizeof rows->entity_id + 100), *p = text;
  if( ids==NULL || text==NULL ) exit(1);
  for(int i = 0; i < count; i++) ids[i] = rows[i].entity_id;
  qsort(ids, (size_t)count, sizeof *ids, compareTexts);
  p += sprintf(p, "{\"entity_type\":\"" DETECTION_ENTITY_TYPE "\",\"entity_ids\":[");
  for(int i = 0; i < count; i++){
    if( i==0 || strcmp(ids[i], ids[i - 1]) ) p += sprintf(p, "%s\"%s\"", i ? "," : "", ids[i]);
  }
  strcpy(p, "]}");
  free(ids);
  return text;
}

Runs runsMake(const Detections *detections, int size, int with_ids){
  int count = (detections->count + size - 1)/size;
  Runs runs = { malloc((size_t)count*sizeof(char*)), malloc((size_t)count*sizeof(char*)), count };
  if( runs.documents==NULL || runs.scopes==NULL ) exit(1);
  for(int i = 0; i < count; i++){
    const Detection *rows = &detections->rows[i*size];
    int rest = detections->count - i*size, of_this = rest < size ? rest : size;
    runs.documents[i] = makeDocument(rows, of_this, with_ids);
    runs.scopes[i] = makeScope(rows, of_this);
  }
  return runs;
}

void runsFree(Runs *runs){
  for(int i = 0; i < runs->count; i++){
    free(runs->documents[i]);
    free(runs->scopes[i]);
  }
  free(runs->documents);
  free(runs->scopes);
}

/* ---- Rules and mutes ---- */

void rulesAndMutes(sqlite3 *db){
  run(db, "BEGIN");
  run(db, "WITH n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 995) "
          "INSERT INTO main.signal_rules(signal_type, cooldown_seconds, escalate_after_count) "
          "SELECT 'another_' || n, 3600, 10 FROM n");
  sqlite3_stmt *insert = prepare(db, "INSERT INTO main.signal_rules(signal_type, cooldown_seconds, escalate_after_seconds, "
                                     "escalate_after_count, clean_runs_to_clear) VALUES (?1, 3600, 864000, 1000, 2)");
  for(int i = 0; i < TYPES; i++){
    sqlite3_bind_text(insert, 1, kTypes[i], -1, SQLITE_STATIC);
    stepOnce(insert);
  }
  sqlite3_finalize(insert);
  run(db, "WITH n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 1000) "
          "INSERT INTO main.signal_mutes(signal_key, entity_type, entity_id, signal_type, by, at) "
          "SELECT CASE WHEN n%2 THEN '" DETECTION_ENTITY_TYPE ":quiet-' || n || ':reply_late' END, "
          "CASE n%2 WHEN 0 THEN '" DETECTION_ENTITY_TYPE "' END, CASE n%2 WHEN 0 THEN 'silent-' || n END, "
          "CASE n%10 WHEN 0 THEN 'reply_late' END, 'bench', '2026-01-01T00:00:00.000Z' FROM n");
  run(db, "COMMIT");
}
