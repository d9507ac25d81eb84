/*
** Numbers for people: see decimal.h.
*/
#include "report/decimal.h"

#include <math.h>
#include <string.h>

double decimalPower(int n){
  double power = 1;
  for(int i = 0; i < (n < 0 ? -n : n) && i < 400; i++) power *= 10;
  return n < 0 ? 1/power : power;
}

/* value / 10^n, through at most two steps, for 10^n alone may be beyond a double. */
static double shifted(double value, int n){
  enum { SAFE = 300 };
  if( n > SAFE ) return value/decimalPower(SAFE)/decimalPower(n - SAFE);
  if( n < -SAFE ) return value*decimalPower(SAFE)*decimalPower(-n - SAFE);
  return n < 0 ? value*decimalPower(-n) : value/decimalPower(n);
}

Decimal decimalOf(double value, int significant){
  if( fabs(value) < 1e-300 ) return (Decimal){ 0, 0 };
  int exponent = (int)floor(log10(fabs(value))) - significant + 1;
  Decimal decimal = { llround(shifted(value, exponent)), exponent };
  while( decimal.digits!=0 && decimal.digits % 10==0 ){
    decimal.digits /= 10;
    decimal.exponent++;
  }
  return decimal;
}

double decimalReal(Decimal decimal){
  return shifted((double)decimal.digits, -decimal.exponent);
}

enum { DIGITS = 24 };

/* Decimal digits of a size above 0; how many. */
static int digitsOf(long long value, char digits[DIGITS]){
  unsigned long long size = value < 0 ? 0 - (unsigned long long)value : (unsigned long long)value;
  char reversed[DIGITS];
  int count = 0;
  for(; size > 0; size /= 10) reversed[count++] = (char)('0' + size % 10);
  for(int i = 0; i < count; i++) digits[i] = reversed[count - 1 - i];
  return count;
}

/* Digits with a point after the first `whole` of them; zeros where there are none. */
static void appendPointed(LoreBuffer *out, const char *digits, int count, int whole){
  if( whole <= 0 ) loreBufferChar(out, '0');
  for(int i = 0; i < whole; i++) loreBufferChar(out, i < count ? digits[i] : '0');
  if( whole >= count ) return;
  loreBufferChar(out, '.');
  for(int i = whole; i < 0; i++) loreBufferChar(out, '0');
  for(int i = whole > 0 ? whole : 0; i < count; i++) loreBufferChar(out, digits[i]);
}

static void appendExponent(LoreBuffer *out, int exponent){
  char digits[DIGITS];
  loreBufferChar(out, 'e');
  if( exponent < 0 ) loreBufferChar(out, '-');
  int count = digitsOf(exponent, digits);
  loreBufferAppend(out, digits, (size_t)count);
}

void decimalWrite(LoreBuffer *out, Decimal decimal){
  static const char kSuffixes[] = "kMGT";
  char digits[DIGITS];
  int count = digitsOf(decimal.digits, digits);
  int whole = count + decimal.exponent; /* digits before the point */
  while( count > 1 && digits[count - 1]=='0' ) count--;
  if( decimal.digits < 0 ) loreBufferAppend(out, "\xE2\x88\x92", 3); /* the minus sign */
  if( count==0 ){
    loreBufferChar(out, '0');
  }else if( whole > -4 && whole <= 4 ){
    appendPointed(out, digits, count, whole);
  }else if( whole > 4 && whole <= 15 ){
    int thousands = (whole - 1)/3;
    appendPointed(out, digits, count, whole - 3*thousands);
    loreBufferChar(out, kSuffixes[thousands - 1]);
  }else{
    appendPointed(out, digits, count, 1);
    appendExponent(out, whole - 1);
  }
}
