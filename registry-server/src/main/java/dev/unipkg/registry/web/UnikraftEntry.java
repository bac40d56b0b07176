package dev.unipkg.registry.web;

import dev.unipkg.api.UnikraftSummary;
import java.util.List;

/// A Unikraft image in the list, as texts.
///
/// @param path of its page
/// @param run the command that runs it; empty where `pkg` cannot name it
record UnikraftEntry(String name, String path, String platforms, String kernels, String updated, String run) {

    static UnikraftEntry of(UnikraftSummary summary, RunCommand command) {
        List<String> kernels = summary.kernelVersions();
        return new UnikraftEntry(
                summary.name(),
                "/unikraft-images/" + summary.name(),
                String.join(", ", summary.platforms()),
                kernels.isEmpty() ? "" : "kernel " + String.join(", ", kernels),
                Texts.day(summary.updated()),
                command.of(summary.name()));
    }
}
