#include "engine/uuid.h"

void loreUuidFormat(long long time, const unsigned char random[LORE_UUID_RANDOM], char text[LORE_UUID_SIZE]){
  static const char kDigits[] = "0123456789abcdef";
  unsigned char bytes[16];
  uint64_t ms = time < 0 ? 0 : (uint64_t)time;
  for(int i = 0; i < 6; i++) bytes[i] = (unsigned char)(ms >> (40 - 8*i));
  for(int i = 0; i < LORE_UUID_RANDOM; i++) bytes[6 + i] = random[i];
  bytes[6] = (unsigned char)(0x70 | (bytes[6] & 0x0f)); /* version */
  bytes[8] = (unsigned char)(0x80 | (bytes[8] & 0x3f)); /* variant */
  char *to = text;
  for(int i = 0; i < 16; i++){
    if( i==4 || i==6 || i==8 || i==10 ) *to++ = '-';
    *to++ = kDigits[bytes[i] >> 4];
    *to++ = kDigits[bytes[i] & 15];
  }
  *to = 0;
}

const char *loreUuid(LoreCall *call){
  unsigned char random[LORE_UUID_RANDOM];
  char *text = loreAllocate(call, LORE_UUID_SIZE);
  if( text==NULL ) return NULL;
  sqlite3_randomness(sizeof random, random);
  loreUuidFormat(loreNow(call), random, text);
  return text;
}

int loreIsKnown(LoreCall *call, int id, int at, LoreSql differs){
  if( !loreGiven(call, id) ) return 0;
  loreLetArgument(call, "given_at", at);
  const char *different = loreFindText(call, differs);
  if( different==NULL ) return 0;
  if( *different ){
    loreRefuse(call, LORE_REFUSED, "id %s is there already with another %s", loreShow(call, id), different);
  }else{
    loreNotice(call, "known by its id");
  }
  return 1;
}
