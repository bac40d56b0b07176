package dev.unipkg.cli.machine.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ProcessorTimeTest {
    @Test
    void isReadPastAnyNameOfTheProgram() throws IOException {
        assertThat(ProcessorTime.parse("7 (a) 1 (b) S 1 7 7 0 -1 4194560 100 0 0 0 12 345 0 0 20 0 4 0 100 1000 10 0"
                        + " 0 0 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 6 0 0 0 0 0 0 0 0 0\n"))
                .isEqualTo(new ProcessorTime(12, 345, 6));
    }

    @Test
    void isReadOfThisProcess() throws IOException {
        assertThat(ProcessorTime.of(ProcessHandle.current().pid()).user()).isPositive();
    }

    @Test
    void timeThatThreadsOfAProcessHadOrWaitedForIsAdded() throws IOException {
        assertThat(ProcessorTime.wantedMillis(ProcessHandle.current().pid())).isPositive();
        assertThatThrownBy(() -> ProcessorTime.wantedMillis(Long.MAX_VALUE)).isInstanceOf(IOException.class);
    }

    @Test
    void isNotReadFromAnythingElse() {
        for (String stat : new String[] {"", "7 (a) S 1", "7 (a) " + "x ".repeat(60)}) {
            assertThatThrownBy(() -> ProcessorTime.parse(stat)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void tellsAGuestThatRunsFromOneThatIsInterpreted() {
        assertThat(new ProcessorTime(1, 146, 0).isInterpreting()).isTrue();
        assertThat(new ProcessorTime(0, 50, 0).isInterpreting()).isFalse();
        // Much of a start is spent in the kernel, which gives the guest its memory.
        assertThat(new ProcessorTime(40, 60, 35).isInterpreting()).isFalse();
        assertThat(new ProcessorTime(40, 60, 35).isRunning()).isTrue();
        // A QEMU that was long to begin.
        assertThat(new ProcessorTime(81, 246, 0)
                        .since(new ProcessorTime(80, 40, 0))
                        .isInterpreting())
                .isTrue();
        // A host that does not tell a guest's time from QEMU's.
        assertThat(new ProcessorTime(100, 20, 0).isInterpreting()).isFalse();
    }
}
