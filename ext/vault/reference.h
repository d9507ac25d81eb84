/*
** References: {SECRET:<uuid>:<description>}, what stands in a text in place of a secret. They need no escaping in JSON. Pure.
*/
#ifndef LORE_VAULT_REFERENCE_H
#define LORE_VAULT_REFERENCE_H

#include <stddef.h>

#include "engine/buffer.h"

enum { SECRET_ID_MOST = 100, SECRET_DESCRIPTION_MOST = 100 /* characters */ };

/* 1 for an id that a reference can hold: 1 to 100 of A-Z a-z 0-9 _ . - */
int secretIdValid(const char *id, size_t length);

/* What a reference can't hold is written as _. */
void secretReferenceWrite(const char *uuid, const char *description, LoreBuffer *to);

typedef struct SecretReference {
  size_t start, end;       /* of all of it */
  size_t id, id_length;
} SecretReference;

/* The next reference at or after `at`; 0: there is none. */
int secretReferenceNext(const char *text, size_t length, size_t at, SecretReference *reference);

/* Bytes of the reference at `at`; of one that was cut off only its opening and id, for what follows is another text; 0: there is
** none. */
size_t secretReferenceWidth(const char *text, size_t length, size_t at);

#endif
