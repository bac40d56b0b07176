package dev.unipkg.registry.web;

import io.quarkus.qute.TemplateInstance;
import java.util.List;

/// The type-safe templates, each in `templates/Pages/` under its own name. Every text is escaped there, save for the
/// readme, which [Readme] has made safe.
final class Pages {

    private Pages() {}

    /// The packages there are, or those that a search found.
    ///
    /// @param images Unikraft images, on the first page
    /// @param next the address of the next page; empty on the last
    /// @param first whether this is the first page
    record Home(Frame frame, List<PackageEntry> packages, List<UnikraftEntry> images, String next, boolean first)
            implements TemplateInstance {}

    /// One Unikraft image.
    record Unikraft(Frame frame, UnikraftView view) implements TemplateInstance {}

    /// One package.
    record Details(Frame frame, PackageView view) implements TemplateInstance {}

    /// A package that there is not.
    record Missing(Frame frame, String name) implements TemplateInstance {}
}
