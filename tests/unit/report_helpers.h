/*
** What the tests of charts share: a buffer that never fails, and charts of a few rows.
*/
#ifndef LORE_REPORT_HELPERS_H
#define LORE_REPORT_HELPERS_H

#include "helpers.h"

#include "report/chart.h"

static inline LoreBuffer newBuffer(void){
  return (LoreBuffer){ .reallocate = realloc };
}

/* What was written since the last time. */
static inline const char *taken(LoreBuffer *out){
  static char text[1 << 16];
  size_t length = out->length < sizeof text ? out->length : sizeof text - 1;
  assert_false(out->failed);
  if( length ) memcpy(text, out->data, length);
  text[length] = '\0';
  loreBufferClear(out);
  return text;
}

static inline size_t countOf(const char *text, const char *part){
  size_t count = 0;
  for(const char *at = strstr(text, part); at; at = strstr(at + 1, part)) count++;
  return count;
}

static inline Chart newChart(ChartKind kind, ChartAxis axis, ChartRow *rows, size_t count, LoreBuffer *out){
  Chart chart = { .kind = kind, .axis = axis, .rows = rows, .count = count, .texts = "abcde", .out = out, .release = free };
  chartStandards(&chart.options);
  return chart;
}

/* The whole picture; the caller frees it. */
static inline char *drawn(Chart *chart){
  LoreBuffer out = newBuffer();
  chart->out = &out;
  assert_int_equal(chartDraw(chart), 1);
  return out.data;
}

#endif
