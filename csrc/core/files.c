/*
** files.c: reading files in chunks; writing files whole or not at all (POSIX).
** Owns: the order that makes a set of files safe: lock the directory, stage all, sync all, rename all, sync the
** directory; and the removal of every temporary on every way out.
** Must not: print, or use strerror (which follows the host's locale).
*/
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700 /* realpath */
#endif

#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dict.h"
#include "text.h"

#define LOCK_NAME ".upheld-lock"
#define STAGED_SUFFIX ".upheld-tmp"

enum { CHUNK = 256 * 1024 };

/* ---- what went wrong ---- */

typedef struct fault_text {
  int number;
  const char *code, *message, *hint;
} fault_text;

/* The failures that people meet, while writing; others are told by number. */
static const fault_text write_faults[] = {
  {ENOENT, "no-such-directory", "the directory does not exist", "make it first, or correct the path"},
  {ENOTDIR, "no-such-directory", "a part of the path is not a directory", "correct the path"},
  {EISDIR, "is-a-directory", "this is a directory, not a file", "name a file in it"},
  {EACCES, "not-writable", "no permission to write here", "choose another place, or ask for write access"},
  {EPERM, "not-writable", "writing is not permitted here", "choose another place, or ask for write access"},
  {EROFS, "not-writable", "the file system is read-only", "choose another place"},
  {ENOSPC, "disk-full", "the disk is full", "make room, then run it again: nothing was changed"},
  {EDQUOT, "disk-full", "the disk quota is used up", "make room, then run it again: nothing was changed"},
  {EFBIG, "disk-full", "the file would be larger than is allowed here", "raise the limit, or choose another place"},
  {ENAMETOOLONG, "io-error", "the name is too long", "choose a shorter one"},
  {EMFILE, "io-error", "too many files are open", "close some, or raise the limit (ulimit -n)"},
  {EIO, "io-error", "the disk reported an error", "check the disk"},
  {0, NULL, NULL, NULL}
};

static const fault_text read_faults[] = {
  {ENOENT, "no-such-file", "no such file", "check the name and the directory"},
  {ENOTDIR, "no-such-file", "no such file: a part of the path is not a directory", "check the path"},
  {EISDIR, "is-a-directory", "this is a directory, not a file", "name a file in it"},
  {EACCES, "not-readable", "no permission to read this file", "ask for read access"},
  {EPERM, "not-readable", "reading is not permitted", "ask for read access"},
  {ENAMETOOLONG, "no-such-file", "the name is too long to be one", "check the name"},
  {EMFILE, "io-error", "too many files are open", "close some, or raise the limit (ulimit -n)"},
  {EIO, "io-error", "the disk reported an error", "check the disk"},
  {0, NULL, NULL, NULL}
};

static upheld_status fail_on(upheld_error *err, const fault_text *faults, int number, const char *path) {
  const fault_text *f = faults;
  while (f->number != 0 && f->number != number) f++;
  if (f->number != 0) (void)upheld_fail(err, UPHELD_IO, f->code, "%s", f->message);
  else (void)upheld_fail(err, UPHELD_IO, "io-error", "the system reported error number %d", number);
  if (err != NULL) {
    upheld_copy(err->file, sizeof err->file, upheld_text_of(path));
    upheld_copy(err->hint, sizeof err->hint, upheld_text_of(f->number != 0 ? f->hint : "see errno.h for its meaning"));
  }
  return UPHELD_IO;
}

/* ---- listing ---- */

static const fault_text list_faults[] = {
  {ENOENT, "no-such-directory", "there is no such folder", "check the path"},
  {ENOTDIR, "no-such-directory", "this is a file, not a folder", "name the folder that holds it"},
  {EACCES, "not-readable", "no permission to read this folder", "ask for read access"},
  {0, NULL, NULL, NULL}
};

