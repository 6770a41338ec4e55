"""What calls itself a state secret is refused; what speaks of confidentiality is not."""

import pytest

from app.confidentiality.state_secrets import find_state_secrets


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("机密★10年 舰用涂层耐盐雾2000 h", "机密★"),
        ("秘 密 ★ 长期", "秘 密 ★"),
        ("密级：机密。要求射程提高", "密级：机密"),
        ("密级为绝密", "密级为绝密"),
        ("本项目涉密，指标面谈", "本项目涉密"),
        ("本需求属于国家秘密", "属于国家秘密"),
        ("该成果已定为机密", "定为机密"),
        ("为某型装备研制的机密级项目", "机密级项目"),
        ("相关指标涉密，无法公开", "相关指标涉密"),
        ("内容涉及军事秘密", "涉及军事秘密"),
        ("ＭＭＤ绝密级国防项目配套", "绝密级国防项目"),
    ],
)
def test_state_secrets_are_found(text, part):
    assert [each.text for each in find_state_secrets(text)] == [part]


@pytest.mark.parametrize(
    "text",
    [
        "涉及商业秘密，签订保密协议后提供图纸",
        "本项目不涉密，可公开对接",
        "不涉及国家秘密和商业秘密",
        "非涉密项目",
        "成果已脱密处理，未列入国家秘密",
        "采用机密计算与可信执行环境，吞吐不低于10 Gbps",
        "涉密文件碎纸设备，颗粒小于1 mm×1 mm",
        "具有涉密信息系统集成资质的单位优先",
        "如属于国家秘密，请勿上传",
        "技术秘密转让费50万元",
        "秘密通道算法的检测率不低于95%",
        "保密柜锁芯寿命10万次",
        "部分技术已解密",
    ],
)
def test_other_confidentiality_is_not(text):
    assert find_state_secrets(text) == []
