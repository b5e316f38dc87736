# shellcheck shell=bash
# The program as it is released. Sets `program`, unless it names one already; needs `work`, a directory, `root` and `commit`.

# copy_source DIRECTORY: what the program is built from, with the revision written in as the Dockerfile does it. A copy, so
# that nothing of it stays among the sources; times are kept, so that the next build does only what is new.
copy_source() {
  local information=Sources/terway-operator/BuildInformation.swift
  rm -rf "$1"
  mkdir -p "$1"
  cp --archive "${root:?}/Package.swift" "$root/Sources" "$root/Tests" "$1"
  sed -i "s/commit = \"\"/commit = \"${commit:?}\"/" "$1/$information"
  grep -q "commit = \"$commit\"" "$1/$information" || { echo "release: $information has no place for the revision" >&2; return 1; }
}

build_program() {
  if [[ -n $program ]]; then return; fi
  local source=$root/.build/release-source
  local options=(--package-path "$source" --scratch-path "$root/.build/release-program" --configuration release
    --static-swift-stdlib --product terway-operator)
  copy_source "$source"
  swift build "${options[@]}" >&2
  program=${work:?}/program
  install --strip "$(swift build "${options[@]}" --show-bin-path)/terway-operator" "$program"
}
