package dev.unipkg.cli.command;

import dev.unipkg.cli.compose.Kernels;
import dev.unipkg.cli.machine.instance.Instances;
import dev.unipkg.cli.output.Messages;
import dev.unipkg.cli.output.Output;
import dev.unipkg.cli.registry.ContainerLogins;
import dev.unipkg.cli.registry.Credential;
import dev.unipkg.cli.registry.CredentialFile;
import dev.unipkg.cli.registry.Http;
import dev.unipkg.cli.registry.Keyring;
import dev.unipkg.cli.registry.Origin;
import dev.unipkg.cli.registry.Pace;
import dev.unipkg.cli.registry.Registry;
import dev.unipkg.cli.registry.Retry;
import dev.unipkg.cli.settings.ClientSettings;
import dev.unipkg.cli.shelf.RememberedNames;
import dev.unipkg.cli.shelf.Shelf;
import dev.unipkg.cli.shelf.ShelfUse;
import dev.unipkg.cli.transfer.Pull;
import dev.unipkg.cli.transfer.Resolver;
import dev.unipkg.format.Reference;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// The tools of one command: settings, shelf, registry and output. A tool is opened when it is first asked for.
public final class Session implements Closeable {
    private final ClientSettings settings;
    private final Messages messages;
    private final Output out;
    private final InputStream in;
    private final Http http;
    private final AtomicBoolean saidThatAgain = new AtomicBoolean();
    private @Nullable Shelf shelf;
    private @Nullable ShelfUse use;

    public Session(ClientSettings settings, Messages messages, Output out, InputStream in) {
        this.settings = settings;
        this.messages = messages;
        this.out = out;
        this.in = in;
        this.http = http(credentials().orElse(ContainerLogins.of(settings.environment())));
    }

    public ClientSettings settings() {
        return settings;
    }

    public Messages messages() {
        return messages;
    }

    public Output out() {
        return out;
    }

    /// The process's standard input.
    public InputStream in() {
        return in;
    }

    /// The shelf, opened when first asked for. Until [#close] no other pkg removes content from it.
    public Shelf shelf() throws IOException {
        if (shelf == null) {
            shelf = Shelf.open(settings.home().data());
            use = shelf.use();
        }
        return shelf;
    }

    /// The shelf for a command that removes content, while no other pkg uses it.
    public Shelf shelfAlone() throws IOException {
        shelf = Shelf.open(settings.home().data());
        use = shelf.useAlone(() -> messages.say("waiting for another pkg that uses the shelf"));
        return shelf;
    }

    /// Lets other pkgs remove content from the shelf, which this one needs no more.
    @Override
    public void close() throws IOException {
        if (use != null) {
            use.close();
        }
    }

    /// The instances on the shelf, which need no opened shelf.
    public Instances instances() {
        return Instances.of(settings.home().data());
    }

    /// The same session with another registry configured.
    public Session at(String registry) {
        return new Session(settings.at(registry), messages, out, in);
    }

    public CredentialFile credentials() {
        return new CredentialFile(settings.home().config().resolve("credentials"));
    }

    /// The registry that is configured.
    public Registry registry() {
        return new Registry(Origin.parse(settings.registry()), http, retry());
    }

    /// The registry that is configured, as it is for who has this credential, whether or not it is kept.
    Registry registryAs(Credential credential) {
        Origin origin = Origin.parse(settings.registry());
        return new Registry(origin, http(Keyring.of(origin, credential)), retry());
    }

    private Http http(Keyring keyring) {
        return new Http(
                settings.offline(), Pace.SLOWEST, keyring, settings.config().tokenServices());
    }

    /// The registry that a reference names, else the one that is configured.
    public Registry registryOf(Reference reference) {
        Origin configured = Origin.parse(settings.registry());
        Origin origin = reference
                .registry()
                .filter(named -> !named.equals(configured.authority()))
                .map(Origin::parse)
                .orElse(configured);
        return new Registry(origin, http, retry());
    }

    /// The resolver for a reference.
    public Resolver resolver(Reference reference) throws IOException {
        return new Resolver(registryOf(reference), shelf(), settings.offline());
    }

    /// The pull of a reference to the shelf.
    public Pull pull(Reference reference) throws IOException {
        return new Pull(registryOf(reference), shelf(), messages);
    }

    /// The kernel releases of the configured registry.
    public Kernels kernels() throws IOException {
        Registry registry = registry();
        Resolver resolver = new Resolver(registry, shelf(), settings.offline());
        return new Kernels(registry, resolver, new Pull(registry, shelf(), messages), shelf());
    }

    /// Keeps names that the configured registry has told, for completion. A shelf that cannot take them is no reason to
    /// fail.
    public void remember(Collection<String> names) {
        try {
            RememberedNames.of(
                            settings.home().data(),
                            Origin.parse(settings.registry()).toString())
                    .add(names);
        } catch (IOException e) {
            return;
        }
    }

    private Retry retry() {
        return new Retry(Retry.ATTEMPTS, settings.retryPause(), this::tryingAgain);
    }

    // Once: what goes on in parallel fails together, and all of it for the same reason.
    private void tryingAgain(String why) {
        if (!saidThatAgain.getAndSet(true)) {
            messages.say(why + "; trying again");
        }
    }
}
