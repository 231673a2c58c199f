"""The clients on real sockets, with a clock that only waiting moves."""

import gzip
import socket
import threading
import traceback
from collections import deque
from datetime import date

import pytest
import requests
from werkzeug import Response

from nbhelpers.errors import BadInput, Broken
from nbhelpers.sources import web
from nbhelpers.sources.balldontlie import BallDontLie
from nbhelpers.sources.nba_cdn import NbaCdn
from nbhelpers.sources.pace import Pace, retry_after
from nbhelpers.sources.web import Spent, Unusable

OCT_21 = date(2025, 10, 21)
BOX_SCORES, TEAMS = "/v1/box_scores", "/v1/teams"
SCHEDULE = "/static/json/staticData/scheduleLeagueV2.json"
PLAY_BY_PLAY = "/static/json/liveData/playbyplay/playbyplay_0022500001.json"
SECRET = "s3cret-0f-a-user"
SHAPE = "JSON of another shape"
GAMES = [{"id": 1, "date": "2025-10-21"}]
NO_SUCH_FILE = b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>"
REFUSAL = b"<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD></HTML>"


class Clock:
    """Seconds that pass only while somebody sleeps."""

    def __init__(self):
        self.now, self.slept = 0.0, []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def bdl(httpserver, clock):
    return client(httpserver, clock, per_minute=600)


@pytest.fixture
def cdn(httpserver, clock):
    return NbaCdn(httpserver.url_for(""), sleep=clock.sleep)


def client(httpserver, clock, **settings):
    return BallDontLie(httpserver.url_for(""), SECRET, clock=clock, sleep=clock.sleep, **settings)


def answers(httpserver, *responses, path=BOX_SCORES):
    """Let the server give these answers in turn, the last one for ever; returns what it was asked."""
    left, asked = deque(responses), []

    def handle(request):
        asked.append(request)
        answer = left.popleft() if len(left) > 1 else left[0]
        return answer if isinstance(answer, Response) else answer()

    httpserver.expect_request(path).respond_with_handler(handle)
    return asked


def good(**headers):
    return Response('{"data": [{"id": 1, "date": "2025-10-21"}]}', headers=headers, mimetype="application/json")


def status(code, body=b"", **headers):
    return Response(body, status=code, headers={name.replace("_", "-"): value for name, value in headers.items()})


def cut():
    """A body of which only the beginning comes."""
    return Response(iter([b'{"data":[{"id":1,"date":"2025-']), headers={"Content-Length": "100000"})


def test_a_day_is_asked_for_by_its_date_with_the_bare_key(httpserver, bdl):
    asked = answers(httpserver, good())

    assert bdl.box_scores(OCT_21) == GAMES
    assert [(request.full_path, request.headers["Authorization"]) for request in asked] == [
        ("/v1/box_scores?date=2025-10-21", SECRET)
    ]


