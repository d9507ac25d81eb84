/*
** From values to places: see scale.h.
*/
#include "report/scale.h"

#include <math.h>
#include <string.h>

#include "engine/clock.h"
#include "report/markup.h"

#define LEAST_SPAN 1e-290 /* what is smaller has no round steps */

double scalePlace(const Scale *scale, double value){
  return scale->from + (value - scale->lo)/(scale->hi - scale->lo)*(scale->to - scale->from);
}

void scaleWiden(double *lo, double *hi){
  double size = fmax(fabs(*lo), fabs(*hi));
  if( *hi - *lo > fmax(size*1e-9, LEAST_SPAN) ) return;
  double pad = size > LEAST_SPAN ? size*0.1 : 1;
  *lo -= pad;
  *hi += pad;
}

/* ---- Numbers ---- */

/* The smallest round step that makes at most so many of the span: times * 10^exponent. */
static Decimal roundStep(double span, int most){
  static const int kTimes[] = { 1, 2, 5, 10 };
  double raw = fmax(span, LEAST_SPAN)/most;
  Decimal step = { 1, (int)floor(log10(raw)) };
  for(size_t i = 0; i < sizeof kTimes/sizeof *kTimes; i++){
    step.digits = kTimes[i];
    if( decimalReal(step) >= raw*0.999999 ) break;
  }
  return step;
}

static void addTick(Ticks *ticks, double value, Decimal label){
  if( ticks->count < MOST_TICKS ) ticks->at[ticks->count++] = (Tick){ value, label };
}

void ticksOfNumbers(Ticks *ticks, double *lo, double *hi, int most, int outward){
  Decimal step = roundStep(*hi - *lo, most < 1 ? 1 : most);
  double size = decimalReal(step), slack = 1e-6;
  long long first = (long long)(outward ? floor(*lo/size + slack) : ceil(*lo/size - slack));
  long long last = (long long)(outward ? ceil(*hi/size - slack) : floor(*hi/size + slack));
  ticks->count = 0;
  ticks->step = size;
  ticks->time_step = -1;
  for(long long i = first; i <= last && ticks->count < MOST_TICKS; i++){
    Decimal label = { i*step.digits, step.exponent };
    addTick(ticks, decimalReal(label), label);
  }
  if( outward ){
    *lo = decimalReal((Decimal){ first*step.digits, step.exponent });
    *hi = decimalReal((Decimal){ last*step.digits, step.exponent });
  }
}

/* ---- Times ---- */

typedef enum Unit { UNIT_MS, UNIT_SECOND, UNIT_MINUTE, UNIT_DAY, UNIT_WEEK, UNIT_MONTH, UNIT_YEAR } Unit;

static const struct {
  Unit unit;
  int times;
  double size; /* in milliseconds, about */
} kSteps[] = {
  { UNIT_MS, 1, 1 }, { UNIT_MS, 10, 10 }, { UNIT_MS, 100, 100 }, { UNIT_MS, 500, 500 },
  { UNIT_SECOND, 1, 1e3 }, { UNIT_SECOND, 5, 5e3 }, { UNIT_SECOND, 15, 15e3 }, { UNIT_SECOND, 30, 30e3 },
  { UNIT_MINUTE, 1, 60e3 }, { UNIT_MINUTE, 5, 300e3 }, { UNIT_MINUTE, 15, 900e3 }, { UNIT_MINUTE, 30, 1800e3 },
  { UNIT_MINUTE, 60, 3600e3 }, { UNIT_MINUTE, 180, 10800e3 }, { UNIT_MINUTE, 360, 21600e3 }, { UNIT_MINUTE, 720, 43200e3 },
  { UNIT_DAY, 1, DAY_MS }, { UNIT_DAY, 2, 2.0*DAY_MS }, { UNIT_DAY, 3, 3.0*DAY_MS }, { UNIT_WEEK, 1, 7.0*DAY_MS },
  { UNIT_MONTH, 1, 30.4*DAY_MS }, { UNIT_MONTH, 3, 91.3*DAY_MS }, { UNIT_MONTH, 6, 182.6*DAY_MS },
  { UNIT_YEAR, 1, 365.25*DAY_MS }, { UNIT_YEAR, 2, 730.5*DAY_MS }, { UNIT_YEAR, 5, 1826.3*DAY_MS },
  { UNIT_YEAR, 10, 3652.5*DAY_MS }, { UNIT_YEAR, 20, 7305.0*DAY_MS }, { UNIT_YEAR, 50, 18262.5*DAY_MS },
  { UNIT_YEAR, 100, 36525.0*DAY_MS }, { UNIT_YEAR, 200, 73050.0*DAY_MS }, { UNIT_YEAR, 500, 182625.0*DAY_MS },
  { UNIT_YEAR, 1000, 365250.0*DAY_MS }, { UNIT_YEAR, 5000, 1826250.0*DAY_MS },
};

enum { STEP_COUNT = sizeof kSteps/sizeof *kSteps };

