"""A mock server for the check of its page, and what a client would send to it."""

import base64
import hashlib
import hmac
import json
import subprocess
import urllib.error
import urllib.request
import uuid
from datetime import datetime


class Mock:
    """A process of tollgate-mock, with what it printed for clients."""

    def __init__(self, program, port=0):
        self.program = program
        self.process = subprocess.Popen(
            [program, "--port", str(port), "--seed", "1"], stdout=subprocess.PIPE, text=True)
        self.values = {}
        for line in self.process.stdout:
            if line == "READY\n":
                break
            name, _, value = line.rstrip("\n").partition("=")
            self.values[name] = value
        assert "STOA_BASE_URL" in self.values, f"{program} did not print what clients need"
        self.origin = self.values["STOA_BASE_URL"]

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)
        self.process.stdout.close()

    def send(self, method, path, body=None, headers=None):
        """The status and the JSON of an answer; None and None where the connection was broken off."""
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **(headers or {})} if data is not None else headers or {}
        request = urllib.request.Request(f"{self.origin}{path}", data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, self.read(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, self.read(error)
        except (urllib.error.URLError, ConnectionError):
            return None, None

    @staticmethod
    def read(answer):
        text = answer.read()
        return json.loads(text) if text and "json" in answer.headers.get("Content-Type", "") else text

    def control(self, method, path, body=None):
        status, value = self.send(method, f"/_tollgate{path}", body)
        assert status is not None and status < 300, f"{method} {path}: {status} {value}"
        return value

    # Clients

    def stoa(self, method, path, body=None):
        return self.send(method, path, body, {"Authorization": f"Bearer {self.values['STOA_API_KEY']}"})

    def identify(self, user):
        return self.stoa("POST", "/v1/users:identify", {"user_id": user, "email": f"{user}@example.com"})

    def event(self, user, tokens=1_000, note=None):
        """A call of a model by a user, as Stoa's clients report it."""
        moment = self.control("GET", "/clock")["time"]
        return self.stoa("POST", "/v1/events", {
            "event_id": str(uuid.uuid4()), "user_id": user,
            "event_type": "openai.chat_completion", "timestamp": moment,
            "payload": {
                "model": "gpt-4o", "input_tokens": tokens, "output_tokens": tokens // 4, "cached_tokens": 0,
                "reasoning_tokens": 0, "request_id": note, "streaming": False, "latency_ms": None},
            "app_metadata": None, "schema_version": "1.0"})

    def authorize(self, principal, feature="openai.gpt-4o"):
        """A lease, asked for with the signature of a service key."""
        path = "/mgt/v1/gate/authorize"
        body = json.dumps({"feature_code": feature}).encode()
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        fields = {
            "Content-Digest": f"sha-256=:{digest}:", "Content-Type": "application/json",
            "X-Realm-Id": self.values["VLUNA_REALM_ID"], "X-Billing-Account-Id": "", "X-Principal-Id": principal,
            "Idempotency-Key": str(uuid.uuid4())}
        clock = datetime.fromisoformat(self.control("GET", "/clock")["time"].replace("Z", "+00:00"))
        moment = str(int(clock.timestamp()))
        nonce = uuid.uuid4().hex
        lines = ["POST", path, f"ts:{moment}", f"nonce:{nonce}"]
        text = "\n".join(lines + [f"{name.lower()}:{value}" for name, value in fields.items()])
        secret = base64.b64decode(self.values["VLUNA_SERVICE_KEY_SECRET"])
        signature = base64.b64encode(hmac.new(secret, text.encode(), hashlib.sha256).digest()).decode()
        fields["Authorization"] = (
            f"SVC-AUTH keyId={self.values['VLUNA_SERVICE_KEY_ID']},ts={moment},nonce={nonce},alg=HMAC-SHA256,"
            f"sig={signature}")
        return self.send("POST", path, body, {name: value for name, value in fields.items() if value})
