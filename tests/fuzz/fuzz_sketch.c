/*
** libFuzzer over the reader of sketches. Bytes are tried as they come, and again with a right checksum, or they would
** never get past it. What is taken has ordered quantiles, and is written as the very bytes that were read.
*/
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/sketch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition) do{ if( !(condition) ) abort(); }while( 0 )

static void *reallocate(void *old, size_t bytes){
  return realloc(old, bytes);
}

static uint32_t crcOf(const uint8_t *bytes, size_t length){
  uint32_t sum = 0xffffffff;
  for(size_t i = 0; i < 8*length; i++){
    sum ^= bytes[i/8] >> i%8 & 1;
    sum = sum & 1 ? sum >> 1 ^ 0xedb88320 : sum >> 1;
  }
  return ~sum;
}

static void expectSound(const Sketch *sketch, const uint8_t *bytes, size_t size){
  LoreBuffer out = { .reallocate = reallocate };
  double last = sketchQuantile(sketch, 0);
  for(double q = 0; q <= 1; q += 0.0625){
    double x = sketchQuantile(sketch, q);
    MUST(isfinite(x) && x >= last - 1e-12*fabs(last));
    last = x;
  }
  sketchWrite(sketch, &out);
  MUST(!out.failed && out.length==size && memcmp(out.data, bytes, size)==0);
  free(out.data);
}

static void tryBytes(const uint8_t *bytes, size_t size){
  Sketch sketch = { .reallocate = reallocate };
  const char *why = sketchMerge(&sketch, bytes, size);
  if( why==NULL ){
    expectSound(&sketch, bytes, size);
    why = sketchMerge(&sketch, bytes, size); /* twice as many of each; or too many */
    if( why==NULL ) sketchQuantile(&sketch, 0.5);
  }else{
    MUST(sketch.count==0 && sketch.positive.count==0 && sketch.negative.count==0);
  }
  sketchFree(&sketch, free);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size){
  tryBytes(data, size);
  if( size < 9 ) return 0;
  uint8_t *copy = malloc(size);
  MUST(copy!=NULL);
  memcpy(copy, data, size);
  memcpy(copy, "lqs\1\6", 5);
  uint32_t sum = crcOf(copy, size - 4);
  for(int i = 0; i < 4; i++) copy[size - 4 + (size_t)i] = (uint8_t)(sum >> 8*i);
  tryBytes(copy, size);
  free(copy);
  return 0;
}
