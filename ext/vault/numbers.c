/*
** Numbers of payment cards and of US social security. Both must stand alone: a longer number, a version or an id that
** happens to hold such a number is none.
*/
#include "vault/patterns.h"

#include <string.h>

enum { CARD_MOST = 19 };

static int standsAlone(const SecretScan *scan, size_t start, size_t end){
  char before = start ? scan->text[start - 1] : '\0', after = secretAt(scan, end), next = secretAt(scan, end + 1);
  if( before && strchr("-_./+#", before) ) return 0;
  if( secretInSet(SET_WORD, after) ) return 0;
  return !(after && strchr("-./", after) && secretInSet(SET_ALNUM, next));
}

/* ---- Payment cards ---- */

static int passesLuhn(const char *digits, int count){
  int sum = 0;
  for(int i = 0; i < count; i++){
    int digit = digits[count - 1 - i] - '0';
    if( i % 2 ) digit = digit*2 > 9 ? digit*2 - 9 : digit*2;
    sum += digit;
  }
  return sum % 10==0;
}

/* Whether an issuer's numbers begin so and are so long. */
static int isIssued(const char *digits, int count){
  int two = (digits[0] - '0')*10 + digits[1] - '0';
  int four = two*100 + (digits[2] - '0')*10 + digits[3] - '0';
  if( two/10==4 ) return count==16 || count==19;
  if( (two >= 51 && two <= 55) || (four >= 2221 && four <= 2720) ) return count==16;
  if( two==34 || two==37 ) return count==15;
  if( four==6011 || two==65 || (four >= 6440 && four <= 6499) ) return count==16;
  if( two==36 || two==38 || (four >= 3000 && four <= 3059) ) return count==14;
  return four >= 3528 && four <= 3589 && count==16;
}

/* Groups as they are printed: none, fours with a rest, 4-6-5 or 4-6-4. */
static int isGrouped(const int *groups, int count){
  if( count==1 ) return 1;
  if( groups[0]!=4 ) return 0;
  if( count==3 ) return groups[1]==6 && (groups[2]==5 || groups[2]==4);
  if( count < 4 || count > 5 || groups[1]!=4 || groups[2]!=4 || groups[3]!=4 ) return 0;
  return count==4 || groups[4]==3;
}

typedef struct Digits {
  char digits[CARD_MOST + 1];
  int count;
  int groups[6], group;
} Digits;

static int isCard(const Digits *read){
  return read->count >= 14 && isGrouped(read->groups, read->group + 1) && isIssued(read->digits, read->count)
      && passesLuhn(read->digits, read->count);
}

/* As long as it can be: after a gap there may be the rest of the number, or another one. */
int secretFindCard(const SecretScan *scan, size_t at, SecretFinding *found){
  Digits read = { .count = 0 };
  char separator = '\0';
  size_t end = at, best = 0;
  while( secretIsDigit(secretAt(scan, end)) && read.count < CARD_MOST ){
    read.digits[read.count++] = scan->text[end++];
    read.groups[read.group]++;
    char c = secretAt(scan, end);
    if( secretIsDigit(c) ) continue;
    if( isCard(&read) && standsAlone(scan, at, end) ) best = end;
    if( (c!=' ' && c!='-') || read.group==5 ) break;
    if( read.groups[read.group] < 4 || (separator && c!=separator) ) break; /* what is printed has at least four before a gap */
    separator = c;
    read.group++;
    end++;
  }
  return best > 0 && secretFound(found, SECRET_PAYMENT_CARD, at, best);
}

/* ---- Social security numbers ---- */

static int number(const char *digits, int count){
  int value = 0;
  for(int i = 0; i < count; i++) value = value*10 + digits[i] - '0';
  return value;
}

int secretFindSsn(const SecretScan *scan, size_t at, SecretFinding *found){
  static const char kForm[] = "000-00-0000";
  const size_t length = sizeof kForm - 1;
  if( scan->length - at < length || scan->text[at + 3]!='-' ) return 0;
  const char *text = scan->text + at;
  for(size_t i = 0; i < length; i++){
    if( kForm[i]=='-' ? text[i]!='-' : !secretIsDigit(text[i]) ) return 0;
  }
  int area = number(text, 3);
  if( area==0 || area==666 || area >= 900 || number(text + 4, 2)==0 || number(text + 7, 4)==0 ) return 0;
  if( memcmp(text, "078-05-1120", length)==0 || memcmp(text, "219-09-9999", length)==0 ) return 0; /* printed in adverts */
  return standsAlone(scan, at, at + length) && secretFound(found, SECRET_US_SSN, at, at + length);
}
