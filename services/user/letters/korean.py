"""The mails in Korean: subject and text of each kind."""

from __future__ import annotations

from collections.abc import Mapping

from services.user.letters.kinds import MailKind

SIGNATURE = "-- \npingvas, {platform}"
PROOF = """
    {link}

또는 토큰을 묻는 프로그램에 다음 토큰을 입력하세요:

    {token}
"""

TEXTS: Mapping[MailKind, tuple[str, str]] = {
    "verify_address": (
        "이메일 주소를 확인해 주세요",
        "이 주소로 회원 가입이 신청되었습니다. 본인이 신청했다면 24시간 안에 확인해 주세요:\n"
        + PROOF
        + "\n본인이 아니라면 아무것도 하지 않으셔도 됩니다.",
    ),
    "address_taken": (
        "회원님의 이메일 주소로 가입 신청이 있었습니다",
        (
            "이미 계정이 있는 이 주소로 누군가 계정을 신청했습니다. 바뀐 것은 없습니다.\n"
            "본인이라면 로그인하시고, 비밀번호를 잊었다면 재설정해 주세요:\n\n    {platform}\n"
        ),
    ),
    "reset_password": (
        "새 비밀번호를 정해 주세요",
        "회원님 계정의 비밀번호 재설정이 신청되었습니다. 본인이 신청했다면 30분 안에\n"
        "새 비밀번호를 정해 주세요:\n"
        + PROOF
        + "\n본인이 아니라면 아무것도 하지 않으셔도 됩니다. 비밀번호는 그대로입니다.",
    ),
    "change_address": (
        "새 이메일 주소를 확인해 주세요",
        "이 주소를 자신의 계정에 쓰겠다는 신청이 있었습니다. 본인이 신청했다면 24시간 안에\n"
        "확인해 주세요:\n" + PROOF + "\n본인이 아니라면 아무것도 하지 않으셔도 됩니다.",
    ),
    "address_changed": (
        "이메일 주소가 바뀌었습니다",
        (
            "이제 회원님의 계정은 다른 이메일 주소를 쓰며, 이 주소는 더 이상 쓰이지 않습니다.\n"
            "본인이 바꾸지 않았다면 바로 이 메일에 답장해 주세요."
        ),
    ),
    "password_changed": (
        "비밀번호가 바뀌었습니다",
        (
            "계정의 비밀번호가 바뀌었고, 다른 기기는 모두 로그아웃되었습니다. 본인이 바꾸지\n"
            "않았다면 바로 비밀번호를 재설정하고 API 키를 확인해 주세요:\n\n    {platform}\n"
        ),
    ),
    "provider_linked": (
        "계정에 새 로그인 방법이 추가되었습니다",
        (
            "이제 이 주소가 회원님의 것임을 확인한 Google, GitHub 같은 제공자를 통해 계정에\n"
            "로그인할 수 있습니다. 본인이 아니라면 계정에서 이를 지우고 비밀번호를 바꿔 주세요:\n\n"
            "    {platform}\n"
        ),
    ),
    "account_leaving": (
        "계정이 삭제되는 중입니다",
        (
            "계정이 닫혔고 데이터는 곧 삭제됩니다. 그때까지는 이 주소로 새 계정을 만들 수\n"
            "없습니다. 원하지 않으셨다면 이 메일에 답장해 주세요."
        ),
    ),
    "account_deleted": (
        "계정이 삭제되었습니다",
        (
            "계정과 개인 데이터가 삭제되었습니다. 장부에 남아야 하는 기록은 누구의 것이었는지\n"
            "말해 주지 않습니다. 이것이 회원님께 드리는 마지막 메일입니다."
        ),
    ),
}
