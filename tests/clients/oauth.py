"""What oauth.sh runs: tokens fetched, used, verified, looked at and ended by clients that others wrote.

    python3 oauth.py URL EMAIL PASSWORD    (of the network's admin)

AWASIR_TEST_BIN is the server's binary, which rotates the signing keys of the same database meanwhile.
"""

import os
import subprocess
import sys
import time
import warnings
from datetime import datetime, timedelta, timezone

import jwt
import requests
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata, get_well_known_url
from authlib.oauth2.rfc9068.claims import JWTAccessTokenClaims
from joserfc import jwt as jose
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from oauthlib.oauth2 import BackendApplicationClient, InvalidClientError, InvalidScopeError
from requests_oauthlib import OAuth2Session as OauthlibSession

from api import Api

URL, ADMIN, PASSWORD = sys.argv[1:]
api = Api(URL, PASSWORD)
is_ = api.is_

# RFC 9864 would have it called Ed25519, which few libraries know yet.
warnings.filterwarnings("ignore", "EdDSA is deprecated")

READS = "organisations:read projects:read visits:read"


def refused(action, error, what):
    """The action ends as this error of the client's."""
    try:
        action()
    except error:
        is_(True, True, what)
    else:
        sys.exit(f"{what}: not refused")


def found():
    """The metadata, as authlib finds and checks them."""
    answer = requests.get(get_well_known_url(URL, external=True))
    is_((answer.status_code, answer.headers["Content-Type"]), (200, "application/json"), "metadata")
    metadata = AuthorizationServerMetadata(answer.json())
    metadata.validate()
    is_(metadata["issuer"], URL, "issuer")
    is_(metadata["grant_types_supported"], ["client_credentials"], "grants")
    return metadata


