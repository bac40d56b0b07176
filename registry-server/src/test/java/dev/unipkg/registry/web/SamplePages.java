package dev.unipkg.registry.web;

import dev.unipkg.format.Arch;
import dev.unipkg.format.oci.Annotations;
import dev.unipkg.registry.oci.Pusher;
import dev.unipkg.registry.publish.PackageMaker;
import dev.unipkg.registry.publish.PackageMaker.Build;
import java.util.Map;
import java.util.TreeMap;

/// Packages with words about them, for pages.
final class SamplePages {

    static final String README = """
            # A small web server

            It serves *static files* and answers `GET /health`.

            ## Settings

            - `PORT`: the port
            - `ROOT`: the folder that is served

            ```
            PORT=80 ROOT=/srv/www web
            ```

            > Tested on both kernels.

            See [the manual](https://example.org/manual), [another file](docs/more.md) and
            [a trap](javascript:alert(1)). ![a picture](https://tracker.example/pixel.png)

            <script>alert("readme")</script> <b>bold?</b>
            """;

    private SamplePages() {}

    /// Publishes a version for two architectures with these words about it.
    static void publish(Pusher pusher, String version, Map<String, String> about) {
        Build intel = PackageMaker.build(Arch.X86_64, version);
        Build arm = PackageMaker.build(Arch.ARM64, version);
        intel.push(pusher).statusCode(201);
        arm.push(pusher).statusCode(201);
        TreeMap<String, String> annotations = new TreeMap<>(about);
        annotations.put(Annotations.VERSION, version);
        pusher.index(version, PackageMaker.index(annotations, intel, arm)).statusCode(201);
    }
}
