/*
** import_rejects.c: where the rejected rows of an import must not be written.
** Owns: that rule: never over an input of the same import, nor over the register or a file beside it.
*/
#include "import_rows.h"
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
