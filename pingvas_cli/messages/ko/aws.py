"""Words of conversations with AWS and the DNS, in Korean."""

TEXTS: dict[str, str] = {}

ERRORS: dict[str, tuple[str, str]] = {
    "extra_missing": (
        "Python 패키지 {module}이(가) 설치되지 않아 AWS에 물을 수 없습니다.",
        "extra를 설치하세요: pip install 'pingvas[aws]'.",
    ),
    "no_credentials": (
        "쓸 수 있는 AWS 자격 증명이 없습니다: {detail}",
        "`aws sso login` 등으로 로그인하거나 AWS_PROFILE 또는 AWS_ACCESS_KEY_ID를 정하세요.",
    ),
    "credentials_refused": (
        "AWS가 {what}에서 자격 증명을 받지 않습니다: {detail}",
        "다시 로그인하고, 이 컴퓨터의 시각이 맞는지 확인하세요.",
    ),
    "denied": (
        "이 자격 증명으로는 {what}을(를) 할 수 없습니다: {detail}",
        "사용자나 역할에 이 작업을 허용하세요.",
    ),
    "throttled": (
        "AWS가 지금은 {what} 호출을 더 받지 않습니다: {detail}",
        "1분 뒤에 명령을 다시 실행하세요.",
    ),
    "unreachable": (
        "{what}을(를) 하려는데 AWS에 닿지 못했습니다: {detail}",
        "네트워크, 프록시, 리전을 확인하고 명령을 다시 실행하세요.",
    ),
    "refused": (
        "AWS가 {what}을(를) 거부했습니다: {detail}",
        "AWS가 알린 것을 고치고 명령을 다시 실행하세요.",
    ),
    "garbled": (
        "응답한 것이 AWS가 아닙니다: {detail}",
        "AWS_ENDPOINT_URL과 이 컴퓨터의 프록시를 확인하세요.",
    ),
}
