"""Rendered manifests before their judges: schemas of Kubernetes and of custom resources, kustomize,
the programs' own settings, and the rules that a platform engineer would look for."""
