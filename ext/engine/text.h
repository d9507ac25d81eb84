/*
** Small text work that every subsystem needs. Pure: knows no SQLite.
*/
#ifndef LORE_TEXT_H
#define LORE_TEXT_H

#include <stddef.h>
#include <stdint.h>

int loreUtf8Valid(const char *text, size_t length);      /* RFC 3629: no surrogates, no overlong forms */
size_t loreUtf8Length(const char *text, size_t length);  /* characters of valid UTF-8 */

void loreAsciiLower(char *to, const char *from, size_t length); /* with a NUL: to holds length + 1 */

int loreWordIn(const char *word, const char *list); /* list: "a|b|c"; 1 when word is one of them */

/* A whole decimal number, independent of the locale: *type becomes 1 (integer) or 2 (real), SQLite's
** codes. An integer beyond 64 bits is a real. 0 when the text is no number, or has more than 500 characters. */
int loreNumberParse(const char *text, size_t length, int *type, long long *integer, double *real);

#endif
