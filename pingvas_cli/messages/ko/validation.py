"""Words of validation, in Korean."""

TEXTS: dict[str, str] = {
    "column_check": "검사",
    "column_state": "상태",
    "column_where": "위치",
    "column_what": "내용",
    "only_local": "설정이 올바릅니다. AWS 검사는 `platform.target: aws`일 때 합니다.",
    "passed": "문제가 없습니다.",
    "hop_verified": "{oldest} 이상, 상대를 검증함. 근거: {by}",
    "hop_unverified": "{oldest} 이상, 상대를 검증하지 않음. 근거: {by}",
    "hop_plain": "암호화하지 않음. {by}(으)로 분리됨",
    "from_customer_to_images": "고객에서 이미지로",
    "from_cdn_to_bucket": "CloudFront에서 버킷으로",
    "from_customer_to_balancer": "고객에서 로드 밸런서로",
    "from_balancer_to_pod": "로드 밸런서에서 파드로",
    "from_pod_to_pooler": "파드에서 풀러로",
    "from_pooler_to_database": "풀러에서 데이터베이스로",
    "from_pod_to_cache": "파드에서 캐시로",
    "from_pod_to_aws": "파드에서 AWS로",
    "by_endpoints": "AWS의 엔드포인트",
    "by_vpc": "VPC 자체의 격리",
    "by_cache": "ElastiCache의 가장 오래된 버전",
    "kind_bucket": "버킷",
    "kind_host": "호스트",
    "eks_calendar": "EKS Kubernetes 출시 일정, {read} 확인",
    "rds_calendar": "RDS for PostgreSQL 출시 일정(endoflife.date), {read} 확인",
    "not_rendered": "이 폴더에는 렌더링된 파일이 없습니다",
    "no_terraform": "terraform이 없어 파일을 판단하지 못했습니다",
    "terraform_hindered": "terraform이 프로바이더를 받지 못했습니다: {why}",
    "terraform_ran": "Terraform {version}의 fmt와 validate",
}

ERRORS: dict[str, tuple[str, str]] = {
    "fails": (
        "AWS에서 쓸 수 없는 값이 {count}개 있습니다.",
        "pingvas.yaml에서 이 위치들을 고치세요.",
    ),
    "support_ended": (
        "{product}의 표준 지원이 {day}에 끝났습니다({source}).",
        "더 새 버전을 고르세요. 쓸 수 있는 값은 `pingvas config explain`이 보여 줍니다.",
    ),
    "support_ends_soon": (
        "{product}의 표준 지원이 {days}일 뒤인 {day}에 끝납니다({source}).",
        "새 버전으로 옮길 계획을 세우세요.",
    ),
    "untested_together": (
        "{product}은(는) Kubernetes {oldest}~{newest}에서 시험되었고 {kubernetes}에서는 아닙니다.",
        "서로 시험된 버전을 고르세요.",
    ),
    "name_too_long": (
        "{kind} 이름 `{name}`이(가) {limit}자보다 깁니다.",
        "이름을 이루는 값을 줄이세요.",
    ),
    "namespace_reserved": (
        "네임스페이스 `{namespace}`은(는) 플랫폼이 씁니다.",
        "다른 이름을 고르세요.",
    ),
    "secret_missing": (
        "시크릿 `{name}`이(가) 목록에 없습니다. 플랫폼의 프로그램이 이것으로 로그인합니다.",
        "`secrets.per_environment`에 추가하세요.",
    ),
    "vpc_size": (
        "VPC는 {cidr} 크기일 수 없습니다.",
        "/16에서 /28 사이의 네트워크를 고르세요.",
    ),
    "vpc_not_private": (
        "{cidr}은(는) 사설 주소가 아닙니다.",
        "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10 안에서 고르세요.",
    ),
    "second_vpc_not_private": (
        "두 번째 리전의 VPC는 바로 뒤의 {cidr}이며 사설 주소가 아닙니다.",
        "10.0.0.0/16처럼 뒤에 사설 주소가 이어지는 VPC를 고르세요.",
    ),
    "no_second_region": (
        "스냅샷을 두 번째 리전으로 복사해야 하는데 두 번째 리전이 없습니다.",
        "`platform.second_region.enabled: true`로 두거나 복사를 빼세요.",
    ),
    "addresses_too_few": (
        "프라이빗 서브넷에는 주소 16개짜리 블록이 {blocks}개 있는데 노드는 {nodes}개까지 뜹니다.",
        "프라이빗 서브넷을 넓히거나 노드 풀의 한도를 낮추세요.",
    ),
    "zone_of_other_region": (
        "{zone}은(는) {region}의 영역이 아닙니다. 이 리전의 영역은 {start}(으)로 시작합니다.",
        "이 리전의 영역을 쓰거나 목록을 비워 두세요.",
    ),
    "zones_excluded": (
        "{region}에 남은 영역이 많아야 {left}개인데 {needed}개가 필요합니다.",
        "제외한 영역을 줄이거나 종류별 서브넷 수를 줄이세요.",
    ),
    "window_too_short": (
        "시간대 {window}은(는) {minutes}분보다 짧습니다.",
        "{minutes}분 이상으로 넓히세요.",
    ),
    "windows_overlap": (
        "시간대 {window}이(가) {other}와 겹치며, AWS가 거부합니다.",
        "한쪽이 끝난 뒤에 다른 쪽이 시작하도록 둘 중 하나를 옮기세요.",
    ),
    "schedule_unreadable": (
        "AWS가 일정 `{schedule}`을(를) 읽을 수 없습니다.",
        "분, 시, 날짜, 월, 요일, 연도를 쓰고 날짜와 요일 중 하나만 `?`로 두세요. "
        "예: cron(0 18 * * ? *).",
    ),
    "path_closed": (
        "방화벽이 {closed}을(를) 닫는데, 서비스가 {prefix}을(를) 제공합니다.",
        "`edge.firewall.admin_paths`에서 빼거나 범위를 좁히세요.",
    ),
    "overlay_shared": (
        "{environment}의 오버레이가 `{section}`을(를) 바꾸지만, AWS에서는 두 환경이 함께 씁니다.",
        "pingvas.yaml에 직접 쓰세요.",
    ),
    "tls_older": (
        "`{hop}` 구간이 {oldest}도 받습니다. 플랫폼은 TLS 1.3을 약속합니다(inventory 51).",
        "더 오래된 버전이 필요한 클라이언트가 없다면 TLS 1.3을 고르세요.",
    ),
    "terraform_refuses": (
        "Terraform이 렌더링된 파일에서 문제 {count}개를 찾았습니다.",
        "이 파일은 pingvas가 만든 것입니다. pingvas.yaml과 함께 알려 주세요.",
    ),
    "terraform_finding": ("{summary}: {detail}", "파일의 이 줄을 보세요."),
    "misformatted": (
        "`terraform fmt` 형식이 아닙니다.",
        "이 파일은 pingvas가 만든 것입니다. 알려 주세요.",
    ),
}
