"""Words about pingvas.yaml, in Korean."""

TEXTS: dict[str, str] = {
    "kind_bool": "true 또는 false",
    "kind_list": "목록",
    "kind_mapping": "키와 값의 묶음",
    "kind_network": "호스트 비트가 0인 네트워크(예: 10.0.1.0/24)",
    "kind_number": "숫자",
    "kind_text": "문자열",
    "kind_whole_number": "정수",
    "column_key": "키",
    "column_value": "값",
    "column_origin": "출처",
    "column_section": "섹션",
    "column_summary": "설명",
    "show_origin": "각 값의 출처(기본값, 파일과 줄, 환경 변수)를 함께 보여 줍니다.",
    "show_environment": "이 환경의 오버레이 pingvas.<environment>.yaml을 적용해서 보여 줍니다.",
    "explain_section": "섹션 이름. 생략하면 모든 섹션을 나열합니다.",
    "init_path": "만들 파일, 또는 파일을 넣을 폴더.",
    "init_force": "파일이 이미 있으면 덮어씁니다.",
    "init_written": "{path} 파일을 만들었습니다. 모든 항목에 기본값이 있으니 필요한 것만 바꾸세요.",
    "init_next": "다음 단계: pingvas config show, 그다음 pingvas bootstrap --dry-run",
}

