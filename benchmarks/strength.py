"""How often passwords that people make are judged weak, and random ones strong, beside zxcvbn.

The words below were written down for this measurement, not taken from mamori's own lists. They are
dealt into two halves that share none; the judgement was tuned on one (`--half tuning`), and what
counts is the other, which is the default. `passwords.txt` adds what was written down by hand, and
`--diceware FILE` a word list to draw from. `--rust PYTHON` names the interpreter of an environment
with zxcvbn-rs-py, to have it judge too. Prints the table of docs/passwords.md.

With `--check` the exit code is 1 when fewer than 95 % of the weak or 99 % of the strong are judged
so.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import random
import string
import subprocess
import sys
import time
import uuid
import zlib
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from scanner.collect.strength import Strength, StrengthMeter
from scanner.collect.vaults.secret import Secret

SAMPLES = 60
"""Passwords of each class."""
WANTED = {"weak": 0.95, "strong": 0.99}
"""Share that must be judged rightly."""

WORDS = {
    "surname": """takahashi tanaka yamamoto nakamura kobayashi yoshida sasaki yamaguchi matsumoto
        kimura shimizu hayashi yamazaki ikeda hashimoto abe mori ishikawa ogawa okada goto hasegawa
        murakami kondo ishii sakamoto endo aoki fujii nishimura fukuda ota miura fujiwara okamoto
        matsuda nakagawa nakano harada ono tamura takeuchi kaneko wada nakayama ishida ueda morita
        shibata sakai kudo yokoyama miyazaki miyamoto uchida takagi ando taniguchi ohno maruyama
        imai takada fujimoto takeda murata ueno sugiyama masuda sugawara hirano kojima otsuka chiba
        kubo matsui iwasaki sakurai kinoshita noguchi matsuo kikuchi nomura arai watanabe sato
        suzuki ito saito shinozaki hirayama kawaguchi tsuchiya motohashi satou itou katou saitou
        kitazawa muraoka nagashima kurihara horiuchi hosokawa shiraishi""",
    "given": """hanako taro ichiro jiro kenji hiroshi takashi yuki yuko keiko akiko misaki haruka
        sakura yui aoi hina ren sota yuto haruto riku kaito daiki shota naoki kenta yusuke daisuke
        takuya tsubasa ayaka mai miku nana rina asuka megumi mayumi tomoko naoko kumiko kazuko
        yoshiko michiko emi eri mika rie satoshi makoto osamu minoru shigeru kazuya tetsuya tatsuya
        hideki masato shinji koji ryota shohei yamato minato itsuki hinata kaede akari mei honoka
        nanami shiori kotone chihiro natsuki mizuki""",
    "place": """tokyo osaka kyoto nagoya sapporo fukuoka yokohama kobe sendai hiroshima saitama
        chiba kawasaki shibuya shinjuku ginza umeda namba
        ikebukuro akihabara shinagawa
        roppongi ebisu hakata tenjin kanazawa niigata shizuoka hamamatsu okayama kumamoto kagoshima
        naha okinawa nagasaki oita miyazaki matsuyama takamatsu kochi tokushima wakayama nara otsu
        gifu
        toyama fukui nagano matsumoto kofu utsunomiya mito maebashi aomori morioka akita yamagata
        fukushima hokkaido kanagawa hyogo nihonbashi toyosu odaiba kichijoji""",
    "role": """eigyo soumu keiri jinji kanri koho hanbai kikaku kaihatsu eigyou somu kouhou
        marketing sales info admin support marke seizo koubai houmu shacho bucho kacho tantou
        jimukyoku honsha shisha jinjibu eigyobu keiribu soumubu office staff team group shop""",
    "office": """kaisha company office system server mail website campaign member password login
        kanri jimusho kouza shanai kyoyu yoyaku tsuhan seikyu keiyaku mitsumori haishin merumaga
        koukoku sakura fujisan welcome shain project service data report""",
    "vendor": """HubSpot Marketo Mautic Pardot Salesforce Klaviyo Brevo SendGrid Mailchimp Satori
        Kairos Karte Braze Iterable Eloqua Shopify Kintone Sansan Zendesk WordPress Google Slack
        ActiveCampaign Listmonk Mailgun Zoho Facebook Instagram Rakuten BowNow Emarsys Omnisend""",
    "nature": """sakura himawari momiji ajisai fuji yuki hana hoshi sora umi kaze tsuki haru natsu
        aki fuyu neko inu usagi panda ichigo ringo mikan sushi ramen matcha samurai ninja summer
        winter spring autumn december january april august monday friday christmas reiwa heisei""",
    "phrase": """arigatougozaimasu arigatou otsukaresama otsukaresamadesu yoroshikuonegaishimasu
        yoroshiku konnichiwa ohayougozaimasu ohayou sayounara hajimemashite itadakimasu
        gochisousama oyasuminasai onegaishimasu sumimasen gomennasai aishiteru daisuki omedetou
        ganbatte ganbarou tadaima okaeri irasshaimase osewaninarimasu shitsureishimasu
        kabushikigaisha konbanwa wasuremashita watashinonamae pasuwaado himitsu hirakegoma
        tanjoubi akemashiteomedetou daijoubu shiawase kawaii oishii arigatogozaimasu
        yorosikuonegaisimasu otukaresama tanosii sugoidesune nihonichi""",
    "classic": """password admin root test demo welcome letmein qwerty master manager changeme
        secret login guest default passw0rd administrator iloveyou dragon monkey football sunshine
        princess superman batman shadow abc123 trustno1 hello""",
    "walk": """qazxswedc 1qaz2wsx3edc 1qaz2wsx qwertyuiop@ asdfghjkl;:
        zxcvbnm,./ 1q2w3e4r
        1q2w3e4r5t qwer1234 asdf1234 zaq12wsx zaq1xsw2cde3 qweasdzxc poiuytrewq 0okm9ijn
        2wsx3edc4rfv
        1234567890-^ qwaszx 741852963 147258369 159357 !QAZ2wsx 1qaz@WSX qwertyuiop[] 5tgb6yhn
        q1w2e3r4t5 mnbvcxz lkjhgfdsa 123qweasd 7ujm8ik, 963852741 zse45rdx 1QAZxsw2 3edc4rfv5tgb""",
    "english": """marketing team sales support happy welcome japan global business digital online
        summer campaign project company office customer service news letter brand product member
        event design growth lead contact system smile dream future""",
    "kana": """さくら とうきょう たなか やまだ パスワード ありがとう ねこ にほん
        かいしゃ えいぎょう ふじさん マーケティング ヒマワリ おつかれさま ひみつ サンプル
        せんだい はなこ たろう""",
}  # fmt: skip

L33T = str.maketrans("aeios", "@310$")


class Half:
    """The words and the chance of one half."""

    def __init__(self, name: str) -> None:
        self.chance = random.Random(name)  # noqa: S311 - the same passwords every time
        wanted = name == "report"
        self.words = {
            kind: [w for w in text.split() if (zlib.crc32(w.lower().encode()) >> 7) % 2 == wanted]
            for kind, text in WORDS.items()
        }

    def pick(self, *kinds: str) -> str:
        return self.chance.choice(self.words[self.chance.choice(kinds)])

    def year(self) -> str:
        return str(self.chance.choice([*range(2015, 2027), *range(2021, 2027)]))

    def birthday(self) -> str:
        year, month, day = (self.chance.randint(*ends) for ends in ((1955, 2004), (1, 12), (1, 28)))
        return self.chance.choice(
            [
                f"{month:02}{day:02}",
                f"{year}{month:02}{day:02}",
                f"{year % 100:02}{month:02}{day:02}",
                f"{year}",
                f"{month}{day}",
            ]
        )

    def cased(self, word: str) -> str:
        return self.chance.choice([word, word.capitalize(), word.capitalize(), word.upper()])

    def sign(self) -> str:
        return self.chance.choice("!!!@#$?.-_*")

    def tail(self) -> str:
        return self.chance.choice(["1", "01", "123", "1!", "!", "12", "2024", "!!", "#1", "1234"])

    def join(self) -> str:
        return self.chance.choice(["", "", "-", "_", ".", "@"])

    def digits(self, count: int) -> str:
        return "".join(self.chance.choices(string.digits, k=count))


Maker = Callable[[Half], str]

WEAK: dict[str, Maker] = {
    "surname + year": lambda h: h.cased(h.pick("surname")) + h.join() + h.year(),
    "surname + year + sign": lambda h: h.cased(h.pick("surname")) + h.year() + h.sign(),
    "given name + birthday": lambda h: h.cased(h.pick("given")) + h.birthday(),
    "surname + given name": lambda h: h.cased(h.pick("surname")) + h.cased(h.pick("given")),
    "full name + number": lambda h: (
        h.pick("surname") + h.join() + h.pick("given") + h.chance.choice(["1", "01", h.digits(2)])
    ),
    "place + year": lambda h: h.cased(h.pick("place")) + h.join() + h.year() + h.tail()[-1:],
    "place + role + year": lambda h: (
        h.pick("place").capitalize() + h.join() + h.pick("role").capitalize() + h.year()
    ),
    "role + year + sign": lambda h: h.cased(h.pick("role")) + h.year() + h.sign(),
    "company words": lambda h: (
        h.pick("office", "role").capitalize()
        + h.chance.choice("-_. ")
        + h.pick("given", "office").capitalize()
        + h.tail()
    ),
    "Company@123": lambda h: h.pick("office", "place", "surname").capitalize() + "@" + h.digits(3),
    "vendor + year + sign": lambda h: h.pick("vendor") + h.year() + h.sign(),
    "vendor + role": lambda h: h.pick("vendor").lower() + h.join() + h.pick("role") + h.tail(),
    "vendor + number": lambda h: h.cased(h.pick("vendor")) + h.tail(),
    "season + year": lambda h: (
        h.cased(h.pick("nature")) + h.year() + h.sign()[: h.chance.randint(0, 1)]
    ),
    "era": lambda h: (
        h.cased(h.pick("role", "nature", "place"))
        + h.join()
        + h.chance.choice(["R6", "r7", "reiwa6", "Reiwa7", "H31", "S60"])
    ),
    "phrase": lambda h: h.pick("phrase"),
    "phrase + number": lambda h: h.cased(h.pick("phrase")) + h.tail(),
    "l33t + year": lambda h: (
        h.pick("classic", "surname", "place", "nature").capitalize().translate(L33T) + h.year()
    ),
    "l33t + sign": lambda h: h.pick("classic", "office").capitalize().translate(L33T) + h.sign(),
    "classic + tail": lambda h: h.cased(h.pick("classic")) + h.join() + h.tail(),
    "keyboard walk": lambda h: h.pick("walk"),
    "keyboard walk + tail": lambda h: h.pick("walk") + h.chance.choice(["!", "1", "2024", "#"]),
    "kana": lambda h: h.pick("kana") + h.chance.choice(["", h.year(), h.tail()]),
    "full-width": lambda h: "".join(
        chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each
        for each in h.pick("classic", "surname", "nature").capitalize() + h.year()
    ),
    "phone number": lambda h: h.chance.choice(["090", "080", "070"]) + h.digits(8),
    "post code": lambda h: h.digits(3) + h.chance.choice(["-", ""]) + h.digits(4),
    "date": lambda h: (
        f"{h.chance.randint(1950, 2026)}{h.chance.choice(['', '-', '/'])}".join(["", ""])
        + f"{h.chance.randint(1, 12):02}{h.chance.randint(1, 28):02}"
    ),
    "doubled word": lambda h: 2 * h.cased(h.pick("given", "nature", "classic")) + h.tail()[-1:],
    "repeated pattern": lambda h: h.pick("given", "nature")[:3] * h.chance.randint(3, 4),
    "year first": lambda h: (
        h.year() + h.join() + h.cased(h.pick("place", "role", "nature")) + h.sign()
    ),
    "English office": lambda h: (
        h.pick("english").capitalize() + h.join() + h.pick("english").capitalize() + h.year() + "!"
    ),
    "sentence": lambda h: (
        h.chance.choice(["watashiha", "watashinonamaeha", "kyouha", "konosaitoha", "uchino"])
        + h.pick("surname", "nature", "office")
        + h.chance.choice(["desu", "", "dayo", "1"])
    ),
    "reversed": lambda h: h.pick("surname", "nature", "classic")[::-1] + h.year(),
    "padded": lambda h: "!" + h.pick("surname", "role").capitalize() + h.year() + "!",
    "place + role + era": lambda h: (
        h.pick("place") + h.pick("role") + h.chance.choice(["r6", "reiwa7", "2025"])
    ),
    "two common words": lambda h: h.pick("nature", "office") + h.pick("nature", "given") + h.tail(),
}  # fmt: skip


def _random(alphabet: str, length: int) -> Maker:
    return lambda h: "".join(h.chance.choices(alphabet, k=length))


def _words(source: list[str], count: int) -> Maker:
    def make(half: Half) -> str:
        drawn = half.chance.choices(source, k=count)
        style = half.chance.randrange(4)
        if style == 3:
            drawn = [each.capitalize() for each in drawn]
        return ["-", " ", "", ""][style].join(drawn)

    return make


def _pronounceable(half: Half) -> str:
    syllables = [
        half.chance.choice("bcdfghjkmnpqrstvwxz") + half.chance.choice("aeiouy") for _ in range(7)
    ]
    return "".join(syllables) + half.digits(1)


def _apple(half: Half) -> str:
    letters = half.chance.choices("bcdfghjkmnpqrstvwxyzaeiou", k=18)
    letters[half.chance.randrange(18)] = half.digits(1)
    upper = half.chance.randrange(18)
    letters[upper] = letters[upper].upper()
    return "-".join("".join(letters[place : place + 6]) for place in (0, 6, 12))


def strong_classes(diceware: list[Path]) -> dict[str, Maker]:
    """Return what makes passwords that nobody guesses."""
    lists = resources.files("scanner.collect").joinpath("wordlists", "words.txt").read_text()
    romaji = [line.split()[0] for line in lists.splitlines()[:7776]]
    made = {
        "12 letters and digits": _random(string.ascii_letters + string.digits, 12),
        "12 small letters": _random(string.ascii_lowercase, 12),
        "12 characters": _random(string.ascii_letters + string.digits + "!#$%&*+-=?@^_~", 12),
        "14 digits and letters": _random(string.ascii_lowercase + string.digits, 14),
        "20 characters": _random(string.ascii_letters + string.digits + string.punctuation, 20),
        "32 hexadecimal": _random("0123456789abcdef", 32),
        "16 digits": _random(string.digits, 16),
        "UUID": lambda h: str(uuid.UUID(int=h.chance.getrandbits(128))),
        "base64": lambda h: base64.b64encode(h.chance.randbytes(12)).decode(),
        "Apple": _apple,
        "pronounceable": _pronounceable,
        "4 romaji words": _words(romaji, 4),
        "5 romaji words": _words(romaji, 5),
        "4 of 500 romaji words": _words(romaji[:500], 4),
        "6 romaji words": _words(romaji, 6),
    }
    for path in diceware:
        words = [line.split()[-1] for line in path.read_text().splitlines() if line.strip()]
        for count in (3, 4, 5, 6):
            made[f"{count} of {path.stem}"] = _words(words, count)
    return made


def written() -> dict[str, list[str]]:
    """Return the passwords that were written down by hand, by class."""
    found: dict[str, list[str]] = {}
    part = kind = ""
    for line in Path(__file__).with_name("passwords.txt").read_text().splitlines()[2:]:
        if line.startswith("= "):
            part = line[2:]
        elif line.startswith("# "):
            kind = f"by hand, {part}: {line[2:]}"
        elif line:
            found.setdefault(kind, []).append(line)
    return found


class Judge(NamedTuple):
    """Somebody who gives passwords zxcvbn's scores."""

    name: str
    scores: Callable[[list[str]], list[int]]


