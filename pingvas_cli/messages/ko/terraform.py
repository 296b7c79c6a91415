"""Words of Terraform at work, in Korean."""

TEXTS: dict[str, str] = {}

ERRORS: dict[str, tuple[str, str]] = {
    "absent": (
        "terraform 프로그램이 PATH에 없습니다.",
        "Terraform 1.11 이상을 설치하거나 PATH에 넣으세요.",
    ),
    "command_fails": (
        "`{what}`이(가) 실패했습니다: {detail}",
        "Terraform이 알린 것을 고치고 명령을 다시 실행하세요.",
    ),
}
