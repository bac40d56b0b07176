package dev.unipkg.cli.command;

/// One command of pkg. It works through the [Session], throws a [dev.unipkg.cli.output.Failure] when it cannot, and
/// never prints a stack trace or ends the process itself.
public interface Verb {
    /// Does it.
    ///
    /// @return the exit status: 0, or the guest's where there is one
    int run(Session session) throws Exception;
}