static int compare_names(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Puts names, each ended by a NUL in `all`, into *out in order. */
static upheld_status sort_names(const upheld_allocator *a, const upheld_buffer *all, size_t count, upheld_buffer *out, upheld_error *err) {
  const char **names = upheld_new_zero(a, count + 1, sizeof *names);
  const char *at = all->data;
  if (names == NULL) return upheld_nomem(err);
  for (size_t i = 0; i < count; i++) {
    names[i] = at;
    at += strlen(at) + 1;
  }
  if (count > 1) qsort(names, count, sizeof *names, compare_names);
  for (size_t i = 0; i < count; i++) upheld_buffer_add(out, names[i], strlen(names[i]) + 1);
  upheld_release(a, names, (count + 1) * sizeof *names);
  return out->failed ? upheld_nomem(err) : UPHELD_OK;
}

upheld_status upheld_list_files(const upheld_allocator *a, const char *directory, upheld_buffer *out, upheld_error *err) {
  upheld_buffer all;
  size_t count = 0;
  DIR *folder = opendir(directory);
  const struct dirent *entry;
  if (folder == NULL) return fail_on(err, list_faults, errno, directory);
  upheld_buffer_init(&all, a);
  errno = 0;
  while ((entry = readdir(folder)) != NULL) {
    if (entry->d_name[0] != '.') {
      upheld_buffer_add(&all, entry->d_name, strlen(entry->d_name) + 1);
      count++;
    }
    errno = 0;
  }
  upheld_status st = errno != 0 ? fail_on(err, list_faults, errno, directory) : UPHELD_OK;
  closedir(folder);
  if (st == UPHELD_OK && all.failed) st = upheld_nomem(err);
  if (st == UPHELD_OK) st = sort_names(a, &all, count, out, err);
  upheld_buffer_free(&all);
  return st;
}

/* ---- reading ---- */

struct upheld_source {
  upheld_allocator allocator;
  int fd;
  int64_t size;
  char *path; /* for messages; path_size with its NUL */
  size_t path_size;
  char buffer[CHUNK];
};

upheld_status upheld_source_open(upheld_source **out, const upheld_allocator *a, const char *path, upheld_error *err) {
  struct stat about;
  size_t path_size = strlen(path) + 1;
  upheld_source *s = upheld_new(a, sizeof *s);
  int fault = 0;
  *out = NULL;
  if (s == NULL) return upheld_nomem(err);
  s->allocator = *a;
  s->path_size = path_size;
  s->path = upheld_new(a, path_size);
  s->fd = -1;
  s->size = -1;
  if (s->path == NULL) {
    upheld_source_close(s);
    return upheld_nomem(err);
  }
  memcpy(s->path, path, path_size);
  do s->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  while (s->fd < 0 && errno == EINTR);
  if (s->fd < 0 || fstat(s->fd, &about) != 0) fault = errno;
  else if (S_ISDIR(about.st_mode)) fault = EISDIR;
  else if (S_ISREG(about.st_mode)) s->size = (int64_t)about.st_size;
  if (fault != 0) {
    upheld_source_close(s);
    return fail_on(err, read_faults, fault, path);
  }
  *out = s;
  return UPHELD_OK;
}

upheld_status upheld_source_read(upheld_source *s, const char **bytes, size_t *size, upheld_error *err) {
  ssize_t n;
  *bytes = s->buffer;
  *size = 0;
  do n = read(s->fd, s->buffer, sizeof s->buffer);
  while (n < 0 && errno == EINTR);
  if (n < 0) return fail_on(err, read_faults, errno, s->path);
  *size = (size_t)n;
  return UPHELD_OK;
}

upheld_status upheld_source_share(upheld_source **out, const upheld_allocator *a, const upheld_source *of, upheld_error *err) {
  upheld_source *s = upheld_new(a, sizeof *s);
  *out = NULL;
  if (s == NULL) return upheld_nomem(err);
  s->allocator = *a;
  s->size = of->size;
  s->path_size = of->path_size;
  s->path = upheld_new(a, of->path_size);
  s->fd = -1;
  if (s->path == NULL) {
    upheld_source_close(s);
    return upheld_nomem(err);
  }
  memcpy(s->path, of->path, of->path_size);
  do s->fd = fcntl(of->fd, F_DUPFD_CLOEXEC, 0);
  while (s->fd < 0 && errno == EINTR);
  if (s->fd < 0) {
    int fault = errno;
    upheld_source_close(s);
    return fail_on(err, read_faults, fault, of->path);
  }
  *out = s;
  return UPHELD_OK;
}

upheld_status upheld_source_read_at(upheld_source *s, int64_t offset, int64_t most, const char **bytes, size_t *size, upheld_error *err) {
  size_t wanted = most < (int64_t)sizeof s->buffer ? (size_t)most : sizeof s->buffer;
  ssize_t n;
  *bytes = s->buffer;
  *size = 0;
  do n = pread(s->fd, s->buffer, wanted, (off_t)offset);
  while (n < 0 && errno == EINTR);
  if (n < 0) return fail_on(err, read_faults, errno, s->path);
  *size = (size_t)n;
  return UPHELD_OK;
}

bool upheld_is_regular(const char *path) {
  struct stat about;
  return stat(path, &about) == 0 && S_ISREG(about.st_mode);
}

bool upheld_same_file(const char *a, const char *b) {
  struct stat one, two;
  if (strcmp(a, b) == 0) return true;
  return stat(a, &one) == 0 && stat(b, &two) == 0 && one.st_dev == two.st_dev && one.st_ino == two.st_ino;
}

int64_t upheld_source_size(const upheld_source *s) {
  return s->size;
}

void upheld_source_close(upheld_source *s) {
  upheld_allocator a;
  if (s == NULL) return;
  a = s->allocator;
  if (s->fd >= 0) (void)close(s->fd);
  upheld_release(&a, s->path, s->path_size);
  upheld_release(&a, s, sizeof *s);
}

/* ---- one directory being written to ---- */

/* An open directory, our lock in it, and what to say when something fails. */
typedef struct place {
  int directory; /* descriptor, -1 none */
  int lock;      /* descriptor, -1 none */
  bool locked;   /* the lock file is ours to remove */
  const char *path; /* of the directory as given, for messages; NULL: the whole path is in `whole` */
  const char *whole;
  upheld_buffer staged; /* ".NAME.upheld-tmp" of the file at hand */
  upheld_buffer shown;  /* path of a file, for messages */
} place;

static void place_init(place *p, const upheld_allocator *a) {
  memset(p, 0, sizeof *p);
  p->directory = -1;
  p->lock = -1;
  upheld_buffer_init(&p->staged, a);
  upheld_buffer_init(&p->shown, a);
}

/* The lock file goes before the lock, so that whoever waits for it finds that it is no longer the directory's. */
static void place_free(place *p) {
  if (p->locked) (void)unlinkat(p->directory, LOCK_NAME, 0);
  if (p->lock >= 0) (void)close(p->lock);
  if (p->directory >= 0) (void)close(p->directory);
  upheld_buffer_free(&p->staged);
  upheld_buffer_free(&p->shown);
}

/* Fails for the file name in the place (NULL: the directory itself). */
static upheld_status fail_at(place *p, const char *name, int number, upheld_error *err) {
  const char *path = p->whole;
  if (path == NULL) {
    p->shown.size = 0;
    upheld_buffer_text(&p->shown, p->path);
    if (name != NULL && (p->shown.size == 0 || p->shown.data[p->shown.size - 1] != '/')) upheld_buffer_byte(&p->shown, '/');
    if (name != NULL) upheld_buffer_text(&p->shown, name);
    path = p->shown.failed ? p->path : p->shown.data;
  }
  return fail_on(err, write_faults, number, path);
}

/* Makes room for the longest of the names at once, so that cleaning up later needs no memory. */
static upheld_status reserve(place *p, const upheld_output_file *files, size_t count, upheld_error *err) {
  size_t longest = 0;
  for (size_t i = 0; i < count; i++) {
    size_t size = strlen(files[i].name);
    if (size > longest) longest = size;
  }
  for (size_t i = 0; i < longest + sizeof "." STAGED_SUFFIX; i++) upheld_buffer_byte(&p->staged, ' ');
  return p->staged.failed ? upheld_nomem(err) : UPHELD_OK;
}

/* The temporary name, valid until the next call. */
static const char *staged_name(place *p, const char *name) {
  p->staged.size = 0;
  upheld_buffer_byte(&p->staged, '.');
  upheld_buffer_text(&p->staged, name);
  upheld_buffer_text(&p->staged, STAGED_SUFFIX);
  return p->staged.data;
}

/*
** Waits for the directory's lock, so that two programs never share a temporary file. The lock is the system's: a killed
** program loses it, and its lock file is taken over. Where a file system knows no locks we go on without.
*/
static int lock_place(place *p) {
  for (;;) {
    struct flock lock;
    struct stat held, there;
    int result;
    p->lock = openat(p->directory, LOCK_NAME, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (p->lock < 0) return errno;
    memset(&lock, 0, sizeof lock);
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    do result = fcntl(p->lock, F_SETLKW, &lock);
    while (result != 0 && errno == EINTR);
    if (fstat(p->lock, &held) != 0) return errno;
    if (fstatat(p->directory, LOCK_NAME, &there, AT_SYMLINK_NOFOLLOW) == 0 && there.st_ino == held.st_ino &&
        there.st_dev == held.st_dev) {
      p->locked = true;
      return 0;
    }
    (void)close(p->lock); /* the one before us removed it as we waited */
    p->lock = -1;
  }
}

static upheld_status enter(place *p, const char *directory, upheld_error *err) {
  int fault;
  p->directory = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (p->directory < 0) return fail_at(p, NULL, errno, err);
  fault = lock_place(p);
  return fault == 0 ? UPHELD_OK : fail_at(p, NULL, fault, err);
}

/* ---- staging and placing ---- */

static int write_all(int fd, upheld_text content) {
  while (content.size > 0) {
    ssize_t n = write(fd, content.at, content.size > SSIZE_MAX ? SSIZE_MAX : content.size);
    if (n < 0 && errno != EINTR) return errno;
    if (n <= 0) continue;
    content.at += n;
    content.size -= (size_t)n;
  }
  return 0;
}

/* Writes the content under the temporary name. */
static int stage(place *p, const upheld_output_file *file) {
  const char *staged = staged_name(p, file->name);
  struct stat old;
  int fd, fault;
  if (fstatat(p->directory, file->name, &old, 0) == 0 && S_ISDIR(old.st_mode)) return EISDIR;
  (void)unlinkat(p->directory, staged, 0); /* left by a killed program */
  fd = openat(p->directory, staged, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (fd < 0) return errno;
  fault = write_all(fd, file->content);
  if (close(fd) != 0 && fault == 0) fault = errno;
  return fault;
}

/*
** To the disk, with the permissions of the file that will be replaced. A pass of its own over all staged files, since
** the first sync then takes most of the others with it.
*/
static int sync_staged(place *p, const upheld_output_file *file) {
  struct stat old;
  int fault = 0;
  int fd = openat(p->directory, staged_name(p, file->name), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return errno;
  /* a file system without permissions refuses, and then there are none to keep */
  if (fstatat(p->directory, file->name, &old, 0) == 0 && S_ISREG(old.st_mode)) (void)fchmod(fd, old.st_mode & 0777);
  if (fsync(fd) != 0) fault = errno;
  if (close(fd) != 0 && fault == 0) fault = errno;
  return fault;
}

static int put_in_place(place *p, const upheld_output_file *file) {
  return renameat(p->directory, staged_name(p, file->name), p->directory, file->name) == 0 ? 0 : errno;
}

/* Stages, syncs and places all files; *placed counts those in place. Staged files that are not placed are removed. */
static upheld_status place_all(place *p, const upheld_output_file *files, size_t count, size_t *placed,
                               upheld_error *err) {
  static int (*const steps[3])(place *, const upheld_output_file *) = {stage, sync_staged, put_in_place};
  size_t begun = 0; /* files of which a temporary may be there */
  size_t i = 0;
  int fault = 0;
  upheld_status status = reserve(p, files, count, err);
  *placed = 0;
  if (status != UPHELD_OK) return status;
  for (int step = 0; step < 3 && fault == 0; step++) {
    for (i = 0; i < count && fault == 0; i++) {
      if (step == 0) begun = i + 1;
      fault = steps[step](p, &files[i]);
      if (step == 2 && fault == 0) ++*placed;
    }
  }
  if (fault == 0) {
    (void)fsync(p->directory); /* some file systems refuse it for directories; the files themselves are safe */
    return UPHELD_OK;
  }
  for (size_t k = *placed; k < begun; k++) (void)unlinkat(p->directory, staged_name(p, files[k].name), 0);
  return fail_at(p, files[i - 1].name, fault, err);
}

/* ---- one file ---- */

/* A device or pipe cannot be replaced, only written to. */
static upheld_status write_through(place *p, const char *path, upheld_text content, upheld_error *err) {
  int fault, fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) return fail_at(p, NULL, errno, err);
  fault = write_all(fd, content);
  if (close(fd) != 0 && fault == 0) fault = errno;
  return fault == 0 ? UPHELD_OK : fail_at(p, NULL, fault, err);
}

/* Splits path (copied into p->shown) into directory and name and writes the file there. */
static upheld_status write_beside(place *p, const char *path, upheld_text content, upheld_error *err) {
  upheld_output_file file = {NULL, {NULL, 0}};
  const char *directory = ".";
  upheld_status status;
  size_t placed;
  char *slash;
  upheld_buffer_text(&p->shown, path);
  if (p->shown.failed) return upheld_nomem(err);
  slash = strrchr(p->shown.data, '/');
  file.name = slash == NULL ? p->shown.data : slash + 1;
  file.content = content;
  if (slash == p->shown.data) {
    directory = "/";
  } else if (slash != NULL) {
    *slash = '\0';
    directory = p->shown.data;
  }
  /* "", and a path that ends with a slash but names no directory that is there */
  if (file.name[0] == '\0') return fail_at(p, NULL, ENOENT, err);
  status = enter(p, directory, err);
  return status == UPHELD_OK ? place_all(p, &file, 1, &placed, err) : status;
}

upheld_status upheld_write_file(const upheld_allocator *a, const char *path, upheld_text content, upheld_error *err) {
  char real[PATH_MAX];
  const char *target = path;
  struct stat about;
  upheld_status status;
  place p;
  place_init(&p, a);
  p.whole = path;
  if (lstat(path, &about) == 0 && S_ISLNK(about.st_mode) && realpath(path, real) != NULL) target = real;
  if (stat(path, &about) != 0) about.st_mode = S_IFREG;
  if (S_ISREG(about.st_mode)) status = write_beside(&p, target, content, err);
  else if (S_ISDIR(about.st_mode)) status = fail_at(&p, NULL, EISDIR, err);
  else status = write_through(&p, path, content, err);
  place_free(&p);
  return status;
}

/* ---- a set of files ---- */

static bool is_bad_name(const char *name) {
  size_t size = strlen(name), suffix = sizeof STAGED_SUFFIX - 1;
  if (size == 0 || strchr(name, '/') != NULL || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) return true;
  if (strcmp(name, LOCK_NAME) == 0) return true;
  return name[0] == '.' && size > suffix && strcmp(name + size - suffix, STAGED_SUFFIX) == 0;
}

/* Refuses names that are none, and two that some file system would take for one. */
static upheld_status check_names(const upheld_allocator *a, const upheld_output_file *files, size_t count,
                                 upheld_error *err) {
  upheld_status status = UPHELD_OK;
  upheld_dict seen;
  upheld_buffer folded;
  upheld_dict_init(&seen, a);
  upheld_buffer_init(&folded, a);
  for (size_t i = 0; i < count && status == UPHELD_OK; i++) {
    const char *name = files[i].name;
    if (is_bad_name(name)) {
      status = upheld_fail(err, UPHELD_MISUSE, "bad-name", "\"%s\" is no name for a file to be written", name);
      break;
    }
    folded.size = 0;
    for (const char *c = name; *c != '\0'; c++) upheld_buffer_byte(&folded, *c >= 'A' && *c <= 'Z' ? (char)(*c | 0x20) : *c);
    if (folded.failed) {
      status = upheld_nomem(err);
    } else {
      upheld_text key = {folded.data, folded.size};
      int32_t other = upheld_dict_find(&seen, key);
      if (other >= 0) {
        status = upheld_fail(err, UPHELD_MISUSE, "same-name", "two files of one set would be named \"%s\" and \"%s\"",
                             files[other].name, name);
      } else if (i >= INT32_MAX) {
        status = upheld_fail(err, UPHELD_MISUSE, "too-many-files", "too many files in one set");
      } else {
        status = upheld_dict_set(&seen, key, (int32_t)i, err);
      }
    }
  }
  upheld_buffer_free(&folded);
  upheld_dict_free(&seen);
  return status;
}

/* Whether a directory's name ends at path[at]. */
static bool name_ends(const char *path, size_t size, size_t at) {
  return at == size || (path[at] == '/' && path[at - 1] != '/');
}

/*
** Makes the directory and its parents where absent. path is changed within the call only; made[at] is set to 'm' for each
** directory made, at the end of its name.
*/
static int make_directories(char *path, size_t size, char *made) {
  for (size_t at = 1; at <= size; at++) {
    struct stat about;
    char after = path[at];
    int fault = 0;
    if (!name_ends(path, size, at)) continue;
    path[at] = '\0';
    if (mkdir(path, 0777) == 0) made[at] = 'm';
    else fault = errno;
    /* of a directory that is there, systems may say EEXIST, EISDIR, EACCES or EROFS */
    if (fault != 0 && stat(path, &about) == 0) fault = S_ISDIR(about.st_mode) ? 0 : ENOTDIR;
    path[at] = after;
    if (fault != 0) return fault;
  }
  return 0;
}

/* Takes away again what make_directories made, from the innermost; one that is no longer empty stays. */
static void remove_directories(char *path, size_t size, const char *made) {
  for (size_t at = size; at > 0; at--) {
    char after = path[at];
    if (made[at] != 'm') continue;
    path[at] = '\0';
    (void)rmdir(path);
    path[at] = after;
  }
}

upheld_status upheld_write_files(const upheld_allocator *a, const char *directory, const upheld_output_file *files,
                                 size_t count, upheld_error *err) {
  upheld_status status = check_names(a, files, count, err);
  size_t size = strlen(directory), placed = 0;
  upheld_buffer path, made;
  place p;
  if (status != UPHELD_OK) return status;
  place_init(&p, a);
  p.path = directory;
  upheld_buffer_init(&path, a);
  upheld_buffer_init(&made, a);
  upheld_buffer_text(&path, directory);
  for (size_t i = 0; i <= size; i++) upheld_buffer_byte(&made, ' ');
  if (path.failed || made.failed) {
    status = upheld_nomem(err);
  } else {
    int fault = make_directories(path.data, size, made.data);
    status = fault == 0 ? enter(&p, directory, err) : fail_at(&p, NULL, fault, err);
    if (status == UPHELD_OK) status = place_all(&p, files, count, &placed, err);
  }
  place_free(&p); /* before the directory goes: its lock file is in it */
  if (status != UPHELD_OK && placed == 0 && !path.failed && !made.failed) remove_directories(path.data, size, made.data);
  upheld_buffer_free(&path);
  upheld_buffer_free(&made);
  return status;
}

/* ---- one program at a time ---- */

static bool is_at(int file, const char *path) {
  struct stat held, there;
  return fstat(file, &held) == 0 && lstat(path, &there) == 0 && held.st_ino == there.st_ino && held.st_dev == there.st_dev;
}

/* Opens and locks the file; an error number, EAGAIN when it is held. */
static int take(const char *path, int *file) {
  for (;;) {
    struct flock lock;
    int fault = 0;
    *file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (*file < 0) return errno;
    memset(&lock, 0, sizeof lock);
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    if (fcntl(*file, F_SETLK, &lock) != 0) fault = errno == EACCES ? EAGAIN : errno;
    if (fault == 0 && is_at(*file, path)) return 0;
    (void)close(*file); /* without a fault the one before us has removed it meanwhile */
    *file = -1;
    if (fault != 0) return fault;
  }
}

upheld_status upheld_lock_take(upheld_lock *lock, const upheld_allocator *a, const char *path, upheld_error *err) {
  size_t size = strlen(path) + 1;
  int fault = take(path, &lock->file);
  if (fault == EAGAIN) {
    upheld_status st = upheld_fail(err, UPHELD_IO, "locked", "another program is at this work");
    upheld_copy(err->file, sizeof err->file, upheld_text_of(path));
    upheld_copy(err->hint, sizeof err->hint, upheld_text_of("wait until it has ended"));
    return st;
  }
  if (fault != 0) return fail_on(err, write_faults, fault, path);
  lock->allocator = *a;
  lock->size = size;
  lock->path = upheld_new(a, size);
  if (lock->path == NULL) {
    (void)unlink(path);
    (void)close(lock->file);
    return upheld_nomem(err);
  }
  memcpy(lock->path, path, size);
  return UPHELD_OK;
}

/* The file goes before the lock, so that whoever takes it next finds that it is no longer there. */
void upheld_lock_release(upheld_lock *lock) {
  (void)unlink(lock->path);
  (void)close(lock->file);
  upheld_release(&lock->allocator, lock->path, lock->size);
  lock->path = NULL;
  lock->file = -1;
}
