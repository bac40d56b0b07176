package dev.unipkg.cli.machine.console;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/// The streams of this process that a guest in the foreground is given.
///
/// @param stdin of the guest's program; where it is empty, the program finds nothing to read
/// @param console takes what the guest writes to its serial console
public record GuestStreams(Optional<InputStream> stdin, OutputStream console) {}
