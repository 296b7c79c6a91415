"""Kustomizations put together by `kubectl kustomize`, as Argo CD's own kustomize does."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import yaml

from pingvas_cli.errors import PingvasError
from pingvas_cli.ports.kubernetes import Document

LONGEST_DETAIL: Final = 500


@dataclass(frozen=True)
class KubectlManifests:
    """The kubectl of this machine; it asks no cluster for this."""

    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    patience_s: float = 60.0

    def built(self, folder: Path) -> Sequence[Document]:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        documents = yaml.load_all(self._text(folder), loader)
        return tuple(each for each in documents if each)

    def _text(self, folder: Path) -> str:
        program = shutil.which("kubectl", path=self.environ.get("PATH"))
        if program is None:
            raise PingvasError("kubernetes.no_kubectl", where="kubectl")
        try:
            told = subprocess.run(
                (program, "kustomize", str(folder)),
                env=self.environ,
                capture_output=True,
                text=True,
                check=False,
                timeout=self.patience_s,
            )
        except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError) as error:
            raise _not_built(folder, str(error)) from error
        if told.returncode:
            raise _not_built(folder, told.stderr)
        return told.stdout


def _not_built(folder: Path, detail: str) -> PingvasError:
    shown = detail.strip()[-LONGEST_DETAIL:]
    return PingvasError("kubernetes.not_built", where=str(folder), detail=shown)
