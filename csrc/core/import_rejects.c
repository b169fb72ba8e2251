/*
** import_rejects.c: the files of an import's rejected rows.
** Owns: their names, and where they must not be written: never over an input of the same import, nor over the register or a file
** beside it.
*/
#include "import_rows.h"

#include <string.h>

#include "files.h"

/* What the path would overwrite: an input of this import, or the register with its companions; NULL: nothing of the kind. */
static const char *overwrites(const upheld_importer *im, const char *path) {
  static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
  const char *found = NULL;
  for (size_t i = 0; i < im->options->file_count; i++) {
    if (upheld_same_file(im->options->files[i].path, path)) return im->options->files[i].path;
  }
  for (size_t i = 0; im->target != NULL && found == NULL && i < sizeof endings / sizeof endings[0]; i++) {
    upheld_buffer name;
    upheld_buffer_init(&name, &im->allocator);
    upheld_buffer_text(&name, upheld_register_path(im->target));
    upheld_buffer_text(&name, endings[i]);
    if (!name.failed && upheld_same_file(name.data, path)) found = upheld_register_path(im->target);
    upheld_buffer_free(&name);
  }
  return found;
}

/* Told before anything is read, so that a slip of the pen costs nothing. */
upheld_status upheld_refuse_overwriting(upheld_importer *im, const char *path) {
  const char *victim = overwrites(im, path);
  if (victim == NULL) return UPHELD_OK;
  return upheld_fail(im->err, UPHELD_MISUSE, "rejects-is-input", "the rejected rows cannot be written to %s: that would overwrite %s",
                     path, victim);
}

/* PATH for the first, "rejects-decisions.csv", "rejects-decisions-2.csv" for others. */
static void reject_path(const char *path, upheld_kind kind, int number, upheld_buffer *out) {
  const char *dot = strrchr(path, '.'), *slash = strrchr(path, '/');
  if (dot == NULL || dot == path || (slash != NULL && dot <= slash + 1)) dot = path + strlen(path);
  upheld_buffer_add(out, path, (size_t)(dot - path));
  if (number > 0) {
    upheld_buffer_byte(out, '-');
    upheld_buffer_text(out, upheld_kind_name(kind));
  }
  if (number > 1) {
    upheld_buffer_byte(out, '-');
    upheld_buffer_integer(out, number);
  }
  upheld_buffer_text(out, dot);
}

/* A file of rejected rows that cannot be written stops the import: its rows would be lost. */
static upheld_status rejects_failed(upheld_importer *im, const char *path) {
  upheld_error what = *im->err;
  upheld_error say;
  (void)upheld_fail(&say, UPHELD_IO, what.code, "the rejected rows cannot be written to %s: %s", path, what.message);
  upheld_copy(say.hint, sizeof say.hint, upheld_text_of(what.hint));
  return upheld_report_fatal(im->report, &say, im->err);
}

upheld_status upheld_rejects_write(upheld_importer *im, const upheld_rejects *list, size_t count) {
  int numbers[UPHELD_KINDS] = {0};
  upheld_status st = UPHELD_OK;
  for (size_t i = 0; i < count && st == UPHELD_OK && im->report->fatal == 0; i++) {
    upheld_buffer path;
    int number = i == 0 ? 0 : ++numbers[list[i].kind];
    upheld_buffer_init(&path, &im->allocator);
    reject_path(im->options->rejects, list[i].kind, number, &path);
    upheld_text content = {list[i].rows.data, list[i].rows.size};
    if (!path.failed) st = upheld_refuse_overwriting(im, path.data); /* a further file's name may be one of them */
    if (st == UPHELD_OK) st = path.failed ? upheld_nomem(im->err) : upheld_write_file(&im->allocator, path.data, content, im->err);
    if (st == UPHELD_IO) st = rejects_failed(im, path.data);
    upheld_buffer_free(&path);
  }
  return st;
}
