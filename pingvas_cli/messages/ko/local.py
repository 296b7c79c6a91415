"""Words of the local target, in Korean."""

TEXTS: dict[str, str] = {
    # steps
    "preflight": "시스템 점검",
    "state_folder": "상태 폴더",
    "secrets": "비밀 값",
    "release": "첫 릴리스",
    "supervisor": "프로세스 관리자",
    "database": "PostgreSQL",
    "cache_dev": "dev용 Redis",
    "cache_prod": "prod용 Redis",
    "sentinels": "prod용 Sentinel",
    "object_store": "오브젝트 스토리지",
    "buckets": "버킷",
    "tenancies": "역할과 스키마",
    "migrations": "마이그레이션",
    "administrators": "관리자 계정",
    "checkpoint": "작은 체크포인트",
    "services": "{environment} 서비스",
    "worker": "{environment} 워커",
    "edge": "엣지",
    "smoke_test": "{environment} 스모크 테스트",
    # previews
    "preview_problem": "문제: {code}",
    "preview_folder": "{folder} 만들기",
    "preview_secrets": "{file} 생성",
    "preview_release": "이 소스 트리로 릴리스를 만들어 dev와 prod에 배포",
    "preview_processes": "{group} 프로세스 시작",
    "preview_start": "{name} 시작",
    "preview_schemas": "{schemas}와 역할 만들기",
    "preview_buckets": "{buckets} 만들기",
    "preview_migrations": "dev와 prod 마이그레이션",
    "preview_administrator": "관리자 {email} 만들기",
    "preview_checkpoint": "체크포인트 {name} 만들기(이미지는 노이즈)",
    "preview_smoke_test": "{url}을(를) 거쳐 이미지 생성",
    "declaration_changed": "{group} 프로세스 선언이 달라졌습니다",
    # waiting
    "waiting_for_restart": "{name} 재시작(마지막 로그: {detail})",
    "waiting_for_supervisor": "프로세스 관리자의 응답",
    "waiting_for_database": "PostgreSQL의 응답",
    "waiting_for_cache": "Redis의 응답",
    "waiting_for_replicas": "복제본이 기본 노드를 따라잡기",
    "waiting_for_sentinels": "Sentinel들의 합의",
    "waiting_for_object_store": "오브젝트 스토리지의 응답",
    "waiting_for_service": "{name} 준비",
    "waiting_for_worker": "{name} 로드와 등록",
    "waiting_for_edge": "{url}의 응답",
    "waiting_for_image": "이미지(작업 상태: {status})",
    "waiting_for_letter": "{email}로 가는 편지",
    # questions and notes
    "ask_to_run": "{count}개 단계를 실행할까요?",
    "ask_to_destroy": "{folder}의 플랫폼과 모든 데이터를 삭제할까요?",
    "nothing_runs": "{folder}에서 실행 중인 것이 없습니다.",
    "runs_unsupervised": "프로세스 관리자가 없는데 {folder}의 프로세스 {count}개가 실행 중입니다. "
    "`pingvas start`로 되살리세요.",
    "release_gone": "릴리스 {release}의 폴더가 없습니다",
    "nothing_to_destroy": "{folder}에 플랫폼이 없습니다.",
    "stopped": "모두 멈췄습니다. 데이터는 그대로이며 `pingvas start`로 다시 시작합니다.",
    "was_stopped": "이미 모두 멈춰 있습니다.",
    "destroyed": "모두 삭제했습니다. 남은 프로세스, 소켓, 포트, 파일이 없습니다.",
    "checkpoint_added": "체크포인트 {name}을(를) 설치하고 두 환경의 카탈로그에 등록했습니다.",
    "ask_to_change_prod": "prod를 바꿉니다. 계속할까요?",
    "no_mail": "편지가 없습니다.",
    "books_agree": "{environment}의 원장과 잔액과 작업이 서로 맞습니다.",
    "healthy": "정상",
    "unhealthy": "비정상",
    "closing": """\
pingvas가 준비되었습니다. dev와 prod가 이 컴퓨터에서만 열려 있습니다.

  prod  {prod_url}   릴리스 {prod_release}
  dev   {dev_url}   릴리스 {dev_release}

확인    두 환경에서 사용자가 가입하고 크레딧을 받아 이미지를 생성한 뒤 서명된 URL로 받았습니다.
        그림: {picture}
        첫 체크포인트는 작고 무작위라서 이미지가 노이즈입니다. 실제 이미지를 만들려면:
        pingvas checkpoint add REPO_OR_PATH

로그인  {administrator} / 비밀번호는 {secrets} 안에 있습니다
        {curl} -H "Authorization: Bearer $(pingvas token dev)" {dev_url}/v1/users/me

다음    pingvas status            모든 구성 요소의 상태와 메모리
        pingvas logs prod-user    구성 요소의 로그(-f로 계속 보기)
        pingvas stop              데이터는 두고 모두 멈추기
        pingvas destroy           모두 삭제

측정    {applied}개 단계 {elapsed_s}초, 프로세스 {parts}개 {memory_mib} MiB
""",
    "closing_unchanged": """\
할 일이 없습니다. dev와 prod가 모두 정상입니다.

  prod  {prod_url}   릴리스 {prod_release}
  dev   {dev_url}   릴리스 {dev_release}
""",
    # columns
    "column_step": "단계",
    "column_title": "내용",
    "column_state": "상태",
    "column_would": "할 일",
    "column_part": "구성 요소",
    "column_environment": "환경",
    "column_health": "건강",
    "column_port": "포트",
    "column_pid": "PID",
    "column_uptime": "가동(초)",
    "column_memory": "MiB",
    "column_name": "체크포인트",
    "column_family": "계열",
    "column_width": "너비",
    "column_height": "높이",
    "column_size_bytes": "바이트",
    "column_sha256": "sha256",
    "column_source": "출처",
    "column_sent_at": "보낸 때",
    "column_to": "받는 이",
    "column_kind": "내용",
    "column_subject": "제목",
    "column_event": "이벤트",
    "column_status": "상태",
    "column_outcome": "결과",
    "column_event_id": "이벤트 id",
    "column_checked": "확인",
    "column_accounts": "계정",
    "column_differences": "차이",
    "column_key_id": "키",
    "column_signs_from": "서명 시작",
    "column_file": "파일",
}

