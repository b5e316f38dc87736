#!/usr/bin/env bash
# Builds kube-apiserver and kube-controller-manager from Debian 12's own
# `kubernetes` source package, which carries all its dependencies, into a folder.
set -euo pipefail

usage() {
  cat <<'USAGE'
Usage: hack/control-plane/build-kubernetes.sh FOLDER

Builds kube-apiserver and kube-controller-manager 1.20.2 and puts them into
FOLDER, which must not exist yet and appears only when it is complete. Takes
about 5 minutes on 2 cores and 3 GB of temporary space, once.

TERWAY_DEBIAN_MIRROR   Debian mirror with bookworm's sources; default: the one
                       that the system's own apt uses for bookworm
USAGE
}

readonly VERSION=1.20.2
readonly KUBERNETES=k8s.io/kubernetes
readonly VERSION_PACKAGE=$KUBERNETES/vendor/k8s.io/component-base/version

say() { echo "build-kubernetes: $*" >&2; }

fail() {
  say "$*"
  exit 1
}

debian_mirror() {
  local mirror=${TERWAY_DEBIAN_MIRROR:-}
  if [[ -z $mirror ]]; then
    # shellcheck disable=SC2016  # $(REPO_URI) is apt's own placeholder
    mirror=$(apt-get indextargets --format '$(REPO_URI)' \
      'Created-By: Packages' 'Origin: Debian' 'Codename: bookworm' 'Component: main' | awk 'NR == 1')
  fi
  [[ -n $mirror ]] || fail "apt knows no mirror with Debian 12 (bookworm): run apt-get update," \
    "set TERWAY_DEBIAN_MIRROR, or point KUBEBUILDER_ASSETS at ready-made binaries"
  echo "$mirror"
}

# A private sources list, package index and cache: the system's lists stay as they are.
private_apt_get() {
  apt-get -qq -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::State::Lists="$work/lists" -o Dir::Cache="$work/cache" -o APT::Sandbox::User= "$@"
}

fetch_source() {
  local mirror options='' keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  mirror=$(debian_mirror)
  [[ -r $keyring ]] && options="[signed-by=$keyring] "
  mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/download"
  echo "deb-src $options$mirror bookworm main" >"$work/sources.list"
  private_apt_get update
  (cd "$work/download" && private_apt_get source --download-only kubernetes)
  # apt has compared the files with the signed index; --no-check leaves out the
  # maintainer's signature, whose key is rarely at hand.
  dpkg-source --no-check -x "$work"/download/*.dsc "$work/src"
}

# Two vendored libraries of 2020 go wrong with the Go of today.
correct_vendored() {
  local vendor=$work/src/vendor file package=github.com/modern-go/reflect2
  local zero='reflect.DeepEqual(reflect.Zero(reflect.TypeOf(data)), reflect.ValueOf(data))'
  # reflect2 1.0.1 reads maps in a way that corrupts memory from Go 1.18 on: the servers
  # would start, then crash on JSON bodies. Debian packages the corrected one.
  rm -r "${vendor:?}/$package"
  cp -rL "/usr/share/gocode/src/$package" "$vendor/$package"
  # This compares two addresses, which only newer versions of Go make equal: the API server
  # would take every empty string in a custom resource for a null, and reject it.
  for file in "$vendor"/{k8s.io/kube-openapi/pkg/validation,github.com/go-openapi}/validate/type.go; do
    grep -F "data == nil || $zero" "$file" >/dev/null
    sed -i "s/data == nil || $zero/data == nil/" "$file"
  done
}

# Kubernetes 1.20's go.mod is too old for module mode with vendoring in a tarball
# that is no git checkout, hence a GOPATH.
set_up_gopath() {
  export GOPATH=$work/gopath GOCACHE=$work/gocache GO111MODULE=off CGO_ENABLED=0 GOFLAGS=-trimpath
  mkdir -p "$GOPATH/src/k8s.io"
  ln -s "$work/src" "$GOPATH/src/$KUBERNETES"
  cd "$GOPATH/src/$KUBERNETES"
}

packages_with_openapi() {
  grep -rl --include='*.go' '^// +k8s:openapi-gen=true' pkg cmd staging/src/k8s.io |
    grep -v -e /testdata/ -e /code-generator/ -e /sample- |
    xargs -n 1 dirname | sort -u |
    sed -e "s|^staging/src/|vendor/|" -e "s|^|$KUBERNETES/|"
}

# The servers do not compile without pkg/generated/openapi, which the source package leaves out.
generate_openapi() {
  local package arguments=()
  go build -o "$work/openapi-gen" ./vendor/k8s.io/kube-openapi/cmd/openapi-gen
  while read -r package; do arguments+=(-i "$package"); done < <(packages_with_openapi)
  # The generator reads the standard library's source, which -trimpath has made it forget.
  GOROOT=$(go env GOROOT) "$work/openapi-gen" --go-header-file hack/boilerplate/boilerplate.generatego.txt \
    --output-base "$GOPATH/src" -O zz_generated.openapi -p "$KUBERNETES/pkg/generated/openapi" "${arguments[@]}"
}

build_servers() {
  local flags="-s -w -X $VERSION_PACKAGE.gitVersion=v$VERSION -X $VERSION_PACKAGE.gitMajor=1 -X $VERSION_PACKAGE.gitMinor=20"
  go build -o "$work/bin/" -ldflags "$flags" "$KUBERNETES/cmd/kube-apiserver" "$KUBERNETES/cmd/kube-controller-manager"
}

try_servers() {
  local server
  for server in kube-apiserver kube-controller-manager; do
    [[ $("$work/bin/$server" --version) == "Kubernetes v$VERSION" ]] || fail "$server does not say that it is $VERSION"
  done
}

# Copied beside the target first: a rename within one file system is atomic.
publish() {
  local staged
  mkdir -p "$(dirname "$target")"
  staged=$(mktemp -d "$target.XXXXXX")
  chmod 0755 "$staged"
  cp "$work"/bin/* "$staged/"
  mv -T "$staged" "$target"
}

step() {
  local title=$1
  shift
  say "$title"
  # In a plain call, not a condition: errexit has to stay in force inside the step.
  echo "=== $title" >>"$log"
  "$@" >>"$log" 2>&1
}

# Also removes what Go made read-only.
clean_up() {
  local status=$?
  trap - EXIT
  if [[ $status -eq 0 ]]; then
    rm -f "$log"
  elif [[ $status -gt 128 ]]; then
    say "interrupted"
  else
    tail -n 25 "$log" >&2 || true
    say "failed; the whole log is $log"
  fi
  cd /
  chmod -R u+w "$work" 2>/dev/null || true
  rm -rf "$work" "$target".??????
  exit "$status"
}

main() {
  case ${1:-} in
    -h | --help) usage; exit 0 ;;
    '' | -*) usage >&2; exit 2 ;;
  esac
  target=$(realpath -m "$1")
  [[ ! -e $target ]] || fail "$target is there already"

  mkdir -p "$(dirname "$target")"
  log=$target.build.log
  : >"$log"
  work=$(mktemp -d "${TMPDIR:-/tmp}/terway-kubernetes-build.XXXXXX")
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP

  step "1/6 fetching the source package" fetch_source
  step "2/6 correcting two of its libraries" correct_vendored
  set_up_gopath
  step "3/6 generating the OpenAPI package" generate_openapi
  step "4/6 compiling the servers (the long part: some minutes)" build_servers
  step "5/6 trying them" try_servers
  step "6/6 moving them to $target" publish
}

main "$@"
