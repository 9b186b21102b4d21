/// The tables.
enum PostgresSchema {
    /// `due` begins in the endless past, so that no clock can hold back what was never claimed.
    static let statements = [
        "BEGIN",
        // Two machines that start together would make the tables twice.
        "SELECT pg_advisory_xact_lock(hashtext('tollgate_outbox'))",
        """
        CREATE TABLE IF NOT EXISTS tollgate_outbox (
            sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            id uuid NOT NULL UNIQUE,
            kind smallint NOT NULL,
            state smallint NOT NULL DEFAULT 0,
            due timestamptz NOT NULL DEFAULT '-infinity',
            claim bigint NOT NULL DEFAULT 0,
            attempts integer NOT NULL DEFAULT 0,
            touched timestamptz,
            in_doubt_since timestamptz,
            reason text,
            body bytea NOT NULL)
        """,
        "CREATE INDEX IF NOT EXISTS tollgate_outbox_due ON tollgate_outbox (kind, due, sequence) WHERE state = 0",
        "CREATE INDEX IF NOT EXISTS tollgate_outbox_touched ON tollgate_outbox (touched) WHERE state = 0",
        "CREATE INDEX IF NOT EXISTS tollgate_outbox_set_aside ON tollgate_outbox (sequence) WHERE state = 1",
        """
        CREATE TABLE IF NOT EXISTS tollgate_usage (
            day date NOT NULL,
            key_id text NOT NULL,
            user_id text NOT NULL,
            model text NOT NULL,
            requests bigint NOT NULL,
            input_tokens bigint NOT NULL,
            output_tokens bigint NOT NULL,
            tokens bigint NOT NULL,
            unknown bigint NOT NULL,
            PRIMARY KEY (day, key_id, user_id, model))
        """,
        "COMMIT",
    ]
}
