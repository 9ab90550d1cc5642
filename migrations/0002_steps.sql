-- The steps of onboarding as they begin.

INSERT INTO onboarding_step_definitions
    (id, version, title, description, required, weight, position, completed_by, market_rule, action)
VALUES
    ('email_verification', 1, 'Verify your e-mail address', 'Open the link that we have sent you.',
     true, 20, 10, 'provider', NULL, '{"type": "open_modal", "modal": "email_verification"}'),
    ('payments', 1, 'Set up payments', 'Say where your earnings go.',
     true, 30, 20, 'provider', NULL, '{"type": "redirect", "url": "/onboarding/payments"}'),
    ('theme', 1, 'Choose a theme', 'Choose how your store looks.',
     false, 15, 30, 'person', NULL, '{"type": "open_modal", "modal": "theme"}'),
    ('product', 1, 'Add a first product', 'Add what you want to sell.',
     false, 20, 40, 'person', NULL, '{"type": "redirect", "url": "/onboarding/product"}'),
    ('domain', 1, 'Connect a domain', 'Give your store an address of its own.',
     false, 15, 50, 'person', NULL, '{"type": "redirect", "url": "/onboarding/domain"}'),
    ('impressum', 1, 'Impressum', 'Say who runs the store, as German law asks.',
     true, 10, 60, 'person', '{"in": ["DE"]}', '{"type": "open_modal", "modal": "impressum"}'),
    ('mentions_legales', 1, 'Mentions légales', 'Say who runs the store, as French law asks.',
     true, 10, 70, 'person', '{"in": ["FR"]}', '{"type": "open_modal", "modal": "mentions_legales"}'),
    ('politique_retours', 1, 'Politique de retours', 'Say how products can be given back.',
     true, 10, 80, 'person', '{"in": ["FR"]}', '{"type": "open_modal", "modal": "politique_retours"}');
