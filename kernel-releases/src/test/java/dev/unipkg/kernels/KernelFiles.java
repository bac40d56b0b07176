package dev.unipkg.kernels;

import dev.unipkg.format.Arch;
import dev.unipkg.format.Version;
import dev.unipkg.format.tree.Content;
import java.util.SortedMap;
import java.util.TreeMap;

/// Kernel releases for tests that boot nothing.
final class KernelFiles {

    private KernelFiles() {}

    static SortedMap<String, Content> titled(String... titles) {
        SortedMap<String, Content> files = new TreeMap<>();
        for (String title : titles) {
            files.put(title, Content.ofText("the bytes of " + title));
        }
        return files;
    }

    static KernelRelease linux() {
        return new KernelRelease(
                Family.LINUX,
                new Version("6.1.0-56-cloud"),
                Arch.X86_64,
                titled("vmlinuz", "busybox", "init", "modules/00-virtio.ko", "modules/01-virtio_net.ko"));
    }
}
