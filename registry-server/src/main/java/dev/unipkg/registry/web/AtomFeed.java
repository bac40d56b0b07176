package dev.unipkg.registry.web;

import dev.unipkg.registry.catalog.NewVersions.NewVersion;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/// An Atom feed (RFC 4287) of new versions.
///
/// @param title of the feed
/// @param base the address of the registry, without a slash at the end
/// @param self the path of the feed
/// @param page the path of the page that it belongs to
/// @param versions the newest first
record AtomFeed(String title, String base, String self, String page, List<NewVersion> versions) {

    static final String MEDIA_TYPE = "application/atom+xml";

    private static final String NAMESPACE = "http://www.w3.org/2005/Atom";

    // Characters that no XML document may hold, however escaped (XML 1.0, "Characters").
    private static final String NO_XML = "[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]";

    /// The document.
    byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            XMLStreamWriter xml =
                    XMLOutputFactory.newFactory().createXMLStreamWriter(bytes, StandardCharsets.UTF_8.name());
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeStartElement("feed");
            xml.writeDefaultNamespace(NAMESPACE);
            text(xml, "id", base + self);
            text(xml, "title", title);
            text(
                    xml,
                    "updated",
                    versions.stream()
                            .map(NewVersion::published)
                            .max(Instant::compareTo)
                            .orElse(Instant.EPOCH)
                            .toString());
            link(xml, "self", MEDIA_TYPE, base + self);
            link(xml, "alternate", "text/html", base + page);
            for (NewVersion version : versions) {
                entry(xml, version);
            }
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("a feed cannot be written to memory", e);
        }
        return bytes.toByteArray();
    }

    private void entry(XMLStreamWriter xml, NewVersion version) throws XMLStreamException {
        String page = base + "/packages/" + version.name();
        xml.writeStartElement("entry");
        text(xml, "id", page + "#" + version.version());
        text(xml, "title", version.name() + " " + version.version());
        text(xml, "updated", version.published().toString());
        text(xml, "published", version.published().toString());
        xml.writeStartElement("author");
        text(xml, "name", version.name().namespace());
        xml.writeEndElement();
        link(xml, "alternate", "text/html", page);
        text(xml, "summary", version.description().orElse(version.digest().toString()));
        xml.writeEndElement();
    }

    private static void link(XMLStreamWriter xml, String relation, String type, String address)
            throws XMLStreamException {
        xml.writeEmptyElement("link");
        xml.writeAttribute("rel", relation);
        xml.writeAttribute("type", type);
        xml.writeAttribute("href", address);
    }

    private static void text(XMLStreamWriter xml, String element, String text) throws XMLStreamException {
        xml.writeStartElement(element);
        xml.writeCharacters(text.replaceAll(NO_XML, "\uFFFD"));
        xml.writeEndElement();
    }
}
