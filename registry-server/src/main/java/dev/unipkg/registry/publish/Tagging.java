package dev.unipkg.registry.publish;

import dev.unipkg.format.NameRefusal;
import dev.unipkg.format.PublishRefusal;
import dev.unipkg.format.RefusedException;
import dev.unipkg.format.Tag;
import dev.unipkg.format.Version;
import dev.unipkg.registry.catalog.HotPaths;
import dev.unipkg.registry.catalog.PublishedVersion;
import dev.unipkg.registry.catalog.Repository;
import dev.unipkg.registry.problems.Rejection;
import dev.unipkg.registry.problems.Rejection.Thing;
import jakarta.enterprise.context.ApplicationScoped;

/// Moves and removes the tags of packages and the channels of kernel families, which are tags too.
@ApplicationScoped
public class Tagging {

    private final Releases releases;
    private final Removal removal;
    private final HotPaths hotPaths;

    Tagging(Releases releases, Removal removal, HotPaths hotPaths) {
        this.releases = releases;
        this.removal = removal;
        this.hotPaths = hotPaths;
    }

    /// Points a tag at a published version.
    ///
    /// @throws RefusedException when the version is not published, or the tag is a version or no tag
    public void point(Repository repository, String tag, Version version) throws RefusedException {
        if (!Tag.isTag(tag)) {
            throw new NameRefusal.InvalidName("tag", tag, "[A-Za-z0-9_][A-Za-z0-9._-]{0,127}").asException();
        }
        PublishedVersion target = PublishedVersion.in(repository, version).orElse(null);
        if (target == null) {
            throw new PublishRefusal.VersionNotPublished(repository.packageName(), version).asException();
        }
        releases.move(repository, tag, target.contentDigest());
        hotPaths.forget(HotPaths.manifest(repository.packageName(), tag));
    }

    /// Removes a tag.
    ///
    /// @throws RefusedException when the tag is a version
    public void remove(Repository repository, String tag) throws RefusedException {
        boolean removed = removal.tag(repository, tag);
        hotPaths.forget(HotPaths.manifest(repository.packageName(), tag));
        if (!removed) {
            throw new Rejection.NotFound(Thing.TAG, repository.packageName() + ":" + tag).asException();
        }
    }
}
