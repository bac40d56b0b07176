# Packs the client: pack.sh JAVA_HOME TARGET JAR, run by the build.
#   TARGET/pack/lib       the libraries
#   TARGET/pack/picocli   the sources of picocli
#   TARGET/pkg            what comes out: bin/ lib/ runtime/
set -eu

java=$1
target=$2
archive=$3
sources=$(dirname "$0")
pack=$target/pack
out=$target/pkg

mkdir -p "$out/bin" "$out/lib" "$pack/picocli-classes"

# jar FILE FOLDER [OPTION…]: a jar whose bytes depend on nothing but the files in it.
jar() {
  file=$1 folder=$2
  shift 2
  (cd "$folder" && find . -type f | LC_ALL=C sort | sed 's/.*/"&"/') > "$file.files"
  (cd "$folder" && "$java/bin/jar" --create --date=2026-01-01T00:00:00Z "$@" --file "$file" "@$file.files")
  rm "$file.files"
}

# The runtime, kept while the JDK stays the same.
if ! cmp -s "$java/release" "$pack/jdk" || [ "$sources/make-runtime" -nt "$pack/jdk" ]; then
  sh "$sources/make-runtime" "$java" "$out/runtime" >"$pack/jlink.log" 2>&1 || {
    cat "$pack/jlink.log" >&2
    exit 1
  }
  cp "$java/release" "$pack/jdk"
fi

if [ ! -f "$pack/picocli.jar" ] || [ "$pack/picocli/picocli/CommandLine.java" -nt "$pack/picocli.jar" ]; then
  "$java/bin/javac" -nowarn -proc:none -Xlint:none --release 25 -d "$pack/picocli-classes" "$pack"/picocli/picocli/*.java \
    2> "$pack/picocli.log" || {
    cat "$pack/picocli.log" >&2
    exit 1
  }
  jar "$pack/picocli.jar" "$pack/picocli-classes"
fi

# zstd: its library for this machine as a file, instead of eighteen libraries of which every run would unpack one, and
# its classes without those for newer versions of Java, which make their own bindings at the start: that takes longer
# than decompressing a hundred megabytes.
if [ ! -f "$pack/zstd-jni.jar" ] || [ "$pack/lib/zstd-jni.jar" -nt "$pack/zstd-jni.jar" ]; then
  rm -rf "$pack/zstd"
  mkdir "$pack/zstd"
  (cd "$pack/zstd" && "$java/bin/jar" --extract --file ../lib/zstd-jni.jar)
  case $(uname -m) in
  x86_64) machine=amd64 ;;
  *) machine=$(uname -m) ;;
  esac
  cp "$pack/zstd/linux/$machine"/libzstd-jni-*.so "$pack/libzstd-jni.so"
  mkdir "$pack/zstd/classes"
  mv "$pack/zstd/com" "$pack/zstd/classes/"
  jar "$pack/zstd-jni.jar" "$pack/zstd/classes"
  rm -rf "$pack/zstd"
fi

rm -rf "$out/lib"/*
cp "$pack"/lib/*.jar "$out/lib/"
cp "$pack/picocli.jar" "$pack/zstd-jni.jar" "$pack/libzstd-jni.so" "$out/lib/"
rm -rf "$pack/pkg"
mkdir "$pack/pkg"
(cd "$pack/pkg" && "$java/bin/jar" --extract --file "$target/$archive")
rm -rf "$pack/pkg/META-INF"
# The training is compiled with the tests, which use its fake registry.
rm -rf "$pack/training"
mkdir -p "$pack/training/dev/unipkg/cli"
cp -R "$target/test-classes/dev/unipkg/cli/training" "$pack/training/dev/unipkg/cli/"
touch "$out/lib/pkg.jar"
jar "$out/lib/training.jar" "$pack/training"

# pkg.jar names the others, so that the class path is one short word, the same in every folder. A start-up cache needs
# the class path that it was made with, so the training is on it too.
{
  printf 'Main-Class: dev.unipkg.cli.Pkg\nClass-Path:'
  for library in "$out"/lib/*.jar; do
    [ "$library" = "$out/lib/pkg.jar" ] || printf ' %s\n ' "$(basename "$library")"
  done | sed '$d'
  printf '\n'
} > "$pack/manifest"
jar "$out/lib/pkg.jar" "$pack/pkg" --manifest "$pack/manifest"

cp "$sources/pkg" "$out/bin/pkg"
chmod 755 "$out/bin/pkg"

cp "$sources/make-start-up-cache" "$out/lib/"

# The cache only saves time, so a build without it is good.
"$out/lib/make-start-up-cache" 2> "$pack/training.log" || {
  mkdir -p "$out/lib/start-up-cache-was-tried"
  echo "unipkg: pkg has no start-up cache, so its commands start a little slower; $pack/training.log says why" >&2
}
