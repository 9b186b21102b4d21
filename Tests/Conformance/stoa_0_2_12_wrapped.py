"""The wrapper of onstoa 0.2.12 around the official clients: what it makes of every metered operation's exchange."""

import os
import sys

import coverage
from anthropic import Anthropic
from check import equal
from elevenlabs import ElevenLabs
from openai import OpenAI
from openai.lib.streaming.chat import ChatCompletionStreamState
from stoa import Stoa
from wrapped import HELLO, VOICE, Wrapped, in_events, in_json, recording

wrapped = Wrapped()
origin = wrapped.tap.origin
stoa = Stoa(base_url=origin)
stoa.identify(user_id="user_123", email="ada@example.com")

openai = stoa.openai(OpenAI(base_url=f"{origin}/v1", max_retries=0), user_id="user_123")
anthropic = stoa.anthropic(Anthropic(base_url=origin, max_retries=0), user_id="user_123")
openrouter = stoa.openrouter(
    OpenAI(base_url=f"{origin}/api/v1", api_key=os.environ["OPENROUTER_API_KEY"], max_retries=0), user_id="user_123")
elevenlabs = stoa.elevenlabs(ElevenLabs(base_url=origin), user_id="user_123")


def of_openai(function, case, **options):
    wrapped.case("openai", "openai", openai, f"openai.{function}", case, **options)


def of_anthropic(case, **options):
    wrapped.case("anthropic", "anthropic", anthropic, "anthropic.messages.create", case, **options)


def of_openrouter(case, **options):
    wrapped.case("openrouter", "openai", openrouter, "openrouter.chat.completions.create", case, **options)


def of_elevenlabs(function, case, **options):
    wrapped.case("elevenlabs", "elevenlabs", elevenlabs, f"elevenlabs.{function}", case, **options)


def whole_chat(stream):
    """The completion that OpenAI's client makes of a stream."""
    state = ChatCompletionStreamState()
    for chunk in stream:
        state.handle_chunk(chunk)
    return state.get_final_completion()


def last(stream):
    return list(stream)[-1]


def whole_message(stream):
    """The message that Anthropic's client makes of a stream."""
    from anthropic.lib.streaming._messages import accumulate_event

    message, buffers = None, {}
    for event in stream:
        message = accumulate_event(event=event, current_snapshot=message, json_bufs=buffers)
    return message


# OpenAI: chat and completions

DETAILS = {
    "prompt_tokens": 1200, "completion_tokens": 340, "total_tokens": 1540,
    "prompt_tokens_details": {"cached_tokens": 1024, "cache_write_tokens": 16, "audio_tokens": 3},
    "completion_tokens_details": {
        "reasoning_tokens": 256, "audio_tokens": 2, "accepted_prediction_tokens": 5, "rejected_prediction_tokens": 7},
}
CHAT = {"id": "chatcmpl-own", "object": "chat.completion", "created": 1, "model": "gpt-5-2025-08-07"}
CHUNK = CHAT | {"object": "chat.completion.chunk"}
TEXT = {"id": "cmpl-own", "object": "text_completion", "created": 1, "model": "gpt-3.5-turbo-instruct"}
MESSAGE = {"index": 0, "finish_reason": "stop", "logprobs": None, "message": {"role": "assistant", "content": "Hi", "refusal": None}}


def delta(text, reason=None):
    return [{"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": reason, "logprobs": None}]


def words(text, reason=None):
    return [{"index": 0, "text": text, "finish_reason": reason, "logprobs": None}]


of_openai("chat.completions.create", "answered", model="gpt-4o", messages=HELLO)
of_openai(
    "chat.completions.create", "cachedAndReasoned", model="gpt-5", messages=HELLO,
    answer=in_json(CHAT | {"choices": [MESSAGE], "usage": DETAILS, "service_tier": "priority"}))
of_openai(
    "chat.completions.create", "withoutUsage", model="gpt-5", messages=HELLO, posts=False,
    answer=in_json(CHAT | {"choices": [MESSAGE]}))
of_openai(
    "chat.completions.create", "streamed", model="gpt-4o", messages=HELLO, stream=True,
    stream_options={"include_usage": True}, posts=False, final=whole_chat)
of_openai(
    "chat.completions.create", "streamedAndReasoned", model="gpt-5", messages=HELLO, stream=True,
    stream_options={"include_usage": True}, posts=False, final=whole_chat,
    answer=in_events(
        CHUNK | {"choices": delta("The member \"usage\": {"), "usage": None},
        CHUNK | {"choices": delta("Hi", "stop"), "usage": None}, CHUNK | {"choices": [], "usage": DETAILS}))
of_openai(
    "chat.completions.create", "streamedWithUsageInTheLastChoice", model="gpt-5", messages=HELLO, stream=True,
    stream_options={"include_usage": True}, posts=False, final=whole_chat,
    answer=in_events(CHUNK | {"choices": delta("Hi")}, CHUNK | {"choices": delta("", "stop"), "usage": DETAILS}))
