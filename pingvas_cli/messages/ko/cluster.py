"""Words of the target `cluster`, in Korean."""

TEXTS: dict[str, str] = {
    "preflight": "클러스터, 권한, 도구 확인",
    "preview_preflight": "중단: 막는 것이 {count}개 있습니다",
    "speaks_to": "컨텍스트 {context}: {server}, Kubernetes {version}.",
    "known": "클러스터 기억",
    "preview_known": "플랫폼이 {context}({server})에 있다고 적습니다",
    "rendered_tree": "매니페스트 렌더링",
    "files_differ": "파일 {files}개가 설정과 다릅니다",
    "preview_tree": "{folder}에 파일 {files}개를 렌더링합니다",
    "facts": "매니페스트의 사실",
    "preview_facts": "`endpoints`가 알려 주는 값을 채웁니다",
    "releases": "프로그램의 이미지",
    "preview_releases": "{folder}에서 프로그램마다 이미지가 있는지 봅니다",
    "foundations": "네임스페이스, 쿼터, 정책",
    "preview_foundations": "네임스페이스 {namespaces}와 프로그램보다 먼저 있어야 하는 것을 적용합니다",
    "secret_values": "시크릿 값",
    "preview_secrets": "{named} 생성",
    "preview_all_secrets": "파드에 필요하지만 아직 없는 시크릿을 만듭니다",
    "tenancies": "데이터베이스의 역할과 스키마",
    "preview_tenancies": "없는 것을 시크릿의 비밀번호로 만듭니다",
    "wave_cache": "{environment} 캐시",
    "migrations": "{environment} 마이그레이션",
    "preview_migrations": "{namespace}에서 릴리스의 마이그레이션을 실행합니다",
    "wave_pooler": "{environment} 풀러",
    "wave_services": "{environment} 서비스",
    "wave_workers": "{environment} 워커",
    "preview_wave": "{namespace}에 {named}을(를) 적용하고 동작할 때까지 기다립니다",
    "prune": "남은 것 정리",
    "preview_prune": "{named} 삭제",
    "left_over": "더는 아무것도 만들지 않는 개체 {count}개: {named}",
    "smoke_test": "{environment} 스모크 테스트",
    "preview_smoke_test": "{namespace}의 서비스마다 포트 포워드로 묻습니다",
    "differs": "개체 {count}개가 다릅니다: {named}",
    "waiting_for": "{what}: {reason}",
    "waiting_to_go": "{named} 삭제 완료",
    "not_there": "개체가 없습니다",
    "unseen": "컨트롤러가 아직 변경을 보지 못했습니다",
    "replicas": "레플리카 {wanted}개 중 {available}개가 준비됨",
    "said": "{words}",
    "pod_said": "파드 {pod}: {words}",
    "job_runs": "실행 중",
    "no_ready_pod": "{service}: 준비된 파드가 없습니다",
    "no_answer": "{pod}: {path}가 200으로 응답하지 않습니다",
    "remove_workers": "워커 제거",
    "remove_programs": "프로그램 제거",
    "remove_settings": "설정, 시크릿, 정책 제거",
    "remove_claims": "볼륨 클레임과 데이터 제거",
    "remove_cluster_wide": "클러스터 전체의 것 제거",
    "remove_namespaces": "네임스페이스 제거",
    "preview_removal": "{named} 삭제",
    "ask_to_destroy": "이 클러스터에서 플랫폼을 제거할까요? 다음 클레임의 데이터도 지워집니다: {data}",
    "destroyed": "플랫폼의 모든 것이 클러스터에서 제거되었습니다. 데이터베이스와 오브젝트 스토어, "
    "그 안의 역할은 그대로 남습니다.",
    "destroyed_but": "플랫폼의 모든 것이 제거되었습니다. 다른 사람의 것이 있는 네임스페이스는 "
    "남습니다: {kept}.",
    "closing": "플랫폼이 {context}에서 동작합니다. 네임스페이스 {namespaces}, 적용한 단계 {applied}개.\n"
    "확인: kubectl --context {context} -n {first} get pods",
    "closing_unchanged": "바꿀 것이 없었습니다. 플랫폼이 {context}에서 동작합니다. 네임스페이스 "
    "{namespaces}.",
}

