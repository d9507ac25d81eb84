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
  static const char *const kWords[] = { "the", "agent", "signal", "of", "server", "has", "been", "seen", "again", "and", "state", "a",
                                        "pattern", "token", "key", "in", "memory", "graph", "with", "nodes", "password", "is", "new" };
  return kWords[chance(sizeof kWords/sizeof kWords[0])];
}

static size_t sentence(char *to){
  return (size_t)sprintf(to, "%s %s %s %s %s, %s %s %s.%s", word(), word(), word(), word(), word(), word(), word(), word(),
                         chance(8) ? " " : "\n\n");
}

static size_t logLine(char *to){
  return (size_t)sprintf(to, "{\"at\": \"2026-01-%02uT%02u:%02u:00.%03uZ\", \"level\": \"info\", \"message\": \"%s %s %s\", \"duration\": %u, "
                         "\"trace_id\": \"%08x%08x\", \"tags\": {\"%s\": \"%s\", \"count\": %u}}\n", chance(28) + 1, chance(24), chance(60),
                         chance(1000), word(), word(), word(), chance(90000), chance(1u << 24), chance(1u << 24), word(), word(), chance(99));
}

static size_t codeLine(char *to){
  return (size_t)sprintf(to, "  if( %s_%s[%u]==%s->%s ) %s = %s(%s, %u); /* %s %s */\n", word(), word(), chance(99), word(), word(), word(),
                         word(), word(), chance(9999), word(), word());
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

static void measure(const char *name, size_t (*piece)(char *to)){
  double rates[ROUNDS];
  long count = 0;
  char what[100];
  for(size_t at = 0; at < BYTES; ) at += piece(gText + at);
  for(int r = -1; r < ROUNDS; r++){ /* the first round warms up */
    double seconds = secondsOf(&count);
    if( r >= 0 ) rates[r] = BYTES/seconds/MEGA;
  }
  snprintf(what, sizeof what, "secret scan, %s", name);
  verdictAtLeast(what, ASKED, median(rates, ROUNDS), "MB/s");
  printf("  %s: %ld findings in %d MB\n", what, count, BYTES >> 20);
}

int main(void){
  printf("\nThe scanner of secrets over %d MB\n", BYTES >> 20);
  measure("sentences", sentence);
  measure("JSON lines of a log", logLine);
  measure("source code", codeLine);
  measure("nothing but assignments to a token", assignment);
  return 0;
}
