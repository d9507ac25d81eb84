/*
** The files of the system's time zone database. Pure: knows no SQLite.
**
** They are looked for as the C library does: in the folder that the environment's TZDIR names, or else in the usual places.
** A name is a path below that folder, of letters, digits, `_`, `+`, `-` and `/`: it can't lead out of it.
*/
#ifndef LORE_METRICS_ZONEFILE_H
#define LORE_METRICS_ZONEFILE_H

#include <stddef.h>

enum { ZONE_NAME_MOST = 64 };

int zoneNameValid(const char *name, size_t length);

/* The bytes of the file into `to`, at most `most`: their number, or a negative one when there is no such file. A file that
** is larger is cut. */
long zoneFileRead(const char *name, unsigned char *to, size_t most);

#endif
