package dev.unipkg.journeys;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.util.Map;
import java.util.UUID;

/// OCI's requirements and the registry that the environment names. No build runs this; `-Dtest=OciSuiteAtAddress` does.
class OciSuiteAtAddress extends OciSuite {

    @Override
    Target open() {
        Map<String, String> environment = System.getenv();
        String address = environment.getOrDefault("UNIPKG_SUITE_REGISTRY", "");
        assumeTrue(!address.isBlank(), "UNIPKG_SUITE_REGISTRY names no registry, as http://127.0.0.1:5000 would");
        String prefix = environment.getOrDefault("UNIPKG_SUITE_NAMESPACE", "suite") + "/"
                + UUID.randomUUID().toString().substring(0, 8) + "-";
        String token = environment.getOrDefault("UNIPKG_SUITE_TOKEN", "");
        return new Target(URI.create(address), token.isEmpty() ? "" : "Bearer " + token, prefix);
    }
}