def test_a_netrc_file_does_not_replace_the_key(httpserver, clock, tmp_path, monkeypatch):
    (tmp_path / "netrc").write_text(f"machine {httpserver.host} login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    asked = answers(httpserver, good())

    client(httpserver, clock, session=requests.Session()).box_scores(OCT_21)

    assert asked[0].headers["Authorization"] == SECRET


def test_a_proxy_is_not_asked_for_a_server_on_this_computer(httpserver, bdl, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://proxy.invalid:3128")
    answers(httpserver, good())
    assert bdl.box_scores(OCT_21) == GAMES


def test_an_empty_day_is_an_answer(httpserver, bdl):
    answers(httpserver, Response('{"data": []}'))
    assert bdl.box_scores(OCT_21) == []


def test_five_requests_a_minute_are_the_pace_until_a_header_says_more(httpserver, clock):
    bdl = client(httpserver, clock)
    answers(httpserver, *[good()] * 11, good(**{"x-ratelimit-limit": "60"}))

    for _ in range(15):
        bdl.box_scores(OCT_21)

    assert clock.slept == [60.0, 60.0]
    assert bdl.pace.limit == 60
    assert bdl.spent == Spent(requests=15, retries=0, waited_seconds=120.0, bytes=15 * 43)


def test_the_users_rate_is_a_ceiling_that_headers_may_only_lower(httpserver, clock):
    bdl = client(httpserver, clock, per_minute=10)
    answers(httpserver, good(**{"x-ratelimit-limit": "600"}), good(**{"x-ratelimit-limit": "2"}), good())

    limits = [(bdl.box_scores(OCT_21), bdl.pace.limit)[1] for _ in range(3)]

    assert limits == [10, 2, 2]
    assert clock.slept == [60.0]  # before the third


def test_a_limit_header_that_is_no_number_is_ignored(httpserver, clock):
    bdl = client(httpserver, clock)
    answers(httpserver, good(**{"x-ratelimit-limit": "many", "x-ratelimit-remaining": "-"}))
    bdl.box_scores(OCT_21)
    assert bdl.pace.limit == 5


def test_none_remaining_waits_out_the_minute(httpserver, bdl, clock):
    answers(httpserver, good(**{"x-ratelimit-remaining": "0"}), good())

    bdl.box_scores(OCT_21)
    bdl.box_scores(OCT_21)

    assert clock.slept == [60.0]


@pytest.mark.parametrize("per_minute", [5, 60])
def test_a_source_that_counts_every_request_never_has_to_refuse_one(httpserver, clock, per_minute):
    times = []

    def limited():
        times[:] = [moment for moment in times if clock() - moment < 60] + [clock()]
        return status(429) if len(times) > per_minute else good(**{"x-ratelimit-limit": str(per_minute)})

    bdl = client(httpserver, clock)
    answers(httpserver, limited)
    for _ in range(4 * per_minute):
        bdl.box_scores(OCT_21)

    assert bdl.spent.retries == 0
    assert clock() == 180.0


def test_how_long_requests_will_take_is_known_beforehand():
    pace = Pace()
    assert [pace.seconds_for(n) for n in (0, 1, 5, 6, 24)] == [0, 0, 0, 60, 240]
    for _ in range(5):
        pace.answered(10.0, {})
    assert pace.seconds_for(1, now=30.0) == 40.0


@pytest.mark.parametrize("rate", [0, -5])
def test_a_rate_below_one_is_refused(httpserver, clock, rate):
    with pytest.raises(BadInput, match=f"must be 1 or more, not {rate}"):
        client(httpserver, clock, per_minute=rate)


def test_retry_after_is_honoured_in_seconds(httpserver, bdl, clock):
    answers(httpserver, status(429, Retry_After="7"), good())
    assert bdl.box_scores(OCT_21) == GAMES
    assert clock.slept == [7.0]


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ({}, 0.0),
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "Wed, 17 Dec 2025 12:00:42 GMT", "Date": "Wed, 17 Dec 2025 12:00:12 GMT"}, 30.0),
        ({"Retry-After": "Wed, 17 Dec 2025 12:00:02 GMT", "Date": "Wed, 17 Dec 2025 12:00:12 GMT"}, 0.0),
        ({"Retry-After": "Wed, 17 Dec 2025 12:00:42 GMT"}, 0.0),
        ({"Retry-After": "soon", "Date": "Wed, 17 Dec 2025 12:00:12 GMT"}, 0.0),
        ({"Retry-After": "-1"}, 0.0),
    ],
)
def test_retry_after_may_be_a_date_by_the_sources_own_clock(told, seconds):
    assert retry_after(told) == seconds


def test_a_source_that_asks_for_an_hour_is_not_waited_for(httpserver, bdl, clock):
    answers(httpserver, status(429, Retry_After="3600"))
    with pytest.raises(Broken, match="asks to wait 3600 seconds"):
        bdl.box_scores(OCT_21)
    assert clock.slept == []


def test_a_refusal_without_retry_after_is_asked_again_ever_more_slowly_and_then_named(httpserver, bdl, clock):
    asked = answers(httpserver, status(429))

    with pytest.raises(Broken) as stopped:
        bdl.box_scores(OCT_21)

    assert clock.slept == [1, 2, 4, 8, 16, 32, 60]
    assert len(asked) == 8
    assert str(stopped.value) == (
        "BallDontLie gave no usable answer to /v1/box_scores?date=2025-10-21 in 8 attempts; the last: status 429.\n"
        "Why it matters: going on without it would leave a hole; what was fetched so far is kept\n"
        "What to do: check the connection, then run again: it goes on from here."
    )
    assert bdl.spent == Spent(requests=8, retries=7, waited_seconds=123.0, bytes=0)