/* Pixels that a label of the unit needs, and a blank beside it. */
static double roomOf(Unit unit){
  static const double kRoom[] = { 100, 76, 58, 58, 58, 50, 50 };
  return kRoom[unit];
}

static long long floorDivide(long long a, long long b){
  return a >= 0 ? a/b : -((-a + b - 1)/b);
}

/* The first of the days of a month counted by times, the last of which is not too near to the next month's first. */
static int dayBeginOf(int year, int month, int day, int times){
  long long next = month==12 ? loreDaysOfDate(year + 1, 1, 1) : loreDaysOfDate(year, month + 1, 1);
  int begin = day - (day - 1) % times;
  return next - loreDaysOfDate(year, month, begin) < times ? begin - times : begin;
}

/* Where the unit begins that holds a time. */
static long long beginOf(long long time, int step){
  Unit unit = kSteps[step].unit;
  int times = kSteps[step].times, year, month, day;
  if( unit <= UNIT_MINUTE ) return floorDivide(time, (long long)kSteps[step].size)*(long long)kSteps[step].size;
  long long days = floorDivide(time, DAY_MS);
  if( unit==UNIT_WEEK ) return (floorDivide(days + 3, 7)*7 - 3)*DAY_MS; /* 1970-01-01 was a Thursday */
  loreDateOfDays(days, &year, &month, &day);
  if( unit==UNIT_DAY ){
    day = dayBeginOf(year, month, day, times);
  }else{
    day = 1;
  }
  if( unit==UNIT_MONTH ) month -= (month - 1) % times;
  if( unit==UNIT_YEAR ){
    month = 1;
    year = (int)(floorDivide(year, times)*times);
  }
  return loreDaysOfDate(year, month, day)*DAY_MS;
}

/* Where the next one begins. */
static long long nextOf(long long begin, int step){
  long long size = (long long)kSteps[step].size, next = begin;
  for(long long jump = size; next <= begin; jump += size/2 + 1) next = beginOf(begin + jump, step);
  return next;
}

/* The last step stands for all that is wider. */
static int timeStepFor(double span, double pixels){
  for(int step = 0; step < STEP_COUNT; step++){
    if( span/kSteps[step].size <= pixels/roomOf(kSteps[step].unit) ) return step;
  }
  return STEP_COUNT - 1;
}

void ticksOfTimes(Ticks *ticks, double lo, double hi, double pixels){
  int step = timeStepFor(hi - lo, pixels);
  ticks->count = 0;
  ticks->time_step = step;
  ticks->step = kSteps[step].size;
  long long time = beginOf((long long)ceil(lo), step);
  if( (double)time < lo ) time = nextOf(time, step);
  for(; (double)time <= hi && ticks->count < MOST_TICKS; time = nextOf(time, step)) addTick(ticks, (double)time, (Decimal){ 0, 0 });
}

/* ---- Labels ---- */

const char *monthName(int month){
  static const char *const kMonths[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
  return kMonths[month - 1];
}

static void timeLabel(LoreBuffer *out, double time, Unit unit){
  char text[LORE_TIME_SIZE];
  int year, month, day;
  long long moment = (long long)time;
  loreTimeFormat(moment, text);
  loreDateOfDays(floorDivide(moment, DAY_MS), &year, &month, &day);
  int is_midnight = floorDivide(moment, DAY_MS)*DAY_MS==moment;
  if( unit==UNIT_YEAR || (unit==UNIT_MONTH && month==1) ){
    loreBufferAppend(out, text, 4);
  }else if( unit==UNIT_MONTH ){
    markupRaw(out, monthName(month));
  }else if( unit >= UNIT_DAY || (unit==UNIT_MINUTE && is_midnight) ){
    markupRaw(out, monthName(month));
    loreBufferChar(out, ' ');
    markupInteger(out, day);
  }else{
    loreBufferAppend(out, text + 11, unit==UNIT_MINUTE ? 5 : unit==UNIT_SECOND ? 8 : 12);
  }
}

void tickWrite(LoreBuffer *out, const Ticks *ticks, int i){
  if( ticks->time_step < 0 ) decimalWrite(out, ticks->at[i].label);
  else timeLabel(out, ticks->at[i].value, kSteps[ticks->time_step].unit);
}

double tickWidth(const Ticks *ticks, int i){
  char room[64];
  LoreBuffer label = markupFixed(room, sizeof room);
  tickWrite(&label, ticks, i);
  return markupWidth((ReportText){ label.data, label.length });
}

void timeWrite(LoreBuffer *out, double time, double step){
  char text[LORE_TIME_SIZE];
  double within = fmax((double)LORE_TIME_FIRST, fmin((double)LORE_TIME_LAST, time));
  loreTimeFormat((long long)floor(within), text);
  loreBufferAppend(out, text, 10);
  if( step >= DAY_MS ) return;
  loreBufferChar(out, ' ');
  loreBufferAppend(out, text + 11, step >= 60000 ? 5 : step >= 1000 ? 8 : 12);
}
