package dev.unipkg.registry.publish;

import dev.unipkg.api.PointTo;
import dev.unipkg.format.NameRefusal;
import dev.unipkg.format.PackageName;
import dev.unipkg.format.PublishRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Tag;
import dev.unipkg.format.Version;
import dev.unipkg.registry.accounts.Caller;
import dev.unipkg.registry.catalog.Catalog;
import dev.unipkg.registry.catalog.HotAnswers;
import dev.unipkg.registry.catalog.NamedTag;
import dev.unipkg.registry.catalog.PublishedVersion;
import dev.unipkg.registry.catalog.Repository;
import dev.unipkg.registry.problems.DeniedException;
import dev.unipkg.registry.problems.JsonBody;
import dev.unipkg.registry.problems.Rejection;
import dev.unipkg.registry.problems.Rejection.Thing;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/// Moves and removes the tags of packages and the channels of kernel families, which are tags too.
@ApplicationScoped
public class Tagging {

    private final Caller caller;
    private final Catalog catalog;
    private final Releases releases;
    private final Removal removal;
    private final HotAnswers hotAnswers;

    Tagging(Caller caller, Catalog catalog, Releases releases, Removal removal, HotAnswers hotAnswers) {
        this.caller = caller;
        this.catalog = catalog;
        this.releases = releases;
        this.removal = removal;
        this.hotAnswers = hotAnswers;
    }

    /// @throws RefusedException when the text is outside the grammar of tags
    static void requireTag(String tag) throws RefusedException {
        if (!Tag.isTag(tag)) {
            throw new NameRefusal.InvalidName("tag", tag, Tag.RULE).asException();
        }
    }

    /// Points a tag at a published version, as the caller's document says.
    ///
    /// @param kind of the repository
    /// @param pointTo a [PointTo]
    /// @throws RefusedException when the version is not published, or the tag is a version, reads as one or
    ///     is none
    /// @throws DeniedException when the caller may not
    public void point(PackageName name, Repository.Kind kind, String tag, InputStream pointTo) throws IOException {
        Repository repository = writable(name, kind);
        Version version = JsonBody.small(pointTo, PointTo.class).version();
        if (!isVersion(repository, tag)) {
            Tag.requireMovable(kind == Repository.Kind.KERNEL ? "channel" : "tag", tag);
        }
        PublishedVersion target = PublishedVersion.in(repository, version).orElse(null);
        if (target == null) {
            throw new PublishRefusal.VersionNotPublished(repository.packageName(), version).asException();
        }
        releases.move(repository, tag, target.digest);
        hotAnswers.changed(repository.repositoryName(), List.of(tag));
    }

    /// Removes a tag.
    ///
    /// @param kind of the repository
    /// @throws RefusedException when the tag is a version
    /// @throws DeniedException when the caller may not
    public void remove(PackageName name, Repository.Kind kind, String tag) throws RefusedException {
        Repository repository = writable(name, kind);
        boolean removed = removal.tag(repository, tag);
        hotAnswers.changed(repository.repositoryName(), List.of(tag));
        if (!removed) {
            throw new Rejection.NotFound(Thing.TAG, repository.packageName() + ":" + tag).asException();
        }
    }

    /// An existing version is reported as such, not as a text that reads as one.
    private static boolean isVersion(Repository repository, String tag) {
        return NamedTag.in(repository, tag)
                .filter(existing -> existing.version != null)
                .isPresent();
    }

    private Repository writable(PackageName name, Repository.Kind kind) {
        caller.requirePublisher(name.namespace());
        return catalog.require(name, kind);
    }
}