@pytest.mark.parametrize(
    ("trouble", "cause"),
    [
        (status(429), "status 429"),
        (status(500), "status 500"),
        (status(502), "status 502"),
        (status(503), "status 503"),
        (status(504), "status 504"),
        (cut, "the answer was cut off"),
        (Response("<html>Service unavailable</html>", mimetype="text/html"), "a web page instead of JSON"),
        (Response('{"data": ['), "something else instead of JSON"),
        (Response(""), "something else instead of JSON"),
        (Response("[]"), SHAPE),
        (Response('{"error": "oops"}'), SHAPE),
        (Response('{"data": {"date": "2025-10-21"}}'), SHAPE),
        (Response('{"data": [{"id": 1}]}'), SHAPE),
        (Response("not gzip", headers={"Content-Encoding": "gzip"}), "the answer was cut off"),
    ],
)
def test_a_trouble_that_may_pass_is_asked_through(httpserver, clock, trouble, cause):
    heard = []
    bdl = client(httpserver, clock, listener=lambda seconds, why: heard.append((seconds, why)))
    answers(httpserver, trouble, good())

    assert bdl.box_scores(OCT_21) == GAMES
    assert heard == [(1.0, f"BallDontLie: {cause} (attempt 1 of {3 if cause == SHAPE else 8})")]
    assert (bdl.spent.requests, bdl.spent.retries) == (2, 1)


def test_a_source_that_never_answers_is_given_up_on(httpserver, clock):
    over, answered = threading.Event(), threading.Semaphore(0)

    def hang():
        over.wait(10)
        answered.release()
        return good()

    bdl = client(httpserver, clock, read_seconds=0.1, attempts=2)
    answers(httpserver, hang)
    with pytest.raises(Broken, match="in 2 attempts; the last: no answer within 0.1 seconds"):
        bdl.box_scores(OCT_21)
    over.set()
    assert all(answered.acquire(timeout=10) for _ in range(2))  # or the server would still be at it in the next test


def test_a_source_that_is_not_there_is_given_up_on(clock):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: refused
        bdl = BallDontLie(f"http://127.0.0.1:{taken.getsockname()[1]}", SECRET, 600, clock=clock, sleep=clock.sleep)
        with pytest.raises(Broken, match="the last: no connection: .*refused"):
            bdl.box_scores(OCT_21)


def test_a_body_of_another_shape_is_given_up_on_sooner_than_a_source_that_is_down(httpserver, bdl, clock):
    asked = answers(httpserver, Response("{}"))
    with pytest.raises(Unusable, match="in 3 attempts; the last: JSON of another shape"):
        bdl.box_scores(OCT_21)
    assert (len(asked), clock.slept) == (3, [1, 2])


# A client that nobody can hang or flood


def drops(pieces, seconds):
    """A body of which a piece comes now and then, each well within the read time."""
    never = threading.Event()

    def drip():
        for _ in range(pieces):
            never.wait(seconds)
            yield b" "

    return lambda: Response(drip(), headers={"Content-Length": str(pieces)})


def test_an_answer_that_drips_is_given_up_on_after_its_total_time(httpserver, clock):
    bdl = client(httpserver, clock, read_seconds=5, attempts=1, total_seconds=0.2)
    answers(httpserver, drops(pieces=20, seconds=0.05))
    with pytest.raises(Broken, match="the last: no whole answer within 0.2 seconds"):
        bdl.box_scores(OCT_21)


@pytest.mark.parametrize(
    ("most", "headers"), [("MOST_RECEIVED", {}), ("MOST_UNPACKED", {"Content-Encoding": "gzip"})], ids=["as it is", "packed"]
)
def test_an_endless_answer_is_not_read_to_its_end(httpserver, cdn, monkeypatch, most, headers):
    monkeypatch.setattr(web, most, 2**17)
    body = b" " * 2**22
    answers(httpserver, Response(gzip.compress(body) if headers else body, headers=headers), path=PLAY_BY_PLAY)
    with pytest.raises(Unusable, match="with more than 0 MB; the rest was not read"):
        cdn.play_by_play("0022500001")


def test_a_packed_answer_is_unpacked(httpserver, cdn):
    body = b'{"game": {"gameId": "0022500001", "actions": []}}'
    answers(httpserver, Response(gzip.compress(body), headers={"Content-Encoding": "gzip"}), path=PLAY_BY_PLAY)
    assert cdn.play_by_play("0022500001") == body


def test_the_key_is_not_carried_to_another_host(httpserver, bdl):
    elsewhere = httpserver.url_for("/v1/stolen").replace("localhost", "127.0.0.1")
    asked = answers(httpserver, good(), path="/v1/stolen")
    answers(httpserver, status(302, Location=elsewhere))
    with pytest.raises(Broken, match="sends whoever asks for /v1/box_scores.* elsewhere: to 127.0.0.1"):
        bdl.box_scores(OCT_21)
    assert asked == []


