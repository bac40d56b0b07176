package dev.unipkg.cli.machine.boot;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unipkg.cli.machine.console.GuestStreams;
import dev.unipkg.cli.machine.instance.Instance;
import dev.unipkg.cli.machine.instance.Instances;
import dev.unipkg.cli.machine.network.HostPorts;
import dev.unipkg.cli.machine.network.Network;
import dev.unipkg.cli.machine.network.PortForward;
import dev.unipkg.cli.machine.qemu.Accelerator;
import dev.unipkg.cli.machine.qemu.BootPlan;
import dev.unipkg.cli.machine.qemu.Guest;
import dev.unipkg.cli.machine.qemu.KvmFailures;
import dev.unipkg.cli.machine.qemu.Machine;
import dev.unipkg.cli.machine.qemu.Memory;
import dev.unipkg.cli.machine.snapshot.Resuming;
import dev.unipkg.cli.machine.snapshot.Snapshots;
import dev.unipkg.cli.machine.snapshot.Template;
import dev.unipkg.cli.output.Messages;
import dev.unipkg.cli.output.Output;
import dev.unipkg.cli.output.Stdout;
import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.oci.Readiness;
import dev.unipkg.kernels.Image;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import sun.misc.Signal;

/// One run of an image in this process, with what it said.
final class Booting {
    /// Said with each resume.
    static final String NOTE = "with the hash seeds of its snapshot";

    // Each snapshot in a test is of one image.
    private static final Digest IMAGE = Digest.of("image".getBytes(UTF_8));

    private final Path home;
    private final Image image;
    private final ByteArrayOutputStream console = new ByteArrayOutputStream();
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final CompletableFuture<Void> answered = new CompletableFuture<>();
    private @Nullable CompletableFuture<Void> visit;
    private List<PortForward> forwards = List.of();
    private Memory memory = new Memory(256);
    private Duration patience = Duration.ofSeconds(90);
    private Optional<Readiness> readiness = Optional.empty();
    private BootPlan.OnTimeout onTimeout = BootPlan.OnTimeout.KEEP;
    private Optional<InputStream> stdin = Optional.empty();
    private boolean detached;
    private Network.Reach reach = Network.Reach.HOST;
    private Optional<String> machine = Optional.empty();
    private Arch arch = Arch.X86_64;
    private Path qemu = Machine.binary(Arch.X86_64);
    private Path kvm = Path.of("/dev/kvm");
    private Accelerator.Choice accelerator = Accelerator.Choice.AUTO;
    private Optional<Snapshots> snapshots = Optional.empty();
    private final AtomicInteger prepared = new AtomicInteger();

    Booting(Path home, Image image) {
        this.home = home;
        this.image = image;
    }

    /// An action at the forwarded port.
    interface Visit {
        void to(ForwardedPort port) throws Exception;
    }

    /// The forwarded port.
    record ForwardedPort(int port) {
        /// The body of the answer.
        String get(String path) throws IOException {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return get(socket, path);
            }
        }

        /// The body of the answer on the first connection, which is made as soon as anything listens.
        String getSoonest(String path) throws IOException {
            while (true) {
                try (Socket socket = new Socket()) {
                    // From another address: a connection to a port without a listener can meet itself.
                    socket.bind(new InetSocketAddress("127.0.0.2", 0));
                    if (isConnected(socket)) {
                        return get(socket, path);
                    }
                }
            }
        }

        private boolean isConnected(Socket socket) throws IOException {
            try {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return true;
            } catch (ConnectException e) {
                Thread.onSpinWait();
                return false;
            }
        }

