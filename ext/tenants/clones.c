/*
** Clones and how they speak: a persona is a JSON object of the application's, of which the dimensions are checked.
*/
#include <string.h>

#include "engine/digest.h"
#include "engine/scan.h"
#include "engine/text.h"
#include "engine/uuid.h"
#include "tenants/persona.h"
#include "tenants/tenants.h"

enum { CREATE_NAME, CREATE_OWNER, CREATE_PERSONA, CREATE_ID };
enum { UPDATE_ID, UPDATE_NAME, UPDATE_OWNER, UPDATE_PERSONA, UPDATE_ACTIVE };
enum { CLONE_ID };

int tenantsIsKnown(LoreCall *call, int id, LoreSql differs){
  if( loreIsKnown(call, id, id, differs) ){
    loreResultText(call, loreText(call, id));
    return 1;
  }
  if( !loreGiven(call, id) ) loreSetText(call, id, loreUuid(call));
  loreResultText(call, loreText(call, id));
  return loreFailed(call);
}

/* ---- The dimensions ---- */

static void readDimension(LoreCall *call, int i, const LoreScanValue *member, double values[PERSONA_DIMENSIONS]){
  int type;
  long long whole = 0;
  double value = -1;
  if( member->kind==LORE_SCAN_NUMBER && loreNumberParse(member->text, member->length, &type, &whole, &value) && type==1 ){
    value = (double)whole;
  }
  if( value >= 0 && value <= 1 ) values[i] = value;
  else loreRefuse(call, LORE_BAD_ARGUMENT, "persona_config.dimensions.%s must be a number between 0 and 1", kPersonaDimensions[i]);
}

/* Those that are given, over what values holds; an error in the call when one is no number from 0 to 1. has_formality: the first
** one is given. */
static void readDimensions(LoreCall *call, const char *persona, double values[PERSONA_DIMENSIONS], int *has_formality){
  LoreScanValue whole, dimensions = { .kind = LORE_SCAN_NULL }, name, member;
  *has_formality = 0;
  if( persona==NULL || !loreScanText(persona, strlen(persona), &whole) ) return;
  loreScanMember(&whole, "dimensions", &dimensions);
  if( dimensions.kind!=LORE_SCAN_OBJECT && dimensions.kind!=LORE_SCAN_NULL ){
    loreRefuse(call, LORE_BAD_ARGUMENT, "persona_config.dimensions must be an object");
  }
  for(LoreScan scan = loreScanInto(&dimensions); loreScanNext(&scan, &name, &member); ){
    for(int i = 0; i < PERSONA_DIMENSIONS; i++){
      if( !loreScanIs(&name, kPersonaDimensions[i]) ) continue;
      readDimension(call, i, &member, values);
      if( i==0 ) *has_formality = 1;
    }
  }
}

static void checkPersona(LoreCall *call, int argument){
  double values[PERSONA_DIMENSIONS];
  int has_formality;
  if( !loreFailed(call) ) readDimensions(call, loreText(call, argument), values, &has_formality);
}

/* ---- Verbs ---- */

static void refuseTakenName(LoreCall *call, int id){
  const char *other = loreFindText(call, SQL_CLONE_OF_NAME), *own = loreText(call, id);
  if( other && (own==NULL || strcmp(other, own)!=0) ){
    loreRefuse(call, LORE_REFUSED, "clone_name: there is a clone of this name already, %.200s", other);
  }
}

/* Without an id, a clone is known by its name. */
void cloneCreate(LoreCall *call){
  checkPersona(call, CREATE_PERSONA);
  if( !loreGiven(call, CREATE_ID) && !loreFailed(call) ) loreSetText(call, CREATE_ID, loreFindText(call, SQL_CLONE_OF_NAME));
  if( tenantsIsKnown(call, CREATE_ID, SQL_CLONE_DIFFERS) ) return;
  refuseTakenName(call, CREATE_ID);
  loreWriteOne(call, SQL_CLONE_INSERT);
}

static void change(LoreCall *call){
  const char *what = loreFindText(call, SQL_CLONE_CHANGES);
  if( loreFailed(call) ) return;
  if( what==NULL ){
    loreRefuse(call, LORE_REFUSED, "there is no clone %s", loreShow(call, UPDATE_ID));
  }else if( *what==0 ){
    loreNotice(call, "nothing changes");
    loreResultInt(call, 0);
  }else{
    loreWriteOne(call, SQL_CLONE_UPDATE);
    loreResultInt(call, 1);
  }
}

void cloneUpdate(LoreCall *call){
  checkPersona(call, UPDATE_PERSONA);
  if( loreGiven(call, UPDATE_NAME) ) refuseTakenName(call, UPDATE_ID);
  change(call);
}

void cloneDeactivate(LoreCall *call){
  loreLetNull(call, "clone_name");
  loreLetNull(call, "owner_id");
  loreLetNull(call, "persona_config");
  loreLetInt(call, "active", 0);
  change(call);
}

/* ---- Persona ---- */

/* The clone's persona_config, "" for none; NULL: there is no such clone. *formality: its region's, -1 for none. */
static const char *findPersona(LoreCall *call, double *formality){
  const char *persona = NULL;
  LoreStatement *rows = loreQuery(call, SQL_CLONE_PERSONA);
  if( loreNext(rows) ){
    persona = loreColumnGiven(rows, 0) ? loreColumnCopy(rows, 0) : "";
    *formality = loreColumnGiven(rows, 2) ? loreColumnReal(rows, 2) : -1;
  }
  loreDone(rows);
  if( persona==NULL ) loreRefuse(call, LORE_REFUSED, "there is no clone %s", loreShow(call, CLONE_ID));
  return loreFailed(call) ? NULL : persona;
}

void personaSummary(LoreCall *call){
  double values[PERSONA_DIMENSIONS] = { 0.5, 0.5, 0.5, 0.5 }, formality = -1;
  char text[PERSONA_TEXT];
  int has_formality = 0;
  const char *persona = findPersona(call, &formality);
  if( persona ) readDimensions(call, persona, values, &has_formality);
  if( loreFailed(call) ) return;
  if( !has_formality && formality >= 0 ) values[0] = 1 - formality;
  personaText(values, text);
  loreResultText(call, text);
}

static const char *hashOf(LoreCall *call, const char *persona){
  char hex[LORE_DIGEST_SIZE];
  if( persona==NULL ) return NULL;
  loreDigest(&persona, 1, hex);
  return loreFormat(call, "%s", hex);
}

void personaPreviewPut(LoreCall *call){
  double formality;
  loreLetText(call, "persona_hash", hashOf(call, findPersona(call, &formality)));
  if( loreFailed(call) ) return;
  int is_so = loreFindInt(call, SQL_PREVIEW_IS)!=0;
  if( is_so ) loreNotice(call, "nothing changes");
  else loreWriteOne(call, SQL_PREVIEW_PUT);
  loreResultInt(call, !is_so);
}

/* Of an unknown clone there is no row. */
void personaPreview(LoreCall *call){
  double formality;
  loreLetNull(call, "persona_now");
  if( loreFindInt(call, SQL_CLONE_EXISTS)==0 ) return;
  loreLetText(call, "persona_now", hashOf(call, findPersona(call, &formality)));
}
