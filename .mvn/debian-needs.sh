# unipkg_needs REASON PACKAGE…: makes sure that Debian packages are there. Installs what is missing when run
# as root on a machine with apt, otherwise names it; sourced by mvnw and unipkg. Returns 1 when something
# stays missing, so that the caller decides whether to go on without it.

unipkg_needs() {
  unipkg_reason=$1
  shift
  unipkg_missing=
  for unipkg_package in "$@"; do
    if ! dpkg-query -W -f '${Status}' "$unipkg_package" 2>/dev/null | grep -q 'ok installed'; then
      unipkg_missing="$unipkg_missing $unipkg_package"
    fi
  done
  [ -n "$unipkg_missing" ] || return 0
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "unipkg: installing$unipkg_missing, which $unipkg_reason" >&2
    # shellcheck disable=SC2086
    if ! DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $unipkg_missing >/dev/null 2>&1; then
      apt-get update -q >/dev/null 2>&1 || true
      DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $unipkg_missing >&2 || return 1
    fi
    return 0
  fi
  echo "unipkg: missing$unipkg_missing, which $unipkg_reason" >&2
  echo "  next step: apt-get install$unipkg_missing   (as root)" >&2
  return 1
}
