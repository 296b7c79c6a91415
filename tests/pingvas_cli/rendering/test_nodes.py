"""How both environments share the limits of the configuration, whatever it says."""

from __future__ import annotations

import pytest

from pingvas_cli.config.configuration import Configuration
from pingvas_cli.rendering.contexts.karpenter import general_limits, gpu_limits, karpenter
from pingvas_cli.rendering.contexts.place import Site, places
from pingvas_cli.rendering.contexts.platform import Platform
from tests.golden import NEEDED


def configured(**sections: object) -> Configuration:
    return Configuration.model_validate({"platform": NEEDED, **sections})


@pytest.mark.parametrize(
    ("dev", "prod", "wanted"),
    [(3, 15, 3), (12, 8, 12), (5, 15, 5), (10, 15, 5), (10, 20, 0), (0, 15, 0)],
)
def test_prod_keeps_its_quota_and_dev_gets_of_the_rest(dev: int, prod: int, wanted: int) -> None:
    """Also where the quotas ask for more GPUs than there are (correction P3)."""
    site = Site(
        configured(
            namespaces={"dev": {"gpus": dev}, "prod": {"gpus": prod}},
            gpu_nodes={"allow_oversubscription": True},
            worker={"dev_maximum": 0, "prod_maximum": 0},
        )
    )
    of_dev, of_prod = gpu_limits(site, "dev"), gpu_limits(site, "prod")
    assert sum(of_dev.values()) == wanted
    together = {key: of_dev[key] + of_prod[key] for key in of_prod}
    assert together == {"standard": 10, "high_resolution": 5, "newest": 5}
    assert sum(of_prod.values()) >= min(prod, 20)


@pytest.mark.parametrize(("cpu", "memory"), [(32, 128), (33, 129), (1000, 4000)])
def test_general_limits_are_shared_out_whole(cpu: int, memory: int) -> None:
    found = configured(general_nodes={"cpu_limit": cpu, "memory_limit_gib": memory})
    shares = general_limits(places(Platform.plain(found)))
    assert tuple(map(sum, zip(*shares.values(), strict=True))) == (cpu, memory)
    assert all(share > 0 for pair in shares.values() for share in pair)


def test_an_image_is_pinned_or_a_fact() -> None:
    """Bottlerocket's system has a disk of its own; the other is the larger one."""
    section = {"ami_family": "bottlerocket", "ami_version": "v1.50.0"}
    pinned = configured(gpu_nodes=section)
    found = karpenter(Site(pinned), places(Platform.plain(pinned)))
    assert (found.image, found.image_is_fact) == ("bottlerocket@v1.50.0", False)
    assert {one.volumes[-1][0] for one in found.classes} == {"/dev/xvdb"}
    plain = configured()
    found = karpenter(Site(plain), places(Platform.plain(plain)))
    assert (found.image, found.image_is_fact) == ("al2023@unknown", True)
