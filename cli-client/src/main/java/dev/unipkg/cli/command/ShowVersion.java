package dev.unipkg.cli.command;

import dev.unipkg.format.json.Json;
import picocli.CommandLine.Command;

/// `pkg version`. The program answers the plain form itself, before it gets here.
@Command(
        name = "version",
        description = "Show which pkg this is.",
        footer = {"", "Examples:", "  pkg version", "  pkg version --output json"})
public final class ShowVersion implements Verb {
    private final String version;

    public ShowVersion(String version) {
        this.version = version;
    }

    @Override
    public int run(Session session) {
        session.out().print(Json.object().put("version", version).build(), "pkg " + version);
        return 0;
    }
}