of_openai(
    "completions.create", "answered", model="gpt-3.5-turbo-instruct", prompt="Say hi",
    answer=in_json(TEXT | {"choices": words("Hi", "stop"),
                           "usage": {"prompt_tokens": 2, "completion_tokens": 1, "total_tokens": 3}}))
of_openai(
    "completions.create", "streamed", model="gpt-3.5-turbo-instruct", prompt="Say hi", stream=True,
    stream_options={"include_usage": True}, posts=False, final=last,
    answer=in_events(
        TEXT | {"choices": words("Hi", "stop"), "usage": None},
        TEXT | {"choices": [], "usage": {"prompt_tokens": 2, "completion_tokens": 1, "total_tokens": 3}}))

# OpenAI: responses

RESPONSE = {
    "id": "resp_own", "object": "response", "created_at": 1, "model": "gpt-5-2025-08-07", "output": [],
    "parallel_tool_calls": True, "tool_choice": "auto", "tools": [], "status": "in_progress", "usage": None,
}
READ = {
    "input_tokens": 90, "output_tokens": 70, "total_tokens": 160,
    "input_tokens_details": {"cached_tokens": 64, "cache_write_tokens": 8}, "output_tokens_details": {"reasoning_tokens": 48},
}


def ended(kind, usage=READ):
    return in_events(
        {"type": "response.created", "sequence_number": 0, "response": RESPONSE},
        {"type": "response.output_text.delta", "sequence_number": 1, "item_id": "msg_own", "output_index": 0,
         "content_index": 0, "delta": "Hi", "logprobs": []},
        {"type": f"response.{kind}", "sequence_number": 2, "response": RESPONSE | {"status": kind, "usage": usage}},
        end=None, named=True)


def response_of(stream):
    return last(stream).response


of_openai("responses.create", "answered", model="gpt-5", input="Hello there", reasoning={"effort": "high"})
of_openai(
    "responses.create", "cachedAndReasoned", model="gpt-5", input="Hello there",
    answer=in_json(RESPONSE | {"status": "completed", "usage": READ}))
of_openai("responses.create", "streamed", model="gpt-5", input="Hello there", stream=True, posts=False, final=response_of)
for kind in ["completed", "incomplete", "failed"]:
    of_openai(
        "responses.create", f"streamed{kind.title()}", model="gpt-5", input="Hello there", stream=True, posts=False,
        final=response_of, answer=ended(kind))

# OpenAI: embeddings, images and audio

of_openai("embeddings.create", "answered", model="text-embedding-3-small", input="Tea", encoding_format="float", dimensions=4)
of_openai(
    "embeddings.create", "ofSeveral", model="text-embedding-3-large", input=["Tea", "Coffee"],
    answer=in_json({"object": "list", "model": "text-embedding-3-large", "usage": {"prompt_tokens": 3, "total_tokens": 3},
                    "data": [{"object": "embedding", "index": 0, "embedding": [0.5]}]}))
of_openai("images.generate", "older", model="dall-e-3", prompt="A tollgate", size="1792x1024", quality="hd")
of_openai("images.generate", "olderByDefault", prompt="A tollgate", n=2)
of_openai("images.generate", "newer", model="gpt-image-1", prompt="A tollgate", size="1536x1024", quality="high", n=2)
of_openai("images.generate", "newerByDefault", model="gpt-image-1", prompt="A tollgate")
of_openai(
    "images.generate", "streamed", model="gpt-image-1", prompt="A tollgate", size="1024x1024", quality="low",
    partial_images=1, stream=True, final=last)

TALK = ("talk.wav", recording(0.25), "audio/wav")
of_openai("audio.transcriptions.create", "verbose", model="whisper-1", file=TALK, response_format="verbose_json")
of_openai("audio.transcriptions.create", "bySeconds", model="whisper-1", file=TALK)
of_openai("audio.transcriptions.create", "byTokens", model="gpt-4o-transcribe", file=TALK)
of_openai(
    "audio.transcriptions.create", "streamed", model="gpt-4o-transcribe", file=TALK, stream=True, final=last)
of_openai("audio.speech.create", "spoken", model="tts-1", voice="nova", input="Grüße, 世界 👋🏽")
of_openai(
    "audio.speech.create", "streamed", model="gpt-4o-mini-tts", voice="alloy", input="A", stream_format="sse")

# Anthropic

ASK = {"model": "claude-haiku-4-5", "max_tokens": 1024, "messages": HELLO}
CACHED = [{"type": "text", "text": "Answer in one sentence.", "cache_control": {"type": "ephemeral", "ttl": "1h"}}]
OWN = {
    "id": "msg_own", "type": "message", "role": "assistant", "model": "claude-haiku-4-5-20251001", "content": [],
    "stop_reason": None, "stop_sequence": None,
}


