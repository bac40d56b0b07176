# pkg run of nginx, redis and Python, as the demo makes them from Debian's, which resumes from a snapshot, beside the same
# which boots: from the start of pkg to the first answer; then ten nginx at once, to the last one's first answer, and the
# memory of their QEMUs.
measure_resume() {
  . "$bench/measure/start.sh"
  . "$house/deploy/demo/debian.sh"
  local pkg demo=$house/deploy/demo package
  unipkg_needs "boots machines" --lists redis-server "$(qemu_package)"
  find_pkg
  start_registry
  export UNIPKG_HOME=$work/home PKG_REGISTRY=$registry
  quietly "$pkg" login --key-stdin <<<"${authorization#Bearer }"
  download_packages
  compile_python
  for package in nginx redis python; do
    quietly "$pkg" build "$demo/$package" --root "$work/debian/root"
    quietly "$pkg" push "$package:$(version_of "$demo/$package")"
  done
  debian_kernel "$work/debian-kernel"
  resumed_on linux "$work/debian-kernel" '<=0.2x'
  if [ -n "${UNIPKG_NANOS_RELEASE-}" ]; then
    resumed_on nanos "$UNIPKG_NANOS_RELEASE" '<=0.33x'
  else
    echo "bench: no resume on nanos: UNIPKG_NANOS_RELEASE names no release tarball" >&2
  fi
  unset UNIPKG_HOME PKG_REGISTRY
}

quietly() {
  "$@" >"$work/quiet.log" 2>&1 || {
    cat "$work/quiet.log" >&2
    return 1
  }
}

# resumed_on FAMILY SOURCE GOAL: the rows of a kernel
resumed_on() {
  local family=$1 goal=$3 ours theirs
  quietly "$pkg" kernel push "$family" "$2"
  quietly "$pkg" kernel get "$family"
  resumed nginx http 80
  resumed redis redis 6379
  resumed python http 8000
  local ten="10 http 80 nginx --kernel $family"
  in_turns "resuming $ten" "booting $ten"
  row "ten resumes of nginx on $family at once, to the last one's first answer" "ten boots of it" "$ours" "$theirs" ms "$goal"
  ours=$(median <"$work/memory-of-10-resume")
  theirs=$(median <"$work/memory-of-10-no-resume")
  row "ten resumed nginx on $family, proportional set size" "ten booted ones" "$ours" "$theirs" MiB '<=0.5x'
  rm "$work"/memory-of-*
}

# resumed PACKAGE PROTOCOL PORT: its row, on $family
resumed() {
  local one="1 $2 $3 $1 --kernel $family"
  quietly "$pkg" image build "$1" --kernel "$family" --warm
  in_turns "resuming $one" "booting $one"
  row "resume of $1 on $family, to the first answer" "a boot of it" "$ours" "$theirs" ms "$goal"
}

# resuming COUNT PROTOCOL PORT ARGUMENT…, booting …: milliseconds from the start of so many `pkg run ARGUMENT…` to the
# last one's first answer; the memory then is added to a file
resuming() { first_answers resume "resumed, answers after" "$@"; }
booting() { first_answers no-resume "is ready after" "$@"; }

# first_answers OPTION WORDS COUNT PROTOCOL PORT ARGUMENT…
first_answers() {
  local option=$1 words=$2 count=$3 protocol=$4 port=$5 line
  shift 5
  line=$(load FirstAnswers "$count" "$protocol" "$port" "$words" "$pkg" run "$@" "--$option")
  echo "${line#* }" >>"$work/memory-of-$count-$option"
  echo "${line% *}"
}
