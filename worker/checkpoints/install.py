"""`python -m worker.checkpoints.install SOURCE --name NAME --into DIR`: fill the shelf.

Lines of JSON on stdout: progress, then the checkpoint or an error (and exit status 1). Doing it
again does no work while the source and the installed files are the same.
"""

import argparse
import errno
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from services.contracts.checkpoints import CheckpointManifest, base_of, read_manifest
from worker.checkpoints import digest, weights
from worker.checkpoints.announce import Progress, say
from worker.checkpoints.families import family_of_folder, native_edge_pixels, text_width
from worker.checkpoints.hub import HubRepository
from worker.checkpoints.sources import Source, choose_source
from worker.checkpoints.workplace import Workplace
from worker.errors import InstallFailure
from worker.pipelines.quiet import stay_silent

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    wish = _parser().parse_args(arguments)
    stay_silent()
    try:
        source = choose_source(wish.source, wish.like)
        manifest = install(source, wish.name, wish.into)
    except InstallFailure as failure:
        _give_up(failure)
    except OSError as error:
        _give_up(_about_disk(error, wish.into))
    say({"checkpoint": manifest.public()})


def install(source: Source, name: str, into: Path) -> CheckpointManifest:
    """The manifest of what now lies at `into/name`."""
    if not _NAME.fullmatch(name):
        raise InstallFailure(
            "checkpoint_name_invalid",
            f"{name!r} can't be a checkpoint's name",
            "Use up to 63 of a-z, 0-9, dot, dash and underscore, beginning with a letter or digit.",
        )
    place = Workplace(into, name)
    with place.alone():
        fingerprint = source.fingerprint()
        known = read_manifest(place.shelved)
        if known and known.fingerprint == fingerprint and _is_whole(place.shelved, known):
            return _refreshed(known, place)
        return _make(source, fingerprint, name, place)


def _refreshed(known: CheckpointManifest, place: Workplace) -> CheckpointManifest:
    """An older release told less of the same files; nothing is copied."""
    told = _told(place.shelved)
    manifest = known.model_copy(update=told)
    if manifest != known:
        place.tell(manifest)
    return manifest


def _make(source: Source, fingerprint: str, name: str, place: Workplace) -> CheckpointManifest:
    if isinstance(source, HubRepository):
        source.download = place.download
    folder = place.start()
    source.fetch(folder)
    weights.refuse_missing_parts(folder)
    manifest = _describe(source, fingerprint, name, folder)
    manifest.write(folder)
    place.publish()
    return manifest


def _describe(source: Source, fingerprint: str, name: str, folder: Path) -> CheckpointManifest:
    size_bytes = sum(digest.weigh_files(folder).values())
    progress = Progress("checksum", size_bytes)
    checksum = digest.digest_folder(folder, progress.add)
    progress.finish()
    return CheckpointManifest(
        name=name,
        sha256=checksum,
        size_bytes=size_bytes,
        source=source.label,
        fingerprint=fingerprint,
        note=source.note,
        **_told(folder),
    )


def _told(folder: Path) -> dict[str, Any]:
    """What this release can say from the configuration alone."""
    family, edge = family_of_folder(folder), native_edge_pixels(folder)
    return {
        "family": family.name,
        "base": base_of(family.name, text_width(folder)),
        "abilities": family.abilities,
        "width": edge,
        "height": edge,
    }


def _is_whole(folder: Path, manifest: CheckpointManifest) -> bool:
    return sum(digest.weigh_files(folder).values()) == manifest.size_bytes


def _about_disk(error: OSError, into: Path) -> InstallFailure:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        remedy = "Free some space or choose another folder; what was there before is untouched."
        return InstallFailure("checkpoint_disk_full", f"no space is left in {into}", remedy)
    remedy = "Check that the folder exists and that you may read the source and write to it."
    what = f"{error.filename or into}: {error.strerror or type(error).__name__}"
    return InstallFailure("checkpoint_folder_unusable", what, remedy)


def _give_up(failure: InstallFailure) -> None:
    say({"error": {"code": failure.code, "what": failure.what, "remedy": failure.remedy}})
    sys.exit(1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m worker.checkpoints.install")
    parser.add_argument("source", help="tiny, OWNER/NAME[@REVISION], a folder, or a .safetensors")
    parser.add_argument("--name", required=True)
    parser.add_argument("--into", required=True, type=Path)
    parser.add_argument("--like", help="configuration for a single file: a folder or a hub id")
    return parser


if __name__ == "__main__":
    main()
