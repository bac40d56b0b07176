package dev.unipkg.registry.web;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Heading;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/// Markdown (CommonMark 0.31) of a publisher as HTML that is safe to show.
///
/// HTML in it is shown as text. A link leads to an absolute address of the web or to a mail address, else its text
/// stands
/// alone; an image gives way to its description, as pages load nothing from elsewhere.
final class Readme {

    private static final Set<String> SCHEMES = Set.of("http", "https", "mailto");

    /// The page has a heading of its own above.
    private static final int LEVEL_BELOW_THE_PAGES = 1;

    private static final int LOWEST_LEVEL = 6;

    /// Lists in quotes in lists: deeper than this no person writes.
    private static final int MOST_NESTED = 50;

    private static final Parser PARSER =
            Parser.builder().maxOpenBlockParsers(MOST_NESTED).build();

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
            if (!isLink(link.getDestination())) {
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
