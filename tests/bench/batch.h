/*
** The signals that all sides store: the same rows, in the caller's memory and in a staging table.
*/
#ifndef BENCH_BATCH_H
#define BENCH_BATCH_H

#include <sqlite3.h>

/* One signal as a collector has it; `key` and `name` are also what the document itself gives. */
typedef struct Row {
  char key[48];
  char name[40];
  char document[320];
  char detected_at[32];
  char source_id[24];
  const char *type;
  const char *source;
  double confidence;
} Row;

typedef struct Batch {
  const char *name;
  Row *rows;
  int count;
  int distinct; /* the others repeat one of these */
} Batch;

/* `repeats` times count/repeats facts, each repeat after all of the facts before it, in another order. */
Batch batchMake(const char *name, int count, int repeats);
void batchFree(Batch *batch);

/* temp.staging(signal_type, source_api, canonical_key, confidence, raw_data, company_name, detected_at, source_id) */
void batchStage(const Batch *batch, sqlite3 *db);

/* The eight values in the order of signal_save's arguments, as parameters 1 to 8. */
void batchBind(const Row *row, sqlite3_stmt *statement);

#endif
