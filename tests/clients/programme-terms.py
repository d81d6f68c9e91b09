"""What programme-terms.sh runs: makes programmes through the API and recomputes what their partners sign with rfc8785.

    python3 programme-terms.py URL EMAIL PASSWORD    (of the network's admin)
"""

import hashlib
import sys

import rfc8785
from api import Api

URL, ADMIN, PASSWORD = sys.argv[1:]
api = Api(URL, PASSWORD)

# What API-DESIGN.md says the terms are, and no more.
TERMS = {"title", "objectives", "sectors", "community_ids", "period", "budget", "partners"}
PARTNER = {"organisation_id", "role", "responsibilities"}

# Keys and texts whose order and escapes a serialiser can get wrong: beyond the BMP, marks, quotes, controls.
TEXTS = [
    {"ar": "برنامج التعليم والصحة"},
    {"en": "Education", "ar": "تعليم", "ar-Latn": "Talim", "fr": "École", "ar-SD": "قراية"},
    {"ar": 'فيه "اقتباس" وشرطة \\ مائلة / وأخرى، و👩‍👩‍👧 و𞸀 و\u2028 ومُدَّةٌ'},
    {"zh-Hant": "𠮷", "ar": "سطر\nثانٍ"},
]


def sealed(terms, what):
    """The terms as answered, recomputed."""
    api.is_(set(terms["terms"]), TERMS, f"{what}: the members")
    for partner in terms["terms"]["partners"]:
        api.is_(set(partner), PARTNER, f"{what}: the members of a partner")
    canonical = rfc8785.dumps(terms["terms"])
    api.is_(terms["canonical"].encode(), canonical, f"{what}: the canonical form")
    api.is_(terms["digest"], hashlib.sha256(canonical).hexdigest(), f"{what}: the digest")
    for signature in terms["signatures"]:
        api.is_(signature["digest"], terms["digest"], f"{what}: what was signed")


class Partners:
    """Two organisations and what they agree on."""

    def __init__(self):
        network = api.login(ADMIN)
        self.a, self.token = api.organisation(network, "جمعية الوادي", "admin@wadi.example")
        self.b, self.others = api.organisation(network, 'منظمة "النيل"، للتنمية', "admin@nile.example")

    def act(self, path, action, body=None, token=None):
        return api.post(f"{path}/{action}", body or {}, token or self.token)

    def sign(self, path, revision, token):
        terms = api.get(f"{path}/terms/{revision}", token)
        sealed(terms, f"{path} revision {revision}")
        return self.act(path, "sign", {"revision": revision, "digest": terms["digest"]}, token)

    def propose(self, objectives):
        title = {"ar": "برنامج مشترك"}
        partners = [
            {"organisation_id": self.a, "role": "lead", "responsibilities": objectives},
            {"organisation_id": self.b, "role": "implementing"},
        ]
        body = {
            "title": title,
            "objectives": objectives,
            "sectors": ["orphans", "education", "health"],
            "community_ids": [],
            "period": {"starts_on": "2025-01-01", "ends_on": "2031-12-31"},
            "budget": [
                {"amount": "1250000.5", "currency": "SDG"},
                {"amount": "7", "currency": "JPY"},
                {"amount": "0.001", "currency": "KWD"},
            ],
            "partners": partners,
        }
        path = f"/v1/programmes/{api.post('/v1/programmes', body, self.token)['id']}"
        self.act(path, "propose")
        return path


partners = Partners()
for objectives in TEXTS:
    path = partners.propose(objectives)
    partners.sign(path, 1, partners.others)
    state = partners.sign(path, 1, partners.token)["state"]
    api.is_(state, "agreed", "signed by both")
    partners.act(path, "amend", {"objectives": {"ar": "أهداف أخرى"}, "budget": []})
    partners.sign(path, 2, partners.token)
    revision = partners.sign(path, 2, partners.others)["terms_revision"]
    api.is_(revision, 2, "the amendment is in force")
    for revision in (1, 2):
        sealed(api.get(f"{path}/terms/{revision}", partners.others), f"{path} revision {revision}, afterwards")
print(f"terms: {api.checked} checks passed, 0 failed")
