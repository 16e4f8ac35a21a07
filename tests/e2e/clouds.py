"""Clouds on loopback: where they log a client in, what they answer, and with which login they were asked."""

from __future__ import annotations

import hashlib
import hmac
import json
import ssl
import threading
from base64 import urlsafe_b64decode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

# The access keys that AWS knows, and the session token that each must come with.
ACCESS_KEYS = {
    "KEYOFINVENTORY": ("secret-of-inventory", None),
    "KEYOFPROFILE": ("secret-of-profile", None),
    "KEYOFHOST": ("secret-of-host", "session-of-host"),
    "KEYOFROLE": ("secret-of-role", "session-of-role"),
}
ROLE = "arn:aws:iam::123456789012:role/llm"
_EXPIRES = "2099-01-01T00:00:00Z"
_TEXT = "Hello."
_CHAT = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1_760_000_000,
    "model": "m",
    "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": _TEXT}}],
    "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
}
_CONVERSE = {
    "output": {"message": {"role": "assistant", "content": [{"text": _TEXT}]}},
    "stopReason": "end_turn",
    "usage": {"inputTokens": 3, "outputTokens": 2, "totalTokens": 5},
}
_GENERATED = {
    "candidates": [{"content": {"role": "model", "parts": [{"text": _TEXT}]}, "finishReason": "STOP"}],
    "usageMetadata": {"promptTokenCount": 3, "candidatesTokenCount": 2, "totalTokenCount": 5},
}
_ASSUMED = f"""<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>KEYOFROLE</AccessKeyId><SecretAccessKey>secret-of-role</SecretAccessKey>
<SessionToken>session-of-role</SessionToken><Expiration>{_EXPIRES}</Expiration></Credentials>
<AssumedRoleUser><AssumedRoleId>r:s</AssumedRoleId><Arn>{ROLE}/s</Arn></AssumedRoleUser>
</AssumeRoleResult></AssumeRoleResponse>"""


class Clouds:
    """A server on a port of loopback that plays AWS, Google and Azure.

    `logins`: for each completion, who asked for it, as its headers prove. `problems`: what the headers do not prove.
    `requests`: method, path and body of everything else that was asked. `tls`: the certificate that it shows.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.logins: list[str] = []
        self.requests: list[tuple[str, str, str]] = []
        clouds = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                clouds._answer(self)

            do_POST = do_PUT = do_GET

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.place = f"127.0.0.1:{self._server.server_port}"
        self.address = f"http{'s' if tls else ''}://{self.place}"

    def __enter__(self) -> Clouds:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        path = urlsplit(handler.path).path
        if path.startswith("/model/") or path.endswith("/invocations"):
            self.logins.append(read_aws_login(handler, body))
            answer: Any = _CONVERSE if path.startswith("/model/") else [{"generated_text": _TEXT}]
        elif path.endswith(":generateContent"):
            self.logins.append(handler.headers["Authorization"])
            answer = _GENERATED
        elif path.endswith("/chat/completions"):
            self.logins.append(handler.headers["api-key"] or handler.headers["Authorization"])
            answer = _CHAT
        else:
            self.requests.append((handler.command, handler.path, body.decode()))
            answer = self._log_in(handler, path, body.decode())
        text = answer if isinstance(answer, str) else json.dumps(answer)
        handler.send_response(404 if answer is None else 200)
        handler.send_header("Content-Type", "text/xml" if text.startswith("<") else "application/json")
        # Google's library takes no other server for the one of a host's metadata.
        handler.send_header("Metadata-Flavor", "Google")
        handler.send_header("Content-Length", str(len(text)))
        handler.end_headers()
        handler.wfile.write(text.encode())

    def _log_in(self, handler: BaseHTTPRequestHandler, path: str, body: str) -> Any:
        token = {"token_type": "Bearer", "expires_in": 3600, "expires_on": "4070908800", "resource": "r"}
        if (handler.command, path) == ("GET", "/"):
            return {}
        if path == "/latest/api/token":
            return "token-of-metadata"
        if path == "/latest/meta-data/iam/security-credentials/":
            return "role-of-host"
        if path.endswith("/role-of-host"):
            secret, session = ACCESS_KEYS["KEYOFHOST"]
            its = {"AccessKeyId": "KEYOFHOST", "SecretAccessKey": secret, "Token": session}
            return {
                "Code": "Success",
                "Type": "AWS-HMAC",
                "LastUpdated": "2026-01-01T00:00:00Z",
                **its,
                "Expiration": _EXPIRES,
            }
        if "Action=AssumeRole" in body:
            return _ASSUMED if parse_qs(body)["RoleArn"] == [ROLE] else None
        if path == "/google/token":
            (assertion,) = parse_qs(body)["assertion"]
            return token | {"access_token": f"google-{read_jwt(assertion)['iss']}"}
        if path.startswith("/computeMetadata/"):
            if path.endswith("/token"):
                return token | {"access_token": "google-of-host"}
            return "host-project" if path.endswith("project-id") else {"email": "host@example.com", "scopes": []}
        if path.endswith("openid-configuration"):
            base = f"{self.address}/adfs/oauth2"
            return {"issuer": f"{self.address}/adfs", "authorization_endpoint": base, "token_endpoint": f"{base}/token"}
        if path == "/adfs/oauth2/token":
            form = {key: values[0] for key, values in parse_qs(body).items()}
            is_right = form.get("client_secret") == "secret-of-application"
            return token | {"access_token": f"azure-{form.get('client_id')}"} if is_right else None
        if path == "/identity" and handler.headers["X-IDENTITY-HEADER"] == "header-of-host":
            return token | {"access_token": "azure-of-host"}
        return None


def read_jwt(text: str) -> dict[str, Any]:
    """Return what a token claims."""
    claims = text.split(".")[1]
    return json.loads(urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))


def read_aws_login(handler: BaseHTTPRequestHandler, body: bytes) -> str:
    """Return `KEY REGION SERVICE` of a request that this key signed, else its Authorization or what is wrong."""
    authorization = handler.headers["Authorization"] or ""
    if not authorization.startswith("AWS4-HMAC-SHA256 "):
        return authorization
    parts = dict(part.strip().split("=", 1) for part in authorization.split(" ", 1)[1].split(","))
    key, *scope = parts["Credential"].split("/")
    secret, session = ACCESS_KEYS[key]
    if handler.headers["X-Amz-Security-Token"] != session:
        return f"{key} without its session"
    signed = {name: " ".join(handler.headers[name].split()) for name in parts["SignedHeaders"].split(";")}
    url = urlsplit(handler.path)
    canonical = [handler.command, quote(url.path, safe="/-_.~"), url.query, *map(":".join, signed.items()), ""]
    canonical += [parts["SignedHeaders"], hashlib.sha256(body).hexdigest()]
    digest = hashlib.sha256("\n".join(canonical).encode()).hexdigest()
    text = "\n".join(["AWS4-HMAC-SHA256", handler.headers["X-Amz-Date"], "/".join(scope), digest])
    signer = f"AWS4{secret}".encode()
    for part in scope:
        signer = hmac.digest(signer, part.encode(), "sha256")
    is_right = hmac.new(signer, text.encode(), "sha256").hexdigest() == parts["Signature"]
    return f"{key} {scope[1]} {scope[2]}" if is_right else f"a wrong signature of {key}"
