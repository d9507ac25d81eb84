/*
** libFuzzer over charts: whatever rows and texts come, the picture is valid UTF-8, its elements close, no text escapes into
** markup, and it is not large. The same rows give the same picture.
*/
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/clock.h"
#include "engine/text.h"
#include "report/chart.h"
#include "report/glyphs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition) do{ if( !(condition) ) abort(); }while( 0 )

enum { HEAD = 24, MOST_ROWS = 3000 };

/* A number of any size, of those that can be drawn; small ones are as likely as huge ones. */
static double numberOf(const uint8_t *at){
  double number;
  memcpy(&number, at, sizeof number);
  if( at[0] % 3==0 ) return (double)(int8_t)at[1];
  if( at[0] % 3==1 ) return 1767225600000.0 + at[1]*86400000.0 + at[2]*3600000.0;
  return chartTakes(number) ? number : at[1];
}

/* Who collects rows takes no other times. */
static double timeOf(double number){
  return fmax((double)LORE_TIME_FIRST, fmin((double)LORE_TIME_LAST, floor(number)));
}

/* Each `<` begins a tag of ours, and tags nest. */
static void checkTags(const char *svg){
  long depth = 0;
  for(const char *at = strchr(svg, '<'); at; at = strchr(at + 1, '<')){
    const char *end = strchr(at, '>');
    MUST(end);
    if( at[1]=='/' ) depth--;
    else if( end[-1]!='/' ) depth++;
    MUST(at[1]=='/' || strchr("stdrpcti", at[1]));
    MUST(depth >= 0);
  }
  MUST(depth==0);
}

static char *draw(ChartKind kind, const uint8_t *head, const uint8_t *rows, size_t count){
  LoreBuffer out = { .reallocate = realloc };
  Chart chart = { .kind = kind, .axis = (ChartAxis)(head[1] % (kind==CHART_BAR ? 3 : 2)), .texts = (const char*)rows,
                  .out = &out, .release = free, .count = count };
  chartStandards(&chart.options);
  chart.options.width = 240 + head[2]*4;
  chart.options.points = 2 + head[3];
  chart.options.bars = 2 + head[4] % 99;
  chart.options.bins = head[5] % 201;
  chart.options.order = (ChartOrder)(head[6] % 3);
  chart.options.from_zero = head[7] & 1;
  chart.options.is_part = head[7] >> 1 & 1;
  chart.options.title = chart.options.x_label = chart.options.y_label = chart.options.description
    = (ReportText){ chart.texts, count*HEAD < 300 ? count*HEAD : 300 };
  if( head[7] & 4 ) chart.options.until = timeOf(numberOf(head + 8));
  chart.rows = calloc(count + 1, sizeof *chart.rows);
  MUST(chart.rows);
  for(size_t i = 0; i < count; i++){
    const uint8_t *at = rows + i*HEAD;
    double x = numberOf(at), high = numberOf(at + 16);
    if( chart.axis==AXIS_TIME || kind==CHART_HEAT || kind==CHART_TIMELINE ) x = timeOf(x), high = timeOf(high);
    chart.rows[i] = (ChartRow){ .x = x, .y = numberOf(at + 8), .low = fmin(x, high), .high = fmax(x, high), .place = i,
                                .name = { i*HEAD, kind==CHART_TIMELINE && (head[7] & 8) ? 0 : at[3] % HEAD },
                                .state = { i*HEAD, at[4] % HEAD } };
  }
  MUST(chartDraw(&chart));
  free(chart.rows);
  MUST(loreUtf8Valid(out.data, out.length) && strlen(out.data)==out.length);
  return out.data;
}

static void tryGlyphs(const uint8_t *rows, size_t count){
  GlyphPoint points[64];
  double sums[40];
  size_t counts[40];
  LoreBuffer out = { .reallocate = realloc };
  if( count > 64 ) count = 64;
  for(size_t i = 0; i < count; i++) memcpy(&points[i], rows + i*HEAD, sizeof points[i]);
  for(size_t i = 0; i < count; i++) if( isnan(points[i].at) || isnan(points[i].value) ) points[i] = (GlyphPoint){ 0, 0 };
  glyphsSpark(&out, points, count, 40, 0, sums, counts);
  MUST(loreUtf8Length(out.data, out.length)==40);
  free(out.data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size){
  if( size < 2*HEAD ) return 0;
  size_t count = size/HEAD - 1;
  if( count > MOST_ROWS ) count = MOST_ROWS;
  ChartKind kind = (ChartKind)(data[0] % CHART_KINDS);
  char *first = draw(kind, data, data + HEAD, count), *second = draw(kind, data, data + HEAD, count);
  MUST(strcmp(first, second)==0 && strlen(first) < 40000 + count*1000);
  checkTags(first);
  free(first);
  free(second);
  tryGlyphs(data + HEAD, count);
  return 0;
}
