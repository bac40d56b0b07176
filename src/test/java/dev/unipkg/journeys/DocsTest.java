package dev.unipkg.journeys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.journeys.HouseDocument.Mention;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The documents name only what exists: links, paths, commands and their options.
class DocsTest {

    private static final Pattern PATH =
            Pattern.compile("(?<![^\\s\"'(=])(\\.?[A-Za-z0-9_-]+(?:/[A-Za-z0-9_.-]+)+/?|\\./[A-Za-z0-9_.-]+"
                    + "|[A-Za-z0-9_-]+/)(?![^\\s\"')])");

    /// Texts that look like paths of this repository and are not: names of packages, media types, ports,
    /// folders that the reader makes, and what a build makes.
    private static final Pattern ELSEWHERE = Pattern.compile(
            "(encoding/json|dist/|lib/training\\.jar)|(acme|library|me|namespace|kernels|application)/.*"
                    + "|tools/.*|instances/NAME|text/plain|HTTP/1\\.[01]|[0-9]+/(tcp|udp)|net/http|klibs/.*|(\\./)?bin/busybox"
                    + "|(\\./)?(data|my-app)|config/application\\.properties|.*/target/.*");

    private static final Pattern PKG = Pattern.compile("(?:^|[$(|;&] *|\\./unipkg )pkg ((?:(?!\\$\\()[^|;&)])+)");
    private static final Pattern UNIPKG = Pattern.compile("\\./unipkg ([^|;&)]+)");
    private static final Pattern REGISTRY = Pattern.compile("registry-server/bin/registry ([^|;&)]+)");
    private static final Pattern BARE_OPTION = Pattern.compile("^(--[a-z][a-z-]+)");
    private static final Pattern WORD = Pattern.compile("[a-z]+");
    private static final Pattern OPTION = Pattern.compile("(--?[a-z][a-z-]*)(=.*)?");
    private static final Set<String> GROUPS = Set.of("kernel", "image", "namespace", "key", "cache");

    /// Options of other people's tools that the documents show.
    private static final Set<String> OTHERS = Set.of(
            "--all",
            "--preserve-digests",
            "--write",
            "--dest-creds",
            "--no-map-gw",
            "--runas",
            "--export-cache",
            "--import-cache",
            "--strategy");

    private static List<HouseDocument> documents;
    private static final Map<List<String>, PkgCommand.Result> HELP = new HashMap<>();

    @BeforeAll
    static void read() throws IOException {
        documents = HouseDocument.all();
        assertThat(documents).hasSizeGreaterThan(10);
    }

