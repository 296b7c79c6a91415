"""Parts of a double of the Kubernetes API server; they refuse what they do not know."""
