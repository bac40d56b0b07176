package dev.unipkg.registry.web;

import dev.unipkg.api.PackageSummary;
import dev.unipkg.format.Arch;
import dev.unipkg.format.Version;
import java.util.List;
import java.util.stream.Collectors;

/// A package in the list, as texts.
///
/// @param path of its page
/// @param description its beginning, where it is long
/// @param run the command that runs it
record PackageEntry(
        String name, String path, String version, String archs, String updated, String description, String run) {

    private static final int DESCRIPTION_SHOWN = 200;

    static PackageEntry of(PackageSummary summary, RunCommand command) {
        return new PackageEntry(
                summary.name().toString(),
                "/packages/" + summary.name(),
                summary.latest().map(Version::text).orElse(""),
                archs(summary.archs()),
                summary.updated().map(Texts::day).orElse(""),
                Texts.beginning(summary.description().orElse(""), DESCRIPTION_SHOWN),
                command.of(summary.name(), List.of()));
    }

    static String archs(List<Arch> archs) {
        return archs.stream().map(Arch::toString).collect(Collectors.joining(", "));
    }
}
