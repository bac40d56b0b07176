package dev.unipkg.kernels;

import dev.unipkg.format.NameRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Tag;
import dev.unipkg.format.Version;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Predicate;

/// A requested kernel: `family` or `family:release`. The release is a version or a channel, such as `stable` or
/// `nightly`.
///
/// @param release empty when any of the family will do
public record KernelChoice(Family family, Optional<String> release) {

    /// Reads `family` or `family:release`.
    ///
    /// @throws RefusedException when the family is not known or the release is outside the grammar
    public static KernelChoice parse(String text) throws RefusedException {
        int colon = text.indexOf(':');
        if (colon < 0) {
            return new KernelChoice(Family.of(text), Optional.empty());
        }
        String release = text.substring(colon + 1);
        if (!Tag.isTag(release) && !Version.isVersion(release)) {
            throw new NameRefusal.InvalidName("kernel release", release, "a version or a channel").asException();
        }
        return new KernelChoice(Family.of(text.substring(0, colon)), Optional.of(release));
    }

    /// The newest of those `releases` that will do: a pre-release only where there is nothing else.
    ///
    /// @param range which versions will do, as in `VersionRange.parse(">=0.1.54")::contains`
    public static Optional<Version> newest(Collection<Version> releases, Predicate<Version> range) {
        return releases.stream()
                .filter(range)
                .max(Comparator.comparing((Version release) -> !release.isPrerelease())
                        .thenComparing(Comparator.naturalOrder()));
    }

    @Override
    public String toString() {
        return family + release.map(name -> ":" + name).orElse("");
    }
}
