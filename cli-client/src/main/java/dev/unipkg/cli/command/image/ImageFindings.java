package dev.unipkg.cli.command.image;

import dev.unipkg.cli.command.Session;
import dev.unipkg.format.json.Json;
import dev.unipkg.kernels.nanos.tfs.Finding;
import java.util.ArrayList;
import java.util.List;

/// The result of a check.
record ImageFindings(List<Remark> remarks) {

    /// One thing that was found, and whether the image works in spite of it.
    record Remark(String message, boolean harmless) {}

    ImageFindings {
        remarks = List.copyOf(remarks);
    }

    static ImageFindings of(List<Finding> findings) {
        return new ImageFindings(findings.stream()
                .map(finding -> new Remark(finding.message(), finding.isHarmless()))
                .toList());
    }

    /// Prints it and gives the exit code: 4 when the image is not sound.
    int print(Session session) {
        boolean sound = remarks.stream().allMatch(Remark::harmless);
        Json json = Json.object()
                .put("sound", sound)
                .putAll(
                        "findings",
                        remarks,
                        remark -> Json.object()
                                .put("message", remark.message())
                                .put("harmless", remark.harmless())
                                .build())
                .build();
        List<String> lines = new ArrayList<>(List.of(sound ? "sound" : "not sound"));
        remarks.forEach(remark -> lines.add((remark.harmless() ? "  note: " : "  wrong: ") + remark.message()));
        session.out().print(json, String.join("\n", lines));
        return sound ? 0 : 4;
    }
}
