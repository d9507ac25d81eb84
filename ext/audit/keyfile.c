/*
** Reading a key file: see keyfile.h. It is looked at once more when it is open, so that nobody can put another one in its place
** between. What can be no key is not opened at all: to close a file of a database takes SQLite's locks on it away.
*/
#define _XOPEN_SOURCE 700 /* O_NOFOLLOW, O_CLOEXEC, fstat */

#include "audit/keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SEED_DIGITS = 2*LORE_SEED_BYTES, SECRET_DIGITS = 2*LORE_SECRET_BYTES, MOST = SECRET_DIGITS + 2 /* with a line end */ };

static const char kNoKey[] = "must hold 32 or 64 bytes, raw or in hexadecimal";

/* NULL: it may be a key file. */
static const char *whyNot(const struct stat *status){
  if( S_ISLNK(status->st_mode) ) return "is a symbolic link";
  if( !S_ISREG(status->st_mode) ) return "is no regular file";
  if( status->st_uid!=geteuid() ) return "belongs to another user";
  if( (status->st_mode & 07777)!=0600 ) return "must have the mode 0600";
  return status->st_size < LORE_SEED_BYTES || status->st_size > MOST ? kNoKey : NULL;
}

/* The descriptor; below 0, and *why. A pipe would keep us waiting. */
static int openFile(const char *path, const char **why){
  struct stat status;
  *why = lstat(path, &status)==0 ? whyNot(&status) : errno==ENOENT ? "is not there" : "can't be opened";
  if( *why ) return -1;
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  if( file < 0 ) *why = errno==ELOOP ? "is a symbolic link" : "can't be opened";
  else *why = fstat(file, &status)==0 ? whyNot(&status) : "can't be looked at";
  if( *why==NULL ) return file;
  if( file >= 0 ) close(file);
  return -1;
}

/* How many bytes, at most one more than a key has; -1. */
static long readAll(int file, unsigned char bytes[MOST + 1]){
  size_t length = 0;
  ssize_t count = 1;
  while( length <= MOST && count!=0 ){
    count = read(file, bytes + length, MOST + 1 - length);
    if( count < 0 && errno!=EINTR ) return -1;
    if( count > 0 ) length += (size_t)count;
  }
  return (long)length;
}

/* Of raw or hexadecimal bytes. How many there are, in `key`; 0: neither 32 nor 64. */
static size_t decode(const unsigned char *bytes, size_t length, unsigned char key[LORE_SECRET_BYTES]){
  const char *text = (const char*)bytes;
  size_t digits = length;
  while( digits > 0 && (text[digits - 1]=='\n' || text[digits - 1]=='\r') ) digits--;
  if( digits==SEED_DIGITS && loreBytesRead(text, digits, key, LORE_SEED_BYTES) ) return LORE_SEED_BYTES;
  if( digits==SECRET_DIGITS && loreBytesRead(text, digits, key, LORE_SECRET_BYTES) ) return LORE_SECRET_BYTES;
  if( length!=LORE_SEED_BYTES && length!=LORE_SECRET_BYTES ) return 0;
  memcpy(key, bytes, length);
  return length;
}

static const char *makePair(const unsigned char *bytes, size_t length, unsigned char public_key[LORE_PUBLIC_BYTES],
                            unsigned char secret[LORE_SECRET_BYTES]){
  unsigned char key[LORE_SECRET_BYTES];
  const char *why = NULL;
  size_t count = decode(bytes, length, key);
  if( count==0 ){
    why = kNoKey;
  }else{
    loreSignPair(key, public_key, secret);
    if( count==LORE_SECRET_BYTES && memcmp(key, secret, sizeof key)!=0 ) why = "has a public key that is not that of its seed";
  }
  loreWipe(key, sizeof key);
  return why;
}

const char *auditKeyFileRead(const char *path, unsigned char public_key[LORE_PUBLIC_BYTES],
                             unsigned char secret[LORE_SECRET_BYTES]){
  unsigned char bytes[MOST + 1];
  const char *why = NULL;
  int file = openFile(path, &why);
  if( file < 0 ) return why;
  long length = readAll(file, bytes);
  close(file);
  why = length < 0 ? "can't be read" : makePair(bytes, (size_t)length, public_key, secret);
  loreWipe(bytes, sizeof bytes);
  if( why ) loreWipe(secret, LORE_SECRET_BYTES);
  return why;
}
