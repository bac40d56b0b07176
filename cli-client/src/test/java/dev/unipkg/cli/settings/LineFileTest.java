package dev.unipkg.cli.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineFileTest {
    private static final int PROCESSES = 3;
    private static final int LINES = 50;

    @TempDir
    Path temp;

    /// Adds lines `name-0` … to the file.
    static final class Adding {
        private Adding() {}

        public static void main(String[] args) throws IOException {
            LineFile file = new LineFile(Path.of(args[0]));
            for (int i = 0; i < LINES; i++) {
                String line = args[1] + "-" + i;
                file.change(lines -> with(lines, line));
            }
        }
    }

    @Test
    void nothingIsLostWhereSeveralProcessesChangeIt() throws Exception {
        Path file = temp.resolve("lines");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> ends = new ArrayList<>();
            for (int i = 0; i < PROCESSES; i++) {
                String name = "p" + i;
                ends.add(threads.submit(() -> add(file, name)));
            }
            for (Future<Integer> end : ends) {
                assertThat(end.get()).isZero();
            }
        }

        assertThat(Files.readAllLines(file)).doesNotHaveDuplicates().hasSize(PROCESSES * LINES);
    }

    @Test
    void aChangeThatFailsLeavesTheFileAndNothingBeside() throws IOException {
        Path file = temp.resolve("lines");
        Files.writeString(file, "before\n");
        assertThatThrownBy(() -> new LineFile(file).change(lines -> List.of("line", "\ud800")))
                .isInstanceOf(IOException.class);
        assertThat(file).hasContent("before\n");
        try (Stream<Path> left = Files.list(temp)) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .allMatch(name -> !name.startsWith(".") || name.endsWith(".lock"));
        }
    }

    private static int add(Path file, String name) throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Adding.class.getName(),
                        file.toString(),
                        name)
                .redirectErrorStream(true)
                .redirectOutput(file.resolveSibling(name + ".log").toFile())
                .start()
                .waitFor();
    }

    private static List<String> with(List<String> lines, String line) {
        List<String> more = new ArrayList<>(lines);
        more.add(line);
        return more;
    }
}
