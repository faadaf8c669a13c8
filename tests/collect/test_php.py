"""PHP arrays are read as PHP reads them, and nothing of a file is ever run."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.collect.php import MAX_DEPTH, PhpError, Unresolved, read_array


def read(code: str, variable: str = "parameters") -> dict[int | str, Any]:
    return read_array(code.encode(), variable)


def value(expression: str) -> Any:
    return read(f"<?php\n$parameters = ['x' => {expression}];")["x"]


def test_the_style_of_the_installer_and_the_short_style_read_the_same() -> None:
    long = "<?php\n$parameters = array(\n\t'a' => 'b',\n\t'c' => array('0' => '127.0.0.1')\n);\n"
    short = "<?php\n$parameters = ['a' => 'b', 'c' => ['127.0.0.1'],];"
    assert read(long) == read(short) == {"a": "b", "c": {0: "127.0.0.1"}}


def test_a_returned_array_is_read_and_an_assigned_one_goes_before_it() -> None:
    assert read("<?php return ['a' => 1];") == {"a": 1}
    assert read("<?php $parameters = ['a' => 1]; return $parameters;") == {"a": 1}


def test_later_assignments_of_single_entries_are_applied() -> None:
    code = "<?php $parameters = ['a' => 1]; $parameters['a'] = 2; $parameters[] = 'z'; ?>\n"
    assert read(code) == {"a": 2, 0: "z"}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'it\\'s \\\\ \\n'", "it's \\ \\n"),
        ('"tab\\t \\x41\\101\\u{3042} \\$x \\q"', "tab\t AAあ $x \\q"),
        ('"\\xE3\\x81\\x82"', "あ"),
        ("'日本語'", "日本語"),
        ("true", True),
        ("FALSE", False),
        ("\\null", None),
        ("-12", -12),
        ("+1.5e3", 1500.0),
        ("0x1F", 31),
        ("0755", 493),
        ("0o17", 15),
        ("0b101", 5),
        ("31_536_000", 31_536_000),
        ("9223372036854775808", 9223372036854775808.0),
        ("'a' . 'b' . 1 . true . null", "ab11"),
        ("<<<'X'\n  one\n   two\n  X", "one\n two"),
        ("<<<X\nline \\$1\nX", "line $1"),
        ("'x' /* a */ // b\n# c\n", "x"),
        ("[1, [2, 'k' => 3], ]", {0: 1, 1: {0: 2, "k": 3}}),
        ("['5' => 'a', 'b', '05' => 'c', true => 'd', 2.7 => 'e']",
         {5: "a", 6: "b", "05": "c", 1: "d", 2: "e"}),
    ],
)  # fmt: skip
def test_a_literal_has_the_value_php_gives_it(expression: str, expected: object) -> None:
    assert value(expression) == expected
    assert type(value(expression)) is type(expected)


@pytest.mark.parametrize(
    "expression",
    [
        "getenv('DB_PASSWORD')",
        "$_ENV['DB_PASSWORD']",
        "$x->y(['a' => 1])",
        "PHP_EOL",
        "\\Some\\Kind::NAME",
        '"pass $word"',
        '"pass {$word}"',
        "'a' . getenv('B')",
        "getenv('B') . 'a'",
        "60 * 60 * 24",
        "(bool) getenv('A')",
        "$a ? 'b' : 'c'",
        "getenv('A') ?: 'b'",
        "new Thing(1, [2])",
        "1.5 . ''",
        "-$x",
        "`id`",
    ],
)
def test_what_php_would_compute_is_unresolved_and_its_neighbours_are_read(expression: str) -> None:
    array = read(f"<?php $parameters = [\n'a' => 1,\n'x' => {expression},\n'z' => 2];")
    assert array == {"a": 1, "x": Unresolved(3), "z": 2}


def test_an_array_with_a_computed_key_or_a_spread_is_unresolved_as_a_whole() -> None:
    # The computed key may be any key, so that no other entry is certain.
    assert value("[getenv('K') => 1, 'a' => 2]") == Unresolved(2)
    assert value("[...$more, 'a' => 2]") == Unresolved(2)
    assert value("['a' => 1, ...['a' => 2]]") == Unresolved(2)


def test_nothing_of_an_unresolved_value_is_kept() -> None:
    assert "hunter2" not in repr(read("<?php $parameters = ['x' => f('hunter2')];"))


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("", 1),
        ("a: 1", 1),
        ("<?php\n\n$parameters = ['a' => 'b", 3),
        ("<?php\n/* never closed", 2),
        ("<?php\n$parameters = ['a' => 1", 2),
        ("<?php\n$parameters = ['a' => 1\n'b' => 2];", 3),
        ("<?php\n$parameters = <<<X\nabc", 2),
        ("<?php\n$parameters = ['a'];\ninclude 'more.php';", 3),
        ("<?php\nif (true) { $parameters = []; }", 2),
        ("<?php\n$parameters = array_merge($a, $b);", 2),
        ("<?php\n$parameters = [];\n$parameters[getenv('X')] = 1;", 3),
        ("<?php\n$parameters = [];\nunset($parameters['a']);", 3),
        ("<?php\n$other = [];", 2),
        ("<?php\n$parameters = [)];", 2),
        ("<?php\n$parameters = ['a' => 08];", 2),
        ("<?php\n$parameters = []; ?>\nhello", 2),
        ('<?php\n$parameters = ["\\u{D800}"];', 2),
        ("<?php\n$parameters = " + "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1) + ";", 2),
        ("<?php\n$parameters = " + "[" * 100_000, 2),
    ],
)
def test_anything_else_is_an_error_that_names_the_line(code: str, line: int) -> None:
    with pytest.raises(PhpError) as caught:
        read(code)
    assert caught.value.line == line
    assert f"Line {line}: " in str(caught.value)


def test_other_variables_are_passed_over() -> None:
    code = "<?php declare(strict_types=1);\n$root = dirname(__DIR__);\n$parameters = ['a' => 1];"
    assert read(code) == {"a": 1}


def test_a_string_of_a_megabyte_is_read_in_reasonable_time() -> None:
    started = time.perf_counter()
    for quote in "'\"":
        assert len(value(quote + "a\\\\" * 350_000 + quote)) == 700_000
    with pytest.raises(PhpError):
        value("'" + "a\\\\" * 350_000)
    with pytest.raises(PhpError):
        read("<?php " + "/*" * 500_000)
    assert time.perf_counter() - started < 5


scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
)
keys = st.integers(0, 2**62) | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
arrays = st.recursive(
    st.dictionaries(keys, scalars, max_size=4),
    lambda inner: st.dictionaries(keys, scalars | inner, max_size=4),
    max_leaves=12,
)


def php(data: object, style: str) -> str:
    """Write `data` as PHP's var_export does, or in the short style."""
    if data is None or isinstance(data, bool):
        return json.dumps(data)
    if isinstance(data, int):
        return str(data)
    if isinstance(data, str):
        return "'" + data.replace("\\", "\\\\").replace("'", "\\'") + "'"
    assert isinstance(data, dict)
    inside = ",\n".join(f"{php(key, style)} => {php(each, style)}" for key, each in data.items())
    return f"[{inside}]" if style == "short" else f"array (\n{inside},\n)" if data else "array ()"


