-- What exists. Bytes live in the blob store under their digest; every row here points at bytes that were
-- stored before the row was written. Text that is compared or paged through is collated "C", so that
-- PostgreSQL orders it as the registry's code does.

CREATE TABLE repository (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    namespace     text        NOT NULL COLLATE "C",
    name          text        NOT NULL COLLATE "C",
    skeleton      text        NOT NULL,
    kind          text        NOT NULL CHECK (kind IN ('PLAIN', 'PACKAGE', 'KERNEL')),
    description   text,
    licenses      text,
    source        text,
    documentation text,
    updated_at    timestamptz NOT NULL,
    CONSTRAINT repository_name UNIQUE (namespace, name),
    CONSTRAINT repository_skeleton UNIQUE (skeleton)
);

CREATE TABLE manifest (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    repository_id bigint      NOT NULL REFERENCES repository ON DELETE CASCADE,
    digest        text        NOT NULL,
    media_type    text        NOT NULL,
    artifact_type text,
    kind          text, -- the artifact type, else the config's media type
    size          bigint      NOT NULL,
    subject       text,
    referrer      text,
    claims        int         NOT NULL DEFAULT 1,
    pushed_at     timestamptz NOT NULL,
    CONSTRAINT manifest_once UNIQUE (repository_id, digest)
);
CREATE INDEX manifest_digest ON manifest (digest);
CREATE INDEX manifest_subject ON manifest (repository_id, subject) WHERE subject IS NOT NULL;

-- Which blobs and manifests a manifest names.
CREATE TABLE manifest_link (
    manifest_id bigint NOT NULL REFERENCES manifest ON DELETE CASCADE,
    digest      text   NOT NULL,
    PRIMARY KEY (manifest_id, digest)
);
CREATE INDEX manifest_link_digest ON manifest_link (digest);

-- Which blobs were brought to which repository. By name, because blobs arrive before the first manifest
-- makes the repository exist. Claims count how often content was brought and not given back by a refusal, here and
-- in manifest: what two pushes brought outlives the refusal of one.
CREATE TABLE held_blob (
    repository text        NOT NULL COLLATE "C",
    digest     text        NOT NULL,
    size       bigint      NOT NULL,
    claims     int         NOT NULL DEFAULT 1,
    held_since timestamptz NOT NULL,
    PRIMARY KEY (repository, digest)
);
CREATE INDEX held_blob_digest ON held_blob (digest);

-- Upload sessions: the store keeps their bytes, this says for which repository they are.
CREATE TABLE upload (
    id         uuid PRIMARY KEY,
    repository text        NOT NULL,
    started_at timestamptz NOT NULL
);

CREATE TABLE version (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    repository_id bigint      NOT NULL REFERENCES repository ON DELETE CASCADE,
    version       text        NOT NULL COLLATE "C",
    sort_key      text        NOT NULL COLLATE "C",
    prerelease    boolean     NOT NULL,
    digest        text        NOT NULL,
    published_at  timestamptz NOT NULL,
    CONSTRAINT version_once UNIQUE (repository_id, version)
);
CREATE INDEX version_order ON version (repository_id, sort_key);

-- The tag of a version carries its id and never moves; every other tag does.
CREATE TABLE tag (
    repository_id bigint      NOT NULL REFERENCES repository ON DELETE CASCADE,
    name          text        NOT NULL COLLATE "C",
    digest        text        NOT NULL,
    version_id    bigint REFERENCES version ON DELETE CASCADE,
    updated_at    timestamptz NOT NULL,
    PRIMARY KEY (repository_id, name)
);
CREATE INDEX tag_digest ON tag (repository_id, digest);

CREATE TABLE build (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    version_id bigint NOT NULL REFERENCES version ON DELETE CASCADE,
    arch       text   NOT NULL,
    digest     text   NOT NULL,
    size       bigint NOT NULL,
    config     text   NOT NULL,
    CONSTRAINT build_once UNIQUE (version_id, arch)
);
CREATE INDEX build_digest ON build (digest);

-- The layers of a package's build, bottom first, or the files of a kernel release.
CREATE TABLE build_layer (
    build_id bigint NOT NULL REFERENCES build ON DELETE CASCADE,
    position int    NOT NULL,
    label    text   NOT NULL,
    digest   text   NOT NULL,
    size     bigint NOT NULL,
    diff_id  text,
    PRIMARY KEY (build_id, position)
);

-- What a package layer holds, by the layer's own digest: a layer that versions share is listed once.
CREATE TABLE layer_file (
    layer      text    NOT NULL,
    path       text    NOT NULL COLLATE "C",
    type       text    NOT NULL,
    size       bigint  NOT NULL,
    executable boolean NOT NULL,
    target     text,
    PRIMARY KEY (layer, path)
);
