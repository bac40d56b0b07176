package dev.unipkg.api;

/// How often something was downloaded, as far as it is counted.
///
/// @param last30Days the days in UTC that end with today
public record Downloads(long total, long last30Days) implements ApiRecord {

    /// No downloads yet.
    public static final Downloads NONE = new Downloads(0, 0);
}
