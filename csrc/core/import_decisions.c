/*
** import_decisions.c: rows of decisions.csv and compliance.csv (import.h lists the fault codes).
** Owns: which values of a decision may stand together; how a later file's row completes or corrects an earlier one in a one-off,
** as the register does it. Must not: know an outcome by its name: the scheme's masks say what may stand with it.
*/
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "import_rows.h"
#include "text.h"

static const upheld_sheet_column decision_columns[] = {
  {"reference", UPHELD_REQUIRED}, {"authority", UPHELD_ONE_OF}, {"authority_code", UPHELD_ONE_OF},
  {"decided_date", UPHELD_REQUIRED}, {"outcome", UPHELD_REQUIRED}, {"service_area", UPHELD_OPTIONAL},
  {"received_date", UPHELD_OPTIONAL}, {"remedied_before", UPHELD_OPTIONAL}, {"compliance_due_date", UPHELD_OPTIONAL},
  {"compliance_outcome", UPHELD_OPTIONAL}, {"compliance_date", UPHELD_OPTIONAL}, {"url", UPHELD_OPTIONAL},
  {"kind", UPHELD_OPTIONAL}
};

enum { C_REFERENCE, C_AUTHORITY, C_CODE, C_COMPLIANCE, C_DUE, C_RECORDED };

static const upheld_sheet_column compliance_columns[] = {
  {"reference", UPHELD_REQUIRED}, {"authority", UPHELD_OPTIONAL}, {"authority_code", UPHELD_OPTIONAL},
  {"compliance_outcome", UPHELD_REQUIRED}, {"compliance_due_date", UPHELD_OPTIONAL}, {"compliance_date", UPHELD_OPTIONAL}
};

enum { REFERENCE_SIZE = 64, REMEDYING_SIZE = 160, MANY = 16 };

/* {====== what both kinds share ====== */

static bool read_reference(upheld_importer *im, int column, uint64_t *key) {
  upheld_sheet *s = &im->sheet;
  upheld_text t = upheld_sheet_required(s, column);
  if (t.size == 0) return false;
  if (upheld_reference_parse(im->scheme, t, key)) return true;
  char shown[UPHELD_SHOWN], form[UPHELD_SHOWN];
  upheld_shown(form, upheld_text_of(im->scheme->reference_form));
  upheld_sheet_error(s, column, "bad-reference", NULL, "\"%s\" is not a reference of the form %s (9 a digit%s)",
                     upheld_shown(shown, t), form, im->scheme->reference_letter ? ", [a] a letter or nothing" : "");
  return false;
}

/* Warnings that a compliance outcome can give. */
static void look_at_compliance(upheld_importer *im, const upheld_record *r, int outcome_column, int date_column) {
  upheld_sheet *s = &im->sheet;
  char recorded[11], decided[11];
  if (r->compliance == UPHELD_NO_CODE) {
    if (r->recorded != UPHELD_NO_DATE) {
      upheld_sheet_warn(s, date_column, "compliance-date-alone", NULL,
                        "a compliance date without a compliance outcome counts nowhere");
    }
    return;
  }
  if (upheld_record_compliance_day(r) == UPHELD_NO_DATE) {
    upheld_sheet_warn(s, outcome_column, "compliance-without-date", "give the date it was recorded, or at least the due date",
                      "the compliance outcome has no date: it counts on no clock");
  }
  if (r->recorded != UPHELD_NO_DATE && r->decided != UPHELD_NO_DATE && r->recorded < r->decided) {
    upheld_format_date(r->recorded, recorded);
    upheld_format_date(r->decided, decided);
    upheld_sheet_warn(s, date_column, "compliance-before-decision", NULL,
                      "compliance was recorded on %s, before the decision of %s", recorded, decided);
  }
}

