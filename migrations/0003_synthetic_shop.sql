-- The shop that checks of a running service publish; nobody else's store can be reached with its
-- author's token, and no mail is sent for it.

INSERT INTO users (id, market) VALUES ('synthetic-author', 'FR');

INSERT INTO stores (user_id, slug, name, synthetic)
VALUES ('synthetic-author', 'synthetic-shop', 'Synthetic shop', true);

INSERT INTO user_onboarding (user_id, step_id, version, status, completed_by, completed_at)
SELECT 'synthetic-author', id, version, 'done', 'migration', now()
FROM onboarding_step_definitions
WHERE required AND (market_rule IS NULL OR market_rule -> 'in' ? 'FR');
