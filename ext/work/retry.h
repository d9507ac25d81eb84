/*
** How long a row that has failed waits for its next attempt. Pure: knows no SQLite.
*/
#ifndef LORE_WORK_RETRY_H
#define LORE_WORK_RETRY_H

#include <stdint.h>

enum { WORK_RETRY_DOUBLINGS = 20 };

/* 2^attempts x 10 s (2^20 at most), and up to a tenth more, which follows from id and attempts: rows that fail together
** don't come back together. In milliseconds. */
int64_t workRetryDelay(const char *id, int64_t attempts);

#endif
