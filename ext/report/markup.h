/*
** Writing SVG and HTML: text that can do no harm there, numbers that look the same in every locale, and an estimate of how
** wide text will be. Pure: knows no SQLite.
**
** Whatever a text holds, what is written of it is well-formed: invalid UTF-8 and what XML forbids becomes U+FFFD, control
** characters a blank; left out are characters that turn the direction of what follows them, and all but four of those that
** are set upon one character.
*/
#ifndef LORE_REPORT_MARKUP_H
#define LORE_REPORT_MARKUP_H

#include <stddef.h>

#include "engine/buffer.h"

typedef struct ReportText {
  const char *bytes; /* may be NULL where length is 0 */
  size_t length;
} ReportText;

#define REPORT_TEXT(literal) ((ReportText){ (literal), sizeof(literal) - 1 })

void markupRaw(LoreBuffer *out, const char *markup); /* markup of our own, as it is */

/* Markup of our own in which each @ stands for the next of the numbers, written with at most one decimal. */
void markupShape(LoreBuffer *out, const char *pattern, const double *numbers);
#define SHAPE(out, pattern, ...) markupShape((out), (pattern), (const double[]){ __VA_ARGS__ })

/* Anybody's text, escaped for content and for attributes in double quotes; at most so many characters, the last of which is
** then an ellipsis. */
void markupText(LoreBuffer *out, ReportText text, size_t most);
void markupPlain(LoreBuffer *out, ReportText text, size_t most); /* the same, but not escaped: for messages */

/* The same in a width of so many pixels at the size of labels; as many characters as fit. */
void markupFitted(LoreBuffer *out, ReportText text, double width);

/* Estimated pixels at the size of labels (12), on the safe side. */
double markupWidth(ReportText text);

void markupInteger(LoreBuffer *out, long long value);

/* A buffer over memory of fixed size, for short texts: what has no room there is lost. */
LoreBuffer markupFixed(char *room, size_t size);

/* A count for people: 12,345. */
void markupCount(LoreBuffer *out, unsigned long long count);

#endif