/* The scheme's outcomes with which a remedy may stand, for messages: "A", "B" or "C"; cut where the buffer ends. */
static const char *remedying_labels(const upheld_scheme *s, char buffer[REMEDYING_SIZE]) {
  int left = 0;
  size_t used = 0;
  buffer[0] = '\0';
  for (int i = 0; i < s->outcomes.count; i++) left += upheld_is_remedying(s, (uint8_t)i);
  for (int i = 0; i < s->outcomes.count; i++) {
    if (!upheld_is_remedying(s, (uint8_t)i)) continue;
    const char *after = --left == 0 ? "" : left == 1 ? " or " : ", ";
    int size = snprintf(buffer + used, REMEDYING_SIZE - used, "\"%s\"%s", s->outcomes.labels[i], after);
    if (size < 0 || (size_t)size >= REMEDYING_SIZE - used) break;
    used += (size_t)size;
  }
  return buffer[0] == '\0' ? "-" : buffer;
}

static const char *outcome_label(const upheld_scheme *s, uint8_t outcome) {
  return outcome == UPHELD_NO_CODE ? "open" : s->outcomes.labels[outcome];
}

/* Takes an effect back or adds it, in a one-off. */
static upheld_status count_effect(upheld_importer *im, const upheld_record *r, int sign) {
  upheld_effect e = upheld_tally_effect(im->scheme, r);
  if (sign > 0) return upheld_tally_later(&im->evidence->tally, r->authority, e, im->err);
  return upheld_tally_apply(&im->evidence->tally, r->authority, e, sign, im->err);
}

/* }====== */

/* {====== decisions: one row ====== */

/* Reads all cells; bad ones are reported and left as not recorded. */
static unsigned read_decision(upheld_importer *im, upheld_record *r) {
  upheld_sheet *s = &im->sheet;
  int effect = 0;
  unsigned present = 0;
  *r = upheld_record_none();
  if (read_reference(im, UPHELD_D_REFERENCE, &r->reference)) {
    if (im->reading == UPHELD_READING_ONLY) upheld_seen_touch(&im->decisions, r->reference);
    else upheld_keys_touch(&im->met, r->reference);
  }
  int authority = upheld_row_authority(im, UPHELD_D_AUTHORITY, UPHELD_D_CODE);
  r->authority = authority < 0 ? 0 : (uint32_t)authority;
  r->decided = upheld_sheet_date(s, UPHELD_D_DECIDED);
  r->outcome = upheld_sheet_word(s, UPHELD_D_OUTCOME, &im->scheme->outcomes, &im->outcomes, "unknown-outcome", &effect);
  r->area = upheld_sheet_word(s, UPHELD_D_AREA, &im->scheme->areas, &im->areas, "unknown-service-area", NULL);
  r->received = upheld_sheet_date(s, UPHELD_D_RECEIVED);
  r->remedied = upheld_sheet_yes_no(s, UPHELD_D_REMEDIED);
  if (upheld_sheet_has(s, UPHELD_D_COMPLIANCE)) {
    r->compliance = upheld_sheet_word(s, UPHELD_D_COMPLIANCE, &im->scheme->compliance, &im->compliance, "unknown-compliance-outcome", NULL);
    r->flags |= UPHELD_RECORD_COMPLIANCE_STATED;
    present |= UPHELD_HAS_COMPLIANCE;
  }
  r->due = upheld_sheet_date(s, UPHELD_D_DUE);
  r->recorded = upheld_sheet_date(s, UPHELD_D_RECORDED);
  r->url = upheld_sheet_cell(s, UPHELD_D_URL);
  r->kind = upheld_sheet_cell(s, UPHELD_D_KIND);
  r->line = s->row->line;
  r->import = im->import;
  if (im->options->sample) r->flags |= UPHELD_RECORD_SAMPLE;
  if (upheld_sheet_has(s, UPHELD_D_AREA)) present |= UPHELD_HAS_AREA;
  if (upheld_sheet_has(s, UPHELD_D_RECEIVED)) present |= UPHELD_HAS_RECEIVED;
  if (upheld_sheet_has(s, UPHELD_D_REMEDIED)) present |= UPHELD_HAS_REMEDIED;
  if (upheld_sheet_has(s, UPHELD_D_URL)) present |= UPHELD_HAS_URL;
  if (upheld_sheet_has(s, UPHELD_D_KIND)) present |= UPHELD_HAS_KIND;
  if ((effect & UPHELD_EFFECT_REMEDIED) != 0) { /* the spelling of the outcome says so itself */
    if (r->remedied == 0) {
      upheld_sheet_error(s, UPHELD_D_REMEDIED, "remedied-conflict", NULL,
                         "remedied_before says no, but the outcome says that it was remedied before");
    }
    r->remedied = 1;
    present |= UPHELD_HAS_REMEDIED;
  }
  return present;
}

