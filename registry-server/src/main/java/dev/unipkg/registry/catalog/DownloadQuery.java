package dev.unipkg.registry.catalog;

import dev.unipkg.registry.counts.DownloadCounts;
import dev.unipkg.registry.problems.RejectedException;
import dev.unipkg.registry.problems.Rejection;
import jakarta.ws.rs.QueryParam;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/// The parameters of a series of downloads.
public class DownloadQuery {

    /// The most days of a series: about ten years.
    static final int MAX_DAYS = 3660;

    private static final int DEFAULT_DAYS = 30;
    private static final int DAY_LENGTH = "2026-01-31".length();

    @Parameter(
            description = "The first day, in UTC; by default 29 days before to",
            schema = @Schema(type = SchemaType.STRING, format = "date"))
    @QueryParam("from")
    @Nullable String from;

    @Parameter(
            description = "The last day, in UTC; by default today",
            schema = @Schema(type = SchemaType.STRING, format = "date"))
    @QueryParam("to")
    @Nullable String to;

    @Parameter(description = "Only of this version or tag")
    @QueryParam("version")
    @Nullable String version;

    @Parameter(description = "Only of builds for x86_64, arm64 or riscv64")
    @QueryParam("arch")
    @Nullable String arch;

    /// The downloads that are asked for.
    ///
    /// @param today the last day, where the request names none
    /// @throws RejectedException where a parameter does not keep its rule, or there is no such version
    DownloadCounts.Wanted wanted(Catalog catalog, Repository repository, LocalDate today) {
        LocalDate last = day("to", to).orElse(today);
        LocalDate first = day("from", from).orElse(last.minusDays(DEFAULT_DAYS - 1L));
        if (first.isAfter(last)) {
            throw new Rejection.BadRequest("from", "a day that is not after to").asException();
        }
        if (first.until(last, ChronoUnit.DAYS) >= MAX_DAYS) {
            throw new Rejection.BadRequest("from", "a day at most " + (MAX_DAYS - 1) + " days before to").asException();
        }
        return new DownloadCounts.Wanted(
                repository.id,
                first,
                last,
                Optional.ofNullable(version).map(text -> catalog.require(repository, text).version),
                Optional.ofNullable(arch).map(PackageQuery::arch));
    }

    private static Optional<LocalDate> day(String field, @Nullable String text) {
        try {
            // The parser takes years of more digits, which the database does not know.
            return Optional.ofNullable(text).map(day -> LocalDate.parse(day.length() == DAY_LENGTH ? day : ""));
        } catch (DateTimeException e) {
            throw new Rejection.BadRequest(field, "a day as in 2026-01-31").asException();
        }
    }
}
