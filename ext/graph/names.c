#include "graph/names.h"

#include <string.h>

enum { BLOCK_BYTES = 65536, FIRST_SLOTS = 128 };

typedef struct GraphNameBlock {
  struct GraphNameBlock *next;
  size_t used, size;
  char text[];
} GraphNameBlock;

/* Eight bytes at a time, each folded in by a multiplication whose halves are mixed. */
static uint32_t hashOf(const GraphNames *names, const char *text, size_t length){
  const uint64_t factor = 0x9E3779B97F4A7C15u;
  uint64_t hash = (length ^ names->memory->seed)*factor, word;
  for(; length >= sizeof word; text += sizeof word, length -= sizeof word){
    memcpy(&word, text, sizeof word);
    hash = (hash ^ word)*factor;
    hash ^= hash >> 29;
  }
  word = 0;
  memcpy(&word, text, length);
  hash = (hash ^ word)*factor;
  return (uint32_t)(hash >> 32);
}

/* The slot of a name, or the free one where it belongs. */
static uint32_t slotOf(const GraphNames *names, const char *text, size_t length, uint32_t hash){
  uint32_t slot = hash & (names->slot_count - 1);
  while( names->slots[slot] ){
    const GraphName *name = &names->names[names->slots[slot] - 1];
    if( name->hash==hash && name->length==length && memcmp(name->text, text, length)==0 ) break;
    slot = (slot + 1) & (names->slot_count - 1);
  }
  return slot;
}

/* At most half of the slots are used. */
static int growSlots(GraphNames *names){
  if( 2*(uint32_t)names->count < names->slot_count ) return 1;
  uint32_t count = names->slot_count ? 2*names->slot_count : FIRST_SLOTS;
  int32_t *slots = graphAllocate(names->memory, count, sizeof *slots);
  if( slots==NULL ) return 0;
  memset(slots, 0, count*sizeof *slots);
  for(int i = 0; i < names->count; i++){
    uint32_t slot = names->names[i].hash & (count - 1);
    while( slots[slot] ) slot = (slot + 1) & (count - 1);
    slots[slot] = i + 1;
  }
  graphFree(names->memory, names->slots);
  names->slots = slots;
  names->slot_count = count;
  return 1;
}

static char *keep(GraphNames *names, const char *text, size_t length){
  GraphNameBlock *block = names->blocks;
  if( block==NULL || block->size - block->used <= length ){
    size_t size = length < BLOCK_BYTES/4 ? BLOCK_BYTES : length + 1;
    block = graphAllocate(names->memory, 1, sizeof *block + size);
    if( block==NULL ) return NULL;
    *block = (GraphNameBlock){ .next = names->blocks, .size = size };
    names->blocks = block;
  }
  char *copy = block->text + block->used;
  memcpy(copy, text, length);
  copy[length] = 0;
  block->used += length + 1;
  return copy;
}

int graphNamesAdd(GraphNames *names, const char *text, size_t length){
  uint32_t hash = hashOf(names, text, length);
  if( !growSlots(names) ) return -1;
  uint32_t slot = slotOf(names, text, length, hash);
  if( names->slots[slot] ) return names->slots[slot] - 1;
  GraphName *grown = graphGrow(names->memory, names->names, names->count, &names->room, sizeof *grown);
  if( grown==NULL ) return -1;
  names->names = grown;
  char *copy = keep(names, text, length);
  if( copy==NULL ) return -1;
  names->names[names->count] = (GraphName){ copy, (uint32_t)length, hash };
  names->slots[slot] = ++names->count;
  return names->count - 1;
}

int graphNamesFind(const GraphNames *names, const char *text, size_t length){
  if( names->slot_count==0 ) return -1;
  return names->slots[slotOf(names, text, length, hashOf(names, text, length))] - 1;
}

void graphNamesFree(GraphNames *names){
  while( names->blocks ){
    GraphNameBlock *block = names->blocks;
    names->blocks = block->next;
    graphFree(names->memory, block);
  }
  graphFree(names->memory, names->names);
  graphFree(names->memory, names->slots);
  *names = (GraphNames){ .memory = names->memory };
}
