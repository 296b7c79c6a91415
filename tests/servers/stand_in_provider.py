"""A provider hashicorp/aws that knows the schema and no cloud, for the real terraform."""

from __future__ import annotations

import os
import platform
import shutil
from pathlib import Path
from typing import Final

import pytest

from tests.terraform.judges import BROKEN, MENDED, STAND_IN, interpreter

VERSION: Final = "6.69.1"
ADDRESS: Final = "registry.terraform.io/hashicorp/aws"
MIRROR: Final = """\
disable_checkpoint = true
provider_installation {{
  filesystem_mirror {{
    path    = "{mirror}"
    include = ["{address}"]
  }}
}}
"""
# A state with values of any type, as firewalls have, is read back as Terraform wrote it.
STATE_BROKEN: Final = (
    "upgraded_state=wr({**nulls(S['r:'+r.type_name]),**json.loads(r.raw_state.json)})"
)
STATE_MENDED: Final = "upgraded_state=pb.DynamicValue(json=r.raw_state.json)"
# What is imported has an id and nothing else; a provider also tells what it reads there.
IMPORT_BROKEN = "state=wr({**nulls(S['r:'+r.type_name]),'id':r.id})"
IMPORT_MENDED = (
    "state=wr(fill(S['r:'+r.type_name],"
    "{**nulls(S['r:'+r.type_name]),'id':r.id},r.type_name,r.id[-8:]))"
)


def stand_in(scratch: Path) -> dict[str, str]:
    """Variables with which terraform finds the provider; skips where there is none."""
    place = Path(os.environ.get("TERRAFORM_OFFLINE", STAND_IN))
    if shutil.which("terraform") is None:
        pytest.skip("terraform is not installed")
    if not (place / "provider.py").exists():
        pytest.skip("the stand-in provider is not there (TERRAFORM_OFFLINE)")
    source = scratch / "provider.py"
    text = (place / "provider.py").read_text().replace(BROKEN, MENDED)
    text = text.replace(STATE_BROKEN, STATE_MENDED).replace(IMPORT_BROKEN, IMPORT_MENDED)
    source.write_text(text)
    _program(scratch, place, source)
    settings = scratch / "terraform.rc"
    settings.write_text(MIRROR.format(mirror=scratch / "mirror", address=ADDRESS))
    return {"TF_CLI_CONFIG_FILE": str(settings), "CHECKPOINT_DISABLE": "1"}


def _program(scratch: Path, place: Path, source: Path) -> None:
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    system = f"{platform.system().lower()}_{machine}"
    folder = scratch / "mirror" / ADDRESS / VERSION / system
    folder.mkdir(parents=True)
    program = folder / f"terraform-provider-aws_v{VERSION}"
    schema = place / f"aws-{VERSION}.json.gz"
    python = interpreter(place, scratch)
    program.write_text(f"#!/bin/sh\nSTUB_SCHEMA='{schema}' exec '{python}' '{source}'\n")
    program.chmod(0o755)
