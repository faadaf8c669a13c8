"""Names of shops, schools and brands that stand at a form, without any legal form of company.

What a visitor recognises as the sender is a name in the place of one: as who sends, writes, greets
or answers, as what a line says alone, or with the kind of business that it is.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from importlib import resources

from checks.wording.personal_names import is_named_abroad
from checks.wording.words import words
from scanner.sdk import Content, Region

_OF_A_NAME = "一-龥々〆ヶァ-ヴーA-Za-z0-9&'’"
_KINDS = (
    r"(?:農園|果樹園|牧場|酒造|酒蔵|醸造|書房|書店|書林|工務店|不動産|地所|製菓|菓子店|菓子舗"
    r"|製作所|工業|工房|工芸|商店|商会|商事|物産|水産|製薬|薬局|薬店|電機|電設|電工|精機|製鉄|化成"
    r"|建装|家具店|木工|眼鏡店?|時計店|宝飾|呉服店?|写真館|旅館|ホテルズ?|リゾート|倶楽部|クラブ"
    r"|動物病院|歯科|歯科医院|整骨院|接骨院|整体院|鍼灸院|治療院|助産院|保育園|幼稚園|こども園|学院"
    r"|学舎|予備校|ゼミナール|義塾|塾|劇場|劇団|楽団|交響楽団|合唱団|球団|トラベル|ツーリスト"
    r"|百貨店|ストアー?|マート|マーケット|カフェ|珈琲店?|ベーカリー|ブーランジェリー|パティスリー"
    r"|製パン|精肉店|鮮魚店|青果店|生花店|花店|食堂|美容室|美容院|理容室|サロン|スタジオ|アトリエ"
    r"|ギャラリー|釣具店?|楽器店?|自転車店|輪店|モータース|運輸|運送|鉄道|フェリー|汽船|新聞社"
    r"|出版社|神社|大社|教会|動物園|水族館|植物園|資料館|記念館|科学館|文学館|スキー場|遊園地"
    r"|ランド|パーク|フーズ|ファーム|ガーデン|ワイナリー|ブルワリー|クリニック|アカデミー|スクール"
    r"|カレッジ|テクノロジーズ?|システムズ|ネットワークス|ホールディングス|エステート|ハウジング"
    r"|ホームズ|住建|住販|総研|総合研究所|レンタカー|(?<=[一-龥ァ-ヴぁ-ん]{2})[堂庵亭荘苑軒寺])"
)
"""What a business is, at the end of its name."""
_NO_NAME = words(
    r"^(?:[ごお御各全同本当弊他支新旧]|提携|協力|参加|加盟|協賛|出店|出展|取扱|取り扱|販売|直営"
    r"|人気|高級|格安|国内|海外|地元|近隣|近く|老舗|有名|大手|専門|個人|法人|民間|公立|私立|一般"
    r"|総合|中古|新築|新車|新品|注文|賃貸|分譲|木造|戸建|住宅|健康|冷凍|加工|自然|有機|輸入|北欧"
    r"|婚礼|介護|生命|損害|火災|地震|医療|学資|旅行|社会|国民|学習|進学|英語|英会話|個別|集団"
    r"|オンライン|ネット|インターネット|通信|出張|夜間|休日|有料|無料|会員|限定|特別|季節|最寄|希望"
    r"|指定|受取|受け取|都市|電動|体験|モデル|ショー|展示|公開|音楽|料理|書籍|電子|雑誌|日帰|露天"
    r"|天然|貸切|高速|路線|送迎|観光|夜行|店舗|実店舗|主催|開催|掲載|登録|対象|ファン|友の"
    r"|プログラミング|スイミング|ピアノ|ダンス|ヨガ|テニス|ゴルフ|パソコン|サッカー|カルチャー"
    r"|ビジネス|リゾート|シティ|カプセル|農林|重|軽|伝統|金属|地域|特産|調剤|保険|認可|認定|企業内"
    r"|フォト|ヘア|メンズ|レディース|ネイル|脱毛|エステ|ビューティー|トータル|プライベート"
    r"|パーソナル|ダイニング|ブック|猫|犬|スポーツ|フィットネス|温泉|収益|投資|事業用|居住用|相続"
    r"|ビア|ビーチ|スキー|フリー|ファーマーズ|スーパー|クリスマス|朝|夜|美容|歯科|内科|皮膚科|小児"
    r"|眼科|夏期|冬期|少年|少女|女子|男子|小|中|大|プロ|野球|カー|県|市|町|村|区|郷土|民俗|歴史"
    r"|近代|現代|国立|県立|市立|区立|文化|芸術|屋内|屋外|移動|水上|アプリ|デジタル|バーチャル"
    r"|デザイン|語学|資格|看護|調理|福祉|自習|補習|託児|写真|レンタル|貸|メンバーズ|キッズ|ベビー"
    r"|アウトドア|ウェブ|オフィス|テーマ|ウォーター|ドッグ|ペット|キャンプ|農家|市民|県民|区民|町民"
    r"|業務|管理|予約|会計|在庫|販促|基幹|勤怠|配信|クラウド|工場|産業|農業|建設|食品|飲食|製造"
    r"|自動車|家電|事務|高校|大学受験|資料|見学|出願|募集)+の?$|[をがはへにの]$|^(?:こ|そ|あ"
    r"|ど)(?:の|ちら)|(?:から|まで|より|する|した|など)$|^(?:こと|もの|これ|それ|あなた|みなさ"
    r"|お客)"
)
"""What stands before the kind of a business without being anybody's name."""
_NAMED_KIND = re.compile(
    rf"(?:^|(?<=[^{_OF_A_NAME}ぁ-ん])|(?<=[、。のはでもとにをが]))(?P<proper>[ぁ-ん]{{2,6}}?"
    rf"|[{_OF_A_NAME}]{{1,12}}?){_KINDS}(?:\s?[{_OF_A_NAME}]{{1,8}}(?:店|本店|支店|校|本社|教室"
    rf"|営業所|ショールーム))?"
    r"(?=$|[\s、。,.!！?？・|｜:：/／「」『』()（）]|[がはをのにへとでも]|から|より|です|公式"
    r"|オンライン|通販|事務局|運営)"
)
_KIND_FIRST = re.compile(
    r"(?:美容室|美容院|理容室|理容|ヘアサロン|ネイルサロン|エステサロン|サロン|旅館|温泉旅館|温泉宿"
    r"|湯宿|旅の宿|宿|ホテル|民宿|ペンション|ゲストハウス|料亭|割烹|居酒屋|焼肉|寿司|鮨|そば処|蕎麦"
    r"|レストラン|カフェ|喫茶|ビストロ|バル|トラットリア|ベーカリー|パティスリー|パン工房|パン屋"
    r"|洋菓子店?|和菓子処?|菓子工房|学習塾|進学塾|英会話(?:スクール|教室)?|料理教室|音楽教室"
    r"|ヨガスタジオ|スタジオ|ギャラリー|ブティック|セレクトショップ|古着屋|雑貨店?|雑貨屋|工房"
    r"|アトリエ|花屋|本屋|古書店?|書店|酒蔵|酒屋|八百屋|農園|牧場|劇団|楽団|ブランド|通販サイト"
    r"|オンライン(?:ショップ|ストア)|ネットショップ|アプリ|情報サイト|サイト|NPO|ジム|整体院?"
    r"|鍼灸院?|歯科|動物病院|保育園|幼稚園|こども園)(?P<apart>\s?[・「『“\"]\s?"
    r"|\s)?(?P<name>[^\s、。,.!！?？|｜:：/／「」『』()（）“”\"]{2,16})"
)
_GENERIC = words(
    r"^(?:プラン|フェア|スタッフ|メニュー|モデル|チケット|サービス|クーポン|イベント|キャンペーン"
    r"|セミナー|レッスン|コース|オーナー|ガイド|ニュース|ステイ|グッズ|ギフト|カード|ポイント"
    r"|ツアー|ショップ|ストア|メンバー|ユーザー|フォーム|メール|ページ|サイト|アプリ|ログイン"
    r"|マップ|ビジネス|デビュー|チェーン|グループ|システム|リスト|サポート|オープン|トライアル"
    r"|ウエディング|ウェディング|パーティー?|ディナー|ランチ|予約|体験|申|会員|検索|経営|開業|利用"
    r"|見学|情報|案内|紹介|募集|登録|購入|特集|一覧|選び|探し|向け|内|外|内外|名|側|様|さん|以外|各"
    r"|全|関係|業|組合|協会|通い|まで|から|より|など|です|ます|でき|として|において|について|による"
    r"|にて|という|美容|旅館|宿|民宿|ホテル|レストラン|カフェ|サロン|ペンション|ゲストハウス|居酒屋"
    r"|スクール|(?:では|には|でも|とは|にも|ので|のに|[のはをも][ごお])|[をがへ]"
    r"|[はにとのでもや](?![ぁ-ん]{2}|ぶ))"
)