def stock(texts: list[str]) -> list[int]:
    """Return the scores that zxcvbn alone gives."""
    from zxcvbn import zxcvbn

    return [zxcvbn(each[:72])["score"] for each in texts]


RUST = """
import json, sys, zxcvbn_rs_py
texts = json.load(sys.stdin)
json.dump([int(zxcvbn_rs_py.zxcvbn(each).score) for each in texts], sys.stdout)
"""


def rust(python: str) -> Judge:
    """Return zxcvbn-rs-py, as installed for the interpreter `python`."""

    def scores(texts: list[str]) -> list[int]:
        answer = subprocess.run(
            [python, "-c", RUST],
            input=json.dumps(texts),
            text=True,
            capture_output=True,
            check=True,
        )
        found: list[int] = json.loads(answer.stdout)
        return found

    return Judge("zxcvbn-rs-py", scores)


def ours(meter: StrengthMeter) -> Judge:
    def scores(texts: list[str]) -> list[int]:
        found = meter.measure_all((Secret.of(each), ()) for each in texts)
        return [each.score if isinstance(each, Strength) else -1 for each in found]

    return Judge("mamori", scores)


def share_right(kind: str, scores: list[int]) -> int:
    return sum((0 <= each <= 2) if kind == "weak" else each >= 3 for each in scores)


