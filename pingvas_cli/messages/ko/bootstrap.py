"""Words of bootstrap on AWS, in Korean."""

TEXTS: dict[str, str] = {
    "preflight": "Terraform 확인",
    "preview_preflight": "Terraform {oldest} 이상이 있는지 확인",
    "earlier_run": "이전 실행 기다리기",
    "preview_earlier_run": "이전 bootstrap이 시작한 적용을 끝까지 지켜보기",
    "rendered_tree": "Terraform 렌더링",
    "files_differ": "파일 {files}개가 설정과 다름",
    "preview_tree": "{folder}에 파일 {files}개 렌더링",
    "state_bucket": "Terraform 상태 버킷",
    "bucket_lacks": "버킷에 없는 설정: {lacking}",
    "preview_bucket": "버킷 {bucket}을(를) 만들거나 고치기",
    "terraform_init": "Terraform 초기화",
    "preview_init": "모듈과 프로바이더를 받고 백엔드 연결",
    "image_url_keys": "이미지 URL 키",
    "preview_image_url_keys": "다음 환경의 키 쌍 생성: {environments}",
    "plan": "계획 세우기",
    "removal_plan": "제거 계획 세우기",
    "preview_plan": "Terraform에 바뀔 내용을 묻기(아무것도 바꾸지 않음)",
    "planning": "Terraform 계획",
    "stale_files": "계획 뒤에 Terraform 파일이 바뀜",
    "stale_state": "계획 뒤에 상태가 바뀜: 당시 serial {planned}, 지금 {found}",
    "stale_age": "계획이 {minutes}분보다 오래됨",
    "stale_file": "저장된 계획이 만들었던 파일과 다름",
    "apply": "계획 적용",
    "removal": "모두 제거",
    "preview_apply": "승인한 계획을 그대로 적용",
    "apply_begins": "Terraform 시작",
    "applying": "리소스 {planned}개 중 {done}개, 약 {minutes}분 남음: {current} (+{more})",
    "waiting_for_state": "상태를 잡고 있는 {who} ({operation})",
    "lock_taken_over": "강제로 끝난 {who}의 실행에서 넘겨받은 상태",
    "secret_values": "비밀 값",
    "preview_secret_values": "빈 비밀 {count}개 채우기",
    "cache_users": "캐시 사용자",
    "preview_cache_users": "캐시 사용자에게 암호와 권한 부여",
    "waiting_for_users": "사용자 {users}",
    "no_orphans": "남은 것 찾기",
    "preview_no_orphans": "플랫폼 태그가 붙은 모든 것을 AWS에 묻기",
    "orphans_left": "AWS에 아직 남은 리소스 {count}개: {named}",
    "column_module": "모듈",
    "column_create": "생성",
    "column_update": "변경",
    "column_replace": "교체",
    "column_delete": "삭제",
    "column_action": "작업",
    "column_address": "리소스",
    "proposed": "리소스 {count}개가 바뀝니다. 이 계획의 다이제스트: {digest}",
    "ask_to_apply": "리소스 {count}개의 이 계획을 적용할까요?",
    "ask_to_replace": "이 계획은 리소스 {count}개를 그 내용과 함께 교체하거나 삭제합니다.",
    "ask_to_destroy": "리소스 {count}개와 그 데이터를 모두 삭제합니다.",
    "destroyed": "플랫폼을 제거했고 남은 것이 없습니다. 상태 기록과 함께 남긴 것: {kept}",
    "closing": "플랫폼이 AWS에 준비되었습니다({elapsed_s}초, 적용: {applied}).\nAPI: {api_urls}\n도메인을 위임할 네임 서버: {name_servers}\n직접 값을 넣어야 하는 비밀: {secrets_left}",
}

