"""Words of releases, in Korean."""

TEXTS: dict[str, str] = {
    "built": "릴리스 {release}을(를) 만들었습니다.",
    "none": "아직 릴리스가 없습니다. `pingvas bootstrap`이 첫 릴리스를 만듭니다.",
    "column_id": "릴리스",
    "column_built_at": "빌드 시각",
    "column_size": "바이트",
    "column_runs_in": "실행 환경",
    "column_sha256": "sha256",
    "column_source": "소스",
    "column_folder": "폴더",
}

ERRORS: dict[str, tuple[str, str]] = {
    "no_source": (
        "릴리스를 만들 소스 트리가 없습니다.",
        "pyproject.toml이 있는 프로젝트 폴더를 지정하세요: `pingvas release build --source DIR`.",
    ),
    "build_fails": (
        "릴리스를 만들지 못했습니다: {detail}",
        "메시지에 나온 문제를 고친 뒤 명령을 다시 실행하세요.",
    ),
    "damaged": (
        "릴리스 파일이 손상되었거나 사라졌습니다.",
        "그 파일을 지우고 릴리스를 다시 만드세요: `pingvas release build`.",
    ),
    "unknown": ("릴리스 {release}이(가) 없습니다.", "있는 릴리스: {known}."),
    "ambiguous": (
        "{release}(으)로 시작하는 릴리스가 여러 개입니다.",
        "ID를 더 길게 쓰세요. 있는 릴리스: {known}.",
    ),
}
