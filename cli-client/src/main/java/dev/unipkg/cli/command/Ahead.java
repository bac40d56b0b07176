package dev.unipkg.cli.command;

import dev.unipkg.format.Digest;
import java.lang.System.Logger.Level;
import java.math.BigDecimal;

/// What Java makes once in each process and takes long for. Another processor makes it, before a command needs it.
public enum Ahead implements Runnable {
    /// The constants of [BigDecimal], among them the powers of five up to 5^65536. Every reader of JSON needs them.
    NUMBERS {
        @Override
        public void run() {
            BigDecimal.ONE.signum();
        }
    },

    /// What the first digest and the first process that is started take. Java has a logger of processes, and looks for
    /// its backend in every library.
    MACHINE {
        @Override
        public void run() {
            Digest.of(new byte[0]);
            System.getLogger("java.lang.ProcessBuilder").isLoggable(Level.DEBUG);
        }
    };

    /// Starts to make it.
    public void start() {
        Thread thread = new Thread(this, "ahead");
        thread.setDaemon(true);
        thread.start();
    }
}
