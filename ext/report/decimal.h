/*
** Numbers for people: exact decimals, short and the same in every locale. Pure: knows no SQLite.
**
** Written plainly from 0.0001 to 9999, with k, M, G and T up to 10^15, else as 1.5e-7. What is not a multiple of a power of
** ten is rounded first.
*/
#ifndef LORE_REPORT_DECIMAL_H
#define LORE_REPORT_DECIMAL_H

#include "engine/buffer.h"

/* digits * 10^exponent */
typedef struct Decimal {
  long long digits;
  int exponent;
} Decimal;

/* Rounded to so many significant digits, 1 to 15. Below 1e-300 it is 0; the value is finite. */
Decimal decimalOf(double value, int significant);

double decimalReal(Decimal decimal);
void decimalWrite(LoreBuffer *out, Decimal decimal);

/* 10^n; infinite or 0 beyond what a double holds. */
double decimalPower(int n);

#endif
