/*
** Finding and reading the files of time zones: see zonefile.h.
*/
#define _POSIX_C_SOURCE 200809L /* open's flags, fstat */

#include "metrics/zonefile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 4096 };

static int isLetterOrDigit(char c){
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* No dots: nothing in the database has one but tables for people. */
int zoneNameValid(const char *name, size_t length){
  if( length==0 || length > ZONE_NAME_MOST || name[length - 1]=='/' ) return 0;
  for(size_t i = 0; i < length; i++){
    if( name[i]=='/' && (i==0 || name[i - 1]=='/') ) return 0;
    if( !isLetterOrDigit(name[i]) && name[i]!=0 && strchr("_+-/", name[i])==NULL ) return 0;
    if( name[i]==0 ) return 0;
  }
  return 1;
}

/* Not a folder, nor anything that would keep us waiting. */
static int openFile(const char *folder, const char *name){
  char path[PATH_SIZE];
  struct stat status;
  int length = snprintf(path, sizeof path, "%s/%s", folder, name);
  if( length < 0 || length >= PATH_SIZE ) return -1;
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if( file >= 0 && (fstat(file, &status)!=0 || !S_ISREG(status.st_mode)) ){
    close(file);
    return -1;
  }
  return file;
}

static int findFile(const char *name){
  static const char *const kFolders[] = { "/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo" };
  const char *folder = getenv("TZDIR");
  if( folder && *folder ) return openFile(folder, name);
  int file = -1;
  for(size_t i = 0; i < sizeof kFolders/sizeof *kFolders && file < 0; i++) file = openFile(kFolders[i], name);
  return file;
}

long zoneFileRead(const char *name, unsigned char *to, size_t most){
  int file = findFile(name);
  if( file < 0 ) return -1;
  size_t length = 0;
  ssize_t count = 1;
  while( length < most && count!=0 ){
    count = read(file, to + length, most - length);
    if( count < 0 && errno!=EINTR ) break;
    if( count > 0 ) length += (size_t)count;
  }
  close(file);
  return count < 0 ? -1 : (long)length;
}
