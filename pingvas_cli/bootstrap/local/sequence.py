"""The local target, in order. Each line is one step; its file has the same name."""

from __future__ import annotations

from typing import Final

from pingvas_cli.bootstrap.local.administrators import Administrators
from pingvas_cli.bootstrap.local.cache import DevCache, ProdCache, Sentinels
from pingvas_cli.bootstrap.local.checkpoint import FirstCheckpoint
from pingvas_cli.bootstrap.local.context import LocalContext
from pingvas_cli.bootstrap.local.database import DatabaseServerStep
from pingvas_cli.bootstrap.local.edge import Edge
from pingvas_cli.bootstrap.local.generated_secrets import GeneratedSecrets
from pingvas_cli.bootstrap.local.migrations import Migrations
from pingvas_cli.bootstrap.local.object_store import Buckets, ObjectStoreServer
from pingvas_cli.bootstrap.local.preflight import Preflight
from pingvas_cli.bootstrap.local.release import FirstRelease
from pingvas_cli.bootstrap.local.services import EnvironmentServices
from pingvas_cli.bootstrap.local.smoke_test import SmokeTest
from pingvas_cli.bootstrap.local.state_folder import StateFolder
from pingvas_cli.bootstrap.local.supervisor import SupervisorStep
from pingvas_cli.bootstrap.local.tenancies import Tenancies
from pingvas_cli.bootstrap.local.worker import EnvironmentWorkers
from pingvas_cli.steps.step import Step

LOCAL: Final[tuple[Step[LocalContext], ...]] = (
    Preflight(),
    StateFolder(),
    GeneratedSecrets(),
    FirstRelease(),
    SupervisorStep(),
    DatabaseServerStep(),
    DevCache(),
    ProdCache(),
    Sentinels(),
    ObjectStoreServer(),
    Buckets(),
    Tenancies(),
    Migrations(),
    Administrators(),
    FirstCheckpoint(),
    EnvironmentServices("dev"),
    EnvironmentServices("prod"),
    EnvironmentWorkers("dev"),
    EnvironmentWorkers("prod"),
    Edge(),
    SmokeTest("dev"),
    SmokeTest("prod"),
)

# Stopped in this order, those of a line together, so that nothing loses what it needs while it
# still works, and no Sentinel sees its primary go.
STOP_ORDER: Final = (
    ("edge", "dev-worker", "prod-worker"),
    ("dev-services", "prod-services"),
    ("object-store", "cache-dev", "sentinels", "database"),
    ("cache-prod",),
)
