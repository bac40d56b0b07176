package dev.unipkg.cli.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unipkg.cli.output.Failure;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.json.Fields;
import dev.unipkg.format.json.Json;
import dev.unipkg.format.json.JsonLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The logins of docker and podman, in the files that both write (containers-auth.json(5)). They are only read.
///
/// A login for a part of a registry, which podman can have, is left out. So is an identity token of docker, because
/// it has to be exchanged for another token first.
public final class ContainerLogins implements Keyring {

    private static final JsonLimits LIMITS = new JsonLimits(1 << 20, 16, 50_000);

    private static final String DOCKER_HUB = "docker.io";

    /// The name under which docker asks for its login.
    private static final String DOCKER_HUB_KEY = "https://index.docker.io/v1/";

    /// The names under which logins of Docker Hub are kept, and the host of its registry.
    private static final Set<String> DOCKER_HUB_NAMES = Set.of(DOCKER_HUB, "index.docker.io", "registry-1.docker.io");

    private final List<Path> files;

    /// @param files in the order in which they are asked; an absent one has no login
    ContainerLogins(List<Path> files) {
        this.files = List.copyOf(files);
    }

    /// The files of an environment, in podman's order.
    public static ContainerLogins of(Map<String, String> environment) {
        List<Path> files = new ArrayList<>();
        for (Place place : Place.values()) {
            String folder = environment.getOrDefault(place.variable, "");
            if (folder.startsWith("/")) {
                files.add(Path.of(folder).resolve(place.file));
            }
        }
        return new ContainerLogins(files);
    }

    /// A place of such a file: an environment variable, and the path below its value.
    private enum Place {
        AUTH_FILE("REGISTRY_AUTH_FILE", ""),
        RUNTIME("XDG_RUNTIME_DIR", "containers/auth.json"),
        CONFIG("XDG_CONFIG_HOME", "containers/auth.json"),
        HOME("HOME", ".config/containers/auth.json"),
        DOCKER("DOCKER_CONFIG", "config.json"),
        DOCKER_HOME("HOME", ".docker/config.json");

        private final String variable;
        private final String file;

        Place(String variable, String file) {
            this.variable = variable;
            this.file = file;
        }
    }

    @Override
    public Optional<Credential> find(Origin origin) throws IOException {
        String host = host(origin.authority());
        for (Path file : files) {
            Optional<Credential> found = Files.isRegularFile(file) ? find(file, host) : Optional.empty();
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<Credential> find(Path file, String host) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            Fields config = Json.parseObject(in.readNBytes((int) LIMITS.bytes() + 1), LIMITS);
            for (Map.Entry<String, String> helper :
                    config.textMap("credHelpers").entrySet()) {
                if (host(helper.getKey()).equals(host)) {
                    return new CredentialProgram(helper.getValue(), file).ask(helper.getKey());
                }
            }
            for (String key : config.keys("auths")) {
                if (host(key).equals(host)) {
                    return login(config, key, file);
                }
            }
            return stored(config, host.equals(DOCKER_HUB) ? DOCKER_HUB_KEY : host, file);
        } catch (RefusedException e) {
            throw unreadable(file, e.refusal().message()).causedBy(e);
        }
    }

    /// The login under a key of `auths`, or in the store where it was put instead.
    private static Optional<Credential> login(Fields config, String key, Path file) throws IOException {
        Optional<String> auth =
                config.fields("auths").fields(key).optionalText("auth").filter(text -> !text.isEmpty());
        if (auth.isPresent()) {
            return Optional.of(decoded(auth.get(), key, file));
        }
        return stored(config, key, file);
    }

    /// The login in the store for all registries. Docker asks it also where `auths` has no trace of the registry, as
    /// with a store that is filled by something else.
    private static Optional<Credential> stored(Fields config, String key, Path file) throws IOException {
        Optional<String> store = config.optionalText("credsStore").filter(name -> !name.isEmpty());
        return store.isEmpty() ? Optional.empty() : new CredentialProgram(store.get(), file).ask(key);
    }

    /// Reads `user:password` in Base64. The message of a failure never quotes it.
    private static Credential decoded(String auth, String key, Path file) {
        try {
            String login = new String(Base64.getDecoder().decode(auth), UTF_8);
            int colon = login.indexOf(':');
            if (colon > 0) {
                // Docker ends a password with a NUL where it padded it.
                String password = login.substring(colon + 1).replaceFirst("\0+$", "");
                return new Credential.Login(login.substring(0, colon), password);
            }
        } catch (IllegalArgumentException _) {
            // Told below, without the text.
        }
        throw unreadable(file, "the auth of " + key + " is not user:password in Base64");
    }

    private static Failure unreadable(Path file, String reason) {
        return Failure.failed("cannot read the logins in " + file + ": " + reason)
                .next("correct the file, or log in for pkg alone: pkg login --registry <address>");
    }

    /// The registry that a key stands for, as `host[:port]`. Docker writes some keys as URLs.
    private static String host(String key) {
        String host = key.replaceFirst("(?i)^https?://", "").replaceFirst("/(v[12]/?)?$", "");
        return DOCKER_HUB_NAMES.contains(host) ? DOCKER_HUB : host;
    }
}
