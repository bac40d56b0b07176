package dev.unipkg.registry.web;

import dev.unipkg.format.oci.Annotations;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.commonmark.internal.InlineParserImpl;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Heading;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;
import org.commonmark.parser.InlineParser;
import org.commonmark.parser.InlineParserContext;
import org.commonmark.parser.Parser;
import org.commonmark.parser.SourceLine;
import org.commonmark.parser.SourceLines;
import org.commonmark.renderer.html.HtmlRenderer;

/// Markdown (CommonMark 0.31) of a publisher as HTML that is safe to show.
///
/// HTML in it is shown as text. A link leads to an absolute address of the web or to a mail address, else its
/// text stands alone; an image gives way to its description, as pages load nothing from elsewhere. A paragraph
/// with very many delimiters is shown as it was written.
final class Readme {

    private static final Set<String> SCHEMES = Set.of("http", "https", "mailto");

    /// The page has a heading of its own above.
    private static final int LEVEL_BELOW_THE_PAGES = 1;

    private static final int LOWEST_LEVEL = 6;

    /// Lists in quotes in lists: deeper than this no person writes.
    private static final int MOST_NESTED = 50;

    /// The delimiters in one paragraph or heading. The parser's time grows with their square, or with their number
    /// times the length of the text. This limit makes it grow with the length of the readme alone.
    private static final int MOST_DELIMITERS = 1000;

    private static final String DELIMITERS = "[]*_`<";

    /// The characters of all addresses and titles of links. A reference repeats them, so they may be longer than the
    /// readme itself.
    private static final int MOST_ADDRESSES = Annotations.MAX_README_LENGTH;

    private static final Parser PARSER = Parser.builder()
            .maxOpenBlockParsers(MOST_NESTED)
            .inlineParserFactory(Readme::inlineParser)
            .build();

    private static final HtmlRenderer RENDERER = HtmlRenderer.builder()
            .escapeHtml(true)
            .sanitizeUrls(true)
            .percentEncodeUrls(true)
            .attributeProviderFactory(context -> (node, tag, attributes) -> attributes.putAll(attributes(node)))
            .build();

    private Readme() {}

    /// The Markdown as HTML; without nesting that deep, empty where it cannot be shown.
    static String html(String markdown) {
        try {
            Node document = PARSER.parse(markdown);
            document.accept(new Harmless());
            return RENDERER.render(document);
        } catch (StackOverflowError e) {
            // Emphasis in emphasis, thousands deep.
            return "";
        }
    }

    private static InlineParser inlineParser(InlineParserContext context) {
        InlineParser parser = new InlineParserImpl(context);
        return (lines, block) -> {
            if (delimiters(lines) > MOST_DELIMITERS) {
                appendAsWritten(lines, block);
            } else {
                parser.parse(lines, block);
            }
        };
    }

    private static long delimiters(SourceLines lines) {
        return lines.getContent()
                .chars()
                .filter(character -> DELIMITERS.indexOf(character) >= 0)
                .count();
    }

    private static void appendAsWritten(SourceLines lines, Node block) {
        for (SourceLine line : lines.getLines()) {
            if (block.getFirstChild() != null) {
                block.appendChild(new SoftLineBreak());
            }
            block.appendChild(new Text(line.getContent().toString()));
        }
    }

    private static Map<String, String> attributes(Node node) {
        return node instanceof Link ? Map.of("rel", "nofollow noopener noreferrer ugc") : Map.of();
    }

    /// Whether a browser may be sent there.
    static boolean isLink(String address) {
        try {
            String scheme = new URI(address).getScheme();
            return scheme != null && SCHEMES.contains(scheme.toLowerCase(Locale.ROOT));
        } catch (java.net.URISyntaxException e) {
            return false;
        }
    }

    /// Replaces what leads or loads from elsewhere.
    private static final class Harmless extends AbstractVisitor {

        private long addresses;

        @Override
        public void visit(Heading heading) {
            heading.setLevel(Math.min(LOWEST_LEVEL, heading.getLevel() + LEVEL_BELOW_THE_PAGES));
            visitChildren(heading);
        }

        @Override
        public void visit(Image image) {
            visitChildren(image);
            unwrap(image);
        }

        @Override
        public void visit(Link link) {
            visitChildren(link);
            addresses += link.getDestination().length();
            addresses += link.getTitle() == null ? 0 : link.getTitle().length();
            if (addresses > MOST_ADDRESSES || !isLink(link.getDestination())) {
                unwrap(link);
            }
        }

        private static void unwrap(Node node) {
            for (Node child : children(node)) {
                node.insertBefore(child);
            }
            node.unlink();
        }

        private static List<Node> children(Node node) {
            List<Node> children = new java.util.ArrayList<>();
            for (Node child = node.getFirstChild(); child != null; child = child.getNext()) {
                children.add(child);
            }
            return children;
        }
    }
}
