package dev.unipkg.registry.accounts;

/// Who is asking, as far as the registry wants to know.
sealed interface Identity {

    /// Nobody in particular: may read everything.
    record Anonymous() implements Identity {}

    /// The holder of a namespace's key: may publish there.
    record Publisher(long keyId, String namespace, Proof proof) implements Identity {}

    /// The holder of an administrator's key: may do everything.
    record Administrator(long keyId, Proof proof) implements Identity {}

    /// What was shown of the key.
    enum Proof {
        KEY,
        /// A short-lived token made from it, which is not good for lasting longer than it does.
        TOKEN
    }
}
