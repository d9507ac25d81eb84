/*
** The list of authorities. The first root is believed; everything after it a root has signed.
*/
#include "graph/authorities.h"

#include <string.h>

#include "engine/digest.h"
#include "engine/uuid.h"

enum { ADD_ID, ADD_ROLE, ADD_KEY, ADD_BY, ADD_SIGNATURE };
enum { REVOKE_ID, REVOKE_BY, REVOKE_SIGNATURE };
enum { MESSAGE_ACTION, MESSAGE_ID, MESSAGE_BY, MESSAGE_ROLE, MESSAGE_KEY };

#define COUNT(fields) ((int)(sizeof(fields)/sizeof *(fields)))

/* A row of authorities; id NULL: there is none. Texts live as long as the call. */
typedef struct Authority {
  const char *id, *role, *public_key, *challenge, *revoked_at;
} Authority;

int graphBytes(LoreCall *call, int argument, const char *name, unsigned char *bytes, size_t count){
  size_t length;
  if( loreFailed(call) || !loreGiven(call, argument) ) return 0;
  const void *blob = loreBlob(call, argument, &length);
  loreNumberAsText(call, argument);
  const char *text = loreText(call, argument);
  if( blob && length==count ){
    memcpy(bytes, blob, count);
    return 1;
  }
  if( text && loreBytesRead(text, loreTextLength(call, argument), bytes, count) ) return 1;
  loreRefuse(call, LORE_BAD_ARGUMENT, "%s must be %d bytes, as a blob, hexadecimal or base64, got %s", name, (int)count,
             loreShow(call, argument));
  return 0;
}

static int is(const char *role, const char *word){
  return role && strcmp(role, word)==0;
}

/* ---- Reading ---- */

static Authority ofRow(LoreStatement *row){
  return (Authority){ loreColumnCopy(row, 0), loreColumnCopy(row, 1), loreColumnCopy(row, 2), loreColumnCopy(row, 3),
                      loreColumnCopy(row, 4) };
}

/* By the id in an argument. */
static Authority find(LoreCall *call, int argument){
  Authority found = { .id = NULL };
  loreLetArgument(call, "authority", argument);
  LoreStatement *row = loreQuery(call, SQL_AUTHORITY_READ);
  if( loreNext(row) ) found = ofRow(row);
  loreDone(row);
  return found;
}

static int hasSigned(const Authority *authority, const char *message, const unsigned char *signature){
  unsigned char key[LORE_PUBLIC_BYTES];
  return authority->public_key && loreBytesRead(authority->public_key, strlen(authority->public_key), key, sizeof key)
      && loreSigned(message, strlen(message), key, signature);
}

const char *graphSignerOf(LoreCall *call, const char *message, const unsigned char signature[LORE_SIGNATURE_BYTES]){
  Authority signer = { .id = NULL };
  LoreStatement *row = loreQuery(call, SQL_AUTHORITY_ALL);
  while( signer.id==NULL && loreNext(row) ){
    Authority one = ofRow(row);
    if( !loreFailed(call) && hasSigned(&one, message, signature) ) signer = one;
  }
  loreDone(row);
  if( loreFailed(call) ) return NULL;
  if( signer.id==NULL ){
    loreRefuse(call, LORE_DENIED, loreFindInt(call, SQL_AUTHORITY_COUNT)
               ? "the signature is not that of a registered authority over this request" : "no authority is registered");
  }else if( signer.revoked_at ){
    loreRefuse(call, LORE_DENIED, "the key of %s was revoked at %s", signer.id, signer.revoked_at);
  }else if( is(signer.role, "observer") ){
    loreRefuse(call, LORE_DENIED, "%s is an observer, who may not approve", signer.id);
  }
  return loreFailed(call) ? NULL : signer.id;
}

/* ---- What a root signs ---- */

static const char *message(LoreCall *call, const char *action, const LoreField *fields, int count){
  char hash[LORE_HASH_SIZE];
  loreHash(fields, count, hash);
  return loreFormat(call, "lore:authority_%s:%s", action, hash);
}

static const char *addMessage(LoreCall *call, const Authority *root, const char *id, const char *role,
                              const unsigned char *key){
  const LoreField fields[] = { loreFieldText("lore authority_add 1"), loreFieldText(root->challenge), loreFieldText(id),
                               loreFieldText(role), loreFieldBlob(key, LORE_PUBLIC_BYTES), loreFieldText(root->id) };
  return message(call, "add", fields, COUNT(fields));
}

static const char *revokeMessage(LoreCall *call, const Authority *root, const char *id){
  const LoreField fields[] = { loreFieldText("lore authority_revoke 1"), loreFieldText(root->challenge), loreFieldText(id),
                               loreFieldText(root->id) };
  return message(call, "revoke", fields, COUNT(fields));
}

/* An error in the call, unless the argument names a root whose key is in force. */
static void checkRoot(LoreCall *call, const Authority *root, int by){
  if( loreFailed(call) ) return;
  if( !loreGiven(call, by) ) loreRefuse(call, LORE_BAD_ARGUMENT, "by is missing: a root must sign");
  else if( root->id==NULL ) loreRefuse(call, LORE_DENIED, "there is no authority %s", loreShow(call, by));
  else if( root->revoked_at ) loreRefuse(call, LORE_DENIED, "the key of %s was revoked at %s", root->id, root->revoked_at);
  else if( !is(root->role, "root") ) loreRefuse(call, LORE_DENIED, "%s is no root, but of the role %s", root->id, root->role);
}

