package dev.unipkg.registry.rows;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.Version;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A text column of values: entity attributes of these types are stored as their `toString` without further notice.
/// JPA applies no converter to ids.
public abstract class TextColumn<T> implements AttributeConverter<T, String> {

    private final Function<String, T> parser;

    TextColumn(Function<String, T> parser) {
        this.parser = parser;
    }

    @Override
    public @Nullable String convertToDatabaseColumn(@Nullable T value) {
        return value == null ? null : value.toString();
    }

    @Override
    public @Nullable T convertToEntityAttribute(@Nullable String text) {
        return text == null ? null : parser.apply(text);
    }

    /// `sha256:<hex>` or `sha512:<hex>`.
    @Converter(autoApply = true)
    public static final class OfDigest extends TextColumn<Digest> {
        public OfDigest() {
            super(Digest::parseAny);
        }
    }

    /// The text of the version. Its order in SQL is that of [Version#sortKey], which has a column of its own.
    @Converter(autoApply = true)
    public static final class OfVersion extends TextColumn<Version> {
        public OfVersion() {
            super(Version::new);
        }
    }

    /// `x86_64`, `arm64` or `riscv64`.
    @Converter(autoApply = true)
    public static final class OfArch extends TextColumn<Arch> {
        public OfArch() {
            super(Arch::of);
        }
    }

    /// `namespace/name`.
    @Converter(autoApply = true)
    public static final class OfPackageName extends TextColumn<PackageName> {
        public OfPackageName() {
            super(PackageName::parse);
        }
    }
}
