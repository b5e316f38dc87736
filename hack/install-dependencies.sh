#!/usr/bin/env bash
# Installs what building and testing terway-operator needs, from the
# distribution's packages, and only what is missing.
set -euo pipefail

usage() {
  cat <<'USAGE'
Usage: hack/install-dependencies.sh [--control-plane-build] [-h|--help]

Installs, with apt-get, whatever is missing of: the libraries and tools that the
build and the tests need (libcurl, libyaml, pkg-config, curl, jq, openssl, etcd,
Prometheus, kubectl, nghttpd, shellcheck, iperf3, socat, ping, Ruby, Python with YAML and h11). Nothing happens when
nothing is missing.

  --control-plane-build   only what building Kubernetes itself needs (Go, a Go
                          library, dpkg-source, xz); hack/control-plane.sh asks
                          for it when it finds no binaries
USAGE
}

# One line per need: the Debian package, then the command that tells whether it is there.
# shellcheck disable=SC2016  # the commands are expanded when they run
readonly BUILD_AND_TEST_NEEDS='
libcurl4-openssl-dev  pkg-config --exists libcurl
libyaml-dev           pkg-config --exists yaml-0.1
pkg-config            command -v pkg-config
curl                  command -v curl
jq                    command -v jq
openssl               command -v openssl
etcd-server           command -v etcd
prometheus            command -v prometheus && command -v promtool
kubernetes-client     command -v kubectl || test -x "${KUBEBUILDER_ASSETS:-}/kubectl"
python3               command -v python3
python3-venv          python3 -c "import venv, ensurepip"
nghttp2-server        command -v nghttpd
shellcheck            command -v shellcheck
iperf3                command -v iperf3
socat                 command -v socat
iputils-ping          command -v ping
python3-h11           /usr/bin/python3 -c "import h11"
ruby                  command -v ruby
python3-yaml          python3 -c "import yaml" || /usr/bin/python3 -c "import yaml"
'
readonly CONTROL_PLANE_BUILD_NEEDS='
golang-go             command -v go
dpkg-dev              command -v dpkg-source
golang-github-modern-go-reflect2-dev  test -d /usr/share/gocode/src/github.com/modern-go/reflect2
xz-utils              command -v xz
'

POLICY=/usr/sbin/policy-rc.d
as_root=()
policy_is_ours=false
log=

fail() {
  echo "install-dependencies: $*" >&2
  exit 1
}

missing_packages() {
  local package probe
  while read -r package probe; do
    if [[ -n $package ]] && ! eval "$probe" >/dev/null 2>&1; then
      echo "$package"
    fi
  done <<<"$1"
}

# The packages bring services that nothing here wants running. dpkg asks policy-rc.d
# before it starts one; a policy that the machine's owner wrote is left as it is.
forbid_service_starts() {
  [[ -e $POLICY ]] && return
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$POLICY" >/dev/null
  policy_is_ours=true
  "${as_root[@]}" chmod 0755 "$POLICY"
}

clean_up() {
  rm -f "$log"
  if [[ $policy_is_ours == true ]]; then
    "${as_root[@]}" rm -f "$POLICY"
  fi
}

become_root() {
  [[ $EUID -eq 0 ]] && return
  command -v sudo >/dev/null ||
    fail "missing: $*. Run as root, or install sudo: apt-get install --no-install-recommends $*"
  as_root=(sudo)
}

apt_get() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@"
}

main() {
  local needs=$BUILD_AND_TEST_NEEDS
  while [[ $# -gt 0 ]]; do
    case $1 in
      -h | --help) usage; exit 0 ;;
      --control-plane-build) needs=$CONTROL_PLANE_BUILD_NEEDS ;;
      *) usage >&2; exit 2 ;;
    esac
    shift
  done

  # A second run waits here, so that the first one's service policy outlives both.
  exec 9<"${BASH_SOURCE[0]}"
  if command -v flock >/dev/null; then flock 9; fi

  local packages
  mapfile -t packages < <(missing_packages "$needs")
  [[ ${#packages[@]} -gt 0 ]] || return 0
  command -v apt-get >/dev/null ||
    fail "there is no apt-get here; install by hand what these Debian packages hold: ${packages[*]}"
  become_root "${packages[@]}"

  echo "install-dependencies: installing ${packages[*]}" >&2
  log=$(mktemp)
  trap clean_up EXIT
  forbid_service_starts
  # The lock's descriptor is closed for apt-get: nothing that it leaves running may hold the lock.
  if ! { apt_get update && apt_get install -y --no-install-recommends "${packages[@]}"; } >"$log" 2>&1 9<&-; then
    tail -n 20 "$log" >&2
    fail "apt-get could not install: ${packages[*]}"
  fi

  mapfile -t packages < <(missing_packages "$needs")
  [[ ${#packages[@]} -eq 0 ]] ||
    fail "installed, but still not usable: ${packages[*]} (another version earlier in PATH?)"
}

main "$@"
