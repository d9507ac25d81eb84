/*
** Reading and writing times. Dates are counted in days by the civil-calendar method: March is the
** first month, so the leap day ends the year, and 400 years are 146,097 days.
*/
#include "engine/clock.h"

#include <math.h>
#include <time.h>

#define DAY_MS 86400000LL

long long loreDaysOfDate(int year, int month, int day){
  int y = month <= 2 ? year - 1 : year;
  int era = (y >= 0 ? y : y - 399) / 400;
  int year_of_era = y - era*400;
  int day_of_year = (153*(month + (month > 2 ? -3 : 9)) + 2)/5 + day - 1;
  int day_of_era = year_of_era*365 + year_of_era/4 - year_of_era/100 + day_of_year;
  return (long long)era*146097 + day_of_era - 719468;
}

void loreDateOfDays(long long days, int *year, int *month, int *day){
  days += 719468;
  long long era = (days >= 0 ? days : days - 146096) / 146097;
  int day_of_era = (int)(days - era*146097);
  int year_of_era = (day_of_era - day_of_era/1460 + day_of_era/36524 - day_of_era/146096) / 365;
  int day_of_year = day_of_era - (365*year_of_era + year_of_era/4 - year_of_era/100);
  int shifted = (5*day_of_year + 2)/153;
  *day = day_of_year - (153*shifted + 2)/5 + 1;
  *month = shifted < 10 ? shifted + 3 : shifted - 9;
  *year = (int)(year_of_era + era*400) + (*month <= 2);
}

static int daysInMonth(int year, int month){
  static const int kDays[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
  int leap = year%4==0 && (year%100!=0 || year%400==0);
  return kDays[month - 1] + (month==2 && leap);
}

/* What is left of the text. */
typedef struct Reader {
  const char *text;
  const char *end;
} Reader;

/* Exactly `count` digits into *value. */
static int digits(Reader *in, int count, int *value){
  *value = 0;
  if( in->end - in->text < count ) return 0;
  for(int i = 0; i < count; i++, in->text++){
    if( *in->text < '0' || *in->text > '9' ) return 0;
    *value = *value*10 + (*in->text - '0');
  }
  return 1;
}

static int take(Reader *in, char c){
  if( in->text==in->end || *in->text!=c ) return 0;
  in->text++;
  return 1;
}

static int readDate(Reader *in, long long *days){
  int year, month, day;
  if( !digits(in, 4, &year) || !take(in, '-') || !digits(in, 2, &month) || !take(in, '-') || !digits(in, 2, &day) ) return 0;
  if( month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month) ) return 0;
  *days = loreDaysOfDate(year, month, day);
  return 1;
}

/* 0 to 9 fraction digits; what is below a millisecond is cut. */
static int readFraction(Reader *in, int *ms){
  int scale = 100, count = 0;
  *ms = 0;
  if( !take(in, '.') && !take(in, ',') ) return 1;
  while( in->text < in->end && *in->text >= '0' && *in->text <= '9' ){
    *ms += (*in->text++ - '0')*scale;
    scale /= 10;
    count++;
  }
  return count >= 1 && count <= 9;
}

/* HH:MM[:SS[.fraction]] */
static int readClock(Reader *in, long long *ms){
  int hour, minute, second = 0, fraction = 0;
  if( !digits(in, 2, &hour) || !take(in, ':') || !digits(in, 2, &minute) ) return 0;
  if( take(in, ':') && (!digits(in, 2, &second) || !readFraction(in, &fraction)) ) return 0;
  *ms = ((hour*60LL + minute)*60 + second)*1000 + fraction;
  return hour <= 23 && minute <= 59 && second <= 59;
}

/* Z, +HH, +HHMM, +HH:MM or nothing (UTC). */
static int readOffset(Reader *in, long long *ms){
  int hours, minutes = 0;
  *ms = 0;
  if( take(in, 'Z') || take(in, 'z') || in->text==in->end ) return 1;
  int sign = take(in, '-') ? -1 : take(in, '+') ? 1 : 0;
  if( sign==0 || !digits(in, 2, &hours) ) return 0;
  if( in->text < in->end ){
    take(in, ':');
    if( !digits(in, 2, &minutes) ) return 0;
  }
  *ms = sign*(hours*60LL + minutes)*60000;
  return hours <= 23 && minutes <= 59;
}

int loreTimeParse(const char *text, size_t length, long long *time){
  Reader in = { text, text + length };
  long long days = 0, clock = 0, offset = 0;
  if( !readDate(&in, &days) ) return 0;
  if( in.text < in.end ){
    if( !take(&in, 'T') && !take(&in, 't') && !take(&in, ' ') ) return 0;
    if( !readClock(&in, &clock) || !readOffset(&in, &offset) ) return 0;
  }
  *time = days*DAY_MS + clock - offset;
  return in.text==in.end && *time >= LORE_TIME_FIRST && *time <= LORE_TIME_LAST;
}

int loreTimeOfSeconds(double seconds, long long *time){
  if( !(seconds >= LORE_TIME_FIRST/1000.0 && seconds < LORE_TIME_LAST/1000.0 + 0.001) ) return 0;
  /* Half a microsecond: 1700000000.123 is a double a little below .123. */
  *time = (long long)floor(seconds*1000.0 + 0.0005);
  return *time <= LORE_TIME_LAST;
}

int loreTimeOfMilliseconds(long long milliseconds, long long *time){
  *time = milliseconds;
  return (milliseconds < LORE_TIME_FIRST/1000 || milliseconds > LORE_TIME_LAST/1000)
      && milliseconds >= LORE_TIME_FIRST && milliseconds <= LORE_TIME_LAST;
}

static char *number(char *out, int value, int width){
  for(int i = width - 1; i >= 0; i--, value /= 10) out[i] = (char)('0' + value%10);
  return out + width;
}

void loreTimeFormat(long long time, char *text){
  if( time < LORE_TIME_FIRST ) time = LORE_TIME_FIRST;
  if( time > LORE_TIME_LAST ) time = LORE_TIME_LAST;
  long long days = (time >= 0 ? time : time - (DAY_MS - 1)) / DAY_MS;
  int ms = (int)(time - days*DAY_MS), year, month, day;
  loreDateOfDays(days, &year, &month, &day);
  text = number(text, year, 4);
  *text++ = '-';
  text = number(text, month, 2);
  *text++ = '-';
  text = number(text, day, 2);
  *text++ = 'T';
  text = number(text, ms/3600000, 2);
  *text++ = ':';
  text = number(text, ms/60000%60, 2);
  *text++ = ':';
  text = number(text, ms/1000%60, 2);
  *text++ = '.';
  text = number(text, ms%1000, 3);
  *text++ = 'Z';
  *text = 0;
}

long long loreTimeSystem(void){
  struct timespec now;
  if( timespec_get(&now, TIME_UTC)==0 ) return 0;
  return (long long)now.tv_sec*1000 + now.tv_nsec/1000000;
}