def told(**usage):
    return {"input_tokens": 25, "cache_creation_input_tokens": 7, "cache_read_input_tokens": 2048} | usage


def message_events(*deltas):
    return in_events(
        {"type": "message_start", "message": OWN | {"usage": told(output_tokens=1)}}, {"type": "ping"},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hi"}},
        {"type": "content_block_stop", "index": 0}, *deltas, {"type": "message_stop"}, end=None, named=True)


of_anthropic("answered", **ASK)
of_anthropic("cacheWritten", system=CACHED, **ASK)
of_anthropic("cacheRead", system=CACHED, **ASK)
of_anthropic("thought", thinking={"type": "enabled", "budget_tokens": 1024}, **ASK | {"max_tokens": 4096})
of_anthropic(
    "cacheWrittenForOtherTime", system=CACHED, **ASK,
    answer=in_json(OWN | {"stop_reason": "end_turn", "usage": told(
        output_tokens=3, cache_creation={"ephemeral_5m_input_tokens": 7, "ephemeral_1h_input_tokens": 0})}))
of_anthropic("streamed", stream=True, posts=False, final=whole_message, **ASK)
of_anthropic(
    "streamedWithSeveralDeltas", stream=True, posts=False, final=whole_message, **ASK,
    answer=message_events(
        {"type": "message_delta", "delta": {"stop_reason": None, "stop_sequence": None}, "usage": {"output_tokens": 8}},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None},
         "usage": told(input_tokens=31, output_tokens=15)}))

# OpenRouter

ROUTED = {"model": "openai/gpt-4o", "messages": HELLO}
of_openrouter("answered", **ROUTED)
of_openrouter(
    "countedNatively", **ROUTED,
    answer=in_json(CHAT | {"id": "gen-own", "model": "openai/gpt-4o", "choices": [MESSAGE], "usage": DETAILS | {
        "cost": 0.00125, "native_prompt_tokens": 1180, "native_completion_tokens": 350}}))
of_openrouter(
    "withoutCost", **ROUTED,
    answer=in_json(CHAT | {"id": "gen-own", "model": "openai/gpt-4o", "choices": [MESSAGE], "usage": DETAILS}))
of_openrouter("streamed", stream=True, posts=False, final=whole_chat, **ROUTED)

# ElevenLabs

SAY = {"voice_id": VOICE, "text": "Grüße, 世界 👋🏽"}
of_elevenlabs("text_to_speech.convert", "spoken", model_id="eleven_multilingual_v2", **SAY)
of_elevenlabs("text_to_speech.convert", "byDefault", **SAY)
of_elevenlabs("text_to_speech.stream", "spoken", posts=False, **SAY)
of_elevenlabs("speech_to_speech.convert", "saidAgain", voice_id=VOICE, audio=recording(0.25), model_id="eleven_english_sts_v2")
of_elevenlabs(
    "speech_to_speech.convert", "saidAgainFromSamples", voice_id=VOICE, audio=("talk.pcm", bytes(3200)),
    file_format="pcm_s16le_16")
of_elevenlabs("speech_to_speech.stream", "saidAgain", posts=False, voice_id=VOICE, audio=recording(0.25))
of_elevenlabs("text_to_speech.convert_with_timestamps", "spoken", posts=False, voice_id=VOICE, text="Hi")
of_elevenlabs("text_to_speech.stream_with_timestamps", "spoken", posts=False, final=last, voice_id=VOICE, text="Hi")
of_elevenlabs("voices.pvc.create", "made", posts=False, name="Ada", language="en")

# Claude's agents, which run on a client of their own: an application without that client records the same itself


class Agent:
    async def receive_response(self):
        yield {"type": "assistant", "message": {"id": "msg_1", "model": "claude-haiku-4-5", "usage": {"input_tokens": 9, "output_tokens": 2}}}
        yield {"type": "result", "usage": {"input_tokens": 20, "output_tokens": 5}, "session_id": "s", "num_turns": 2}


@wrapped.suite.check("the messages of an agent are metered at their end, as a stream and as a client's")
async def _():
    agents = {
        "wrap_claude_agent_query": lambda: stoa.wrap_claude_agent_query(Agent().receive_response(), user_id="user_123"),
        "wrap_claude_agent_client": lambda: stoa.wrap_claude_agent_client(Agent(), user_id="user_123").receive_response(),
    }
    for name, messages in agents.items():
        wrapped.tap.events.clear()
        equal(len([message async for message in messages()]), 2)
        equal([event["payload"]["input_tokens"] for event in wrapped.tap.events], [20])
        coverage.called("onstoa", f"Stoa.{name}", "POST", "/v1/events")


sys.exit(wrapped.suite.finish())
