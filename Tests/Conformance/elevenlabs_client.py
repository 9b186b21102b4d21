"""ElevenLabs' client: text to speech, speech to speech and voices, whole and streamed."""

import base64
import os
import sys

from check import Raises, Suite, equal
from elevenlabs import ElevenLabs
from elevenlabs.core import ApiError

VOICE, TEXT = "JBFqnCBsd6RMkjVDRZzb", "The first move is what sets everything in motion."

suite = Suite("elevenlabs")
check, recorded = suite.check, suite.recorded
client = ElevenLabs(base_url=os.environ["ELEVENLABS_BASE_URL"])


@check("a text is spoken, whole and in pieces")
def _():
    with recorded("spoken"):
        whole = b"".join(client.text_to_speech.convert(VOICE, text=TEXT, model_id="eleven_multilingual_v2"))
    assert whole.startswith(b"\xff\xfb"), whole[:4]
    with recorded("streamed"):
        equal(b"".join(client.text_to_speech.stream(VOICE, text=TEXT)), whole)
    wave = b"".join(client.text_to_speech.convert(VOICE, text=TEXT, output_format="wav_16000"))
    equal(wave[:4], b"RIFF")


@check("the headers tell the request's id and the characters")
def _():
    with client.text_to_speech.with_raw_response.convert(VOICE, text="Grüße, 世界") as response:
        equal(response.headers["x-character-count"], "9")
        assert response.headers["request-id"], response.headers
        b"".join(response.data)


@check("a text is spoken with the times of its characters, at once and line by line")
def _():
    with recorded("spoken"):
        whole = client.text_to_speech.convert_with_timestamps(VOICE, text="Hi there")
    equal("".join(whole.alignment.characters), "Hi there")
    assert base64.b64decode(whole.audio_base_64).startswith(b"\xff\xfb")
    with recorded("streamed"):
        pieces = list(client.text_to_speech.stream_with_timestamps(VOICE, text="Hi there"))
    equal(["".join(piece.alignment.characters) for piece in pieces], ["Hi", " there"])
    equal(pieces[-1].alignment.character_end_times_seconds[-1], whole.alignment.character_end_times_seconds[-1])


@check("a recording is said again, whole and in pieces")
def _():
    recording = ("hello.mp3", b"\xff\xfb" + bytes(32_000), "audio/mpeg")
    with recorded("saidAgain"):
        whole = b"".join(client.speech_to_speech.convert(
            VOICE, audio=recording, model_id="eleven_multilingual_sts_v2", voice_settings='{"stability": 0.5}'))
    assert whole.startswith(b"\xff\xfb") and len(whole) > 30_000, len(whole)
    with recorded("streamed"):
        equal(b"".join(client.speech_to_speech.stream(VOICE, audio=recording)), whole)


@check("voices are made, and can be used")
def _():
    with recorded("made"):
        voice = client.voices.ivc.create(name="Ada", files=[("ada.mp3", b"\xff\xfb", "audio/mpeg")] * 2)
    equal(voice.requires_verification, False)
    assert b"".join(client.text_to_speech.convert(voice.voice_id, text="Hello"))
    with recorded("made"):
        assert client.voices.pvc.create(name="Ada", language="en").voice_id != voice.voice_id


@check("what is wrong is said in ElevenLabs' words")
def _():
    def refused(**arguments):
        with Raises(ApiError) as caught:
            b"".join(client.text_to_speech.convert(**{"voice_id": VOICE, "text": TEXT} | arguments))
        return caught.error

    with recorded("unknownVoice"):
        equal(refused(voice_id="nobody").status_code, 404)
    equal(refused(model_id="gpt-4o").status_code, 400)
    with recorded("emptyText"):
        error = refused(text="")
    equal((error.status_code, error.body["detail"][0]["loc"]), (422, ["body", "text"]))
    with Raises(ApiError) as caught:
        b"".join(ElevenLabs(base_url=os.environ["ELEVENLABS_BASE_URL"], api_key="wrong").text_to_speech.convert(
            VOICE, text=TEXT))
    equal((caught.error.status_code, caught.error.body["detail"]["status"]), (401, "invalid_api_key"))


sys.exit(suite.finish())
