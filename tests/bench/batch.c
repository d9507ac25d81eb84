/*
** The signals that all sides store.
*/
#include "batch.h"

#include <stdio.h>
#include <stdlib.h>

#include "harness.h"

static const char *const kTypes[] = { "github_spike", "funding_event", "incorporation", "product_hunt_launch", "research_paper" };
static const char *const kSources[] = { "github", "news", "companies_house" };

/* Fact n: keys come back now and then, in no order, as companies do. */
static void makeRow(Row *row, unsigned n){
  unsigned company = n*2654435761u%100003u;
  row->type = kTypes[n%5];
  row->source = kSources[n%3];
  row->confidence = 0.5 + (double)(n%50)/100;
  snprintf(row->key, sizeof row->key, "domain:company-%u.io", company);
  snprintf(row->name, sizeof row->name, "Company %u", company);
  snprintf(row->source_id, sizeof row->source_id, "event-%u", n);
  snprintf(row->detected_at, sizeof row->detected_at, "2026-01-%02uT%02u:%02u:%02u.%03uZ", 1 + n%28, n/28%24, n%60,
           n/60%60, n%1000);
  snprintf(row->document, sizeof row->document,
           "{\"company_name\": \"Company %u\", \"website\": \"https://www.company-%u.io/about\", \"stars\": %u, "
           "\"summary\": \"Tools for people who keep their data in one file\", \"tags\": [\"data\", \"sql\", \"tools\"]}",
           company, company, n%5000);
}

Batch batchMake(const char *name, int count, int repeats){
  Batch batch = { name, malloc((size_t)count*sizeof(Row)), count, count/repeats };
  if( batch.rows==NULL ) exit(1);
  for(int i = 0; i < count; i++){
    unsigned place = (unsigned)(i%batch.distinct), order = (unsigned)(i/batch.distinct);
    makeRow(&batch.rows[i], order ? place*7919u%(unsigned)batch.distinct : place);
  }
  return batch;
}

void batchFree(Batch *batch){
  free(batch->rows);
  batch->rows = NULL;
}

void batchBind(const Row *row, sqlite3_stmt *statement){
  sqlite3_bind_text(statement, 1, row->type, -1, SQLITE_STATIC);
  sqlite3_bind_text(statement, 2, row->source, -1, SQLITE_STATIC);
  sqlite3_bind_text(statement, 3, row->key, -1, SQLITE_STATIC);
  sqlite3_bind_double(statement, 4, row->confidence);
  sqlite3_bind_text(statement, 5, row->document, -1, SQLITE_STATIC);
  sqlite3_bind_text(statement, 6, row->name, -1, SQLITE_STATIC);
  sqlite3_bind_text(statement, 7, row->detected_at, -1, SQLITE_STATIC);
  sqlite3_bind_text(statement, 8, row->source_id, -1, SQLITE_STATIC);
}

void batchStage(const Batch *batch, sqlite3 *db){
  run(db, "CREATE TEMP TABLE staging(signal_type, source_api, canonical_key, confidence, raw_data, company_name, "
          "detected_at, source_id)");
  sqlite3_stmt *insert = prepare(db, "INSERT INTO temp.staging VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
  run(db, "BEGIN");
  for(int i = 0; i < batch->count; i++){
    batchBind(&batch->rows[i], insert);
    stepOnce(insert);
  }
  run(db, "COMMIT");
  sqlite3_finalize(insert);
}
