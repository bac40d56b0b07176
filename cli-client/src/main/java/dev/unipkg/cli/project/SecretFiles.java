package dev.unipkg.cli.project;

import dev.unipkg.format.tree.FileTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Names of files and folders in which tools keep credentials: a package is published, so they do not belong there.
public final class SecretFiles {
    private static final int SHOWN = 3;

    // Variables of a program, also of one stage only: .env, .envrc, .env.production.
    private static final String ENVIRONMENT = ".env";

    private static final List<String> ENVIRONMENTS = List.of(
            ENVIRONMENT,
            ".env.local",
            ".env.development",
            ".env.development.local",
            ".env.test",
            ".env.test.local",
            ".env.staging",
            ".env.production",
            ".env.production.local",
            ".envrc");

    private static final List<String> CREDENTIALS = List.of(
            ".npmrc",
            ".yarnrc",
            ".yarnrc.yml",
            ".pypirc",
            ".netrc",
            ".pgpass",
            ".my.cnf",
            ".htpasswd",
            ".git-credentials",
            ".vault-token",
            ".ssh",
            ".aws",
            ".azure",
            ".gcloud",
            ".kube",
            ".docker",
            ".gnupg",
            "id_rsa",
            "id_dsa",
            "id_ecdsa",
            "id_ed25519");

    // Made to be published, with names of variables and no values.
    private static final List<String> TEMPLATES = List.of(".example", ".sample", ".template", ".dist");

    private SecretFiles() {}

    /// The value of `without` for a folder of a project: the names, and these besides.
    static String without(String... others) {
        return Stream.of(List.of(others), List.of("unipkg.yaml"), ENVIRONMENTS, CREDENTIALS)
                .flatMap(List::stream)
                .collect(Collectors.joining(", ", "[", "]"));
    }

    /// A sentence about the files of a package that probably hold secrets; none where there are none.
    public static List<String> notes(FileTree tree) throws IOException {
        List<String> found = new ArrayList<>();
        tree.forEach((path, node) -> {
            if (isSecret(path.substring(path.lastIndexOf('/') + 1))) {
                found.add("/" + path);
            }
        });
        if (found.isEmpty()) {
            return List.of();
        }
        String more = found.size() > SHOWN ? " and %d more".formatted(found.size() - SHOWN) : "";
        return List.of("the package has %s%s, where secrets are kept that all who get it can read; leave them out with"
                        .formatted(String.join(", ", found.subList(0, Math.min(SHOWN, found.size()))), more)
                + " \"without\"");
    }

    private static boolean isSecret(String name) {
        return CREDENTIALS.contains(name)
                || name.startsWith(ENVIRONMENT) && TEMPLATES.stream().noneMatch(name::endsWith);
    }
}
