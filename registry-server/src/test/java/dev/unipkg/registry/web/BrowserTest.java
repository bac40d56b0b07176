package dev.unipkg.registry.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import dev.unipkg.format.oci.Annotations;
import dev.unipkg.registry.accounts.TestKeys;
import dev.unipkg.registry.oci.Pusher;
import dev.unipkg.registry.wiring.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The pages in a real Chromium, the one of the system. With `PAGE_PICTURES` set to a folder it leaves pictures there.
@QuarkusTest
@QuarkusTestResource(TestDatabase.class)
class BrowserTest {

    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");

    @Inject
    TestKeys keys;

    @TestHTTPResource
    URI server;

    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final List<String> foreign = new CopyOnWriteArrayList<>();
    private Playwright playwright;
    private Browser browser;

    @BeforeEach
    void openBrowser() {
        assumeTrue(Files.isExecutable(CHROMIUM), "pages are tried in " + CHROMIUM + " (apt-get install chromium)");
        // Otherwise Playwright downloads its own browsers.
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(CHROMIUM)
                        .setArgs(List.of("--no-sandbox")));
        publish(
                "shop/web",
                "2.4.1",
                Map.of(
                        Annotations.DESCRIPTION,
                                "Serves static files and answers health checks; small, without a shell",
                        Annotations.LICENSES, "BSD-2-Clause",
                        Annotations.SOURCE, "https://example.org/source",
                        Annotations.DOCUMENTATION, "https://example.org/a/rather/long/address/of/its/documentation",
                        Annotations.README, SamplePages.README));
        publish(
                "shop/evil",
                "1.0",
                Map.of(Annotations.DESCRIPTION, "<script>document.title='taken'</script><b>bold</b>"));
        publish("shop/a-package-with-a-rather-long-name-that-still-has-to-fit", "0.0.1-rc.1", Map.of());
    }

    @AfterEach
    void closeBrowser() {
        if (playwright != null) {
            browser.close();
            playwright.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"360, LIGHT", "360, DARK", "1280, LIGHT", "1280, DARK"})
    void pagesFitAndCanBeReadAtEveryWidthAndInBothSchemes(int width, ColorScheme scheme) {
        Page page = open(width, scheme);
        for (String path : List.of("", "?q=shop", "packages/shop/web", "packages/shop/nothing")) {
            page.navigate(server.resolve("/" + path).toString());

            assertThat(number(page, "document.documentElement.scrollWidth"))
                    .as(path)
                    .isLessThanOrEqualTo(width);
            assertThat(contrast(page)).as("contrast of text at /%s", path).isGreaterThan(7);
            keepPicture(
                    page,
                    "page-%s-%d-%s.png"
                            .formatted(name(path), width, scheme.name().toLowerCase(Locale.ROOT)));
        }
        assertThat(complaints.stream().filter(said -> !said.contains("404"))).isEmpty();
        assertThat(foreign).isEmpty();
        assertThat(page.context().cookies()).isEmpty();
    }

    @Test
    void personFindsAPackageAndCopiesItsCommandWithoutAScript() {
        Page page = open(1280, ColorScheme.LIGHT);
        page.navigate(server.toString());
        page.getByRole(com.microsoft.playwright.options.AriaRole.SEARCHBOX).fill("health static");
        page.getByRole(com.microsoft.playwright.options.AriaRole.SEARCHBOX).press("Enter");
        assertThat(page.locator(".packages li").count()).isEqualTo(1);

        page.locator(".packages h2 a").click();
        assertThat(page.title()).isEqualTo("shop/web · unipkg");
        Locator command = page.locator(".command");
        command.click();

        assertThat(page.evaluate("window.getSelection().toString().trim()"))
                .isEqualTo("pkg run --registry http://localhost:" + server.getPort() + " shop/web -p 8080:80");
    }

    @Test
    void htmlOfAPublisherIsTextInTheBrowser() {
        Page page = open(1280, ColorScheme.LIGHT);
        page.navigate(server.resolve("/packages/shop/evil").toString());

        assertThat(page.title()).isEqualTo("shop/evil · unipkg");
        assertThat(page.locator(".lead").innerText()).isEqualTo("<script>document.title='taken'</script><b>bold</b>");
        assertThat(page.locator("script, b, img").count()).isZero();
    }

    @Test
    void linksOfAReadmeLeadToTheWebOnly() {
        Page page = open(1280, ColorScheme.LIGHT);
        page.navigate(server.resolve("/packages/shop/web").toString());

        List<Locator> links = page.locator(".readme a").all();
        assertThat(links).extracting(link -> link.getAttribute("href")).containsExactly("https://example.org/manual");
        assertThat(page.locator(".readme").innerText()).contains("a trap", "another file", "<script>alert(\"readme\")");
    }

    @Test
    void policyStopsAScriptThatGotIntoThePage() {
        Page page = open(1280, ColorScheme.LIGHT);
        page.navigate(server.toString());

        page.evaluate("""
                () => { const s = document.createElement('script'); s.textContent = "document.title = 'taken'";
                        document.body.append(s); }""");

        assertThat(page.title()).isNotEqualTo("taken");
        assertThat(complaints).anyMatch(said -> said.contains("Content Security Policy"));
    }

    private Page open(int width, ColorScheme scheme) {
        BrowserContext context = browser.newContext(
                new Browser.NewContextOptions().setViewportSize(width, 800).setColorScheme(scheme));
        Page page = context.newPage();
        page.onConsoleMessage(message -> complaints.add(message.text()));
        page.onPageError(complaints::add);
        page.onRequest(request -> {
            URI asked = URI.create(request.url());
            if (!asked.getScheme().equals("data") && asked.getPort() != server.getPort()) {
                foreign.add(request.url());
            }
        });
        return page;
    }

    private static int number(Page page, String expression) {
        return ((Number) page.evaluate(expression)).intValue();
    }

    /// The contrast between text and background (WCAG 2.1, "contrast ratio"); 7 is its strictest level.
    private static double contrast(Page page) {
        return ((Number) page.evaluate("""
                () => {
                  const light = color => {
                    const parts = color.match(/[0-9.]+/g).slice(0, 3).map(Number)
                      .map(c => c / 255).map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
                    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
                  };
                  const style = getComputedStyle(document.body);
                  const [a, b] = [light(style.color), light(style.backgroundColor)];
                  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                }""")).doubleValue();
    }

    private static String name(String path) {
        return path.isEmpty() ? "home" : path.replaceAll(".*[/=]", "");
    }

    private static void keepPicture(Page page, String name) {
        Optional.ofNullable(System.getenv("PAGE_PICTURES"))
                .ifPresent(folder -> page.screenshot(new Page.ScreenshotOptions()
                        .setPath(Path.of(folder, name))
                        .setFullPage(true)));
    }

    private void publish(String name, String version, Map<String, String> about) {
        SamplePages.publish(new Pusher(keys.publisher("shop"), name), version, about);
    }
}
