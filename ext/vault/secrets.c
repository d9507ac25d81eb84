/*
** secret_put, secret_get, secret_delete: one secret by its id.
*/
#include <string.h>

#include "vault/reference.h"
#include "vault/vault.h"

enum { PUT_VALUE, PUT_DESCRIPTION, PUT_SENSITIVITY, PUT_CONTEXT, PUT_ID };
enum { GET_UUID, GET_PURPOSE, GET_ACCESSOR };

/* ---- secret_put ---- */

static int sameText(const char *one, const char *other){
  return strcmp(one ? one : "", other ? other : "")==0;
}

/* 1 when the id is known: with a notice when it is the same secret, else refused. */
static int isKnown(LoreCall *call, const VaultNew *given){
  VaultSecret secret;
  if( given->uuid==NULL || !vaultRead(call, given->uuid, &secret) ) return loreFailed(call);
  int same = secret.length==given->length && sealSame(secret.text, given->text, given->length)
          && sameText(secret.description, given->description) && sameText(secret.context, given->context)
          && secret.sensitivity==given->sensitivity;
  vaultWipe(&secret);
  if( same ) loreNotice(call, "known by its id");
  else loreRefuse(call, LORE_REFUSED, "id %s is there already, for another secret", loreShow(call, PUT_ID));
  return 1;
}

/* Result: TEXT, the reference {SECRET:<id>:<description>}. */
void secretPut(LoreCall *call){
  const char *database;
  VaultNew secret = {
    .uuid = loreText(call, PUT_ID), .text = loreText(call, PUT_VALUE), .length = loreTextLength(call, PUT_VALUE),
    .description = loreTextLength(call, PUT_DESCRIPTION) ? loreText(call, PUT_DESCRIPTION) : "secret",
    .sensitivity = vaultSensitivity(loreText(call, PUT_SENSITIVITY)), .context = loreText(call, PUT_CONTEXT),
  };
  if( secret.uuid && !secretIdValid(secret.uuid, strlen(secret.uuid)) ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "id must be 1 to %d of the characters A-Z a-z 0-9 _ . -, got %s", SECRET_ID_MOST,
               loreShow(call, PUT_ID));
  }
  if( loreFailed(call) || !vaultIsOpen(call, &database) ) return;
  const char *uuid = isKnown(call, &secret) ? secret.uuid : vaultStore(call, &secret);
  if( uuid ) loreResultText(call, vaultReference(call, uuid, secret.description));
}

/* ---- secret_get, secret_delete ---- */

/* The id, which may come in its whole reference. */
static const char *idOf(LoreCall *call, int argument){
  const char *text = loreText(call, argument);
  SecretReference reference;
  if( text==NULL || !secretReferenceNext(text, strlen(text), 0, &reference) || reference.start > 0 ) return text;
  return loreFormat(call, "%.*s", (int)reference.id_length, text + reference.id);
}

static void unknown(LoreCall *call){
  loreRefuse(call, LORE_REFUSED, "there is no secret %s", loreShow(call, GET_UUID));
}

/* Result: TEXT, the value; NULL with a notice when so many were given out in the last minute that this one is not. */
void secretGet(LoreCall *call){
  const char *database, *accessor = loreText(call, GET_ACCESSOR), *purpose = loreText(call, GET_PURPOSE);
  VaultSecret secret;
  if( !vaultIsCalledByUser(call) || !vaultIsOpen(call, &database) ) return;
  if( !vaultRead(call, idOf(call, GET_UUID), &secret) ){
    unknown(call);
  }else if( vaultIsOverRate(call) ){
    vaultDenied(call, secret.uuid, accessor, purpose, "over the rate limit");
    loreNotice(call, "over the rate limit: secret_reveals_per_minute is %lld", loreSettingInt(call, "secret_reveals_per_minute"));
  }else{
    vaultGave(call, secret.uuid, accessor, purpose);
    loreResultTextLength(call, secret.text, secret.length);
  }
  vaultWipe(&secret);
}

/* Result: INTEGER, 1. A value that was changed in the file can be deleted too: it is not opened. */
void secretDelete(LoreCall *call){
  const char *database;
  if( !vaultIsCalledByUser(call) || !vaultIsOpen(call, &database) ) return;
  const char *uuid = idOf(call, GET_UUID);
  loreLetText(call, "secret_uuid", uuid);
  if( loreFindInt(call, SQL_SECRET_EXISTS)==0 ){
    unknown(call);
    return;
  }
  loreWriteOne(call, SQL_SECRET_REMOVE);
  vaultLog(call, uuid, "delete", NULL, NULL, "ok");
  loreResultInt(call, 1);
  loreAudit(call, loreCallName(call), uuid, NULL);
}
