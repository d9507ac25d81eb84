/*
** Charts as SVG: one self-contained picture from rows of numbers and texts. Pure: knows no SQLite.
**
** The same rows and options give the same bytes, in whatever order rows come (but for bars in their given order). A picture
** has a title and a description for those who can't see it, tells nothing by colour alone, and follows the light or dark
** scheme of who looks at it. Its text is escaped and cut, so no label can break it.
*/
#ifndef LORE_REPORT_CHART_H
#define LORE_REPORT_CHART_H

#include <stddef.h>
#include <stdint.h>

#include "engine/buffer.h"
#include "report/markup.h"
#include "report/scale.h"

typedef enum ChartKind {
  CHART_LINE, CHART_AREA, CHART_BAR, CHART_SCATTER, CHART_HISTOGRAM, CHART_HEAT, CHART_TIMELINE,
  CHART_INTERVAL, /* a value between two bounds, for a page: has more columns than x and y */
  CHART_KINDS
} ChartKind;

typedef enum ChartAxis { AXIS_NUMBER, AXIS_TIME, AXIS_TEXT } ChartAxis;
typedef enum ChartOrder { ORDER_VALUE, ORDER_X, ORDER_GIVEN } ChartOrder;

typedef struct ChartOptions {
  ReportText title, description, x_label, y_label;
  ReportText id;  /* letters, digits, - and _, a letter first; empty: made from what is drawn */
  int width;      /* pixels */
  int height;     /* 0: as fits */
  int points;     /* of a line, at most */
  int bars;       /* of texts, at most; the others are added up */
  int bins;       /* of a histogram, about; 0: as fits */
  ChartOrder order;
  int from_zero;  /* the scale of a line begins at 0 */
  double until;   /* of a timeline: when the last state ends; not-a-number: with its row */
  int is_part;    /* of a page, which has the style, the title as a heading, and the background */
} ChartOptions;

enum { MOST_LANES = 100, MOST_STATES = 24 };

/* Bytes in the texts of a chart. */
typedef struct ChartSlice {
  size_t at, length;
} ChartSlice;

typedef struct ChartRow {
  double x, y;       /* finite; a time is milliseconds since 1970 */
  double low, high;  /* the bounds of an interval; a span of a timeline ends at `high` */
  ChartSlice name;   /* of a bar, a lane */
  ChartSlice state;  /* of a span */
  size_t place;      /* which row it was */
} ChartRow;

typedef struct Chart {
  ChartKind kind;
  ChartAxis axis;      /* of x */
  ChartOptions options;
  ChartRow *rows;      /* put in order, and thinned, by drawing */
  size_t count;
  size_t left_out;     /* rows that could not be drawn: infinite, or too large */
  const char *texts;
  LoreBuffer *out;
  void (*release)(void *memory); /* of what out->reallocate gives */

  /* Worked out while drawing. */
  double width, height, left, right, top, bottom; /* the plot lies between the last four */
  Scale x, y;
  Ticks x_ticks, y_ticks;
  int is_reduced;
  size_t shown;        /* rows before reducing */
  double least, most;  /* of the values before reducing */
  size_t others;       /* bars that were added up into the last one, rows of lanes that were left out */
  ChartSlice lanes[MOST_LANES], states[MOST_STATES];
  size_t lane_count, state_count;
  uint64_t hash;
  double step;         /* of bins; 0: none */
  double first, last;  /* of x, as rows have it; not-a-number: not told yet */
} Chart;

void chartStandards(ChartOptions *options);

/* What can be drawn: beyond it, numbers have no room for a scale around them. */
int chartTakes(double value);

/* Keeps of the rows what is to be drawn; so what is drawn more than once, in other sizes, is done once. 0: no memory. */
int chartReduce(Chart *chart);

/* Appends the picture. 0: there was no memory; out->failed may be set as well. */
int chartDraw(Chart *chart);

extern const char *const kChartNames[CHART_KINDS];
extern const char kChartStyle[]; /* CSS, for <style> */

#endif
