/*
** The published list of attacks that tenant_selftest tries: each is a text that a locked connection must get nothing by.
**
** ?1 is the id of rows of another tenant, and of an account of his; ?2 the name of his clone. What has ?1 or ?2 is tried again with
** an id and a name that nobody has, and must answer the same.
*/
#ifndef LORE_ATTACKS_H
#define LORE_ATTACKS_H

typedef struct Attack {
  const char *name;
  const char *sql;
} Attack;

extern const Attack kAttacks[];
extern const int kAttackCount;

#endif
