/*
** Finds secrets in a text: one pass, linear in its length, without backtracking. Pure: knows no SQLite.
**
**   SecretScan scan = secretScan(text, length);
**   while( secretNext(&scan, &finding) ){ … }
**
** The text may be anything, JSON too: a value is found behind a name in quotes, and what an escape (\n, \") separates is
** separate. Findings come in the order of the text and never overlap: those that did are one, of the more sensitive pattern.
** A reference {SECRET:…} that stands in the text already is passed over, of one that was cut off its id. Which pattern looks for
** what is in patterns.h.
*/
#ifndef LORE_VAULT_SCAN_H
#define LORE_VAULT_SCAN_H

#include <stddef.h>
#include <stdint.h>

typedef enum SecretSensitivity { SECRET_LOW, SECRET_MEDIUM, SECRET_HIGH, SECRET_CRITICAL } SecretSensitivity;

typedef struct SecretPattern {
  const char *name;  /* as SQL shows it: "github_token" */
  const char *label; /* for people: "GitHub token" */
  SecretSensitivity sensitivity;
} SecretPattern;

typedef struct SecretFinding {
  const SecretPattern *pattern;
  size_t start, end; /* bytes, end exclusive */
} SecretFinding;

typedef struct SecretScan {
  const char *text;
  size_t length;
  size_t at;             /* what lies before it has been looked at */
  size_t run_start, run_end; /* the last run of characters that a bare value may have */
  SecretFinding pending; /* may still grow; pattern NULL: there is none */
  uint32_t seconds[128]; /* for a first letter, the second letters of the prefixes, by their lowest five bits */
} SecretScan;

SecretScan secretScan(const char *text, size_t length);

/* 1 and the next finding; 0 at the end. */
int secretNext(SecretScan *scan, SecretFinding *finding);

const char *secretSensitivityName(SecretSensitivity sensitivity); /* "low" to "critical" */

#endif
