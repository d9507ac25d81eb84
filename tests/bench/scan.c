/*
** How fast the scanner of secrets goes over ordinary text: sentences, JSON lines of a log, and C source, which is full of names
** and signs; and over the worst that was found. Each text is made once; a figure is the median of its rounds, in processor time.
*/
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "vault/scan.h"

enum { BYTES = 16 << 20, ROUNDS = 7, ASKED = 100 };

#define MEGA 1e6

static char gText[BYTES + 512];

/* ---- Texts ---- */

static unsigned gSeed = 1;

static unsigned chance(unsigned below){
  gSeed = gSeed*1664525u + 1013904223u;
  return (gSeed >> 8) % below;
}

static const char *word(void){
  static const char *const kWords[] = {
    "the", "agent", "signal", "of", "server", "has", "been", "seen", "again", "and", "state", "a",
    "pattern", "token", "key", "in", "memory", "graph", "with", "nodes", "password", "is", "new",
  };
  return kWords[chance(sizeof kWords/sizeof kWords[0])];
}

static size_t sentence(char *to){
  const char *end = chance(8) ? " " : "\n\n";
  return (size_t)sprintf(to, "%s %s %s %s, %s %s %s.%s", word(), word(), word(), word(), word(), word(), word(), end);
}

static size_t logLine(char *to){
  int length = sprintf(to, "{\"at\": \"2026-01-%02uT%02u:%02u:00.%03uZ\", \"level\": \"info\", ", chance(28) + 1, chance(24),
                       chance(60), chance(1000));
  length += sprintf(to + length, "\"message\": \"%s %s %s\", \"duration\": %u, ", word(), word(), word(), chance(90000));
  length += sprintf(to + length, "\"trace_id\": \"%08x%08x\", ", chance(1u << 24), chance(1u << 24));
  length += sprintf(to + length, "\"tags\": {\"%s\": \"%s\", \"count\": %u}}\n", word(), word(), chance(99));
  return (size_t)length;
}

static size_t codeLine(char *to){
  int length = sprintf(to, "  if( %s_%s[%u]==%s->%s ) ", word(), word(), chance(99), word(), word());
  length += sprintf(to + length, "%s = %s(%s, %u); /* %s %s */\n", word(), word(), word(), chance(9999), word(), word());
  return (size_t)length;
}

static size_t assignment(char *to){
  return (size_t)sprintf(to, "token=%s.%u&", word(), chance(99));
}

/* ---- Measuring ---- */

static double secondsOf(long *count){
  double start = cpuSeconds();
  SecretScan scan = secretScan(gText, BYTES);
  SecretFinding found;
  *count = 0;
  while( secretNext(&scan, &found) ) ++*count;
  return cpuSeconds() - start;
}

static void measure(const char *name, size_t (*piece)(char *to), int is_ordinary){
  double rates[ROUNDS];
  long count = 0;
  char what[100];
  for(size_t at = 0; at < BYTES; ) at += piece(gText + at);
  for(int r = -1; r < ROUNDS; r++){ /* the first round warms up */
    double seconds = secondsOf(&count);
    if( r >= 0 ) rates[r] = BYTES/seconds/MEGA;
  }
  snprintf(what, sizeof what, "secret scan, %s", name);
  if( is_ordinary ) verdictAtLeast(what, ASKED, median(rates, ROUNDS), "MB/s");
  printf("  %-50s %6.0f MB/s  %ld findings\n", name, median(rates, ROUNDS), count);
}

int main(void){
  printf("\nThe scanner of secrets over %d MB\n", BYTES >> 20);
  measure("sentences", sentence, 1);
  measure("JSON lines of a log", logLine, 1);
  measure("source code", codeLine, 1);
  measure("nothing but assignments to a token", assignment, 0);
  return 0;
}
