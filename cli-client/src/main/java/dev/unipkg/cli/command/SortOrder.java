package dev.unipkg.cli.command;

import dev.unipkg.cli.output.Failure;
import java.util.Optional;
import picocli.CommandLine.Option;

/// The order of a list of packages.
final class SortOrder {
    private static final String BY_NAME = "name";
    private static final String BY_DOWNLOADS = "downloads";

    @Option(
            names = "--sort",
            paramLabel = "<order>",
            description = "By name, or by downloads with the most downloaded first; name by default.")
    private Optional<String> order = Optional.empty();

    /// The order that the registry is asked for; empty for its own, which is by name.
    ///
    /// @throws Failure when there is no such order
    Optional<String> wanted() {
        if (order.isPresent() && !order.get().equals(BY_NAME) && !order.get().equals(BY_DOWNLOADS)) {
            throw Failure.usage("--sort wants name or downloads, not " + order.get());
        }
        return order.filter(BY_DOWNLOADS::equals);
    }
}
