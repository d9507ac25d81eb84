/*
** A number of a JSON text: a whole one with all of its 64 bits, or a real. Pure: knows no SQLite.
*/
#ifndef LORE_GRAPH_NUMBER_H
#define LORE_GRAPH_NUMBER_H

#include "engine/scan.h"

enum { GRAPH_NUMBER_SIZE = 40 }; /* the text of one with its NUL */

typedef struct GraphNumber {
  int is_whole;
  long long whole;
  double real; /* its value, whole or not */
} GraphNumber;

/* 0: it is no number, or none that a double can hold. */
int graphNumberRead(const LoreScanValue *value, GraphNumber *number);

GraphNumber graphNumberOf(double real);
GraphNumber graphNumberSum(const GraphNumber *a, const GraphNumber *b); /* whole when both are and it fits */

/* As JSON: a real by the fewest digits that read back as itself (as printf has them), with a point or an exponent. The length. */
int graphNumberWrite(const GraphNumber *number, char text[GRAPH_NUMBER_SIZE]);

#endif
