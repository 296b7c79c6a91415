"""Words of the user interface itself, in Korean."""

TEXTS: dict[str, str] = {
    "error": "오류",
    "where": "위치:",
    "remedy": "할 일:",
    "docs": "문서:",
    "yes_or_no": "[y/N]",
    "yes_words": "y yes 예 네 ㅛ",
    "type_to_confirm": "계속하려면 {expected} 를 입력하세요:",
    "steps_planned": "전체 {total}단계, 할 일 {to_do}단계",
    "waiting_for": "대기 중: {reason}",
    "downloaded": "{stage}: {total} MiB 중 {done} MiB ({percent}%)",
    "outcome_done": "완료",
    "outcome_present": "이미 있음",
    "outcome_failed": "실패",
    "run_done": "{total}단계 중 {finished}단계 완료, 변경 {changed}단계, {elapsed}",
    "run_stopped": "{total}단계 중 {finished}단계에서 멈춤, 변경 {changed}단계, {elapsed}",
}

ERRORS: dict[str, tuple[str, str]] = {
    "needs_yes": (
        "대답할 사람이 없습니다: {question}",
        "정말 실행하려면 --yes 를 붙여 다시 실행하세요.",
    ),
    "declined": ("'예'라는 대답이 아니어서 아무것도 하지 않았습니다.", ""),
}
