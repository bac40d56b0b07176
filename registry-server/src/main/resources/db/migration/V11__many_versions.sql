-- Lists and documents of a package whose versions are many: its newest version, the version of a tag, the last time
-- of a change, and how many versions there are.
SET LOCAL statement_timeout = 0;

CREATE INDEX version_newest ON version (repository_id, prerelease, sort_key DESC);
CREATE INDEX version_digest ON version (repository_id, digest);
CREATE INDEX version_changed ON version (repository_id, published_at DESC);

-- Versions are never removed.
ALTER TABLE repository ADD COLUMN versions bigint NOT NULL DEFAULT 0;
UPDATE repository r SET versions = (SELECT count(*) FROM version v WHERE v.repository_id = r.id);

-- The tags that are no version's.
CREATE INDEX tag_movable ON tag (repository_id, name) WHERE version_id IS NULL;
