package dev.unipkg.cli.output;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.unipkg.format.BlockOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/// stdout for bytes that are written as they come. Each write reaches the reader at once, or throws: a
/// [ReaderGoneException] where the reader has closed it.
public final class LiveOutput extends BlockOutputStream {
    // The first call of a C function takes 40 ms of a processor, which a machine that starts needs for itself.
    private static final Duration QUIET_START = Duration.ofSeconds(1);

    private static final int STDOUT = 1;
    private static final int POLLFD_BYTES = 8;
    private static final int REVENTS = 6;
    private static final int POLLERR = 0x08;
    private static final int POLLHUP = 0x10;

    private final PrintStream out;

    LiveOutput(PrintStream out) {
        this.out = out;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        if (out.checkError()) {
            Optional<IOException> why = out instanceof Stdout stdout ? stdout.failure() : Optional.empty();
            throw why.orElseGet(ReaderGoneException::new);
        }
    }

    /// Tells, from a thread of its own, when the reader closes this process's stdout; within a second at the start. A
    /// write would tell as well, but there may be none for hours.
    public void whenReaderIsGone(Consumer<IOException> listener) {
        if (!(out instanceof Stdout)) {
            return;
        }
        Thread thread = new Thread(
                () -> {
                    try {
                        Thread.sleep(QUIET_START);
                    } catch (InterruptedException e) {
                        return;
                    }
                    if (awaitHangup()) {
                        listener.accept(new ReaderGoneException());
                    }
                },
                "stdout");
        thread.setDaemon(true);
        thread.start();
    }

    // poll(2) with no events asked for returns when the other end of a pipe is closed, and never for a file.
    private static boolean awaitHangup() {
        Linker linker = Linker.nativeLinker();
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle poll = linker.downcallHandle(
                    linker.defaultLookup().find("poll").orElseThrow(),
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
            MemorySegment descriptor = arena.allocate(POLLFD_BYTES, Integer.BYTES);
            descriptor.set(JAVA_INT, 0, STDOUT);
            int count;
            do {
                // Less than 0: a signal came.
                count = (int) poll.invokeExact(descriptor, 1L, -1);
            } while (count < 0);
            return (descriptor.get(JAVA_SHORT, REVENTS) & (POLLERR | POLLHUP)) != 0;
        } catch (Throwable e) {
            // This host has no such call: the next write tells.
            return false;
        }
    }
}
