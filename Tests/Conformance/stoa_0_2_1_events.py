"""The quickstart of onstoa 0.2.1, from the first event on: events, batches, reports, and an empty balance."""

import os
import sys
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import provider
from check import Raises, Suite, equal
from stoa import InsufficientBalanceError, Stoa, StoaAPIError, UsageEvent, UserNotFoundError
from stoa.exceptions import StoaAuthenticationError, StoaBadRequestError
from stoa_shared import event_id, refusal, usd

SECRET = os.environ["STOA_REGISTRATION_SECRET"]
USED_AT = datetime(2026, 1, 2, 3, 4, 5, 678901, timezone.utc)

suite = Suite("onstoa")
check, recorded = suite.check, suite.recorded
stoa = Stoa()
stranger = Stoa(api_key="stoa_app_wrong")

# The client builds the provider's client itself, from this module.
sys.modules["openai"] = provider


def register(user):
    stoa.register_member(registration_secret=SECRET, user_id=user, email=f"{user}@example.com")


def event(number, user, event_type="openai.chat_completion", timestamp=USED_AT, **payload):
    if event_type == "openai.chat_completion":
        payload = {"model": "gpt-4o", "input_tokens": 1000, "output_tokens": 500, **payload}
    return UsageEvent(
        event_id=event_id(number), user_id=user, event_type=event_type, timestamp=timestamp, payload=payload)


def send(*arguments, **payload):
    return stoa._http.ingest_event(event(*arguments, **payload))


# Events


@check("an event takes its price from the balance of 5.00 USD")
def _():
    register("user_single")
    with recorded("accepted"):
        receipt = send(1, "user_single")
    equal((receipt["event_id"], receipt["status"], receipt["dry_run"]), (event_id(1), "accepted", False))
    assert usd(receipt["charged"]) > 0, receipt
    equal(usd(receipt["balance"]) + usd(receipt["charged"]), Decimal(5))


@check("a duplicate event is counted once")
def _():
    register("user_duplicate")
    first = send(2, "user_duplicate")
    with recorded("duplicate"):
        again = send(2, "user_duplicate")
    equal((again["status"], again["charged"]), ("duplicate", 0))
    equal(usd(again["balance"]), usd(first["balance"]))
    after = send(3, "user_duplicate")
    equal(usd(after["balance"]), Decimal(5) - usd(first["charged"]) - usd(after["charged"]))


@check("an event id that stands for another event is refused")
def _():
    with recorded("conflict"), Raises(StoaAPIError) as caught:
        send(2, "user_duplicate", input_tokens=2000)
    refusal(caught.error, 409, "event_id_conflict")


@check("an event of the far future is refused")
def _():
    with recorded("inFuture"), Raises(StoaAPIError) as caught:
        send(4, "user_single", timestamp=datetime.now(timezone.utc) + timedelta(hours=2))
    refusal(caught.error, 422, "timestamp_in_future")
    near = datetime.now(timezone.utc) + timedelta(minutes=30)
    equal(send(5, "user_single", timestamp=near)["status"], "accepted")


@check("an event of an unknown user is UserNotFoundError")
def _():
    with recorded("unknownUser"), Raises(UserNotFoundError):
        send(6, "user_404")


@check("an event is refused without a user and with an unknown key")
def _():
    nobody = event(7, "user_single").model_copy(update={"user_id": ""})
    with recorded("invalid"), Raises(StoaBadRequestError) as caught:
        stoa._http.ingest_event(nobody)
    equal(refusal(caught.error, 400, "invalid_request"), {"/user_id"})
    with recorded("unknownKey"), Raises(StoaAuthenticationError):
        stranger._http.ingest_event(event(7, "user_single"))


@check("the quickstart: metered calls, and InsufficientBalanceError when the balance is gone")
def _():
    register("user_quickstart")
    client = stoa.openai(user_id="user_quickstart")
    answer = client.chat.completions.create(model="gpt-4", messages=[{"role": "user", "content": "Hello!"}])
    equal(answer.choices[0].message.content, "Re: Hello!")

    with Raises(InsufficientBalanceError) as caught:
        for _ in range(200):
            client.chat.completions.create(
                model="gpt-4", messages=[{"role": "user", "content": "Hello!"}], max_tokens=100_000)
    error = caught.error
    assert error.topup_url.startswith("http"), error.topup_url
    assert 0 <= usd(error.balance) < min(Decimal(5), usd(error.required)), (error.balance, error.required)

    after = send(8, "user_quickstart", input_tokens=1, output_tokens=0)
    equal(usd(after["balance"]) + usd(after["charged"]), usd(error.balance))


@check("an event that the balance does not cover is not recorded")
def _():
    register("user_poor")
    with recorded("insufficientBalance"), Raises(InsufficientBalanceError) as caught:
        send(9, "user_poor", input_tokens=9_000_000)
    equal(usd(caught.error.balance), Decimal(5))
    assert caught.error.required > 5, caught.error.required
    with Raises(InsufficientBalanceError):
        send(9, "user_poor", input_tokens=9_000_000)


# Batches