ERRORS: dict[str, tuple[str, str]] = {
    "bucket_of_other": (
        "버킷 {bucket}이(가) 계정 {account_id}의 것이 아니거나 볼 권한이 없습니다.",
        "설정에 쓴 계정에 버킷 권한이 있는 자격 증명으로 로그인하세요. 다른 사람이 쓰는 이름이면 다른 `platform.name`을 고르세요.",
    ),
    "secret_absent": (
        "비밀 {secret}이(가) 없어 값을 넣을 수 없습니다.",
        "`pingvas bootstrap --target aws`를 처음부터 실행하세요. 비밀은 Terraform이 만듭니다.",
    ),
    "terraform_old": (
        "Terraform {oldest} 이상이 필요한데 {found}이(가) 있습니다.",
        "더 새로운 Terraform을 설치하고 PATH에 넣으세요.",
    ),
    "state_locked": (
        "{who}이(가) {created}부터 상태를 잡고 있습니다({operation}, 잠금 {id}). 이 컴퓨터에서는 살아 있는지 알 수 없습니다.",
        "그 실행이 끝나기를 기다리세요. 확실히 죽었다면 terraform/platform에서 `terraform force-unlock {id}`를 실행하세요.",
    ),
    "plan_fails": (
        "Terraform이 계획을 세우지 못했습니다. 오류 {count}개.",
        "위의 오류를 고치고 명령을 다시 실행하세요. Terraform의 전체 출력: {log}",
    ),
    "plan_lost": (
        "Terraform이 계획을 끝냈는데 파일이 없습니다.",
        "명령을 다시 실행하세요.",
    ),
    "apply_fails": (
        "Terraform이 리소스 {count}개에서 실패했습니다. 먼저 끝난 {done}개는 상태에 남아 있습니다.",
        "위의 오류를 고치고 명령을 다시 실행하면 남은 것만 계획합니다. Terraform의 전체 출력: {log}",
    ),
    "resource_fails": (
        "{summary} (AWS 또는 Terraform의 오류): {detail}",
        "",
    ),
    "terraform_ended": (
        "Terraform이 이유를 알리지 않고 중간에 끝났습니다.",
        "명령을 다시 실행하면 남은 것만 계획합니다. Terraform의 출력: {log}",
    ),
    "no_plan": (
        "적용할 계획이 없습니다.",
        "--only와 --from 없이 `pingvas bootstrap --target aws`를 실행하세요.",
    ),
    "not_approved": (
        "계획 {digest}을(를) 승인한 사람이 없습니다.",
        "사람이 답할 수 있는 곳에서 실행하거나 --approve와 다이제스트를 주세요.",
    ),
    "approves_other": (
        "승인한 것은 {asked}인데 저장된 계획은 {found}입니다.",
        "지금 계획을 확인하고 그 다이제스트를 승인하세요.",
    ),
    "plan_stale": (
        "계획이 더는 맞지 않습니다: {why}.",
        "명령을 다시 실행하면 새 계획을 세우고 다시 묻습니다.",
    ),
    "destroys": (
        "계획이 리소스 {count}개를 교체하거나 삭제합니다. --yes만으로는 진행하지 않습니다.",
        "내용을 확인하고 --approve {digest}를 주거나 터미널에서 답하세요.",
    ),
    "protected": (
        "삭제될 리소스 {count}개에 삭제 보호가 켜져 있습니다.",
        "설정에서 보호(`deletion_protection`)를 끄고 `pingvas bootstrap --target aws`를 실행한 뒤 다시 시도하세요.",
    ),
    "resource_protected": (
        "AWS가 삭제를 거부합니다.",
        "",
    ),
    "secret_garbled": (
        "비밀 {secret}의 내용이 pingvas가 쓰는 형식이 아닙니다.",
        "Secrets Manager에서 값을 고치거나, 값을 지워 새로 만들게 하세요.",
    ),
    "no_cache_users": (
        "Terraform이 알린 캐시 사용자가 없습니다.",
        "`pingvas bootstrap --target aws`를 처음부터 실행하세요.",
    ),
    "cache_user_absent": (
        "Terraform이 알린 사용자가 ElastiCache에 없습니다.",
        "`pingvas bootstrap --target aws`를 처음부터 실행하세요. 새 계획이 만듭니다.",
    ),
}