def _japanese(line: str) -> str | None:
    for match in _NAMED_KIND.finditer(line):
        if not (_NO_NAME.search(match["proper"]) or _GENERIC.search(match["proper"])):
            return match[0]
    for match in _KIND_FIRST.finditer(line):
        name = match["name"]
        if _GENERIC.search(name):
            continue
        apart: str = match["apart"] or ""
        # `ホテルブライダル` is one word, and `美容室アンジュ` is a name.
        one_word = not apart and _KATAKANA.match(line, match.start("name") - 1)
        if apart.strip() or (_BEGINS_A_NAME.match(name) and not one_word):
            return match[0]
    for pattern in (_DOES, _LABELLED):
        for match in pattern.finditer(line):
            if not nobodys_name(match["name"]):
                return match["name"]
    return None


_KATAKANA = re.compile(r"[ァ-ヴー]{2}")
_BEGINS_A_NAME = re.compile(
    r"[ァ-ヴA-Z]|[ぁ-ん]{1,6}[一-龥]{0,3}(?:$|です|[のではがをへ](?!$)|本?店)"
)
_DOES = re.compile(
    r"(?:^|[\s、。「『(（・])(?:当社|私たち|弊社)?"
    rf"(?P<name>[{_OF_A_NAME}][{_OF_A_NAME}ぁ-ん]{{1,20}}?)[」』)）]?"
    r"(?:が(?=(?:、|月|週|毎|年|季節|[^。\n]{0,24}[をの])[^。\n]{0,40}?(?:お届け|お送り|発行"
    r"|配信)(?:する|し(?!て(?:ほしい|もらい))|いた|中))|が(?:運営|経営|主催|発行|配信|編集"
    r"|制作)(?:する|し|いた)|(?:発行|配信|編集|主催|運営)(?=$|[)）\s]))"
)
"""Who is said to send, to publish or to run."""
_LABELLED = re.compile(
    r"(?:発行|配信|運営|主催|編集|送信|販売|提供)(?:元|者|人|会社"
    r"|責任者)?\s?[:：]\s?(?P<name>[^\s:：、。]{2,30})"
)
_NOBODY = words(
    r"当|弊|私|わたし|^(?:今|後|次回|以上|以下|下記|上記|メール|皆|他|新)|サイト|ページ|店舗?$|主催"
    r"|事務局|運営|スタッフ|担当|会社|企業|社$|各|登録|申|送信|完了|編集部|フォーム|こちら|関連"
    r"|提携|協賛|共催|一覧|場合|個人情報|あなた|これ|それ|どこ|いつ|ほか|情報|案内|知らせ|ニュース"
    r"|クーポン|商品|製品|新着|特典|セール|イベント|セミナー|キャンペーン|メルマガ|マガジン|レター"
    r"|プラン|メニュー|レシピ|コラム|講座|お?便り|通信$|サービス|システム|アプリ|機能|ご?希望"
    r"|専門家|監修|[士師家者員長手主]$|プロ$|チーム$|部$|課$|係$|先生$|たち$|編集長|アドバイザー"
    r"|コンサルタント|ライター|インストラクター|トレーナー|デザイナー|コーチ|シェフ|ソムリエ"
    r"|バイヤー|オーナー|コンシェルジュ|自動|日$|月$|年$|時$|回$|件$|[をはへにでとも]|が"
)


