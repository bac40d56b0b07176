package dev.unipkg.registry.unikraft;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unipkg.format.Digest;
import dev.unipkg.registry.oci.Pusher;
import java.util.ArrayList;
import java.util.List;

/// Unikraft images as kraftkit (f02a5331) pushes them: layers and config, a manifest for each platform, the index last.
public final class UnikraftMaker {

    private static final String ANNOTATIONS = """
            "annotations":{"org.opencontainers.image.ref.name":"registry.example.org/acme/web",
            "org.unikraft.image.name":"registry.example.org/acme/web","org.unikraft.kernel.version":"%s",
            "sh.kraftkit.version":"0.9.3"}""";

    private UnikraftMaker() {}

    /// Pushes an image under a tag.
    ///
    /// @param platforms each a monitor and an architecture, as in `qemu/x86_64`
    /// @return the digest of the index
    public static Digest push(Pusher pusher, String tag, String kernelVersion, String... platforms) {
        byte[] layer = ("a tar with a kernel " + kernelVersion).getBytes(UTF_8);
        Digest layerDigest = pusher.blob(layer);
        List<String> manifests = new ArrayList<>();
        for (String each : platforms) {
            int slash = each.indexOf('/');
            String platform = """
                    {"architecture":"%s","os":"%s","os.version":"%s","os.features":["CONFIG_HAVE_PAGING=y"]}""".formatted(each.substring(slash + 1), each.substring(0, slash), kernelVersion);
            byte[] config = """
                    {"architecture":"%s","os":"%s","config":{"Cmd":["/web"]},
                    "rootfs":{"type":"layers","diff_ids":["%s"]}}""".formatted(each.substring(slash + 1), each.substring(0, slash), layerDigest)
                    .getBytes(UTF_8);
            Digest configDigest = pusher.blob(config);
            byte[] manifest = """
                    {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
                    "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":%d,
                    "platform":%s},
                    "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"%s","size":%d,
                    "annotations":{"org.unikraft.kernel.image":"/unikraft/bin/kernel"}}],%s}""".formatted(
                            configDigest,
                            config.length,
                            platform,
                            layerDigest,
                            layer.length,
                            ANNOTATIONS.formatted(kernelVersion))
                    .getBytes(UTF_8);
            Digest digest = Digest.of(manifest);
            pusher.manifest(digest.toString(), manifest).statusCode(201);
            // It knows the size of the manifest that it has just made, and not those of the earlier ones.
            int size = manifests.size() == platforms.length - 1 ? manifest.length : 32;
            manifests.add("""
                    {"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"%s","size":%d,%s,
                    "platform":%s}""".formatted(digest, size, ANNOTATIONS.formatted(kernelVersion), platform));
        }
        byte[] index = """
                {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[%s],%s}""".formatted(String.join(",", manifests), ANNOTATIONS.formatted(kernelVersion))
                .getBytes(UTF_8);
        pusher.index(tag, index).statusCode(201);
        return Digest.of(index);
    }
}
