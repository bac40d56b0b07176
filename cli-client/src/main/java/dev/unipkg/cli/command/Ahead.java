package dev.unipkg.cli.command;

import dev.unipkg.format.Digest;
import java.lang.System.Logger.Level;
import java.math.BigDecimal;

/// Parts of Java that each process makes once and that take long. Another processor makes them, before a command needs
/// them (decision 96).
public enum Ahead implements Runnable {
    /// The constants of [BigDecimal], among them the powers of five up to 5^65536. Every reader of JSON needs them.
    NUMBERS {
        @Override
        public void run() {
            BigDecimal.ONE.signum();
        }
    },

    /// The logger of the first process that is started, and the security provider of the first digest. Java looks for
    /// that logger's backend in every library.
    MACHINE {
        @Override
        public void run() {
            System.getLogger("java.lang.ProcessBuilder").isLoggable(Level.DEBUG);
            Digest.of(new byte[0]);
        }
    };

    /// Begins to make them on a thread of its own.
    public void start() {
        Thread thread = new Thread(this, "ahead");
        thread.setDaemon(true);
        thread.start();
    }
}
