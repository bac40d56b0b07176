# How long pkg run takes until QEMU begins, with the image on the shelf: to find the package and the kernel, to make the
# instance and to start its network. QEMU is a program here that notes the time and ends; under KVM it would be started
# twice. Once with QEMU's own network, once with passt where this host can use it; beside the least that Java's own launcher
# takes.
measure_run-start() {
  local pkg kernel=$work/debian-kernel
  unipkg_needs "times commands" hyperfine
  . "$bench/measure/start.sh"
  . "$bench/measure/version.sh"
  prepare_httpd
  publish_httpd
  java_hello
  cat >"$work/qemu" <<QEMU
#!/bin/bash
echo "\${EPOCHREALTIME/[.,]/}" >$work/qemu-begun
echo "this is no QEMU" >&2
exit 1
QEMU
  chmod +x "$work/qemu"
  local hello="milliseconds $JAVA_HOME/bin/java -cp $work/hello Hello"
  in_turns "until_qemu httpd --kernel linux --accel tcg --isolate" "$hello"
  row "pkg run, warm, to the start of QEMU" "a JVM hello world" "$ours" "$theirs" ms '<=80'
  if ! "$pkg" run httpd --kernel linux --accel tcg --qemu "$work/qemu" 2>&1 | grep -q passt; then
    in_turns "until_qemu httpd --kernel linux --accel tcg" "$hello"
    row "the same with passt" "a JVM hello world" "$ours" "$theirs" ms '<=80'
  fi
  unset UNIPKG_HOME PKG_REGISTRY
}

# until_qemu ARGUMENT…: milliseconds from the start of `pkg run ARGUMENT…` to that of QEMU, the median of 20 runs
until_qemu() {
  local i start
  # The first one fills the shelf.
  "$pkg" run "$@" --qemu "$work/qemu" >/dev/null 2>&1 || true
  for ((i = 0; i < 20; i++)); do
    start=${EPOCHREALTIME/[.,]/}
    "$pkg" run "$@" --offline --qemu "$work/qemu" >/dev/null 2>&1 || true
    echo "$start $(cat "$work/qemu-begun")" | awk '{ print ($2 - $1) / 1000 }'
  done | median
}