/* Rules between the cells of a row, all of which are good. What is refused or warned of here is so in upheld_decision_is_plain too. */
static void check_decision(upheld_importer *im, const upheld_record *r) {
  upheld_sheet *s = &im->sheet;
  char one[11], other[11], allowed[REMEDYING_SIZE];
  bool open = r->outcome == UPHELD_NO_CODE;
  if (open && r->decided != UPHELD_NO_DATE) {
    upheld_sheet_error(s, UPHELD_D_OUTCOME, "decided-without-outcome", "an open case has neither a decided date nor an outcome",
                       "there is a decided date, but no outcome");
  }
  if (!open && r->decided == UPHELD_NO_DATE) {
    upheld_sheet_error(s, UPHELD_D_DECIDED, "outcome-without-date", "an open case has neither a decided date nor an outcome",
                       "there is an outcome, but no decided date");
  }
  if (r->received != UPHELD_NO_DATE && r->decided != UPHELD_NO_DATE && r->decided < r->received) {
    upheld_format_date(r->decided, one);
    upheld_format_date(r->received, other);
    upheld_sheet_error(s, UPHELD_D_DECIDED, "decided-before-received", NULL, "decided on %s, before it was received on %s", one, other);
  }
  if (r->remedied == 1 && !upheld_is_remedying(im->scheme, r->outcome)) {
    upheld_sheet_error(s, UPHELD_D_REMEDIED, "remedied-without-upheld", NULL,
                       "remedied before says yes, which stands only with the outcome %s (here: %s)",
                       remedying_labels(im->scheme, allowed), outcome_label(im->scheme, r->outcome));
  }
  if (r->compliance != UPHELD_NO_CODE && !upheld_is_remedying(im->scheme, r->outcome)) {
    upheld_sheet_error(s, UPHELD_D_COMPLIANCE, "compliance-without-upheld", NULL,
                       "a compliance outcome stands only with the outcome %s (here: %s)", remedying_labels(im->scheme, allowed),
                       outcome_label(im->scheme, r->outcome));
  }
}

/* Warnings of a row that will be kept. */
static void look_at_decision(upheld_importer *im, const upheld_record *r) {
  upheld_sheet *s = &im->sheet;
  const upheld_authority *a = &im->directory->items[r->authority];
  char decided[11], day[11];
  if (r->outcome == UPHELD_NO_CODE && r->received == UPHELD_NO_DATE) {
    upheld_sheet_warn(s, UPHELD_D_DECIDED, "open-without-received", NULL,
                      "neither decided nor with a received date: the case counts on no clock");
  }
  look_at_compliance(im, r, UPHELD_D_COMPLIANCE, UPHELD_D_RECORDED);
  if (r->decided == UPHELD_NO_DATE) return;
  if (a->valid_to != UPHELD_NO_DATE && r->decided > a->valid_to) {
    upheld_format_date(r->decided, decided);
    upheld_format_date(a->valid_to, day);
    upheld_sheet_warn(s, UPHELD_D_DECIDED, "authority-ended", NULL, "decided on %s, after %s ended on %s: it counts with that predecessor",
                      decided, a->name, day);
  } else if (a->valid_from != UPHELD_NO_DATE && r->decided < a->valid_from) {
    upheld_format_date(r->decided, decided);
    upheld_format_date(a->valid_from, day);
    upheld_sheet_warn(s, UPHELD_D_DECIDED, "authority-not-yet", "the site shows today's names on old decisions",
                      "decided on %s, before %s began on %s", decided, a->name, day);
  }
}

/* }====== */

/* {====== decisions: against what was there ====== */

/* What a record keeps of its earlier compliance where the later one is blank: outcomes are stated once, and not everywhere. */
static void keep_compliance(const upheld_record *old, upheld_record *r) {
  if (r->compliance == UPHELD_NO_CODE) r->compliance = old->compliance;
  if (r->due == UPHELD_NO_DATE) r->due = old->due;
  if (r->recorded == UPHELD_NO_DATE) r->recorded = old->recorded;
}

