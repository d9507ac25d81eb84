/*
** What the files that store patterns share: a workflow as it is learned from, and a pattern's row.
*/
#ifndef LORE_PATTERNS_RECORD_H
#define LORE_PATTERNS_RECORD_H

#include "patterns/patterns.h"
#include "patterns/sums.h"

/* ---- evidence.c ---- */

/* A workflow document with what it contributes. Texts live as long as the call, or the part of it (loreTry). */
typedef struct PatternEvidence {
  const char *id; /* NULL: it has none, and nothing of it is recorded */
  const char *document;
  size_t length;
  const char *characteristics; /* JSON; NULL until patternDescribe */
  PatternMetrics metrics;
} PatternEvidence;

/* Reads a JSON object, or a row of workflow_history, which must be there. An error names the member that can't be
** counted. */
void patternEvidenceRead(LoreCall *call, const char *document, PatternEvidence *workflow);
void patternEvidenceStored(LoreCall *call, const char *id, PatternEvidence *workflow);

const char *patternDescribe(LoreCall *call, PatternEvidence *workflow); /* its characteristics */

/* ---- store.c ---- */

/* One row of operation_patterns. */
typedef struct PatternRow {
  sqlite3_int64 id;
  sqlite3_int64 count; /* occurrence_count as it stands */
  int is_known;        /* 0: made by other software; it has no sums yet */
  PatternSums sums;    /* what it brought along is in them */
  sqlite3_int64 brought_count, brought_tokens, brought_cost_nano;
} PatternRow;

int patternRowFind(LoreCall *call, const char *signature, PatternRow *pattern); /* 0: unknown, or an error */
int patternRowById(LoreCall *call, sqlite3_int64 id, PatternRow *pattern);

/* The id of the pattern that an argument of type `any` names, by id (a number) or signature (text); 0 for none. Sets the
** value pattern_id or signature. */
sqlite3_int64 patternIdOf(LoreCall *call, int argument);

/* Writes the sums and the figures that follow from them; `seen`, when given, widens first_seen to last_seen. Returns 1, or 0
** when the row says all that already, or after an error. */
int patternRowStore(LoreCall *call, const PatternRow *pattern, const char *seen);

void patternRefuseSwallowed(LoreCall *call); /* a trigger has ignored a row */

/* Metrics in columns column to column + 4 of an occurrence. */
PatternMetrics patternMetricsOf(LoreStatement *row, int column);

/* Gives occurrences that have not contributed their metrics, and sums all up again. Returns 1 when anything changed. */
int patternRowRebuild(LoreCall *call, PatternRow *pattern);

/* ---- record.c ---- */

typedef struct PatternRecorded {
  sqlite3_int64 id;
  int is_new;            /* the pattern */
  int occurrence_is_new;
} PatternRecorded;

/* Records that the workflow, which has an id, showed the pattern. When it fails it has left nothing behind. */
PatternRecorded patternRecordOne(LoreCall *call, const char *signature, PatternEvidence *workflow);

#endif
