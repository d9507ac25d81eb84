/*
** SQLite with its assertions on, which ends the process when the extension misuses its API, where it would only log that and
** return SQLITE_MISUSE. Whoever else misuses it (Python's module steps statements that are NULL) is let go on. Built in place of
** sqlite3.c for the host "-debug" (-DSQLITE_DEBUG -DSQLITE_ENABLE_API_ARMOR).
*/
#define _GNU_SOURCE
#define SQLITE_EXTRA_INIT hostListen
#include "sqlite3.c"

#include <dlfcn.h>
#include <execinfo.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST_FRAMES = 100 };

/* Whether the extension is among the callers. */
static int isOfExtension(void){
  void *frames[MOST_FRAMES];
  int count = backtrace(frames, MOST_FRAMES);
  for(int i = 0; i < count; i++){
    Dl_info found;
    if( dladdr(frames[i], &found) && found.dli_fname && strstr(found.dli_fname, "lore.so") ) return 1;
  }
  return 0;
}

static void hostLog(void *unused, int code, const char *message){
  (void)unused;
  if( (code & 0xff)!=SQLITE_MISUSE || !isOfExtension() ) return;
  fprintf(stderr, "SQLite is misused: %s\n", message);
  abort();
}

int hostListen(const char *unused){
  (void)unused;
  if( sqlite3GlobalConfig.xLog==0 ) sqlite3GlobalConfig.xLog = hostLog;
  return SQLITE_OK;
}