ERRORS: dict[str, tuple[str, str]] = {
    "invalid": (
        "설정에 잘못된 곳이 {count}군데 있습니다. 아무것도 시작하지 않았습니다.",
        "이 위치들을 고치세요. 쓸 수 있는 값은 `pingvas config explain SECTION`에서 볼 수 있습니다.",
    ),
    "file_missing": (
        "설정 파일이 없습니다.",
        "--config와 PINGVAS_CONFIG를 확인하거나 `pingvas init`으로 새로 만드세요.",
    ),
    "file_unreadable": ("파일을 읽을 수 없습니다: {why}.", "경로와 권한을 확인하세요."),
    "file_not_utf8": ("UTF-8 텍스트 파일이 아닙니다.", "UTF-8로 저장하세요."),
    "file_exists": (
        "파일이 이미 있어서 건드리지 않았습니다.",
        "다른 경로를 고르거나 --force로 덮어쓰세요.",
    ),
    "file_unwritable": ("파일을 쓸 수 없습니다: {why}.", "폴더와 권한을 확인하세요."),
    "file_too_large": (
        "파일이 {limit_kib} KiB보다 큽니다.",
        "경로를 확인하세요. 설정은 몇 쪽의 텍스트입니다.",
    ),
    "yaml_tab": ("YAML에서 공백이 있어야 할 자리에 탭이 있습니다.", "공백으로 들여쓰세요."),
    "yaml_broken": (
        "올바른 YAML이 아닙니다: {detail}.",
        "이 줄의 들여쓰기, 콜론, 따옴표를 확인하세요.",
    ),
    "yaml_tag": ("여기서 {tag} 태그는 쓸 수 없습니다.", "태그 없이 값만 적으세요."),
    "yaml_loop": ("별칭(alias)이 자기 자신을 포함합니다.", "값을 풀어서 적으세요."),
    "too_deep": (
        "값이 {limit}단계보다 깊게 겹쳐 있습니다.",
        "그렇게 깊은 값을 받는 키는 없습니다. 안쪽 단계를 없애세요.",
    ),
    "not_sections": (
        "파일에는 `local:` 같은 섹션이 있어야 합니다.",
        "섹션 목록은 `pingvas config explain`에서 볼 수 있습니다.",
    ),
    "duplicate_key": (
        "`{key}` 키가 두 번 있습니다. 처음 나온 곳은 {first}입니다.",
        "하나만 남기세요.",
    ),
    "unknown_key": ("여기에는 `{key}` 키가 없습니다.", "쓸 수 있는 키: {known}."),
    "unknown_key_meant": ("여기에는 `{key}` 키가 없습니다.", "혹시 `{meant}`인가요?"),
    "unknown_section_meant": ("`{section}` 섹션은 없습니다.", "혹시 `{meant}`인가요?"),
    "unknown_section": ("`{section}` 섹션은 없습니다.", "쓸 수 있는 섹션: {known}."),
    "unknown_variable": (
        "환경 변수 {name}에 해당하는 설정이 없습니다.",
        "변수를 해제하세요. 설정 변수의 이름은 PINGVAS_SECTION__KEY 형식입니다.",
    ),
    "unknown_variable_meant": (
        "환경 변수 {name}에 해당하는 설정이 없습니다.",
        "혹시 {meant}인가요?",
    ),
    "variable_broken": (
        "이 변수의 값을 목록이나 키-값 묶음으로 읽을 수 없습니다.",
        "[1, 2] 또는 {{key: value}} 형식으로 적으세요.",
    ),
    "shared_in_overlay": (
        "`{key}` 섹션은 dev와 prod가 함께 쓰므로 한 환경의 파일에 둘 수 없습니다.",
        "pingvas.yaml로 옮기세요. 환경마다 따로 둘 수 있는 섹션: {allowed}.",
    ),
    "secret_in_file": (
        "비밀 값은 이 파일에 두면 안 됩니다.",
        "여기서 지우고 새로 발급한 뒤 환경 변수 {variable}에 넣으세요.",
    ),
    "missing": ("`{key}` 키가 빠졌습니다.", "추가하세요."),
    "wrong_kind": ("`{value}`은(는) 맞지 않는 값입니다.", "이렇게 적으세요: {wanted}."),
    "needs_quotes": (
        "{value}이(가) 숫자로 읽혔지만 문자열이어야 합니다.",
        '따옴표로 감싸세요: "{value}".',
    ),
    "not_one_of": ("`{value}`은(는) 여기에 쓸 수 없습니다.", "다음 중에서 고르세요: {allowed}."),
    "too_small": ("{value}은(는) 너무 작습니다.", "{limit} 이상으로 적으세요."),
    "too_small_strictly": ("{value}은(는) 너무 작습니다.", "{limit}보다 크게 적으세요."),
    "too_large": ("{value}은(는) 너무 큽니다.", "{limit} 이하로 적으세요."),
    "too_large_strictly": ("{value}은(는) 너무 큽니다.", "{limit}보다 작게 적으세요."),
    "not_a_multiple": ("{value}은(는) {limit}의 배수가 아닙니다.", "{limit}의 배수로 적으세요."),
    "wrong_pattern": (
        "`{value}`의 형식이 맞지 않습니다.",
        "`{example}`처럼 적으세요. 다음 형식이어야 합니다: {limit}",
    ),
    "text_too_long": ("문자열이 너무 깁니다.", "{limit}자까지 쓸 수 있습니다."),
    "text_too_short": ("문자열이 너무 짧습니다.", "{limit}자 이상이어야 합니다."),
    "too_many": ("목록이 너무 깁니다.", "{limit}개까지 쓸 수 있습니다."),
    "too_few": ("목록이 너무 짧습니다.", "{limit}개 이상이어야 합니다."),
    "too_precise": ("{value}의 자릿수가 너무 많습니다.", "반올림하세요."),
    "invalid_value": (
        "`{value}`은(는) 여기에 쓸 수 없습니다.",
        "예시는 `pingvas config explain SECTION`에서 볼 수 있습니다.",
    ),
    "min_above_max": (
        "하한 {low}이(가) 상한 {high}보다 큽니다.",
        "하한을 낮추거나 상한을 높이세요.",
    ),
    "desired_outside": (
        "노드 {desired}개는 허용 범위 {low}~{high}개를 벗어납니다.",
        "범위 안의 값을 고르거나 범위를 바꾸세요.",
    ),
    "listed_twice": ("같은 항목이 두 번 있습니다.", "하나만 남기세요."),
    "path_not_absolute": (
        "`{value}` 경로는 pingvas를 실행하는 위치에 따라 달라집니다.",
        "절대 경로나 ~/로 시작하는 경로를 적으세요.",
    ),
    "port_out_of_range": (
        "{name}이(가) {port}번 포트를 쓰게 됩니다.",
        "포트는 1024~32767 사이여야 합니다. 포트나 오프셋을 바꾸세요.",
    ),
    "port_taken_twice": (
        "{name}와(과) {other}이(가) 모두 {port}번 포트를 쓰게 됩니다.",
        "둘 중 하나의 포트를 바꾸세요.",
    ),
    "name_hyphens": (
        "{name} 이름이 하이픈으로 끝나거나 하이픈이 연달아 있습니다.",
        "글자와 숫자 사이에 하이픈을 하나씩만 쓰세요. AWS는 다른 이름을 거부합니다.",
    ),
    "regions_equal": (
        "두 리전이 모두 {region}입니다.",
        "두 번째 리전을 다른 곳으로 고르세요.",
    ),
    "tag_reserved": (
        "{tag} 태그는 pingvas나 AWS가 씁니다.",
        "pingvas: 또는 aws:로 시작하지 않는 이름을 고르세요.",
    ),
    "host_taken_twice": (
        "{one}와(과) {other}의 이름이 모두 {host}입니다.",
        "둘 중 하나에 다른 이름을 주세요.",
    ),
    "environments_share": (
        "dev와 prod의 {key} 값이 같습니다: {value}.",
        "서로 다른 값을 주어야 두 환경이 분리됩니다.",
    ),
    "github_ids_apart": (
        "`{key}`이(가) 없습니다. GitHub는 두 번호로 함께 서명하거나 아무 번호도 쓰지 않습니다.",
        "둘 다 쓰거나 다른 하나를 지우세요.",
    ),
    "promotion_unsupported": (
        "gitops.promotion: {value}은(는) 아직 지원하지 않습니다. 릴리스는 풀 리퀘스트로 prod에 갑니다.",
        "`promotion: pull_request`로 쓰거나 이 항목을 지우세요.",
    ),
    "dev_outranks_prod": (
        "dev의 우선순위 {dev}이(가) prod의 {prod}보다 낮지 않아 prod를 밀어낼 수 있습니다.",
        "prod의 우선순위를 더 높게 두세요.",
    ),
    "cidr_outside_vpc": (
        "{cidr}은(는) VPC {vpc} 밖에 있습니다.",
        "{vpc} 안에서 고르거나 network.vpc_cidr을 넓히세요.",
    ),
    "cidr_overlaps": ("{cidr}이(가) {other}와(과) 겹칩니다.", "비어 있는 주소 범위를 고르세요."),
    "subnet_size": ("AWS는 {cidr} 크기의 서브넷을 받지 않습니다.", "/16에서 /28 사이로 고르세요."),
    "subnet_count": (
        "{kind}와(과) private_subnets의 개수가 다릅니다.",
        "가용 영역마다 하나씩 {zones}개를 적으세요.",
    ),
    "zone_count": (
        "가용 영역이 서브넷과 맞지 않습니다.",
        "서로 다른 영역 ID를 {zones}개 적거나 비워 두세요.",
    ),
    "zone_excluded": (
        "{zone}은(는) 제외된 영역입니다. EKS나 GPU가 제공되지 않습니다.",
        "다른 영역을 고르세요. 쓸 수 있는 영역은 `pingvas doctor`가 알려 줍니다.",
    ),
    "open_to_world": (
        "{cidr}을(를) 허용하면 Kubernetes API가 인터넷 전체에 열립니다.",
        "작업하는 네트워크만 적으세요.",
    ),
    "pools_above_cap": (
        "GPU 풀의 합은 {limits}개까지 늘 수 있는데 전체 상한은 {cap}개입니다.",
        "풀의 gpu_limit을 낮추거나 fleet_gpu_cap을 높이세요.",
    ),
    "pools_share": (
        "두 GPU 풀의 {key} 값이 같습니다.",
        "Karpenter가 이 값으로 풀을 고르므로 서로 다르게 두세요.",
    ),
    "not_one_gpu": (
        "{type}은(는) amd64 프로세서에 NVIDIA GPU 하나를 갖춘 타입이 아닙니다.",
        "GPU가 하나인 g4dn, g5, g6 타입을 고르세요. 예: g4dn.xlarge, g5.xlarge.",
    ),
    "database_reserved": (
        "`{name}`은(는) PostgreSQL이나 AWS가 쓰는 데이터베이스입니다.",
        "다른 이름을 고르세요. 예: pingvas.",
    ),
    "node_too_small": (
        "{type}은(는) 시스템 노드에서 실행되는 것들에 비해 너무 작습니다.",
        "large 이상의 크기를 고르세요. 예: m7g.large.",
    ),
    "other_architecture": (
        "{type}은(는) {architecture} 프로세서가 아닙니다.",
        "한 종류의 프로세서만 고르고 cluster.system_nodes.architecture를 그에 맞추세요.",
    ),
    "gpus_oversubscribed": (
        "dev와 prod의 GPU 할당량 합은 {quotas}개인데 전체 상한은 {cap}개입니다.",
        "할당량을 낮추거나, 상한을 높이거나, gpu_nodes.allow_oversubscription: true를 설정하세요.",
    ),
    "workers_above_gpus": (
        "{name}의 워커는 {workers}개까지인데 GPU는 {gpus}개뿐입니다.",
        "워커 수를 줄이거나 namespaces.{name}.gpus를 높이세요.",
    ),
    "quota_too_small": (
        "모든 파드가 최대로 늘면 {need} {unit}이(가) 필요한데 {limit} {unit}까지만 허용됩니다.",
        "레플리카, 워커, 요청량을 줄이거나 이 한도를 높이세요.",
    ),
    "worker_above_node": (
        "워커는 {need} MiB를 요청하는데 .xlarge GPU 노드에서 쓸 수 있는 메모리는 {limit} MiB입니다.",
        "worker.memory_mib을 낮추거나 .xlarge 풀의 gpu_limit을 0으로 두세요.",
    ),
    "version_too_old": (
        "버전 {version}은(는) Kubernetes {kubernetes}에서 동작하지 않습니다.",
        "{floor} 이상을 고르세요.",
    ),
    "sentinel_even": (
        "노드가 {nodes}개면 하나가 끊겼을 때 과반을 이룰 수 없습니다.",
        "3개나 5개로 하세요.",
    ),
    "sentinel_on_aws": (
        "ElastiCache에는 Sentinel이 없습니다.",
        "AWS에서는 mode: replication_group을 고르세요.",
    ),
    "throughput_unclear": (
        "provisioned_mibps와 throughput_mode: provisioned는 함께 써야 합니다.",
        "둘 다 적거나 둘 다 지우세요.",
    ),
    "ages_out_of_order": (
        "객체를 옮기는 날짜의 순서가 맞지 않습니다: {days}일.",
        "각 단계(infrequent, archive, expire)는 앞 단계보다 나중이어야 합니다.",
    ),
    "tier_below": (
        "{higher}의 가중치가 {lower}보다 낮습니다.",
        "{higher}의 가중치를 {lower} 이상으로 두세요.",
    ),
}
