package dev.unipkg.registry.web;

import dev.unipkg.api.BuildInfo;
import dev.unipkg.api.PackageInfo;
import dev.unipkg.api.VersionInfo;
import dev.unipkg.api.VersionSummary;
import dev.unipkg.format.Version;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// A package on its page, as texts; what is unknown is empty.
///
/// @param ports that its latest version listens on
/// @param builds of the latest version
/// @param source its address where that is a link
/// @param versions the newest ones
/// @param more how many versions there are beside those
/// @param readme HTML that is safe to show
record PackageView(
        String name,
        String description,
        String run,
        String version,
        String published,
        String downloads,
        String ports,
        List<Build> builds,
        String licenses,
        String source,
        String documentation,
        List<Release> versions,
        long more,
        String readme) {

    /// A build of the latest version.
    record Build(String arch, String size, String needs, String digest) {}

    /// A version in the list.
    record Release(String version, String published, String archs) {}

    static PackageView of(
            PackageInfo info, VersionInfo latest, List<VersionSummary> versions, String readme, RunCommand command) {
        Collection<String> ports = new TreeSet<>();
        latest.builds().forEach(build -> ports.addAll(build.config().exposedPorts()));
        return new PackageView(
                info.name().toString(),
                info.description().orElse(""),
                command.of(info.name(), ports),
                latest.version().text(),
                Texts.day(latest.published()),
                info.downloads()
                        .map(all -> "%d, of them %d in the last 30 days".formatted(all.total(), all.last30Days()))
                        .orElse(""),
                String.join(", ", ports),
                latest.builds().stream().map(PackageView::build).toList(),
                info.licenses().orElse(""),
                Texts.link(info.source().orElse("")),
                Texts.link(info.documentation().orElse("")),
                versions.stream().map(PackageView::release).toList(),
                info.versions() - versions.size(),
                readme);
    }

    private static Build build(BuildInfo build) {
        return new Build(
                build.arch().toString(),
                Texts.size(build.size()),
                needs(build.config()),
                build.digest().toString());
    }

    private static String needs(BuildInfo.Config config) {
        long memory = config.unikernel().memoryBytes();
        Optional<String> family = config.unikernel().kernelFamily();
        StringBuilder needs = new StringBuilder(memory > 0 ? Texts.size(memory) + " of memory" : "");
        family.ifPresent(name ->
                needs.append(needs.isEmpty() ? "" : ", ").append("kernel ").append(name));
        return needs.toString();
    }

    private static Release release(VersionSummary version) {
        Version number = version.version();
        return new Release(number.text(), Texts.day(version.published()), PackageEntry.archs(version.archs()));
    }
}
