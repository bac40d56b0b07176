package dev.unipkg.registry.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Metrics;
import java.util.Collection;
import java.util.Locale;
import java.util.function.Supplier;

/// Counts what the registry does. A label's values are a closed list of our own words: nothing that a client sends and
/// nothing that tells who it is becomes one, and no label grows with the number of packages.
public final class Meters {

    /// The kinds of content that are pushed.
    public enum Pushed {
        /// The index of a version of a package, or one of its builds.
        PACKAGE,
        /// The index of a kernel release, or one of its builds.
        KERNEL,
        /// Any other manifest or index.
        MANIFEST,
        BLOB;

        private final Counter counter = counter("unipkg.pushes", "Acknowledged pushes", KIND, this);
    }

    /// The kinds of content that are pulled.
    public enum Pulled {
        MANIFEST,
        BLOB;

        private final Counter counter = counter("unipkg.pulls", "GETs that are answered with content", KIND, this);
    }

    private static final String KIND = "kind";

    private Meters() {}

    /// Registers the counters of pushes and pulls, so that each is 0 before its first event: a rate needs a
    /// value from before.
    static void showPushesAndPulls() {
        for (Pushed kind : Pushed.values()) {
            kind.counter.increment(0);
        }
        for (Pulled kind : Pulled.values()) {
            kind.counter.increment(0);
        }
    }

    /// Counts a push that is about to be acknowledged.
    public static void pushed(Pushed kind) {
        kind.counter.increment();
    }

    /// Counts a GET whose answer is about to be sent, here or by an address of the object storage.
    public static void pulled(Pulled kind) {
        kind.counter.increment();
    }

    /// Counts a request that is refused.
    ///
    /// @param code of the refusal, as in the last part of a problem's type
    public static void refused(String code) {
        refusals(code).increment();
    }

    /// Registers the counters of refusals, so that each is 0 before its first.
    ///
    /// @param codes all there are
    public static void showRefusals(Collection<String> codes) {
        codes.forEach(code -> refusals(code).increment(0));
    }

    private static Counter refusals(String code) {
        return Metrics.counter("unipkg.refusals", "code", code);
    }

    /// A counter without labels, for work of the registry's own such as the sweep.
    ///
    /// @param name as in `unipkg.sweep.deleted`
    public static Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(Metrics.globalRegistry);
    }

    /// Registers a gauge, read whenever the metrics are.
    ///
    /// @param name as in `unipkg.checks.waiting`
    public static void gauge(String name, String description, Supplier<Number> number) {
        Gauge.builder(name, number).description(description).register(Metrics.globalRegistry);
    }

    /// A counter with one label.
    ///
    /// @param value of the label, which shows it in lowercase
    public static Counter counter(String name, String description, String label, Enum<?> value) {
        return Counter.builder(name)
                .description(description)
                .tag(label, value.name().toLowerCase(Locale.ROOT))
                .register(Metrics.globalRegistry);
    }
}
