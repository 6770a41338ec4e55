"""What lists of challenges, and a challenge, cost in queries: the same for few things and many."""

from app.models import ExpertKind
from tests.api.challenge_life import Life

# Who is signed in, and what is shown.
SHOWN = (
    "staff /api/v1/challenges?limit=100",
    "bureau /api/v1/challenges?limit=100",
    "staff /challenges",
    "owner /challenges",
    "owner /challenges/own",
    "bidder /challenges/own",
    "expert /",
    "staff /challenges/guide",
    "staff /challenges/due",
    "staff /challenges/{id}",
    "owner /challenges/{id}",
    "bidder /challenges/{id}",
    "expert /challenges/{id}/ballot",
)
# The page of one challenge is the costliest.
MOST = 20


def test_pages_cost_the_same_for_few_things_and_many(client, account, create, callers, queries):
    owner = "云澜榜单查询有限公司（示例）"
    first = Life(client, account, create, owner=owner).to("closed")
    Life(client, account, create, owner=owner).to("published")
    under_review = Life(client, account, create, owner=owner).to("review")
    expert, expert_headers = first.experts["scientist"]
    under_review.ask(ExpertKind.SCIENTIST, expert)
    people = {
        "staff": first.staff, "owner": first.owner_headers, "bidder": first.bidders[0][1], "expert": expert_headers,
        "bureau": callers["bureau"],
    }  # fmt: skip

    def counted():
        found = {}
        for name in SHOWN:
            who, path = name.split()
            address = path.replace("{id}", first.id)
            client.get(address, headers=people[who])  # a key notes its first use
            queries.clear()
            answer = client.get(address, headers=people[who])
            assert answer.status_code == 200, answer.text
            found[name] = len(queries)
        return found

    few = counted()
    for _ in range(2):
        Life(client, account, create, owner=owner).to("published")
        another = Life(client, account, create, owner=owner).to("review")
        another.ask(ExpertKind.SCIENTIST, expert)
    many = counted()
    assert few == many
    assert max(many.values()) <= MOST