    @Test
    void everyLinkLeadsSomewhere() {
        List<String> broken = new ArrayList<>();
        for (HouseDocument document : documents) {
            document.links().stream()
                    .filter(target -> !document.reaches(target))
                    .forEach(target -> broken.add(document.path() + " → " + target));
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void everyPathThatIsNamedExists() {
        assertThat(wrong(
                        PATH,
                        path -> ELSEWHERE.matcher(path.group(1)).matches()
                                || path.document().reaches(path.group(1))))
                .isEmpty();
    }

    @Test
    void everyDecisionHasATitleADateAStatusAndItsParts() {
        List<HouseDocument> decisions = documents.stream()
                .filter(document -> document.path().startsWith("docs/decisions"))
                .toList();
        assertThat(decisions).hasSizeGreaterThan(30);
        assertThat(decisions)
                .allSatisfy(decision -> assertThat(decision.text())
                        .as("%s", decision.path())
                        .containsPattern("^# \\d+\\. .+\n\nDate: \\d{4}-\\d\\d-\\d\\d\\. Status: ")
                        .contains("\n## Context\n", "\n## Decision\n", "\n## Consequences\n"));
    }

    @Test
    void everyPkgCommandThatIsShownExistsWithItsOptions() {
        assertThat(wrong(PKG, command -> isPkg(words(command)))).isEmpty();
    }

    @Test
    void everyWordAndOptionOfTheFrontDoorExists() throws Exception {
        String usage = said("unipkg", "help");
        String benchUsage = said("bench/run", "--help");
        assertThat(wrong(UNIPKG, command -> {
                    List<String> words = words(command);
                    String options = words.getFirst().equals("bench") ? benchUsage : usage;
                    return words.getFirst().equals("pkg")
                            || (usage.contains("\n  " + words.getFirst() + " ")
                                    && options(words).allMatch(options::contains));
                }))
                .isEmpty();
    }

    @Test
    void everyOptionOfTheServerExists() throws Exception {
        String usage = said("registry-server/bin/registry", "--help");
        assertThat(wrong(REGISTRY, command -> options(words(command)).allMatch(usage::contains)))
                .isEmpty();
    }

    @Test
    void everyOptionThatIsNamedAloneIsOneOfSomeCommand() throws Exception {
        StringBuilder usages =
                new StringBuilder(said("unipkg", "help") + said("registry-server/bin/registry", "--help"));
        for (String verb : subcommands(List.of())) {
            List<String> leaves = GROUPS.contains(verb) ? subcommands(List.of(verb)) : List.of("");
            for (String leaf : leaves) {
                usages.append(help(leaf.isEmpty() ? List.of(verb) : List.of(verb, leaf))
                        .output());
            }
        }
        String all = usages.toString();
        assertThat(all).contains("--kernel", "--layout", "--after");
        assertThat(wrong(BARE_OPTION, option -> OTHERS.contains(option.group(1)) || all.contains(option.group(1))))
                .isEmpty();
    }

    private static List<String> wrong(Pattern pattern, Predicate<Mention> right) {
        return documents.stream()
                .flatMap(document -> document.mentions(pattern).stream())
                .filter(right.negate())
                .map(Mention::toString)
                .toList();
    }

    /// Whether `pkg` takes these words: a verb that there is, and options that its help names.
    private static boolean isPkg(List<String> words) {
        List<String> verb = new ArrayList<>();
        for (String word : words) {
            boolean wanted = verb.isEmpty() || (verb.size() == 1 && GROUPS.contains(verb.getFirst()));
            if (!wanted || !WORD.matcher(word).matches()) {
                break;
            }
            verb.add(word);
        }
        // With --help the client answers a verb that there is not as well.
        for (int i = 0; i < verb.size(); i++) {
            if (!subcommands(verb.subList(0, i)).contains(verb.get(i))) {
                return false;
            }
        }
        PkgCommand.Result help = help(verb);
        return options(words).allMatch(option -> help.output().matches("(?s).*(?<![\\w-])" + option + "(?![\\w-]).*"));
    }

    private static PkgCommand.Result help(List<String> verb) {
        return HELP.computeIfAbsent(
                verb,
                v -> PkgCommand.pkg()
                        .run(Stream.concat(v.stream(), Stream.of("--help")).toArray(String[]::new)));
    }

    /// The commands that the help of a command lists.
    private static List<String> subcommands(List<String> of) {
        String help = help(of).output();
        return Pattern.compile("^  ([a-z]+)  ", Pattern.MULTILINE)
                .matcher(help.substring(help.indexOf("Commands:")))
                .results()
                .map(name -> name.group(1))
                .toList();
    }

    private static List<String> words(Mention command) {
        return Arrays.asList(command.group(1).strip().split("\\s+"));
    }

    /// The options among words, up to those for another program; every command takes `--help`.
    private static Stream<String> options(List<String> words) {
        return words.stream()
                .takeWhile(word -> !word.equals("--"))
                .flatMap(word -> OPTION.matcher(word).results())
                .filter(option -> option.start() == 0)
                .map((MatchResult option) -> option.group(1))
                .filter(option -> !option.equals("--help"));
    }

    private static String said(String program, String argument) throws IOException, InterruptedException {
        Path file = HouseDocument.HOUSE.resolve(program);
        Process process = new ProcessBuilder(file.toString(), argument).start();
        String usage = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(usage).isZero();
        return usage;
    }
}