def nobodys_name(name: str) -> bool:
    """Tell whether Japanese words in the place of a name are none."""
    return bool(_NOBODY.search(name) or _GENERIC.search(name))


_CAPITAL = r"(?:[A-Z][\w&'’-]*|[A-Z]\.|\d+[A-Z]\w*)"
_RUN = re.compile(rf"(?<![\w'’&.-]){_CAPITAL}(?:(?: (?:of|and|the|de|&|on|in))? {_CAPITAL})*")


@functools.cache
def _ordinary() -> frozenset[str]:
    """Return the words that begin with a capital in anybody’s form: of sentences, days, fields."""
    listed = resources.files(__package__).joinpath("ordinary_words.txt")
    return frozenset(listed.read_text("utf-8").split())


_BUSINESS = words(
    r"(?:gym|nurser(?:y|ies)|dental|dentistry|realty|real estate|books?|bookshop|bookstore"
    r"|outdoors?|skincare|cosmetics|beauty|clinic|hospital|veterinary|vets?|pharmacy|optical"
    r"|opticians?|school|college|academy|university|institute|architects?|studios?|hotels?|inn"
    r"|hostel|lodge|resorts?|spa|salon|barbers?|bakery|bakehouse|cafe|café|coffee|roasters|kitchen"
    r"|restaurant|bistro|diner|pizzeria|grill|pub|brewery|brewing|winery|wines?|vineyards?|cellars"
    r"|distillery|farms?|orchards?|gardens?|florists?|flowers|cycles|bikes|motors|autos?|garage"
    r"|tyres|tires|travels?|tours|airways|airlines|ferries|ferry|cruises|railways?|insurance"
    r"|assurance|bank|bancorp|credit union|capital|partners|advisors|advisers|advisory|wealth"
    r"|accountants|accounting|solicitors|attorneys|law|consulting|consultancy|analytics|software"
    r"|labs?|systems|technolog(?:y|ies)|solutions|networks?|robotics|digital|cloud|media|press"
    r"|publishing|publishers|magazine|theatre|theater|cinema|museum|galler(?:y|ies)|orchestra"
    r"|ballet|opera|zoo|aquarium|library|church|parish|cathedral|trust|charity|rescue|shelter"
    r"|hospice|foundation|fund|society|club|federation|chamber|association|alliance|council|guild"
    r"|markets?|stores?|shops?|boutique|outfitters|clothing|apparel|fashion|shoes|jewell?e(?:ry|rs)"
    r"|furniture|interiors|design|designs|ceramics|pottery|candles?|builders|plumbing|roofing"
    r"|heating|electric|energy|solar|estates?|properties|homes|lettings|rentals|fitness|yoga"
    r"|pilates|climbing|wellness|health|recruitment|staffing|careers|tutors|tutoring|learning|toys"
    r"|games|gaming|foods?|fine foods|grocers?|butchers?|deli|dairy|creamery|chocolates?|tea|teas"
    r"|supplies|supply|hardware|tools|machinery|engineering|manufacturing|industries|works"
    r"|precision|logistics|freight|removals|storage|& sons?|and sons?|& co|bros|brothers|sisters"
    r"|group|holdings|co)\.?"
)
"""What a business calls itself, at the end of its name."""
_OF_ANYBODY = words(
    r"(?:(?:our|the|your|my|this|free|online|new|local|best|home|life|car|travel|pet|health"
    r"|personal|business|summer|winter|spring|autumn|annual|general|public|primary|high|secondary"
    r"|book|first|second|private|direct|green|renewable|artificial|machine|deep|data|cloud|customer"
    r"|user|world|national|international|winter open|data protection|contact|request|get|join)\W?)*"
)


