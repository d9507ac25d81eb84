/*
** Charts as SVG: see chart.h. Which kind does what is in lines.c, bars.c, heat.c and spans.c; what they share, in frame.c.
*/
#include "report/chart.h"

#include <math.h>
#include <string.h>

#include "report/frame.h"

const char *const kChartNames[CHART_KINDS] = { "line", "area", "bar", "scatter", "histogram", "heat", "timeline", "interval" };

static const ChartForm *const kForms[CHART_KINDS] = {
  &kLineForm, &kLineForm, &kBarForm, &kScatterForm, &kHistogramForm, &kHeatForm, &kTimelineForm, &kIntervalForm,
};

void chartStandards(ChartOptions *options){
  memset(options, 0, sizeof *options);
  options->width = 720;
  options->points = 2000;
  options->bars = 20;
  options->until = NAN;
}

int chartTakes(double value){
  return fabs(value) <= 1e300;
}

int chartDraw(Chart *chart){
  const ChartForm *form = kForms[chart->kind];
  chart->shown = chart->count;
  chart->first = chart->last = NAN;
  if( !form->lay(chart) ) return 0;
  frameBegin(chart, form);
  if( chart->count ) form->draw(chart);
  frameEnd(chart);
  return !chart->out->failed;
}
