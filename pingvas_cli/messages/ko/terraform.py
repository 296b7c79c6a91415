"""Words of Terraform at work, in Korean."""

TEXTS: dict[str, str] = {}

ERRORS: dict[str, tuple[str, str]] = {
    "absent": (
        "terraform 프로그램이 PATH에 없습니다.",
        "Terraform 1.11 이상을 설치하거나 PATH에 넣으세요.",
    ),
    "no_root": (
        "Terraform을 실행할 폴더가 없습니다. 아직 아무것도 렌더링하지 않았습니다.",
        "앞 단계도 실행하세요. `pingvas bootstrap --target aws`는 그 단계부터 시작합니다.",
    ),
    "command_fails": (
        "`{what}`이(가) 실패했습니다: {detail}",
        "Terraform이 알린 것을 고치고 명령을 다시 실행하세요.",
    ),
}