/* Packs a merged record; url and kind are known by their hash only, which stays unless the row has one of them. */
static void pack_merged(const upheld_seen_entry *earlier, const upheld_record *merged, uint64_t content[2]) {
  uint64_t texts = UINT64_MAX >> 26 << 26;
  upheld_seen_pack(merged, content);
  if (merged->url.size == 0 && merged->kind.size == 0) content[1] = (content[1] & ~texts) | (earlier->content[1] & texts);
}

/*
** What a later row makes of an earlier one, as upheld_register_put_decision does it: an absent column leaves the earlier value,
** and so does a blank compliance cell.
*/
static void merge(const upheld_scheme *s, const upheld_record *old, const upheld_record *r, unsigned present,
                  upheld_record *out) {
  *out = *r;
  if ((old->flags & UPHELD_RECORD_COMPLIANCE_ONLY) == 0) {
    if ((present & UPHELD_HAS_AREA) == 0) out->area = old->area;
    if ((present & UPHELD_HAS_RECEIVED) == 0) out->received = old->received;
    if ((present & UPHELD_HAS_REMEDIED) == 0 && upheld_is_remedying(s, r->outcome)) out->remedied = old->remedied;
    out->flags |= old->flags & UPHELD_RECORD_COMPLIANCE_STATED;
  }
  keep_compliance(old, out);
}

/* Whether a changed record only gained what was not recorded; an open case that arrives decided is completed in any case. */
static bool only_gained(const upheld_record *old, const upheld_record *new_one) {
  if (old->outcome == UPHELD_NO_CODE && new_one->outcome != UPHELD_NO_CODE) return true;
  return (old->received == UPHELD_NO_DATE || old->received == new_one->received) &&
         (old->decided == UPHELD_NO_DATE || old->decided == new_one->decided) &&
         (old->due == UPHELD_NO_DATE || old->due == new_one->due) &&
         (old->recorded == UPHELD_NO_DATE || old->recorded == new_one->recorded) &&
         (old->outcome == UPHELD_NO_CODE || old->outcome == new_one->outcome) &&
         (old->area == UPHELD_NO_CODE || old->area == new_one->area) &&
         (old->remedied == UPHELD_NO_CODE || old->remedied == new_one->remedied) &&
         (old->compliance == UPHELD_NO_CODE || old->compliance == new_one->compliance);
}

/* A key that stands in this file already. */
static void repeated(upheld_importer *im, const upheld_record *r, uint32_t line, bool same) {
  char reference[REFERENCE_SIZE];
  upheld_reference_format(im->scheme, r->reference, reference);
  if (same) {
    upheld_sheet_warn(&im->sheet, UPHELD_D_REFERENCE, "repeated-row", NULL, "the same decision stands in line %" PRIu32 " already", line);
    upheld_row_did(im, UPHELD_APPLIED_UNCHANGED);
  } else {
    upheld_sheet_error(&im->sheet, UPHELD_D_REFERENCE, "duplicate-key", "keep the row that is right",
                       "%s of %s stands in line %" PRIu32 " already, with different content", reference,
                       im->directory->items[r->authority].name, line);
  }
}

/* Warnings of what a row did to the decision that was there. */
static void warn_of_notes(upheld_importer *im, const upheld_record *r, unsigned notes) {
  char reference[REFERENCE_SIZE];
  upheld_reference_format(im->scheme, r->reference, reference);
  if ((notes & UPHELD_NOTE_WITHDRAWN) != 0) {
    upheld_sheet_warn(&im->sheet, UPHELD_D_REFERENCE, "withdrawn-decision", "leave it out of the file, if it was withdrawn rightly",
                      "%s of %s is withdrawn: it stays so and counts in no figure", reference,
                      im->directory->items[r->authority].name);
    return; /* what becomes of it moves nothing */
  }
  if ((notes & UPHELD_NOTE_REOPENED) != 0) {
    upheld_sheet_warn(&im->sheet, UPHELD_D_DECIDED, "open-again", "give its decided date and outcome, unless it was opened again",
                      "%s was decided, and arrives open: it counts as decided no more", reference);
  }
  if ((notes & UPHELD_NOTE_NOT_REMEDYING) != 0) {
    upheld_sheet_warn(&im->sheet, UPHELD_D_OUTCOME, "compliance-silenced", "check the outcome, or the compliance outcome",
                      "%s has a compliance outcome, which with the outcome \"%s\" counts no more", reference,
                      outcome_label(im->scheme, r->outcome));
  }
}

