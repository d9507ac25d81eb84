/*
** What the unit tests share: cmocka with the headers it needs, and the files of vectors.
**
** The folder of the vectors is compiled in: -DVECTORS_DIR="\"tests/vectors\"".
*/
#ifndef LORE_TEST_HELPERS_H
#define LORE_TEST_HELPERS_H

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <cjson/cJSON.h>

#define COUNT(array) (sizeof(array)/sizeof((array)[0]))

/* The rows of a file of vectors; the caller deletes them. */
static inline cJSON *readVectorFile(const char *name){
  static char text[1 << 20];
  char path[256];
  snprintf(path, sizeof path, "%s/%s", VECTORS_DIR, name);
  FILE *file = fopen(path, "rb");
  if( file==NULL ) fail_msg("cannot open %s", path);
  size_t length = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[length] = '\0';
  cJSON *rows = cJSON_Parse(text);
  assert_non_null(rows);
  return rows;
}

/* A copy in memory of exactly its size, so that a sanitizer sees a byte too many. */
static inline char *exactCopy(const char *text, size_t length){
  char *copy = malloc(length ? length : 1);
  assert_non_null(copy);
  memcpy(copy, text, length);
  return copy;
}

static inline int hasDecimalComma(void){
  return strcmp(localeconv()->decimal_point, ",")==0;
}

/* Sets a locale that writes 0,5 for a half; skips the test where there is none and none can be made. */
static inline void useDecimalComma(void){
  static const char *const kNames[] = { "de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "da_DK.UTF-8", "de_DE", "nl_NL.UTF-8" };
  for(size_t i = 0; i < COUNT(kNames); i++) if( setlocale(LC_ALL, kNames[i]) && hasDecimalComma() ) return;

  char folder[] = "/tmp/lore-locale-XXXXXX", command[256];
  if( mkdtemp(folder) ){
    snprintf(command, sizeof command, "localedef -i de_DE -f UTF-8 %s/de_DE.UTF-8 >/dev/null 2>&1", folder);
    int made = system(command)==0 && setenv("LOCPATH", folder, 1)==0 && setlocale(LC_ALL, "de_DE.UTF-8") && hasDecimalComma();
    unsetenv("LOCPATH");
    snprintf(command, sizeof command, "rm -r %s", folder);
    if( system(command)==0 && made ) return;
  }
  setlocale(LC_ALL, "C");
  print_message("no locale with a decimal comma here\n");
  skip();
}

static inline int useCLocale(void **state){
  (void)state;
  return setlocale(LC_ALL, "C")==NULL;
}

/* Numbers that look random and are the same in every run. */
static inline uint32_t nextRandom(uint64_t *seed){
  *seed = *seed*6364136223846793005ULL + 1442695040888963407ULL;
  return (uint32_t)(*seed >> 32);
}

#endif
