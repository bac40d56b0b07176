package dev.unipkg.registry.wiring;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;

/// The rules between and within settings: ranges, and settings that need each other. They are checked before
/// anything starts, so a start that cannot succeed changes nothing.
final class SettingRules {

    private static final int MAX_PORT = 65_535;

    /// The longest that S3 lets an address be valid (SigV4, "Authenticating requests: using query parameters").
    private static final Duration MAX_PRESIGN = Duration.ofDays(7);

    private static final List<String> NEEDED_FOR_S3 = List.of("endpoint", "bucket", "access-key", "secret-key");

    private static final List<String> LONGER_THAN_A_WRITE =
            List.of("unipkg.lease", "unipkg.sweep.grace", "unipkg.sweep.untagged-for");

    private SettingRules() {}

    /// @throws SettingsException for the first rule that is broken
    static void check(Config config) {
        number(config, "quarkus.http.port", MAX_PORT);
        atLeast(1, config, "unipkg.max-blob-bytes");
        atLeast(1, config, "unipkg.max-namespace-bytes");
        atLeast(0, config, "unipkg.scrub.bytes-per-second");
        for (String key : LONGER_THAN_A_WRITE) {
            Optional<Duration> duration = config.getOptionalValue(key, Duration.class);
            if (duration.isPresent() && duration.get().toSeconds() < 1) {
                throw unexpected(key, SettingNames.text(config, key).orElseThrow(), "1s or more");
            }
        }
        Optional<Duration> presignFor = config.getOptionalValue("unipkg.storage.s3.presign-for", Duration.class);
        if (presignFor.isPresent() && !isPresign(presignFor.get())) {
            String text =
                    SettingNames.text(config, "unipkg.storage.s3.presign-for").orElseThrow();
            throw unexpected("unipkg.storage.s3.presign-for", text, "0, or 1s to 7d");
        }
        if (SettingNames.text(config, "unipkg.storage.kind").orElse("").equalsIgnoreCase("s3")) {
            NEEDED_FOR_S3.forEach(name -> requireForS3(config, "unipkg.storage.s3." + name));
        }
    }

    private static void atLeast(long least, Config config, String key) {
        Optional<Long> number = config.getOptionalValue(key, Long.class);
        if (number.isPresent() && number.get() < least) {
            throw unexpected(key, number.get(), least + " or more");
        }
    }

    private static void requireForS3(Config config, String key) {
        if (SettingNames.text(config, key).isEmpty()) {
            throw new SettingsException(
                    "unipkg.storage.kind is s3, so " + key + " (or " + SettingNames.variable(key) + ") is needed");
        }
    }

    private static void number(Config config, String key, int max) {
        String text = SettingNames.text(config, key).orElse("0").strip();
        if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) > max) {
            throw unexpected(key, text, "a whole number from 0 to " + max);
        }
    }

    private static boolean isPresign(Duration presignFor) {
        return presignFor.isZero() || presignFor.toSeconds() >= 1 && presignFor.compareTo(MAX_PRESIGN) <= 0;
    }

    private static SettingsException unexpected(String key, Object value, String expected) {
        return new SettingsException(key + " is \"" + value + "\", expected " + expected);
    }
}