/* Notes of the register on the row just put; whether there is a compliance outcome to silence is asked for seldom. */
static upheld_status notes_of_register(upheld_importer *im, const upheld_record *r, unsigned *notes) {
  upheld_record stored;
  bool found = false;
  *notes = upheld_register_notes(im->target);
  if ((*notes & UPHELD_NOTE_NOT_REMEDYING) == 0) return UPHELD_OK;
  upheld_status st = upheld_register_get_decision(im->target, im->directory, r->reference, r->authority, &stored, &found, im->err);
  if (!found || stored.compliance == UPHELD_NO_CODE) *notes &= ~(unsigned)UPHELD_NOTE_NOT_REMEDYING;
  return st;
}

/* The same in a one-off, which has no withdrawn decisions. */
static unsigned notes_of_merge(const upheld_scheme *s, const upheld_record *old, const upheld_record *merged) {
  if (old->outcome == UPHELD_NO_CODE) return 0;
  if (merged->outcome == UPHELD_NO_CODE) return UPHELD_NOTE_REOPENED;
  bool silenced = upheld_is_remedying(s, old->outcome) && !upheld_is_remedying(s, merged->outcome) && merged->compliance != UPHELD_NO_CODE;
  return silenced ? UPHELD_NOTE_NOT_REMEDYING : 0;
}

/* A decision of a reference that has not been met before. */
static upheld_status write_first(upheld_importer *im, const upheld_record *r) {
  if (im->bulk != NULL) return upheld_bulk_add(im->bulk, r, im->err);
  upheld_status st = count_effect(im, r, 1);
  if ((r->flags & UPHELD_RECORD_SAMPLE) == 0) im->evidence->tally.records++;
  return st;
}

/* A decision of a reference that may have come before; old NULL: its key has not, in this import. */
static upheld_status write_decision(upheld_importer *im, const upheld_record *r, unsigned present, const upheld_record *old,
                                    const upheld_record *merged, bool same) {
  upheld_applied did = UPHELD_APPLIED_ADDED;
  upheld_status st = UPHELD_OK;
  unsigned notes = 0;
  if (im->target != NULL) {
    st = upheld_register_put_decision(im->target, im->directory, r, present, &did, im->err);
    if (st == UPHELD_OK) st = notes_of_register(im, r, &notes);
  } else if (old == NULL) {
    st = write_first(im, r);
  } else if (same) {
    did = UPHELD_APPLIED_UNCHANGED;
  } else {
    did = only_gained(old, merged) ? UPHELD_APPLIED_COMPLETED : UPHELD_APPLIED_CORRECTED;
    notes = notes_of_merge(im->scheme, old, merged);
    st = count_effect(im, old, -1);
    if (st == UPHELD_OK) st = count_effect(im, merged, 1);
  }
  if (st == UPHELD_OK) upheld_row_did(im, did);
  if (st == UPHELD_OK && notes != 0) warn_of_notes(im, r, notes);
  return st;
}

upheld_status upheld_file_changed(upheld_importer *im) {
  (void)upheld_fail(im->err, UPHELD_IO, "file-changed", "a file was changed while it was read; nothing was taken from it");
  upheld_copy(im->err->hint, sizeof im->err->hint, upheld_text_of("read it again when it is complete"));
  return UPHELD_IO;
}

/* Whether what was said under this reference is to be looked for: it may have come before (upheld_reading). */
static upheld_status comes_again(upheld_importer *im, uint64_t reference, bool *again) {
  *again = true;
  if (im->reading == UPHELD_READING_ONLY) return UPHELD_OK;
  if (im->reading == UPHELD_READING_AGAIN && upheld_keys_again(&im->met, reference)) return UPHELD_OK;
  upheld_status st = upheld_keys_meet(&im->met, reference, again, im->err);
  return st == UPHELD_OK && *again && im->reading == UPHELD_READING_AGAIN ? upheld_file_changed(im) : st;
}

