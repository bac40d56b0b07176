-- Content lives by pins: leases in their time, and manifests with what they name. Everything else is the sweep's.
SET LOCAL statement_timeout = 0;

-- One row for each distinct content of the store, manifests included.
CREATE TABLE blob (
    digest    text        PRIMARY KEY,
    size      bigint      NOT NULL,
    stored_at timestamptz NOT NULL,
    condemned timestamptz, -- since when it may have no pin; the sweep looks
    deleting  timestamptz  -- since when its bytes are being deleted; nothing can be pinned then
);
CREATE INDEX blob_condemned ON blob (condemned) WHERE condemned IS NOT NULL;
CREATE INDEX blob_deleting ON blob (deleting) WHERE deleting IS NOT NULL;

-- What was acknowledged to a repository, and until when that holds without a manifest that names it. By name, because
-- blobs arrive before the first manifest makes the repository exist.
CREATE TABLE lease (
    repository text        NOT NULL COLLATE "C",
    digest     text        NOT NULL,
    expires    timestamptz NOT NULL,
    PRIMARY KEY (repository, digest)
);
CREATE INDEX lease_digest ON lease (digest);
CREATE INDEX lease_expires ON lease (expires);

ALTER TABLE manifest ADD COLUMN unnamed_since timestamptz; -- since when nothing may name it; the sweep looks
UPDATE manifest m SET unnamed_since = now()
WHERE NOT EXISTS (SELECT 1 FROM tag t WHERE t.repository_id = m.repository_id AND t.digest = m.digest)
  AND NOT EXISTS (SELECT 1 FROM build b JOIN version v ON v.id = b.version_id
                  WHERE b.digest = m.digest AND v.repository_id = m.repository_id);
CREATE INDEX manifest_unnamed ON manifest (unnamed_since) WHERE unnamed_since IS NOT NULL;

-- Whether a repository names a digest is asked at every request for a blob.
ALTER TABLE manifest_link ADD COLUMN repository_id bigint;
UPDATE manifest_link l SET repository_id = m.repository_id FROM manifest m WHERE m.id = l.manifest_id;
ALTER TABLE manifest_link ALTER COLUMN repository_id SET NOT NULL;
CREATE INDEX manifest_link_repository ON manifest_link (repository_id, digest);

INSERT INTO blob (digest, size, stored_at)
SELECT digest, max(size), min(stored_at)
FROM (SELECT digest, size, held_since AS stored_at FROM held_blob
      UNION ALL SELECT digest, size, pushed_at FROM manifest) AS stored
GROUP BY digest;
-- Blobs that a manifest names and no repository holds; 0 where no catalog row tells the size.
INSERT INTO blob (digest, size, stored_at)
SELECT l.digest, coalesce(max(b.size), 0), now()
FROM manifest_link l LEFT JOIN build_layer b ON b.digest = l.digest
GROUP BY l.digest
ON CONFLICT DO NOTHING;

INSERT INTO lease (repository, digest, expires)
SELECT repository, digest, now() + interval '24 hours' FROM held_blob;

-- The distinct content of each namespace, and its sum.
CREATE TABLE namespace_blob (
    namespace text        NOT NULL COLLATE "C",
    digest    text        NOT NULL,
    size      bigint      NOT NULL,
    since     timestamptz NOT NULL,
    PRIMARY KEY (namespace, digest)
);
CREATE INDEX namespace_blob_digest ON namespace_blob (digest);
CREATE TABLE namespace_usage (
    namespace text   PRIMARY KEY COLLATE "C",
    bytes     bigint NOT NULL
);
INSERT INTO namespace_blob (namespace, digest, size, since)
SELECT pinned.namespace, pinned.digest, b.size, now()
FROM (SELECT split_part(repository, '/', 1) COLLATE "C" AS namespace, digest FROM lease
      UNION SELECT r.namespace, m.digest FROM manifest m JOIN repository r ON r.id = m.repository_id
      UNION SELECT r.namespace, l.digest FROM manifest_link l JOIN repository r ON r.id = l.repository_id) AS pinned
JOIN blob b ON b.digest = pinned.digest;
INSERT INTO namespace_usage (namespace, bytes)
SELECT namespace, sum(size) FROM namespace_blob GROUP BY namespace;

-- When the last sweep began, on whichever replica, and how far it has looked through the store.
CREATE TABLE sweep (
    id    smallint    PRIMARY KEY CHECK (id = 1),
    begun timestamptz NOT NULL,
    after text
);
INSERT INTO sweep (id, begun) VALUES (1, '-infinity');

DROP TABLE held_blob;
ALTER TABLE manifest DROP COLUMN claims;
