-- Who carries a reporter's network, hashed as it is: networks of many kinds that one provider rents out are one party.
ALTER TABLE reports ADD COLUMN provider TEXT NOT NULL DEFAULT '';
