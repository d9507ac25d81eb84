/*
** Rows for a chart, as they come from SQLite: what their x is, is known when all have come.
*/
#ifndef LORE_REPORT_COLLECT_H
#define LORE_REPORT_COLLECT_H

#include "engine/engine.h"
#include "report/chart.h"

typedef enum CellKind { CELL_NULL, CELL_NUMBER, CELL_TEXT } CellKind;

/* One value of a row; a number has its text too. */
typedef struct Cell {
  CellKind kind;
  double number;
  ReportText text;
} Cell;

/* Zeroed memory holds nothing. */
typedef struct Collection {
  ChartKind kind;
  ChartRow *rows; /* x: the number, or the time that a text is */
  int count, capacity;
  LoreBuffer texts;
  size_t left_out;
  size_t numbers, times, words; /* of x */
} Collection;

/* A row of x and y, or of more columns where the kind has them: name from until state; name low expected high. A row in which
** what is needed is NULL is skipped. An error in the call where a text is no number or time. */
void collectRow(LoreCall *call, Collection *collection, const Cell *cells);

/* Of a timeline that has a time and the state which begins then. */
void collectStateRow(LoreCall *call, Collection *collection, const Cell *cells);

/* A chart of what was collected, without its options and `out`; wanted is the axis of x, -1: what x turned out to be. Its rows
** are a copy, of the call. */
void collectChart(LoreCall *call, const Collection *collection, int wanted, Chart *chart);

void collectFree(Collection *collection);

/* 1 when it is a time: a text of ISO 8601, or a number: seconds, or milliseconds when too many for seconds. */
int cellTime(const Cell *cell, double *time);

#endif
