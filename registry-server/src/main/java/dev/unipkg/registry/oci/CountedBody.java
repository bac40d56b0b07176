package dev.unipkg.registry.oci;

import java.io.InputStream;

/// Bytes whose last one completes a download.
///
/// @param bytes closed by who sends them
/// @param length how many bytes there are, at least one
/// @param download records the download durably, and is called once: when all bytes but the last are sent
public record CountedBody(InputStream bytes, long length, Runnable download) {}