def _trimmed(run: str) -> list[str]:
    """Return the words of a run of capitals from the first to the last that is not everybody's."""
    parts = run.split()
    of_all = [
        not _ordinary().isdisjoint((small, re.sub(r"['’]s?$", "", small), small.partition("-")[0]))
        for small in map(str.lower, parts)
    ]
    while parts and (of_all[-1] or parts[-1][0].islower()):
        # `Northgate School` is one; what everybody has is a school.
        if len(parts) > 1 and not all(of_all[:-1]) and _BUSINESS.fullmatch(parts[-1]):
            break
        parts.pop()
        of_all.pop()
    while parts and (of_all[0] or parts[0][0].islower() or parts[0] == "&"):
        parts.pop(0)
        of_all.pop(0)
    return parts


def _runs(line: str) -> Iterator[tuple[re.Match[str], list[str]]]:
    for match in _RUN.finditer(line):
        if parts := _trimmed(match[0]):
            yield match, parts


def _in_sentence(line: str) -> bool:
    """Tell whether a line writes most of its words small, so that capitals are of names."""
    _, *others = re.findall(r"[A-Za-z][\w'’-]*", line) or [""]
    long = [each for each in others if len(each) > _SHORT]
    return bool(long) and sum(each[0].isupper() for each in long) * 2 < len(long)


