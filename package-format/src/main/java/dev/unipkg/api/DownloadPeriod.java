package dev.unipkg.api;

import java.time.LocalDate;

/// The downloads of a day, or of a month whose days are no longer kept apart.
///
/// @param from the first day, in UTC
/// @param to the last day, the same for a single day
public record DownloadPeriod(LocalDate from, LocalDate to, long downloads) implements ApiRecord {}
