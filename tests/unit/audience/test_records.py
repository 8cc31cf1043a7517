"""Bytes as lines, lines as records: every encoding, every delimiter, and quotation marks that are never closed."""

from __future__ import annotations

import codecs
import csv
import io
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.audience import encodings
from newsletter.audience.encodings import Decoding, lines
from newsletter.audience.records import MAX_LINES, Record, delimiter_of, records
from newsletter.model.errors import AuthorError

TABLE = [["courriel", "prénom"], ["zoé@x.ca", "Zoé"], ["", "a;b, c\td"], ['"', "line\nbreak"]]


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[n : n + size] for n in range(0, len(data), size))


def read(data: bytes, size: int = 1 << 16) -> tuple[list[Record], Decoding]:
    decoding = Decoding("members.csv")
    return list(records(lines(pieces(data, size), decoding))), decoding


def written(table: list[list[str]], delimiter: str, end: str = "\r\n") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(table)
    return text.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("size", [1, 7, 1 << 16])
@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("cp1252", "Windows-1252")],
)
def test_every_encoding_and_delimiter(encoding: str, name: str, delimiter: str, size: int) -> None:
    found, decoding = read(written(TABLE, delimiter).encode(encoding), size)
    assert [record.cells for record in found] == TABLE
    assert [record.line for record in found] == [1, 2, 3, 4]
    assert not any(record.fault for record in found)
    assert decoding.encoding == name


def test_utf_16_of_either_order() -> None:
    text = written(TABLE, ",")
    for mark, encoding in ((codecs.BOM_UTF16_BE, "utf-16-be"), (codecs.BOM_UTF16_LE, "utf-16-le")):
        assert [record.cells for record in read(mark + text.encode(encoding), 3)[0]] == TABLE


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_end_of_line(end: str) -> None:
    found, _ = read(f"a,b{end}{end}1,é{end}2,x".encode(), 2)
    assert [(record.line, record.cells) for record in found] == [
        (1, ["a", "b"]),
        (3, ["1", "é"]),
        (4, ["2", "x"]),
    ]


def test_only_what_is_not_utf_8_is_read_as_windows_1252() -> None:
    data = (
        "email,nom\na@x.ca,Zoé – “né”\n".encode() + "b@x.ca,Côté – “né”\n".encode("cp1252") + b"c@x.ca,\x81\n"
    )
    found, decoding = read(data, 5)
    assert [record.cells[1] for record in found] == ["nom", "Zoé – “né”", "Côté – “né”", "\ufffd"]
    assert decoding.encoding == "Windows-1252"


@given(st.binary(max_size=80), st.integers(1, 9))
def test_any_bytes_are_read_without_a_crash(data: bytes, size: int) -> None:
    found, _ = read(b"email,x\n" + data, size)
    assert [record.line for record in found] == sorted({record.line for record in found})


@given(
    st.lists(st.lists(st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=5), min_size=2, max_size=3), max_size=5),
    st.sampled_from([",", ";", "\t"]),
    st.integers(1, 9),
)  # fmt: skip
def test_what_csv_writes_is_read_back(table: list[list[str]], delimiter: str, size: int) -> None:
    table = [["email", "x", "y"], *(row for row in table if any(row))]
    found, _ = read(written(table, delimiter, "\n").encode(), size)
    assert [record.cells for record in found] == table


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b;c,d", ","),
        ("a;b;c,d", ";"),
        ("a\tb", "\t"),
        ('"a,b,c,d";e', ";"),
        ("email", ","),
        ("", ","),
        ("Nom, prénom;Courriel", ";"),  # as many of both: no name of a column holds a semicolon
        ("a,b\tc", "\t"),
    ],
)
def test_the_delimiter_is_the_most_frequent_sign_outside_quotation_marks(text: str, expected: str) -> None:
    assert delimiter_of(text) == expected


