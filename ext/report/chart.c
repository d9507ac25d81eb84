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

int chartReduce(Chart *chart){
  if( chart->is_reduced ) return 1;
  chart->is_reduced = 1;
  chart->shown = chart->count;
  chart->first = chart->last = NAN;
  return chart->count==0 || kForms[chart->kind]->reduce(chart);
}

int chartDraw(Chart *chart){
  const ChartForm *form = kForms[chart->kind];
  if( !chartReduce(chart) ) return 0;
  form->lay(chart);
  frameBegin(chart, form);
  if( chart->count ) form->draw(chart);
  frameEnd(chart);
  return !chart->out->failed;
}
