package dev.unipkg.registry.web;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/// The frame of every page.
///
/// @param style the style sheet
/// @param query the words that were searched for, as they were typed
/// @param base the address of this registry, as clients reach it
/// @param version of the registry
record Frame(String style, String query, String base, String version) {

    /// The option that names this registry in a command, after a space; empty where `pkg` looks there anyway.
    public String registryOption() {
        return new RunCommand(base).registryOption();
    }

    /// The address of the first page of what was searched for.
    public String firstPage() {
        return query.isEmpty() ? "/" : "/?q=" + URLEncoder.encode(query, StandardCharsets.UTF_8);
    }
}
