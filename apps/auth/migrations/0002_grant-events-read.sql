-- The order service reads the feed of security events from now on. Its client may be there already; payment's is not.
INSERT INTO "grants" ("sub", "scope")
SELECT "client_id", 'events.read' FROM "clients" WHERE "client_id" = 'order' AND "secret_hash" IS NOT NULL
ON CONFLICT DO NOTHING;