def test_a_redirect_on_the_same_host_is_followed_and_a_circle_is_not(httpserver, bdl):
    answers(httpserver, good(), path="/v2/box_scores")
    answers(httpserver, status(302, Location="/v2/box_scores"))
    assert bdl.box_scores(OCT_21) == GAMES
    httpserver.clear()
    asked = answers(httpserver, status(302, Location="/v1/box_scores?date=2025-10-21"))
    with pytest.raises(Broken, match="elsewhere"):
        bdl.box_scores(OCT_21)
    assert len(asked) == 4


def test_of_other_peoples_pages_the_title_alone_is_quoted_and_no_escape_code(httpserver, cdn, bdl):
    page = b"<html><head><title>Access\x1b[31m Denied</title></head><body>" + b"<p>why</p>" * 500 + b"</body></html>"
    answers(httpserver, status(403, page), path=PLAY_BY_PLAY)
    with pytest.raises(Broken) as stopped:
        cdn.play_by_play("0022500001")
    assert "answers 403 to /static/json/liveData/playbyplay/playbyplay_0022500001.json: a web page, Access [31m Denied\n" in str(stopped.value)
    answers(httpserver, status(400, b"\x1b]0;title\x07\x1b[2Jno"))
    with pytest.raises(Broken) as stopped:
        bdl.box_scores(OCT_21)
    assert stopped.value.what.endswith(": ]0;title [2Jno")


@pytest.mark.parametrize("told", ["٦٠", "６０", "6 0", "1e3"])
def test_a_limit_in_other_digits_than_ascii_is_none(httpserver, clock, told):
    bdl = client(httpserver, clock)
    bdl.pace.answered(0.0, {"x-ratelimit-limit": told})
    assert (bdl.pace.limit, retry_after({"Retry-After": told})) == (5, 0.0)


def test_games_of_another_day_are_never_taken(httpserver, bdl, clock):
    asked = answers(httpserver, Response('{"data": [{"date": "2025-10-21"}, {"date": "2024-01-05"}]}'))

    with pytest.raises(Broken, match="asked for 2025-10-21 and answered with games of 2024-01-05"):
        bdl.box_scores(OCT_21)

    assert len(asked) == 1 and clock.slept == []


@pytest.mark.parametrize(
    ("body", "teams", "advice"),
    [
        (b'{"error": "Your plan does not include this endpoint"}', None, "its tier has no box scores: move it"),
        (b"Unauthorized", status(200, b'{"data": []}'), "the key is good, but its tier has no box scores"),
        (b"Unauthorized", status(401), "check BALLDONTLIE_API_KEY against the key shown in your BallDontLie account.$"),
        (b"Unauthorized", status(404), "check BALLDONTLIE_API_KEY .* If it is that one, its tier has no box scores"),
        (b"Unauthorized", status(500), "check BALLDONTLIE_API_KEY .* If it is that one, its tier has no box scores"),
    ],
)
def test_a_bad_key_is_told_from_a_low_tier(httpserver, bdl, clock, body, teams, advice):
    asked = answers(httpserver, status(401, body))
    if teams:
        answers(httpserver, teams, path=TEAMS)

    with pytest.raises(BadInput, match=f"(?s)does not let this key read box scores.*What to do: .*{advice}"):
        bdl.box_scores(OCT_21)

    assert len(asked) == 1 and clock.slept == []


def test_a_key_that_was_good_before_was_withdrawn(httpserver, bdl):
    answers(httpserver, good(), status(401, b"Unauthorized"))
    bdl.box_scores(OCT_21)
    with pytest.raises(BadInput, match="good earlier in this run"):
        bdl.box_scores(OCT_21)


@pytest.mark.parametrize("key", [None, "", "  \n"])
def test_without_a_key_nothing_is_asked(httpserver, clock, key):
    bdl = BallDontLie(httpserver.url_for(""), key, clock=clock, sleep=clock.sleep)
    with pytest.raises(BadInput, match="BALLDONTLIE_API_KEY is not set"):
        bdl.box_scores(OCT_21)
    assert bdl.spent == Spent()


