-- Who may approve what is asked for in the scope identity, and what a request's signature is over.

-- up
CREATE TABLE main.authorities (
  id         TEXT NOT NULL PRIMARY KEY,
  role       TEXT NOT NULL CHECK (role IN ('root', 'authority', 'observer')),
  public_key TEXT NOT NULL UNIQUE, -- Ed25519, hexadecimal
  challenge  TEXT NOT NULL,        -- random: what it signs about others is for this database only
  added_by   TEXT,                 -- NULL: the first root
  added_at   TEXT NOT NULL CHECK (added_at GLOB '????-??-??T??:??:??.???Z'),
  revoked_by TEXT,
  revoked_at TEXT CHECK (revoked_at GLOB '????-??-??T??:??:??.???Z')
) STRICT, WITHOUT ROWID;

-- Of a request that was made before there were approvals these are NULL; it must be asked for anew.
ALTER TABLE main.graph_approvals ADD COLUMN nonce TEXT;        -- random: a signature is for this request only
ALTER TABLE main.graph_approvals ADD COLUMN expires_at TEXT CHECK (expires_at GLOB '????-??-??T??:??:??.???Z');
ALTER TABLE main.graph_approvals ADD COLUMN payload_hash TEXT; -- of nonce, verb, arguments, requested_at, expires_at
ALTER TABLE main.graph_approvals ADD COLUMN signature TEXT;    -- with which it was approved

-- down
ALTER TABLE main.graph_approvals DROP COLUMN signature;
ALTER TABLE main.graph_approvals DROP COLUMN payload_hash;
ALTER TABLE main.graph_approvals DROP COLUMN expires_at;
ALTER TABLE main.graph_approvals DROP COLUMN nonce;
DROP TABLE main.authorities;
