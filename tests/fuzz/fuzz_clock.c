/*
** libFuzzer over times: what is read is in range, is written in one form, and that form is read as the same
** moment; the first bytes as a number are unix seconds.
*/
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/clock.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition) do{ if( !(condition) ) abort(); }while( 0 )
#define FIRST (-62167219200000LL)
#define LAST 253402300799999LL

static void checkTime(long long time){
  char text[LORE_TIME_SIZE + 1];
  long long again;
  MUST(time >= FIRST && time <= LAST);
  text[LORE_TIME_SIZE] = 'x';
  loreTimeFormat(time, text);
  MUST(text[LORE_TIME_SIZE]=='x' && strlen(text)==LORE_TIME_SIZE - 1);
  MUST(text[4]=='-' && text[10]=='T' && text[19]=='.' && text[23]=='Z');
  MUST(loreTimeParse(text, LORE_TIME_SIZE - 1, &again) && again==time);
}

static void trySeconds(const uint8_t *data, size_t size){
  double seconds;
  long long time;
  if( size < sizeof seconds ) return;
  memcpy(&seconds, data, sizeof seconds);
  if( !loreTimeOfSeconds(seconds, &time) ) return;
  checkTime(time);
  MUST((double)time/1000.0 - seconds < 0.001 && seconds - (double)time/1000.0 < 0.002);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size){
  long long time, signed_time;
  trySeconds(data, size);
  if( size >= sizeof signed_time ){
    memcpy(&signed_time, data, sizeof signed_time);
    if( signed_time >= FIRST && signed_time <= LAST ) checkTime(signed_time);
  }
  if( !loreTimeParse((const char *)data, size, &time) ) return 0;
  MUST(size >= 10 && size <= 35);
  checkTime(time);
  return 0;
}
