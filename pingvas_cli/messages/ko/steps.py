"""Words of the step engine, in Korean."""

TEXTS: dict[str, str] = {
    "trying_again": "재시도({code} 이후)",
    "lock_free": "잠금을 가진 작업이 없습니다.",
    "lock_broken": "프로세스 {pid}의 잠금을 해제했습니다. 그 프로세스가 더는 작업하지 않는지 확인하세요.",
    "column_owner": "소유자",
    "column_pid": "PID",
    "column_host": "호스트",
    "column_purpose": "작업",
    "column_since": "시작 시각",
    "column_age_s": "경과(초)",
}

ERRORS: dict[str, tuple[str, str]] = {
    "unknown": ("{step} 단계가 없습니다.", "다음 중에서 고르세요: {known}."),
    "only_alone": (
        "--only는 --from, --until과 함께 쓸 수 없습니다.",
        "--only만 쓰거나 --from과 --until을 쓰세요.",
    ),
    "empty_selection": (
        "{start} 단계가 {until}보다 뒤에 있어 실행할 단계가 없습니다.",
        "둘을 바꾸거나 하나를 빼세요. 순서는 `pingvas bootstrap --dry-run`에서 볼 수 있습니다.",
    ),
    "not_present": (
        "“{step}” 단계가 끝났지만 결과가 확인되지 않습니다.",
        "명령을 다시 실행하세요. 계속되면 `pingvas logs`로 로그를 확인하세요.",
    ),
    "timed_out": (
        "“{step}” 단계가 {seconds}초 만에 중단되었습니다. 기다리던 것: {reason}.",
        "`pingvas logs NAME`으로 해당 구성 요소의 로그를 본 뒤 명령을 다시 실행하세요.",
    ),
    "system_refuses": (
        "운영 체제가 거부했습니다: {detail}.",
        "디스크 공간을 확보하거나 {path}의 권한을 고친 뒤 명령을 다시 실행하세요.",
    ),
    "locked": (
        "{owner} 님이 이미 이 플랫폼에서 작업 중입니다: {purpose}, {host}의 프로세스 {pid}, {age_s}초째.",
        "끝날 때까지 기다리거나 `pingvas lock status`로 확인하세요.",
    ),
    "lock_alive": (
        "잠금을 가진 프로세스가 살아 있습니다: {owner}, {host}의 프로세스 {pid}, {purpose}.",
        "그 프로세스를 끝내면 잠금도 풀립니다. 멈춰 있다면 `pingvas lock release --force`를 쓰세요.",
    ),
}