        private static String get(Socket socket, String path) throws IOException {
            socket.getOutputStream().write(("GET " + path + " HTTP/1.0\r\n\r\n").getBytes(US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
            return answer.substring(answer.indexOf("\r\n\r\n") + 4);
        }
    }

    Booting forwarding() {
        return forwarding("0:8080");
    }

    Booting forwarding(String forward) {
        forwards = HostPorts.settle(List.of(PortForward.parse(forward)));
        return this;
    }

    Booting memory(int mebibytes) {
        memory = new Memory(mebibytes);
        return this;
    }

    Booting patience(int seconds) {
        patience = Duration.ofSeconds(seconds);
        return this;
    }

    Booting readyWhen(Readiness probe) {
        readiness = Optional.of(probe);
        return this;
    }

    Booting onTimeout(BootPlan.OnTimeout what) {
        onTimeout = what;
        return this;
    }

    /// Signals this process as Ctrl-C does, as soon as pkg has said a word.
    void interruptOn(String word) {
        Thread.ofPlatform().daemon().start(() -> {
            while (!said().contains(word)) {
                Thread.onSpinWait();
            }
            Signal.raise(new Signal("INT"));
        });
    }

    Booting reading(byte[] input) {
        stdin = Optional.of(new ByteArrayInputStream(input));
        return this;
    }

    Booting reaching(Network.Reach what) {
        reach = what;
        return this;
    }

    Booting detached() {
        detached = true;
        return this;
    }

    Booting on(String word) {
        machine = Optional.of(word);
        return this;
    }

    Booting of(Arch other) {
        arch = other;
        return this;
    }

    /// @param otherKvm stands for `/dev/kvm`
    Booting with(Path otherQemu, Path otherKvm, Accelerator.Choice choice) {
        qemu = otherQemu;
        kvm = otherKvm;
        accelerator = choice;
        return this;
    }

    ForwardedPort port() {
        return new ForwardedPort(forwards.getFirst().hostPort());
    }

    /// Goes on from a snapshot in the folder, where there is one, and says why where it does not.
    Booting resuming(Path folder) {
        snapshots = Optional.of(new Snapshots(folder));
        accelerator = Accelerator.Choice.TCG;
        return this;
    }

    /// Makes the snapshot that [#run] goes on from.
    void save() throws IOException, InterruptedException {
        BootPlan plan = plan();
        Template.make(plan, notes(), snapshots.orElseThrow(), IMAGE, "test");
    }

    /// Visits the guest from another thread as soon as pkg says that it answers; what goes wrong there
    /// fails [#run].
    void whenItAnswers(Visit work) {
        visit = answered.thenRunAsync(() -> {
            try {
                work.to(port());
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    BootResult run() throws IOException, InterruptedException, ExecutionException {
        BootPlan plan = plan();
        Messages messages = new Messages(messages(), false, Messages.Level.VERBOSE);
        Optional<Resuming> resuming = snapshots.map(
                there -> new Resuming(there, IMAGE, prepared::incrementAndGet, Optional.of(NOTE), messages));
        BootResult result;
        try (Begun begun = begun(home, plan)) {
            result = Boot.run(
                    plan, begun, new EarlierRuns(notes(), resuming), messages, new GuestStreams(stdin, console));
        }
        if (visit != null) {
            visit.get();
        }
        return result;
    }

    private BootPlan plan() {
        Guest guest = new Guest(image, arch, memory, 1, new Network(forwards, reach));
        return new BootPlan(
                "test",
                qemu,
                Machine.of(guest, machine),
                guest,
                accelerator,
                detached,
                new BootPlan.Waiting(readiness, patience, onTimeout, Duration.ofSeconds(20)));
    }

    private KvmFailures notes() {
        return new KvmFailures(home.resolve("kvm"), kvm, Clock.systemUTC());
    }

    /// How often a snapshot was wanted for later runs.
    int prepared() {
        return prepared.get();
    }

    static Begun begun(Path home, BootPlan plan) throws IOException {
        Instances instances = Instances.of(home);
        Instance.Order order = new Instance.Order("acme/test:1.0", List.of(), "http://localhost:1");
        Begun begun = Begun.draft(instances, plan.guest().network(), plan.detached());
        try {
            begun.record(instances, Optional.empty(), order, plan);
            return begun;
        } catch (IOException | RuntimeException e) {
            begun.close();
            throw e;
        }
    }

    private PrintStream messages() {
        return new PrintStream(said, true, UTF_8) {
            @Override
            public void println(@Nullable String line) {
                super.println(line);
                if (line != null && (line.contains(" is ready after ") || line.contains(" resumed, answers after "))) {
                    answered.complete(null);
                }
            }
        };
    }

    String console() {
        return console.toString(UTF_8);
    }

    String said() {
        return said.toString(UTF_8);
    }

    /// Runs an image as pkg does, for tests that need a process to signal: `home kernel initrd
    /// commandLine` or `home disk`.
    static final class Main {
        private Main() {}

        public static void main(String[] words) throws Exception {
            Path home = Path.of(words[0]);
            Image image = words.length == 2
                    ? new Image.Disk(Path.of(words[1]), Optional.empty())
                    : new Image.KernelAndInitrd(Path.of(words[1]), Path.of(words[2]), words[3], 0);
            Booting booting = new Booting(home, image).forwarding();
            Guest guest =
                    new Guest(image, Arch.X86_64, booting.memory, 1, new Network(booting.forwards, Network.Reach.HOST));
            BootPlan plan = new BootPlan(
                    "test",
                    Machine.binary(Arch.X86_64),
                    Machine.of(guest, Optional.empty()),
                    guest,
                    Accelerator.Choice.AUTO,
                    false,
                    new BootPlan.Waiting(
                            Optional.empty(), booting.patience, booting.onTimeout, Duration.ofSeconds(20)));
            BootResult result = Boot.run(
                    plan,
                    begun(home, plan),
                    new EarlierRuns(KvmFailures.in(home.resolve("kvm")), Optional.empty()),
                    new Messages(System.err, false, false),
                    new GuestStreams(
                            Optional.empty(),
                            new Output(new Stdout(new FileOutputStream(FileDescriptor.out), UTF_8), false).live()));
            System.exit(result instanceof BootResult.Exit exit ? exit.code() : -1);
        }
    }
}
