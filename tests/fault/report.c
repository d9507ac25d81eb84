/*
** Scenarios, their failures, and the processes that share them.
*/
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"

enum { MOST_PRINTED = 3 }; /* failures of one scenario; the rest says the same */

typedef struct Tally {
  long passed, failed, runs;
} Tally;

static Tally tally;
static char scenario[256];
static long reported;
static int shard, shard_count = 1, asked;
static const char *wanted = "";

/* By a hash of its number: neighbours differ in how long they take, and always in the same order. */
static int isOurs(int number){
  return (int)(((unsigned)number*2654435761u >> 8) % (unsigned)shard_count)==shard;
}

int scenarioBegin(const char *format, ...){
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(scenario, sizeof scenario, format, arguments);
  va_end(arguments);
  reported = 0;
  return isOurs(asked++) && strstr(scenario, wanted)!=NULL;
}

void report(const char *format, ...){
  if( reported++ >= MOST_PRINTED ) return;
  char text[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  printf("FAIL %s: %s\n", scenario, text);
}

void expect(int ok, const char *what, const char *detail){
  if( !ok ) report("%s%s%s", what, detail ? ": " : "", detail ? detail : "");
}

void scenarioEnd(void){
  if( reported > MOST_PRINTED ) printf("FAIL %s: and %ld more\n", scenario, reported - MOST_PRINTED);
  if( reported ) tally.failed++;
  else tally.passed++;
  fflush(stdout);
}

void countRun(void){
  tally.runs++;
}

int shardNumber(void){
  return shard;
}

int isThorough(void){
  return getenv("LORE_THOROUGH")!=NULL;
}

/* ---- Processes ---- */

static void runChild(int out, void (*body)(const char *extension), const char *extension){
  body(extension);
  fflush(stdout);
  ssize_t written = write(out, &tally, sizeof tally);
  exit(written==(ssize_t)sizeof tally ? 0 : 1); /* not _exit: a sanitizer looks for leaks on the way out */
}

/* A child that crashes is a failure of the scenario that it was in. */
static void collect(pid_t child, int in, Tally *sum){
  Tally part = { 0, 0, 0 };
  int status = 0;
  ssize_t got = read(in, &part, sizeof part);
  waitpid(child, &status, 0);
  if( got!=(ssize_t)sizeof part || !WIFEXITED(status) || WEXITSTATUS(status)!=0 ){
    printf("FAIL a process died (status 0x%x)\n", (unsigned)status);
    part.failed++;
  }
  sum->passed += part.passed;
  sum->failed += part.failed;
  sum->runs += part.runs;
}

int runShards(int argc, char **argv, int shards, void (*body)(const char *extension)){
  enum { MOST_SHARDS = 16 };
  pid_t children[MOST_SHARDS];
  int ends[MOST_SHARDS][2];
  Tally sum = { 0, 0, 0 };
  const char *extension = argc > 1 ? argv[1] : "build/lore.so", *slash = strrchr(argv[0], '/');
  if( argc > 2 ) wanted = argv[2], shards = 1; /* somebody is looking for a cause */
  shard_count = shards > MOST_SHARDS ? MOST_SHARDS : shards;
  for(shard = 0; shard < shard_count; shard++){
    if( pipe(ends[shard]) ) exit(2);
    fflush(stdout);
    children[shard] = fork();
    if( children[shard]==0 ) runChild(ends[shard][1], body, extension);
    close(ends[shard][1]);
  }
  for(int i = 0; i < shard_count; i++) collect(children[i], ends[i][0], &sum);
  printf("%s: %ld passed, %ld failed", slash ? slash + 1 : argv[0], sum.passed, sum.failed);
  if( sum.runs ) printf(" (%ld faults)", sum.runs);
  printf("\n");
  return sum.failed!=0;
}
