/*
** published.c: what follows from published counts (published.h).
** Owns: that closure: sums and differences of counts that are known, until nothing more is learnt.
*/
#include "published.h"

/* Counts known for one authority and year, with what follows from them. */
typedef struct known_counts {
  uint64_t mask[65];
  int64_t value[65];
  bool known[65];
  int count;
} known_counts;

/* One round: an unknown count that is the sum or difference of two known ones. Gives whether anything was learnt. */
static bool learn(known_counts *k) {
  bool learnt = false;
  for (int t = 0; t < k->count; t++) {
    for (int i = 0; i < k->count && !k->known[t]; i++) {
      for (int j = 0; k->known[i] && j < k->count && !k->known[t]; j++) {
        uint64_t a = k->mask[i], b = k->mask[j];
        if (i == j || !k->known[j]) continue;
        if ((a & b) == 0 && (a | b) == k->mask[t]) {
          k->value[t] = k->value[i] + k->value[j];
        } else if ((a & b) == b && (a & ~b) == k->mask[t] && k->value[i] >= k->value[j]) {
          k->value[t] = k->value[i] - k->value[j];
        } else {
          continue;
        }
        k->known[t] = learnt = true;
      }
    }
  }
  return learnt;
}

/* What is published of an authority and year, with one further count that is asked for at the end. */
static void gather(known_counts *k, const upheld_evidence *e, uint32_t authority, int year, uint64_t mask) {
  k->count = 0;
  for (int item = 0; item < e->scheme->published_count; item++) {
    if (e->scheme->published[item].mask == 0) continue;
    const upheld_published_value *v = upheld_evidence_published(e, authority, year, item);
    k->mask[k->count] = e->scheme->published[item].mask;
    k->known[k->count] = v != NULL && v->decimals == 0;
    k->value[k->count++] = v != NULL ? v->value : 0;
  }
  k->mask[k->count] = mask;
  k->known[k->count] = false;
  k->value[k->count++] = 0;
}

bool upheld_published_count(const upheld_evidence *e, uint32_t authority, int year, uint64_t mask, int64_t *value) {
  known_counts k;
  gather(&k, e, authority, year, mask);
  for (int i = 0; i + 1 < k.count; i++) {
    if (k.known[i] && k.mask[i] == mask) {
      *value = k.value[i];
      return true;
    }
  }
  while (!k.known[k.count - 1] && learn(&k)) continue;
  *value = k.value[k.count - 1];
  return k.known[k.count - 1];
}

bool upheld_published_agree(const upheld_evidence *e, uint32_t authority, int year, uint64_t masks) {
  known_counts k;
  gather(&k, e, authority, year, 0);
  for (int i = 0; i < k.count; i++) {
    for (int j = 0; j < k.count; j++) {
      if (!k.known[i] || !k.known[j] || ((k.mask[i] | k.mask[j]) & masks) == 0) continue;
      uint64_t a = k.mask[i], b = k.mask[j];
      if ((a & ~b) == 0 && k.value[i] > k.value[j]) return false; /* a part larger than the whole */
      for (int t = 0; t < k.count; t++) {
        if (k.known[t] && i != j && (a & b) == 0 && (a | b) == k.mask[t] && k.value[i] + k.value[j] != k.value[t]) return false;
      }
    }
  }
  return true;
}

const upheld_published_value *upheld_printed_rate(const upheld_evidence *e, uint32_t authority, int year, int indicator,
                                                  bool peer) {
  for (int item = 0; item < e->scheme->published_count; item++) {
    const upheld_published_item *p = &e->scheme->published[item];
    if (p->indicator == indicator && p->peer == peer) {
      const upheld_published_value *v = upheld_evidence_published(e, authority, year, item);
      if (v != NULL) return v;
    }
  }
  return NULL;
}

bool upheld_only_numerator(int64_t n, const upheld_published_value *printed, int64_t *x) {
  int64_t scale = 100;
  for (int d = 0; d < printed->decimals; d++) scale *= 10;
  if (n <= 0 || n > 1000000000 || printed->decimals > 4 || printed->value > scale) return false;
  /* x prints as value when 2*value*n - n <= 2*scale*x < 2*value*n + n */
  int64_t low = 2 * printed->value * n - n, high = 2 * printed->value * n + n;
  int64_t first = low <= 0 ? 0 : (low + 2 * scale - 1) / (2 * scale);
  int64_t last = (high - 1) / (2 * scale);
  if (last > n) last = n;
  *x = first;
  return first == last;
}
