"""Words of releases, in English."""

TEXTS: dict[str, str] = {
    "built": "Release {release} is built.",
    "none": "There is no release yet; `pingvas bootstrap` builds the first.",
    "column_id": "release",
    "column_built_at": "built at",
    "column_size": "bytes",
    "column_runs_in": "runs in",
    "column_sha256": "sha256",
    "column_source": "source",
    "column_folder": "folder",
}

ERRORS: dict[str, tuple[str, str]] = {
    "no_source": (
        "There is no source tree to build a release from.",
        "Name the project's folder, the one with pyproject.toml: "
        "`pingvas release build --source DIR`.",
    ),
    "build_fails": (
        "The release could not be built: {detail}",
        "Mend what the message names and run the command again.",
    ),
    "damaged": (
        "A release's file is damaged or gone.",
        "Remove it and build the release again: `pingvas release build`.",
    ),
    "unknown": ("There is no release {release}.", "The releases are: {known}."),
    "ambiguous": (
        "Several releases begin with {release}.",
        "Write more of the id. The releases are: {known}.",
    ),
}
