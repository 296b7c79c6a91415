"""Words of the command line, in Korean.

`<command>[_<subcommand>]` is a command's page: its first line is the summary in lists.
"""

TEXTS: dict[str, str] = {
    # pages
    "pingvas": "이미지 생성 플랫폼을 세우고 운영합니다.",
    "bootstrap": "플랫폼을 dev 와 prod 모두 세웁니다.\n\n"
    "계획을 보여주고 한 번 물은 뒤 빠진 단계만 실행합니다. 중단되면 같은 명령으로 이어서 "
    "진행되며, 다시 실행해도 아무것도 바뀌지 않습니다.",
    "status": "무엇이 어디서 실행 중이고 정상인지 보여줍니다.",
    "logs": "한 부분의 로그를 보여줍니다.",
    "start": "멈춘 것을 다시 시작합니다.",
    "stop": "데이터는 두고 모든 프로세스를 멈춥니다.",
    "destroy": "플랫폼과 데이터를 지웁니다.\n\n"
    "이름을 직접 입력해야 하며, 끝에 남은 것이 있는지 보고합니다.",
    "release": "환경이 실행하는 릴리스를 만들고 나열합니다.",
    "release_build": "소스 트리에서 릴리스를 만듭니다.",
    "release_list": "릴리스와 그것을 실행하는 환경을 나열합니다.",
    "release_show": "릴리스 하나를 보여줍니다.",
    "lock": "누가 플랫폼을 작업 중인지 봅니다.",
    "lock_status": "누가 어디서 언제부터 잠금을 쥐고 있는지 보여줍니다.",
    "lock_release": "주인이 사라진 잠금을 풉니다.",
    "checkpoint": "모델 체크포인트를 설치하고 나열합니다.",
    "checkpoint_add": "허브 id, 폴더 또는 .safetensors 파일에서 체크포인트를 설치합니다.",
    "checkpoint_list": "설치된 체크포인트를 나열합니다.",
    "queue": "기다리거나 실행 중이거나 포기한 작업을 보고 다룹니다.",
    "queue_list": "포기한 작업의 목록을 봅니다.\n\n"
    "대기, 실행, 재시도 대기, 포기한 작업의 수는 stderr에 나옵니다.",
    "queue_show": "한 작업에 대해 대기열과 기록이 아는 것을 봅니다.",
    "queue_retry": "포기한 작업을 다시 제출합니다.\n\n"
    "값을 이미 돌려주었으므로, 같은 사용자의 새 작업으로 같은 값에 제출합니다. "
    "두 번 실행해도 한 번만 제출됩니다.",
    "queue_pause": "워커에 새 작업을 주지 않습니다.\n\n"
    "하던 작업은 끝냅니다. 제출은 계속 받아 대기시킵니다.",
    "queue_resume": "워커에 다시 작업을 줍니다.",
    "queue_drain": "멈추고, 실행 중인 작업이 끝날 때까지 기다립니다.\n\n"
    "기다린 뒤에도 실행 중인 작업이 있으면 종료 코드는 4입니다.",
    "config": "pingvas.yaml 을 확인하고 설명합니다.",
    "config_schema": "pingvas.yaml 의 JSON Schema 를 출력합니다.",
    "config_show": "적용 중인 설정을 보여줍니다. 비밀 값은 가립니다.",
    "config_explain": "한 절을 주석 달린 예로 설명합니다.",
    "dev": "플랫폼을 손으로 시험합니다: 편지, 결제, 장부, 키.",
    "dev_mail": "플랫폼이 보냈을 편지를 보여 줍니다.\n\n"
    "이 컴퓨터에서는 상태 폴더의 파일입니다. `-o json`은 토큰도 보여 줍니다.",
    "dev_webhook": "결제 회사 역할을 합니다.",
    "dev_webhook_send": "결제 회사의 서명된 이벤트를 보냅니다.\n\n"
    "유료 고객 만들기: subscription_created 다음에 subscription_payment_success.",
    "dev_reconcile": "원장과 잔액과 작업이 서로 맞는지 확인합니다.",
    "dev_keys": "액세스 토큰에 서명하는 키를 보고 교체합니다.",
    "dev_keys_list": "서명 키를 나열합니다.",
    "dev_keys_rotate": "다음 서명 키를 만듭니다.\n\n"
    "바로 공개되고, 모두가 본 뒤인 10분 후부터 서명합니다.",
    "render": "설정을 파일로 렌더링합니다.\n\n"
    "Kubernetes 매니페스트를 쓰고, AWS이면 Terraform, Argo CD 애플리케이션, GitHub 워크플로도 "
    "씁니다. pingvas가 썼고 그 뒤로 아무도 바꾸지 않은 파일만 바꾸거나 지우며, 릴리스와 "
    "facts 파일은 한 번만 씁니다.",
    "validate": "설정과 렌더링된 파일을 검사합니다.\n\n"
    "`platform.target: aws`이면 지원 종료일, 이름, 주소, 경로, 구간별 TLS, 렌더링된 파일을 "
    "검사하고, Terraform이 있으면 그 판단도 보여 줍니다.",
    "doctor": "플랫폼을 세울 준비가 되었는지 살펴봅니다.\n\n"
    "이 컴퓨터에서는 포트, 디스크, 메모리를 봅니다. `platform.target: aws`이면 도구, 자격 증명, 권한, "
    "할당량, 영역, 쓸 수 있는 버전, 주소, 도메인의 위임을 봅니다. 아무것도 바꾸지 않으며, `--fix`는 "
    "먼저 묻습니다. 막는 것이 있으면 종료 코드 1로 끝납니다.",
    "init": "시작용 pingvas.yaml 을 씁니다.",
    "completion": "Tab 키로 명령을 자동 완성합니다.",
    "completion_show": "셸의 자동 완성 스크립트를 출력합니다.\n\n"
    '이 셸에서 바로 써 보려면: eval "$(pingvas completion show bash)"',
    "completion_install": "셸이 찾는 자리에 자동 완성 스크립트를 씁니다.",
    "token": "몇 분 동안 유효한 관리자 액세스 토큰을 출력합니다.",
    "token_environment": "환경: dev 또는 prod.",
    # options of every command
    "global_output": "stdout 데이터의 형식.",
    "global_progress": "작업 중 보고 방식.",
    "global_color": "색을 쓸 때. NO_COLOR 를 따릅니다.",
    "global_yes": "모든 질문에 예로 답합니다.",
    "global_lang": "메시지 언어.",
    "global_debug": "트레이스백을 보여줍니다.",
    "global_config": "설정 파일.",
    "global_state_dir": "데이터, 로그, 릴리스 폴더.",
    # options and arguments
    "target": "작업할 곳. `local`, `cluster`, `aws` 중 하나이며, 없으면 설정을 따릅니다.",
    "approve": "답 대신 승인할 계획의 다이제스트.",
    "kubeconfig": "`cluster`에서 쓸 kubeconfig. 없으면 KUBECONFIG 또는 ~/.kube/config입니다.",
    "context": "`cluster`에서 쓸 kubeconfig의 컨텍스트. 없으면 현재 컨텍스트입니다.",
    "bootstrap_dry_run": "계획만 보여주고 아무것도 바꾸지 않습니다.",
    "bootstrap_from": "이 단계부터 시작합니다.",
    "bootstrap_only": "이 단계만 실행합니다.",
    "bootstrap_until": "이 단계까지만 실행합니다.",
    "status_watch": "2초마다 다시 보여줍니다.",
    "logs_name": "부분의 이름. `pingvas status` 가 나열합니다.",
    "logs_follow": "새 줄을 계속 보여줍니다.",
    "logs_lines": "보여줄 마지막 줄 수.",
    "release_build_source": "소스 트리. 생략하면 pingvas 가 실행 중인 트리.",
    "release_show_release": "릴리스 id 또는 그 앞부분.",
    "lock_release_force": "응답 없는 주인의 잠금을 깹니다.",
    "checkpoint_add_source": "허브 id, 폴더 또는 .safetensors 파일.",
    "checkpoint_add_name": "작업이 쓸 이름. 생략하면 출처에서 만듭니다.",
    "queue_job": "작업 ID.",
    "queue_jobs": "포기한 작업의 ID.",
    "queue_list_limit": "최대 개수.",
    "queue_drain_wait": "기다리는 시간(초).",
    "dev_environment": "환경: dev 또는 prod.",
    "dev_mail_to": "이 주소로 간 편지만.",
    "dev_mail_last": "가장 새 편지를 통째로 보여 줍니다.",
    "dev_webhook_send_event": "이벤트. 예: subscription_created.",
    "dev_webhook_send_user": "누구에 관한 것인지: id 또는 전자우편 주소.",
    "dev_webhook_send_tier": "사는 등급. 없으면 그 사람의 등급.",
    "dev_webhook_send_billing_reason": "청구서의 이유. updated 는 등급 변경입니다.",
    "dev_webhook_send_repeat": "한꺼번에 이만큼 보냅니다. 한 번만 셉니다.",
    "dev_webhook_send_reorder": "더 새로운 상태를 먼저 보냅니다.",
    "dev_webhook_send_unsigned": "틀리게 서명합니다. 거절되어야 합니다.",
    "dev_keys_rotate_at_once": "바로 서명합니다. 서비스들이 몇 분 동안 그 토큰을 거절할 수 있습니다.",
    # help pages
    "help_usage": "사용법:",
    "help_options": "옵션:",
    "help_arguments": "인자:",
    "help_commands": "명령:",
    "help_global_options": "모든 명령의 옵션 (명령 이름 앞뒤 어디나):",
    "help_variables": "각 옵션은 환경 변수로도 읽습니다: --output 은 PINGVAS_OUTPUT 등.",
    "help_more": "모든 명령의 옵션 (-o, --yes, --lang, ...): pingvas --help",
    "help_each": "명령 자세히 보기: {path} 명령 --help",
    "help_help": "이 페이지를 보여줍니다.",
    "help_version": "버전을 보여줍니다.",
    "help_default": "기본값: {value}",
    "help_required": "필수",
    "help_placeholder_options": "[옵션]",
    "help_placeholder_command": "명령",
    # values
    "one_of": "{choices} 중 하나",
    "a_flag": "true 또는 false",
    "a_whole_number": "정수",
    "a_number": "숫자",
    "at_least": "{least} 이상의 수",
    "at_most": "{most} 이하의 수",
    # hints
    "did_you_mean": "혹시 {name} 인가요?",
    "see_help": "{path} --help 를 보세요.",
    "interrupted": "중단했습니다. 같은 명령을 다시 실행하면 이어서 진행합니다.",
    # completion
    "completion_shell": "셸: bash, zsh, fish. 생략하면 지금 셸.",
    "completion_installed": "{path} 에 썼습니다. 새 셸을 열면 쓸 수 있습니다.",
    "completion_zsh_hint": "새 셸에서 동작하지 않으면 ~/.zshrc 에서 compinit 보다 앞에 "
    "다음을 넣으세요: fpath=({folder} $fpath)",
}

