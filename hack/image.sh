#!/usr/bin/env bash
# Builds the root file system of the image without a container engine, and tries it.
set -euo pipefail

usage() {
  cat <<'USAGE'
Usage: hack/image.sh [--output DIRECTORY] [--program FILE] [--once] [--keep] [-h|--help]

Performs the stages of the Dockerfile: builds the program for release, with the standard
library linked in, and installs it with the packages that the Dockerfile names into a minimal
Debian made by debootstrap. Then, in that file system, mounted read-only, as user 65532
without capabilities: `terway-operator version`, and the operator itself against the cluster
of $KUBECONFIG, if that is set, until it is ready.

Reports the size and what of it is largest, writes image.tar, image.spdx.json and
size.txt into DIRECTORY (default: .build/image), and does everything twice: the same
commit gives the same bytes. Needs root; installs debootstrap if it is missing.

  --output DIRECTORY  where to write
  --program FILE      a built program, in place of building one for release
  --once              do not compare with a second build
  --keep              keep the file system in DIRECTORY/root
USAGE
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=${here%/*}

# shellcheck source=hack/release/program.sh
source "$here/release/program.sh"

output=$root/.build/image
program=
once=false
keep=false
readonly MIRROR=${TERWAY_DEBIAN_MIRROR:-http://deb.debian.org/debian}

say() { echo "image: $*" >&2; }

fail() {
  say "$*"
  exit 1
}

# The packages that the last stage of the Dockerfile installs.
packages() {
  awk '/^FROM / { stage = "" } { stage = stage "\n" $0 } END { print stage }' Dockerfile |
    sed -n 's/.*apt-get install --yes --no-install-recommends \(.*\) \\$/\1/p'
}

label() { sed -n "s/.*org.opencontainers.image.$1=\"\([^\"]*\)\".*/\1/p" Dockerfile; }

# make_root DIRECTORY: what `FROM debian:bookworm-slim` and the lines below it make.
make_root() {
  local directory=$1
  debootstrap --variant=minbase --include="$(packages | tr ' ' ,)" bookworm "$directory" "$MIRROR" >"$work/debootstrap.log" 2>&1 ||
    { tail -n 20 "$work/debootstrap.log"; fail "debootstrap did not succeed"; }
  # As the slim images of Debian have it, and without what tells when it was made.
  rm -rf "$directory"/usr/share/{doc,man,info,locale,lintian,linda,groff}/* "$directory"/var/cache/{apt,debconf,ldconfig}/* \
    "$directory"/var/lib/apt/lists/* "$directory"/var/log/* "$directory"/tmp/* "$directory"/var/lib/dpkg/*-old \
    "$directory"/etc/{machine-id,hostname,resolv.conf} "$directory"/etc/*- "$directory"/debootstrap
  install -D --mode 0755 "$program" "$directory/usr/local/bin/terway-operator"
  ln -s terway-operator "$directory/usr/local/bin/kubectl-terway"
  install -D --mode 0644 LICENSE "$directory/usr/share/doc/terway-operator/LICENSE"
  # The day of a password's last change is that of the build.
  sed -i 's/^\([^:]*:[^:]*\):[0-9]*:/\1:0:/' "$directory/etc/shadow"
}

pack() {
  tar --create --directory "$1" --sort=name --numeric-owner --mtime "@$epoch" --exclude=./dev/* --exclude=./proc/* \
    --exclude=./sys/* --pax-option=delete=atime,delete=ctime . >"$2"
}

# confined DIRECTORY COMMAND...: in that file system, read-only, as nobody in particular.
confined() {
  local directory=$1
  shift
  # shellcheck disable=SC2016  # the inner shell expands
  unshare --mount --fork --kill-child -- bash -euc '
    mount --bind "$0" "$0"
    mount --bind /dev "$0/dev"
    mount -t proc proc "$0/proc"
    mount -o remount,bind,ro "$0"
    exec chroot "$0" /usr/bin/env --ignore-environment PATH=/usr/local/bin:/usr/bin:/bin KUBECONFIG="${CONFINED_KUBECONFIG:-}" \
      /usr/bin/setpriv --reuid 65532 --regid 65532 --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all -- "$@"
  ' "$directory" "$@"
}

try() {
  local directory=$1 said
  said=$(confined "$directory" terway-operator version)
  say "runs: $said"
  if confined "$directory" sh -c 'touch /tmp/a' 2>/dev/null; then fail "the file system can be written to"; fi
  [[ $(confined "$directory" id -u) == 65532 ]] || fail "it does not run as user 65532"
  if [[ -n ${KUBECONFIG:-} ]]; then try_operator "$directory"; fi
}

try_operator() {
  local directory=$1 address=127.0.0.1:18081 pid
  install -D --mode 0444 "$KUBECONFIG" "$directory/run/kubeconfig"
  CONFINED_KUBECONFIG=/run/kubeconfig confined "$directory" terway-operator run --metrics-bind-address 0 \
    --health-probe-bind-address "$address" >"$work/operator.log" 2>&1 &
  pid=$!
  for _ in {1..120}; do
    if curl --silent --fail --noproxy '*' "http://$address/readyz" >/dev/null; then
      say "the operator is ready, read-only and without privileges"
      kill "$pid"
      wait "$pid" || true
      rm -f "$directory/run/kubeconfig"
      return
    fi
    sleep 0.5
  done
  kill "$pid" || true
  tail -n 5 "$work/operator.log"
  fail "the operator was not ready within a minute"
}

report() {
  {
    echo "image.tar $(stat --format %s "$output/image.tar") bytes, compressed $(gzip --best --stdout "$output/image.tar" | wc -c)"
    echo "largest:"
    find "$1" -xdev -type f -printf '%s %P\n' | sort --numeric-sort --reverse | sed -n '1,8p'
  } >"$output/size.txt"
  cat "$output/size.txt" >&2
}

main() {
  while [[ $# -gt 0 ]]; do
    case $1 in
      -h | --help) usage; exit 0 ;;
      --output) output=$(realpath -m "${2:?--output takes a directory}"); shift ;;
      --program) program=$(realpath "${2:?--program takes a file}"); shift ;;
      --once) once=true ;;
      --keep) keep=true ;;
      *) say "unknown option: $1; see hack/image.sh --help"; exit 2 ;;
    esac
    shift
  done
  [[ $EUID -eq 0 ]] || fail "needs root, for debootstrap and chroot"
  cd "$root"
  command -v debootstrap >/dev/null || apt-get -qq install --yes --no-install-recommends debootstrap >/dev/null
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  epoch=$(git log -1 --format=%ct)
  for name in title description source licenses revision; do
    grep -q "org.opencontainers.image.$name=" Dockerfile || fail "the Dockerfile has no label org.opencontainers.image.$name"
  done
  say "packages: $(packages); label: $(label title)"
  mkdir -p "$output"
  build_program
  make_root "$work/one"
  pack "$work/one" "$output/image.tar"
  if [[ $once == false ]]; then
    make_root "$work/two"
    pack "$work/two" "$work/two.tar"
    cmp "$output/image.tar" "$work/two.tar" || fail "a second build differs"
    rm -rf "$work/two" "$work/two.tar"
    say "a second build is the same, byte for byte"
  fi
  python3 "$here/release/sbom.py" image --version "$(git describe --always --match 'v[0-9]*')" \
    --commit "$(git rev-parse --short=12 HEAD)" --epoch "$epoch" --program "$program" --root "$work/one" \
    >"$output/image.spdx.json"
  report "$work/one"
  try "$work/one"
  if [[ $keep == true ]]; then
    rm -rf "$output/root"
    mv "$work/one" "$output/root"
  fi
}

main "$@"
