"""Where people and bodies are found: postal addresses, mail addresses, telephones, websites."""

from __future__ import annotations

import re

from checks.wording.patterns import guarded, lowered
from checks.wording.words import words

_PREFECTURES = (
    "北海道|青森県|岩手県|宮城県|秋田県|山形県|福島県|茨城県|栃木県|群馬県|埼玉県|千葉県"
    "|東京都|神奈川県|新潟県|富山県|"
    "石川県|福井県|山梨県|長野県|岐阜県|静岡県|愛知県|三重県|滋賀県|京都府|大阪府|兵庫県"
    "|奈良県|和歌山県|鳥取県|島根県|"
    "岡山県|広島県|山口県|徳島県|香川県|愛媛県|高知県|福岡県|佐賀県|長崎県|熊本県|大分県"
    "|宮崎県|鹿児島県|沖縄県"
)
_CITIES = (
    "札幌市|仙台市|さいたま市|千葉市|横浜市|川崎市|相模原市|新潟市|静岡市|浜松市|名古屋市"
    "|京都市|大阪市|堺市|神戸市|岡山市|"
    "広島市|北九州市|福岡市|熊本市|千代田区|中央区|港区|新宿区|文京区|台東区|墨田区|江東区"
    "|品川区|目黒区|大田区|世田谷区|"
    "渋谷区|中野区|杉並区|豊島区|北区|荒川区|板橋区|練馬区|足立区|葛飾区|江戸川区"
)
ADDRESS_JA = words(
    rf"〒?\s?\d{{3}}[-‐−–ー]\d{{4}}\s*\n?\s*(?:{_PREFECTURES}|\S{{1,6}}[市区町村郡])"
    r"|〒\s?\d{3}[-‐−–ー]?\d{4}\s*\n?\s*[^\s\d、。]{2}"
    rf"|(?:{_PREFECTURES})\s?[^\s。、\n]{{0,12}}[市区町村郡][^。\n]{{0,30}}?[\d一二三四五六七八九"
    rf"十]+\s?(?:[-‐−–ー丁番]|号)"
    rf"|(?:{_PREFECTURES})\s?[^\s。、\n]{{1,8}}[市区町村郡][^。、\n]{{1,14}}\d+"
    r"|(?:京都府)?京都市[^\n。]{2,30}(?:上る|下る|上ル|下ル|東入|西入)"
    rf"|(?:{_CITIES})[^\s。、\n]{{1,16}}?\d+\s?(?:[-‐−–ー]|丁目|番)"
    rf"|(?:(?:{_CITIES})[一-龥々ヶケノァ-ヶぁ-ん]{{2,14}}"
    rf"|[一-龥]{{1,4}}[市郡][一-龥々ヶケノァ-ヶぁ-ん]{{1,12}}[町村字])"
    r"\d{1,4}(?=[\s((]|$)"
    r"|[一-龥]{1,4}[市区町村][一-龥ぁ-んァ-ヶー]{1,10}(?:\d{1,4}|[一二三四五六七八九十]{1,3})\s?(?:条\s?(?:[東西南北]|通り)?\d|)"
    r"(?:[-‐−–ー]\s?\d{1,4}(?!\d|年|月|日|名|円|時|回|号)|丁目|番地?\d|番地)",
    needs="[市区町村郡都道府県〒]",
)
"""A postal address in Japan, as far as a house or block number."""

