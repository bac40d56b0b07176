package dev.unipkg.registry.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unipkg.format.oci.Annotations;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadmeTest {

    private static final Pattern TAG = Pattern.compile("<(/?)([a-z0-9]+)([^>]*)>");
    private static final Pattern TAGS = Pattern.compile("a|p|h[2-6]|ul|ol|li|em|strong|code|pre|blockquote|hr|br");
    private static final Pattern ATTRIBUTES = Pattern.compile(
            "| /| href=\"(https?|mailto):[^\"]*\"( title=\"[^\"]*\")? rel=\"[a-z ]*\"| rel=\"[a-z ]*\" href=\"(https?|mailto):[^\"]*\"( title=\"[^\"]*\")?| class=\"[^\"]*\"| start=\"[0-9]+\"");

    @Test
    void markdownBecomesHtmlBelowThePagesHeading() {
        assertThat(Readme.html("# Web\n\nServes *pages*, see [the manual](https://example.org/m).\n"))
                .isEqualTo("""
                        <h2>Web</h2>
                        <p>Serves <em>pages</em>, see <a rel="nofollow noopener noreferrer ugc" href="https://example.org/m">the manual</a>.</p>
                        """);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[x](javascript:alert(1))",
                "[x](JaVaScRiPt:alert(1))",
                "[x](<java\tscript:alert(1)>)",
                "[x](data:text/html,hi)",
                "[x](vbscript:x)",
                "[x](//evil.example)",
                "[x](docs/other.md)",
                "[x](&#106;avascript:alert(1))",
                "[x][r]\n\n[r]: javascript:alert(1)",
                "<javascript:alert(1)>",
                "![x](https://tracker.example/p.png)",
                "[![x](https://tracker.example/p.png)](javascript:alert(1))",
                "<a href=\"https://x.example\" onclick=\"alert(1)\">x</a>",
                "<script>alert(1)</script>",
                "<style>body{display:none}</style>",
            })
    void nothingLeadsOrLoadsFromElsewhere(String markdown) {
        assertThat(Readme.html(markdown)).doesNotContain("<a ", "<img", "<script", "<style");
    }

    @Test
    void pictureGivesWayToItsDescriptionAndItsLinkStays() {
        assertThat(Readme.html("[![build passes](https://ci.example/b.svg)](https://ci.example/)"))
                .isEqualTo("<p><a rel=\"nofollow noopener noreferrer ugc\" href=\"https://ci.example/\">"
                        + "build passes</a></p>\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ">",
                "- ",
                "*a **b ",
                "[",
                "![",
                "![[]()",
                "[a](",
                "[a](b \"",
                "[]",
                "`",
                "<",
                "<!--",
                "<?",
                "a\n> - ",
                "[x]: /u\n",
                "&",
                "*",
                "_a",
                "1. "
            })
    void longReadmeOfAnyShapeIsShownInTime(String piece) {
        String markdown = piece.repeat(Annotations.MAX_README_LENGTH / piece.length());

        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> assertOnlyHarmlessTags(Readme.html(markdown)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"![[]()", "a**b", "c* ", "[a](b) ", "`a` ", "<a ", "_a_ "})
    void paragraphWithVeryManyDelimitersIsShownAsWrittenAndItsNeighboursAsMarkdown(String piece) {
        String crowd = piece.repeat(1001).strip();

        assertThat(Readme.html("*before*\n\n" + crowd + "\n" + crowd + "\n\n*after*\n"))
                .isEqualTo("<p><em>before</em></p>\n<p>" + escaped(crowd) + "\n" + escaped(crowd)
                        + "</p>\n<p><em>after</em></p>\n");
    }

    @Test
    void longListOfLinksIsShownAsMarkdown() {
        String html = Readme.html("- [a](https://a.example) `b` *c*\n".repeat(1800));

        assertThat(html.split("<a ", -1)).hasSize(1801);
    }

    @Test
    void longAddressThatReferencesRepeatDoesNotMakeThePageLong() {
        String markdown = "[x]: https://x.example/" + "u".repeat(30_000) + " \"" + "t".repeat(20_000) + "\"\n\n"
                + "[x]\n\n".repeat(2_500);

        assertThat(Readme.html(markdown)).contains("<a ").hasSizeLessThan(4 * Annotations.MAX_README_LENGTH);
    }

    private static String escaped(String text) {
        return text.replace("<", "&lt;");
    }

    @Property(tries = 500)
    void anyMarkdownGivesHarmlessTagsOnly(@ForAll("markdown") String markdown) {
        assertOnlyHarmlessTags(Readme.html(markdown));
    }

    @Provide
    Arbitrary<String> markdown() {
        return Arbitraries.of(
                        "<",
                        ">",
                        "[",
                        "]",
                        "(",
                        ")",
                        "!",
                        "\"",
                        "'",
                        "`",
                        "*",
                        "_",
                        "#",
                        "&",
                        ";",
                        ":",
                        "\n",
                        " ",
                        "a",
                        "javascript:",
                        "https://x",
                        "<img src=x onerror=y>",
                        "<script>",
                        "&#x3c;",
                        "\u0000",
                        "\t",
                        "\\",
                        "](",
                        "[a](https://x \"t\")",
                        "```",
                        "~~~",
                        "> ",
                        "- ",
                        "1. ",
                        "title=")
                .list()
                .ofMaxSize(60)
                .map(pieces -> String.join("", pieces));
    }

    private static void assertOnlyHarmlessTags(String html) {
        Matcher tag = TAG.matcher(html);
        int end = 0;
        while (tag.find()) {
            assertThat(html.substring(end, tag.start())).doesNotContain("<");
            assertThat(tag.group(2)).matches(TAGS);
            assertThat(tag.group(3)).matches(ATTRIBUTES);
            end = tag.end();
        }
        assertThat(html.substring(end)).doesNotContain("<");
    }
}
