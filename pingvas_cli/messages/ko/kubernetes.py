"""Words of conversations with a Kubernetes cluster, in Korean."""

TEXTS: dict[str, str] = {}

ERRORS: dict[str, tuple[str, str]] = {
    "extra_missing": (
        "Python 패키지 kubernetes가 설치되어 있지 않아 클러스터에 물을 수 없습니다.",
        "추가 패키지를 설치하세요: pip install 'pingvas[cluster]'.",
    ),
    "no_kubeconfig": (
        "kubeconfig를 쓸 수 없습니다: {detail}",
        "--kubeconfig FILE로 다른 파일을, 또는 --context NAME으로 컨텍스트를 지정하세요.",
    ),
    "no_kubectl": (
        "kubectl이 경로에 없습니다. 매니페스트를 조합하는 데 필요합니다.",
        "클러스터와 같은 버전의 kubectl을 설치하세요.",
    ),
    "not_built": (
        "kubectl이 매니페스트를 조합하지 못했습니다: {detail}",
        "지적된 것을 고치세요. pingvas가 렌더링한 파일은 다음 bootstrap에서 다시 만들어집니다.",
    ),
    "unreachable": (
        "클러스터가 응답하지 않습니다: {detail}",
        "kubeconfig의 서버, 네트워크, 프록시를 확인한 뒤 명령을 다시 실행하세요.",
    ),
    "unauthorized": (
        "클러스터가 요청한 사람을 알지 못합니다: {detail}",
        "다시 로그인하거나 --context NAME으로 다른 컨텍스트를 지정하세요.",
    ),
    "forbidden": (
        "클러스터가 거절했습니다: {detail}",
        "사용자에게 권한을 주거나, 메시지가 지적한 것을 고치세요.",
    ),
    "conflict": (
        "필드를 다른 관리자가 가지고 있습니다: {detail}",
        "이름이 나온 관리자가 필드를 놓게 하거나 개체를 삭제하게 하세요. "
        "pingvas는 남의 필드를 빼앗지 않습니다.",
    ),
    "exists": (
        "이미 있습니다: {detail}",
        "명령을 다시 실행하세요.",
    ),
    "invalid": (
        "클러스터가 개체를 받지 않습니다: {detail}",
        "지적된 값을 고치세요. 바꿀 수 없는 필드라면 먼저 개체를 삭제해야 합니다.",
    ),
    "missing": (
        "클러스터가 찾지 못합니다: {detail}",
        "플랫폼의 것을 다른 사람이 삭제하는지 확인한 뒤 명령을 다시 실행하세요.",
    ),
    "unknown_kind": (
        "클러스터의 {version}에는 그런 종류가 없습니다.",
        "KEDA처럼 그 종류를 제공하는 것을 설치한 뒤 명령을 다시 실행하세요.",
    ),
    "busy": (
        "클러스터가 지금 응답할 수 없습니다: {detail}",
        "1분 뒤에 명령을 다시 실행하세요.",
    ),
    "refused": (
        "클러스터가 거절했습니다: {detail}",
        "지적된 것을 고친 뒤 명령을 다시 실행하세요.",
    ),
    "garbled": (
        "응답한 것이 Kubernetes가 아닙니다: {detail}",
        "kubeconfig의 서버와 이 컴퓨터의 프록시를 확인하세요.",
    ),
}
