package dev.unipkg.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The requirements of OCI's distribution-spec 1.1 and of what its main branch has since, against a registry of any
/// kind. They need its address and the right to push below one name.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OciSuite
        implements OciPullContract, OciPushContract, OciDiscoveryContract, OciManagementContract, OciSkopeoContract {

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicInteger repositories = new AtomicInteger();

    @RegisterExtension
    final UnmetRequirements unmet = new UnmetRequirements(unmet());

    private Target target = new Target(URI.create("http://127.0.0.1"), "", "");

    /// A registry that is ready.
    ///
    /// @param address as in `http://127.0.0.1:5000`
    /// @param authorization the value of the header; empty where the registry needs none
    /// @param prefix of the names of repositories, as in `acme/`
    record Target(URI address, String authorization, String prefix) {}

    /// Starts the registry, or finds the one that runs.
    abstract Target open() throws Exception;

    /// Ends what was started.
    void end() throws Exception {}

    /// The requirements that the registry does not meet, by the names of the tests, with the reasons.
    Map<String, String> unmet() {
        return Map.of();
    }

    @BeforeAll
    void start() throws Exception {
        target = open();
    }

    @AfterAll
    void stop() throws Exception {
        client.close();
        end();
    }

    @Override
    public OciRepository repository() {
        String name = target.prefix() + "r" + repositories.incrementAndGet();
        return new OciRepository(client, target.address(), target.authorization(), name);
    }

    @Test
    void unmetRequirementsAreRequirements() {
        assertThat(Arrays.stream(getClass().getMethods())
                        .filter(method ->
                                method.isAnnotationPresent(Spec.class) || method.isAnnotationPresent(SpecTable.class))
                        .map(Method::getName))
                .containsAll(unmet().keySet());
    }
}