_SHORT = 3
_SENDS = re.compile(
    r"['’]?s? (?:(?:may|will|would like to|can|and its team) )?(?:also )?(?:sends?|e-?mails?|mails"
    r"|collects?|operates?|runs?|publish(?:es)?|respects?|process(?:es)?|uses? (?:your|the|this)"
    r"|write|writes|contact you|keeps? (?:your|you)|welcomes|looks after)\b"
)
_THEIRS = re.compile(
    r"(?:['’]s?)?(?: [\w-]+){0,4}? (?:newsletter|offers?|deals|news|e-?mails?|updates|magazine"
    r"|catalogue|catalog|tips|bulletin|promotions?|discounts|sales?|mailing|list|digest|events?"
    r"|announcements?|invitations?|coupons?|stories"
    r"|recipes|products?|specials|menus?|classes)\b",
    re.IGNORECASE,
)


def _english(line: str) -> str | None:
    """Return a name that a line gives in the place of who sends, or of who runs a business."""
    sentence = _in_sentence(line)
    for match, parts in _runs(line):
        name = " ".join(parts).rstrip(".,")
        before, after = line[: match.start()], line[match.end() :]
        own = name.removesuffix("'s").removesuffix("’s")
        inside = bool(before.strip()) and not before.rstrip().endswith((".", "!", "?"))
        last = match[0].endswith(parts[-1])
        if _is_business(own) or (last and _WELCOME.search(before)):
            return own
        if not sentence or not last:
            continue
        if own != name and (inside or len(parts) > 1) and (inside or _THEIRS.match(after)):
            return own
        if _SENDS.match(after) and (inside or len(parts) > 1 or _SENDS_YOU.match(after)):
            return own
        if inside and _THEIRS.match(after) and _TO_ME.search(before):
            return own
    return None


_SENDS_YOU = re.compile(
    r" (?:may |will |would like to )?(?:send|e-?mail|contact|write to) (?:you|me)\b| (?:uses|keeps"
    r"|collects) (?:your|this)\b| (?:sends|operates|publishes) "
)
_WELCOME = re.compile(r"\b(?:[Ww]elcome to|[Hh]ere at|[Aa]ll of us at) (?:the )?$")
_TO_ME = re.compile(
    r"\b(?:me|receive|receiving|get|getting|like|want|to|for|about|the|of|with|and|occasional"
    r"|monthly|weekly|join) $",
    re.IGNORECASE,
)


def _is_business(name: str) -> bool:
    first, _, kind = name.rpartition(" ")
    return bool(first and _BUSINESS.fullmatch(kind) and not _OF_ANYBODY.fullmatch(first))


def lines_naming(content: Content, said: str = "") -> list[str]:
    """Return the lines of a form's page that may name who runs it: not where things happen."""
    return [
        line
        for text in (said, *(b.text for b in content.blocks if b.region is not Region.NAVIGATION))
        for line in text.split("\n")
        if line and not _PLACE.search(line)
    ]


_PLACE = words(
    r"会場|場所|集合|開催地|勤務地|アクセス[:：]|例[:：)）]|\b(?:venue|location|e\.g)\b|\b(?:where"
    r"|at):"
)
"""What tells where something is, or what somebody may fill in."""


def trade_name(lines: Iterable[str]) -> str | None:
    """Return the first name in `lines` of a shop, a school, a brand: who runs it, or sends."""
    for line in lines:
        found = _japanese(line) if not line.isascii() else None
        if found or (found := _english(line)):
            return found
    return None


def perhaps(lines: Iterable[str]) -> str | None:
    """Return what may be anybody's name: a word that is not ordinary where a name would stand."""
    for line in lines:
        for match in () if line.isascii() else _SPOKEN_OF.finditer(line):
            if not _ORDINARY.fullmatch(match["name"]) and not of_everybody(match["name"]):
                return match["name"]
        sentence = _in_sentence(line)
        for match, parts in _runs(line):
            before = line[: match.start()].rstrip()
            if all(each.isupper() and len(each) <= _SHORT for each in parts):
                continue
            name = " ".join(parts)
            alone = len(parts) > 1 and match[0] == line.strip()
            inside = bool(before) and not before.endswith((".", "!", "?", ":"))
            if (sentence and inside) or alone or is_named_abroad(name):
                return name
    return None


