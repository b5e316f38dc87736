#!/usr/bin/env bash
# Installs what the tests need and runs all of them; the same here and in CI.
# shellcheck disable=SC2317  # most functions are called by `step`
set -euo pipefail

usage() {
  cat <<'USAGE'
Usage: hack/test.sh [OPTION...]

Checks formatting and scripts, builds with warnings as errors, and runs the unit tests and
then the end-to-end tests on real control planes, which end with the run. On the first run
ever, Kubernetes itself is built (about 5 minutes), unless binaries are given.

  --fast              without the tests that need a control plane
  --filter REGEX      only the tests whose names match, such as LeaseElectionTests or
                      EndToEndTests; no checks of formatting and scripts
  --sanitize NAME     with the address or the thread sanitizer, in a build folder of its own;
                      any report of it, also from the operator that a test starts, is a failure
  -v, --verbose       every test, not only those that fail
  -h, --help          this text

Full logs are in .build/test-logs. The exit code is 0 when all is well, 1 when something
failed, 2 for wrong usage.

Environment:
  KUBEBUILDER_ASSETS    folder with kube-apiserver, kube-controller-manager, etcd and kubectl
                        of any version, to be used for the control planes
  TERWAY_TEST_TIMEOUT   seconds that the unit tests, and the end-to-end tests, may take
                        (default 3600)
USAGE
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=${here%/*}
cd "$root"

readonly TIMEOUT=${TERWAY_TEST_TIMEOUT:-3600}
readonly PLANES=$root/.build-control-plane
# The end-to-end tests that take about a third of the time, and others that do.
readonly SECOND_THIRD='^EndToEndTests.*(Fault replay./.of a profile|An operator whose connection|A leader that is cut off from its lease)'
readonly LAST_THIRD='^EndToEndTests.*(Fault replay./.of repairs|Fault replay of pools|What is generated|A server that streams)'
# Everything below carries this in its environment, so that what outlives its parent is found.
readonly MARK=TERWAY_TEST_RUN=$$.$RANDOM$RANDOM
export "${MARK?}"

fast=false
filter=
verbose=false
build_options=(--scratch-path .build)
sanitizer=
logs=$root/.build/test-logs
durations=()
failures=()
job=
started=
declare -A planes_before=()
passed=0
failed=0

say() { echo "test: $*" >&2; }

usage_error() {
  say "$*; see hack/test.sh --help"
  exit 2
}

# --- Running things ---------------------------------------------------------------------

# In a process group of its own and waited for, so that a signal reaches this script at once
# and ends the whole group.
supervised() {
  local status=0
  set -m
  "$@" </dev/null &
  job=$!
  set +m
  wait "$job" || status=$?
  job=
  return "$status"
}

# step TITLE COMMAND...: its duration is shown at the end. What fails does not keep the next
# step from running, so that one run tells everything.
step() {
  local title=$1 start=$SECONDS status=0
  shift
  echo "==> $title"
  "$@" || status=$?
  durations+=("$(printf '%6d s  %-18s %s' $((SECONDS - start)) "$title" "$([[ $status -eq 0 ]] && echo ok || echo FAILED)")")
  [[ $status -eq 0 ]] || failures+=("$title")
  return "$status"
}

# quiet LOG COMMAND...: shows the output only when the command fails.
quiet() {
  local log=$logs/$1
  shift
  if ! supervised "$@" >"$log" 2>&1; then
    tail -n 60 "$log"
    say "the whole log is $log"
    return 1
  fi
}

# --- Steps ------------------------------------------------------------------------------

lint_formatting() { quiet format.log swift format lint --strict --recursive --parallel Sources Tests Package.swift; }

# Foundation brings ICU: thirty megabytes of program, sixteen of memory, for nothing that is used here.
lint_imports() {
  if grep -rnE '^[^/]*import +(class |struct |func |enum )?Foundation(Networking|Internationalization|XML)?\b' Sources; then
    echo "    import FoundationEssentials or Glibc in its place"
    return 1
  fi
}

# The chart, the overlays and what is there for tools that apply from git.
test_installation() {
  local options=()
  [[ $fast == false ]] || options+=(--offline)
  quiet chart.log "$here/chart.sh" "${options[@]}" || return
  grep 'LEFT OUT' "$logs/chart.log" || true
}

lint_scripts() {
  if ! command -v shellcheck >/dev/null; then
    echo "    shellcheck is not installed: left out"
    return
  fi
  quiet shellcheck.log shellcheck --external-sources .ci/run hack/*.sh hack/control-plane/*.sh hack/release/*.sh
}

build_tests() { quiet build.log swift build --build-tests "${build_options[@]}"; }

# Whether a test is wanted that needs one.
needs_control_plane() {
  if [[ $fast == true ]]; then return 1; fi
  [[ -z $filter ]] || swift test list --skip-build "${build_options[@]}" 2>/dev/null | grep -E -- "$filter" | grep '^EndToEndTests\.' >/dev/null
}

# Before the first test, whose time-out does not provide for building Kubernetes.
provide_control_plane() { supervised "$here/control-plane.sh" build; }

# What a success says, the count says too. Lines without a mark of their own belong to the one
# before them: arguments and failures can be of several lines.
show_progress() {
  if [[ $verbose == true ]]; then
    cat
  else
    awk '/^(✘|⚠|error:|warning:)/ { shown = 1 } /^(◇|✔|➜|↳ Test|\[[0-9])/ { shown = 0 }
      shown || /Test run with/ { print; fflush() }'
  fi
}

# Sanitizers report to files, because what the processes that a test starts print is not always
# seen, nor their exit code. Leaks are left out: Swift keeps pointers with bits of its own in
# them, which the search for pointers misses. Options of the caller come last, and win.
prepare_sanitizer() {
  local common="log_path=$1/$sanitizer"
  rm -rf "$1"
  mkdir -p "$1"
  export TSAN_OPTIONS="$common:suppressions=$here/sanitizers/thread.supp:${TSAN_OPTIONS:-}"
  export ASAN_OPTIONS="$common:detect_leaks=0:${ASAN_OPTIONS:-}"
}

show_reports() {
  local reports=("$1"/*)
  if [[ ! -e ${reports[0]} ]]; then return 0; fi
  head -n 80 "${reports[@]}"
  say "${#reports[@]} processes have reports of the $sanitizer sanitizer: ${reports[*]}"
  return 1
}

# run_tests NAME OPTION...: reports of sanitizers count, too.
run_tests() {
  local log=$logs/$1.log
  shift
  watched supervised swift_test "$log" "$@" -- "$log"
}

# watched COMMAND... -- LOG...: the tests of these logs have run, and nothing was found.
watched() {
  local command=() report_folder=$logs/reports status=0 log
  while [[ $1 != -- ]]; do
    command+=("$1")
    shift
  done
  shift
  for log in "$@"; do : >"$log"; done
  if [[ -n $sanitizer ]]; then prepare_sanitizer "$report_folder"; fi
  "${command[@]}" || status=$?
  if [[ -n $sanitizer ]]; then show_reports "$report_folder" || status=1; fi
  for log in "$@"; do
    count_tests "$log"
    if ! grep -q 'Test run with' "$log"; then
      tail -n 40 "$log"
      say "the tests crashed, or were still running after $TIMEOUT s; the whole log is $log"
      status=1
    fi
  done
  return "$status"
}

swift_test() {
  local log=$1
  shift
  timeout --foreground --kill-after 20 "$TIMEOUT" swift test --skip-build --disable-xctest "${build_options[@]}" "$@" 2>&1 |
    tee "$log" | show_progress
}

count_tests() {
  local total bad
  total=$(sed -nE 's/.*Test run with ([0-9]+) tests?.*/\1/p' "$1" | tail -n 1)
  bad=$(grep -E '^[^ ]+ Test .* failed after ' "$1" | grep -vc 'Test run with' || true)
  failed=$((failed + bad))
  passed=$((passed + ${total:-$bad} - bad))
}

# All at once, tests whose programs watch the time wait for those that compute, and fail. With a sanitizer even a few
# side by side do.
unit_tests() {
  local options=(--skip '^EndToEndTests\.')
  if [[ -n $sanitizer ]]; then
    options+=(--no-parallel)
  else
    options+=(--parallel --experimental-maximum-parallelization-width 6)
  fi
  run_tests unit "${options[@]}"
}

# One after the other: they share a control plane, and break it on purpose. As they mostly wait, three parts run side by
# side, each on planes of its own.
end_to_end_tests() { watched supervised all_parts -- "$logs"/end-to-end-{one,two,three}.log; }

all_parts() {
  local status=0 pid pids=()
  part one --filter '^EndToEndTests\.' --skip "$SECOND_THIRD" --skip "$LAST_THIRD" & pids+=($!)
  part two --filter "$SECOND_THIRD" & pids+=($!)
  part three --filter "$LAST_THIRD" & pids+=($!)
  for pid in "${pids[@]}"; do wait "$pid" || status=$?; done
  return "$status"
}

# part NAME OPTION...
part() {
  local name=$1
  shift
  TERWAY_TEST_PLANE=e2e-$name swift_test "$logs/end-to-end-$name.log" --ignore-lock --no-parallel "$@"
}

filtered_tests() {
  local options=(--no-parallel --filter "$filter")
  [[ $fast == false ]] || options+=(--skip '^EndToEndTests\.')
  run_tests filtered "${options[@]}" || return
  if [[ $passed -eq 0 ]]; then
    say "no test matches $filter"
    return 1
  fi
}

# --- The end ----------------------------------------------------------------------------

remember_planes() {
  local directory
  for directory in "$PLANES"/*/; do
    planes_before[$(basename "$directory")]=1
  done
}

stop_planes() {
  local directory name
  for directory in "$PLANES"/*/; do
    name=$(basename "$directory")
    if [[ -d $directory && -z ${planes_before[$name]:-} ]]; then
      "$here/control-plane.sh" stop --name "$name" || true
    fi
  done
}

# Processes of this run that are still there, such as an operator whose test was killed. The
# parts of control planes are stopped by name instead: a plane that was there before stays.
leftovers() {
  local file pid program
  grep -lsaF -- "$MARK" /proc/[0-9]*/environ | while read -r file; do
    pid=${file#/proc/}
    pid=${pid%/environ}
    program=$(tr '\0' '\n' 2>/dev/null <"/proc/$pid/cmdline" | head -n 1) || continue
    case ${program##*/} in
      etcd | kube-apiserver | kube-controller-manager | prometheus) ;;
      *) echo "$pid" ;;
    esac
  done
}

# shellcheck disable=SC2046  # pids
clean_up() {
  local status=$?
  trap - EXIT
  trap '' INT TERM HUP
  if [[ -n $job ]]; then
    kill -INT -- "-$job" 2>/dev/null || true
    for _ in {1..50}; do
      kill -0 -- "-$job" 2>/dev/null || break
      sleep 0.1
    done
    kill -KILL -- "-$job" 2>/dev/null || true
  fi
  stop_planes
  kill -KILL $(leftovers) 2>/dev/null || true
  exit "$status"
}

# Once more at the end, because what is long is often shown from its end: the tests that failed, each with the first
# lines of what they say.
show_failed_tests() {
  local log
  for log in "$logs"/{unit,end-to-end-one,end-to-end-two,end-to-end-three,filtered}.log; do
    [[ ! "$log" -nt $started ]] || awk '/^✘ Test .* recorded an issue/ { left = 4 } left > 0 { print substr($0, 1, 400); left-- }' "$log"
  done | head -n 60
}

# The closing line is of a form that CI reads: what failed without a failed test counts as one.
finish() {
  if [[ $failed -gt 0 ]]; then
    echo
    show_failed_tests
  fi
  echo
  printf '%s\n' "${durations[@]}"
  echo
  if [[ ${#failures[@]} -gt 0 ]]; then
    [[ $failed -gt 0 ]] || failed=1
    printf 'FAILED: %s\n' "${failures[@]}"
  fi
  echo "$passed passed, $failed failed"
  [[ $failed -eq 0 ]]
}

main() {
  while [[ $# -gt 0 ]]; do
    case $1 in
      -h | --help) usage; exit 0 ;;
      --fast) fast=true ;;
      --filter)
        [[ -n ${2:-} ]] || usage_error "--filter takes a regular expression"
        filter=$2; shift ;;
      --sanitize)
        [[ ${2:-} =~ ^(address|thread)$ ]] || usage_error "--sanitize takes address or thread, not \"${2:-}\""
        sanitizer=$2
        build_options=(--scratch-path ".build-$2" --sanitize "$2")
        logs=$root/.build-$2/test-logs; shift ;;
      -v | --verbose) verbose=true ;;
      *) usage_error "unknown option: $1" ;;
    esac
    shift
  done
  command -v swift >/dev/null || { say "swift is missing: install a Swift 6.3 toolchain or newer (swift.org/install)"; exit 1; }

  mkdir -p "$logs"
  started=$logs/started
  : >"$started"
  remember_planes
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP

  step "dependencies" supervised "$here/install-dependencies.sh" || { finish; exit 1; }
  if [[ -z $filter ]]; then
    step "formatting" lint_formatting || true
    step "imports" lint_imports || true
    step "scripts" lint_scripts || true
  fi
  step "build" build_tests || { finish; exit 1; }
  if needs_control_plane; then step "control plane" provide_control_plane || { finish; exit 1; }; fi
  if [[ -n $filter ]]; then
    step "tests" filtered_tests || true
  else
    step "unit tests" unit_tests || true
    [[ $fast == true ]] || step "end-to-end tests" end_to_end_tests || true
    # Sanitizers have nothing to find there.
    [[ -n $sanitizer ]] || step "installation" test_installation || true
  fi
  finish
}

main "$@"
