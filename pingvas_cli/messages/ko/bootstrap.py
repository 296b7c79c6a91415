"""Words of bootstrap on AWS, in Korean."""

TEXTS: dict[str, str] = {}

ERRORS: dict[str, tuple[str, str]] = {
    "bucket_of_other": (
        "버킷 {bucket}이(가) 계정 {account_id}의 것이 아니거나 볼 권한이 없습니다.",
        "설정에 쓴 계정에 버킷 권한이 있는 자격 증명으로 로그인하세요. 다른 사람이 쓰는 이름이면 "
        "다른 `platform.name`을 고르세요.",
    ),
    "secret_absent": (
        "비밀 {secret}이(가) 없어 값을 넣을 수 없습니다.",
        "`pingvas bootstrap --target aws`를 처음부터 실행하세요. 비밀은 Terraform이 만듭니다.",
    ),
}
