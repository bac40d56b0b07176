package dev.unipkg.registry.catalog;

import dev.unipkg.format.Arch;
import dev.unipkg.registry.problems.RejectedException;
import dev.unipkg.registry.problems.Rejection;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.QueryParam;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/// The parameters of a list of packages, beside those of its pages.
@SuppressWarnings("NullAway.Init") // the framework fills the fields
public class PackageQuery {

    private static final String BY_NAME = "name";
    private static final String BY_DOWNLOADS = "downloads";

    @Parameter(description = "At most 10 words that all stand in the name or description")
    @QueryParam("q")
    @DefaultValue("")
    String words;

    @Parameter(description = "Only packages of this namespace")
    @QueryParam("namespace")
    @Nullable String namespace;

    @Parameter(description = "Only packages whose latest version has a build for x86_64, arm64 or riscv64")
    @QueryParam("arch")
    @Nullable String arch;

    @Parameter(
            description = "The order: by name, or by downloads with the most downloaded first",
            schema =
                    @Schema(
                            type = SchemaType.STRING,
                            enumeration = {BY_NAME, BY_DOWNLOADS},
                            defaultValue = BY_NAME))
    @QueryParam("sort")
    @DefaultValue(BY_NAME)
    String sort;

    /// The packages that are asked for.
    ///
    /// @throws RejectedException where a parameter does not keep its rule
    PackageSearch.Wanted wanted() {
        return new PackageSearch.Wanted(
                PackageSearch.words(words),
                Optional.ofNullable(namespace),
                Optional.ofNullable(arch).map(PackageQuery::arch));
    }

    /// Whether the most downloaded packages come first.
    ///
    /// @param counting whether this registry counts downloads
    /// @throws RejectedException where there is no such order
    boolean isByDownloads(boolean counting) {
        if (sort.equals(BY_NAME) || sort.equals(BY_DOWNLOADS) && counting) {
            return sort.equals(BY_DOWNLOADS);
        }
        String rule =
                sort.equals(BY_DOWNLOADS) ? "name, since this registry does not count downloads" : "name or downloads";
        throw new Rejection.BadRequest("sort", rule).asException();
    }

    /// Reads the query parameter `arch`.
    ///
    /// @throws RejectedException where there is no such architecture
    static Arch arch(String word) {
        return Arch.find(word)
                .orElseThrow(() -> new Rejection.BadRequest("arch", "x86_64, arm64 or riscv64").asException());
    }
}
