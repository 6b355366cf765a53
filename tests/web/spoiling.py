"""Makers of what should not come, and comes all the same: documents, forms, bodies, targets and headers that are a little or wholly wrong.

Everything is made from a `random.Random`, so that a seed makes it again.
"""

from __future__ import annotations

import copy
import json
import random
import zlib
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, quote_from_bytes

from tests.web.asked_directly import Header

Pairs = Sequence[tuple[str, str]]

VALUES: tuple[Any, ...] = (
    None, "", " ", "x", "Patient/p1", "2026-13-45", "9999-12-31", "0001-01-01", "\u0000", "\ud83d\ude00" * 50, "a" * 5000, -1, 0, 1e308, -1e-308,
    2**63, True, [], {}, [[]], [None], {"": None}, {"resourceType": "Bundle"}, {"resourceType": "Patient"}, {"reference": "#"},
    {"coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "1049502"}]}, {"value": 10**30, "code": "mg"},
    {"value": 1, "unit": "mg/{tab}"}, "http://127.0.0.1:1/fhir",
)  # fmt: skip
"""What is put into the place of a value of a JSON document."""

TEXTS = (
    "", " ", "\t", "\0", "a\0b", "\ud800", "\udcff", "\ufeff", "\u202eabc", "\u0663", "e\u0301" * 40, "\U0001f600" * 60, "a" * 5000, "9" * 400, "-1", "0",
    "-0", "1e308", "1e-400", "1e999", "NaN", "Infinity", "0x10", "1_000", "1,5", "1/2", "+7", "\u00bd", "2026-13-45", "2026-11-22T25:61", "9999-12-31T23:59",
    "0001-01-01T00:00", "0000-00-00", "10000-01-01", "2026-11-22T08:30+99:99", "2026-11-22T08:30:00.123456789Z", "../../etc/passwd", "..", ".", "/", "//x.example", "\\",
    "%", "%00", "%zz", "%s%n", "{{7*7}}", "{% raise %}", "{0.__class__}", "<script>alert(1)</script>", "\"'><", "'; drop table entries; --", "\r\nSet-Cookie: a=b",
    "None", "null", "true", "[]", "{}", "demo-1", "demo-none", "demo-9999999999999999999", "n.park", "system", "http://127.0.0.1:1/", "javascript:alert(1)",
    "x" * 300, "a@b", "*", "(" * 50, "^(a+)+$" + "a" * 40, "mg", "2 tab", "999999999999 mg", "0.0000000001 mg",
)  # fmt: skip
"""What is typed into a field, put into an address or behind its question mark."""

SIGNS = "".join(chr(code) for code in range(0x21, 0x7F))
"""What may stand in a target on the wire."""


def places(given: Any, found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Every place of a document, as its holder and its name or index."""
    pairs = given.items() if isinstance(given, dict) else enumerate(given) if isinstance(given, list) else ()
    for name, value in list(pairs):
        found.append((given, name))
        places(value, found)
    return found


def spoilt(document: Any, chance: random.Random) -> bytes:
    """A document with a few of its places exchanged, taken away or doubled, or a few of its bytes."""
    given = copy.deepcopy(document)
    for _ in range(chance.choice([1, 1, 1, 2, 5])):
        found = places(given, [])
        if not found:
            break
        holder, name = chance.choice(found)
        match chance.randrange(5):
            case 0 if isinstance(holder, dict):
                del holder[name]
            case 1 if isinstance(holder, list):
                holder.append(copy.deepcopy(holder[name]))
            case 2:
                holder[name] = [holder[name]]
            case 3 if isinstance(holder[name], str):
                holder[name] = chance.choice(TEXTS)
            case _:
                holder[name] = copy.deepcopy(chance.choice(VALUES))
    content = bytearray(json.dumps(given).encode("utf-8", "surrogatepass"))
    if chance.random() < 0.2:
        for _ in range(chance.choice([1, 3, 30])):
            content[chance.randrange(len(content))] = chance.randrange(256)
    if chance.random() < 0.05:
        del content[chance.randrange(len(content)) :]
    return bytes(content)


def no_document(chance: random.Random) -> bytes:
    """A body that is no JSON that anybody should send."""
    deep = chance.choice([50, 900, 1100, 20_000])
    match chance.randrange(16):
        case 0:
            return b""
        case 1:
            return chance.randbytes(chance.choice([1, 10, 1000]))
        case 2:
            return b"[" * deep + b"]" * deep
        case 3:
            return b'{"a":' * deep + b"1" + b"}" * deep
        case 4:
            return b'{"hook":"patient-view","hook":"order-sign","hookInstance":"x","hookInstance":null}'
        case 5:
            return b'{"a":"\xed\xa0\x80\xff\xfe"}'
        case 6:
            return b'{"hook":"\\ud800","context":{"patientId":"\\u0000"}}'
        case 7:
            return b"\xef\xbb\xbf{}"
        case 8:
            return '{"hook":"patient-view"}'.encode("utf-16")
        case 9:
            return b'{"hook":' + b"9" * chance.choice([30, 5000]) + b"}"
        case 10:
            return chance.choice(
                [
                    b"null",
                    b"true",
                    b"0",
                    b'""',
                    b"[]",
                    b"{}",
                    b"{",
                    b"NaN",
                    b'{"a":NaN}',
                    b'{"a":1e999}',
                    b"{'a':1}",
                    b"{}{}",
                    b"\0",
                ]
            )
        case 11:
            return b'{"' + b"x" * chance.choice([5000, 1_000_000]) + b'":1}'
        case 12:
            return b'{"resourceType":"Bundle","entry":[' + b",".join([b"null"] * 5000) + b"]}"
        case 13:
            return b'{"resourceType":"' + chance.choice([b"Nothing", b"bundle", b"", b"Patient\\u0000"]) + b'"}'
        case 14:
            return zlib.compress(b"{}")
        case _:
            return b'{"prefetch":{' + b",".join(b'"%d":{}' % key for key in range(2000)) + b"}}"


def typed(pairs: Pairs, chance: random.Random) -> list[tuple[str, str]]:
    """A filled form with up to three of its fields typed otherwise, taken away, doubled or added."""
    given = list(pairs)
    for _ in range(chance.choice([0, 0, 1, 1, 2, 3])):
        match chance.randrange(6) if given else 5:
            case 0:
                del given[chance.randrange(len(given))]
            case 1:
                given.append((chance.choice(given)[0], chance.choice(TEXTS)))
            case 5:
                name = chance.choice(
                    ["id", "form", "seen", "step", "at", "patient", "", "typed:form", "show-again", *TEXTS[:6]]
                )
                given.append((name, chance.choice(TEXTS)))
            case _:
                place = chance.randrange(len(given))
                given[place] = (given[place][0], chance.choice(TEXTS))
    return given


def urlencoded(pairs: Pairs) -> bytes:
    """A form as a browser sends it, whatever the letters."""
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in pairs).encode("ascii")


def multipart(pairs: Pairs, chance: random.Random, file: bytes | None = None) -> tuple[bytes, bytes]:
    """The content type and body of a form in parts, now and then with a part that is none."""
    boundary = chance.choice([b"----b0und4ry", b"b", b"x" * 70])
    lines: list[bytes] = []
    for name, value in pairs:
        told = name.encode("utf-8", "surrogatepass").replace(b'"', b"%22").replace(b"\r\n", b" ")
        lines.append(b'--%b\r\ncontent-disposition: form-data; name="%b"\r\n\r\n%b\r\n' % (boundary, told, value.encode("utf-8", "surrogatepass")))  # fmt: skip
    if file is not None:
        name = chance.choice([b"file", b"upload", b"list", b"record", b"a\0b", b""])
        lines.append(b'--%b\r\ncontent-disposition: form-data; name="%b"; filename="x.json"\r\n\r\n%b\r\n' % (boundary, name, file))  # fmt: skip
    if chance.random() < 0.4:
        lines.insert(chance.randrange(len(lines) + 1), chance.choice([
            b"--" + boundary + b"\r\n\r\n\r\n", b"--" + boundary + b"\r\ncontent-disposition: form-data\r\n\r\nx\r\n", chance.randbytes(40), b"\r\n" * 20,
            b"--" + boundary + b"\r\ncontent-disposition: form-data; name=\"\xff\xfe\"; filename*=UTF-8''%ff\r\n\r\nx\r\n",
            b"--" + boundary + b"\r\n" + b"x-long: " + b"y" * 20_000 + b"\r\n\r\nx\r\n",
        ]))  # fmt: skip
    end = chance.choice([b"--%b--\r\n" % boundary, b"--%b--\r\n" % boundary, b"", b"--"])
    kind = chance.choice([b"multipart/form-data; boundary=" + boundary] * 6 + [b"multipart/form-data", b"multipart/form-data; boundary=", b"multipart/form-data; boundary=\xff", b"multipart/form-data; boundary=other"])  # fmt: skip
    return kind, b"".join(lines) + end


def target(path: str, chance: random.Random) -> str:
    """An address with something behind its question mark, or with a few of its signs exchanged."""
    if chance.random() < 0.3:
        names = [
            "next",
            "iss",
            "launch",
            "state",
            "at",
            "q",
            "since",
            "page",
            "step",
            "seen",
            "option",
            "kind",
            "number",
            "_count",
            "from",
            "to",
            "code",
            *TEXTS[:4],
        ]
        pairs = [(chance.choice(names), chance.choice(TEXTS)) for _ in range(chance.choice([1, 2, 200]))]
        path += ("&" if "?" in path else "?") + (
            urlencoded(pairs).decode() if chance.random() < 0.8 else noise(chance, 40)
        )
    if chance.random() < 0.05:
        place = chance.randrange(1, len(path)) if len(path) > 1 else 1
        path = path[:place] + noise(chance, 3) + path[place:]
    return path


def noise(chance: random.Random, most: int) -> str:
    """A few signs that may stand in a target."""
    return "".join(chance.choices(SIGNS, k=chance.randint(1, most)))


def segment(chance: random.Random) -> str:
    """A part of a path between two strokes, of anything."""
    return _quoted(chance.choice(TEXTS)) or "%20"


CURIOUS: tuple[Header, ...] = (
    (b"host", b"elsewhere.example"), (b"host", b""), (b"host", b"testserver:99999"), (b"host", b"testserver:\xb2"), (b"host", b"[::1"), (b"host", b"\xff"),
    (b"origin", b"http://elsewhere.example"), (b"origin", b"null"), (b"origin", b"\xff://"), (b"sec-fetch-site", b"cross-site"), (b"accept", b"text/html;q=\xff"),
    (b"accept-encoding", b"gzip;q=x, br"), (b"accept-language", b"de-\xe9"), (b"range", b"bytes=9-1"), (b"range", b"bytes=-99999999999999999999"), (b"range", b"bytes=a"),
    (b"if-modified-since", b"yesterday"), (b"if-none-match", b'"\xff"'), (b"content-length", b"-1"), (b"content-length", b"9" * 30), (b"content-length", b"\xb2"),
    (b"content-length", b"0"), (b"transfer-encoding", b"chunked"), (b"expect", b"100-continue"), (b"authorization", b"Bearer a.b.c"), (b"authorization", b"Bearer \xff"),
    (b"authorization", b"Basic dTpw"), (b"authorization", b"Bearer eyJhbGciOiJub25lIn0.e30."), (b"x-forwarded-for", b"\xff"), (b"x-forwarded-proto", b"gopher"),
    (b"x-http-method-override", b"DELETE"), (b"cookie", b"leeward_session=\xff\xfe"), (b"cookie", b"=;=;;a"), (b"cookie", b"x" * 8000), (b"cookie", b'leeward_session="\\377"'),
    (b"content-encoding", b"gzip"), (b"content-type", b"\xff/\xff"), (b"content-type", b""), (b"content-type", b"application/json; charset=utf-7"), (b"upgrade", b"websocket"),
    (b"referer", b"\xff"), (b"user-agent", b"\x80" * 300), (b"prefer", b"handling=strict"), (b"x-" + b"y" * 200, b"z" * 2000),
)  # fmt: skip
"""Headers that are odd, false or not for us. One that is there already comes a second time."""


def _quoted(text: str) -> str:
    try:
        return quote(text, safe="")
    except UnicodeEncodeError:
        return quote_from_bytes(text.encode("utf-8", "surrogatepass"), safe="")