_STREET = (
    r"(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|way|court|(?<![ap]m\s)ct|place|pl|square|"
    r"sq|parkway|pkwy|highway|hwy|plaza|terrace|quay|straße|strasse|straat|rue)\b\.?"
)
_POSTCODE_ABROAD = (
    r"(?:(?:NSW|VIC|QLD|SA|WA|TAS|ACT|NT) \d{4}\b|[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b"
    r"|(?!(?:IN|OR|OK|HI|ME|OH) )[A-Z]{2} \d{5}(?:-\d{4})?\b|[A-Z]\d[A-Z] \d[A-Z]\d\b)"
)
"""As it ends an address in Australia, Great Britain, the United States or Canada."""
_EIRCODE = r"[^\n]{3,60}?,\s(?:[AC-FHKNPRTV-Y]\d{2}|D6W) [\dA-Z]{4}\b"
"""The rest of an address in Ireland, after the number of a house."""
ADDRESS_EN = words(
    rf"(?<![£$€¥.,])\b\d{{1,5}}[A-Za-z]?,?[^\S\n]+(?!one way)(?:[\w.'-]+[^\S\n]+){{0,5}}?{_STREET}"
    rf"(?:[^\n]{{0,80}}?"
    rf"|[^\n]{{0,24}}\n[^\n]{{0,60}}?)(?:\b[A-Z]{{2}},?\s"
    rf"+\d{{5}}\b"
    rf"|\b[A-Z]{{1,2}}\d[A-Z\d]?\s*\d[A-Z]{{2}}\b|\b[A-Z]\d[A-Z]\s?\d[A-Z]\d\b|\b\d{{4,5}}\b"
    rf"|\b[A-Z][a-z]+(?:,|\s|$))"
    rf"|(?<![£$€¥.,\d])\b\d{{1,5}}[A-Za-z]?,?[^\S\n]+[A-Z][^\n\d]{{3,60}}?[,\s](?-i:{_POSTCODE_ABROAD})"
    rf"|(?<![£$€¥.,\d])\b\d{{1,4}}[A-Za-z]?,?[^\S\n]+(?-i:[A-Z]{_EIRCODE})"
    rf"|\bG?P\.?\s?O\.?\s?Box\s+\d+|\bPMB\s+\d+"
    r"|\b\d+(?:-\d+){1,2},?\s+[A-Z][A-Za-z-]+[^\n]{0,80}\b(?:Tokyo|Osaka|Kyoto|Japan|Kanagawa"
    r"|Fukuoka|Aichi|Hyogo)\b"
    r"|\b[A-Z][a-zäöüß]{1,30}(?:straße|strasse|str\.|weg|platz|gasse)\s+\d+[^\n]{0,30}\d{4,5}",
    # Each of them by the first digit of a number, as nothing else is looked at then.
    needs=rf"\d(?<!\d\d)(?:\d*+[a-z]?,?[^\S\n](?:(?:[^\n]{{0,60}}\b)?{_STREET}"
    rf"|[^\n\d]{{3,62}}[,\s]{lowered(_POSTCODE_ABROAD)}|[a-z]{lowered(_EIRCODE)})"
    r"|(?<=-\d)\d*+,?\s[^\n]{0,90}(?:tokyo|osaka|kyoto|japan|kanagawa|fukuoka|aichi|hyogo)"
    r"|(?<=\s\d)(?:(?<=\bbox\s\d)|(?<=\bpmb\s\d)|(?<=straße\s\d)|(?<=strasse\s\d)"
    r"|(?<=str\.\s\d)|(?<=weg\s\d)|(?<=platz\s\d)|(?<=gasse\s\d)))",
)

