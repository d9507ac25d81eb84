#include "tenants/persona.h"

#include <stdio.h>
#include <string.h>

const char *const kPersonaDimensions[PERSONA_DIMENSIONS] = {
  "formal_casual", "concise_detailed", "technical_business", "proactive_reactive"
};

static const char *const kWords[PERSONA_DIMENSIONS][2] = {
  { "formal", "casual" }, { "concise", "detailed" }, { "technical", "businesslike" }, { "proactive", "reactive" }
};

static int describe(double value, const char *const words[2], char *to, size_t size){
  if( value <= 0.15 ) return snprintf(to, size, "very %s", words[0]);
  if( value <= 0.4 ) return snprintf(to, size, "rather %s", words[0]);
  if( value < 0.6 ) return snprintf(to, size, "neither %s nor %s", words[0], words[1]);
  if( value < 0.85 ) return snprintf(to, size, "rather %s", words[1]);
  return snprintf(to, size, "very %s", words[1]);
}

void personaText(const double values[PERSONA_DIMENSIONS], char text[PERSONA_TEXT]){
  size_t length = 0;
  for(int i = 0; i < PERSONA_DIMENSIONS; i++){
    if( i > 0 ) length += (size_t)snprintf(text + length, PERSONA_TEXT - length, ", ");
    length += (size_t)describe(values[i], kWords[i], text + length, PERSONA_TEXT - length);
  }
}
