"""Streams, read as server-sent events."""


def test_a_stream_has_role_words_finish_and_done(echo, events):
    with echo.stream("hello  big world") as answer:
        *chunks, last = events(answer)

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    assert (answer.headers["x-echo-upstream"], answer.headers["cache-control"]) == ("a", "no-cache")
    assert last == "[DONE]"
    assert [chunk["choices"][0]["delta"] for chunk in chunks] == [
        {"role": "assistant", "content": "", "refusal": None},
        {"content": "echo: "},
        {"content": "hello  "},
        {"content": "big "},
        {"content": "world"},
        {},
    ]
    assert [chunk["choices"][0]["finish_reason"] for chunk in chunks] == [None] * 5 + ["stop"]
    assert {(chunk["object"], chunk["model"], chunk["system_fingerprint"]) for chunk in chunks} == {
        ("chat.completion.chunk", "m", "echo-a")
    }
    assert len({chunk["id"] for chunk in chunks}) == 1
    assert not any("usage" in chunk for chunk in chunks)


def test_usage_comes_last_when_it_is_asked_for(echo, events):
    with echo.stream("one two", stream_options={"include_usage": True}, max_tokens=2) as answer:
        *chunks, last = events(answer)

    assert last == "[DONE]"
    assert [chunk["usage"] for chunk in chunks[:-1]] == [None] * 4
    assert chunks[-2]["choices"][0]["finish_reason"] == "length"
    assert chunks[-1]["choices"] == []
    assert chunks[-1]["usage"] == {"prompt_tokens": 2, "completion_tokens": 2, "total_tokens": 4}


def test_chunks_arrive_one_by_one(start_echo, events, end_pause):
    echo = start_echo(delay=0.3, chunk_delay=0.2)

    # Each arrives before the pause after it ends.
    with echo.stream("one") as answer:
        arriving = events(answer)
        # The headers do not wait, the role comes with the first word, and after the last word nothing waits.
        assert answer.status_code == 200
        end_pause()
        assert [next(arriving)["choices"][0]["delta"]["content"] for _ in range(2)] == ["", "echo: "]
        end_pause()
        assert next(arriving)["choices"][0]["delta"]["content"] == "one"
        finish, done = arriving
    assert (finish["choices"][0]["finish_reason"], done) == ("stop", "[DONE]")


def test_delays_of_a_stream(start_echo, events, pauses):
    with start_echo(delay=0.3, chunk_delay=0.2).stream("one") as answer:
        list(events(answer))
    assert pauses == [0.3, 0.2]


def test_a_stream_is_counted(echo, events):
    with echo.stream() as answer:
        list(events(answer))
    echo.chat()

    counters = echo.counters()
    assert (counters["requests"], counters["chat"], counters["streams"], counters["completed"]) == (2, 2, 1, 2)
