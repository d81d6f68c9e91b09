"""For the scripts beside it: an API client that ends the run at the first surprise."""

import json
import sys
import urllib.error
import urllib.request


class Api:
    """The server at a URL, and the password of everybody in it."""

    def __init__(self, url, password):
        self.url, self.password, self.checked = url, password, 0

    def call(self, method, path, token=None, body=None, headers=None):
        """The answer's bytes and headers; a refusal ends the run."""
        headers = {"Content-Type": "application/json", **(headers or {})}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.read(), answer.headers
        except urllib.error.HTTPError as error:
            sys.exit(f"{method} {path}: {error.code} {error.read().decode()}")

    def post(self, path, body, token=None):
        return json.loads(self.call("POST", path, token, body)[0])

    def get(self, path, token):
        return json.loads(self.call("GET", path, token)[0])

    def is_(self, found, expected, what):
        """Ends the run where something is not as expected."""
        self.checked += 1
        if found != expected:
            sys.exit(f"{what}:\n  found    {found!r}\n  expected {expected!r}")

    def login(self, email):
        return self.post("/v1/auth/login", {"email": email, "password": self.password})["access_token"]

    def organisation(self, network, name, email):
        """An organisation, and the token of its admin."""
        person = {"name": {"ar": "آمنة"}, "email": email}
        body = {"name": {"ar": name}, "legal_form": "association", "sectors": ["education"], "admin": person}
        made = self.post("/v1/organisations", body, network)
        accepted = {"token": made["invitation"]["token"], "name": person["name"], "password": self.password}
        self.post("/v1/auth/invitations/accept", accepted)
        return made["id"], self.login(email)
