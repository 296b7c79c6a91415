"""A double of the Kubernetes API server: it refuses what the real one refuses.

    with api_server(tmp_path, minor="36") as server:       # tests.servers.api_server.server
        ...                                                # KUBECONFIG=server.kubeconfig

TLS on loopback with an authority of its own; the kubeconfig holds it and a token. There are two
nodes (one with GPUs), the StorageClass `standard`, and the namespaces of every cluster. Each has
the ServiceAccount `default` and the ConfigMap `kube-root-ca.crt`, once the controllers saw it.

New pods pass Pod Security, LimitRanges and ResourceQuotas, and need their ServiceAccount and
PriorityClass; a workload whose pods are refused is accepted, and says so as a real one does.

- `server.url`, `.ca`, `.token`, `.kubeconfig`: how it is reached.
- `server.store`: the objects; `.get(kind, namespace, name)`, `.objects`, `.compact()` (old watches
  get 410).
- `server.controllers`: as kube-controller-manager, scheduler and kubelet do. In the background by
  default; with `controllers=False` nothing happens until `.settle()`, which ends when all is quiet.
  `.failing_images`, `.job_outcome`, `.deadlines_pass` choose how workloads fare.
- `server.faults`: `.at_write(n, what)` closes the connection before or after the n-th write from
  now, or answers 429 or 5xx; `.slow_s`; `.writes` lists what was written.
- `server.access`: the rules that requests and SelfSubjectAccessReviews are judged by.
- `server.logs[pod]`: what `pods/log` answers.
- `server.ports[(label app.kubernetes.io/name, port)]`: the port on loopback that port-forward
  through the official client leads to.

It is more lenient than a server in this:
- CEL is not evaluated: neither ValidatingAdmissionPolicies nor rules of definitions.
- managedFields: `time` is when the object was made, status is owned by nobody, and a write of
  `/scale` has no `subresource`.
- Roles and bindings are stored and decide nothing; `access` does. No escalation check.
- Pod Security: not judged are AppArmor, SELinux, sysctls, Windows, hosts of probes and a change of
  a pod; a pod is judged by the latest version of a level.
- Quotas count pods and what they ask for: neither other objects nor claims; of their scopes
  PriorityClass alone. They hold as soon as they are made; `status.used` follows by the controllers.
- LimitRanges are of containers alone, without maxLimitRequestRatio.
- Pods have no token mounted; the two PriorityClasses of the system can be named, not listed.
- Few values are defaulted, and few rules beyond the schema are checked: see admission.py.
- Controllers roll out and end jobs at once: all pods anew without a surge, owned by the Deployment
  itself; no ReplicaSets, EndpointSlices or volumes; no status of claims, budgets and autoscalers.
- Every pod fits on one node: its room, taints, affinity and arguments, and probes, are not looked
  at. A pod starts once its images, claims, ConfigMaps and Secrets are there, and then goes on.
  A claim needs no class and is never bound; those of a StatefulSet stay, whatever its policy says.
- Of events there is FailedCreate of StatefulSets and Jobs alone.
- Missing and misshaped fields answer 422 and 400 in words of JSON Schema; unknown fields are always
  refused, where a server without fieldValidation=Strict warns.
- Fields of a definition have no defaults.
- Nothing is stored on disk; no audit, no priority and fairness.
What it does not know answers 501: JSON and strategic patches, deletion of collections, exec,
eviction, exact resource versions; bodies in protobuf, which kubectl's typed commands
(`create`, `auth can-i`) send, answer 415.
"""
