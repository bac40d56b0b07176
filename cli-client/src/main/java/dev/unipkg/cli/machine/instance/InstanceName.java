package dev.unipkg.cli.machine.instance;

import dev.unipkg.format.PackageName;
import java.util.concurrent.ThreadLocalRandom;

/// The name of an instance, unique on its shelf: 1 to 64 characters in the grammar of package names, so that it is a
/// file name and a word of a shell.
public record InstanceName(String text) {
    private static final int DIGITS = 4;

    public InstanceName {
        if (!PackageName.isPart(text)) {
            throw new IllegalArgumentException("not a name of an instance: \"" + text
                    + "\"; expected lowercase letters and digits, with single . or - between them, at most "
                    + PackageName.MAX_PART_LENGTH + " characters");
        }
    }

    /// A name that tells what runs, as in `nginx-3f2a`, for an instance that its user did not name.
    ///
    /// @param reference of the package, as in `library/nginx:1.22`
    static InstanceName generate(String reference) {
        String name = reference.substring(reference.lastIndexOf('/') + 1).split("[:@]", 2)[0];
        String cut = name.substring(0, Math.min(name.length(), PackageName.MAX_PART_LENGTH - 1 - DIGITS));
        String digits = "%04x".formatted(ThreadLocalRandom.current().nextInt(1 << 16));
        return new InstanceName(cut.replaceAll("[.-]+$", "") + "-" + digits);
    }

    @Override
    public String toString() {
        return text;
    }
}
