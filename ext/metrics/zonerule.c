/*
** Rules of time zones: see zonerule.h.
*/
#include "metrics/zonerule.h"

#include "engine/clock.h"

enum { HOUR = 3600, DAY = 86400, MOST_RULE_HOURS = 167, MOST_OFFSET_HOURS = 24 };

/* What is left of the text. */
typedef struct Reader {
  const char *text;
  const char *end;
} Reader;

static int take(Reader *in, char c){
  if( in->text==in->end || *in->text!=c ) return 0;
  in->text++;
  return 1;
}

static int number(Reader *in, int least, int most, int *value){
  int digits = 0;
  for(*value = 0; in->text < in->end && *in->text >= '0' && *in->text <= '9' && digits < 3; in->text++, digits++){
    *value = *value*10 + (*in->text - '0');
  }
  return digits > 0 && *value >= least && *value <= most;
}

static int isLetter(char c){
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* CET, or <+0330>; what it says does not matter. */
static int readName(Reader *in){
  const char *from = in->text;
  if( take(in, '<') ){
    while( in->text < in->end && *in->text!='>' ) in->text++;
    return in->text - from > 3 && take(in, '>');
  }
  while( in->text < in->end && isLetter(*in->text) ) in->text++;
  return in->text - from >= 3;
}

/* [+-]hh[:mm[:ss]] */
static int readClock(Reader *in, int most_hours, int *seconds){
  int hours, minutes = 0, rest = 0;
  int sign = take(in, '-') ? -1 : (take(in, '+'), 1);
  if( !number(in, 0, most_hours, &hours) ) return 0;
  if( take(in, ':') ){
    if( !number(in, 0, 59, &minutes) ) return 0;
    if( take(in, ':') && !number(in, 0, 59, &rest) ) return 0;
  }
  *seconds = sign*(hours*HOUR + minutes*60 + rest);
  return 1;
}

/* POSIX counts west of Greenwich. */
static int readOffset(Reader *in, int *east){
  int good = readClock(in, MOST_OFFSET_HOURS, east);
  *east = -*east;
  return good;
}

static int readDay(Reader *in, ZoneDay *day){
  if( !take(in, ',') ) return 0;
  day->seconds = 2*HOUR;
  int good;
  if( take(in, 'M') ){
    day->form = ZONE_DAY_OF_WEEK;
    good = number(in, 1, 12, &day->month) && take(in, '.') && number(in, 1, 5, &day->week) && take(in, '.')
        && number(in, 0, 6, &day->day);
  }else if( take(in, 'J') ){
    day->form = ZONE_DAY_WITHOUT_LEAP;
    good = number(in, 1, 365, &day->day);
  }else{
    day->form = ZONE_DAY_OF_YEAR;
    good = number(in, 0, 365, &day->day);
  }
  return good && (!take(in, '/') || readClock(in, MOST_RULE_HOURS, &day->seconds));
}

int zoneRuleParse(const char *text, size_t length, ZoneRule *rule){
  Reader in = { text, text + length };
  *rule = (ZoneRule){ .has_summer = 0 };
  if( !readName(&in) || !readOffset(&in, &rule->standard) ) return 0;
  if( in.text==in.end ) return 1;
  rule->has_summer = 1;
  rule->summer = rule->standard + HOUR;
  if( !readName(&in) ) return 0;
  if( in.text < in.end && *in.text!=',' && !readOffset(&in, &rule->summer) ) return 0;
  return readDay(&in, &rule->start) && readDay(&in, &rule->end) && in.text==in.end;
}

/* ---- Days of a year ---- */

static int isLeap(int year){
  return year%4==0 && (year%100!=0 || year%400==0);
}

/* 1970-01-01 was a Thursday. */
static int weekdayOf(long long days){
  return (int)((days%7 + 11)%7);
}

static long long nthWeekday(const ZoneDay *day, int year){
  long long first = loreDaysOfDate(year, day->month, 1);
  long long after = day->month==12 ? loreDaysOfDate(year + 1, 1, 1) : loreDaysOfDate(year, day->month + 1, 1);
  long long found = first + (day->day - weekdayOf(first) + 7)%7 + 7LL*(day->week - 1);
  return found < after ? found : found - 7;
}

static long long daysOf(const ZoneDay *day, int year){
  long long first = loreDaysOfDate(year, 1, 1);
  switch( day->form ){
    case ZONE_DAY_OF_WEEK: return nthWeekday(day, year);
    case ZONE_DAY_WITHOUT_LEAP: return first + day->day - 1 + (isLeap(year) && day->day >= 60);
    default: return first + day->day;
  }
}

long long zoneRuleStart(const ZoneRule *rule, int year){
  return daysOf(&rule->start, year)*DAY + rule->start.seconds - rule->standard;
}

long long zoneRuleEnd(const ZoneRule *rule, int year){
  return daysOf(&rule->end, year)*DAY + rule->end.seconds - rule->summer;
}
