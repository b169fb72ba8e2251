/*
** generate.c: invented authorities and decisions, for tests, the benchmark and the demonstration.
** Owns: that the same arguments give the same bytes on every machine, and that every row is valid: unique references of the ombudsman's form,
** ordered dates, outcomes and compliance that go together. Names say that they are invented, so every output made from them does.
**
** usage: upheld-generate ROWS FIRST_YEAR YEARS AUTHORITIES.csv DECISIONS.csv [POPULATION.csv]
** Decisions fall evenly over YEARS reporting years (1 April to 31 March) from FIRST_YEAR on; one row in a hundred is an open case.
*/
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AUTHORITIES = 323, MAX_PREFIX = 200, PER_PREFIX = 1000000 };

typedef struct kind {
  const char *type, *suffix, *code;
  int count, weight;
} kind;

static const kind kinds[] = {
  {"Unitary", "Council", "X06", 63, 6},        {"District", "District Council", "X07", 164, 2},
  {"Metropolitan", "Metropolitan Borough Council", "X08", 36, 9}, {"London Borough", "London Borough", "X09", 33, 10},
  {"County", "County Council", "X10", 21, 12}, {"National Park", "National Park Authority", "X26", 6, 1},
};

static const char *const areas[] = {
  "Adult Care Services", "Benefits & Tax", "Corporate & Other Services", "Education & Children's Services",
  "Environmental Services & Public Protection & Regulation", "Highways & Transport", "Housing", "Planning & Development", "Other"
};

/* Weights per thousand, in the order of the scheme. */
static const char *const outcomes[] = {
  "Invalid or incomplete", "Advice given", "Referred back for local resolution", "Closed after initial enquiries",
  "Not upheld", "Upheld"
};
static const int outcome_weight[] = {60, 100, 320, 290, 60, 170};

typedef struct authority {
  char code[16], name[80];
  int kind, uphold; /* own share of investigations upheld, per thousand */
} authority;

typedef struct generator {
  uint64_t state;
  authority list[AUTHORITIES];
  int drawn[4096]; /* authorities by weight */
  int drawn_count;
  uint32_t used[MAX_PREFIX]; /* references given out, by year of receipt */
} generator;

/* splitmix64: the whole state is one number, so that a run can be repeated anywhere. */
static uint64_t next(generator *g) {
  uint64_t z = (g->state += UINT64_C(0x9e3779b97f4a7c15));
  z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
  return z ^ (z >> 31);
}

static int below(generator *g, int n) { return (int)((next(g) >> 33) % (uint64_t)n); }

