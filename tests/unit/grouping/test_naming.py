"""Names of groups are made of what the members say."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from matching.grouping.naming import JOINT, MAX_TERMS, TITLE_TERMS, GroupMember, group_title, shared_terms

WORDS = ["电池", "锂离子", "锂离子电池", "电解液", "PLC", "负极", "石墨", "İ"]
TERMS = st.dictionaries(st.sampled_from([word.lower() for word in WORDS]), st.floats(0.5, 9), max_size=5)
TITLES = st.lists(st.sampled_from([*WORDS, "用", "的", " "]), max_size=6).map("".join)
MEMBERS = st.lists(st.builds(GroupMember, st.sampled_from("甲乙丙"), TITLES, TERMS), min_size=2, max_size=5)


def member(owner: str, title: str, **terms: float) -> GroupMember:
    return GroupMember(owner, title, terms)


def named(members: list[GroupMember], others: int = 20, **elsewhere: int) -> tuple[str, ...]:
    everywhere = Counter(term for each in members for term in each.terms)
    everywhere.update(elsewhere)
    return shared_terms(members, everywhere, len(members) + others)


@given(MEMBERS)
def test_titles_and_terms_are_the_members_own(members: list[GroupMember]) -> None:
    terms = named(members)
    held = Counter(term for each in members for term in each.terms)
    assert len(terms) <= MAX_TERMS
    assert all(held[term] > len(members) / 2 for term in terms)
    assert not any(one != other and one in other for one in terms for other in terms)
    title = group_title(members, terms)
    parts = title.split(JOINT) if title else []
    assert len(parts) <= TITLE_TERMS
    for part in parts:
        lowered = part.lower()
        assert lowered in held or any(part in each.title or lowered in each.title.lower() for each in members)
        covered = set()
        for term in held:
            for at in range(len(lowered)):
                if lowered.startswith(term, at):
                    covered.update(range(at, at + len(term)))
        assert covered == set(range(len(lowered)))


def test_terms_of_a_title_go_before_what_bodies_share() -> None:
    members = [member("甲", "电解液配方", 电解液=2, 园区=9), member("乙", "低温电解液", 电解液=2, 园区=9)]
    assert named(members) == ("电解液",)
    assert named([member("甲", "配方", 园区=9), member("乙", "低温", 园区=9)]) == ("园区",)


def test_terms_that_others_have_too_count_less() -> None:
    members = [member("甲", "电解液电池", 电解液=4, 电池=5), member("乙", "电解液电池", 电解液=4, 电池=5)]
    assert named(members) == ("电池", "电解液")
    assert named(members, 电池=18) == ("电解液",)


def test_a_term_of_one_owner_is_not_common_unless_there_is_one_owner() -> None:
    one = [member("甲", "电池", 电池=5, 负极=1) for _ in range(3)]
    assert named(one) == ("电池",)
    assert named([*one, member("乙", "负极", 负极=1)]) == ("负极",)


def test_weak_terms_are_left_out_beside_a_strong_one() -> None:
    members = [member("甲", "燃料电池寿命", 燃料电池=10, 寿命=2), member("乙", "燃料电池寿命", 燃料电池=10, 寿命=2)]
    assert named(members) == ("燃料电池",)


def test_a_title_shows_terms_as_the_medoid_has_them() -> None:
    members = [member("甲", "低温PLC用锂离子电池石墨负极", 负极=1, plc=1, 石墨=1, 离子电池=1, 锂离子=1)] * 2
    assert group_title(members, ("负极", "plc", "石墨")) == "PLC、石墨负极"
    assert group_title(members, ("plc", "离子电池", "锂离子", "负极")) == "PLC、锂离子电池"


def test_a_title_is_true_of_nearly_all_members() -> None:
    members = [member("甲", "三元电解液", 三元=9, 电解液=5)] * 2 + [member("乙", "铁锂电解液", 电解液=5)]
    assert group_title(members, ("三元", "电解液")) == "电解液"
    assert group_title(members, ("三元",)) == "三元"


def test_the_next_member_names_what_the_medoid_calls_otherwise() -> None:
    members = [member("甲", "储能单元", 电池=3), member("乙", "铁锂电池", 电池=3)]
    assert group_title(members, ("电池",)) == "电池"
    assert group_title([member("甲", "单元", 电池=3, 负极=4), member("乙", "模组")], ()) == "负极、电池"
