-- Authors, their onboarding, their stores, and what makes a publication happen once.

CREATE TABLE users (
    id           text PRIMARY KEY CHECK (id ~ '^[A-Za-z0-9_.:@-]{1,128}$'),
    firebase_uid text UNIQUE CHECK (firebase_uid ~ '^[^/]{1,128}$'),
    email        text CHECK (length(email) BETWEEN 3 AND 320),
    market       char(2) NOT NULL CHECK (market ~ '^[A-Z]{2}$'),
    role         text NOT NULL DEFAULT 'owner' CHECK (role ~ '^[a-z_]{1,40}$'),
    blocked      boolean NOT NULL DEFAULT false,
    created_at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE stores (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id        text NOT NULL UNIQUE REFERENCES users (id),
    slug           text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    name           text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    synthetic      boolean NOT NULL DEFAULT false,
    published_at   timestamptz,
    -- The request that published it: one whose commit was not acknowledged knows itself by it.
    publication_id uuid,
    row_version    bigint NOT NULL DEFAULT 1 CHECK (row_version > 0),
    created_at     timestamptz NOT NULL DEFAULT now(),
    CHECK ((published_at IS NULL) = (publication_id IS NULL))
);

-- A step is data: a row may be added, or changed, without a deploy.
CREATE TABLE onboarding_step_definitions (
    id              text NOT NULL CHECK (id ~ '^[a-z][a-z0-9_]{0,63}$'),
    version         integer NOT NULL CHECK (version > 0),
    title           text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    description     text NOT NULL DEFAULT '' CHECK (length(description) <= 2000),
    required        boolean NOT NULL,
    weight          integer NOT NULL CHECK (weight BETWEEN 0 AND 100),
    position        integer NOT NULL,
    -- 'provider': only a signed call of the one who verifies it completes the step.
    completed_by    text NOT NULL DEFAULT 'person' CHECK (completed_by IN ('person', 'provider')),
    -- Whose list shows it; empty: everybody's.
    role_visibility text[] NOT NULL DEFAULT '{}',
    -- NULL: every market; else {"in": ["FR", ...]}. IS TRUE: a CHECK lets an unknown pass.
    market_rule     jsonb CHECK (
        market_rule IS NULL
        OR (
            jsonb_typeof(market_rule -> 'in') = 'array'
            AND market_rule -> 'in' <> '[]'::jsonb
            AND market_rule - 'in' = '{}'::jsonb
            AND NOT jsonb_path_exists(
                market_rule, '$.in[*] ? (@.type() != "string" || !(@ like_regex "^[A-Z]{2}$"))'
            )
        ) IS TRUE
    ),
    action          jsonb NOT NULL CHECK (
        (
            (action ->> 'type' = 'open_modal' AND jsonb_typeof(action -> 'modal') = 'string')
            OR (action ->> 'type' = 'redirect' AND jsonb_typeof(action -> 'url') = 'string')
        ) IS TRUE
    ),
    active_from     timestamptz NOT NULL DEFAULT '-infinity',
    active_to       timestamptz NOT NULL DEFAULT 'infinity',
    PRIMARY KEY (id, version),
    CHECK (active_from < active_to)
);

CREATE TABLE user_onboarding (
    user_id             text NOT NULL REFERENCES users (id),
    step_id             text NOT NULL,
    version             integer NOT NULL,
    status              text NOT NULL DEFAULT 'todo' CHECK (status IN ('todo', 'done', 'skipped')),
    snooze_until        timestamptz,
    snooze_count        integer NOT NULL DEFAULT 0 CHECK (snooze_count BETWEEN 0 AND 3),
    completed_by        text,
    completed_at        timestamptz,
    -- What the provider says while the step is not done.
    verification        text CHECK (verification IN ('pending', 'failed')),
    verification_reason text CHECK (length(verification_reason) <= 500),
    row_version         bigint NOT NULL DEFAULT 1 CHECK (row_version > 0),
    PRIMARY KEY (user_id, step_id),
    FOREIGN KEY (step_id, version) REFERENCES onboarding_step_definitions (id, version),
    CHECK ((status = 'done') = (completed_at IS NOT NULL))
);

CREATE TABLE onboarding_events (
    id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id        text NOT NULL REFERENCES users (id),
    event_type     text NOT NULL CHECK (event_type ~ '^[a-z_]+\.[a-z_]+$'),
    step_id        text,
    version        integer,
    metadata       jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(metadata) = 'object'),
    correlation_id uuid NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX onboarding_events_of_user ON onboarding_events (user_id, created_at);
CREATE INDEX onboarding_events_blocked ON onboarding_events (created_at)
WHERE event_type = 'gating.blocked';

-- What an Idempotency-Key was answered, for 24 hours.
CREATE TABLE idempotency_records (
    user_id     text NOT NULL REFERENCES users (id),
    route       text NOT NULL,
    key         text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    fingerprint text NOT NULL CHECK (fingerprint ~ '^[0-9a-f]{64}$'),
    status      integer NOT NULL CHECK (status BETWEEN 200 AND 499),
    body        text NOT NULL,
    etag        text,
    expires_at  timestamptz NOT NULL,
    PRIMARY KEY (user_id, route, key)
);
CREATE INDEX idempotency_records_by_end ON idempotency_records (expires_at);

-- Calls of providers that were taken: a repeated one changes nothing.
CREATE TABLE provider_calls (
    provider    text NOT NULL,
    call_id     text NOT NULL CHECK (length(call_id) BETWEEN 1 AND 255),
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (provider, call_id)
);
CREATE INDEX provider_calls_by_age ON provider_calls (received_at);

CREATE TABLE mail_outbox (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id     text NOT NULL REFERENCES users (id),
    kind        text NOT NULL CHECK (kind IN ('store_published')),
    recipient   text NOT NULL,
    facts       jsonb NOT NULL CHECK (jsonb_typeof(facts) = 'object'),
    attempts    integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    due_at      timestamptz NOT NULL DEFAULT now(),
    sent_at     timestamptz,
    given_up_at timestamptz,
    last_error  text CHECK (length(last_error) <= 500),
    created_at  timestamptz NOT NULL DEFAULT now(),
    CHECK (sent_at IS NULL OR given_up_at IS NULL)
);
CREATE INDEX mail_outbox_due ON mail_outbox (due_at) WHERE sent_at IS NULL AND given_up_at IS NULL;
CREATE INDEX mail_outbox_ended ON mail_outbox (due_at)
WHERE sent_at IS NOT NULL OR given_up_at IS NOT NULL;
