# upheld: build, test and install. `make help` lists the targets.
# Everything generated goes to build/; nothing here needs editing by hand: override on the command line (make CC=clang).

LUA      ?= lua5.4
CC       ?= gcc
BUILD    ?= build
PREFIX   ?= /usr/local
DESTDIR  ?=
SUDO     ?= $(shell [ "$$(id -u)" = 0 ] || command -v sudo)

LUA_VERSION := $(patsubst lua%,%,$(notdir $(LUA)))
LUA_CFLAGS   = $(shell pkg-config --cflags $(LUA) 2>/dev/null || echo -I/usr/include/$(LUA))

# The sets of warnings are those that CI turns into errors (make lint), with gcc and with clang.
WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wconversion
OPTIMISE = -O2
CFLAGS  ?= $(OPTIMISE) -g
ALL_CFLAGS = -std=c11 -fPIC -fvisibility=hidden $(WARNINGS) $(CFLAGS) $(EXTRA)
LIBS     = -lsqlite3 -lm

CORE = $(sort $(wildcard csrc/core/*.c))
BIND = $(sort $(wildcard csrc/bind/*.c))
HEADERS = $(wildcard csrc/core/*.h csrc/bind/*.h)
CORE_OBJECTS = $(CORE:csrc/%.c=$(BUILD)/obj/%.o)
BIND_OBJECTS = $(BIND:csrc/%.c=$(BUILD)/obj/%.o)
MODULE  = $(BUILD)/lib/upheld/core.so
COMMAND = $(BUILD)/bin/upheld
GENERATE = $(BUILD)/bin/upheld-generate
CORE_TESTS = $(addprefix $(BUILD)/bin/,register-test chunks-test import-test keys-test runs-test pages-test sha256-test stats-test trend-test evidence-test)
TEST_PROGRAMS = $(GENERATE) $(CORE_TESTS)

# Packages by Debian's names: what building and `make test` need, and what else `make test-all` and `make lint` need.
DEPS     = gcc make libc6-dev pkg-config lua5.4 liblua5.4-dev libsqlite3-dev sqlite3 lua-busted lua-argparse
DEPS_ALL = $(DEPS) clang cppcheck lua-check lua-dkjson valgrind luarocks unzip \
           pandoc chromium libreoffice-writer-nogui poppler-utils lua-socket python3-aiosmtpd \
           $(shell command -v npm >/dev/null || echo npm)

# The accessibility checker that letters are held against: a program of the tests, never of the module.
AXE = $(BUILD)/npm/node_modules/axe-core/axe.min.js

# luarocks and lua-check bring lua5.1, which then is `lua`: always name the version.
RUN  = LUA_PATH="lua/?.lua;lua/?/init.lua;spec/?.lua;;" LUA_CPATH="$(BUILD)/lib/?.so;;" UPHELD_BUILD="$(BUILD)" LUA="$(LUA)"
BUSTED = $(RUN) $(LUA) /usr/bin/busted --ignore-lua

.PHONY: all help deps deps-all build demo test test-all run-specs lint bench asan valgrind coverage install clean

all: build

help: ## this list
	@echo "Targets:"
	@sed -n 's/^\([a-z-]*\):[^#]*## */  make \1|/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-18s %s\n", $$1, $$2}'

deps: ## install the Debian packages that building and testing need, when some are missing
	@missing=$$(for p in $(DEPS); do dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || echo $$p; done); \
	if [ -n "$$missing" ]; then echo "installing:" $$missing; $(SUDO) apt-get update -q >/dev/null && \
	DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -q --no-install-recommends $$missing >/dev/null; fi

deps-all: ## install also what test-all and lint need
	@$(MAKE) --no-print-directory deps DEPS="$(DEPS_ALL)"
	@test -f $(AXE) || npm install --silent --no-fund --no-audit --prefix $(BUILD)/npm axe-core@4.14.1

build: $(MODULE) $(COMMAND) ## the C module and the command, in build/

$(BUILD)/obj/%.o: csrc/%.c $(HEADERS)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(if $(findstring /bind/,$<),$(LUA_CFLAGS)) -c -o $@ $<

$(MODULE): $(CORE_OBJECTS) $(BIND_OBJECTS)
	@mkdir -p $(@D)
	$(CC) -shared $(CFLAGS) $(EXTRA) -o $@ $^ $(LIBS)

# The command runs from a checkout as it is: it finds lua/ and build/lib by its own path.
$(COMMAND): Makefile
	@mkdir -p $(@D)
	@printf '%s\n' '#!/bin/sh' '# Starts the upheld command of this checkout.' \
	 "here=\$$(CDPATH= cd -- \"\$$(dirname -- \"\$$0\")/$$(realpath --relative-to=$(@D) .)\" && pwd)" \
	 'LUA_PATH="$$here/lua/?.lua;$$here/lua/?/init.lua;$${LUA_PATH:-;}" LUA_CPATH="$$here/$(BUILD)/lib/?.so;$${LUA_CPATH:-;}" \' \
	 '  exec $(LUA) "$$here/lua/upheld/main.lua" "$$@"' > $@
	@chmod +x $@

$(GENERATE): csrc/test/generate.c
	@mkdir -p $(@D)
	$(CC) -std=c11 $(WARNINGS) $(CFLAGS) -o $@ $<

# Programs of the core alone, without Lua: that they link shows that the core needs none.
$(BUILD)/bin/%-test: csrc/test/%_test.c csrc/test/meter.h $(CORE_OBJECTS)
	@mkdir -p $(@D)
	$(CC) -std=c11 $(WARNINGS) $(CFLAGS) $(EXTRA) -Icsrc/core -Icsrc/test -o $@ $(filter-out %.h,$^) $(LIBS)

demo: deps ## real input to letters, and an invented full year (in build/demo)
	@$(MAKE) --no-print-directory -s build $(GENERATE)
	@$(RUN) $(LUA) examples/demo.lua $(BUILD)/demo $(GENERATE)

test: deps ## build and run every spec that needs the core's packages only
	@$(MAKE) --no-print-directory -s build $(TEST_PROGRAMS)
	@$(BUSTED) spec

test-all: deps-all ## install the outside programs too, run everything, allow nothing pending
	@$(MAKE) --no-print-directory -s build $(TEST_PROGRAMS)
	@UPHELD_NO_PENDING=1 $(BUSTED) spec

lint: deps-all ## gcc and clang with warnings as errors, luacheck, cppcheck
	@for cc in gcc clang; do echo "lint: $$cc"; \
	  $(MAKE) --no-print-directory -s BUILD=$(BUILD)/lint-$$cc CC=$$cc EXTRA=-Werror $(BUILD)/lint-$$cc/lib/upheld/core.so \
	    $(TEST_PROGRAMS:$(BUILD)/%=$(BUILD)/lint-$$cc/%) || exit 1; done
	@echo "lint: luacheck"; luacheck -q lua spec examples
	@echo "lint: cppcheck"; cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr --enable=warning,performance,portability \
	  --suppress=missingIncludeSystem -Icsrc/core $(CORE) $(BIND) $(wildcard csrc/test/*.c)

# Sanitizers need their library before the interpreter's own; leaks show because the state is closed at the end.
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
asan: deps ## the whole suite under AddressSanitizer and UBSan
	@$(MAKE) --no-print-directory -s BUILD=$(BUILD)/asan OPTIMISE=-O1 EXTRA="$(SANITIZE)" build $(TEST_PROGRAMS:$(BUILD)/%=$(BUILD)/asan/%)
	@LD_PRELOAD="$$($(CC) -print-file-name=libasan.so) $$($(CC) -print-file-name=libubsan.so)" \
	  $(MAKE) --no-print-directory -s BUILD=$(BUILD)/asan run-specs

valgrind: deps-all ## the whole suite under valgrind
	@$(MAKE) --no-print-directory -s build $(TEST_PROGRAMS)
	@UPHELD_SLOW=1 $(RUN) valgrind -q --leak-check=full --error-exitcode=9 $(LUA) /usr/bin/busted --ignore-lua spec

coverage: deps ## line and branch coverage of the C sources by gcov, in build/coverage
	@$(MAKE) --no-print-directory -s BUILD=$(BUILD)/coverage OPTIMISE=-O0 EXTRA=--coverage build $(TEST_PROGRAMS:$(BUILD)/%=$(BUILD)/coverage/%)
	@$(MAKE) --no-print-directory -s BUILD=$(BUILD)/coverage run-specs
	@cd $(BUILD)/coverage && for f in obj/core/*.gcda obj/bind/*.gcda; do gcov -b -o $$f $$f 2>/dev/null; done | \
	  awk "/^File/{f=\$$2} /^Lines/{l=\$$2} /^Taken/{if (f ~ /csrc\/(core|bind)\/.*[.]c/) print f, l, \$$0; f=\"\"}" | \
	  sed "s/'//g; s/executed://; s/Taken at least once:/branches /" | sort -u

bench: deps ## CSV to figures (ROWS=10000000), into a register, breakdowns and letters, against others, as ratios
	@$(MAKE) --no-print-directory -s build $(GENERATE)
	@$(RUN) $(LUA) csrc/test/bench.lua $(BUILD) $(ROWS)
	@$(RUN) $(LUA) csrc/test/bench_register.lua $(BUILD) $(ROWS)
	@$(RUN) $(LUA) csrc/test/bench_breakdown.lua $(BUILD) $(ROWS)
	@$(RUN) $(LUA) csrc/test/bench_letters.lua $(BUILD)

run-specs:
	@$(BUSTED) spec

install: build ## install into DESTDIR/PREFIX
	install -d $(DESTDIR)$(PREFIX)/lib/lua/$(LUA_VERSION)/upheld $(DESTDIR)$(PREFIX)/share/lua/$(LUA_VERSION) $(DESTDIR)$(PREFIX)/bin
	install -m 755 $(MODULE) $(DESTDIR)$(PREFIX)/lib/lua/$(LUA_VERSION)/upheld/core.so
	cd lua && find upheld -name '*.lua' | while read f; do install -D -m 644 "$$f" "$(DESTDIR)$(PREFIX)/share/lua/$(LUA_VERSION)/$$f"; done
	printf '%s\n' '#!/bin/sh' 'exec $(LUA) "$(PREFIX)/share/lua/$(LUA_VERSION)/upheld/main.lua" "$$@"' > $(DESTDIR)$(PREFIX)/bin/upheld
	chmod 755 $(DESTDIR)$(PREFIX)/bin/upheld

clean: ## remove build/
	rm -rf $(BUILD)
