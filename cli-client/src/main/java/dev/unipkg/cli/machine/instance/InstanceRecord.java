package dev.unipkg.cli.machine.instance;

/// The content of an instance's record, as far as this pkg understands it.
sealed interface InstanceRecord {
    /// A record in the form of this pkg.
    record Whole(Instance instance) implements InstanceRecord {}

    /// A record by a newer pkg.
    ///
    /// @param format the number of its form
    record Newer(int format) implements InstanceRecord {}

    /// A record that is cut off, or is none.
    record Damaged(String reason) implements InstanceRecord {}

    /// A folder without a record: it is being made or deleted, or its pkg was killed in between.
    record Absent() implements InstanceRecord {}
}