def speeds(meter: StrengthMeter, texts: list[str]) -> str:
    """Return how many are judged in a second: by zxcvbn alone, by ours, and by all processes."""
    secrets_ = [(Secret.of(each), ()) for each in texts]
    rates = []
    for judge in (
        lambda: stock(texts),
        lambda: [meter.measure(*each) for each in secrets_],
        lambda: meter.measure_all(secrets_),
    ):
        began = time.perf_counter()
        judge()
        rates.append(len(texts) / (time.perf_counter() - began))
    return (
        f"{rates[0]:.0f} a second by zxcvbn, {rates[1]:.0f} by one process of ours, "
        f"{rates[2]:.0f} by {os.cpu_count()} of them"
    )


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--half", choices=["tuning", "report"], default="report")
    options.add_argument("--diceware", type=Path, nargs="*", default=[])
    options.add_argument("--samples", type=int, default=SAMPLES)
    options.add_argument("--rust", metavar="PYTHON", help="an interpreter that has zxcvbn-rs-py")
    options.add_argument("--show", action="store_true", help="print what is judged wrongly")
    options.add_argument("--check", action="store_true")
    wanted = options.parse_args()
    half = Half(wanted.half)
    classes = {
        kind: {name: [maker(half) for _ in range(wanted.samples)] for name, maker in makers.items()}
        for kind, makers in (("weak", WEAK), ("strong", strong_classes(wanted.diceware)))
    }
    classes["weak"] |= written()
    with StrengthMeter(year=2026) as meter:
        judges = [ours(meter), Judge("zxcvbn", stock)]
        judges += [rust(wanted.rust)] if wanted.rust else []
        print("| judged rightly | of |", *(f"{each.name} |" for each in judges))
        print("| --- | --: |", *("--: |" for _ in judges))
        fine = True
        for kind, named in classes.items():
            total = [0] * len(judges)
            for name, texts in named.items():
                scores = [each.scores(texts) for each in judges]
                right = [share_right(kind, each) for each in scores]
                total = [sum(each) for each in zip(total, right, strict=True)]
                print(f"| {kind}: {name} | {len(texts)} |", *_shares(right, len(texts)))
                if wanted.show:
                    wrong = [
                        t
                        for t, s in zip(texts, scores[0], strict=True)
                        if not share_right(kind, [s])
                    ]
                    print(*wrong, sep="\n", file=sys.stderr)
            count = sum(map(len, named.values()))
            print(f"| **{kind}** | {count} |", *_shares(total, count))
            fine = fine and total[0] >= WANTED[kind] * count
        chance = random.Random(1)  # noqa: S311 - the same every time
        every = [text for named in classes.values() for texts in named.values() for text in texts]
        print(f"\n{speeds(meter, chance.sample(every, min(1000, len(every))))}")
    if wanted.check and not fine:
        sys.exit("Too many passwords are judged wrongly.")


def _shares(right: list[int], of: int) -> list[str]:
    return [f"{each / of:.1%} |" for each in right]


if __name__ == "__main__":
    main()