static void checkSignature(LoreCall *call, const Authority *root, int argument, const char *signed_text){
  unsigned char signature[LORE_SIGNATURE_BYTES];
  if( loreFailed(call) ) return;
  if( !loreGiven(call, argument) ) loreRefuse(call, LORE_BAD_ARGUMENT, "signature is missing: %s must sign", root->id);
  if( !graphBytes(call, argument, "signature", signature, sizeof signature) ) return;
  if( hasSigned(root, signed_text, signature) ) return;
  loreRefuse(call, LORE_DENIED, "the signature is not that of %s over this", root->id);
}

/* ---- authority_add ---- */

/* Of the same id: 1 and a notice when it is the same in all; else refused. */
static int isKnown(LoreCall *call, const Authority *known, const char *key_hex){
  if( loreFailed(call) || known->id==NULL ) return 0;
  if( known->revoked_at ){
    loreRefuse(call, LORE_REFUSED, "%s was revoked at %s: take another id", known->id, known->revoked_at);
  }else if( !is(known->role, loreText(call, ADD_ROLE)) || !is(known->public_key, key_hex) ){
    loreRefuse(call, LORE_REFUSED, "%s is registered already, with another role or key", known->id);
  }
  loreNotice(call, "known already");
  loreResultInt(call, 0);
  return !loreFailed(call);
}

static void checkFirst(LoreCall *call){
  if( !is(loreText(call, ADD_ROLE), "root") ) loreRefuse(call, LORE_REFUSED, "the first authority must be a root");
  else if( loreGiven(call, ADD_BY) ) loreRefuse(call, LORE_DENIED, "there is no authority %s", loreShow(call, ADD_BY));
}

static void checkAdder(LoreCall *call, const unsigned char *key){
  Authority root = find(call, ADD_BY);
  checkRoot(call, &root, ADD_BY);
  if( loreFailed(call) ) return;
  checkSignature(call, &root, ADD_SIGNATURE, addMessage(call, &root, loreText(call, ADD_ID), loreText(call, ADD_ROLE), key));
}

static void add(LoreCall *call, const unsigned char *key, const char *key_hex){
  loreLetText(call, "key_hex", key_hex);
  const char *owner = loreFindText(call, SQL_AUTHORITY_OF_KEY);
  if( owner ) loreRefuse(call, LORE_REFUSED, "this public_key is that of %s", owner);
  if( loreFindInt(call, SQL_AUTHORITY_COUNT)==0 ) checkFirst(call);
  else checkAdder(call, key);
  loreLetText(call, "challenge", loreUuid(call));
  loreWriteOne(call, SQL_AUTHORITY_INSERT);
  loreResultInt(call, 1);
  loreAudit(call, loreCallName(call), loreText(call, ADD_ID),
            loreFormat(call, "{\"role\":\"%s\",\"public_key\":\"%s\"}", loreText(call, ADD_ROLE), key_hex));
}

void authorityAdd(LoreCall *call){
  unsigned char key[LORE_PUBLIC_BYTES];
  if( !graphBytes(call, ADD_KEY, "public_key", key, sizeof key) ) return;
  char *hex = loreAllocate(call, 2*sizeof key + 1);
  if( hex==NULL ) return;
  loreHex(key, sizeof key, hex);
  Authority known = find(call, ADD_ID);
  if( isKnown(call, &known, hex) || loreFailed(call) ) return;
  add(call, key, hex);
}

/* ---- authority_revoke ---- */

static void revokeKnown(LoreCall *call, const Authority *known){
  Authority root = find(call, REVOKE_BY);
  checkRoot(call, &root, REVOKE_BY);
  if( loreFailed(call) ) return;
  checkSignature(call, &root, REVOKE_SIGNATURE, revokeMessage(call, &root, known->id));
  if( is(known->role, "root") && loreFindInt(call, SQL_AUTHORITY_OTHER_ROOTS)==0 ){
    loreRefuse(call, LORE_REFUSED, "%s is the last root: nobody could sign any more", known->id);
  }
  loreWriteOne(call, SQL_AUTHORITY_REVOKE_ROW);
  loreResultInt(call, 1);
  loreAudit(call, loreCallName(call), known->id, NULL);
}

void authorityRevoke(LoreCall *call){
  Authority known = find(call, REVOKE_ID);
  if( loreFailed(call) ) return;
  loreResultInt(call, 0);
  if( known.id==NULL ) loreRefuse(call, LORE_REFUSED, "there is no authority %s", loreShow(call, REVOKE_ID));
  else if( known.revoked_at ) loreNotice(call, "revoked already, at %s", known.revoked_at);
  else revokeKnown(call, &known);
}

/* ---- authority_message ---- */

void authorityMessage(LoreCall *call){
  unsigned char key[LORE_PUBLIC_BYTES];
  const char *id = loreText(call, MESSAGE_ID), *role = loreText(call, MESSAGE_ROLE);
  int adds = is(loreText(call, MESSAGE_ACTION), "add");
  Authority root = find(call, MESSAGE_BY);
  checkRoot(call, &root, MESSAGE_BY);
  if( adds && (role==NULL || !loreGiven(call, MESSAGE_KEY)) ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "%s is missing: to add somebody needs it", role ? "public_key" : "role");
  }
  int has_key = graphBytes(call, MESSAGE_KEY, "public_key", key, sizeof key);
  if( loreFailed(call) ) return;
  loreResultText(call, adds && has_key ? addMessage(call, &root, id, role, key) : revokeMessage(call, &root, id));
}
