# The files of Debian's nginx, redis-server and Python, of which packages are made. Sourced by the demo and the benchmarks,
# which have a folder $work and a function `quietly`, which runs a command and shows its output only where it fails.

# unpack FOLDER ARCHIVE…: the files of Debian packages.
unpack() {
  local folder=$1 archive
  shift
  for archive in "$@"; do quietly dpkg-deb -x "$archive" "$folder" || return; done
}

# The packages with everything they depend on, as on a machine that has nothing yet: downloaded, not installed.
download_packages() {
  local state=$work/debian/state archives=$work/debian/archives
  mkdir -p "$state" "$archives/partial" "$work/debian/root" || return
  : >"$state/status" || return
  quietly apt-get -q -y --no-install-recommends --download-only -o Debug::NoLocking=1 -o APT::Sandbox::User=root \
    -o Dir::State::status="$state/status" -o Dir::Cache::archives="$archives" \
    install nginx redis-server python3-minimal libpython3-stdlib
  unpack "$work/debian/root" "$archives"/*.deb
}

# What Debian does where it installs Python: without it every start compiles the library again. The times of files are
# not kept in packages, so Python must not look whether those of its sources are still the same.
compile_python() {
  local root=$work/debian/root libraries
  libraries=$(echo "$root"/lib/*-linux-gnu)
  PYTHONHOME=$root/usr quietly "$libraries"/ld-linux-*.so.* --library-path "$libraries:$root/usr${libraries#"$root"}" \
    "$root/usr/bin/python3.11" -I -m compileall -q --invalidation-mode unchecked-hash -s "$root" -p / \
    "$root/usr/lib/python3.11"
}

# version_of FOLDER: of the package that is made there
version_of() {
  sed -n 's/^version: *"\{0,1\}\([^"]*\)"\{0,1\}$/\1/p' "$1/unipkg.yaml"
}
