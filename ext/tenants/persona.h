/*
** What a persona's numbers say in words. Pure: knows no SQLite.
*/
#ifndef LORE_PERSONA_H
#define LORE_PERSONA_H

enum { PERSONA_DIMENSIONS = 4, PERSONA_TEXT = 400 };

/* "formal_casual" and so on: 0 is wholly the first word, 1 the second. */
extern const char *const kPersonaDimensions[PERSONA_DIMENSIONS];

/* "rather formal, very concise, …": made from the numbers alone. */
void personaText(const double values[PERSONA_DIMENSIONS], char text[PERSONA_TEXT]);

#endif
