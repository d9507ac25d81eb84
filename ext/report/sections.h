/*
** Which sections a page has: those that are shipped, with the rows of lore_reports of its name.
*/
#ifndef LORE_REPORT_SECTIONS_H
#define LORE_REPORT_SECTIONS_H

#include "engine/engine.h"

enum { SECTION_PARTS = 4 };

#define NEEDS_TENANT "tenant in use" /* tenant_use has said whose rows this connection sees */

typedef struct Section {
  sqlite3_int64 position;
  const char *title, *kind;
  const char *note;   /* may be NULL */
  const char *source; /* table or view of main; NULL: parts */
  const char *empty;  /* what is said when there are no rows */
  struct {
    LoreSql statement;
    const char *needs; /* tables: "a|b"; or what NEEDS_TENANT says */
  } parts[SECTION_PARTS];
  const char *x_label, *y_label; /* NULL: the names of the columns */
} Section;

typedef struct Sections {
  Section *at; /* memory of the call, by position */
  int count;
} Sections;

/* The sections of a report, by position; an error in the call where there is no such report. */
Sections sectionsOf(LoreCall *call, const char *name);

int sectionsHas(LoreCall *call, const char *table); /* 1 when main has such a table or view, or that need is met */

#endif
