# Sets and exports JAVA_HOME to a JDK of Java 25 or later; sourced by mvnw and unipkg.
# Looks at JAVA_HOME, JAVA_HOME_25_X64, the usual folders of Debian, /opt and sdkman, reading each
# candidate's `release` file, so that nothing is started to find out. Says what to install where none is.

unipkg_jdk_major() {
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

unipkg_find_jdk() {
  set +f
  for unipkg_jdk in "${JAVA_HOME-}" "${JAVA_HOME_25_X64-}" /usr/lib/jvm/* /opt/*jdk* /opt/java/* \
    "${HOME-/root}"/.sdkman/candidates/java/*; do
    [ -n "$unipkg_jdk" ] || continue
    unipkg_major=$(unipkg_jdk_major "$unipkg_jdk") || continue
    if [ "${unipkg_major:-0}" -ge 25 ]; then
      JAVA_HOME=$unipkg_jdk
      export JAVA_HOME
      return 0
    fi
  done
  echo "unipkg needs a JDK of Java 25 or later; none was found." >&2
  echo "  looked at: JAVA_HOME=${JAVA_HOME:-(not set)}, /usr/lib/jvm, /opt, ~/.sdkman" >&2
  echo "  next step: install Temurin 25 as README.md tells (\"A JDK 25 on Debian 12\"), or set JAVA_HOME to a JDK 25" >&2
  return 1
}

unipkg_find_jdk || exit 1
