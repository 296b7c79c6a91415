"""Words of rendering, in Korean."""

TEXTS: dict[str, str] = {
    "written": "{folder}에 파일 {files}개를 렌더링했습니다. 그중 {changed}개가 바뀌었습니다.",
    "compared": "{folder}에 파일 {files}개를 렌더링하게 됩니다. 그중 {changed}개가 바뀝니다.",
    "column_change": "변경",
    "column_path": "경로",
    "option_dir": "렌더링할 폴더.",
    "option_check": "아무것도 쓰지 않고, 폴더가 다르면 종료 코드 5로 끝냅니다.",
    "option_diff": "아무것도 쓰지 않고, 바뀔 내용을 출력합니다.",
}

ERRORS: dict[str, tuple[str, str]] = {
    "incomplete": (
        "AWS에 필요한 값 {count}개가 설정에 없습니다. 아무것도 쓰지 않았습니다.",
        "그 값들을 pingvas.yaml에 쓰세요.",
    ),
    "value_missing": (
        "`{key}`이(가) 없고 기본값도 없습니다.",
        "`{section}:` 아래에 쓰세요. 예: `{key}: {example}`.",
    ),
    "refused": (
        "파일 {count}개가 pingvas가 쓴 것과 다릅니다. 아무것도 쓰지 않았습니다.",
        "`pingvas render --diff`로 확인하세요. 바꾼 내용을 다른 곳으로 옮기고 그 파일을 지운 뒤 "
        "다시 렌더링하세요.",
    ),
    "not_a_folder": (
        "파일입니다. 렌더링은 폴더에 합니다.",
        "--dir에 폴더를 쓰세요. 없으면 만듭니다.",
    ),
    "file_foreign": (
        "pingvas가 쓰지 않은 파일이 이미 있습니다.",
        "그 파일을 옮기거나 --dir로 다른 폴더에 렌더링하세요.",
    ),
    "file_changed": (
        "pingvas가 쓴 뒤에 바뀐 파일입니다.",
        "바꾼 내용을 pingvas.yaml이나 직접 만든 파일로 옮긴 뒤 이 파일을 지우세요.",
    ),
    "drift": (
        "파일 {count}개가 설정이 나타내는 것과 다릅니다.",
        "`pingvas render --diff`로 차이를 보고, 손으로 바꾸지 않은 파일은 `pingvas render`로 다시 쓰세요.",
    ),
    "file_missing": ("파일이 없습니다.", ""),
    "file_differs": (
        "파일이 렌더링 결과와 다릅니다.",
        "",
    ),
    "file_left_over": (
        "이전 렌더링의 파일이며 이제는 쓰이지 않습니다.",
        "",
    ),
    "record_damaged": (
        "렌더링 기록 파일을 이해할 수 없습니다.",
        "Git에서 되돌리거나 지우세요. 렌더링 결과와 같은 파일은 다시 인식됩니다.",
    ),
}
