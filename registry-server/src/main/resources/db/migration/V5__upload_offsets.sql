-- How far the acknowledged chunks of an upload reach. It orders chunks that come through different servers.
ALTER TABLE upload ADD COLUMN received bigint NOT NULL DEFAULT 0;
