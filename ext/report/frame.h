/*
** What is the same in all charts: the picture's beginning and end, its axes, labels. Pure: knows no SQLite.
*/
#ifndef LORE_REPORT_FRAME_H
#define LORE_REPORT_FRAME_H

#include "report/chart.h"

/* One kind. reduce puts rows in order and keeps of them what is to be drawn, for any width; 0: no memory. lay sets the height and
** the scales, describe tells in words, draw draws. Only lay and draw are called for a chart without rows. */
typedef struct ChartForm {
  int (*reduce)(Chart *chart);
  void (*lay)(Chart *chart);
  void (*describe)(Chart *chart);
  void (*draw)(Chart *chart);
} ChartForm;

extern const ChartForm kLineForm, kScatterForm, kBarForm, kHistogramForm, kHeatForm, kTimelineForm, kIntervalForm;

enum { ROW_HEIGHT = 24, TICK_ROOM = 22, LABEL_ROOM = 18 };

void frameBegin(Chart *chart, const ChartForm *form);
void frameEnd(Chart *chart);

void frameWriteId(Chart *chart); /* that of the picture; others in it begin with it */

/* Where the plot may begin and end, by title and labels; a height of 0 becomes `height`. */
void frameLay(Chart *chart, double height);

/* Scales and ticks for a plot of numbers over x: lo to hi are the values, `ends` the room for labels right of it. */
void frameScales(Chart *chart, double lo, double hi, double ends);
void frameWidenX(const Chart *chart, double *lo, double *hi); /* a single x stands in the middle; a time, in that of a day */
void frameTicksOfX(Chart *chart, double lo, double hi); /* lo to hi lie between left and right */

void frameRange(Chart *chart, double first, double last); /* what x goes from and to; the first word counts */
int frameIsWhole(const Chart *chart); /* 1 when all x are whole numbers */

void frameRules(Chart *chart);  /* lines across at the ticks of y, with their labels */
void frameTicks(Chart *chart);  /* the ticks of x along the bottom, its label, and what times they are */

ReportText frameText(const Chart *chart, ChartSlice slice);

uint64_t frameHash(ReportText text);

/* Text at a place, in classes of the style: "s" subdued, "m" in the middle of x, "e" ending at x. */
void frameLabel(Chart *chart, double x, double y, const char *classes, ReportText text, double width);
void frameNumber(Chart *chart, double x, double y, const char *classes, double value);
double frameNumberWidth(double value);
void frameBlock(Chart *chart, const char *class, double x, double y, double width, double height);

void frameWriteNumber(LoreBuffer *out, double value); /* as labels show it */
void frameWriteX(Chart *chart, double x);              /* in words: a number, or a moment */
void frameWriteCount(Chart *chart, size_t count, const char *one, const char *many);

/* qsort, but of what is in order already, as times mostly are, one look. */
void frameSort(void *rows, size_t count, size_t size, int (*compare)(const void *, const void *));
int frameReduceByX(Chart *chart); /* puts rows in the order of x, and keeps all */

/* Compares places, values, names and rows, so that equal means the same row. */
int frameCompareX(const void *a, const void *b);

/* The widest of the names, at most `part` of the picture. */
double frameNamesWidth(const Chart *chart, double part);

#endif
