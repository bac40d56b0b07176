package dev.unipkg.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unipkg.kernels.linux.DebianFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Neither the server, nor `pkg`, nor the QEMU of a guest sends a packet that nobody asked for. All of them run in a
/// network namespace of their own, where every address outside leads to a device that counts packets.
class QuietNetworkTest {

    private static final long PATIENCE_SECONDS = 300;

    /// Ends with the packets that were sent until then, and those after one that was sent on purpose.
    private static final String SCRIPT = """
            set -eu
            sent() { sed -n 's/^ *outside: *//p' /proc/net/dev | tr -s ' ' | cut -d ' ' -f 10; }
            ip link set lo up
            ip link add outside type veth peer name nowhere
            echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6
            ip address add 192.0.2.2/24 dev outside
            ip link set outside up
            ip link set nowhere up
            ip neighbour add 192.0.2.1 lladdr 02:00:00:00:00:01 dev outside
            ip route add default via 192.0.2.1
            "$REGISTRY" --port 8080 --data "$FOLDER/data" > "$FOLDER/log" 2>&1 &
            server=$!
            trap 'kill $server; wait $server || true' EXIT
            until grep -q '^listening' "$FOLDER/log"; do kill -0 $server; sleep 0.2; done
            export UNIPKG_HOME="$FOLDER/home" PKG_REGISTRY=http://127.0.0.1:8080
            sed -n 's/^administrator key: //p' "$FOLDER/log" | "$PKG" login --key-stdin
            "$PKG" build "$FOLDER/source"
            "$PKG" push quiet:1.0
            "$PKG" kernel push linux "$KERNEL"
            "$PKG" search quiet
            "$PKG" cache rm quiet
            "$PKG" get quiet
            "$PKG" run -d --name quiet --kernel linux -p 8081:8080 quiet
            "$PKG" stop quiet
            "$PKG" rm quiet
            echo "sent: $(sent)"
            echo hello > /dev/udp/192.0.2.1/9
            echo "sent on purpose: $(sent)"
            """;

    @TempDir
    Path folder;

    @Test
    void nothingIsSentThatNobodyAskedFor() throws Exception {
        assumeTrue(
                new ProcessBuilder("unshare", "--net", "ip", "link", "add", "x", "type", "veth")
                                .redirectErrorStream(true)
                                .start()
                                .waitFor()
                        == 0,
                "no network namespace can be made here; it needs root, unshare and ip (iproute2)");
        Path kernel = DebianFolder.orSkip();
        Path source = Files.createDirectory(folder.resolve("source"));
        Files.copy(kernel.resolve("bin/busybox"), source.resolve("busybox"));
        Files.writeString(source.resolve("unipkg.yaml"), """
                name: library/quiet
                version: 1.0
                description: A page, served
                program: /bin/busybox
                args: [httpd, -f, -p, "8080", -h, /srv]
                ports: [8080]
                files:
                  /bin/busybox: busybox
                  /srv/index.html: {text: hello}
                readiness: {http: /, port: 8080}
                """);
        assertThat(run(kernel)).endsWith("sent: 0\nsent on purpose: 1\n");
    }

    private String run(Path kernel) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        ProcessBuilder builder = new ProcessBuilder("unshare", "--net", "bash", "-c", SCRIPT)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("FOLDER", folder.toString());
        builder.environment().put("KERNEL", kernel.toString());
        builder.environment().put("PKG", PkgCommand.LAUNCHER.toString());
        builder.environment().put("REGISTRY", RegistryProcess.LAUNCHER.toString());
        Process process = builder.start();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroy();
            throw new AssertionError("not done within " + PATIENCE_SECONDS + " s:\n" + Files.readString(output));
        }
        return Files.readString(output);
    }
}
