package dev.unipkg.cli.machine.readiness;

import java.util.OptionalLong;

/// The signs of life of a guest that is not ready, as the host sees them. They tell a guest that still boots on a slow
/// host from one that hangs.
///
/// @param silentMillis since the console's last byte; empty where there was none
/// @param busyPercent of one processor that QEMU used or waited for of late; empty where this host does not say
record GuestActivity(OptionalLong silentMillis, OptionalLong busyPercent) {
    // An idle Linux under TCG takes 2 to 6 % for its timers, and on a busy host waits for several times as much.
    private static final long BUSY_PERCENT = 50;
    private static final long SILENT_MILLIS = 2_000;

    /// Describes in a clause how the guest is doing.
    String clause() {
        String console;
        if (silentMillis.isEmpty()) {
            console = "its console has said nothing";
        } else if (silentMillis.getAsLong() < SILENT_MILLIS) {
            console = "its console still speaks";
        } else {
            console = "its console has been silent for " + silentMillis.getAsLong() / 1000 + " s";
        }
        if (busyPercent.isEmpty()) {
            return console;
        }
        return busyPercent.getAsLong() >= BUSY_PERCENT
                ? console + " and its processor is busy, as while it boots or works"
                : console + " and its processor is idle, as when it waits or hangs";
    }
}
