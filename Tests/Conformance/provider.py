"""Stands in for the `openai` package: the same attributes, and answers that are made up here."""

from types import SimpleNamespace


class OpenAI:
    """The client. A chat completion writes as many tokens as `max_tokens` allows."""

    def __init__(self):
        self.chat = Chat()
        self.responses = Responses()


# Stoa recognises what it has to meter by the module that a class says it is from.
class Chat:
    __module__ = "openai.resources.chat"

    def __init__(self):
        self.completions = Completions()


class Completions:
    __module__ = "openai.resources.chat.completions"

    def create(self, *, model, messages, max_tokens=5):
        message = SimpleNamespace(role="assistant", content=f"Re: {messages[-1]['content']}")
        return SimpleNamespace(
            id="chatcmpl-1", model=model, choices=[SimpleNamespace(message=message)],
            usage=SimpleNamespace(prompt_tokens=10, completion_tokens=max_tokens))


class Responses:
    __module__ = "openai.resources.responses"

    def create(self, *, model, input):
        return SimpleNamespace(
            id="resp_1", model=model, output_text=f"Re: {input}",
            usage=SimpleNamespace(
                input_tokens=12, output_tokens=7,
                input_tokens_details=SimpleNamespace(cached_tokens=4),
                output_tokens_details=SimpleNamespace(reasoning_tokens=2)))