/* A record of the first reading: whether its reference comes again is seen when its moves are made. */
static upheld_status write_down(upheld_importer *im, const upheld_record *r) {
  upheld_status st = im->sheet.status == UPHELD_OK ? upheld_moves_room(&im->moves, 1, im->err) : im->sheet.status;
  if (st != UPHELD_OK) return st;
  upheld_moves_add(&im->moves, r->reference, r->authority, upheld_tally_effect(im->scheme, r));
  return upheld_moves_written(im);
}

static upheld_status decision_row(upheld_importer *im) {
  upheld_record r, old, merged;
  bool again;
  unsigned present = read_decision(im, &r);
  if (!upheld_row_good(im)) return im->sheet.status;
  check_decision(im, &r);
  if (!upheld_row_good(im)) return im->sheet.status;
  if (im->reading == UPHELD_READING_FIRST && !im->options->sample) {
    look_at_decision(im, &r);
    return write_down(im, &r);
  }
  upheld_status st = comes_again(im, r.reference, &again);
  if (st != UPHELD_OK || (again && im->reading == UPHELD_READING_FIRST)) return st;
  if (!again) {
    look_at_decision(im, &r);
    return write_first(im, &r);
  }
  if (im->bulk != NULL) st = upheld_recall(im, r.reference);
  if (st != UPHELD_OK) return st;
  upheld_seen_entry *earlier = upheld_seen_find(&im->decisions, r.reference, r.authority);
  upheld_seen_entry entry = {r.reference, {0, 0}, upheld_row_hash(&r), upheld_seen_line(r.line), (uint16_t)r.authority, im->file};
  if (earlier == NULL) {
    look_at_decision(im, &r);
    upheld_seen_pack(&r, entry.content);
    st = write_decision(im, &r, present, NULL, NULL, false);
    return st == UPHELD_OK ? upheld_seen_add(&im->decisions, &entry, im->err) : st;
  }
  upheld_seen_unpack(earlier, &old);
  merge(im->scheme, &old, &r, present, &merged);
  if (earlier->file == im->file) {
    repeated(im, &r, earlier->line, entry.row == earlier->row);
    return im->sheet.status;
  }
  look_at_decision(im, &r);
  pack_merged(earlier, &merged, entry.content);
  st = write_decision(im, &r, present, &old, &merged,
                      entry.content[0] == earlier->content[0] && entry.content[1] == earlier->content[1]);
  *earlier = entry;
  return st;
}

/* }====== */

/* {====== compliance ====== */

static void many_authorities(upheld_importer *im, uint64_t reference, const uint32_t *list, size_t count) {
  char shown[REFERENCE_SIZE];
  upheld_buffer names;
  upheld_buffer_init(&names, &im->allocator);
  for (size_t i = 0; i < count; i++) {
    if (i > 0) upheld_buffer_text(&names, ", ");
    upheld_buffer_text(&names, im->directory->items[list[i]].name);
  }
  upheld_reference_format(im->scheme, reference, shown);
  upheld_sheet_error(&im->sheet, C_REFERENCE, "ambiguous-reference", "give the authority in a column authority or authority_code",
                     "%s is a case of several authorities: %s", shown, names.failed || names.data == NULL ? "" : names.data);
  upheld_buffer_free(&names);
}

/* The authorities that have a decision of this reference: at most MANY into list. */
static upheld_status authorities_of(upheld_importer *im, uint64_t reference, uint32_t list[MANY], size_t *count) {
  *count = 0;
  if (im->target == NULL) {
    upheld_seen_entry *found[MANY];
    upheld_record r;
    size_t n = upheld_seen_by_reference(&im->decisions, reference, found, MANY);
    for (size_t i = 0; i < n && i < MANY; i++) {
      upheld_seen_unpack(found[i], &r);
      if ((r.flags & UPHELD_RECORD_COMPLIANCE_ONLY) == 0) list[(*count)++] = r.authority;
    }
    return UPHELD_OK;
  }
  int64_t ids[MANY];
  size_t n = 0;
  upheld_status st = upheld_register_authorities_of(im->target, reference, ids, MANY, &n, im->err);
  for (size_t i = 0; st == UPHELD_OK && i < n && i < MANY; i++) {
    for (size_t k = 0; k < im->directory->count; k++) {
      if (im->directory->items[k].id == ids[i]) list[(*count)++] = (uint32_t)k;
    }
  }
  return st;
}

