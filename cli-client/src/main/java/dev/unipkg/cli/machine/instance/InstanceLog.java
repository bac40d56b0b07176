package dev.unipkg.cli.machine.instance;

import dev.unipkg.cli.machine.console.Console;
import dev.unipkg.cli.machine.console.ConsoleFiles;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.format.BlockOutputStream;
import java.io.IOException;
import java.io.PrintStream;

/// The kept console of a detached instance, byte for byte as `pkg run` passes it on.
public final class InstanceLog {
    private final InstanceFolder folder;
    private final Instance instance;

    private InstanceLog(InstanceFolder folder, Instance instance) {
        this.folder = folder;
        this.instance = instance;
    }

    /// @throws Failure when the console is kept nowhere
    public static InstanceLog of(Instances.Snapshot seen) {
        Instance instance = InstanceStop.requireKnown(seen);
        if (!instance.left()
                && instance.pkg().isAlive()
                && !seen.console().toFile().exists()) {
            throw Failure.failed("the console of %s goes to the pkg that runs it (process %d), and is kept nowhere"
                            .formatted(seen.name(), instance.pkg().pid()))
                    .next("look there, or start it with -d");
        }
        return new InstanceLog(new InstanceFolder(seen.folder()), instance);
    }

    /// Copies what is kept.
    ///
    /// @param follow whether to go on until the instance has ended or the reader is gone
    public void copy(PrintStream to, boolean follow) throws IOException {
        Reader reader = new Reader(to);
        try (ConsoleFiles files =
                new ConsoleFiles(folder.path(), () -> follow && !reader.gone && instance.isRunning())) {
            new Console().pass(files, reader);
        }
    }

    // A print stream keeps its failures to itself.
    private static final class Reader extends BlockOutputStream {
        private final PrintStream to;
        private boolean gone;

        Reader(PrintStream to) {
            this.to = to;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            to.write(bytes, offset, length);
            flush();
        }

        @Override
        public void flush() throws IOException {
            gone = to.checkError();
            if (gone) {
                throw new IOException("the reader is gone");
            }
        }
    }
}
