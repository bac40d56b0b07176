package dev.unipkg.registry.web;

import dev.unipkg.api.UnikraftInfo;
import dev.unipkg.format.Tag;
import java.util.List;

/// A Unikraft image on its page, as texts; what is unknown is empty.
///
/// @param run the command that runs it; empty where `pkg` cannot name it
record UnikraftView(String name, String run, List<TagRow> tags) {

    /// A tag and its kernels.
    record TagRow(String tag, String updated, String digest, List<KernelRow> kernels) {}

    /// A kernel of a tag.
    record KernelRow(String platform, String version, String digest) {}

    static UnikraftView of(UnikraftInfo info, RunCommand command) {
        boolean latest = info.tags().stream().anyMatch(tag -> tag.tag().equals(Tag.LATEST));
        String run = command.of(info.name());
        String tag = latest ? "" : ":" + info.tags().getFirst().tag();
        return new UnikraftView(
                info.name(),
                run.isEmpty() ? "" : run + tag,
                info.tags().stream().map(UnikraftView::row).toList());
    }

    private static TagRow row(UnikraftInfo.UnikraftTag tag) {
        return new TagRow(
                tag.tag(),
                Texts.day(tag.updated()),
                tag.digest().toString(),
                tag.kernels().stream()
                        .map(kernel -> new KernelRow(
                                kernel.platform() + "/" + kernel.arch(),
                                kernel.kernelVersion().orElse(""),
                                kernel.digest().toString()))
                        .toList());
    }
}