_COUNTRIES = (
    "United States(?: of America)?|U\\.?S\\.?A\\.?|Canada|United Kingdom|England|Scotland|Wales"
    "|Ireland|Australia|"
    "New Zealand|Germany|Deutschland|France|Spain|España|Italy|Italia|Netherlands|Nederland"
    "|Belgium|Belgique|"
    "Switzerland|Schweiz|Suisse|Austria|Österreich|Sweden|Sverige|Norway|Norge|Denmark|Danmark"
    "|Finland|Poland|"
    "Polska|Portugal|Brasil|Brazil|Mexico|México|Argentina|Chile|Peru|Perú|Colombia|South Africa"
    "|India|Singapore|"
    "Hong Kong|Japan|China|Taiwan|South Korea|Korea|Israel|UAE|United Arab Emirates|Turkey"
    "|Türkiye|Estonia|"
    "Latvia|Lithuania|Czech Republic|Czechia|Slovakia|Slovenia|Croatia|Ukraine|Cyprus|Malta"
    "|Luxembourg|Romania|"
    "Bulgaria|Hungary|Greece|Malaysia|Thailand|Vietnam|Philippines|Indonesia|Kenya|Nigeria|Egypt"
    "|Iceland|"
    "Gibraltar|Bermuda|Cayman Islands|Isle of Man|Jersey|Guernsey|Puerto Rico|Costa Rica|Uruguay"
    "|Ecuador"
)
_PLACE = r"[A-ZÀ-Þ][\wÀ-ÿ'’.-]*"
# Where nothing that is of a name can follow it; a hyphen between two names is in the first.
_WORD = f"{_PLACE}+"
_STATES = (
    "A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]"
    "|T[NX]|UT|V[AT]|W[AIVY]|Alabama|Arizona|Arkansas|California|Colorado|Connecticut|Delaware"
    "|Florida|Georgia|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland"
    "|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New [A-Z][a-z]+"
    "|(?:North|South) [A-Z][a-z]+|Ohio|Oklahoma|Oregon|Pennsylvania|Tennessee|Texas|Utah|Vermont"
    "|Virginia|Washington|Wisconsin|Wyoming"
)
_ADDRESS_IN_STATE = re.compile(
    # 110 n interstate 35 round rock tx 78681, Columbus, Ohio 43230
    rf"(?:\b\d{{1,5}}\s[^\n]{{3,60}}?"
    rf"|[a-z][\w.'’-]*,\s)\b(?:{_STATES})\.?,?\s+\d{{5}}(?:-\d{{4}})?\b",
    re.IGNORECASE,
)
_ADDRESS_ELSEWHERE = re.compile(
    # Street 61, City, 22869
    rf"{_WORD}(?: [\wÀ-ÿ'’.-]++){{0,4}}[^\S\n]+\d{{1,4}}[a-z]?,\s{_WORD},\s"
    r"(?!20[0-4]\d\b|19\d\d\b)\d{4,5}\b|"
    # City, ST 12345
    rf"{_WORD}(?: {_WORD}){{0,3}}\s?[,|]?\s+[A-Z]{{2}}\s?[,|.]?\s+\d{{5}}(?:-\d{{4}})?\b"
    # City A1B 2C3, City SW1A 1AA
    rf"|{_WORD}\s?[,|]?\s+(?:[A-Z]{{2}}\s?[,|]?\s+)?(?:[A-Z]\d[A-Z]\s?\d[A-Z]\d"
    rf"|[A-Z]{{1,2}}\d[A-Z\d]?\s\d[A-Z]{{2}})\b"
    # Street 5, 12345 City
    rf"|{_WORD}(?: [\wÀ-ÿ'’.-]++){{0,4}}[^\S\n]+\d{{1,4}}\s?[a-zA-Z]?(?:[,\s|]{{1,3}}[^\n,"
    rf"|]{{1,30}})?\s?[,|\n•·-]\s*"
    rf"(?:[A-Z]{{1,2}}-)?(?!20[0-4]\d\b|19\d\d\b)(?:\d{{4,5}}|\d{{3}}\s\d{{2}}|\d{{2}}-\d{{3}}"
    rf"|\d{{4}}-\d{{3}})"
    rf"\s?(?:[A-Z]{{2}}\s)?\s?[A-ZÀ-Þ][\wÀ-ÿ-]+"
    # Plot 9, Sector 18, City 122000; Unit 3, Street, City D02 XY45
    rf"|\d[^\n.!?,]{{0,40}},\s?(?:[^\n.!?,]{{2,40}},\s?){{1,4}}{_WORD}(?: [\wÀ-ÿ'’.-]++){{0,2}}"
    r"[\s,–-]{1,3}(?:[1-9]\d{2}\s?\d{3}"
    r"|[AC-FHKNPRTV-Y]\d[\dW]\s?[0-9AC-FHKNPRTV-Y]{4})(?=[,.\n]|\s[A-Z(]|\s*$)"
    # 5-2 Some-cho, Some-ku, City 220-0012
    r"|\b[A-Z][a-z]{1,20}-(?:ku|shi|cho|machi|gun|mura)\b[^\n]{0,60}?\b\d{3}-\d{4}\b"
    # 27 Rue des Rosiers, Calle Almirante 5
    r"|\b(?:\d{1,4},?\s+)?(?:Rue|Calle|C/|Avenida|Av\.|Rua|Via|Viale|Piazza|Plaza|Paseo|Carrera"
    r"|Praça|Alameda"
    r"|Impasse|Chemin|Quai|Cours|Allée|Corso)\s[^\n]{2,70}?\d[^\n]{0,60}?(?:\b\d{4,6}\b|$)"
    r"|\b(?:Private Bag|Locked Bag|Postfach|Apartado(?: Postal)?|Caixa Postal|Casilla"
    r"|Boîte postale|B\.?P\.?)"
    r"\s+[A-Z]?\d+",
    re.MULTILINE,
)
_ADDRESS_IN_COUNTRY = re.compile(
    # anything with a number, in parts, that ends in a country
    rf"(?:(?!(?:19|20)\d\d (?:in|as|by|with)\b)(?<!\d)\d[^\n.!?]{{0,90}}?[,|•·\n]"
    rf"|[,|•·\n][^\n.!?]{{0,60}}?\d{{3,6}}[^\n.!?]{{0,30}}?[\s,"
    rf"|])\s*[^\n.!?]{{0,40}}?"
    # (and no company that is registered `in England`)
    rf"(?<!\bin )\b(?:{_COUNTRIES})(?![\w-])"
    # Some Industrial Zone, Some District, City, Country
    rf"|{_PLACE}(?:\s[\w'’.-]+){{0,4}},\s?(?:[\w'’. -]{{2,40}},\s?){{2,5}}"
    rf"(?:{_COUNTRIES})(?![\w-])",
    re.MULTILINE,
)


