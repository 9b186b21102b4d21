"""OpenRouter's client: chat completions, plain and streamed, with what they cost."""

import os
import sys
from decimal import Decimal

from check import Raises, Suite, equal
from openrouter import OpenRouter
from openrouter.errors import OpenRouterError

HELLO = {"model": "openai/gpt-4o", "messages": [{"role": "user", "content": "Hello there"}]}

suite = Suite("openrouter")
check, recorded = suite.check, suite.recorded
# 5 tokens read and 5 written.
COST = Decimal("0.0000625")


def client(key=os.environ["OPENROUTER_API_KEY"]):
    return OpenRouter(api_key=key, server_url=os.environ["OPENROUTER_BASE_URL"])


@check("a chat completion answers, and tells what it cost")
def _():
    with recorded("answered"):
        answer = client().chat.send(**HELLO)
    equal((answer.choices[0].message.content, answer.model), ("You said: Hello there", "openai/gpt-4o"))
    usage = answer.usage
    equal((usage.prompt_tokens, usage.completion_tokens, Decimal(str(usage.cost))), (5, 5, COST))
    assert answer.id.startswith("gen-"), answer


@check("a stream tells its usage with the last piece")
def _():
    with recorded("streamed"), client().chat.send(**HELLO, stream=True) as stream:
        chunks = list(stream)
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    equal((text, chunks[-1].choices[0].finish_reason), ("You said: Hello there", "stop"))
    equal([bool(chunk.usage) for chunk in chunks], [False] * (len(chunks) - 1) + [True])
    equal(Decimal(str(chunks[-1].usage.cost)), COST)


@check("what is wrong is said in OpenRouter's words")
def _():
    with Raises(OpenRouterError) as caught:
        with recorded("unknownModel"):
            client().chat.send(**HELLO | {"model": "openai/gpt-9"})
    equal(caught.error.status_code, 400)
    assert "openai/gpt-9 is not a valid model ID" in caught.error.body, caught.error.body
    with Raises(OpenRouterError) as caught:
        with recorded("wrongKey"):
            client("sk-or-wrong").chat.send(**HELLO)
    equal(caught.error.status_code, 401)


sys.exit(suite.finish())