def as_php_keeps_it(data: Any) -> Any:
    if not isinstance(data, dict):
        return data
    kept: dict[int | str, Any] = {}
    for key, each in data.items():
        whole = isinstance(key, str) and key.lstrip("-").isascii() and key.lstrip("-").isdigit()
        kept[int(key) if whole and str(int(key)) == key else key] = as_php_keeps_it(each)
    return kept


@given(arrays, st.sampled_from(["short", "var_export"]))
def test_what_is_written_as_php_comes_back(data: dict[int | str, Any], style: str) -> None:
    assert read(f"<?php\n$parameters = {php(data, style)};\n") == as_php_keeps_it(data)


FRAGMENTS = """
    <?php $parameters = array( [ ] ( ) , => 'a' "b" ' " ` ; . .. ... <<<X <<<'Y' X Y { } $x {$ ${
    getenv( 1 1e9 0x 08 return true null array /* */ // # #[ ?> \\ - & :: -> ? : ÿ あ
"""
fragments = st.lists(
    st.sampled_from([*FRAGMENTS.split(), "\n", " ", "\x00", "\u2028"]), max_size=30
).map("".join)


@settings(max_examples=400)
@given((fragments | st.text()).map(lambda text: f"<?php {text}".encode()) | st.binary())
def test_hostile_input_ends_in_an_array_or_in_this_one_error(source: bytes) -> None:
    with contextlib.suppress(PhpError):
        assert isinstance(read_array(source, "parameters"), dict)