ERRORS: dict[str, tuple[str, str]] = {
    "not_prepared": (
        "막는 것이 {count}개 있습니다. 아무것도 바꾸지 않았습니다.",
        "나열된 것을 고친 뒤 명령을 다시 실행하세요.",
    ),
    "other_cluster": (
        "이 플랫폼은 {before}({server})에 있는데 {context}은(는) 다른 클러스터입니다.",
        "--context {before}로 그 컨텍스트를 지정하거나, --state-dir DIR로 이 클러스터에 별도의 "
        "상태 폴더를 주세요.",
    ),
    "version_too_old": (
        "Kubernetes {version}은(는) 매니페스트를 시험한 가장 오래된 버전 {oldest}보다 낮습니다.",
        "클러스터를 업그레이드하세요.",
    ),
    "version_untried": (
        "Kubernetes {version}은(는) 매니페스트를 시험한 가장 새로운 버전 {newest}보다 높습니다.",
        "Kubernetes 릴리스 노트를 보거나 pingvas를 업데이트하세요.",
    ),
    "kubectl_skew": (
        "kubectl {version}은(는) Kubernetes {kubernetes}와 마이너 버전이 둘 이상 다릅니다.",
        "{kubernetes}의 kubectl을 설치하세요.",
    ),
    "kind_missing": (
        "클러스터가 {version}의 {kind}을(를) 모릅니다.",
        "그것을 제공하는 것을 설치하세요. keda.sh라면 KEDA 2입니다.",
    ),
    "not_allowed": (
        "네임스페이스 {namespace}에서 {kind}에 대한 권한이 없습니다: {verbs}",
        "ClusterRole cluster-admin 등으로 사용자에게 권한을 주세요.",
    ),
    "no_nodes": (
        "파드를 받을 준비가 된 노드가 없습니다.",
        "노드를 추가하거나, 준비되지 않은 까닭을 보세요: kubectl get nodes.",
    ),
    "few_gpus": (
        "노드가 줄 수 있는 GPU는 {there}개인데 워커 쿼터는 {wanted}개입니다.",
        "디바이스 플러그인을 설치하거나 GPU 노드를 추가하거나 namespaces.*.gpus를 낮추세요.",
    ),
    "not_ours": (
        "네임스페이스 {namespace}은(는) 다른 사람의 것입니다.",
        "environments.{environment}.namespace에 다른 이름을 고르거나 넘겨받으세요: kubectl label "
        "namespace {namespace} {label}",
    ),
    "endpoint_missing": (
        "설정에 {key}이(가) 어디인지 없습니다.",
        "pingvas.yaml의 `endpoints`에 적으세요.",
    ),
    "no_authorities": (
        "파일 {file}에 인증서가 없어 데이터베이스를 믿을 수 없습니다.",
        "데이터베이스 인증서에 서명한 기관의 PEM 파일을 지정하세요.",
    ),
    "no_administrator": (
        "파일에 데이터베이스 관리자의 주소가 없습니다. {detail}",
        "postgresql://user:password@host:port/postgres를 `?` 이후 없이 적으세요.",
    ),
    "nothing_released": (
        "이미지가 없는 프로그램은 시작할 수 없습니다.",
        "나열된 파일에 이미지의 newName과 digest를 적은 뒤 명령을 다시 실행하세요.",
    ),
    "not_released": (
        "{program}에 아직 이미지가 없습니다.",
        "이 파일에 이미지의 newName과 digest를 적으세요.",
    ),
    "secret_lacks": (
        "시크릿은 있지만 없는 키가 있습니다: {keys}",
        "그 키를 더하거나, 아무도 쓰지 않는다면 시크릿을 삭제하세요. 그러면 다시 만듭니다.",
    ),
    "secret_of_others": (
        "파드에 시크릿 {name}이(가) 필요한데 그 값은 pingvas가 만들 수 없습니다.",
        "kubectl create secret generic으로 만든 뒤 명령을 다시 실행하세요.",
    ),
    "not_ready": (
        "준비되지 않습니다: {reason}",
        "원인을 고친 뒤 명령을 다시 실행하세요. 여기서부터 이어집니다.",
    ),
    "job_failed": (
        "잡이 실패했습니다: {reason}\n{log}",
        "원인을 고친 뒤 명령을 다시 실행하세요. 잡이 다시 실행됩니다.",
    ),
}
