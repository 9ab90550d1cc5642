"""Going back: traffic given to an earlier revision, or a part of the service turned off."""