@pytest.mark.parametrize("key", [f"Bearer {SECRET}", f"{SECRET}\nX: y", f"{SECRET}é"])
def test_what_cannot_be_a_key_is_refused_without_showing_it(httpserver, key):
    with pytest.raises(BadInput, match="holds a blank or a character that no key has") as refused:
        BallDontLie(httpserver.url_for(""), key)
    assert SECRET not in "".join(traceback.format_exception(refused.value))


@pytest.mark.parametrize(
    "trouble",
    [
        status(400, f"bad {SECRET}"),
        status(401, f"no such key: {SECRET}"),
        status(401, "x" * 190 + SECRET),  # cut for the message in the middle of the key
        status(403, SECRET),
        status(429, SECRET),
        status(500, SECRET),
        Response(SECRET),
        cut,
    ],
)
def test_no_error_ever_shows_the_key(httpserver, clock, trouble):
    heard = []
    bdl = client(httpserver, clock, listener=lambda seconds, why: heard.append(why), per_minute=600)
    answers(httpserver, trouble)
    answers(httpserver, status(401, SECRET), path=TEAMS)

    with pytest.raises((BadInput, Broken)) as stopped:
        bdl.box_scores(OCT_21)

    told = "".join(traceback.format_exception(stopped.value)) + str(heard) + repr(bdl)
    assert SECRET[:6] not in told


@pytest.mark.parametrize("url", ["api.balldontlie.io", "ftp://x", "https://", ""])
def test_a_base_url_that_is_no_web_address_is_refused(url):
    with pytest.raises(BadInput, match="is not a web address"):
        NbaCdn(url)


def test_a_schedule_and_a_play_by_play_come_as_they_were_sent(httpserver, cdn):
    schedule, plays = b'{"leagueSchedule": {"gameDates": []}} ', b'{"game": {"gameId": "0022500001", "actions": []}} '
    answers(httpserver, Response(schedule), path=SCHEDULE)
    asked = answers(httpserver, Response(plays), path=PLAY_BY_PLAY)

    assert (cdn.schedule(), cdn.play_by_play("0022500001")) == (schedule, plays)
    assert asked[0].headers["Referer"] == "https://www.nba.com/" and "Authorization" not in asked[0].headers
    assert cdn.spent == Spent(requests=2, retries=0, waited_seconds=0.0, bytes=len(schedule + plays))


@pytest.mark.parametrize("answer", [status(403, NO_SUCH_FILE), status(404, b"<html>not found</html>")])
def test_a_play_by_play_that_is_not_there_is_none_at_once(httpserver, cdn, answer):
    asked = answers(httpserver, answer, path=PLAY_BY_PLAY)
    assert cdn.play_by_play("0022500001") is None
    assert len(asked) == 1


def test_a_refusal_is_not_taken_for_a_play_by_play_that_is_not_there(httpserver, cdn):
    answers(httpserver, status(403, REFUSAL), path=PLAY_BY_PLAY)
    with pytest.raises(Broken, match="NBA CDN answers 403 to .*Access Denied(?s:.*)try again later"):
        cdn.play_by_play("0022500001")


@pytest.mark.parametrize(
    "trouble",
    [
        status(503),
        cut,
        Response("<html></html>"),
        Response('{"game": null}'),
        Response('{"game": {"gameId": "0022500001"}}'),
        Response('{"game": {"gameId": "0022500002", "actions": []}}'),
    ],
)
def test_the_cdn_is_asked_through_the_same_troubles(httpserver, cdn, clock, trouble):
    plays = b'{"game": {"gameId": "0022500001", "actions": []}}'
    answers(httpserver, trouble, Response(plays), path=PLAY_BY_PLAY)
    assert cdn.play_by_play("0022500001") == plays
    assert clock.slept == [1.0]


def test_a_box_score_comes_as_it_was_sent_and_is_none_where_there_is_none(httpserver, cdn):
    body = b'{"game": {"gameId": "0022500001", "gameEt": "2025-10-21T19:30:00-04:00"}}'
    path = "/static/json/liveData/boxscore/boxscore_0022500001.json"
    asked = answers(httpserver, Response(body), status(403, NO_SUCH_FILE), path=path)
    assert [cdn.box_score("0022500001") for _ in range(2)] == [body, None]
    assert [request.headers["Referer"] for request in asked] == ["https://www.nba.com/"] * 2


def test_a_schedule_that_is_not_there_is_an_error(httpserver, cdn):
    answers(httpserver, status(403, NO_SUCH_FILE), path=SCHEDULE)
    with pytest.raises(Broken, match="NBA CDN answers 403 to /static/json/staticData"):
        cdn.schedule()
