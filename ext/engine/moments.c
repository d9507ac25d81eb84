/*
** Exact sums: see moments.h.
*/
#include "engine/moments.h"

#include <math.h>
#include <string.h>

__extension__ typedef unsigned __int128 Wide;

enum {
  ZERO_BIT = 1074,                     /* the bit that is worth 1 */
  PRODUCT_WORDS = 2*LORE_SUM_WORDS + 2,     /* of count*squares and of sum*sum */
  MANTISSA = 53,
  QUOTIENT = 65                        /* digits of a quotient, at least: a double's, and some to round by */
};

/* A finite number: mantissa times 2^(bit - ZERO_BIT). */
typedef struct Number {
  uint64_t mantissa;
  int bit;
  int negative;
} Number;

static Number numberOfReal(double x){
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  int exponent = (int)(bits >> 52 & 0x7ff);
  uint64_t fraction = bits & ((UINT64_C(1) << 52) - 1);
  return (Number){ exponent ? fraction | UINT64_C(1) << 52 : fraction, exponent ? exponent - 1 : 0, (int)(bits >> 63) };
}

static Number numberOfInt(int64_t x){
  return (Number){ x < 0 ? 0 - (uint64_t)x : (uint64_t)x, ZERO_BIT, x < 0 };
}

/* ---- Adding ---- */

/* Carries run on only while there are any: almost never beyond the next word. */
static void addWord(uint64_t *words, int count, int at, uint64_t value){
  for(; value && at < count; at++){
    words[at] += value;
    value = words[at] < value;
  }
}

static void takeWord(uint64_t *words, int count, int at, uint64_t value){
  for(; value && at < count; at++){
    uint64_t before = words[at];
    words[at] -= value;
    value = before < value;
  }
}

static void change(uint64_t *words, int count, Wide value, int bit, int take){
  int shift = bit % 64;
  uint64_t low = (uint64_t)value, high = (uint64_t)(value >> 64);
  const uint64_t parts[3] = { low << shift, shift ? high << shift | low >> (64 - shift) : high,
                              shift ? high >> (64 - shift) : 0 };
  for(int i = 0; i < 3; i++){
    if( take ) takeWord(words, count, bit/64 + i, parts[i]);
    else addWord(words, count, bit/64 + i, parts[i]);
  }
}

static void sumChange(LoreSum *sum, Number x, int remove){
  sum->count += remove ? -1 : 1;
  change(sum->words, LORE_SUM_WORDS, x.mantissa, x.bit, remove!=x.negative);
}

static void squaresChange(LoreMoments *moments, Number x, int remove){
  change(moments->squares, LORE_SQUARES_WORDS, (Wide)x.mantissa*x.mantissa, 2*x.bit, remove);
}

/* 1 when x was infinite. */
static int countInfinite(LoreSum *sum, double x, int change_by){
  if( !isinf(x) ) return 0;
  sum->count += change_by;
  if( x > 0 ) sum->positive += change_by;
  else sum->negative += change_by;
  return 1;
}

void loreSumAddReal(LoreSum *sum, double x){
  if( !countInfinite(sum, x, 1) ) sumChange(sum, numberOfReal(x), 0);
}

void loreSumRemoveReal(LoreSum *sum, double x){
  if( !countInfinite(sum, x, -1) ) sumChange(sum, numberOfReal(x), 1);
}

void loreSumAddInt(LoreSum *sum, int64_t x){
  sumChange(sum, numberOfInt(x), 0);
}

void loreSumRemoveInt(LoreSum *sum, int64_t x){
  sumChange(sum, numberOfInt(x), 1);
}

double loreNumberReal(LoreNumber x){
  return x.is_int ? (double)x.integer : x.real;
}

static int compareToReal(int64_t a, double b){
  if( b >= 0x1p63 ) return -1;
  if( b < -0x1p63 ) return 1;
  int64_t whole = (int64_t)b;
  if( a!=whole ) return a < whole ? -1 : 1;
  double rest = b - (double)whole;
  return rest > 0 ? -1 : rest < 0;
}

