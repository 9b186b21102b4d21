"""The wrapper of onstoa 0.2.1: the clients that it makes itself, and what later versions dropped.

That is Deepgram, and the making of voices. It knows those clients by methods that they no longer have. What stands in for
them here has these methods, and makes the calls of the official clients of today.
"""

import os
import sys

import coverage
from check import equal
from deepgram import DeepgramClient
from deepgram.environment import DeepgramClientEnvironment
from elevenlabs import ElevenLabs
from stoa import Stoa
from stoa.proxy import StoaProxy
from wrapped import HELLO, VOICE, Wrapped, recording

wrapped = Wrapped()
origin = wrapped.tap.origin
stoa = Stoa(base_url=origin)
stoa.register_member(
    registration_secret=os.environ["STOA_REGISTRATION_SECRET"], user_id="user_123", email="ada@example.com")
wrapped.tap.exchange = None

service = DeepgramClient(
    api_key=os.environ["DEEPGRAM_API_KEY"],
    environment=DeepgramClientEnvironment(base=origin, production=origin, agent=origin, agent_rest=origin))
voices = ElevenLabs(base_url=origin)


class Deepgram:
    class Transcription:
        # The wrapper knows what it has to meter by the module that a class says it is from.
        __module__ = "deepgram.transcription"

        def prerecorded(self, *, audio=None, url=None, **arguments):
            if url:
                return service.listen.v1.media.transcribe_url(url=url, **arguments)
            return service.listen.v1.media.transcribe_file(request=audio, **arguments)

    class Speak:
        __module__ = "deepgram.speak"

        def text(self, **arguments):
            return b"".join(service.speak.v1.audio.generate(**arguments))

    transcription, speak = Transcription(), Speak()


class Voices:
    class Clone:
        __module__ = "elevenlabs.clone"

        def clone(self, **arguments):
            return voices.voices.ivc.create(**arguments)

    voice_clone = Clone()


def metered(client, name):
    return StoaProxy(obj=client, function_name=name, user_id="user_123", stoa_client=stoa._http)


def of_deepgram(function, case, **arguments):
    wrapped.case(None, "deepgram-sdk", metered(Deepgram(), "deepgram"), f"deepgram.{function}", case, **arguments)


TALK = recording(0.25)
of_deepgram("transcription.prerecorded", "writtenDown", audio=TALK, model="nova-3")
of_deepgram(
    "transcription.prerecorded", "withFeatures", audio=TALK, model="nova-2", utterances=True, punctuate=True,
    diarize=True, smart_format=False)
of_deepgram("transcription.prerecorded", "fromTheWeb", url="https://dpgr.am/spacewalk.wav", model="nova-3", paragraphs=True)
of_deepgram("transcription.prerecorded", "byDefault", audio=TALK)
of_deepgram("speak.text", "spoken", text="Grüße, 世界 👋🏽", model="aura-2-thalia-en")
of_deepgram("speak.text", "byDefault", text="Hello there")
wrapped.case(
    "elevenlabs", "elevenlabs", metered(Voices(), "elevenlabs"), "elevenlabs.voice_clone.clone", "made", name="Ada",
    files=[("ada.wav", recording(0.01), "audio/wav")])

# The clients that this version makes itself, from the environment


def base_of(client, **attributes):
    """A wrapped client that leads to the mock, where no variable says so."""
    for name, value in attributes.items():
        setattr(object.__getattribute__(client, "_obj"), name, value)
    return client


def elevenlabs():
    client = stoa.elevenlabs(user_id="user_123")
    object.__getattribute__(client, "_obj")._client_wrapper._base_url = origin
    return client


@wrapped.suite.check("the clients that this version makes itself are metered")
def _():
    os.environ["OPENAI_BASE_URL"], os.environ["ANTHROPIC_BASE_URL"] = f"{origin}/v1", origin
    calls = {
        "openai": lambda: stoa.openai(user_id="user_123").chat.completions.create(model="gpt-4o", messages=HELLO),
        "anthropic": lambda: stoa.anthropic(user_id="user_123").messages.create(
            model="claude-haiku-4-5", max_tokens=99, messages=HELLO),
        "openrouter": lambda: base_of(
            stoa.openrouter(user_id="user_123"), base_url=f"{origin}/api/v1",
        ).chat.completions.create(model="openai/gpt-4o", messages=HELLO),
        "elevenlabs": lambda: b"".join(elevenlabs().text_to_speech.convert(voice_id=VOICE, text="Hi")),
    }
    for name, call in calls.items():
        wrapped.tap.events.clear()
        call()
        equal([event["user_id"] for event in wrapped.tap.events], ["user_123"])
        coverage.called("onstoa", f"Stoa.{name}", "POST", "/v1/events")


sys.exit(wrapped.suite.finish())
