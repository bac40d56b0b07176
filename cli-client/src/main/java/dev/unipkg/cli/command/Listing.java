package dev.unipkg.cli.command;

import dev.unipkg.api.Downloads;
import dev.unipkg.api.PackageSummary;
import dev.unipkg.api.Page;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.output.Table;
import dev.unipkg.format.Arch;
import dev.unipkg.format.Version;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/// The options and the form of every list: length, next page, table.
public final class Listing {
    private static final int MAX_LIMIT = 200;
    private static final int USUAL_LIMIT = 50;

    @Option(names = "--limit", paramLabel = "<n>", description = "At most this many, 1 to 200; 50 by default.")
    private Optional<Integer> limit = Optional.empty();

    @Option(names = "--after", paramLabel = "<cursor>", description = "Continue a list behind this cursor.")
    public Optional<String> after = Optional.empty();

    /// At most how many.
    ///
    /// @throws Failure when it is out of range
    public int limit() {
        int most = limit.orElse(USUAL_LIMIT);
        if (most < 1 || most > MAX_LIMIT) {
            throw Failure.usage("--limit wants a number from 1 to " + MAX_LIMIT + ", not " + most);
        }
        return most;
    }

    /// Whether a part of the list was chosen.
    boolean isPart() {
        return limit.isPresent() || after.isPresent();
    }

    /// Says that there is more, and how to see it.
    public void sayMore(Session session, Optional<String> next) {
        next.ifPresent(cursor -> session.messages().say("there are more: continue with --after " + cursor));
    }

    public static void print(Session session, Page<PackageSummary> list) {
        Table table = new Table("PACKAGE", "LATEST", "ARCHS", "DESCRIPTION");
        for (PackageSummary each : list.entries()) {
            table.row(
                    each.name().toString(),
                    each.latest().map(Version::text).orElse("-"),
                    archs(each.archs()),
                    each.description().orElse(""));
        }
        session.remember(
                list.entries().stream().map(each -> each.name().toString()).toList());
        if (list.entries().isEmpty()) {
            session.messages().say("no packages");
        }
        session.out().print(list.toJson(), list.entries().isEmpty() ? "" : table.toString());
    }

    /// How often something was downloaded, in words.
    static String downloads(Downloads downloads) {
        return "%d (%d in 30 days)".formatted(downloads.total(), downloads.last30Days());
    }

    public static String archs(Collection<Arch> archs) {
        return archs.stream().map(Arch::toString).collect(Collectors.joining(","));
    }
}
