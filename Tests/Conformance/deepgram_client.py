"""Deepgram's client: recordings are written down, and texts are spoken."""

import io
import os
import sys
import wave

from check import Raises, Suite, equal
from deepgram import DeepgramClient
from deepgram.core.api_error import ApiError
from deepgram.environment import DeepgramClientEnvironment

suite = Suite("deepgram-sdk")
check, recorded = suite.check, suite.recorded
BASE = os.environ["DEEPGRAM_BASE_URL"]


def client(key=os.environ["DEEPGRAM_API_KEY"]):
    return DeepgramClient(
        api_key=key,
        environment=DeepgramClientEnvironment(base=BASE, production=BASE, agent=BASE, agent_rest=BASE))


def recording(seconds):
    """A recording in WAV with two channels."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\0\0\0\0" * int(8000 * seconds))
    return file.getvalue()


@check("a recording is written down, and its length is told")
def _():
    with recorded("writtenDown"):
        answer = client().listen.v1.media.transcribe_file(
            request=recording(2.5), model="nova-3", smart_format=True, tag=["test"])
    equal((answer.metadata.duration, answer.metadata.channels, answer.metadata.tags), (2.5, 1, ["test"]))
    alternative = answer.results.channels[0].alternatives[0]
    equal(alternative.transcript, "This recording lasts 2.5 seconds.")
    equal((alternative.words[0].word, alternative.words[-1].end), ("this", 2.5))
    equal(len(answer.metadata.model_info), 1)


@check("every channel is written down if that is asked for")
def _():
    answer = client().listen.v1.media.transcribe_file(request=recording(1), model="nova-3", multichannel=True)
    equal((answer.metadata.channels, len(answer.results.channels)), (2, 2))


@check("a recording on the web is written down, or goes to a callback")
def _():
    url = "https://dpgr.am/spacewalk.wav"
    with recorded("fromTheWeb"):
        answer = client().listen.v1.media.transcribe_url(url=url, model="nova-3", utterances=True)
    assert answer.metadata.duration > 5 and answer.results.utterances, answer
    with recorded("toACallback"):
        accepted = client().listen.v1.media.transcribe_url(url=url, model="nova-3", callback="https://example.com/hook")
    assert accepted.request_id, accepted


@check("a text is spoken in pieces, and the headers tell its characters")
def _():
    speak = client().speak.v1.audio.with_raw_response
    with recorded("spoken"), speak.generate(text="Hello there", model="aura-2-thalia-en") as response:
        audio = b"".join(response.data)
        equal((response.headers["dg-char-count"], response.headers["dg-model-name"]), ("11", "aura-2-thalia-en"))
    assert audio.startswith(b"\xff\xfb"), audio[:4]


@check("what is wrong is said in Deepgram's words")
def _():
    with Raises(ApiError) as caught:
        with recorded("unknownModel"):
            client().listen.v1.media.transcribe_file(request=b"0", model="nothing")
    equal(caught.error.status_code, 400)
    with Raises(ApiError) as caught:
        with recorded("wrongKey"):
            client("wrong").listen.v1.media.transcribe_file(request=b"0", model="nova-3")
    equal((caught.error.status_code, caught.error.body["err_code"]), (401, "INVALID_AUTH"))


sys.exit(suite.finish())