def of_everybody(name: str) -> bool:
    """Tell whether words with capitals are those of any form, and name nobody."""
    return bool(_RUN.fullmatch(name)) and not _trimmed(name)


_SPOKEN_OF = re.compile(
    r"(?:^|[\s、。「『(（・])"
    r"(?P<name>[ァ-ヴー]{3,16}"
    r"|[A-Z][A-Za-z0-9&'’]{2,16}(?: [A-Z][A-Za-z0-9&'’]{1,16}){0,2})[」』)）]?"
    r"\s?(?:の(?!有無|件|種類|選択|確認|入力|変更|ご?希望|場合|方|数)|は、|が|では|へようこそ"
    r"|を(?:いつも)?ご(?:利用|愛顧)|にご(?:来店|来館|登録|入会))"
)
"""What a sentence begins with and tells something of."""
_ORDINARY = words(
    r"(?:オンライン|ウェブ|インターネット|ネット|メール|マガジン|メルマガ|ニュース|レター|フォーム"
    r"|ページ|サイト|サービス|システム|アプリ|アカウント|パスワード|ログイン|セミナー|ウェビナー"
    r"|イベント|キャンペーン|クーポン|ポイント|プレゼント|ギフト|カード|チケット|カタログ"
    r"|パンフレット|サンプル|モニター|アンケート|プライバシー|ポリシー|クッキー|レッスン|コース"
    r"|スクール|トレーニング|カウンセリング|コンサルティング|ワークショップ|ミーティング|トライアル"
    r"|デモ|ガイド|ブック|レポート|ホワイトペーパー|ダウンロード|コンテンツ|コラム|ブログ|スタッフ"
    r"|ユーザー|メンバー|オーナー|トレーナー|インストラクター|アドバイザー|コーチ|プロ|チーム"
    r"|グループ|パートナー|スポンサー|メーカー|ショップ|ストア|マーケット|ブランド|ホテル"
    r"|レストラン|カフェ|サロン|スタジオ|クリニック|ジム|マンション|アパート|モデル|ショールーム"
    r"|リフォーム|リノベーション|オフィス|ビル|ホール|センター|プラザ|ルーム|アレルギー|タイミング"
    r"|エラー|キャンセル|ドメイン|ブラウザー?|アドレス|フリガナ|ハイフン|ファイル|プラン|レシピ"
    r"|アレンジ|メニュー|ランチ"
    r"|ディナー|ワイン|コーヒー|ケーキ|スイーツ|パン|フルーツ|ビール|ペット|ベビー|キッズ|ママ|パパ"
    r"|レディース|メンズ|ファッション|コスメ|スキンケア|ヘルスケア|ダイエット|フィットネス|ヨガ"
    r"|ピアノ|ダンス|ゴルフ|テニス|サッカー|スポーツ|データ|ソフト|ソフトウェア|クラウド"
    r"|マーケティング|デザイン|ビジネス|エンジニア|プログラミング|セキュリティ|サポート"
    r"|メンテナンス|バージョン|アップデート|リリース|テクノロジー|ロボット|ツアー|トラベル|バス"
    r"|フェリー|レンタカー|キャンプ|アウトドア|リゾート|スキー|ゲーム|アニメ|コンサート|ライブ"
    r"|フェア|フェスタ?|フェスティバル|セール|アウトレット|シーズン|クリスマス|ハロウィン"
    r"|バレンタイン|エントリー|インターン|インターンシップ|シフト|キャリア|リスト|ボランティア"
    r"|チャリティー?|バザー|スケジュール|カレンダー|ライフ|スタイル|ホーム|ハウス|キッチン|ガーデン"
    r"|インテリア|アイテム|グッズ|シリーズ|タイプ|サイズ|カラー|スマート|フォン|テレビ|パソコン"
    r"|エアコン|ガス|ローン|クレジット|ウエディング|ウェディング|ブライダル|ビューティー|エステ"
    r"|ネイル|ヘア|マッサージ|パーソナル|コミュニティ|メディア|ライター|テーマ|ジャンル|エリア"
    r"|コード|ボタン|チェック|web|pc|ai|it|dx|sns|line|qr|url|pdf|id|faq|ec|hp)+"
)
"""Words from abroad that stand in Japanese forms, and name nobody."""