EVERY_TYPE = [
    ("openai.completion", {"model": "gpt-3.5-turbo-instruct", "input_tokens": 10, "output_tokens": 5}),
    ("openai.embedding", {"model": "text-embedding-3-small", "input_tokens": 8, "dimensions": 256}),
    ("openai.image_generation", {"model": "dall-e-3", "size": "1024x1024", "quality": "hd", "n": 1}),
    ("openai.audio_transcription", {"model": "whisper-1", "duration_seconds": 12.5}),
    ("openai.audio_speech", {"model": "tts-1", "voice": "alloy", "characters": 42}),
    ("anthropic.messages", {
        "model": "claude-3-5-sonnet-20241022", "input_tokens": 25, "output_tokens": 13,
        "cache_creation_input_tokens": 7, "cache_read_input_tokens": 3, "request_id": "msg_1"}),
    ("openrouter.chat_completion", {
        "model": "meta-llama/llama-3.1-70b-instruct", "input_tokens": 20, "output_tokens": 9,
        "native_input_tokens": 21, "native_output_tokens": 10, "streaming": True, "latency_ms": 321}),
    ("elevenlabs.tts", {"voice_id": "JBFqnCBsd6RMkjVDRZzb", "characters": 39, "model_id": "eleven_multilingual_v2"}),
    ("elevenlabs.sts", {"voice_id": "JBFqnCBsd6RMkjVDRZzb", "audio_duration_ms": 1500}),
    ("elevenlabs.voice_clone", {"voice_id": "JBFqnCBsd6RMkjVDRZzb"}),
    ("deepgram.transcription", {"model": "nova-2", "duration_seconds": 30, "features": ["diarize", "punctuate"]}),
    ("deepgram.tts", {"model": "aura-asteria-en", "characters": 17}),
    ("custom", {
        "metric_name": "pages", "value": 3, "unit": "page",
        "properties": {"format": "pdf", "colour": True, "scale": 1.5, "copies": 2}}),
]


@check("a batch records events of every type")
def _():
    register("user_batch")
    events = [event(20, "user_batch", request_id="chatcmpl-1", cached_tokens=4, reasoning_tokens=2)]
    events += [event(21 + index, "user_batch", name, **payload) for index, (name, payload) in enumerate(EVERY_TYPE)]
    with recorded("everyType"):
        batch = stoa._http.ingest_events(events)
    equal((batch["accepted"], batch["duplicates"], batch["rejected"]), (14, 0, 0))
    equal([result["event_id"] for result in batch["results"]], [str(event.event_id) for event in events])
    charged = sum(usd(result["charged"]) for result in batch["results"])
    equal(usd(batch["results"][-1]["balance"]), Decimal(5) - charged)


@check("a batch tells for each event what became of it")
def _():
    register("user_mixed")
    register("user_mixed_poor")
    first = send(40, "user_mixed")
    with recorded("mixed"):
        batch = stoa._http.ingest_events([
            event(41, "user_mixed"), event(40, "user_mixed"), event(42, "user_404"),
            event(43, "user_mixed_poor", input_tokens=9_000_000),
        ])
    equal((batch["accepted"], batch["duplicates"], batch["rejected"]), (1, 1, 2))
    accepted, duplicate, unknown, poor = batch["results"]
    equal([result["status"] for result in batch["results"]], ["accepted", "duplicate", "rejected", "rejected"])
    equal(usd(accepted["balance"]), usd(first["balance"]) - usd(accepted["charged"]))
    equal((usd(duplicate["balance"]), duplicate["charged"]), (usd(accepted["balance"]), 0))
    equal(unknown["error"]["code"], "user_not_found")
    equal((poor["error"]["code"], usd(poor["balance"])), ("insufficient_balance", Decimal(5)))
    assert poor["required"] > 5 and poor["topup_url"].startswith("http"), poor


@check("a batch is refused as a whole for a wrong shape and an unknown key")
def _():
    nobody = event(51, "user_batch").model_copy(update={"user_id": ""})
    with recorded("invalid"), Raises(StoaBadRequestError) as caught:
        stoa._http.ingest_events([event(50, "user_batch"), nobody])
    equal(refusal(caught.error, 400, "invalid_request"), {"/events/1/user_id"})
    with recorded("unknownKey"), Raises(StoaAuthenticationError):
        stranger._http.ingest_events([event(50, "user_batch")])
    equal(send(50, "user_batch")["status"], "accepted")


# Reports in the form of the first clients


def report(client, user, output_tokens=5):
    usage = {"model": "gpt-4", "prompt_tokens": 10, "completion_tokens": output_tokens}
    return client._http.report_usage(user, "openai.chat.completions.create", usage, 1.2345)


@check("a usage report is charged each time")
def _():
    register("user_report")
    with recorded("charged"):
        first = report(stoa, "user_report")
    assert usd(first["charged"]) > 0, first
    equal(usd(first["balance"]) + usd(first["charged"]), Decimal(5))
    second = report(stoa, "user_report")
    equal(usd(second["balance"]), usd(first["balance"]) - usd(second["charged"]))


@check("a usage report is refused for want of balance, and for an unknown user or key")
def _():
    with recorded("insufficientBalance"), Raises(InsufficientBalanceError) as caught:
        report(stoa, "user_report", output_tokens=9_000_000)
    assert usd(caught.error.balance) < 5 < usd(caught.error.required), (caught.error.balance, caught.error.required)
    with recorded("unknownUser"), Raises(UserNotFoundError):
        report(stoa, "user_404")
    with recorded("invalid"), Raises(StoaBadRequestError):
        report(stoa, "")
    with recorded("unknownKey"), Raises(StoaAuthenticationError):
        report(stranger, "user_report")


sys.exit(suite.finish())