ERRORS: dict[str, tuple[str, str]] = {
    "approve_local": (
        "--approve는 AWS 계획을 승인할 때 씁니다. 다른 대상에는 승인할 계획이 없습니다.",
        "빼거나 `--target aws`를 더하세요.",
    ),
    "system_refuses": (
        "운영 체제가 거부했습니다: {detail}.",
        "그 경로의 권한을 고치거나 디스크 공간을 확보한 뒤 명령을 다시 실행하세요.",
    ),
    "output_fails": (
        "출력을 쓸 수 없습니다: {detail}.",
        "디스크 공간을 확보하거나 다른 곳으로 보낸 뒤 명령을 다시 실행하세요.",
    ),
    "package_missing": (
        "파이썬 패키지 {package}이(가) 설치되어 있지 않습니다. 기본 설치에는 CLI만 들어 있습니다.",
        "필요한 추가 패키지를 설치하세요: pip install 'pingvas[local]'.",
    ),
    "no_such_command": ("{name} 명령은 없습니다.", "{hint}"),
    "no_such_option": ("{name} 옵션은 없습니다.", "{hint}"),
    "option_needs_value": ("{name} 옵션에는 값이 필요합니다.", "옵션 뒤에 값을 쓰세요."),
    "option_takes_no_value": ("{name} 옵션은 값을 받지 않습니다.", "값을 빼세요."),
    "missing_parameter": ("{name} 값이 없습니다.", "{path} --help 를 보세요."),
    "extra_argument": ("남는 값이 있습니다: {value}", "빼거나 {path} --help 를 보세요."),
    "bad_value": ("{name} 값으로 {value!r} 은(는) 쓸 수 없습니다.", "가능한 값: {wanted}."),
    "bad_path": ("경로가 아닙니다: {value!r}.", "절대 경로나 ~/ 아래의 경로를 쓰세요."),
    "bad_usage": ("명령을 이해할 수 없습니다: {detail}", "{path} --help 를 보세요."),
    "internal_error": (
        "pingvas 안에서 예상하지 못한 문제가 생겼습니다 ({kind}: {detail}).",
        "--debug 를 붙여 다시 실행하면 위치를 볼 수 있습니다. 위 파일과 함께 알려 주세요.",
    ),
    "unknown_shell": (
        "이 터미널의 셸을 알 수 없습니다: {shell}",
        "이름을 쓰세요: pingvas completion show bash, zsh 또는 fish.",
    ),
}
