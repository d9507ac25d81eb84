/*
** The options of a chart, read from JSON. A member that none of them is called is an error.
*/
#ifndef LORE_REPORT_OPTIONS_H
#define LORE_REPORT_OPTIONS_H

#include "engine/engine.h"
#include "report/chart.h"

/* text: a checked JSON object, or NULL. *axis: what x is to be, -1 where nothing says it. Texts live as long as the call. */
void optionsRead(LoreCall *call, const char *text, size_t length, ChartOptions *options, int *axis);

#endif
