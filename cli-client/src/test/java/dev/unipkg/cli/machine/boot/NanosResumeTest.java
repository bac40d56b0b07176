package dev.unipkg.cli.machine.boot;

import dev.unipkg.cli.machine.snapshot.SampleSnapshot;
import dev.unipkg.kernels.Image;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NanosResumeTest implements ResumeContract {
    @TempDir
    static Path folder;

    @Override
    public Image image() throws Exception {
        return TinyServer.onNanos(folder);
    }

    @Override
    public Path folder() {
        return folder;
    }

    /// Here, where a boot takes a second only. The last quarter of a state is a description of it, which QEMU does not
    /// need.
    @ParameterizedTest
    @ValueSource(ints = {0, 10, 20, 30, 40, 60, 70})
    void bootsWhereverTheStateIsCutOff(int percent, @TempDir Path home) throws Exception {
        SampleSnapshot.copy(snapshots(), home.resolve("snapshots"));
        Path snapshot = SampleSnapshot.only(home.resolve("snapshots"));
        try (RandomAccessFile state =
                new RandomAccessFile(snapshot.resolve("state").toFile(), "rw")) {
            state.setLength(state.length() * percent / 100);
        }
        SampleSnapshot.restamp(snapshot);
        ResumeContract.assertBoots(
                new Booting(home, image()).forwarding().resuming(home.resolve("snapshots")), snapshot);
    }
}