int loreNumberCompare(LoreNumber a, LoreNumber b){
  if( a.is_int && b.is_int ) return (a.integer > b.integer) - (a.integer < b.integer);
  if( a.is_int ) return compareToReal(a.integer, b.real);
  if( b.is_int ) return -compareToReal(b.integer, a.real);
  return (a.real > b.real) - (a.real < b.real);
}

void loreSumWeigh(LoreSum *sum, LoreNumber x, int64_t weight, int take){
  if( weight==0 ) return;
  if( !x.is_int && isinf(x.real) ){
    *(x.real > 0 ? &sum->positive : &sum->negative) += take ? -1 : 1;
    return;
  }
  Number number = x.is_int ? numberOfInt(x.integer) : numberOfReal(x.real);
  change(sum->words, LORE_SUM_WORDS, (Wide)number.mantissa*(uint64_t)weight, number.bit, take!=number.negative);
}

void loreMomentsAddReal(LoreMoments *moments, double x){
  loreSumAddReal(&moments->sum, x);
  if( !isinf(x) ) squaresChange(moments, numberOfReal(x), 0);
}

void loreMomentsRemoveReal(LoreMoments *moments, double x){
  loreSumRemoveReal(&moments->sum, x);
  if( !isinf(x) ) squaresChange(moments, numberOfReal(x), 1);
}

void loreMomentsAddInt(LoreMoments *moments, int64_t x){
  loreSumAddInt(&moments->sum, x);
  squaresChange(moments, numberOfInt(x), 0);
}

void loreMomentsRemoveInt(LoreMoments *moments, int64_t x){
  loreSumRemoveInt(&moments->sum, x);
  squaresChange(moments, numberOfInt(x), 1);
}

/* ---- Dividing ---- */

/* Copies the magnitude; 1 when words was negative. */
static int magnitudeOf(const uint64_t *words, int count, uint64_t *to){
  int negative = (int)(words[count - 1] >> 63);
  uint64_t carry = (uint64_t)negative;
  for(int i = 0; i < count; i++){
    to[i] = (negative ? ~words[i] : words[i]) + carry;
    carry = carry && to[i]==0;
  }
  return negative;
}

static int wordsUsed(const uint64_t *words, int count){
  while( count > 0 && words[count - 1]==0 ) count--;
  return count;
}

static int bitsOf(uint64_t word){
  int count = 0;
  for(; word; word >>= 1) count++;
  return count;
}

/* digits*2^exponent, and a bit more when there is a rest. */
typedef struct Quotient {
  Wide digits;
  int exponent;
  int rest;
} Quotient;

/* words*2^exponent/divisor by binary digits, for a divisor below 2^127 that needs more than a word. */
static Quotient divideByBits(const uint64_t *words, int used, int exponent, Wide divisor){
  Quotient quotient = { 0, exponent, 0 };
  Wide rest = 0;
  int at = 64*used - 1;
  while( quotient.digits >> (QUOTIENT - 1)==0 && (at >= 0 || rest) ){
    rest = rest << 1 | (at >= 0 ? words[at/64] >> at % 64 & 1 : 0);
    quotient.digits <<= 1;
    if( rest >= divisor ) rest -= divisor, quotient.digits |= 1;
    at--;
  }
  quotient.exponent += at + 1;
  quotient.rest = rest!=0;
  for(; at >= 0 && !quotient.rest; at--) quotient.rest = words[at/64] >> at % 64 & 1;
  return quotient;
}

/* The same a word at a time. */
static Quotient divideByWords(const uint64_t *words, int used, int exponent, uint64_t divisor){
  Quotient quotient = { 0, exponent, 0 };
  uint64_t rest = 0;
  int at = used - 1;
  for(; quotient.digits >> 64==0 && (at >= 0 || rest); at--){
    Wide part = (Wide)rest << 64 | (at >= 0 ? words[at] : 0);
    quotient.digits = quotient.digits << 64 | (uint64_t)(part/divisor);
    rest = (uint64_t)(part % divisor);
  }
  quotient.exponent += 64*(at + 1);
  quotient.rest = rest!=0;
  for(; at >= 0 && !quotient.rest; at--) quotient.rest = words[at]!=0;
  return quotient;
}

