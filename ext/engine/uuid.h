/*
** UUIDs, version 7 (RFC 9562, section 5.7): 48 bits of unix milliseconds, then random bits, so that ids
** made later sort later and go to the end of an index.
*/
#ifndef LORE_UUID_H
#define LORE_UUID_H

#include "engine/engine.h"

enum {
  LORE_UUID_SIZE = 37,       /* the text form with its NUL */
  LORE_UUID_RANDOM = 10      /* bytes of randomness that one takes */
};

/* A time before 1970 counts as 1970. Text: 8-4-4-4-12 lower-case hexadecimal digits. */
void loreUuidFormat(long long time, const unsigned char random[LORE_UUID_RANDOM], char text[LORE_UUID_SIZE]);

/* A new one of the call's moment; lives as long as the call. NULL after an error. */
const char *loreUuid(LoreCall *call);

/* For a verb that may be given the id of its row: 1 when there is one already, with a notice when it is the same, else refused.
** `differs` gives what of the row differs from the call, '' for nothing, and no row for an unknown id; its parameter :given_at is
** the argument `at`. */
int loreIsKnown(LoreCall *call, int id, int at, LoreSql differs);

#endif