/* The authority of a compliance row: from its columns, or else the one with a decision of that reference. -1: reported. */
static upheld_status compliance_authority(upheld_importer *im, uint64_t reference, int *authority) {
  uint32_t list[MANY];
  size_t count;
  *authority = -1;
  if (upheld_sheet_cell(&im->sheet, C_AUTHORITY).size > 0 || upheld_sheet_cell(&im->sheet, C_CODE).size > 0) {
    *authority = upheld_row_authority(im, C_AUTHORITY, C_CODE);
    return UPHELD_OK;
  }
  upheld_status st = authorities_of(im, reference, list, &count);
  if (st != UPHELD_OK) return st;
  if (count == 1) {
    *authority = (int)list[0];
  } else if (count > 1) {
    many_authorities(im, reference, list, count);
  } else {
    char shown[REFERENCE_SIZE];
    upheld_reference_format(im->scheme, reference, shown);
    upheld_sheet_error(&im->sheet, C_REFERENCE, "unknown-reference",
                       "give the authority in a column authority or authority_code", "no decision %s is known", shown);
  }
  return UPHELD_OK;
}

/* The decision that the row belongs to, if it is known. */
static upheld_status known_decision(upheld_importer *im, const upheld_record *r, upheld_record *decision, bool *known) {
  if (im->target != NULL) {
    upheld_status st = upheld_register_get_decision(im->target, im->directory, r->reference, r->authority, decision, known,
                                                    im->err);
    /* a sample has no say in what is complete */
    if ((decision->flags & UPHELD_RECORD_SAMPLE) != 0 && (r->flags & UPHELD_RECORD_SAMPLE) == 0) *known = false;
    return st;
  }
  const upheld_seen_entry *e = upheld_seen_find(&im->decisions, r->reference, r->authority);
  *known = false;
  if (e != NULL) {
    upheld_seen_unpack(e, decision);
    *known = (decision->flags & UPHELD_RECORD_COMPLIANCE_ONLY) == 0;
  }
  return UPHELD_OK;
}

/* A one-off: the outcome joins its decision, or stands alone. */
static upheld_status count_compliance(upheld_importer *im, const upheld_record *r, upheld_applied *did) {
  upheld_seen_entry *e = upheld_seen_find(&im->decisions, r->reference, r->authority);
  upheld_record old, merged;
  *did = UPHELD_APPLIED_ADDED;
  if (e == NULL) {
    upheld_seen_entry entry = {r->reference, {0, 0}, 0, upheld_seen_line(r->line), (uint16_t)r->authority, im->file};
    upheld_seen_pack(r, entry.content);
    upheld_status st = count_effect(im, r, 1);
    return st == UPHELD_OK ? upheld_seen_add(&im->decisions, &entry, im->err) : st;
  }
  upheld_seen_unpack(e, &old);
  merged = old;
  merged.compliance = r->compliance;
  merged.due = r->due;
  merged.recorded = r->recorded;
  keep_compliance(&old, &merged);
  uint64_t content[2];
  pack_merged(e, &merged, content);
  if (content[0] == e->content[0] && content[1] == e->content[1]) {
    *did = UPHELD_APPLIED_UNCHANGED;
    return UPHELD_OK;
  }
  if (old.compliance != UPHELD_NO_CODE || old.due != UPHELD_NO_DATE || old.recorded != UPHELD_NO_DATE) {
    *did = only_gained(&old, &merged) ? UPHELD_APPLIED_COMPLETED : UPHELD_APPLIED_CORRECTED;
  }
  e->content[0] = content[0];
  e->content[1] = content[1];
  upheld_status st = count_effect(im, &old, -1);
  return st == UPHELD_OK ? count_effect(im, &merged, 1) : st;
}

