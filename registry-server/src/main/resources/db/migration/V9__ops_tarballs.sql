-- The tarball of each build and kernel release that a client of ops asked for. It is in the blob store, pinned by its row.
CREATE TABLE ops_tarball (
    build_id bigint PRIMARY KEY REFERENCES build ON DELETE CASCADE,
    digest   text   NOT NULL,
    size     bigint NOT NULL
);
CREATE INDEX ops_tarball_digest ON ops_tarball (digest);
