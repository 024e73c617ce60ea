-- Bytes lie under a key that is used for one life of a picture: named anew after it was taken out, it gets another one.
-- Whoever still deletes the old key, however late, deletes nothing that anybody counts. '' is the key of old: i/<sha256>.
ALTER TABLE pictures ADD COLUMN generation TEXT NOT NULL DEFAULT '';

-- Keys whose bytes are to be deleted. No name goes without its key coming here, in the same step.
CREATE TABLE drops (
  sha256 TEXT NOT NULL,
  generation TEXT NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (sha256, generation)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER pictures_dropped AFTER DELETE ON pictures BEGIN
  INSERT OR IGNORE INTO drops (sha256, generation, since) VALUES (old.sha256, old.generation, unixepoch() * 1000);
END;
DELETE FROM pictures WHERE dropping = 1;

-- A client's key makes one share, however often it is sent: the deletion key follows from it.
ALTER TABLE shares ADD COLUMN client_key BLOB;
CREATE UNIQUE INDEX shares_by_client_key ON shares (client_key) WHERE client_key IS NOT NULL;

-- Taken down by an operator, and reviewed by one: from then on reports tell operators, and cover nothing.
ALTER TABLE shares ADD COLUMN hidden_at INTEGER;
ALTER TABLE shares ADD COLUMN cleared_at INTEGER;

-- Bytes that may not be shared again.
CREATE TABLE blocked (sha256 TEXT PRIMARY KEY, reason TEXT NOT NULL, since INTEGER NOT NULL) STRICT;

-- What operators did.
CREATE TABLE audit (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  note TEXT NOT NULL
) STRICT;

-- What the sweep remembers from one hour to the next, by name.
CREATE TABLE sweeps (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
