# pkg ps with 50 instances that run, and as many that have ended, beside the least that Java's own launcher takes. Their
# machines are processes that sleep.
measure_ps() {
  local pkg
  unipkg_needs "times commands" hyperfine
  find_pkg
  export UNIPKG_HOME=$work/home
  local i
  for ((i = 1; i <= 50; i++)); do
    sleep 600 &
    servers+=($!)
    instance_record "running-$i" "$!"
    instance_record "ended-$i" 4000000
    printf 'hello\n\r\nunipkg-exit: 0\r\n' >"$UNIPKG_HOME/instances/ended-$i/console.log"
    : >"$UNIPKG_HOME/instances/ended-$i/qemu.log"
    echo 0 >"$UNIPKG_HOME/instances/ended-$i/exit"
  done
  if [ "$("$pkg" ps | grep -c ' up ')" != 50 ] || [ "$("$pkg" ps -a | grep -c 'exit code 0')" != 50 ]; then
    echo "bench: pkg ps does not show what was made for it:" >&2
    "$pkg" ps -a >&2
    return 1
  fi
  . "$bench/measure/version.sh"
  java_hello
  in_turns "milliseconds $pkg ps" "milliseconds $JAVA_HOME/bin/java -cp $work/hello Hello"
  row "pkg ps, 50 instances" "a JVM hello world" "$ours" "$theirs" ms '<=150'
  unset UNIPKG_HOME
}

# instance_record NAME PID: a detached instance whose machine is this process, or none
instance_record() {
  local folder=$UNIPKG_HOME/instances/$1 boot ticks=1 process
  boot=$(cat /proc/sys/kernel/random/boot_id)
  if [ -e "/proc/$2/stat" ]; then
    ticks=$(sed 's/.*) //' "/proc/$2/stat" | cut -d ' ' -f 20)
  fi
  process="{\"pid\": $2, \"boot\": \"$boot\", \"ticks\": $ticks}"
  mkdir -p "$folder"
  cat >"$folder/instance.json" <<RECORD
{
  "format": 1, "name": "$1", "reference": "library/nginx:1.22", "words": ["library/nginx:1.22", "--publish=8080:80"],
  "registry": "http://localhost:8080", "machine": "q35", "arch": "x86_64", "memory": "256M", "cpus": 1,
  "forwards": ["127.0.0.1:8080:80/tcp"], "image": "$UNIPKG_HOME/images/ab", "exitReport": "console",
  "created": "2026-01-01T00:00:00Z", "left": true, "pkg": {"pid": 4000000, "boot": "$boot", "ticks": 1},
  "boot": {"accelerator": "tcg", "holder": $process, "qemu": $process, "at": "2026-01-01T00:00:00Z"}
}
RECORD
}
