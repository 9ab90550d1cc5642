"""Cloud Run's services, revisions and traffic, as functions of the second generation have them."""
