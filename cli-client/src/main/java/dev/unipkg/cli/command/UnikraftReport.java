package dev.unipkg.cli.command;

import dev.unipkg.cli.output.Output;
import dev.unipkg.cli.transfer.UnikraftImage;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.oci.UnikraftIndex;
import java.util.ArrayList;
import java.util.List;

/// The output of `pkg info` about a Unikraft image, made of its index.
final class UnikraftReport {
    private UnikraftReport() {}

    static Json json(UnikraftImage image) {
        return Json.object()
                .put("name", image.name().toString())
                .put("kind", "unikraft-image")
                .putIfPresent("tag", image.tag())
                .put("digest", image.digest().toString())
                .putAll("builds", image.index().builds(), UnikraftReport::json)
                .build();
    }

    private static Json json(UnikraftIndex.Build build) {
        return Json.object()
                .put("platform", build.monitor())
                .put("arch", build.architecture())
                .putIfPresent("kernelVersion", build.kernelVersion())
                .put("digest", build.manifest().digest().toString())
                .build();
    }

    static String text(UnikraftImage image) {
        List<String> lines = new ArrayList<>();
        lines.add(image.toString());
        lines.add("  a Unikraft image: a kernel that is linked with its program");
        add(lines, "digest", image.digest().toString());
        for (UnikraftIndex.Build build : image.index().builds()) {
            lines.add("  " + Output.line(build.platform()));
            build.kernelVersion().ifPresent(version -> add(lines, "  kernel", "unikraft " + version));
            add(lines, "  digest", build.manifest().digest().toString());
            boolean runs =
                    build.monitor().equals(UnikraftIndex.QEMU) && build.arch().isPresent();
            if (!runs) {
                add(lines, "  runs here", "no, pkg boots with QEMU");
            }
        }
        return String.join("\n", lines);
    }

    private static void add(List<String> lines, String what, String value) {
        lines.add("  %-12s %s".formatted(what, Output.line(value)));
    }
}