class Machines:
    """An organisation's access token and another's, and where their endpoints are."""

    def __init__(self):
        network = api.login(ADMIN)
        self.organisation, self.admin = api.organisation(network, "جمعية الوادي", "admin@wadi.example")
        other, others = api.organisation(network, "منظمة النيل", "admin@nile.example")
        self.metadata = found()
        self.id, self.secret = self.make(self.organisation, self.admin)
        self.others = self.make(other, others)

    def make(self, organisation, admin):
        expires = datetime.now(timezone.utc) + timedelta(days=30)
        body = {
            "name": "مزامنة المشاريع",
            "role": "viewer",
            "permissions": READS.split(),
            "expires_at": expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        made = api.post(f"/v1/organisations/{organisation}/access-tokens", body, admin)
        return made["id"], made["secret"]

    def authlib(self, method="client_secret_basic", client=None, **more):
        id_, secret = client or (self.id, self.secret)
        return AuthlibSession(id_, secret, token_endpoint_auth_method=method, **more)

    def fetch(self, session, **more):
        token = session.fetch_token(self.metadata["token_endpoint"], grant_type="client_credentials", **more)
        is_(token["token_type"], "Bearer", "token_type")
        is_("refresh_token" in token, False, "a refresh token")
        return token

    def active(self, token, client=None):
        session = self.authlib(client=client)
        answer = session.introspect_token(self.metadata["introspection_endpoint"], token=token)
        is_((answer.status_code, answer.headers["Cache-Control"]), (200, "no-store"), "introspection")
        told = answer.json()
        if not told["active"]:
            is_(told, {"active": False}, "of a token that is not active nothing is told")
        return told


def fetching(machines):
    """Tokens by HTTP Basic and in the form, whole and narrowed; and the calls that they open."""
    for method in ["client_secret_basic", "client_secret_post"]:
        session = machines.authlib(method)
        token = machines.fetch(session)
        is_(token["scope"], READS, method)
        is_(session.get(f"{URL}/v1/projects").status_code, 200, method)
        session = machines.authlib(method, scope="projects:read")
        is_(machines.fetch(session)["scope"], "projects:read", method)
        is_(session.get(f"{URL}/v1/projects").status_code, 200, method)
        is_(session.get(f"{URL}/v1/visits").status_code, 403, method)
        wrong = machines.authlib(method, client=(machines.id, machines.others[1]))
        refused(lambda: machines.fetch(wrong), OAuthError, "another's secret")
    beyond = machines.authlib(scope="projects:write")
    refused(lambda: machines.fetch(beyond), OAuthError, "a scope beyond the token")

    url = machines.metadata["token_endpoint"]
    for more in [{}, {"include_client_id": True}]:
        client = BackendApplicationClient(machines.id, scope=READS.split()[1:])
        session = OauthlibSession(client=client)
        token = session.fetch_token(url, client_secret=machines.secret, **more)
        is_(token["scope"], READS.split()[1:], "requests-oauthlib")
        is_(session.get(f"{URL}/v1/projects").status_code, 200, "requests-oauthlib")
        is_(session.get(f"{URL}/v1/organisations").status_code, 403, "requests-oauthlib")
        wrong = lambda: session.fetch_token(url, client_secret="awasir_at_x", **more)
        refused(wrong, InvalidClientError, "a made-up secret")
        session = OauthlibSession(client=BackendApplicationClient(machines.id, scope=["moon:walk"]))
        wrong = lambda: session.fetch_token(url, client_secret=machines.secret, **more)
        refused(wrong, InvalidScopeError, "a scope that is none")


def verified(machines, token, keys):
    """The claims, by PyJWT and the published keys alone."""
    header = jwt.get_unverified_header(token)
    is_((header["typ"], header["alg"]), ("at+jwt", "EdDSA"), "the header")
    key = keys.get_signing_key_from_jwt(token)
    needed = ["iss", "aud", "exp", "iat", "sub", "client_id", "jti"]
    claims = jwt.decode(
        token, key, algorithms=["EdDSA"], audience=URL, issuer=URL, options={"require": needed}
    )
    is_((claims["sub"], claims["client_id"]), (machines.id, machines.id), "whose it is")
    is_(list(claims["roles"]), [machines.organisation], "roles")
    wrong = lambda: jwt.decode(token, key, algorithms=["EdDSA"], audience="https://elsewhere.example")
    refused(wrong, jwt.InvalidAudienceError, "another's audience")
    return header["kid"], claims


def taken_elsewhere(token, metadata, audience=URL):
    """The claims as a server of somebody else takes them: RFC 9068 as authlib has it. Its own validator names no
    algorithm, and joserfc then takes those alone that it recommends, of which EdDSA is none."""
    keys = KeySet.import_key_set(requests.get(metadata["jwks_uri"]).json())
    decoded = jose.decode(token, keys, algorithms=["EdDSA"])
    options = {name: {"essential": True} for name in ["exp", "sub", "client_id", "iat", "jti", "scope"]}
    options |= {"iss": {"essential": True, "value": metadata["issuer"]}, "aud": {"essential": True, "value": audience}}
    claims = JWTAccessTokenClaims(decoded.claims, decoded.header, options)
    claims.validate()
    return claims


def verifying(machines):
    """A JWT is verified elsewhere, before and after the signing keys are rotated."""
    session = machines.authlib(scope="projects:read visits:read")
    fetched = machines.fetch(session)
    keys = jwt.PyJWKClient(machines.metadata["jwks_uri"], cache_jwk_set=False)
    old, claims = verified(machines, fetched["access_token"], keys)
    is_(claims["scope"], "projects:read visits:read", "scope")
    is_(claims["exp"] - claims["iat"], fetched["expires_in"], "expires_in")
    taken = taken_elsewhere(fetched["access_token"], machines.metadata)
    is_(taken["scope"].split(), ["projects:read", "visits:read"], "scope")
    wrong = lambda: taken_elsewhere(fetched["access_token"], machines.metadata, "https://elsewhere.example")
    refused(wrong, JoseError, "another's audience, by authlib")

    before = {key.key_id for key in keys.get_signing_keys()}
    subprocess.run([os.environ["AWASIR_TEST_BIN"], "keys", "rotate", "--signing"], check=True, stdout=subprocess.DEVNULL)
    for _ in range(100):
        new = machines.fetch(machines.authlib())["access_token"]
        kid, _ = verified(machines, new, keys)
        if kid != old:
            break
        time.sleep(0.1)
    is_(kid != old and kid in before, True, "the new key was published before it signed")
    # Both are good, here and elsewhere.
    is_(verified(machines, fetched["access_token"], keys)[0], old, "the key before")
    for token in [fetched["access_token"], new]:
        taken_elsewhere(token, machines.metadata)
        answer = requests.get(f"{URL}/v1/projects", headers={"Authorization": f"Bearer {token}"})
        is_(answer.status_code, 200, "after the rotation")


def ending(machines):
    """Tokens are looked at and ended, each organisation its own."""
    revoke = machines.metadata["revocation_endpoint"]
    session = machines.authlib(scope="projects:read")
    mine = machines.fetch(session)["access_token"]
    told = machines.active(mine)
    is_((told["active"], told["scope"], told["client_id"]), (True, "projects:read", machines.id), "a JWT")
    is_(told["exp"] > time.time() and told["iss"] == URL, True, "a JWT")
    told = machines.active(machines.secret)
    is_((told["active"], told["scope"], told["sub"]), (True, READS, machines.id), "an access token")
    for token in [mine, machines.secret, machines.admin, "x", ""]:
        if token:
            told = machines.active(token, machines.others)
            is_(told, {"active": False}, "another organisation's")
        answer = machines.authlib(client=machines.others).revoke_token(revoke, token=token or "x")
        is_(answer.status_code, 200, "revoking what is another's")
    is_(machines.active(machines.admin), {"active": False}, "a person's session")
    is_(session.get(f"{URL}/v1/projects").status_code, 200, "what another tried to end")

    other = machines.fetch(machines.authlib())["access_token"]
    for _ in range(2):
        is_(session.revoke_token(revoke, token=mine, token_type_hint="access_token").status_code, 200, "revoking")
    is_(machines.active(mine), {"active": False}, "a JWT that was ended")
    is_(machines.active(other)["active"], True, "the JWT beside it")
    is_(session.get(f"{URL}/v1/projects").status_code, 401, "a JWT that was ended")
    is_(session.revoke_token(revoke, token=machines.secret).status_code, 200, "revoking all of it")
    refused(lambda: machines.fetch(machines.authlib()), OAuthError, "a client that was ended")
    answer = requests.get(f"{URL}/v1/projects", headers={"Authorization": f"Bearer {other}"})
    is_(answer.status_code, 401, "a JWT of an access token that was ended")


machines = Machines()
fetching(machines)
verifying(machines)
ending(machines)
print(f"oauth: {api.checked} checks passed, 0 failed")
