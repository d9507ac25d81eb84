/*
** A disk that fails: a VFS over the default one, in which operation N of a kind goes wrong. It leaves
** real syncs out: what matters here is which ones are answered with an error.
*/
#ifndef LORE_FAULT_DISK_H
#define LORE_FAULT_DISK_H

typedef enum DiskFault {
  DISK_WRITE,  /* IOERR, nothing written */
  DISK_FULL,   /* FULL, nothing written */
  DISK_TORN,   /* half of it is written, then IOERR */
  DISK_SYNC,
  DISK_TRUNCATE,
  DISK_READ,
  DISK_DELETE, /* of a journal: the moment of commit */
  DISK_FAULTS
} DiskFault;

extern const char *const kDiskFaults[DISK_FAULTS]; /* names, for messages */

void diskInstall(const char *name); /* registers the VFS */
/* Operation n from now fails; with `dead`, every later write, sync, truncation and deletion too. */
void diskArm(DiskFault fault, long n, int dead);
int diskDisarm(void); /* 1 when it was met */

#endif
