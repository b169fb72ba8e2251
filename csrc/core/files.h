/*
** files.h: reading a file in chunks, and writing files so that each is either
** the old one or the whole new one.
** Owns: the temporary names beside a target, ".NAME.upheld-tmp" and, while files of a directory are being written,
** ".upheld-lock" (a second program that writes there waits); and their removal. What a killed program left of them is
** taken over by the next one. The lock is between programs: two threads of one process must not write the same names
** at the same time.
*/
#ifndef UPHELD_FILES_H
#define UPHELD_FILES_H

#include "alloc.h"

typedef struct upheld_source upheld_source; /* an open file being read */

typedef struct upheld_output_file {
  /* file name without a directory, ended by NUL; must not contain '/', nor be "", "." or "..", nor look like a temporary */
  const char *name;
  upheld_text content;
} upheld_output_file;

UPHELD_BEGIN

/*
** Opens path for reading. UPHELD_IO with err->file set and code "no-such-file", "is-a-directory", "not-readable" or
** "io-error", each with a hint. Regular files and pipes both work. *out is NULL after a failure.
*/
upheld_status upheld_source_open(upheld_source **out, const upheld_allocator *a, const char *path, upheld_error *err);
/* Reads the next chunk into the source's own 256 KiB buffer, where it stays until the next call; *size 0 at the end. */
upheld_status upheld_source_read(upheld_source *s, const char **bytes, size_t *size, upheld_error *err);
/*
** A further reading of the same open regular file, by upheld_source_read_at; not of the path, which may be another file by now. Closed by
** itself; it may be used by another thread than the first.
*/
upheld_status upheld_source_share(upheld_source **out, const upheld_allocator *a, const upheld_source *of, upheld_error *err);
/* Reads at most `most` bytes from that offset on, as upheld_source_read does; fewer than asked for may come before the end. */
upheld_status upheld_source_read_at(upheld_source *s, int64_t offset, int64_t most, const char **bytes, size_t *size, upheld_error *err);
/* Size in bytes if known, else -1 (for progress). */
int64_t upheld_source_size(const upheld_source *s);
void upheld_source_close(upheld_source *s); /* NULL is allowed */
/* Whether the path is a regular file, which can be read again; what is not there is none. */
bool upheld_is_regular(const char *path);

/*
** The names of a directory's entries, in order of their bytes, each ended by a NUL; those that begin with a dot are left out. UPHELD_IO as
** above, "no-such-directory" where there is none.
*/
upheld_status upheld_list_files(const upheld_allocator *a, const char *directory, upheld_buffer *out, upheld_error *err);

/* Whether two paths are one file: the same text, or both there with the same device and inode. */
bool upheld_same_file(const char *a, const char *b);

/*
** Writes one file atomically: temporary file in the same directory, fsync, rename, fsync of the directory. An existing
** file's permissions stay; a symbolic link is followed; a device or pipe is simply written to.
** On failure the target is as it was and no temporary file stays. UPHELD_IO with err->file set and code
** "no-such-directory", "is-a-directory", "not-writable", "disk-full" or "io-error".
*/
upheld_status upheld_write_file(const upheld_allocator *a, const char *path, upheld_text content, upheld_error *err);
/*
** Writes a set of files into directory (made, with its parents, when absent): all are staged and synced before the first
** is renamed into place, so that a failure to write leaves the directory's files as they were (and a directory made here
** is removed again when nothing was placed). UPHELD_MISUSE "same-name" when two names differ at most in ASCII case,
** "bad-name" for a name that is none. UPHELD_IO as above; a target that is a directory is found before anything is placed.
*/
upheld_status upheld_write_files(const upheld_allocator *a, const char *directory, const upheld_output_file *files,
                                 size_t count, upheld_error *err);

/* A file that says, as long as one program holds it, that no other is to do the same work. The system's: a killed program loses it. */
typedef struct upheld_lock {
  int file; /* descriptor, -1 when not held */
  char *path;
  size_t size;
  upheld_allocator allocator;
} upheld_lock;

/*
** Makes and locks the file at path without waiting. UPHELD_IO "locked" where another program holds it (not another state of this
** process), else as upheld_write_file. *lock need not be initialised, and is to be released only after UPHELD_OK.
*/
upheld_status upheld_lock_take(upheld_lock *lock, const upheld_allocator *a, const char *path, upheld_error *err);
void upheld_lock_release(upheld_lock *lock); /* removes the file */

UPHELD_END

#endif
