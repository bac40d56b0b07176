# unipkg_needs REASON [--lists NAME] PACKAGE…: makes sure that Debian packages are there. Installs what is missing when
# run as root on a machine with apt, otherwise names it in one line; sourced by mvnw, unipkg and the demo. With --lists,
# apt must know the package NAME, so that it can be downloaded later. Returns 1 when something stays missing, so that
# the caller decides whether to go on without it.

unipkg_needs() {
  unipkg_reason=$1
  shift
  unipkg_lists=
  if [ "$1" = --lists ]; then
    unipkg_lists=$2
    shift 2
  fi
  unipkg_missing=
  for unipkg_package in "$@"; do
    if ! dpkg-query -W -f '${Status}' "$unipkg_package" 2>/dev/null | grep -q 'ok installed'; then
      unipkg_missing="$unipkg_missing $unipkg_package"
    fi
  done
  unipkg_unlisted=
  if [ -n "$unipkg_lists" ] && ! apt-cache show "$unipkg_lists" >/dev/null 2>&1; then
    unipkg_unlisted=yes
  fi
  [ -n "$unipkg_missing$unipkg_unlisted" ] || return 0
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    [ -z "$unipkg_missing" ] || echo "unipkg: installing$unipkg_missing, which $unipkg_reason" >&2
    if [ -n "$unipkg_unlisted" ]; then apt-get update -q >&2 || return 1; fi
    [ -n "$unipkg_missing" ] || return 0
    # shellcheck disable=SC2086
    if ! DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $unipkg_missing >/dev/null 2>&1; then
      apt-get update -q >/dev/null 2>&1 || true
      DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $unipkg_missing >&2 || return 1
    fi
    return 0
  fi
  unipkg_step=
  [ -z "$unipkg_missing" ] || unipkg_step=" && apt-get install -y --no-install-recommends$unipkg_missing"
  [ -z "$unipkg_unlisted" ] || unipkg_missing="$unipkg_missing apt's-lists-of-packages"
  echo "unipkg: missing$unipkg_missing, which $unipkg_reason; next step, as root: apt-get update$unipkg_step" >&2
  return 1
}
