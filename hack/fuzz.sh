#!/usr/bin/env bash
# Feeds the parsers inputs that nobody thought of, and keeps those that break them.
set -euo pipefail

usage() {
  cat <<'USAGE'
Usage: hack/fuzz.sh [OPTION...] [ENTRY...]

Runs each entry (all, when none is named) for a while under libFuzzer with the address sanitizer,
one after another. An entry is a parser and what has to hold for it: Tests/Fuzzing.

  --seconds N         how long each entry runs (default 60)
  --reproduce FILE    runs the one entry named with this input only, with a backtrace
  --list              the names of the entries
  -h, --help          this text

What is learned is kept in .build-fuzz/corpus, and what breaks an entry in .build-fuzz/findings,
as ENTRY-crash-…, ENTRY-timeout-… or ENTRY-oom-…; the command that repeats it is printed. The
inputs to start from are in Tests/Fuzzing/Corpus.

The exit code is 0 when nothing was found, 1 when something was, or it cannot be built, 2 for
wrong usage.
USAGE
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=${here%/*}
cd "$root"

readonly BUILD=.build-fuzz
readonly PROGRAM=$BUILD/release/Fuzzing
readonly FINDINGS=$BUILD/findings
readonly SEEDS=Tests/Fuzzing/Corpus

seconds=60
reproduced=
entries=()

say() { echo "fuzz: $*" >&2; }

usage_error() {
  say "$*; see hack/fuzz.sh --help"
  exit 2
}

list() { sed -nE 's/^ +Entry\("([a-z-]+)".*/\1/p' Tests/Fuzzing/Entry.swift; }

# Swift asks the compiler for a kind of coverage that libFuzzer no longer reads, hence the list.
# Internal declarations are open to the entries as they are to tests.
build() {
  say "building"
  TERWAY_FUZZING=1 swift build --configuration release --product Fuzzing --scratch-path "$BUILD" \
    --sanitize fuzzer --sanitize address -Xswiftc -enable-testing \
    -Xswiftc -sanitize-coverage=edge,indirect-calls,trace-cmp,inline-8bit-counters,pc-table >"$BUILD/build.log" 2>&1 ||
    { tail -n 40 "$BUILD/build.log"; say "it does not build; the whole log is $BUILD/build.log"; exit 1; }
}

# Leaks are not looked for: Swift keeps bits of its own in pointers, which the search misses.
fuzzing() {
  local entry=$1
  shift
  FUZZ_ENTRY=$entry ASAN_OPTIONS=detect_leaks=0:${ASAN_OPTIONS:-} "$PROGRAM" "$@" </dev/null
}

# Without Swift's own backtrace, which keeps libFuzzer from writing the input down.
run() {
  local entry=$1 corpus=$BUILD/corpus/$1 log=$BUILD/$1.log
  mkdir -p "$corpus" "$FINDINGS" "$SEEDS/$entry"
  echo "==> $entry, $seconds s"
  if SWIFT_BACKTRACE=enable=no fuzzing "$entry" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 \
    -artifact_prefix="$FINDINGS/$entry-" -print_final_stats=1 "$corpus" "$SEEDS/$entry" >"$log" 2>&1; then
    awk '/number_of_executed_units/ { runs = $2 } /cov: / { for (i = 1; i < NF; i++) if ($i == "cov:") cov = $(i + 1) }
      END { printf "    %d inputs, %d edges covered, nothing found\n", runs, cov }' "$log"
    return 0
  fi
  grep -aE 'Fatal error|ERROR: |SUMMARY' "$log" | head -n 5 || true
  local found
  found=$(sed -nE 's/.*Test unit written to //p' "$log" | tail -n 1)
  if [[ -n $found ]]; then
    say "found $found; repeat it with: hack/fuzz.sh --reproduce $found $entry"
  else
    say "$entry ended by itself; the log is $log"
  fi
  return 1
}

main() {
  while [[ $# -gt 0 ]]; do
    case $1 in
      -h | --help) usage; exit 0 ;;
      --list) list; exit 0 ;;
      --seconds)
        [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || usage_error "--seconds takes a whole number above 0, not \"${2:-}\""
        seconds=$2; shift ;;
      --reproduce)
        [[ -f ${2:-} ]] || usage_error "--reproduce takes a file, and \"${2:-}\" is none"
        reproduced=$2; shift ;;
      -*) usage_error "unknown option: $1" ;;
      *)
        list | grep -qx -- "$1" || usage_error "there is no entry $1; known are $(list | paste -sd ' ')"
        entries+=("$1") ;;
    esac
    shift
  done
  [[ ${#entries[@]} -gt 0 ]] || mapfile -t entries < <(list)
  [[ -z $reproduced || ${#entries[@]} -eq 1 ]] || usage_error "--reproduce needs the one entry that it is for"

  mkdir -p "$BUILD"
  "$here/install-dependencies.sh"
  build
  if [[ -n $reproduced ]]; then
    fuzzing "${entries[0]}" -timeout=10 "$reproduced"
    exit
  fi
  local entry broken=()
  for entry in "${entries[@]}"; do run "$entry" || broken+=("$entry"); done
  [[ ${#broken[@]} -eq 0 ]] || { say "found something in: ${broken[*]}"; exit 1; }
}

main "$@"
