-- The whole name of a repository. A name of one part has an empty second part; one of three has a slash in it.
ALTER TABLE repository
    ADD COLUMN path text COLLATE "C" GENERATED ALWAYS AS
        (CASE WHEN name = '' THEN namespace ELSE namespace || '/' || name END) STORED;
CREATE UNIQUE INDEX repository_path ON repository (path);

-- Manifests that an index names and its repository does not have. One that is pushed later becomes a link.
CREATE TABLE sparse_link (
    repository_id bigint NOT NULL REFERENCES repository ON DELETE CASCADE,
    digest        text   NOT NULL,
    manifest_id   bigint NOT NULL REFERENCES manifest ON DELETE CASCADE,
    PRIMARY KEY (repository_id, digest, manifest_id)
);
CREATE INDEX sparse_link_manifest ON sparse_link (manifest_id);
