"""Anthropic's client: messages, plain and streamed, with caches, tools and thinking."""

import sys

import anthropic
from anthropic import Anthropic, AsyncAnthropic
from check import Raises, Suite, equal

HELLO = {"model": "claude-haiku-4-5", "max_tokens": 1024, "messages": [{"role": "user", "content": "Hello there"}]}
TOOL = {"type": "custom", "name": "temperature", "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}}}

suite = Suite("anthropic")
check, recorded = suite.check, suite.recorded
client = Anthropic(max_retries=0)


@check("a message answers, and counts what it read and wrote")
def _():
    with recorded("answered"):
        answer = client.messages.create(**HELLO)
    equal((answer.content[0].text, answer.stop_reason), ("You said: Hello there", "end_turn"))
    equal((answer.model, answer.role), ("claude-haiku-4-5-20251001", "assistant"))
    usage = answer.usage
    equal((usage.input_tokens, usage.output_tokens, usage.cache_read_input_tokens), (5, 5, 0))
    assert answer.id.startswith("msg_") and answer._request_id.startswith("req_"), answer


@check("a message is cut at its limit and at stop sequences")
def _():
    with recorded("cut"):
        cut = client.messages.create(**HELLO | {"max_tokens": 2})
    equal((cut.stop_reason, cut.usage.output_tokens), ("max_tokens", 2))
    stopped = client.messages.create(**HELLO, stop_sequences=["there"])
    equal((stopped.stop_reason, stopped.stop_sequence), ("stop_sequence", "there"))


@check("cached input counts apart: first written, then read")
def _():
    system = [{"type": "text", "text": "Answer in one sentence.", "cache_control": {"type": "ephemeral", "ttl": "1h"}}]
    with recorded("cacheWritten"):
        first = client.messages.create(**HELLO, system=system).usage
    equal((first.input_tokens, first.cache_creation_input_tokens, first.cache_read_input_tokens), (5, 6, 0))
    equal((first.cache_creation.ephemeral_1h_input_tokens, first.cache_creation.ephemeral_5m_input_tokens), (6, 0))
    with recorded("cacheRead"):
        again = client.messages.create(**HELLO, system=system).usage
    equal((again.input_tokens, again.cache_creation_input_tokens, again.cache_read_input_tokens), (5, 0, 6))


@check("a tool is called, and thinking counts as output")
def _():
    with recorded("toolCalled"):
        answer = client.messages.create(**HELLO, tools=[TOOL], tool_choice={"type": "any"})
    equal((answer.stop_reason, answer.content[0].input), ("tool_use", {"city": "text"}))
    with recorded("thought"):
        thought = client.messages.create(**HELLO | {"max_tokens": 4096}, thinking={"type": "enabled", "budget_tokens": 1024})
    equal([block.type for block in thought.content], ["thinking", "text"])
    equal(thought.usage.output_tokens, 5 + thought.usage.output_tokens_details.thinking_tokens)


@check("a stream tells the input first, and the output with its last delta")
def _():
    with recorded("streamed"):
        events = list(client.messages.create(**HELLO, stream=True))
    equal([event.type for event in events if event.type != "content_block_delta"],
          ["message_start", "content_block_start", "content_block_stop", "message_delta", "message_stop"])
    equal("".join(event.delta.text for event in events if event.type == "content_block_delta"),
          "You said: Hello there")
    equal((events[0].message.usage.input_tokens, events[0].message.usage.output_tokens), (5, 1))
    equal(events[-2].usage.output_tokens, 5)


@check("the client's own helpers put a stream together")
def _():
    with client.messages.stream(**HELLO) as stream:
        equal("".join(stream.text_stream), "You said: Hello there")
        message = stream.get_final_message()
    equal((message.stop_reason, message.usage.input_tokens, message.usage.output_tokens), ("end_turn", 5, 5))
    with client.messages.stream(**HELLO, tools=[TOOL], tool_choice={"type": "tool", "name": "temperature"}) as stream:
        equal(stream.get_final_message().content[0].input, {"city": "text"})


@check("an asynchronous stream")
async def _():
    async with AsyncAnthropic(max_retries=0) as service, service.messages.stream(**HELLO) as stream:
        equal((await stream.get_final_message()).usage.output_tokens, 5)


@check("what is wrong is said in Anthropic's words")
def _():
    with Raises(anthropic.NotFoundError) as caught:
        with recorded("unknownModel"):
            client.messages.create(**HELLO | {"model": "claude-9"})
    equal(caught.error.body["error"], {"type": "not_found_error", "message": "model: claude-9"})
    equal(caught.error.body["request_id"], caught.error.request_id)
    with Raises(anthropic.AuthenticationError) as caught:
        with recorded("wrongKey"):
            Anthropic(api_key="sk-ant-wrong", max_retries=0).messages.create(**HELLO)
    equal(caught.error.body["error"]["type"], "authentication_error")
    with Raises(anthropic.BadRequestError) as caught:
        with recorded("invalid"):
            client.messages.create(**HELLO | {"messages": [{"role": "nobody", "content": "Hello"}]})
    assert caught.error.body["error"]["message"].startswith("messages[0].role: "), caught.error.body


sys.exit(suite.finish())
