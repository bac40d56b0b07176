package dev.unipkg.api;

import java.util.List;

/// The caller's account.
///
/// @param anonymous without any key
/// @param administrator may do everything
/// @param namespaces that the key may publish to
public record AccountInfo(boolean anonymous, boolean administrator, List<String> namespaces) implements ApiRecord {

    public AccountInfo {
        namespaces = List.copyOf(namespaces);
    }
}
