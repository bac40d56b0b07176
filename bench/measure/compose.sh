# An image composed from an unpacked layer of 110 MB in 2,100 files, beside cp --sparse=always of the finished image.
measure_compose() {
  local kernel=$work/debian-kernel
  debian_kernel "$kernel"
  composed linux "$kernel"
  if [ -n "${UNIPKG_NANOS_RELEASE-}" ]; then
    composed nanos "$UNIPKG_NANOS_RELEASE"
  else
    echo "bench: no compose for nanos: UNIPKG_NANOS_RELEASE names no release tarball" >&2
  fi
}

# composed FAMILY SOURCE
composed() {
  local folder=$work/compose ours theirs bytes
  rm -rf "$folder"
  mkdir "$folder"
  read -r ours theirs bytes < <(load ComposeLoad "$1" "$2" "$folder" $((rounds * 3)))
  row "compose for $1, $((bytes / 1000000)) MB" "cp --sparse=always" "$ours" "$theirs" ms '<=1.5x'
}
