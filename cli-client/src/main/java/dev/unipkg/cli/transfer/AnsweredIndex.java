package dev.unipkg.cli.transfer;

import dev.unipkg.cli.output.Failure;
import dev.unipkg.cli.registry.Document;
import dev.unipkg.cli.registry.Origin;
import dev.unipkg.cli.shelf.Refs;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Version;
import dev.unipkg.format.oci.Index;
import dev.unipkg.format.oci.MediaTypes;
import dev.unipkg.format.oci.UnikraftIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A document that a registry answered with where an index was asked for.
///
/// @param tag that was asked for; empty where it was a digest
record AnsweredIndex(Origin origin, PackageName name, Optional<String> tag, Document document) {

    /// The content, when it is what was asked for.
    ///
    /// @throws Failure when it is something else
    Artifact read() {
        if (!MediaTypes.isIndex(document.mediaType())) {
            throw Failure.refused(
                    "not-a-package",
                    "%s at %s is no version of a package: its media type is %s, expected %s"
                            .formatted(name, origin, document.mediaType(), MediaTypes.IMAGE_INDEX));
        }
        try {
            Index index = Index.read(document.bytes());
            Optional<UnikraftIndex> unikraft = Resolved.isKernel(name) ? Optional.empty() : UnikraftIndex.find(index);
            return unikraft.isPresent() ? image(unikraft.get()) : version(index);
        } catch (RefusedException e) {
            String asked = Resolved.called(name) + tag.map(text -> ":" + text).orElse("@" + document.digest());
            throw Failure.refused(
                            e.refusal().code(),
                            "%s answered for %s with something else: %s"
                                    .formatted(origin, asked, e.refusal().message()))
                    .causedBy(e);
        }
    }

    /// The Unikraft image; empty where it is something else.
    Optional<UnikraftImage> unikraft() throws RefusedException {
        return MediaTypes.isIndex(document.mediaType())
                ? UnikraftIndex.find(Index.read(document.bytes())).map(this::image)
                : Optional.empty();
    }

    private UnikraftImage image(UnikraftIndex index) {
        List<Refs.Ref> refs = tag.stream().map(this::ref).toList();
        return new UnikraftImage(name, origin.toString(), tag, document.digest(), index, refs);
    }

    private Resolved version(Index index) throws RefusedException {
        Index checked = Resolved.isKernel(name) ? index.requireKernel() : index.requirePackage();
        checked.requireNamed(name, tag);
        Version version = checked.version();
        List<Refs.Ref> refs = new ArrayList<>();
        refs.add(ref(version.text()));
        if (tag.isPresent() && !tag.get().equals(version.tag())) {
            refs.add(ref(tag.get()));
        }
        return new Resolved(name, origin.toString(), document.digest(), checked, refs);
    }

    private Refs.Ref ref(String versionOrTag) {
        return new Refs.Ref(origin.toString(), name, versionOrTag, document.digest());
    }
}