@pytest.mark.skipif(shutil.which("php") is None, reason="php is not installed")
def test_real_php_agrees(tmp_path: Path) -> None:
    code = r"""<?php
    // both styles, comments and every kind of literal
    $parameters = array(
      'single' => 'it\'s \\ \n', "double" => "a\tb\\\x41\101\u{3042}\$\q\e\v\f",
      'heredoc' => <<<END
        one "two" \t\\
          three
        END,
      'nowdoc' => <<<'END'
    plain \t $x
    END, # the end
      'numbers' => [1, -2, 0x1f, 0755, 0b11, 1_000, 1.5, .5, 2., 1e3, 9223372036854775807],
      'keys' => ['8' => 'a', 'b', '08' => 'c', true => 'd', 1.9 => 'e', null => 'f', '-3' => 'g'],
      'words' => [TRUE, False, null, \true], 'joined' => 'a' . 1 . "b" . false . null,
      'nested' => array('deep' => array('deeper' => ['deepest' => '日本語',],),), 'empty' => [],
    );
    $parameters['added'] = 'later';
    $parameters[] = 'next';
    """
    path = tmp_path / "local.php"
    path.write_text(code, encoding="utf-8")
    shown = subprocess.run(
        ["php", "-r", "include $argv[1]; var_export($parameters);", str(path)],
        capture_output=True,
        check=True,
    )
    exported = read_array(b"<?php $parameters = " + shown.stdout + b";", "parameters")
    assert read_array(path.read_bytes(), "parameters") == exported
    as_json = subprocess.run(
        ["php", "-r", "include $argv[1]; echo json_encode($parameters);", str(path)],
        capture_output=True,
        check=True,
    )
    assert exported == as_php_keeps_it(_lists_as_arrays(json.loads(as_json.stdout)))


def _lists_as_arrays(data: Any) -> Any:
    if isinstance(data, list):
        return {place: _lists_as_arrays(each) for place, each in enumerate(data)}
    if isinstance(data, dict):
        return {key: _lists_as_arrays(each) for key, each in data.items()}
    return data


@pytest.mark.parametrize(
    "statement",
    [
        "$y = ($parameters['debug'] = true);",
        "$z = $parameters['debug'] = true;",
        "$y = array_walk($parameters, 'f');",
        "$y = include 'more.php';",
        "$y = &$parameters;",
        "$y = $GLOBALS['parameters'];",
    ],
)
def test_what_could_change_the_array_from_the_side_is_an_error(statement: str) -> None:
    source = f"<?php\n$parameters = ['debug' => false];\n{statement}\n"
    with pytest.raises(PhpError, match="Line 3: "):
        read_array(source.encode(), "parameters")


def test_a_long_list_is_read_in_time_that_grows_with_its_length() -> None:
    started = time.process_time()
    array = read_array(b"<?php $parameters = [" + b"1," * 200_000 + b"];", "parameters")
    assert len(array) == 200_000
    assert time.process_time() - started < 20
