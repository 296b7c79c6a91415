"""The target `aws`, in order. Each line is one step; its file has the same name.

What needs the cluster follows in its own sequence; a removal begins with it and ends here.
"""

from __future__ import annotations

from typing import Final

from pingvas_cli.bootstrap.aws.apply import ApplyStep
from pingvas_cli.bootstrap.aws.cache_users import CacheUsersStep
from pingvas_cli.bootstrap.aws.context import AwsContext
from pingvas_cli.bootstrap.aws.earlier_run import EarlierRun
from pingvas_cli.bootstrap.aws.image_url_keys import ImageUrlKeys
from pingvas_cli.bootstrap.aws.layout import Purpose
from pingvas_cli.bootstrap.aws.no_orphans import NoOrphans
from pingvas_cli.bootstrap.aws.plan import PlanStep
from pingvas_cli.bootstrap.aws.preflight import Preflight
from pingvas_cli.bootstrap.aws.rendered_tree import RenderedTree
from pingvas_cli.bootstrap.aws.secret_values import SecretValues
from pingvas_cli.bootstrap.aws.state_bucket import StateBucketStep
from pingvas_cli.bootstrap.aws.terraform_init import TerraformInit
from pingvas_cli.steps.step import Step

AWS: Final[tuple[Step[AwsContext], ...]] = (
    Preflight(Purpose.BOOTSTRAP),
    EarlierRun(),
    RenderedTree(),
    StateBucketStep(),
    TerraformInit(),
    ImageUrlKeys(),
    PlanStep(Purpose.BOOTSTRAP),
    ApplyStep(Purpose.BOOTSTRAP),
    SecretValues(),
    CacheUsersStep(),
)

AWS_DESTROY: Final[tuple[Step[AwsContext], ...]] = (
    Preflight(Purpose.DESTROY),
    EarlierRun(),
    RenderedTree(),
    StateBucketStep(),
    TerraformInit(),
    PlanStep(Purpose.DESTROY),
    ApplyStep(Purpose.DESTROY),
    NoOrphans(),
)
