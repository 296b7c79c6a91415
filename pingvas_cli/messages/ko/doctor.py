"""Words of the doctor, in Korean."""

TEXTS: dict[str, str] = {
    "option_fix": "안전하게 고칠 수 있는 것을 먼저 알리고, 한 번 묻고, 고칩니다.",
    "column_check": "검사",
    "column_state": "상태",
    "column_cites": "정정",
    "column_where": "위치",
    "column_what": "내용",
    "column_remedy": "할 일",
    "passed": "알려진 것 가운데 막는 것은 없습니다. 경고 {warnings}개, 알 수 없음 {unknown}개.",
    "nothing_to_fix": "--fix로 할 수 있는 일이 없습니다.",
    "ask_to_fix": "이 {count}가지를 할까요?",
    "fix_quota": "AWS에 {name}({code})을(를) vCPU {value}개로 올려 달라고 요청합니다.",
    "fix_suggestion": "제안 파일에 씁니다: {key}: {value}",
    "quota_requested": "{name}: vCPU {value}개를 요청했습니다({request}). AWS에서 며칠 걸릴 수 있습니다.",
    "suggestion_written": "제안 {count}개를 {file}에 썼습니다. pingvas.yaml은 그대로입니다.",
    # what is well
    "tool_found": "버전 {version}",
    "supported": "{product}은(는) {day}까지 지원됩니다({source})",
    "account_right": "계정 {account}, {arn}(으)로",
    "all_allowed": "서비스 {services}개의 작업 {count}개가 모두 허용됩니다(시뮬레이션)",
    "quota_enough": "{name}: vCPU {value}개, 최대 {need}개를 씁니다",
    "spot_role_made": "다른 곳에서 만들지 않은 역할 {role}을(를) Terraform이 만듭니다",
    "spot_role_left": "Terraform은 역할 {role}을(를) 그대로 둡니다",
    "zones_fit": "{zones}: EKS와 인스턴스 유형 {types}개가 모두 있습니다",
    "version_offered": "{product} {version}을(를) 쓸 수 있습니다",
    "in_support": "EKS {version}을(를) 쓸 수 있고, 표준 지원은 {day}까지입니다",
    "vpc_alone": "{vpc}은(는) 다른 VPC {count}개와 겹치지 않습니다",
    "delegated": "{name}이(가) 영역의 네임 서버 {count}개 모두로 이어집니다",
    "machine_ready": "플랫폼, 프로그램, 폴더, 디스크, 포트가 준비되었습니다",
    "memory_free": "{free_mib} MiB가 비어 있습니다",
}