ERRORS: dict[str, tuple[str, str]] = {
    "preflight_fails": (
        "이 시스템은 아직 준비되지 않았습니다. 문제 {count}개.",
        "각 문제를 해결한 뒤 명령을 다시 실행하세요.",
    ),
    "platform_unsupported": (
        "로컬 대상은 {platform}을(를) 지원하지 않습니다.",
        "x86_64 또는 aarch64 Linux, 또는 arm64 macOS를 사용하세요.",
    ),
    "binary_missing": (
        "로컬 대상에 필요한 패키지가 없습니다: {packages}.",
        "추가 패키지를 설치하세요: pip install 'pingvas[local]'.",
    ),
    "folder_unwritable": (
        "상태 폴더에 쓸 수 없습니다: {reason}.",
        "--state-dir DIR 또는 local.state_dir로 다른 폴더를 고르거나 권한을 고치세요.",
    ),
    "folder_name": (
        "상태 폴더 경로에 쓸 수 없는 문자가 있습니다: {characters}.",
        "--state-dir DIR로 이 문자가 없는 경로를 고르세요.",
    ),
    "folder_in_use": (
        "이 폴더에는 pingvas의 것이 아닌 파일이 있습니다.",
        "아무것도 건드리지 않았습니다. --state-dir DIR로 전용 폴더를 고르세요.",
    ),
    "disk_full": (
        "여유 공간이 {free_gb} GiB뿐입니다. {required_gb} GiB가 필요합니다.",
        "공간을 확보하거나 --state-dir DIR로 다른 디스크를 고르세요.",
    ),
    "port_in_use": (
        "{holder}이(가) 이미 포트 {port}을(를) 사용하고 있습니다.",
        "그 프로그램을 끝내거나 모든 포트를 옮기세요: pingvas.yaml의 local.port_offset, "
        "또는 PINGVAS_LOCAL__PORT_OFFSET=100.",
    ),
    "postgres_missing": (
        "PostgreSQL의 initdb와 postgres 프로그램을 찾지 못했습니다.",
        "pip install 'pingvas[local]'로 설치하거나 PINGVAS_PG_BIN에 폴더를 지정하세요.",
    ),
    "postgres_refuses_root": (
        "PostgreSQL은 root로 실행되지 않는데, 사용자 네임스페이스도 `postgres`나 `nobody` "
        "계정도 없습니다.",
        "일반 사용자로 pingvas를 실행하세요.",
    ),
    "postgres_unreachable": (
        "PostgreSQL은 root로 실행되지 않는데, {account} 계정이 사용할 수 없습니다: {detail}",
        "일반 사용자로 실행하거나, 상태 폴더와 Python 환경을 {account}이(가) 읽을 수 있는 곳에 두세요.",
    ),
    "initdb_fails": (
        "PostgreSQL 데이터 폴더를 만들지 못했습니다: {detail}",
        "메시지에 나온 문제를 고치세요. PINGVAS_PG_BIN으로 다른 프로그램을 고를 수 있습니다.",
    ),
    "database_fails": (
        "PostgreSQL이 거부했습니다: {detail}",
        "`pingvas logs postgres`를 확인한 뒤 명령을 다시 실행하세요.",
    ),
    "object_store_fails": (
        "오브젝트 스토리지가 거부했습니다: {detail}",
        "`pingvas logs object-store`를 확인한 뒤 명령을 다시 실행하세요.",
    ),
    "socket_path_too_long": (
        "경로가 너무 길어 그 아래의 소켓이 시스템 한도를 넘습니다.",
        "--state-dir DIR로 더 짧은 상태 폴더를 고르세요.",
    ),
    "supervisor_fails": (
        "프로세스 관리자가 시작되지 않았습니다: {detail}",
        "메시지에 나온 문제를 고친 뒤 명령을 다시 실행하세요.",
    ),
    "supervisor_refuses": (
        "프로세스 관리자가 거부했습니다: {detail}",
        "{where}을(를) 확인하세요. `pingvas stop` 뒤 `pingvas start`로 새로 시작할 수 있습니다.",
    ),
    "supervisor_away": (
        "프로세스 관리자가 응답하지 않습니다.",
        "다시 시작하세요: `pingvas start`.",
    ),
    "program_fails": (
        "{name}이(가) 시작되지 않습니다: {detail}",
        "`pingvas logs {name}`을 확인한 뒤 명령을 다시 실행하세요.",
    ),
    "one_off_fails": (
        "{program}이(가) 상태 {status}(으)로 끝났습니다: {detail}",
        "위 위치의 로그를 확인한 뒤 명령을 다시 실행하세요.",
    ),
    "cannot_run": (
        "{program}을(를) 시작할 수 없습니다: {detail}",
        "위 위치가 있고 사용할 수 있는지 확인한 뒤 명령을 다시 실행하세요.",
    ),
    "environment_value": (
        "{name} 값에 프로세스 관리자가 전달할 수 없는 따옴표나 줄바꿈이 있습니다.",
        "이 문자가 없는 값을 고르세요.",
    ),
    "secrets_missing": (
        "이 플랫폼의 비밀 값이 없습니다.",
        "`pingvas bootstrap`을 실행하세요. 가장 먼저 만듭니다.",
    ),
    "secrets_lost": (
        "비밀 값이 사라졌지만 그 값으로 여는 데이터는 남아 있습니다.",
        "파일을 사본에서 되돌리세요. 사본이 없으면 `pingvas destroy` 뒤 `pingvas bootstrap`으로 새로 시작하세요.",
    ),
    "database_lost": (
        "데이터베이스가 있었는데 폴더가 사라졌습니다. 빈 것을 새로 만들면 그 사실이 가려집니다.",
        "폴더를 되돌리거나(마운트되지 않은 디스크나 사본을 확인), `pingvas destroy` 뒤 "
        "`pingvas bootstrap`으로 새로 시작하세요.",
    ),
    "secrets_unreadable": (
        "비밀 값 파일이 손상되었거나 다른 버전의 pingvas가 썼습니다.",
        "사본에서 복원하세요. 사본이 없으면 `pingvas destroy` 뒤 `pingvas bootstrap`으로 새로 시작하세요.",
    ),
    "nothing_deployed": (
        "배포된 릴리스가 없습니다.",
        "`pingvas bootstrap`을 실행하세요. 첫 릴리스를 만들어 배포합니다.",
    ),
    "not_bootstrapped": (
        "아직 플랫폼이 없습니다.",
        "먼저 `pingvas bootstrap`을 실행하거나 --state-dir DIR로 폴더를 지정하세요.",
    ),
    "not_a_platform": (
        "폴더가 있지만 플랫폼의 상태 폴더가 아닙니다.",
        "아무것도 삭제하지 않았습니다. --state-dir과 local.state_dir을 확인하세요.",
    ),
    "no_such_part": ("{name} 구성 요소가 없습니다.", "로그가 있는 구성 요소: {known}."),
    "api_away": ("플랫폼이 응답하지 않습니다: {detail}", "`pingvas status`를 확인하세요."),
    "api_refused": (
        "플랫폼이 {status}(으)로 응답했습니다: {detail}",
        "`pingvas status`와 이 주소 뒤에 있는 서비스의 로그를 확인하세요.",
    ),
    "api_garbled": (
        "그곳에서 응답하는 것은 플랫폼이 아닙니다: {detail}",
        "`pingvas status`를 확인하세요. 다른 프로그램이 포트를 차지했을 수 있습니다.",
    ),
    "download_fails": (
        "서명된 주소에서 이미지를 받지 못했습니다.",
        "`pingvas logs object-store`를 확인하세요.",
    ),
    "checkpoint_without_manifest": (
        "설치가 끝났지만 무엇을 설치했는지 알리지 않았습니다.",
        "`pingvas logs checkpoint-install`을 확인하세요.",
    ),
    "checkpoint_refused": ("체크포인트를 설치하지 못했습니다: {what}.", "{remedy}"),
    "smoke_job_fails": (
        "스모크 테스트 이미지를 생성하지 못했습니다: {reason}.",
        "`pingvas logs prod-worker-1`(또는 dev-worker-1)을 확인한 뒤 명령을 다시 실행하세요.",
    ),
    "smoke_image_differs": (
        "받은 이미지가 갤러리의 설명과 다릅니다.",
        "`pingvas logs object-store`를 확인한 뒤 명령을 다시 실행하세요.",
    ),
    "event_refused": (
        "결제 서비스가 이벤트를 {count}번 거절했습니다.",
        "위의 결과가 이유를 말합니다. 틀린 서명, 오래된 이벤트, 빈 본문은 거절됩니다.",
    ),
    "books_differ": (
        "원장과 잔액과 작업이 {count}곳에서 다릅니다.",
        "아무것도 바꾸지 않았습니다. 위의 차이를 읽으세요. 기록은 원장입니다.",
    ),
    "orphans": (
        "남은 것이 있습니다: 프로세스 {processes}, 포트 {ports}, 파일 {files}개.",
        "그 프로세스를 끝내고 폴더를 지운 뒤 명령을 다시 실행하세요.",
    ),
}
