/*
** vault_open_file, vault_open_fd: the key out of a file that nobody else can read, or out of a descriptor that the host has opened.
** What can be no key file is not opened at all: to close a file of a database takes SQLite's locks on it away.
*/
#define _POSIX_C_SOURCE 200809L /* O_NOFOLLOW, fstat */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vault/open.h"

enum { FILE_PATH, MOST = SEAL_PASSPHRASE_MOST + 2 };

/* Up to the end; -1 when it can't be read or is longer than any key. */
static long readAll(int file, char to[MOST + 1]){
  size_t length = 0;
  ssize_t count = 1;
  while( count!=0 && length < MOST + 1 ){
    count = read(file, to + length, MOST + 1 - length);
    if( count > 0 ) length += (size_t)count;
    else if( count < 0 && errno!=EINTR ) return -1;
  }
  return length > MOST ? -1 : (long)length;
}

static void refuseNoKey(LoreCall *call){
  loreRefuse(call, LORE_DENIED, "%s holds no key: 32 bytes, 64 hexadecimal digits or one line of a passphrase",
             loreShow(call, FILE_PATH));
}

static void openFrom(LoreCall *call, int file){
  char text[MOST + 1];
  unsigned char key[SEAL_KEY];
  long count = readAll(file, text);
  size_t length = count > 0 ? (size_t)count : 0;
  SealKeyForm form = sealReady() && count > 0 ? sealReadKey(text, &length, key) : SEAL_FORM_NONE;
  if( form==SEAL_FORM_RAW ) vaultOpenWith(call, (const char*)key, SEAL_KEY, 1);
  else if( form==SEAL_FORM_PASSPHRASE ) vaultOpenWith(call, text, length, 0);
  else refuseNoKey(call);
  sealWipe(text, sizeof text);
  sealWipe(key, sizeof key);
}

/* NULL when it is a file for its owner alone. */
static const char *whyNot(const struct stat *status){
  if( S_ISLNK(status->st_mode) ) return "is a symbolic link";
  if( !S_ISREG(status->st_mode) ) return "is no regular file";
  if( status->st_uid!=geteuid() ) return "belongs to another user";
  return status->st_mode & 077 ? "can be used by others than its owner: chmod 600" : NULL;
}

/* Result: TEXT, the id of the current data key. */
void vaultOpenFile(LoreCall *call){
  struct stat status;
  if( !vaultIsCalledByUser(call) ) return;
  const char *path = loreText(call, FILE_PATH), *why = lstat(path, &status)==0 ? whyNot(&status) : "can't be opened";
  if( why==NULL && (status.st_size==0 || status.st_size > MOST) ){
    refuseNoKey(call);
    return;
  }
  int file = why ? -1 : open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
  if( why==NULL && file < 0 ) why = errno==ELOOP ? "is a symbolic link" : "can't be opened";
  if( why==NULL ) why = fstat(file, &status)==0 ? whyNot(&status) : "can't be looked at";
  if( why ) loreRefuse(call, LORE_DENIED, "path %s %s", loreShow(call, FILE_PATH), why);
  else openFrom(call, file);
  if( file >= 0 ) close(file);
}

/* Result: TEXT, the id of the current data key. Reads to the end of what the descriptor gives, and leaves it open. */
void vaultOpenFd(LoreCall *call){
  if( vaultIsCalledByUser(call) ) openFrom(call, (int)loreInt(call, FILE_PATH));
}
