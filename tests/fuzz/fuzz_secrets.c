/*
** libFuzzer over the scanner of secrets: findings lie inside the text, in order, apart from each other, and are the same when
** looked for again; a text with references in their place is read to its end.
*/
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "vault/scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition) do{ if( !(condition) ) abort(); }while( 0 )

static const char kReference[] = "{SECRET:0190a8b2-1234-7abc-8def-0123456789ab:secret}";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size){
  const char *text = (const char*)data;
  SecretScan scan = secretScan(text, size), again = secretScan(text, size);
  SecretFinding found, same;
  char *replaced = malloc((size + 1)*sizeof kReference);
  size_t last = 0, length = 0;
  MUST(replaced);
  while( secretNext(&scan, &found) ){
    MUST(found.pattern && last <= found.start && found.start < found.end && found.end <= size);
    MUST(secretNext(&again, &same) && same.start==found.start && same.end==found.end && same.pattern==found.pattern);
    memcpy(replaced + length, text + last, found.start - last);
    length += found.start - last;
    memcpy(replaced + length, kReference, sizeof kReference - 1);
    length += sizeof kReference - 1;
    last = found.end;
  }
  MUST(!secretNext(&again, &same));
  if( size > last ) memcpy(replaced + length, text + last, size - last);
  length += size - last;
  SecretScan rest = secretScan(replaced, length);
  while( secretNext(&rest, &found) ) MUST(found.end <= length);
  free(replaced);
  return 0;
}
