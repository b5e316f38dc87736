# shellcheck shell=bash
# Minimal Debians with the toolchain of this machine in them, and commands that run inside.

readonly DEBIAN=bookworm
readonly MIRROR=${TERWAY_DEBIAN_MIRROR:-http://deb.debian.org/debian}

# What Swift's own image of Debian installs beside the toolchain, without what this project says that it needs.
# shellcheck disable=SC2034  # for whom sources this
readonly TOOLCHAIN_PACKAGES='binutils ca-certificates gcc git libedit2 libncurses6 libpython3.11 libsqlite3-0
  libstdc++-12-dev libc6-dev libxml2 libz3-4 tzdata zlib1g-dev'

needs_debootstrap() {
  if [[ $EUID -ne 0 ]]; then
    echo "${0##*/}: needs root, for debootstrap and chroot" >&2
    exit 1
  fi
  if command -v debootstrap >/dev/null; then return; fi
  { apt-get -qq update && apt-get -qq install --yes --no-install-recommends debootstrap; } >/dev/null
}

# toolchain: the folder whose usr/bin has swift.
toolchain() {
  local swift
  swift=$(readlink -f "$(command -v swift)")
  echo "${swift%/usr/bin/*}"
}

# make_debian DIRECTORY PACKAGE...: without documentation, and with no service started, as the images of Debian are.
make_debian() {
  local directory=$1 include
  shift
  include=$(xargs <<<"$*" | tr ' ' ,)
  mkdir -p "$directory"
  if ! debootstrap --variant=minbase ${include:+--include="$include"} "$DEBIAN" "$directory" "$MIRROR" >"$directory.log" 2>&1; then
    tail -n 20 "$directory.log" >&2
    echo "${0##*/}: debootstrap did not succeed" >&2
    return 1
  fi
  printf 'path-exclude /usr/share/%s/*\n' doc man info locale groff lintian >"$directory/etc/dpkg/dpkg.cfg.d/slim"
  printf '#!/bin/sh\nexit 101\n' >"$directory/usr/sbin/policy-rc.d"
  chmod 0755 "$directory/usr/sbin/policy-rc.d"
  rm -rf "$directory"/usr/share/{doc,man,info,locale,groff,lintian}/* "$directory"/var/{log,cache/{apt,debconf,ldconfig},lib/apt/lists}/* \
    "$directory"/var/lib/dpkg/*-old "$directory"/etc/{machine-id,hostname} "$directory"/etc/*- "$directory/debootstrap"
  # The day of a password's last change would be today; none would be one that has to be changed.
  sed -i 's/^\([^:]*:[^:]*\):[0-9]*:/\1:1:/' "$directory/etc/shadow"
}

# inside DIRECTORY COMMAND...: as root, in namespaces of its own, so that nothing stays mounted or running. It sees the names
# that this machine knows, and the toolchain, if the directory has a place for it: read-only, because whatever is installed
# inside would change them for everybody.
inside() {
  local directory=$1 path shown=()
  shift
  for path in /etc/resolv.conf /etc/hosts; do
    [[ ! -e $path ]] || shown+=("$path")
  done
  path=$(toolchain)
  [[ ! -d $directory$path ]] || shown+=("$path")
  # shellcheck disable=SC2016  # the inner shell expands
  unshare --mount --pid --fork --kill-child -- bash -euc '
    root=$1; shift
    mount --bind "$root" "$root"
    while [[ $1 != -- ]]; do
      [[ -e $root$1 ]] || : >"$root$1"
      mount --bind "$1" "$root$1"
      mount -o remount,bind,ro "$root$1"
      shift
    done
    shift
    mount --rbind /dev "$root/dev"
    mount -t proc proc "$root/proc"
    mount --rbind /sys "$root/sys"
    exec chroot "$root" "$@"
  ' inside "$directory" "${shown[@]}" -- "$@"
}
