package dev.unipkg.registry.accounts;

/// The identity of a caller.
sealed interface Identity {

    /// No credentials; may read everything.
    record Anonymous() implements Identity {}

    /// The holder of a namespace's key: may publish there.
    record Publisher(long keyId, String namespace, Proof proof) implements Identity {}

    /// The holder of an administrator's key: may do everything.
    record Administrator(long keyId, Proof proof) implements Identity {}

    /// The proof that the caller gave.
    enum Proof {
        KEY,
        /// A short-lived token made from it, which is not good for lasting longer than it does.
        TOKEN
    }
}