def test_the_line_of_excel_before_the_header() -> None:
    found, _ = read(b"sep=;\nemail;a,b,c,d\nx@y.ca;1\n")
    assert [(record.line, record.cells) for record in found] == [
        (2, ["email", "a,b,c,d"]),
        (3, ["x@y.ca", "1"]),
    ]


@pytest.mark.parametrize("header", ['"Adresse\ncourriel";Nom', 'Nom;"Adresse, de\n\ncourriel"'])
def test_a_header_of_several_lines_says_the_delimiter(header: str) -> None:
    found, _ = read(f"{header}\nx@y.ca;Roy, Ann\n".encode())
    assert [(record.line, len(record.cells), record.fault) for record in found] == [
        (1, 2, ""),
        (2 + header.count("\n"), 2, ""),
    ]


def test_rows_of_nothing_are_none_quoted_or_not() -> None:
    found, _ = read(b'"email","x"\n"",""\n,\n"a@x.ca","1"\n"",""\n')
    assert [(record.line, record.cells) for record in found] == [(1, ["email", "x"]), (4, ["a@x.ca", "1"])]


GOOD = [["r1@x.ca", "1"], ["r2@x.ca", "two, and\nmore"], ["r3@x.ca", "3"]]


@pytest.mark.parametrize(
    "bad",
    [
        'bad@x.ca,"never closed',
        '"bad@x.ca,x',
        'bad@x.ca,"a" and "b',
        'bad@x.ca,"""',
    ],
)
@pytest.mark.parametrize("at", range(4))
def test_one_bad_row_never_stops_the_rest(bad: str, at: int) -> None:
    rows = [written([row], ",", "\n") for row in GOOD]
    rows.insert(at, bad + "\n")
    found, _ = read(("email,x\n" + "".join(rows)).encode(), 11)
    assert [record.cells for record in found if not record.fault] == [["email", "x"], *GOOD]
    (fault,) = [record for record in found if record.fault]
    assert fault.line == 2 + sum(row.count("\n") for row in rows[:at])


def test_an_unclosed_mark_far_from_the_end() -> None:
    rest = "".join(f"p{n}@x.ca,{n}\n" for n in range(4 * MAX_LINES))
    found, _ = read(f'email,x\nbad@x.ca,"open\n{rest}'.encode())
    assert [record.fault for record in found].count("") == 1 + 4 * MAX_LINES


def test_marks_in_pairs_that_stand_wrongly_are_read_as_they_look() -> None:
    found, _ = read(b'email,x\na@x.ca,"Acme" Inc\nb@x.ca,5" pipe\nc@x.ca,""\n')
    assert [record.cells[1] for record in found[1:]] == ["Acme Inc", '5" pipe', ""]


def test_many_unclosed_marks_take_no_long_time() -> None:
    start = time.process_time()
    found, _ = read(b"email,x\n" + b'a@x.ca,"\n' * 4_001)
    assert sum(bool(record.fault) for record in found) > 0
    assert time.process_time() - start < 5


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_line_that_never_ends(encoding: str) -> None:
    def endless() -> Iterator[bytes]:
        yield "email,x\n".encode(encoding)
        while True:
            yield b"a" * (1 << 18)

    with pytest.raises(AuthorError, match="line is longer than 1 MB") as caught:
        list(records(lines(endless(), Decoding("members.csv"))))
    assert caught.value.code == "members-too-large"
    assert str(caught.value.place).startswith("members.csv:")


def test_a_file_that_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encodings, "MAX_FILE", 1 << 10)
    with pytest.raises(AuthorError, match="file is longer"):
        read(b"email\n" + b"a@x.ca\n" * 300, 64)


@pytest.mark.parametrize("data", [b"", b"\n\n \r\n", codecs.BOM_UTF8, codecs.BOM_UTF16_LE])
def test_nothing_at_all(data: bytes) -> None:
    assert [record for record in read(data)[0] if any(cell.strip() for cell in record.cells)] == []
