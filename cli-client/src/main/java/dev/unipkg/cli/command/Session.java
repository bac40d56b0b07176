package dev.unipkg.cli.command;

import dev.unipkg.cli.compose.Choices;
import dev.unipkg.cli.compose.ComposedImage;
import dev.unipkg.cli.compose.Images;
import dev.unipkg.cli.compose.Kernels;
import dev.unipkg.cli.machine.Instances;
import dev.unipkg.cli.registry.Credential;
import dev.unipkg.cli.registry.Credentials;
import dev.unipkg.cli.registry.Http;
import dev.unipkg.cli.registry.Keyring;
import dev.unipkg.cli.registry.Origin;
import dev.unipkg.cli.registry.Pace;
import dev.unipkg.cli.registry.Registry;
import dev.unipkg.cli.registry.Retry;
import dev.unipkg.cli.settings.Settings;
import dev.unipkg.cli.shelf.RememberedNames;
import dev.unipkg.cli.shelf.Shelf;
import dev.unipkg.cli.shelf.ShelfUse;
import dev.unipkg.cli.talk.Failure;
import dev.unipkg.cli.talk.Output;
import dev.unipkg.cli.talk.Talk;
import dev.unipkg.cli.transfer.Pull;
import dev.unipkg.cli.transfer.Resolved;
import dev.unipkg.cli.transfer.Resolver;
import dev.unipkg.format.Arch;
import dev.unipkg.format.Reference;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// What a command works with: the settings, the shelf, the registry, and where it speaks. Made for one command;
/// what a command does not ask for is not opened.
public final class Session implements Closeable {
    private final Settings settings;
    private final Talk talk;
    private final Output out;
    private final InputStream in;
    private final Http http;
    private final AtomicBoolean saidThatAgain = new AtomicBoolean();
    private @Nullable Shelf shelf;
    private @Nullable ShelfUse use;

    public Session(Settings settings, Talk talk, Output out, InputStream in) {
        this.settings = settings;
        this.talk = talk;
        this.out = out;
        this.in = in;
        this.http = new Http(settings.offline(), Pace.SLOWEST, credentials());
    }

    public Settings settings() {
        return settings;
    }

    public Talk talk() {
        return talk;
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
        use = shelf.useAlone(() -> talk.say("waiting for another pkg that uses the shelf"));
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
        return new Session(settings.at(registry), talk, out, in);
    }

    public Credentials credentials() {
        return new Credentials(settings.home().config().resolve("credentials"));
    }

    /// The registry that is configured.
    public Registry registry() {
        return new Registry(Origin.parse(settings.registry()), http, retry());
    }

    /// The registry that is configured, as it is for who has this credential, whether or not it is kept.
    Registry registryAs(Credential credential) {
        Origin origin = Origin.parse(settings.registry());
        Http theirs = new Http(settings.offline(), Pace.SLOWEST, Keyring.of(origin, credential));
        return new Registry(origin, theirs, retry());
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

    /// What finds the version that a reference stands for.
    public Resolver resolver(Reference reference) throws IOException {
        return new Resolver(registryOf(reference), shelf(), settings.offline());
    }

    /// What brings the content of a reference to the shelf.
    public Pull pull(Reference reference) throws IOException {
        return new Pull(registryOf(reference), shelf(), talk);
    }

    /// The kernel releases of the configured registry.
    public Kernels kernels() throws IOException {
        Registry registry = registry();
        Resolver resolver = new Resolver(registry, shelf(), settings.offline());
        return new Kernels(registry, resolver, new Pull(registry, shelf(), talk), shelf());
    }

    /// The image of a package: resolved, fetched and composed as far as it is not here.
    ///
    /// @param chosen on the command line
    public ComposedImage image(Reference reference, Arch arch, Choices chosen) throws IOException {
        Choices choices = chosen.over(Choices.of(settings.config()));
        Resolver resolver = resolver(reference);
        Resolved resolved = resolver.findPackage(reference);
        Images images = new Images(shelf(), pull(reference), kernels(), talk);
        ComposedImage image = images.obtain(resolved, arch, choices);
        resolver.remember();
        return image;
    }

    /// A number of seconds that was given to an option.
    ///
    /// @throws Failure when it is negative
    public static Duration seconds(String option, int seconds) {
        if (seconds < 0) {
            throw Failure.usage(option + " wants a number of seconds, 0 or more, not " + seconds);
        }
        return Duration.ofSeconds(seconds);
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
            talk.say(why + "; trying again");
        }
    }
}