static upheld_status write_compliance(upheld_importer *im, const upheld_record *r) {
  upheld_applied did = UPHELD_APPLIED_ADDED;
  upheld_status st;
  bool known = false;
  if (im->target != NULL) {
    st = upheld_register_put_compliance(im->target, im->directory, r, &known, &did, im->err);
  } else {
    st = count_compliance(im, r, &did);
  }
  if (st != UPHELD_OK) return st;
  upheld_row_did(im, did);
  upheld_date day = upheld_record_compliance_day(r);
  if (day != UPHELD_NO_DATE) {
    if (im->first == UPHELD_NO_DATE || day < im->first) im->first = day;
    if (im->last == UPHELD_NO_DATE || day > im->last) im->last = day;
    if (im->evidence != NULL && !im->options->sample) {
      upheld_evidence_mark_compliance(im->evidence, upheld_scheme_year(im->scheme, day));
    }
  }
  return UPHELD_OK;
}

static upheld_status compliance_row(upheld_importer *im) {
  upheld_sheet *s = &im->sheet;
  upheld_record r = upheld_record_none(), decision;
  upheld_status st = UPHELD_OK;
  int authority = -1;
  bool known = false;
  if (read_reference(im, C_REFERENCE, &r.reference)) {
    bool again;
    st = comes_again(im, r.reference, &again);
    if (st != UPHELD_OK || (again && im->reading == UPHELD_READING_FIRST)) return st;
    st = compliance_authority(im, r.reference, &authority);
  }
  if (st != UPHELD_OK) return st;
  (void)upheld_sheet_required(s, C_COMPLIANCE);
  r.authority = authority < 0 ? 0 : (uint32_t)authority;
  r.compliance = upheld_sheet_word(s, C_COMPLIANCE, &im->scheme->compliance, &im->compliance, "unknown-compliance-outcome", NULL);
  r.due = upheld_sheet_date(s, C_DUE);
  r.recorded = upheld_sheet_date(s, C_RECORDED);
  r.line = s->row->line;
  r.import = im->import;
  r.flags = UPHELD_RECORD_COMPLIANCE_ONLY;
  if (im->options->sample) r.flags |= UPHELD_RECORD_SAMPLE;
  if (!upheld_row_good(im)) return s->status;
  st = known_decision(im, &r, &decision, &known);
  if (st != UPHELD_OK) return st;
  if (known && !upheld_is_remedying(im->scheme, decision.outcome)) {
    char allowed[REMEDYING_SIZE];
    upheld_sheet_error(s, C_COMPLIANCE, "compliance-without-upheld", NULL,
                       "a compliance outcome stands only with the outcome %s (the decision: %s)", remedying_labels(im->scheme, allowed),
                       outcome_label(im->scheme, decision.outcome));
    return s->status;
  }
  char reference[REFERENCE_SIZE];
  uint64_t content[2];
  upheld_seen_pack(&r, content);
  upheld_reference_format(im->scheme, r.reference, reference);
  if (!upheld_row_is_new(im, r.reference, r.authority, content, C_REFERENCE, reference)) return s->status;
  if (known) r.decided = decision.decided; /* for the warning below; and where an undated outcome leaves a gap */
  look_at_compliance(im, &r, C_COMPLIANCE, C_RECORDED);
  if (s->status == UPHELD_OK) st = write_compliance(im, &r);
  if (st != UPHELD_OK || s->status != UPHELD_OK) return st == UPHELD_OK ? s->status : st;
  if (im->target != NULL && (upheld_register_notes(im->target) & UPHELD_NOTE_WITHDRAWN) != 0) {
    upheld_sheet_warn(s, C_REFERENCE, "withdrawn-decision", "leave it out of the file, if it was withdrawn rightly",
                      "%s of %s is withdrawn: its compliance outcome counts in no figure", reference,
                      im->directory->items[r.authority].name);
  } else if (!known) {
    upheld_sheet_warn(s, C_REFERENCE, "unknown-decision", NULL,
                      "the decision %s of %s is not known: the outcome counts by its own date",
                      reference, im->directory->items[r.authority].name);
  }
  return s->status;
}

/* }====== */

const upheld_kind_rules upheld_decision_rules = {"decisions", decision_columns, sizeof decision_columns / sizeof decision_columns[0],
                                                 decision_row, NULL, upheld_plain_decisions};
const upheld_kind_rules upheld_compliance_rules = {"compliance", compliance_columns,
                                                   sizeof compliance_columns / sizeof compliance_columns[0], compliance_row,
                                                   NULL, NULL};
