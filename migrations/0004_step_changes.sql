-- Who changed what about a step of onboarding, and why.

CREATE TABLE step_changes (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      timestamptz NOT NULL DEFAULT now(),
    who     text NOT NULL CHECK (length(who) BETWEEN 1 AND 200),
    step_id text NOT NULL,
    version integer NOT NULL,
    -- By column: {"required": {"before": true, "after": false}}.
    change  jsonb NOT NULL CHECK (jsonb_typeof(change) = 'object'),
    reason  text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    FOREIGN KEY (step_id, version) REFERENCES onboarding_step_definitions (id, version)
);
