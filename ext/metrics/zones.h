/*
** The time zones that a connection has read: each is read once, and stays as it was until the connection closes.
*/
#ifndef LORE_METRICS_ZONES_H
#define LORE_METRICS_ZONES_H

#include "engine/engine.h"
#include "metrics/zone.h"

/* The zone that an argument names. NULL when it is absent, or after an error that names the argument `tz`. */
const Zone *zoneOf(LoreCall *call, int argument);

#endif
