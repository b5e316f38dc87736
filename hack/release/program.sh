# shellcheck shell=bash
# The program as it is released. Sets `program`, unless it names one already; needs `work`, a directory.

build_program() {
  if [[ -n $program ]]; then return; fi
  local options=(--configuration release --static-swift-stdlib --product terway-operator)
  swift build "${options[@]}" >&2
  program=${work:?}/program
  install --strip "$(swift build "${options[@]}" --show-bin-path)/terway-operator" "$program"
}
