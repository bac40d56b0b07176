# pkg run with the image on the shelf, to the first HTTP answer, beside the same QEMU started by hand: the arguments
# that pkg gave it, in a copy of the instance's folder, without the sockets over which pkg watches. With --host-access
# the network is QEMU's own; without it, it may be that of passt, a process that only pkg starts.
measure_start() {
  local pkg kernel=$work/debian-kernel
  prepare_httpd
  publish_httpd
  # Once to warm the shelf and to learn what works here, once more for the arguments.
  run_by_pkg httpd --kernel linux --host-access >/dev/null
  keep_qemu=yes run_by_pkg httpd --kernel linux --host-access >/dev/null
  in_turns "run_by_pkg httpd --kernel linux --host-access" run_by_hand
  row "pkg run, warm, to the first HTTP answer" "the same QEMU by hand" "$ours" "$theirs" ms '<=+150'
  unset UNIPKG_HOME PKG_REGISTRY
}

# A registry, and in $work/httpd the folder of a package with the HTTP server of busybox. Sets $pkg.
prepare_httpd() {
  unipkg_needs "boots machines" "$(qemu_package)" curl
  find_pkg
  debian_kernel "$kernel"
  start_registry
  export UNIPKG_HOME=$work/home PKG_REGISTRY=$registry
  mkdir -p "$work/httpd"
  cat >"$work/httpd/unipkg.yaml" <<'SETTINGS'
name: library/httpd
version: "1"
description: The HTTP server of busybox
program: /bin/busybox
args: [httpd, -f, -p, "80", -h, /www]
ports: [80]
readiness: {http: /, port: 80}
files:
  /www/index.html: {text: "hello\n"}
SETTINGS
}

publish_httpd() {
  {
    "$pkg" login --key-stdin <<<"${authorization#Bearer }"
    "$pkg" build "$work/httpd" --root "$kernel"
    "$pkg" push httpd:1
    "$pkg" kernel push linux "$kernel"
  } >/dev/null
}

qemu_package() {
  case "$(uname -m)" in
  aarch64) echo qemu-system-arm ;;
  *) echo qemu-system-x86 ;;
  esac
}

# run_by_pkg ARGUMENT…: milliseconds from the start of `pkg run ARGUMENT…` to the answer
run_by_pkg() {
  local port start pid qemu
  port=$(free_port)
  start=$(date +%s%N)
  "$pkg" run "$@" -p "$port:80" >"$work/console" 2>"$work/talk" &
  pid=$!
  await_hello "$port" "$pid" || {
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
    return 1
  }
  milliseconds_since "$start"
  if [ -n "${keep_qemu-}" ]; then
    qemu=$(pgrep -f "hostfwd=.*:$port-" | head -n 1)
    tr '\0' '\n' <"/proc/$qemu/cmdline" >"$work/qemu-arguments"
    cp -r --sparse=always "$(readlink "/proc/$qemu/cwd")" "$work/instance"
    # The guest's frames go to a file instead of a pipe that only pkg reads.
    find "$work/instance" -type p -delete
    echo "$port" >"$work/qemu-port"
  fi
  kill "$pid"
  wait "$pid" 2>/dev/null || true
}

# The same from the start of QEMU.
run_by_hand() {
  local port start pid arguments=() argument skip=
  port=$(free_port)
  while IFS= read -r argument; do
    if [ -n "$skip" ]; then
      skip=
      # what follows -chardev, -mon, -qmp and -pidfile: kept only where it is the console
      case "$argument" in *id=console*) arguments+=(-chardev stdio,id=console,signal=off) ;; esac
      continue
    fi
    case "$argument" in
    -chardev | -mon | -qmp | -pidfile) skip=yes ;;
    *) arguments+=("${argument//:$(cat "$work/qemu-port")-/:$port-}") ;;
    esac
  done <"$work/qemu-arguments"
  start=$(date +%s%N)
  (cd "$work/instance" && exec "${arguments[@]}") >"$work/console" 2>&1 </dev/null &
  pid=$!
  await_hello "$port" "$pid"
  milliseconds_since "$start"
  kill "$pid"
  wait "$pid" 2>/dev/null || true
}

# await_hello PORT PID
await_hello() {
  local deadline=$((SECONDS + 120))
  until [ "$(curl -s --max-time 1 "http://127.0.0.1:$1/")" = hello ]; do
    if ! kill -0 "$2" 2>/dev/null || [ $SECONDS -gt $deadline ]; then
      echo "bench: the machine ended before it answered, or took more than 120 s:" >&2
      tail -n 20 "$work/console" "$work/talk" >&2
      return 1
    fi
    sleep 0.005
  done
}
