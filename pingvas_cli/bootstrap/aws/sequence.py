"""The target `aws`, in order. Each line is one step; its file has the same name.

What needs the cluster follows in its own sequence; a removal begins with it and ends here.
"""

from __future__ import annotations

from typing import Final

from pingvas_cli.bootstrap.aws.apply import ApplyStep
from pingvas_cli.bootstrap.aws.cache_users import CacheUsersStep
from pingvas_cli.bootstrap.aws.context import AwsContext
from pingvas_cli.bootstrap.aws.database_master import DatabaseMaster
from pingvas_cli.bootstrap.aws.deleted_secrets import DeletedSecrets
from pingvas_cli.bootstrap.aws.earlier_run import EarlierRun
from pingvas_cli.bootstrap.aws.hosted_zone import HostedZoneStep
from pingvas_cli.bootstrap.aws.image_url_keys import ImageUrlKeys
from pingvas_cli.bootstrap.aws.layout import Purpose
from pingvas_cli.bootstrap.aws.never_adopted import NeverAdopted
from pingvas_cli.bootstrap.aws.no_orphans import NoOrphans
from pingvas_cli.bootstrap.aws.plan import PlanStep
from pingvas_cli.bootstrap.aws.preflight import Preflight
from pingvas_cli.bootstrap.aws.rendered_tree import RenderedTree
from pingvas_cli.bootstrap.aws.secret_values import SecretValues
from pingvas_cli.bootstrap.aws.state_bucket import StateBucketStep
from pingvas_cli.bootstrap.aws.terraform_init import TerraformInit
from pingvas_cli.bootstrap.aws.unsaved_state import UnsavedState
from pingvas_cli.steps.step import Step

Steps = tuple[Step[AwsContext], ...]

# Nothing here deletes anything or costs more than a zone's cents; the plan is shown after it.
AWS_PREPARED: Final[Steps] = (
    Preflight(Purpose.BOOTSTRAP),
    EarlierRun(),
    RenderedTree(),
    StateBucketStep(),
    TerraformInit(),
    UnsavedState(),
    HostedZoneStep(),
    DeletedSecrets(),
    ImageUrlKeys(),
    PlanStep(Purpose.BOOTSTRAP),
)
AWS: Final[Steps] = (
    *AWS_PREPARED,
    ApplyStep(Purpose.BOOTSTRAP),
    SecretValues(),
    DatabaseMaster(),
    CacheUsersStep(),
)

REMOVAL_PREPARED: Final[Steps] = (
    Preflight(Purpose.DESTROY),
    EarlierRun(),
    RenderedTree(),
    StateBucketStep(),
    TerraformInit(),
    UnsavedState(),
    PlanStep(Purpose.DESTROY),
)
# What lives in the cluster goes first, while there is a cluster: its steps stand before the apply.
AWS_DESTROY: Final[Steps] = (
    *REMOVAL_PREPARED,
    ApplyStep(Purpose.DESTROY),
    NeverAdopted(),
    NoOrphans(),
)
