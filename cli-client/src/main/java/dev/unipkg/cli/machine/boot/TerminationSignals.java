package dev.unipkg.cli.machine.boot;

import java.io.Closeable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/// Takes the signals that ask pkg to end (SIGINT of Ctrl-C, SIGTERM, SIGHUP) for as long as it is open. A
/// shutdown hook would not do: it sees the first signal only, and the second one is to kill the guest.
final class TerminationSignals implements Closeable {
    private static final List<String> NAMES = List.of("INT", "TERM", "HUP");

    private record Former(Signal signal, SignalHandler handler) {}

    private final List<Former> former = new ArrayList<>();

    /// @param listener called with the signal's number, on a thread of the JVM
    TerminationSignals(Consumer<Integer> listener) {
        for (String name : NAMES) {
            Signal signal = new Signal(name);
            former.add(new Former(signal, Signal.handle(signal, caught -> listener.accept(caught.getNumber()))));
        }
    }

    @Override
    public void close() {
        for (Former before : former) {
            Signal.handle(before.signal(), before.handler());
        }
    }
}
