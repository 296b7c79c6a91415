"""Words of rendering, in English."""

TEXTS: dict[str, str] = {
    "written": "{files} files are rendered in {folder}; {changed} of them changed.",
    "compared": "{files} files would be rendered in {folder}; {changed} of them would change.",
    "column_change": "change",
    "column_path": "path",
    "option_dir": "Folder to render into.",
    "option_check": "Write nothing; exit 5 when the folder differs.",
    "option_diff": "Write nothing; print what would change.",
}

ERRORS: dict[str, tuple[str, str]] = {
    "incomplete": (
        "AWS needs {count} value(s) that the configuration does not have; nothing was written.",
        "Write them into pingvas.yaml.",
    ),
    "value_missing": (
        "`{key}` is not written and has no default.",
        "Write it under `{section}:`, such as `{key}: {example}`.",
    ),
    "refused": (
        "{count} file(s) in the way are not what pingvas wrote; nothing was written.",
        "`pingvas render --diff` shows them. Put your changes elsewhere, remove these files, and "
        "render again.",
    ),
    "not_a_folder": (
        "This is a file, and files are rendered into a folder.",
        "Name a folder with --dir; one that is not there is made.",
    ),
    "file_foreign": (
        "The file is there and pingvas did not write it.",
        "Move it away, or render into another folder with --dir.",
    ),
    "file_changed": (
        "The file was changed after pingvas wrote it.",
        "Move the change into pingvas.yaml or a file of your own, then remove this one.",
    ),
    "drift": (
        "{count} file(s) differ from what the configuration describes.",
        "`pingvas render --diff` shows how; `pingvas render` writes all but those "
        "that were changed by hand.",
    ),
    "file_missing": ("The file is not there.", ""),
    "file_differs": (
        "The file differs from its rendering.",
        "",
    ),
    "file_left_over": (
        "The file belongs to an earlier rendering and is no longer part of it.",
        "",
    ),
    "record_damaged": (
        "The record of rendered files can't be understood.",
        "Take it back from Git, or remove it: files that equal their rendering are known again.",
    ),
}
