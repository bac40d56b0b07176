package dev.unipkg.registry.publish;

import static dev.unipkg.registry.publish.PackageMaker.build;
import static dev.unipkg.registry.publish.PackageMaker.elf;
import static org.hamcrest.Matchers.containsString;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Digest;
import dev.unipkg.format.Version;
import dev.unipkg.format.tree.Content;
import dev.unipkg.kernels.Family;
import dev.unipkg.kernels.KernelArtifact;
import dev.unipkg.kernels.KernelRelease;
import dev.unipkg.registry.kernels.KernelMaker;
import dev.unipkg.registry.oci.Pusher;
import dev.unipkg.registry.publish.PackageMaker.Build;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Kernel releases that are refused, and packages in their place.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class RefusedKernelsTest extends BadPushes {

    @Test
    void aPackageInTheNamespaceOfKernels() {
        Pusher kernels = new Pusher(keys.administrator(), "kernels/nanos");
        Build build = build(Arch.X86_64, "kernel?");
        build.pushBlobs(kernels);
        requireRefused(kernels.manifest(build.digest().toString(), build.bytes()), 409, "reserved-name");
    }

    @Test
    void aKernelReleaseWithoutItsKernel() throws IOException {
        requireRefused(release(Map.of("klibs/tls", KernelMaker.elf(Arch.X86_64, "tls"))), 400, "missing-kernel-file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kernel.img", "boot.img", "klibs/tls", "bootx64.efi"})
    void aKernelFileThatIsNotWhatItsTitleSays(String title) throws IOException {
        Map<String, Content> files = nanos();
        files.put(title, Content.ofText("the bytes of " + title));

        requireRefused(release(files), 400, "corrupt-kernel")
                .body("errors[0].message", containsString(title + " is "))
                .body("errors[0].message", containsString("expected"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"kernel.img", "klibs/tls"})
    void aKernelFileForAnotherArchitecture(String title) throws IOException {
        Map<String, Content> files = nanos();
        files.put("klibs/ntp", KernelMaker.elf(Arch.X86_64, "ntp"));
        files.put(title, KernelMaker.elf(Arch.ARM64, title));

        requireRefused(release(files), 400, "other-arch");
    }

    @Test
    void aKernelThatIsCutOff() throws IOException {
        Map<String, Content> files = nanos();
        byte[] cut = elf(Arch.X86_64);
        ByteBuffer.wrap(cut).order(ByteOrder.LITTLE_ENDIAN).putLong(96, cut.length + 1);
        files.put("kernel.img", new Content.Bytes(cut));

        requireRefused(release(files), 400, "corrupt-elf");
    }

    @ParameterizedTest
    @ValueSource(strings = {"vmlinuz", "busybox", "init", "modules/00-virtio.ko"})
    void aFileOfALinuxReleaseThatIsNotWhatItsTitleSays(String title) throws IOException {
        Map<String, Content> files = new TreeMap<>();
        files.put("vmlinuz", bzImage());
        files.put("busybox", KernelMaker.elf(Arch.X86_64, "busybox"));
        files.put("init", Content.ofText("#!/bin/sh"));
        files.put(title, Content.ofText("the bytes of " + title));

        requireRefused(release(Family.LINUX, files), 400, "corrupt-kernel")
                .body("errors[0].message", containsString(title + " is "));
    }

    private static Map<String, Content> nanos() {
        Map<String, Content> files = new TreeMap<>();
        files.put("boot.img", KernelMaker.bootCode());
        files.put("kernel.img", KernelMaker.elf(Arch.X86_64, "kernel"));
        return files;
    }

    private static Content bzImage() {
        ByteBuffer image = ByteBuffer.allocate(0x1000);
        image.put(0x202, new byte[] {'H', 'd', 'r', 'S'});
        return new Content.Bytes(image.array());
    }

    private ValidatableResponse release(Map<String, Content> files) throws IOException {
        return release(Family.NANOS, files);
    }

    /// Pushes a release of any files as one architecture's.
    private ValidatableResponse release(Family family, Map<String, Content> files) throws IOException {
        Pusher kernels = new Pusher(keys.administrator(), family.repository().toString());
        KernelArtifact artifact =
                KernelArtifact.of(new KernelRelease(family, new Version("0.1"), Arch.X86_64, new TreeMap<>(files)));
        for (KernelArtifact.Blob blob : artifact.blobs()) {
            kernels.blob(blob.content().readAll());
        }
        byte[] manifest = artifact.manifest().toBytes();
        return kernels.manifest(Digest.of(manifest).toString(), manifest);
    }
}
