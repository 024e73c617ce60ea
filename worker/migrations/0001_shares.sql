-- Times are milliseconds since 1970. A share ends when it is deleted or expires; its row stays for a while without its
-- record, so that its page can say that it is gone.
CREATE TABLE shares (
  id TEXT PRIMARY KEY,
  record TEXT NOT NULL,
  delete_hash BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  ended_at INTEGER,
  reports INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX shares_by_expiry ON shares (expires_at) WHERE ended_at IS NULL;
CREATE INDEX shares_by_end ON shares (ended_at) WHERE ended_at IS NOT NULL;

-- Written before the bytes are put into R2: whatever happens then, the sweep knows what may lie there.
CREATE TABLE pictures (
  sha256 TEXT PRIMARY KEY,
  type TEXT NOT NULL,
  stored_at INTEGER NOT NULL
) STRICT;
CREATE INDEX pictures_by_age ON pictures (stored_at);

CREATE TABLE share_pictures (
  sha256 TEXT NOT NULL,
  share_id TEXT NOT NULL REFERENCES shares (id) ON DELETE CASCADE,
  PRIMARY KEY (sha256, share_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX pictures_of_share ON share_pictures (share_id);

CREATE TABLE reports (
  id INTEGER PRIMARY KEY,
  share_id TEXT NOT NULL REFERENCES shares (id) ON DELETE CASCADE,
  reason TEXT NOT NULL,
  note TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX reports_of_share ON reports (share_id);

-- Networks are hashed with a salt that lives for a day: nobody can tell later who uploaded.
CREATE TABLE salts (day TEXT PRIMARY KEY, salt BLOB NOT NULL) STRICT;
CREATE TABLE uploads (
  day TEXT NOT NULL,
  network TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (day, network)
) STRICT, WITHOUT ROWID;
