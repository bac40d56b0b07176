package dev.unipkg.journeys;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.journeys.RecordingProxy.Sent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// `pkg` sends what docs/reference/requests.md lists and nothing else, and the server keeps nothing about who asked.
class NoTelemetryTest extends RunningRegistry {

    private static final Path PAGE = Path.of("../../docs/reference/requests.md");
    private static final Pattern REQUEST = Pattern.compile("\\| `([A-Z]+) (/[^` ]*)` \\|.*");
    /// The sentence before the requests that this registry need not ask for.
    private static final String SOMETIMES = "These are sent to registries that ask for them";

    private static final Pattern HEADERS = Pattern.compile("\\| (`[A-Z][A-Za-z-]+`(?:, `[A-Z][A-Za-z-]+`)*) \\|.*");
    private static final Pattern VERB = Pattern.compile("^  ([a-z]+)  +[A-Z].*");

    /// A name that only the proxy resolves.
    private static final String HOST = "registry.test";

    private static final String NAMESPACE = "somebodys";

    private final List<String> ran = new ArrayList<>();

    /// A kind of request that the page lists.
    ///
    /// @param text as the page has it
    private record Listed(String text, String method, Pattern path) {

        static Listed of(String method, String path) {
            StringBuilder pattern = new StringBuilder();
            for (String part : path.split("(?=\\{)|(?<=})")) {
                pattern.append(part.startsWith("{") ? "[^/]+" : Pattern.quote(part));
            }
            return new Listed(method + " " + path, method, Pattern.compile(pattern.toString()));
        }

        boolean matches(Sent sent) {
            return method.equals(sent.method())
                    && path.matcher(sent.target().getPath()).matches();
        }
    }

    @Override
    Backend backend() {
        return new Backend.Defaults();
    }

    @Test
    void everyCommandSendsWhatIsListedAndTheServerKeepsNothingAboutIt() throws Exception {
        publishKernel();
        Set<String> secrets = new TreeSet<>(Set.of(registry.administratorKey()));
        List<Sent> sent;
        try (RecordingProxy proxy = RecordingProxy.to(registry.port())) {
            PkgCommand pkg = PkgCommand.pkg()
                    .at("http://" + HOST + ":" + registry.port())
                    .with("http_proxy", proxy.url())
                    .with("no_proxy", "");
            secrets.add(runEveryCommand(pkg));
            sent = proxy.sent();
        }
        requireEveryVerbRan();
        requireListed(sent);
        requireForgotten(secrets);
    }

    /// @return the key that was made meanwhile
    private String runEveryCommand(PkgCommand pkg) throws Exception {
        ran.add("login");
        pkg.runWithInput(registry.administratorKey() + "\n", "login", "--key-stdin")
                .succeeded();
        run(pkg, "whoami");
        run(pkg, "namespace", "create", NAMESPACE);
        run(pkg, "namespace", "list");
        String key = run(pkg, "key", "create", NAMESPACE).strip();
        String id = run(pkg, "key", "list")
                .lines()
                .reduce((_, last) -> last)
                .orElseThrow()
                .split(" ")[0];
        ran.add("init");
        ran.add("build");
        built(pkg, NAMESPACE + "/web", "1.0.0", "<title>" + ANSWER + "</title>");
        run(pkg, "push", NAMESPACE + "/web:1.0.0");
        run(pkg, "push", NAMESPACE + "/web:1.0.0");
        run(pkg, "search", "web");
        run(pkg, "list");
        run(pkg, "info", NAMESPACE + "/web");
        run(pkg, "versions", NAMESPACE + "/web");
        run(pkg, "contents", NAMESPACE + "/web");
        run(pkg, "kernel", "list");
        run(pkg, "kernel", "list", "linux");
        run(pkg, "cache", "rm", NAMESPACE + "/web");
        run(pkg, "get", NAMESPACE + "/web");
        runInstances(pkg);
        run(pkg, "image", "build", NAMESPACE + "/web", "--kernel", "linux");
        run(pkg, "cache", "ls");
        run(pkg, "completion", "bash");
        run(pkg, "help");
        run(pkg, "version");
        run(pkg, "key", "revoke", id);
        run(pkg, "logout");
        return key;
    }