static Quotient divide(const uint64_t *words, int count, int exponent, Wide divisor){
  int used = wordsUsed(words, count);
  return divisor >> 64 ? divideByBits(words, used, exponent, divisor)
                       : divideByWords(words, used, exponent, (uint64_t)divisor);
}

/* The nearest double, ties to even; infinite beyond the largest. */
static double nearest(Quotient quotient){
  Wide digits = quotient.digits;
  int length = (int)(digits >> 64 ? 64 + bitsOf((uint64_t)(digits >> 64)) : bitsOf((uint64_t)digits));
  int drop = length - MANTISSA, least = -ZERO_BIT - quotient.exponent; /* a denormal has fewer digits */
  if( drop < least ) drop = least;
  if( drop <= 0 ) return ldexp((double)(uint64_t)digits, quotient.exponent);
  if( drop > length ) return 0;
  Wide half = (Wide)1 << (drop - 1), cut = digits & ((half << 1) - 1), kept = digits >> (drop - 1) >> 1;
  if( cut > half || (cut==half && (quotient.rest || kept & 1)) ) kept++;
  return ldexp((double)(uint64_t)kept, quotient.exponent + drop);
}

int loreSumOver(const LoreSum *sum, int64_t divisor, double *quotient){
  uint64_t words[LORE_SUM_WORDS];
  if( sum->positive && sum->negative ) return 0;
  if( sum->positive || sum->negative ){
    *quotient = sum->positive ? INFINITY : -INFINITY;
    return 1;
  }
  int negative = magnitudeOf(sum->words, LORE_SUM_WORDS, words);
  double size = nearest(divide(words, LORE_SUM_WORDS, -ZERO_BIT, (Wide)divisor));
  *quotient = negative ? -size : size;
  return 1;
}

int loreSumMean(const LoreSum *sum, double *mean){
  return sum->count!=0 && loreSumOver(sum, sum->count, mean);
}

/* to += a*b, or -=, at word `at`. */
static void multiplyInto(uint64_t *to, int at, const uint64_t *words, int count, uint64_t factor, int take){
  for(int i = 0; i < count; i++){
    if( words[i]==0 ) continue;
    change(to, PRODUCT_WORDS, (Wide)words[i]*factor, 64*(at + i), take);
  }
}

/* variance*n*n = n*sum(x*x) - sum(x)*sum(x), never negative. 0 when there is no variance. */
static int varianceQuotient(const LoreMoments *moments, Quotient *quotient){
  const LoreSum *sum = &moments->sum;
  uint64_t words[LORE_SUM_WORDS], product[PRODUCT_WORDS] = { 0 };
  if( sum->count==0 || sum->positive || sum->negative ) return 0;
  magnitudeOf(sum->words, LORE_SUM_WORDS, words);
  int used = wordsUsed(words, LORE_SUM_WORDS);
  multiplyInto(product, 0, moments->squares, wordsUsed(moments->squares, LORE_SQUARES_WORDS), (uint64_t)sum->count, 0);
  for(int i = 0; i < used; i++) if( words[i] ) multiplyInto(product, i, words, used, words[i], 1);
  *quotient = divide(product, PRODUCT_WORDS, -2*ZERO_BIT, (Wide)(uint64_t)sum->count*(uint64_t)sum->count);
  return 1;
}

int loreMomentsVariance(const LoreMoments *moments, double *variance){
  Quotient quotient;
  if( !varianceQuotient(moments, &quotient) ) return 0;
  *variance = nearest(quotient);
  return 1;
}

/* The square root before anything can overflow: of the variance scaled by an even power of 2. */
int loreMomentsDeviation(const LoreMoments *moments, double *deviation){
  Quotient quotient;
  if( !varianceQuotient(moments, &quotient) ) return 0;
  int odd = quotient.exponent % 2!=0;
  int half = (quotient.exponent - odd)/2;
  *deviation = (double)ldexpl(sqrtl(ldexpl((long double)quotient.digits, odd)), half);
  return 1;
}