/* Days since 1970-01-01 (era arithmetic of the proleptic Gregorian calendar). */
static long days_of(int y, int m, int d) {
  y -= m <= 2;
  long era = y / 400, yoe = y - era * 400;
  long doy = (153L * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
  return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static void date_of(long days, int *y, int *m, int *d) {
  days += 719468;
  long era = days / 146097, doe = days - era * 146097;
  long yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  long doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
  *d = (int)(doy - (153 * mp + 2) / 5 + 1);
  *m = (int)(mp < 10 ? mp + 3 : mp - 9);
  *y = (int)(yoe + era * 400 + (*m <= 2));
}

static void put_date(FILE *f, long days) {
  int y, m, d;
  date_of(days, &y, &m, &d);
  fprintf(f, "%04d-%02d-%02d", y, m, d);
}

static void make_authorities(generator *g, FILE *f) {
  int n = 0;
  fputs("code,name,type,region\n", f);
  for (int k = 0; k < (int)(sizeof kinds / sizeof kinds[0]); k++) {
    for (int i = 1; i <= kinds[k].count; i++, n++) {
      authority *a = &g->list[n];
      a->kind = k;
      a->uphold = 450 + below(g, 400);
      snprintf(a->code, sizeof a->code, "%s%06d", kinds[k].code, i);
      /* one name in twenty holds a comma, as Bournemouth, Christchurch and Poole does */
      snprintf(a->name, sizeof a->name, i % 20 == 0 ? "\"Invented, Made and Up %s %03d\"" : "Invented %s %03d",
               kinds[k].suffix, i);
      fprintf(f, "%s,%s,%s,%s\n", a->code, a->name, kinds[k].type, i % 2 == 0 ? "Invented North" : "Invented South");
      for (int w = 0; w < kinds[k].weight; w++) g->drawn[g->drawn_count++] = n;
    }
  }
}

static void make_population(generator *g, FILE *f, int first_year, int years) {
  fputs("code,year,population\n", f);
  for (int n = 0; n < AUTHORITIES; n++) {
    int base = 20000 * kinds[g->list[n].kind].weight + below(g, 60000);
    if (strcmp(kinds[g->list[n].kind].type, "National Park") == 0) continue;
    for (int y = 0; y < years; y++) fprintf(f, "%s,%d,%d\n", g->list[n].code, first_year + y, base + 300 * y);
  }
}

/* The next unused reference of the year in which a case was received: "YY NNN NNN", YY the year that begins in April; from 2070 on with an "a" behind. */
static bool put_reference(generator *g, FILE *f, long received) {
  int y, m, d;
  date_of(received, &y, &m, &d);
  int prefix = m >= 4 ? y : y - 1;
  if (prefix < 1970 || prefix >= 1970 + MAX_PREFIX) return false;
  uint32_t serial = g->used[prefix - 1970]++;
  if (serial >= PER_PREFIX) return false;
  fprintf(f, "%02d %03u %03u%s", prefix % 100, (unsigned)(serial / 1000), (unsigned)(serial % 1000), prefix < 2070 ? "" : "a");
  return true;
}

static int draw_outcome(generator *g, const authority *a) {
  int r = below(g, 1000), k = 0;
  while (r >= outcome_weight[k]) r -= outcome_weight[k++];
  if (k >= 4) k = below(g, 1000) < a->uphold ? 5 : 4; /* each authority has a rate of its own */
  return k;
}

static void put_compliance(generator *g, FILE *f, long decided) {
  long due = decided + 30 + below(g, 90);
  int r = below(g, 1000);
  const char *outcome = r < 800 ? "Remedy complete and satisfied" : r < 990 ? "Remedy completed late" : "Remedy not complete";
  fputc(',', f);
  put_date(f, due);
  fprintf(f, ",%s,", outcome);
  put_date(f, r < 800 ? due - below(g, 25) : due + 1 + below(g, 60));
}

static bool put_row(generator *g, FILE *f, long first, long last) {
  const authority *a = &g->list[g->drawn[below(g, g->drawn_count)]];
  bool open = below(g, 100) == 0;
  long decided = first + below(g, (int)(last - first + 1));
  long received = open ? decided : decided - 5 - below(g, 360);
  if (!put_reference(g, f, received)) return false;
  fprintf(f, ",%s,%s,%s,", a->name, a->code, areas[below(g, 9)]);
  put_date(f, received);
  if (open) {
    fputs(",,,,,,\n", f);
    return true;
  }
  int k = draw_outcome(g, a);
  fputc(',', f);
  put_date(f, decided);
  fprintf(f, ",%s,%s", outcomes[k], k == 5 ? (below(g, 100) < 14 ? "yes" : "no") : "");
  if (k == 5 && below(g, 100) < 85) put_compliance(g, f, decided);
  else fputs(",,,", f);
  fputc('\n', f);
  return true;
}

static int finish(FILE *f, const char *path) {
  if (f == NULL || ferror(f) || fclose(f) != 0) {
    fprintf(stderr, "upheld-generate: %s cannot be written\n", path);
    return 1;
  }
  return 0;
}

int main(int argc, char **argv) {
  if (argc < 6 || argc > 7) {
    fputs("usage: upheld-generate ROWS FIRST_YEAR YEARS AUTHORITIES.csv DECISIONS.csv [POPULATION.csv]\n", stderr);
    return 2;
  }
  long long rows = atoll(argv[1]);
  int first_year = atoi(argv[2]), years = atoi(argv[3]);
  generator *g = calloc(1, sizeof *g);
  if (g == NULL || rows < 0 || first_year < 1975 || years < 1 || first_year + years > 2160) return 2;
  g->state = 20200722;
  FILE *f = fopen(argv[4], "w");
  if (f != NULL) make_authorities(g, f);
  if (finish(f, argv[4]) != 0) return 1;
  f = fopen(argv[5], "w");
  long first = days_of(first_year - 1, 4, 1), last = days_of(first_year + years - 1, 3, 31);
  if (f != NULL) fputs("reference,authority,authority_code,service_area,received_date,decided_date,outcome,remedied_before,"
                       "compliance_due_date,compliance_outcome,compliance_date\n", f);
  for (long long i = 0; f != NULL && i < rows; i++) {
    if (!put_row(g, f, first, last)) {
      fputs("upheld-generate: more than a million cases of one year: take more years\n", stderr);
      return 1;
    }
  }
  if (finish(f, argv[5]) != 0) return 1;
  if (argc == 7) {
    f = fopen(argv[6], "w");
    if (f != NULL) make_population(g, f, first_year, years);
    if (finish(f, argv[6]) != 0) return 1;
  }
  free(g);
  return 0;
}
