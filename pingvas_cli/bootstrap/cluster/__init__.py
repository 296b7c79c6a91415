"""The target `cluster`: the rendered manifests applied to any Kubernetes. Read `sequence` first."""
