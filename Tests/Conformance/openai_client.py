"""OpenAI's client: chat, responses, embeddings, images, transcription and speech, plain and streamed."""

import asyncio
import base64
import io
import sys
import wave

import openai
from check import Raises, Suite, equal
from openai import AsyncOpenAI, OpenAI

HELLO = [{"role": "user", "content": "Hello there"}]
TOOL = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}

suite = Suite("openai")
check, recorded = suite.check, suite.recorded
client = OpenAI(max_retries=0)


def recording(seconds):
    """A recording in WAV."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\0\0" * int(8000 * seconds))
    return ("talk.wav", file.getvalue(), "audio/wav")


# Chat


@check("a chat completion answers, and counts what it read and wrote")
def _():
    with recorded("answered"):
        answer = client.chat.completions.create(model="gpt-4o", messages=HELLO)
    equal((answer.object, answer.model), ("chat.completion", "gpt-4o-2024-08-06"))
    choice = answer.choices[0]
    equal((choice.message.content, choice.finish_reason), ("You said: Hello there", "stop"))
    usage = answer.usage
    equal((usage.prompt_tokens, usage.completion_tokens, usage.total_tokens), (5, 5, 10))
    assert answer.id.startswith("chatcmpl-") and answer._request_id.startswith("req_"), answer
    longer = client.chat.completions.create(model="gpt-4o", messages=HELLO * 2)
    equal(longer.usage.prompt_tokens, 10)


@check("a chat completion is cut at its limit and at stop sequences")
def _():
    with recorded("cut"):
        cut = client.chat.completions.create(model="gpt-4o", messages=HELLO, max_completion_tokens=2)
    equal((cut.choices[0].finish_reason, cut.usage.completion_tokens), ("length", 2))
    stopped = client.chat.completions.create(model="gpt-4o", messages=HELLO, stop=["there"], n=2)
    equal([choice.message.content for choice in stopped.choices], ["You said: Hello "] * 2)


@check("a chat completion calls the function that it has to")
def _():
    with recorded("functionCalled"):
        answer = client.chat.completions.create(
            model="gpt-4o", messages=HELLO, tool_choice="required", reasoning_effort="low",
            tools=[{"type": "function", "function": {"name": "temperature", "parameters": TOOL}}])
    call = answer.choices[0].message.tool_calls[0]
    equal((call.function.name, call.function.arguments), ("temperature", '{"city":"text"}'))
    equal((answer.choices[0].finish_reason, answer.choices[0].message.content), ("tool_calls", None))
    equal(answer.usage.completion_tokens_details.reasoning_tokens, 32)


@check("a chat stream comes in pieces, and tells its usage only if asked")
def _():
    plain = client.chat.completions.create(model="gpt-4o", messages=HELLO).usage
    with recorded("streamed"):
        chunks = list(client.chat.completions.create(model="gpt-4o", messages=HELLO, stream=True))
    text = [chunk.choices[0].delta.content for chunk in chunks if chunk.choices[0].delta.content]
    equal(("".join(text), len(text)), ("You said: Hello there", plain.completion_tokens))
    equal([chunk.usage for chunk in chunks], [None] * len(chunks))
    equal(chunks[-1].choices[0].finish_reason, "stop")
    with recorded("streamedWithUsage"):
        told = list(client.chat.completions.create(
            model="gpt-4o", messages=HELLO, stream=True, stream_options={"include_usage": True}))
    equal((told[-1].choices, told[-1].usage), ([], plain))
    equal([chunk.usage for chunk in told[:-1]], [None] * (len(told) - 1))


@check("a chat stream of a function's arguments")
def _():
    with client.chat.completions.stream(
        model="gpt-4o", messages=HELLO, tool_choice="required",
        tools=[{"type": "function", "function": {"name": "temperature", "parameters": TOOL}}],
    ) as stream:
        answer = stream.get_final_completion()
    call = answer.choices[0].message.tool_calls[0]
    equal((call.function.name, call.function.arguments), ("temperature", '{"city":"text"}'))


@check("an asynchronous chat stream")
async def _():
    async with AsyncOpenAI(max_retries=0) as service:
        stream = await service.chat.completions.create(model="gpt-4o", messages=HELLO, stream=True)
        text = [chunk.choices[0].delta.content or "" async for chunk in stream]
    equal("".join(text), "You said: Hello there")


@check("what is wrong is said in OpenAI's words")
def _():
    with Raises(openai.NotFoundError) as caught:
        with recorded("unknownModel"):
            client.chat.completions.create(model="gpt-9", messages=HELLO)
    equal((caught.error.code, caught.error.type), ("model_not_found", "invalid_request_error"))
    with Raises(openai.BadRequestError) as caught:
        with recorded("invalid"):
            client.chat.completions.create(model="gpt-4o", messages=HELLO, temperature=3)
    equal(caught.error.param, "temperature")
    with Raises(openai.AuthenticationError) as caught:
        with recorded("wrongKey"):
            OpenAI(api_key="sk-wrong", max_retries=0).embeddings.create(model="text-embedding-3-small", input="x")
    equal(caught.error.code, "invalid_api_key")


# Responses


@check("a response answers, and counts what it read and wrote")
def _():
    with recorded("answered"):
        answer = client.responses.create(model="gpt-5", input="Hello there", reasoning={"effort": "high"})
    equal((answer.output_text, answer.status, answer.model), ("You said: Hello there", "completed", "gpt-5-2025-08-07"))
    usage = answer.usage
    equal((usage.input_tokens, usage.output_tokens, usage.total_tokens), (2, 133, 135))
    equal(usage.output_tokens_details.reasoning_tokens, 128)
    with recorded("cut"):
        cut = client.responses.create(model="gpt-5", input="a b c d e f g h i j k l m n o p", max_output_tokens=16)
    equal((cut.status, cut.incomplete_details.reason), ("incomplete", "max_output_tokens"))
    equal(cut.usage.output_tokens, 16)


@check("a response calls the function that it has to")
def _():
    with recorded("functionCalled"):
        answer = client.responses.create(
            model="gpt-5", input="Paris?", tool_choice="required",
            tools=[{"type": "function", "name": "temperature", "parameters": TOOL, "strict": False}])
    equal((answer.output[0].type, answer.output[0].arguments), ("function_call", '{"city":"text"}'))


@check("a response stream tells its usage with its last event")
def _():
    with recorded("streamed"):
        events = list(client.responses.create(model="gpt-5", input="Hello there", stream=True))
    equal([event.sequence_number for event in events], list(range(len(events))))
    equal((events[0].type, events[-1].type), ("response.created", "response.completed"))
    text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    equal((text, events[-1].response.output_text), ("You said: Hello there", "You said: Hello there"))
    equal((events[0].response.usage, events[-1].response.usage.output_tokens), (None, 5))
    with client.responses.stream(model="gpt-5", input="Hello there") as stream:
        equal(stream.get_final_response().output_text, "You said: Hello there")


# Embeddings and images


@check("embeddings depend on their texts")
def _():
    answer = client.embeddings.create(model="text-embedding-3-small", input=["Tea", "Coffee", "Tea"])
    vectors = [item.embedding for item in answer.data]
    equal([len(vector) for vector in vectors], [1536] * 3)
    assert vectors[0] == vectors[2] != vectors[1]
    assert abs(sum(number * number for number in vectors[0]) - 1) < 1e-5
    equal((answer.usage.prompt_tokens, answer.usage.total_tokens), (3, 3))
    with recorded("answered"):
        short = client.embeddings.create(
            model="text-embedding-3-small", input="Tea", dimensions=8, encoding_format="float").data[0].embedding
    equal(len(short), 8)


@check("images: those of GPT image models tell their usage, older ones do not")
def _():
    with recorded("made"):
        new = client.images.generate(model="gpt-image-1", prompt="A cute baby sea otter", n=2, quality="low")
    equal((len(new.data), new.quality, new.size), (2, "low", "1024x1024"))
    assert base64.b64decode(new.data[0].b64_json).startswith(b"\x89PNG")
    equal((new.usage.input_tokens, new.usage.output_tokens), (5, 544))
    with recorded("madeByAnOlderModel"):
        old = client.images.generate(model="dall-e-3", prompt="A cute baby sea otter")
    equal(old.usage, None)
    assert old.data[0].url.startswith("https://"), old


@check("a stream of images ends with the usage")
def _():
    with recorded("streamed"):
        events = list(client.images.generate(
            model="gpt-image-1", prompt="An otter", quality="low", stream=True, partial_images=2))
    equal([event.type for event in events],
          ["image_generation.partial_image"] * 2 + ["image_generation.completed"])
    equal(events[-1].usage.output_tokens, 272 + 200)


# Audio


@check("a transcription is billed by tokens or by seconds")
def _():
    with recorded("billedByTokens"):
        tokens = client.audio.transcriptions.create(model="gpt-4o-transcribe", file=recording(2.5))
    equal(tokens.text, "This recording lasts 2.5 seconds.")
    equal((tokens.usage.type, tokens.usage.input_tokens), ("tokens", 25))
    with recorded("billedBySeconds"):
        seconds = client.audio.transcriptions.create(
            model="whisper-1", file=recording(2.5), response_format="verbose_json",
            timestamp_granularities=["word", "segment"])
    equal((seconds.usage.type, seconds.usage.seconds, seconds.duration), ("duration", 3, 2.5))
    equal((seconds.words[0].word, len(seconds.segments)), ("This", 1))


@check("a streamed transcription tells its usage with its last event")
def _():
    with recorded("streamed"):
        events = list(client.audio.transcriptions.create(
            model="gpt-4o-mini-transcribe", file=recording(1), stream=True, chunking_strategy={"type": "server_vad"}))
    equal("".join(event.delta for event in events[:-1]), events[-1].text)
    equal((events[-1].type, events[-1].usage.input_tokens), ("transcript.text.done", 10))


@check("speech is audio, at once, in pieces or in events")
def _():
    arguments = {"model": "gpt-4o-mini-tts", "voice": "alloy", "input": "Hello there, how are you today?"}
    with recorded("spoken"):
        whole = client.audio.speech.create(**arguments)
    equal(whole.response.headers["content-type"], "audio/mpeg")
    assert whole.content.startswith(b"\xff\xfb"), whole.content[:4]
    with client.audio.speech.with_streaming_response.create(**arguments, response_format="wav") as response:
        equal(b"".join(response.iter_bytes())[:4], b"RIFF")
    with client.audio.speech.with_streaming_response.create(**arguments, stream_format="sse") as response:
        lines = [line for line in response.iter_lines() if line.startswith("data: ")]
    assert "speech.audio.delta" in lines[0] and '"usage"' in lines[-1], lines[-1]
    with Raises(openai.BadRequestError):
        client.audio.speech.create(**arguments | {"model": "tts-1"}, stream_format="sse")


sys.exit(suite.finish())
