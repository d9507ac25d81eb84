/*
** Which series are meant: by name, tags and id, as all readers of points understand them.
**
** tags is a JSON object. A series matches when it has every member, the values compared as text, numbers as they are written (80
** and "80" are the same, 80.0 is another; true is "true"); a member that is null says that the series has no such tag. What no
** series can have, as an array, matches none. Absent, or {}: all match.
*/
#ifndef LORE_METRICS_MATCH_H
#define LORE_METRICS_MATCH_H

#include "engine/engine.h"

enum { MATCH_SERIES, MATCH_NAME, MATCH_TAGS, MATCH_KIND }; /* the columns */

/* Rows in the order of name, then tags. Each argument is the place of one of the call's, -1: there is none; absent ones do not
** narrow. NULL after an error. */
LoreStatement *metricMatch(LoreCall *call, int name_argument, int tags_argument, int series_argument);

#endif
