# pkg run of a package of 300 MB, which is on a disk, beside the same package in an initrd, where it is with a kernel
# without the modules for the disk: the least memory of the machine with which it answers, and the time to the answer.
measure_memory() {
  . "$bench/measure/start.sh"
  local pkg kernel=$work/debian-kernel i ours theirs
  prepare_httpd
  mkdir "$work/httpd/data"
  for ((i = 0; i < 300; i++)); do head -c 1000000 /dev/urandom >"$work/httpd/data/$i"; done
  echo '  /data: data' >>"$work/httpd/unipkg.yaml"
  publish_httpd
  kernel_without_disk "$kernel" "$work/without-disk"
  "$pkg" kernel push linux "$work/without-disk" >/dev/null
  local on_disk="httpd --kernel linux:$(kernel_version "$kernel")" in_initrd="httpd --kernel linux:$(kernel_version "$work/without-disk")"
  ours=$(least_memory $on_disk)
  theirs=$(least_memory $in_initrd)
  row "pkg run, 300 MB, least memory" "the same in an initrd" "$ours" "$theirs" MiB '<=0.5x'
  in_turns "run_by_pkg $on_disk" "run_by_pkg $in_initrd"
  row "pkg run, 300 MB, to the first HTTP answer" "the same in an initrd" "$ours" "$theirs" ms '<=1x'
  unset UNIPKG_HOME PKG_REGISTRY
}

# kernel_without_disk FROM TO: a copy with a name of its own, and without the modules by which a package may be on a disk
kernel_without_disk() {
  local release name=1.0.0-without-disk
  release=$(echo "$1"/boot/vmlinuz-*)
  release=${release##*/vmlinuz-}
  cp -r "$1" "$2"
  mv "$2/boot/vmlinuz-$release" "$2/boot/vmlinuz-$name-${release##*-}"
  mv "$2/lib/modules/$release" "$2/lib/modules/$name-${release##*-}"
  rm -r "$2/lib/modules/$name-${release##*-}/kernel/fs/"{erofs,overlayfs}
}

# kernel_version FOLDER: the version under which its kernel is published
kernel_version() {
  local version
  version=$(echo "$1"/boot/vmlinuz-*)
  version=${version##*/vmlinuz-}
  echo "${version%-*}"
}

# least_memory ARGUMENT…: MiB of the smallest machine in which `pkg run ARGUMENT…` answers
least_memory() {
  local mebibytes
  for mebibytes in 64 72 80 88 96 112 128 192 256 320 384 448 512 576 640 704 768 896 1024; do
    if run_by_pkg "$@" --memory "${mebibytes}M" >/dev/null 2>"$work/least"; then
      echo "$mebibytes"
      return
    fi
  done
  cat "$work/least" >&2
  return 1
}
