package dev.unipkg.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ResultsTableTest {

    @Test
    void everyRowSaysWhetherItsGoalIsReached() {
        List<Row> rows = Stream.of(
                        "blob GET 1 MB\tnginx\t1800.4\t2000\tMB/s\t>=0.9x",
                        "push 1 MB, c=10\tdocker-registry\t100\t50\tMB/s\t>=3x",
                        "compose\tcp\t90\t65.5\tms\t<=1.5x",
                        "pkg run\tthe same QEMU by hand\t900\t749\tms\t<=+150",
                        "pkg version\ta JVM hello world\t81.26\t40\tms\t<=100",
                        "config GET\tthe same without counts\t999\t5000\t/s\t>=1000")
                .map(Row::parse)
                .toList();

        assertThat(ResultsTable.markdown(rows)).isEqualTo("""
                        | what | unipkg | peer | which peer | ratio | goal | reached |
                        |---|---:|---:|---|---:|---:|---|
                        | blob GET 1 MB | 1,800 MB/s | 2,000 MB/s | nginx | 0.9 | ≥ 0.9 × | yes |
                        | push 1 MB, c=10 | 100 MB/s | 50 MB/s | docker-registry | 2 | ≥ 3 × | no |
                        | compose | 90 ms | 65.5 ms | cp | 1.37 | ≤ 1.5 × | yes |
                        | pkg run | 900 ms | 749 ms | the same QEMU by hand | 1.2 | ≤ +150 ms | no |
                        | pkg version | 81.3 ms | 40 ms | a JVM hello world | 2.03 | ≤ 100 ms | yes |
                        | config GET | 999 /s | 5,000 /s | the same without counts | 0.2 | ≥ 1,000 /s | no |
                        """);
    }

    @Test
    void rowsAreReplacedByWhatAndPeerOrAdded() {
        String page = """
                <!-- results -->

                | what | unipkg | peer | which peer | ratio | goal | reached |
                |---|---:|---:|---|---:|---:|---|
                | blob GET 1 MB | 1,800 MB/s | 2,000 MB/s | nginx | 0.9 | ≥ 0.9 × | yes |
                | blob GET 1 MB | 1,800 MB/s | 900 MB/s | docker-registry | 2 | ≥ 1 × | yes |

                <!-- end of results -->
                """;
        List<Row> rows = Stream.of(
                        "pkg ps\ta JVM hello world\t60\t40\tms\t<=150",
                        "blob GET 1 MB\tdocker-registry\t1000\t1000\tMB/s\t>=1x")
                .map(Row::parse)
                .toList();

        assertThat(ResultsTable.merged(page, rows)).isEqualTo("""
                        | what | unipkg | peer | which peer | ratio | goal | reached |
                        |---|---:|---:|---|---:|---:|---|
                        | blob GET 1 MB | 1,800 MB/s | 2,000 MB/s | nginx | 0.9 | ≥ 0.9 × | yes |
                        | blob GET 1 MB | 1,000 MB/s | 1,000 MB/s | docker-registry | 1 | ≥ 1 × | yes |
                        | pkg ps | 60 ms | 40 ms | a JVM hello world | 1.5 | ≤ 150 ms | yes |
                        """);
    }

    @Test
    void pageWithoutATableIsRefused() {
        assertThatThrownBy(() -> ResultsTable.merged("# Benchmarks\n", List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no table");
    }

    @Test
    void aLineThatIsNoRowIsRefusedWithTheLine() {
        assertThatThrownBy(() -> Row.parse("could not start"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("could not start");
    }
}
