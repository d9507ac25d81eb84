/*
** report: what the file holds, to look at.
**
** Characters for the shell (glyphs.c), charts as SVG (chart.c and the kinds beside it), and a page of both (page.c). All
** drawing is pure; what knows SQLite collects rows for it.
*/
#include "report/page.h"
#include "report/report.h"

#define FORM "form:word(blocks|ascii)=blocks"

static const LoreFunction kFunctions[] = {
  { "text_bar", "x:number? lo:number? hi:number? width:int[1..1000]=20 " FORM, textBar, LORE_PURE,
    "how far x is on the way from lo to hi, as a bar of text", "30, 0, 100" },
  { "report_html", "name:text[1..200]=today options:object at:time", reportPage, LORE_DIRECT,
    "a page about the file, which needs nothing but itself; 'today' is shipped, others are rows of lore_reports", "'today'" },
};

static const LoreAggregate kAggregates[] = {
  { "sparkline", "ts:any? value:number? width:int[1..1000] " FORM, LORE_PURE, sizeof(Sparks), sparkStep, loreKeepsAll, sparkValue,
    sparkRelease, "values over time as one line of text", "1, 2.5" },
  { "text_histogram", "x:number? bins:int[1..1000]=10 " FORM, LORE_PURE, sizeof(Histogram), histogramStep, loreKeepsAll,
    histogramValue, histogramRelease, "how values are spread from the least to the largest, as one line of text", "2.5" },
  { "chart_svg", "kind:word(line|area|bar|scatter|histogram|heat|timeline)! x:any? y:any? options:object", LORE_PURE,
    sizeof(ChartGroup), chartStep, loreKeepsAll, chartValue, chartRelease, "a chart of a group's rows, as an SVG document",
    "'bar', 'apples', 3" },
};

const LoreSubsystem kReport = {
  .name = "report",
  .tenant_rule = "denied",
  .functions = LORE_TABLE(kFunctions),
  .aggregates = LORE_TABLE(kAggregates),
};
