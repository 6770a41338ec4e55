"""What the states of an account are called."""

from collections.abc import Mapping

from app.models import AccountState

STATES: Mapping[AccountState, str] = {
    AccountState.ACTIVE: "可登录",
    AccountState.INVITED: "待设密码",
    AccountState.DISABLED: "已停用",
}
