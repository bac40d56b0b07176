package dev.unipkg.journeys;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A Markdown document of this house.
///
/// @param path from the top of the house
/// @param text the whole of it
record HouseDocument(Path path, String text) {

    static final Path HOUSE = Path.of("../..").toAbsolutePath().normalize();

    private static final Pattern LINK = Pattern.compile("]\\(([^)#\\s]+)(?:#[^)]*)?\\)");
    private static final Pattern SPAN = Pattern.compile("`([^`\n]+)`");
    private static final Pattern COMMENT = Pattern.compile("(^|\\s)#.*");
    private static final String FENCE = "```";
    private static final String INDENT = "    ";

    /// All of them.
    static List<HouseDocument> all() throws IOException {
        List<HouseDocument> documents = new ArrayList<>();
        try (Stream<Path> top = Files.list(HOUSE);
                Stream<Path> docs = Files.walk(HOUSE.resolve("docs"));
                Stream<Path> deploy = Files.walk(HOUSE.resolve("deploy"))) {
            for (Path file : Stream.of(top, docs, deploy)
                    .flatMap(s -> s)
                    .filter(f -> f.toString().endsWith(".md"))
                    .toList()) {
                documents.add(new HouseDocument(HOUSE.relativize(file), Files.readString(file)));
            }
        }
        return documents;
    }

    /// The targets of its links that lie in this house.
    List<String> links() {
        return LINK.matcher(text)
                .results()
                .map(link -> link.group(1))
                .filter(target -> !target.contains("://") && !target.startsWith("mailto:"))
                .toList();
    }

    /// Whether the document may name this path: one of the house, or one beside the document.
    boolean reaches(String path) {
        return Files.exists(HOUSE.resolve(path))
                || Files.exists(HOUSE.resolve(this.path).resolveSibling(path));
    }

    /// Everything that is set as code: each span in a sentence, and each line of each block, without its comment.
    List<String> code() {
        List<String> code = new ArrayList<>();
        boolean fenced = false;
        for (String line : text.lines().toList()) {
            if (line.startsWith(FENCE)) {
                fenced = !fenced;
            } else if (fenced || line.startsWith(INDENT)) {
                code.add(COMMENT.matcher(line.strip()).replaceFirst(""));
            } else {
                SPAN.matcher(line).results().map(span -> span.group(1)).forEach(code::add);
            }
        }
        return code;
    }

    /// Everything in its code that matches, with where it stands.
    List<Mention> mentions(Pattern pattern) {
        List<Mention> mentions = new ArrayList<>();
        for (String code : code()) {
            pattern.matcher(code)
                    .results()
                    .map(found -> new Mention(this, found))
                    .forEach(mentions::add);
        }
        return mentions;
    }

    /// @param found in a piece of code
    record Mention(HouseDocument document, MatchResult found) {
        String group(int group) {
            return found.group(group);
        }

        @Override
        public String toString() {
            return document.path() + ": " + found.group();
        }
    }
}
