/*
** The values of an export's lines: as JSON, and back, exactly. Pure: knows no SQLite.
**
**   integer   12, with all its bits                     NULL   null
**   real      0.5, 1.0, -0.0, 1e+300: always with a point or an exponent, 17 digits where 15 do not suffice
**   infinity  {"real":"Infinity"}, {"real":"-Infinity"}
**   text      "..."; with a NUL in it, or bytes that are no UTF-8: {"text":"<hexadecimal>"}
**   blob      {"blob":"<hexadecimal>"}
*/
#ifndef LORE_ADMIN_LINES_H
#define LORE_ADMIN_LINES_H

#include "engine/buffer.h"
#include "engine/scan.h"

typedef enum LineKind { LINE_NULL, LINE_INT, LINE_REAL, LINE_TEXT, LINE_BLOB } LineKind;

typedef struct LineValue {
  LineKind kind;
  long long integer;
  double real;
  const char *bytes; /* of a text or blob; a text is followed by NUL */
  size_t length;
} LineValue;

void linesInt(LoreBuffer *line, long long value);
void linesReal(LoreBuffer *line, double value); /* no NaN: SQLite has none */
void linesText(LoreBuffer *line, const char *text, size_t length);
void linesBlob(LoreBuffer *line, const void *bytes, size_t length);

/* What one of these texts means. Bytes go to `room`, which has place for one more than value->length. 0: it has another form. */
int linesRead(const LoreScanValue *value, char *room, LineValue *read);

/* The next line of a text, without its line end (LF or CRLF); 0 when there is none. */
int linesNext(const char **text, const char *end, const char **line, size_t *length);

#endif