def postal_address(text: str) -> re.Match[str] | None:
    """Return the first postal address in `text`, of Japan or of elsewhere."""
    found = ADDRESS_JA.search(text) or (ADDRESS_EN.search(text) if _DIGIT.search(text) else None)
    if found or not (_POSTCODE.search(text) or _CODE_OR_COUNTRY.search(text)):
        return found
    # What is longer is small print, and ends with the address if it has one.
    begin = max(0, len(text) - _LONGEST_ADDRESS)
    # All three try much at every figure and name.
    state = _ADDRESS_IN_STATE.search(text, begin) if _ZIP_CODE.search(text, begin) else None
    parts = _ADDRESS_ELSEWHERE.search(text, begin) if _CAPITAL.search(text) else None
    whole = _ADDRESS_IN_COUNTRY.search(text, begin) if _COUNTRY.search(text) else None
    return min(filter(None, (state, parts, whole)), key=re.Match.start, default=None)


_ZIP_CODE = re.compile(r"(?<!\d)\d{5}(?!\d)")


_CAPITAL = re.compile(r"[A-ZÀ-Þ]")
_COUNTRY = re.compile(guarded(_COUNTRIES))
_DIGIT = re.compile(r"\d")
# Without one of these no address is there; looking for them alone is quick.
_POSTCODE = re.compile(r"\d(?<!\d\d)(?:\d{3,5}(?!\d)|(?<!-\d)\d{1,2}[ -]\d{2,4}(?![\d-]))")
_CODE_OR_COUNTRY = re.compile(
    guarded(
        r"[A-Z]\d(?:[A-Z]|\d?\s?\d[A-Z]{2}|[\dW] ?[A-Z\d]{4}\b)"
        r"|\b(?:Rue|Calle|Avenida|Av\."
        r"|Rua|Via|Bag|Postfach"
        r"|Apartado|Casilla)\s"
        rf"|\b(?:{_COUNTRIES})(?![\w-])"
    )
)
SIGNS_OF_AN_ADDRESS = (ADDRESS_JA, ADDRESS_EN, _POSTCODE, _CODE_OR_COUNTRY)
"""What `postal_address` finds begins with one of these, or has a part that they may be."""
_LONGEST_ADDRESS = 700
"""Characters at the end of a block in which an address of elsewhere is looked for."""

MAIL = words(
    r"(?<![A-Za-z0-9_.+-])[A-Za-z0-9_.+-]{1,64}(?:@|\s?[\[(【](?:at|AT|@|アット(?:マーク)?"
    r"|あっと(?:まーく)?)"
    r"[\])】]\s?|[☆★■●]|\s@\s?)"
    r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,6}",
    needs=guarded(r"[@☆★■●]|[\[(【](?:at|アット|あっと)"),
)
NO_REPLY = words(r"no-?reply|do-?not-?reply|noreply|送信専用")
PHONE = words(
    r"(?<![\d-])0\d{1,4}[-‐−–ー(]\d{1,4}[-‐−–ー)]\d{3,4}(?!\d)|(?<!\d)0(?:120|800|570"
    r"|50)[-‐−–ー]?\d{2,4}[-‐−–ー]?\d{3,4}(?!\d)"
    # What follows ABN is the number of a business.
    r"|(?<!ABN )(?<!ABN \d\d )(?<!ACN )(?<!\d)0\d{1,4} \d{3,4} \d{3,4}(?!\d)"
    r"|\(0\d{1,4}\)\s?\d{1,4}[-‐−–ー ]\d{3,4}(?!\d)"
    r"|\+\d{1,3}[\s-]?\(?\d{1,4}\)?(?:[\s-]?\d{2,4}){2,3}"
    r"|\(\d{3}\)\s?\d{3}-\d{4}|\b\d{3}-\d{3}-\d{4}\b|(?:tel|電話(?:番号)?"
    r"|phone)\s?[:：.]?\s?[\d(][\d\s()"
    r"-]{7,}",
    needs=r"0\d{1,4}[-‐−–ー( ]\d|\(0\d{1,4}\)"
    r"|0(?:120|800|570|50)\d|\+\d|\(\d{3}\)|-\d{3}-\d{4}|tel|電話|phone",
)
URL = re.compile(r"https?://\S+|www\.\S+\.\S+")
