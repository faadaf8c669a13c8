"""Names of human beings are told from shops, places and those who are written to."""

from __future__ import annotations

import pytest

from checks.wording.legal_names import entity, public_body
from checks.wording.personal_names import foreign, full_name, person, signing


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("小池農園 園主 小池 義男", "小池 義男"),
        ("革小物の店 運営責任者:紬 陽平(個人事業主)", "紬 陽平"),
        ("手づくり市 実行委員会(実行委員長 奥村 さとみ、三重県松阪市)は", "奥村 さとみ"),
        ("行政書士 三枝 一馬(あおば法務オフィス)は、", "三枝 一馬"),
        ("ほぐし処を一人でやっている竹之内 誠です。", "竹之内 誠"),
        ("読書会は、有志(世話役:織田ひかる)が運営しています。", "織田ひかる"),
        ("毛利 修(古道具店 店主)", "毛利 修"),
        ("榊原めぐみ(個人事業主) 静岡県三島市本町", "榊原めぐみ"),
        ("天気の記録アプリを作っている風早陽介(屋号 風の工房)です。", "風早陽介"),
        ("古書 月と梟の店主、各務 静(かがみ しずか)と申します。", "各務 静"),
        ("千葉りんご園 千葉 孝雄", "千葉 孝雄"),
    ],
)
def test_whoever_signs_with_a_role_or_alone_is_named(text: str, name: str) -> None:
    assert person(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "佐藤 花子 様",
        "木曽のヒノキを知り尽くした棟梁 原田 勲さん(70)",
        "登壇:株式会社フォレスト 代表取締役 大谷 純一氏",
        "山口 支店",
        "こんにちは、店長の田中です。",
        "こんにちは、店長の佐々木です。",
        "担当:長谷川",
        "編集部 高橋",
        "店主 佐藤より",
        "編集長まこ",
        "店長 おすすめの",
        "お店のご案内です",
        "店主、今月のおすすめです",
        "運営している地域密着です",
        "山田商店 新宿 支店",
        "株式会社山田商店",
    ],
)
def test_addressees_others_shops_and_bare_family_names_name_nobody(text: str) -> None:
    assert person(text) is None


def test_a_full_name_is_seen_wherever_it_stands_but_not_that_of_somebody_else() -> None:
    assert full_name("屋号のうしろにいる人間の名は、古谷大輔といいます") == "古谷大輔"
    assert full_name("経理は佐藤 花子がしています") == "佐藤 花子"
    assert full_name("古谷大輔様の声") is None
    assert full_name("東京都中央区の商品部") is None


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("店主 藤沢 ことり", "藤沢 ことり"),
        ("担当の早瀬 みゆきです", "早瀬 みゆき"),
        ("早瀬みゆき（編集）", "早瀬みゆき"),
        ("庭師の佐藤健一郎と申します。", "佐藤健一郎"),
        ("園主 佐藤健一", "佐藤健一"),
        ("それでは、また来月。佐藤 花代", "佐藤 花代"),
    ],
)
def test_whoever_signs_or_introduces_themselves_is_named(line: str, name: str) -> None:
    assert signing(line) == name


@pytest.mark.parametrize(
    "line", ["佐藤 総務部", "佐藤 先生", "春の から", "佐藤 みゆき様", "園主の佐藤と申します"]
)
def test_desks_family_names_alone_and_whoever_is_written_to_sign_nothing(line: str) -> None:
    assert signing(line) is None


def test_people_from_abroad_are_named_by_their_trade_or_their_copyright() -> None:
    assert foreign("オーナーシェフ ジャン・ルノー") == "ジャン・ルノー"
    assert foreign("© 2026 hanako yamada") == "hanako yamada"
    assert foreign("ミックス・ナッツ 300g") is None


def test_a_name_after_what_its_company_runs_is_the_companys() -> None:
    assert entity("ねこの手便を運営する株式会社リネンサポート") == "株式会社リネンサポート"
    assert entity("弊社株式会社リネンサポート") == "株式会社リネンサポート"


def test_an_office_of_a_town_is_a_public_body() -> None:
    assert public_body("岩手県久慈市 ふるさと納税推進室")
    assert not public_body("久慈市のおすすめ宿")
