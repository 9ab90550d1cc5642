"""A platform on which a deploy really serves, and the release that is rehearsed on it."""
