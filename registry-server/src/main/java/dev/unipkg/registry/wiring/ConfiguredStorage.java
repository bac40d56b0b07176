package dev.unipkg.registry.wiring;

import dev.unipkg.storage.StorageConfig;
import dev.unipkg.storage.StoreLimits;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.URI;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.spi.ConfigSource;

/// The place of the blobs, as the settings name it.
public final class ConfiguredStorage {

    private static final int MAX_UPLOADS = 1_000;
    private static final int PART_BYTES = 8 << 20;

    /// How much of the data folder's disk stays free: 64 MiB for the embedded database, which could not go on without a
    /// place for its journal.
    public static final long RESERVE_BYTES = 64 << 20;

    /// 128 MiB, a quarter of the heap that the server is started with.
    private static final int PARTS_IN_MEMORY = 16;

    private ConfiguredStorage() {}

    /// The place that a configuration names which no application has read yet.
    ///
    /// @throws SettingsException when a setting that the place needs is absent
    public static StorageConfig of(Config config) {
        SmallRyeConfigBuilder settings = new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(Settings.class)
                .withMappingIgnore("unipkg.**");
        for (ConfigSource source : config.getConfigSources()) {
            settings.withSources(source);
        }
        return of(settings.build().getConfigMapping(Settings.class));
    }

    static StorageConfig of(Settings settings) {
        StoreLimits limits = new StoreLimits(settings.maxBlobBytes(), MAX_UPLOADS, RESERVE_BYTES);
        return switch (settings.storage().kind()) {
            case FOLDER -> new StorageConfig.Folder(settings.data().resolve("blobs"), limits);
            case S3 -> s3(settings.storage().s3(), limits);
        };
    }

    private static StorageConfig s3(Settings.S3 s3, StoreLimits limits) {
        URI endpoint = required(s3.endpoint(), "endpoint");
        StorageConfig.Delivery delivery = s3.presignFor().isZero()
                ? new StorageConfig.Delivery.Proxied()
                : new StorageConfig.Delivery.Redirected(s3.publicEndpoint().orElse(endpoint), s3.presignFor());
        return new StorageConfig.S3(
                endpoint,
                s3.region(),
                required(s3.bucket(), "bucket"),
                new StorageConfig.Credentials(
                        required(s3.accessKey(), "access-key"), required(s3.secretKey(), "secret-key")),
                s3.pathStyle(),
                delivery,
                PART_BYTES,
                PARTS_IN_MEMORY,
                limits);
    }

    private static <T> T required(Optional<T> value, String name) {
        String key = "unipkg.storage.s3." + name;
        return value.orElseThrow(() -> new SettingsException(
                "unipkg.storage.kind is s3, so " + key + " (or " + SettingNames.variable(key) + ") is needed"));
    }
}
