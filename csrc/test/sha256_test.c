/*
** sha256_test.c: SHA-256 against the examples of FIPS 180-4, and its two ways against each other, however the bytes are cut into pieces.
** Usage: sha256_test. Prints "ok NAME" or "not ok NAME (line ...)"; the exit status is 1 when a check failed.
*/
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sha256.h"

enum { BYTES = 1 << 18, PIECES = 400 };

static int failed, bad;
static unsigned char bytes[BYTES];
#define CHECK(condition) ((condition) ? (void)0 : (void)(failed++, printf("# line %d: %s\n", __LINE__, #condition)))

/* The same numbers everywhere. */
static uint64_t next_random(uint64_t *state) {
  *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return *state >> 20;
}

static void digest(bool plain, const void *text, size_t size, size_t most, uint64_t seed, char out[65]) {
  upheld_sha256 s;
  upheld_sha256_init(&s);
  if (plain) upheld_sha256_plain(&s);
  for (size_t done = 0; done < size;) {
    size_t piece = (size_t)(next_random(&seed) % most) + 1;
    if (piece > size - done) piece = size - done;
    upheld_sha256_add(&s, (const char *)text + done, piece);
    done += piece;
  }
  upheld_sha256_hex(&s, out);
}

static void test_examples(void) {
  static const struct { const char *text, *hex; } examples[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"}
  };
  char out[65];
  for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
    digest(false, examples[i].text, strlen(examples[i].text), 100, 1, out);
    CHECK(strcmp(out, examples[i].hex) == 0);
  }
  char *many = malloc(1000000);
  if (many == NULL) exit(2);
  memset(many, 'a', 1000000);
  for (int plain = 0; plain < 2; plain++) {
    digest(plain != 0, many, 1000000, 1000000, 1, out);
    CHECK(strcmp(out, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0") == 0);
  }
  free(many);
}

static void test_ways(void) {
  uint64_t state = 7;
  char one[65], other[65];
  for (size_t i = 0; i < BYTES; i++) bytes[i] = (unsigned char)next_random(&state);
  for (int i = 0; i < PIECES; i++) {
    size_t size = (size_t)(next_random(&state) % 20000), from = (size_t)(next_random(&state) % 1000);
    digest(false, bytes + from, size, 9000, state, one);
    digest(true, bytes + from, size, 200, state, other);
    CHECK(strcmp(one, other) == 0);
  }
  digest(false, bytes, BYTES, BYTES, 1, one);
  digest(true, bytes, BYTES, 64, 1, other);
  CHECK(strcmp(one, other) == 0);
}

int main(void) {
  static const struct { const char *name; void (*run)(void); } tests[] = {{"the standard's examples", test_examples}, {"both ways", test_ways}};
  for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
    failed = 0;
    tests[i].run();
    printf("%s %s\n", failed == 0 ? "ok" : "not ok", tests[i].name);
    if (failed != 0) bad++;
  }
  return bad > 0;
}
