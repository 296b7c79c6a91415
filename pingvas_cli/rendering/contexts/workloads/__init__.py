"""What the manifests of the platform's programs say: one file per kind of workload.

Decisions only: how they are written down is the templates' business.
"""