ERRORS: dict[str, tuple[str, str]] = {
    "fails": (
        "막는 것이 {count}개 있습니다.",
        "하나씩 고치고 `pingvas doctor`를 다시 실행하세요. `--fix`는 직접 할 수 있는 일을 제안합니다.",
    ),
    "not_looked_at": (
        "맞는 계정인지 알 수 없어 살펴보지 않았습니다.",
        "먼저 `identity`가 알리는 것을 고치세요.",
    ),
    "tool_missing": (
        "{tool}이(가) 경로에 없습니다.",
        "설치하고, 이 셸에서 `{tool}`이(가) 실행되는지 확인하세요.",
    ),
    "terraform_too_old": (
        "Terraform {version}은(는) 모듈에 필요한 {oldest}보다 오래되었습니다.",
        "`addons.terraform`이 정한 버전을 설치하세요.",
    ),
    "terraform_other": (
        "Terraform은 {version}인데 {pinned}(으)로 고정되어 있습니다. 오래된 버전은 새 버전의 상태를 읽지 "
        "못합니다.",
        "{pinned}을(를) 설치하거나, 함께 일하는 모두를 위해 {version}(으)로 고정하세요.",
    ),
    "kubectl_skew": (
        "kubectl {version}은(는) Kubernetes {kubernetes}와 마이너 버전이 둘 이상 다릅니다.",
        "{kubernetes}의 kubectl을 설치하세요.",
    ),
    "account_unwritten": (
        "자격 증명은 계정 {account}의 것인데 `platform.account_id`가 적혀 있지 않습니다.",
        "이 계정이 맞으면 적으세요. pingvas는 다른 모든 계정을 거부합니다.",
    ),
    "account_other": (
        "자격 증명은 계정 {account}의 것인데 플랫폼은 {expected}의 것입니다.",
        "AWS_PROFILE 등으로 다른 자격 증명을 고르세요.",
    ),
    "account_root": (
        "루트 사용자의 자격 증명이며, 어떤 정책으로도 제한할 수 없습니다.",
        "역할로 일하고 루트 사용자는 잠가 두세요.",
    ),
    "not_allowed": (
        "{service}의 작업 {all}개 가운데 {count}개가 모든 리소스에 허용되지는 않습니다: {actions}",
        "사용자나 역할에 허용하세요. 리소스를 하나씩 지정한 정책이라면 괜찮을 수도 있습니다.",
    ),
    "forbidden": (
        "{service}의 작업 {all}개 가운데 {count}개가 거부되며, 명시적 거부가 있습니다: {actions}",
        "역할의 정책, 권한 경계, 조직의 정책을 확인하세요.",
    ),
    "instance_type_unknown": (
        "이 리전에는 인스턴스 유형 {type}이(가) 없습니다.",
        "다른 유형이나 다른 리전을 고르세요.",
    ),
    "quota_of_other_family": (
        "{type}의 할당량은 G와 VT의 것이 아니어서 살펴보지 않았습니다.",
        "Service Quotas 콘솔에서 이 계열의 할당량을 확인하세요.",
    ),
    "quota_none": (
        "{name}({code})은(는) vCPU {value}개인데 가장 작은 노드가 {smallest}개를 씁니다. 하나도 뜰 수 "
        "없습니다.",
        "`pingvas doctor --fix`나 Service Quotas 콘솔에서 vCPU {need}개를 요청하세요.",
    ),
    "quota_short": (
        "{name}({code})은(는) vCPU {value}개인데 노드의 한도를 합하면 {need}개입니다.",
        "`pingvas doctor --fix`로 vCPU {need}개를 요청하거나 한도를 낮추세요.",
    ),
    "quota_pending": (
        "{name}({code})은(는) vCPU {value}개이고 {need}개가 필요합니다. 이미 {pending}개를 요청했습니다.",
        "AWS를 기다리세요. 요청은 Service Quotas 콘솔에 있습니다.",
    ),
    "spot_role_exists": (
        "계정에 역할 {role}이(가) 이미 있고, AWS는 두 번째 것을 거부합니다.",
        "`gpu_nodes.create_spot_service_role: false`라고 쓰세요.",
    ),
    "spot_role_missing": (
        "계정에 역할 {role}이(가) 없습니다. 이 역할이 없으면 스팟 노드가 뜰 수 없습니다.",
        "`gpu_nodes.create_spot_service_role: true`라고 쓰거나 직접 만드세요: "
        "`aws iam create-service-linked-role --aws-service-name spot.amazonaws.com`.",
    ),
    "spot_role_dropped": (
        "이 플랫폼의 Terraform이 역할 {role}을(를) 만들었고, 지금 설정으로는 삭제합니다.",
        "`gpu_nodes.create_spot_service_role: true`라고 쓰세요.",
    ),
    "zones_too_few": (
        "종류별 서브넷이 {subnets}개인데 영역은 {zones}개 남았습니다.",
        "서브넷을 줄이거나 제외하는 영역을 줄이세요.",
    ),
    "zone_absent": (
        "이 계정에는 이 리전에 영역 {zone}이(가) 없습니다.",
        "있는 영역을 적으세요. `pingvas doctor --fix`가 제안합니다.",
    ),
    "zone_refused": (
        "EKS는 영역 {zone}에 컨트롤 플레인을 두지 않습니다.",
        "다른 영역을 적으세요. `pingvas doctor --fix`가 제안합니다.",
    ),
    "zone_impaired": (
        "영역 {zone}을(를) 지금 쓸 수 없습니다.",
        "AWS Health Dashboard를 보며 기다리세요. 영역을 바꾸면 서브넷도 바뀝니다.",
    ),
    "type_nowhere": (
        "{type}은(는) 영역 {zones} 어디에도 없습니다.",
        "다른 영역을 적거나(`pingvas doctor --fix`가 제안합니다) 다른 유형을 고르세요.",
    ),
    "type_partly": (
        "{type}이(가) {zones}에 없어 더 적은 영역에서만 얻을 수 있습니다.",
        "더 나은 영역이 있으면 적으세요. `pingvas doctor --fix`가 제안합니다.",
    ),
    "version_not_offered": (
        "이 리전에서는 {product} {version}을(를) 쓸 수 없습니다.",
        "쓸 수 있는 버전: {offered}",
    ),
    "not_in_support": (
        "EKS {version}은(는) 표준 지원이 끝나 AWS가 클러스터를 스스로 올립니다.",
        "표준 지원 중인 버전: {offered}",
    ),
    "vpc_overlaps": (
        "{vpc}이(가) {other}의 {cidr}과(와) 겹쳐 둘을 이을 수 없습니다.",
        "이어야 할 수도 있다면 지금 다른 주소를 고르세요. 나중에는 VPC를 새로 만들어야 합니다.",
    ),
    "zone_exists": (
        "Route 53에 {domain}의 영역 {zone}이(가) 이미 있는데 Terraform이 하나 더 만들게 됩니다.",
        "그것을 쓰려면 `edge.hosted_zone_id: {zone}`을(를) 적으세요.",
    ),
    "delegation_later": (
        "{domain}의 영역이 아직 없습니다. `bootstrap`이 만들고 네임 서버가 응답할 때까지 멈춥니다.",
        "상위 도메인에 네임 서버를 적어야 하니 준비해 두세요.",
    ),
    "delegation_moves": (
        "{domain}은(는) 지금 {found}(으)로 이어지는데, `bootstrap`이 따로 영역을 만들고 위임을 기다립니다.",
        "상위 도메인에 그 영역의 네임 서버를 적을 준비를 하거나 다른 도메인을 쓰세요.",
    ),
    "hosted_zone_absent": (
        "이 계정에는 호스팅 영역 {zone}이(가) 없습니다.",
        "`edge.hosted_zone_id`를 고치거나, 빼서 새로 만들게 하세요.",
    ),
    "hosted_zone_of_other": (
        "호스팅 영역 {zone}은(는) {name}의 것이고 {domain}은(는) 그 안에 없습니다.",
        "`edge.hosted_zone_id`나 `platform.domain`을 고치세요.",
    ),
    "undelegated": (
        "공개 DNS에서 {name}에 답하는 곳이 없어 인증서를 발급할 수 없습니다.",
        "상위 도메인에 이 네임 서버를 적으세요: {servers}",
    ),
    "delegated_elsewhere": (
        "{name}이(가) {found}(으)로 이어지는데, 그 영역의 네임 서버가 아닙니다.",
        "상위 도메인에 이 네임 서버만 적으세요: {servers}",
    ),
    "memory_low": (
        "{free_mib} MiB만 비어 있습니다. 플랫폼에는 {wanted_mib} MiB가 필요합니다.",
        "다른 프로그램을 끝내거나 메모리를 늘리세요. 아니면 일부가 강제로 종료될 수 있습니다.",
    ),
    "suggestion_not_ours": (
        "제안 파일이 이미 있는데 pingvas가 쓴 것이 아닙니다.",
        "아무것도 쓰지 않았습니다. 파일을 옮기고 명령을 다시 실행하세요.",
    ),
    "suggestion_unwritable": (
        "제안 파일을 쓸 수 없습니다: {reason}.",
        "폴더의 권한을 고치고 명령을 다시 실행하세요.",
    ),
}
