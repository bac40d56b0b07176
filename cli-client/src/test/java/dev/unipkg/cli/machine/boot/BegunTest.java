package dev.unipkg.cli.machine.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unipkg.cli.machine.instance.Instance;
import dev.unipkg.cli.machine.instance.InstanceName;
import dev.unipkg.cli.machine.instance.Instances;
import dev.unipkg.cli.machine.network.HostPorts;
import dev.unipkg.cli.machine.network.Network;
import dev.unipkg.cli.machine.network.PortForward;
import dev.unipkg.cli.machine.qemu.Accelerator;
import dev.unipkg.cli.machine.qemu.BootPlan;
import dev.unipkg.cli.machine.qemu.Guest;
import dev.unipkg.cli.machine.qemu.LaunchMode;
import dev.unipkg.cli.machine.qemu.Machine;
import dev.unipkg.cli.machine.qemu.Memory;
import dev.unipkg.cli.machine.qemu.QemuLaunch;
import dev.unipkg.cli.output.Failure;
import dev.unipkg.format.Arch;
import dev.unipkg.kernels.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// An instance that begins before it has a name.
@Timeout(60)
class BegunTest {
    private static final Optional<InstanceName> WEB = Optional.of(new InstanceName("web"));

    @TempDir
    Path home;

    private final Network network =
            new Network(HostPorts.settle(List.of(PortForward.parse("0:80"))), Network.Reach.OUTSIDE);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDraftHasItsPortsUntilItIsGivenUp(boolean detached) throws Exception {
        assumeTrue(LaunchMode.passt(network).isPresent(), "passt is not installed");
        try (Begun begun = Begun.draft(instances(), network, detached)) {
            awaitPorts(begun.folder().file(QemuLaunch.LOG));
            assertThat(instances().all()).isEmpty();
        }
        assertThat(drafts()).isEmpty();
        HostPorts.awaitFree(network.forwards());
    }

    private void awaitPorts(Path log) throws IOException {
        while (true) {
            try {
                List<PortForward> _ = HostPorts.settle(network.forwards());
            } catch (Failure e) {
                return;
            }
            if (Files.exists(log) && Files.readString(log, UTF_8).contains("passt failed")) {
                abort("passt cannot be used here");
            }
        }
    }

    @Test
    void theFirstOfTwoWithOneNameHasIt() throws Exception {
        Instance.Order order = new Instance.Order("acme/test:1.0", List.of(), "http://localhost:1");
        try (Begun first = Begun.draft(instances(), network, false);
                Begun second = Begun.draft(instances(), network, false)) {
            first.record(instances(), WEB, order, plan());
            assertThatThrownBy(() -> second.record(instances(), WEB, order, plan()))
                    .isInstanceOf(Failure.class)
                    .hasMessage("there is an instance web already");
        }
        assertThat(drafts()).isEmpty();
        assertThat(instances().all())
                .singleElement()
                .satisfies(seen -> assertThat(seen.name()).isEqualTo("web"));
    }

    private BootPlan plan() {
        Guest guest = new Guest(
                new Image.Disk(home.resolve("disk"), Optional.empty()), Arch.X86_64, new Memory(256), 1, network);
        return new BootPlan(
                "test",
                Path.of("/bin/false"),
                Machine.of(guest, Optional.empty()),
                guest,
                Accelerator.Choice.TCG,
                false,
                new BootPlan.Waiting(Optional.empty(), Duration.ZERO, BootPlan.OnTimeout.KEEP, Duration.ZERO));
    }

    private Instances instances() {
        return Instances.of(home);
    }

    private List<Path> drafts() throws IOException {
        try (Stream<Path> folders = Files.list(home.resolve("instances"))) {
            return folders.filter(folder -> folder.getFileName().toString().startsWith(".new-"))
                    .toList();
        }
    }
}
