#include "graph/memory.h"

static void *noted(GraphMemory *memory, void *block){
  if( block==NULL ) memory->failed = 1;
  return block;
}

void *graphGrow(GraphMemory *memory, void *array, int count, int *room, size_t size){
  if( count < *room ) return array;
  int more = *room ? 2 * *room : 64;
  void *grown = *room > (1<<29) ? NULL : memory->reallocate(array, (size_t)more*size);
  if( grown ) *room = more;
  return noted(memory, grown);
}

void *graphAllocate(GraphMemory *memory, size_t count, size_t size){
  return noted(memory, memory->reallocate(NULL, count*size + 1));
}

void graphFree(GraphMemory *memory, void *block){
  if( block ) memory->reallocate(block, 0);
}
