"""An issuer of really signed tokens, with its public keys on a loopback server.

The server also remembers which App Check tokens were used, as Firebase's does:
https://firebase.google.com/docs/reference/appcheck/rest/v1beta/projects/verifyAppCheckToken
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from tests.private_texts import note_token

PROJECT = "demo-conteur"
KEY_ID = "test-key-1"


class Issuer:
    """Signs ID tokens and App Check tokens; `certs_url` and `jwks_url` serve the public keys.

    `app_check_url` stands in for https://firebaseappcheck.googleapis.com, and `used` are the
    tokens that were used up there.
    """

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.certs_url = ""
        self.jwks_url = ""
        self.app_check_url = ""
        self.used: list[str] = []

    def id_token(self, uid: str = "alice", **claims: object) -> str:
        """Return an ID token for `uid`, valid for ten minutes unless `claims` say otherwise."""
        now = int(time.time())
        standard = {
            "iss": f"https://securetoken.google.com/{PROJECT}",
            "aud": PROJECT,
            "sub": uid,
            "iat": now - 60,
            "auth_time": now - 60,
            "exp": now + 600,
            "firebase": {"sign_in_provider": "password"},
        }
        return self.sign({**standard, **claims})

    def app_check_token(self, **claims: object) -> str:
        """Return an App Check token for the project's web app."""
        now = int(time.time())
        standard = {
            "iss": "https://firebaseappcheck.googleapis.com/123",
            "aud": ["projects/123", f"projects/{PROJECT}"],
            "sub": "1:123:web:abc",
            "iat": now - 60,
            "exp": now + 600,
        }
        return self.sign({**standard, **claims})

    def sign(self, claims: dict[str, Any]) -> str:
        """Return a token with these claims and this issuer's signature."""
        return note_token(jwt.encode(claims, self._key, "RS256", headers={"kid": KEY_ID}))

    @contextmanager
    def serve(self) -> Iterator["Issuer"]:
        """Serve the public keys until the block ends."""
        documents = {"/certs": {KEY_ID: self._certificate()}, "/jwks": {"keys": [self._jwk()]}}
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(documents, self._use))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        base = f"http://127.0.0.1:{server.server_port}"
        self.certs_url, self.jwks_url = f"{base}/certs", f"{base}/jwks"
        self.app_check_url = base
        try:
            yield self
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def _use(self, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
        """Answer as verifyAppCheckToken: 403 for a bad token, and `alreadyConsumed` if it is."""
        if path != f"/v1beta/projects/{PROJECT}:verifyAppCheckToken":
            return _refusal(404, "NOT_FOUND")
        token = json.loads(body).get("app_check_token")
        try:
            jwt.decode(token, self._key.public_key(), ["RS256"], audience=f"projects/{PROJECT}")
        except jwt.InvalidTokenError:
            return _refusal(403, "PERMISSION_DENIED")
        is_used = token in self.used
        self.used.append(token)
        return 200, {"alreadyConsumed": True} if is_used else {}

    def _certificate(self) -> str:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test issuer")])
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self._key.public_key())
            .serial_number(1)
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .sign(self._key, hashes.SHA256())
        )
        return certificate.public_bytes(serialization.Encoding.PEM).decode()

    def _jwk(self) -> dict[str, str]:
        jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key()))
        return {**jwk, "kid": KEY_ID, "alg": "RS256", "use": "sig"}


_Use = Callable[[str, bytes], tuple[int, dict[str, Any]]]


def _refusal(code: int, status: str) -> tuple[int, dict[str, Any]]:
    return code, {"error": {"code": code, "message": "refused", "status": status}}


def _handler(documents: dict[str, Any], use: _Use) -> type[BaseHTTPRequestHandler]:
    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(200, documents[self.path], "max-age=300")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(*use(self.path, body), "private")

        def _answer(self, code: int, document: dict[str, Any], caching: str) -> None:
            body = json.dumps(document).encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Cache-Control", caching)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    return Keys
