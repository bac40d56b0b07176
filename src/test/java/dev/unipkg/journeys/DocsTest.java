package dev.unipkg.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The documents name only what exists: links, paths and commands.
class DocsTest {

    private static final Path HOUSE = Path.of("../..").toAbsolutePath().normalize();
    private static final Pattern LINK = Pattern.compile("]\\(([^)#\\s]+)(?:#[^)]*)?\\)");
    private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
    private static final Pattern PATH =
            Pattern.compile("\\.?[A-Za-z0-9_-]+(?:/[A-Za-z0-9_.-]+)+/?|\\./[A-Za-z0-9_.-]+|[A-Za-z0-9_-]+/");
    private static final Pattern COMMAND =
            Pattern.compile("(?:^|[$|;&] *|\\./unipkg )pkg ((?:kernel |image )?[a-z]+)", Pattern.MULTILINE);

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path document : documents()) {
            Matcher link = LINK.matcher(Files.readString(document));
            while (link.find()) {
                String target = link.group(1);
                if (!target.contains("://")
                        && !target.startsWith("mailto:")
                        && !Files.exists(document.resolveSibling(target))) {
                    broken.add(HOUSE.relativize(document) + " → " + target);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void everyPathOfTheHouseThatIsNamedExists() throws IOException {
        Set<String> top;
        try (Stream<Path> entries = Files.list(HOUSE)) {
            top = entries.map(e -> e.getFileName().toString()).collect(Collectors.toSet());
        }
        List<String> broken = new ArrayList<>();
        for (Path document : documents()) {
            Matcher code = CODE.matcher(Files.readString(document));
            while (code.find()) {
                String named = code.group(1);
                if (!PATH.matcher(named).matches() || named.contains("/target/")) {
                    continue;
                }
                String path = named.startsWith("./") ? named.substring(2) : named;
                if (top.contains(path.split("/", 2)[0]) && !Files.exists(HOUSE.resolve(path))) {
                    broken.add(HOUSE.relativize(document) + ": " + named);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void everyPkgCommandThatIsShownExists() throws Exception {
        Set<String> unknown = new TreeSet<>();
        for (Path document : documents()) {
            Matcher command = COMMAND.matcher(Files.readString(document));
            while (command.find()) {
                List<String> words = new ArrayList<>(List.of(command.group(1).split(" ")));
                words.add("--help");
                PkgCommand.Result help = PkgCommand.pkg().run(words.toArray(String[]::new));
                if (help.exitCode() != 0) {
                    unknown.add(HOUSE.relativize(document) + ": pkg " + command.group(1));
                }
            }
        }
        assertThat(unknown).isEmpty();
    }

    private static List<Path> documents() throws IOException {
        List<Path> documents = new ArrayList<>();
        try (Stream<Path> top = Files.list(HOUSE);
                Stream<Path> docs = Files.walk(HOUSE.resolve("docs"));
                Stream<Path> deploy = Files.walk(HOUSE.resolve("deploy"))) {
            Stream.of(top, docs, deploy)
                    .flatMap(s -> s)
                    .filter(p -> p.toString().endsWith(".md"))
                    .forEach(documents::add);
        }
        assertThat(documents).hasSizeGreaterThan(4);
        return documents;
    }
}
