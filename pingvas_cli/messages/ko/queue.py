"""Words of the queue, in Korean."""

TEXTS: dict[str, str] = {
    "column_job_id": "작업",
    "column_user_id": "사용자",
    "column_checkpoint": "체크포인트",
    "column_kind": "종류",
    "column_strikes": "시도",
    "column_error_code": "오류",
    "column_error_detail": "내용",
    "column_since": "포기한 시각",
    "column_status": "기록",
    "column_queue": "대기열",
    "column_attempt": "시도",
    "column_cost_credits": "크레딧",
    "column_queued_at": "접수 시각",
    "column_answer": "결과",
    "column_new_job_id": "새 작업",
    "counts": "{environment}: 대기 {waiting}, 실행 {running}, 재시도 대기 {delayed}, 포기 {dead}.",
    "is_paused": "{environment} 대기열이 멈춰 있어 워커가 새 작업을 받지 않습니다. "
    "`pingvas queue resume`으로 다시 시작합니다.",
}

ERRORS: dict[str, tuple[str, str]] = {
    "away": (
        "대기열을 조회할 수 없습니다: {detail}",
        "`pingvas status`로 정상이 아닌 것을 확인한 뒤 명령을 다시 실행하세요.",
    ),
    "no_job_id": (
        "{job}은(는) 작업 ID가 아닙니다.",
        "`pingvas queue list`나 제출 응답에 있는 ID를 쓰세요.",
    ),
    "endless_wait": (
        "{seconds}은(는) 기다릴 수 있는 시간(초)이 아닙니다.",
        "--wait 60처럼 0 이상의 수를 쓰세요.",
    ),
    "unknown_job": (
        "대기열에도 기록에도 작업 {job}이(가) 없습니다.",
        "ID와 환경을 확인하세요. --env로 지정하지 않으면 dev입니다.",
    ),
    "not_drained": (
        "대기열은 멈췄지만 작업 {running}개가 아직 실행 중입니다.",
        "더 기다리려면 명령을 다시 실행하고, 다시 시작하려면 `pingvas queue resume`을 쓰세요.",
    ),
    "not_retried": (
        "작업 {count}개를 다시 제출하지 못했습니다. 이 작업들은 그대로입니다.",
        "이유는 작업마다 아래에 있습니다.",
    ),
    "retry_not_dead": (
        "포기한 작업이 아닙니다.",
        "`pingvas queue list`로 목록을, `pingvas queue show JOB`으로 이 작업의 상태를 보세요.",
    ),
    "retry_unsettled": (
        "실패를 지금 기록하는 중입니다.",
        "잠시 뒤에 명령을 다시 실행하세요.",
    ),
    "retry_over": (
        "기록상 이미 끝났고 실패한 작업이 아니므로 다시 실행하지 않습니다.",
        "할 일이 없습니다. 필요하면 사용자가 다시 제출합니다.",
    ),
    "retry_gone": ("사용자나 기록이 없습니다.", "할 수 있는 일이 없습니다."),
    "retry_no_credits": (
        "포기할 때 값을 돌려주었고, 지금은 사용자의 크레딧이 모자랍니다.",
        "사용자가 먼저 크레딧을 채워야 합니다.",
    ),
    "retry_too_many_wait": (
        "사용자의 등급이 허용하는 만큼 이미 작업이 기다리고 있습니다.",
        "일부가 끝난 뒤에 명령을 다시 실행하세요.",
    ),
    "retry_not_offered": (
        "체크포인트를 더 이상 제공하지 않습니다.",
        "체크포인트를 켠 뒤에 명령을 다시 실행하세요.",
    ),
}
