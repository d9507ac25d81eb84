#include "work/retry.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/digest.h"

enum { STEP_MS = 10000, JITTER_DIGITS = 8 };

/* From 0 to below 2^32. */
static int64_t jitter(const char *id, int64_t attempts){
  char number[24], digest[LORE_DIGEST_SIZE];
  snprintf(number, sizeof number, "%lld", (long long)attempts);
  const char *parts[] = { "work_fail", id, number };
  loreDigest(parts, 3, digest);
  digest[JITTER_DIGITS] = 0;
  return (int64_t)strtoull(digest, NULL, 16);
}

int64_t workRetryDelay(const char *id, int64_t attempts){
  int doublings = attempts < 0 ? 0 : attempts > WORK_RETRY_DOUBLINGS ? WORK_RETRY_DOUBLINGS : (int)attempts;
  int64_t delay = ((int64_t)1 << doublings)*STEP_MS;
  return delay + (delay/10*jitter(id, attempts) >> 32);
}
