-- A picture that is being taken out of R2 may not be shared again until it is out: an upload of the same bytes would
-- otherwise lose them to a clean-up that began before it.
ALTER TABLE pictures ADD COLUMN dropping INTEGER NOT NULL DEFAULT 0;

-- One network's reports count once a day; hashed like uploads' networks.
ALTER TABLE reports ADD COLUMN network TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX reports_of_network ON reports (share_id, network);
