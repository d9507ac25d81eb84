/*
** The detections that all sides of the lifecycle's bench apply: in the caller's memory, in a staging
** table, and as the JSON documents of whole runs.
*/
#ifndef BENCH_DETECTIONS_H
#define BENCH_DETECTIONS_H

#include <sqlite3.h>

/* One detection as a collector has it. `key` is what the C program by hand makes of it beforehand. */
typedef struct Detection {
  char key[64];
  char entity_id[24];
  char detection_id[24];
  const char *type;
  const char *severity;
} Detection;

#define DETECTION_ENTITY_TYPE "client"

/* Whole runs as JSON: detections first to last of the workload, `size` in each. */
typedef struct Runs {
  char **documents;
  char **scopes; /* each: all that the run could have found, no more */
  int count;
} Runs;

typedef struct Detections {
  const char *name;
  Detection *rows;
  int count;
  int keys; /* each is detected count/keys times */
} Detections;

/* Each of `keys` signals `times` times, in random order (always the same one) within windows that hold all detections of
** `window` keys. One detection in fifty is of another severity than the first ones of its signal. */
Detections detectionsMake(const char *name, int keys, int times, int window);
void detectionsFree(Detections *detections);

Runs runsMake(const Detections *detections, int size, int with_ids);
void runsFree(Runs *runs);

/* temp.staging(signal_type, entity_type, entity_id, severity, detection_id) */
void detectionsStage(const Detections *detections, sqlite3 *db);

/* signal_type, entity_type, entity_id, severity and detection_id as parameters 1 to 5, as far as the statement has them. */
void detectionBind(const Detection *detection, sqlite3_stmt *statement);

/* A thousand rows each in signal_rules, those of the workload's types among them, and in signal_mutes, none of which matches. */
void rulesAndMutes(sqlite3 *db);

#endif
