package dev.unipkg.api;

import java.time.LocalDate;
import java.util.List;

/// The downloads of a package over some time.
///
/// @param downloads of all periods together
/// @param periods without a gap, the oldest first: months, then days. The first month is whole, also where `from` is
///     in its middle
public record DownloadSeries(LocalDate from, LocalDate to, long downloads, List<DownloadPeriod> periods)
        implements ApiRecord {

    public DownloadSeries {
        periods = List.copyOf(periods);
    }
}
