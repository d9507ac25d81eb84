#include "disk.h"

#include <sqlite3.h>
#include <stdlib.h>

const char *const kDiskFaults[DISK_FAULTS] = {
  "a write", "a write on a full disk", "half a write", "a sync", "a truncation", "a read", "a deletion",
};

static struct {
  sqlite3_vfs *real;
  DiskFault fault;
  long left; /* operations until the one that fails; 0: none is to fail */
  int dead, hit;
} disk;

void diskArm(DiskFault fault, long n, int dead){
  disk.fault = fault;
  disk.left = n;
  disk.dead = dead;
  disk.hit = 0;
}

int diskDisarm(void){
  int hit = disk.hit;
  disk.left = disk.dead = disk.hit = 0;
  return hit;
}

static int fails(DiskFault fault){
  if( disk.hit && disk.dead && (fault!=DISK_READ || disk.fault==DISK_READ) ) return 1;
  if( disk.left==0 || fault!=disk.fault || --disk.left > 0 ) return 0;
  disk.hit = 1;
  return 1;
}

/* ---- Files ---- */

typedef struct File {
  sqlite3_file base;
  sqlite3_file *real; /* behind this struct */
} File;

static sqlite3_file *realOf(sqlite3_file *file){
  return ((File*)file)->real;
}

#define REAL(file) realOf(file)->pMethods

static int fileClose(sqlite3_file *file){
  return REAL(file)->xClose(realOf(file));
}

static int fileRead(sqlite3_file *file, void *to, int size, sqlite3_int64 offset){
  if( fails(DISK_READ) ) return SQLITE_IOERR_READ;
  return REAL(file)->xRead(realOf(file), to, size, offset);
}

static int fileWrite(sqlite3_file *file, const void *from, int size, sqlite3_int64 offset){
  if( fails(DISK_WRITE) ) return SQLITE_IOERR_WRITE;
  if( fails(DISK_FULL) ) return SQLITE_FULL;
  if( fails(DISK_TORN) ){
    REAL(file)->xWrite(realOf(file), from, size/2, offset);
    return SQLITE_IOERR_WRITE;
  }
  return REAL(file)->xWrite(realOf(file), from, size, offset);
}

static int fileTruncate(sqlite3_file *file, sqlite3_int64 size){
  return fails(DISK_TRUNCATE) ? SQLITE_IOERR_TRUNCATE : REAL(file)->xTruncate(realOf(file), size);
}

static int fileSync(sqlite3_file *file, int flags){
  (void)file, (void)flags;
  return fails(DISK_SYNC) ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

static int fileSize(sqlite3_file *file, sqlite3_int64 *size){
  return REAL(file)->xFileSize(realOf(file), size);
}

static int fileLock(sqlite3_file *file, int level){
  return REAL(file)->xLock(realOf(file), level);
}

static int fileUnlock(sqlite3_file *file, int level){
  return REAL(file)->xUnlock(realOf(file), level);
}

static int fileReserved(sqlite3_file *file, int *reserved){
  return REAL(file)->xCheckReservedLock(realOf(file), reserved);
}

static int fileControl(sqlite3_file *file, int op, void *argument){
  return REAL(file)->xFileControl(realOf(file), op, argument);
}

static int fileSector(sqlite3_file *file){
  return REAL(file)->xSectorSize(realOf(file));
}

static int fileTraits(sqlite3_file *file){
  return REAL(file)->xDeviceCharacteristics(realOf(file));
}

static int fileShmMap(sqlite3_file *file, int page, int size, int extend, void volatile **out){
  return REAL(file)->xShmMap(realOf(file), page, size, extend, out);
}

static int fileShmLock(sqlite3_file *file, int offset, int count, int flags){
  return REAL(file)->xShmLock(realOf(file), offset, count, flags);
}

static void fileShmBarrier(sqlite3_file *file){
  REAL(file)->xShmBarrier(realOf(file));
}

static int fileShmUnmap(sqlite3_file *file, int delete_it){
  return REAL(file)->xShmUnmap(realOf(file), delete_it);
}

static const sqlite3_io_methods kFileMethods = {
  .iVersion = 2, /* no memory mapping: each read is seen */
  .xClose = fileClose,
  .xRead = fileRead,
  .xWrite = fileWrite,
  .xTruncate = fileTruncate,
  .xSync = fileSync,
  .xFileSize = fileSize,
  .xLock = fileLock,
  .xUnlock = fileUnlock,
  .xCheckReservedLock = fileReserved,
  .xFileControl = fileControl,
  .xSectorSize = fileSector,
  .xDeviceCharacteristics = fileTraits,
  .xShmMap = fileShmMap,
  .xShmLock = fileShmLock,
  .xShmBarrier = fileShmBarrier,
  .xShmUnmap = fileShmUnmap,
};

/* ---- The VFS ---- */

static int diskOpen(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out){
  (void)vfs;
  File *opened = (File*)file;
  opened->real = (sqlite3_file*)&opened[1];
  opened->real->pMethods = NULL;
  int code = disk.real->xOpen(disk.real, name, opened->real, flags, out);
  opened->base.pMethods = opened->real->pMethods ? &kFileMethods : NULL;
  return code;
}

static int diskDelete(sqlite3_vfs *vfs, const char *name, int sync){
  (void)vfs, (void)sync;
  return fails(DISK_DELETE) ? SQLITE_IOERR_DELETE : disk.real->xDelete(disk.real, name, 0);
}

/* The other methods are the real ones: they use nothing of the VFS that they are called on. */
void diskInstall(const char *name){
  static sqlite3_vfs vfs;
  disk.real = sqlite3_vfs_find(NULL);
  vfs = *disk.real;
  vfs.zName = name;
  vfs.pNext = NULL;
  vfs.szOsFile += (int)sizeof(File);
  vfs.xOpen = diskOpen;
  vfs.xDelete = diskDelete;
  if( sqlite3_vfs_register(&vfs, 0)!=SQLITE_OK ) exit(2);
}