    private void runInstances(PkgCommand pkg) {
        run(pkg, "run", "-d", "--name", "told", "--kernel", "linux", NAMESPACE + "/web");
        run(pkg, "ps");
        run(pkg, "logs", "told");
        run(pkg, "inspect", "told");
        run(pkg, "stop", "told");
        ran.add("wait");
        assertThat(pkg.run("wait", "told").output()).isNotBlank();
        run(pkg, "restart", "told");
        run(pkg, "kill", "told");
        run(pkg, "rm", "told");
    }

    private String run(PkgCommand pkg, String... words) {
        ran.add(words[0]);
        return pkg.run(words).succeeded().output();
    }

    private void requireEveryVerbRan() {
        List<String> verbs = PkgCommand.pkg()
                .run("help")
                .succeeded()
                .output()
                .lines()
                .map(VERB::matcher)
                .filter(Matcher::matches)
                .map(line -> line.group(1))
                .toList();
        assertThat(verbs).hasSizeGreaterThan(25);
        assertThat(ran).containsAll(verbs);
    }

    private void requireListed(List<Sent> sent) throws IOException {
        List<Listed> requests = new ArrayList<>();
        Set<String> always = new TreeSet<>();
        boolean sometimes = false;
        Set<String> headers = new TreeSet<>();
        for (String line : Files.readAllLines(PAGE)) {
            Matcher request = REQUEST.matcher(line);
            Matcher names = HEADERS.matcher(line);
            sometimes |= line.startsWith(SOMETIMES);
            if (request.matches()) {
                Listed listed = Listed.of(request.group(1), request.group(2));
                requests.add(listed);
                if (!sometimes) {
                    always.add(listed.text());
                }
            } else if (names.matches()) {
                Stream.of(names.group(1).split(", "))
                        .map(name -> name.replace("`", "").toLowerCase(Locale.ROOT))
                        .forEach(headers::add);
            }
        }
        Set<String> used = new TreeSet<>();
        for (Sent each : sent) {
            assertThat(each.target().getHost()).isEqualTo(HOST);
            Optional<Listed> listed =
                    requests.stream().filter(one -> one.matches(each)).findFirst();
            assertThat(listed).as(each.toString()).isPresent();
            used.add(listed.orElseThrow().text());
            assertThat(headers).as(each.toString()).containsAll(each.headers().keySet());
            assertThat(each.headers()).containsEntry("user-agent", "pkg");
        }
        assertThat(sometimes).as(SOMETIMES).isTrue();
        assertThat(used).containsAll(always);
    }

    /// Looks for the client's address, its user agent and the keys in all that the server has.
    private void requireForgotten(Set<String> secrets) throws Exception {
        secrets.add(RecordingProxy.CLIENT_ADDRESS);
        secrets.add(RecordingProxy.USER_AGENT);
        // The first start shows the key once.
        String log = registry.log().replace("administrator key: " + registry.administratorKey(), "");
        requireWithout(secrets, "the log", log);
        requireWithout(secrets, "the metrics", registry.get("/metrics"));
        registry.stop();
        boolean findsWhatIsKept = false;
        try (Stream<Path> files = Files.walk(registry.data())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String content = content(file);
                requireWithout(secrets, file.toString(), content);
                findsWhatIsKept |= content.contains(NAMESPACE);
            }
        }
        assertThat(findsWhatIsKept).isTrue();
    }

    private static void requireWithout(Set<String> secrets, String where, String text) {
        assertThat(secrets).as("found in " + where).noneMatch(text::contains);
    }

    private static String content(Path file) {
        try {
            return Files.readString(file, ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
