# How long the client takes to say its version, beside the least that Java's own launcher takes.
measure_version() {
  local pkg
  unipkg_needs "times commands" hyperfine
  find_pkg
  java_hello
  in_turns "milliseconds $pkg version" "milliseconds $JAVA_HOME/bin/java -cp $work/hello Hello"
  row "pkg version" "a JVM hello world" "$ours" "$theirs" ms '<=100'
}

# milliseconds COMMAND…: the median of 20 runs
milliseconds() {
  hyperfine -N --warmup 3 --runs 20 --export-csv "$work/times.csv" "$*" >/dev/null
  awk -F, 'NR == 2 { print $4 * 1000 }' "$work/times.csv"
}

# A program that says hello, in $work/hello.
java_hello() {
  mkdir -p "$work/hello"
  cat >"$work/hello/Hello.java" <<'JAVA'
class Hello {
    public static void main(String[] args) {
        System.out.println("hello");
    }
}
JAVA
  "$JAVA_HOME/bin/javac" -d "$work/hello" "$work/hello/Hello.java"
}
