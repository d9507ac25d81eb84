/* A whole record of signal_state, as a JSON object with the columns as members, put into any book. */
#ifndef LORE_LIFECYCLE_PUT_H
#define LORE_LIFECYCLE_PUT_H

#include "engine/scan.h"
#include "lifecycle/book.h"

/* 1, or 0 when the record is there just so. *key becomes its key, which lives as long as the call. */
int putApply(SignalBook *book, const LoreScanValue *object, int64_t at, const char **key);

#endif
