"""What a notice says of how data is kept safe."""

from __future__ import annotations

from checks.notices.notice import A_SENTENCE, NOT_YET, OF_OTHERS, told, topics
from checks.wording.sentences import Section, Sentence, holding
from checks.wording.words import Words, words
from scanner.sdk import Content

SECURITY = words(
    r"(?<!食品の)(?<!製品の)(?<!施設の)(?<!衛生)(?<!交通)(?<!労働)安全管理|(?:漏え?い|漏洩|滅失|き損|毀損"
    r"|紛失|流出|改ざん|盗難).{0,50}(?:防|対策|措置|ないよう|ぬよう|未然|予防)|不正(?:な)?アクセス.{0,40"
    r"}(?:防|対策|ないよう)"
    r"|(?:紛失|破壊|漏れ|持ち出し).{0,24}(?:予防|防|ないよう|禁)|施錠|鍵(?:つき|付き|の(?:つい"
    r"|付い|かか))|鍵をかけ"
    r"|パスワード(?:を|で)[^。]{0,4}(?:かけ|守|保護)|アクセス(?:権限?|制限|制御)?(?:の|を"
    r"|は)[^。]{0,16}(?:限|制限|制御)"
    r"|ウイルス対策|ファイア.?ウォール|守秘義務(?!の(?:もと|下)|に(?:基|もと))|入退室(?:を(?:管理"
    r"|記録|制限)|管理(?:を|シ|の実)|の(?:制限|管理を))"
    r"|個人情報[^。]{0,40}(?:従業[者員]|社員|職員|スタッフ)[^。]{0,16}(?:教育|研修)"
    r"|(?:見られる|見ることが?できる|扱える|アクセスできる)のは[^。]{0,24}(?:だけ|のみ|限)"
    r"|セキュリティ[^。]{0,8}(?:研修|教育)"
    r"|指紋(?:で|認証)|顔認証|生体認証|多要素|二段階認証|(?:ハードウェア|セキュリティ)キー"
    r"|持ち?出し(?:の)?(?:制限|禁止)"
    r"|(?:アクセス|閲覧)?権限?の?(?:設定|限定|見直)|持ち出さず|執務区画|耐火|不正ログイン"
    r"|(?:誓約書|守秘契約)[^。]{0,6}(?:取得|提出|締結)|トークン化|ログ管理|\btokeni[sz]ed\b"
    r"|two-factor|two-step|multi-?factor|hardware (?:key|token)s?|passkeys?|penetration test"
    r"|access reviews?|one-time code|pledge of secrecy|\bNDAs?\b"
    r"|confidentiality (?:undertaking|agreement|pledge)|firewall|over https"
    r"|\baccess\b.{0,40}\b(?:restricted|limited)"
    r"|セキュリティ.{0,24}(?:対策|措置|確保|強化|保護|維持|システム)|安全対策|安全性.{0,10}(?:確保"
    r"|保(?!証))|暗号(?:化|に|で)|(?<![A-Za-z])(?:SSL|TLS)(?![A-Za-z])"
    r"|\b(?:security|safeguards?|technical and organi[sz]ational|protect(?!ion (?:of personal|act"
    r"|law|commission|officer|regulat))).{0,60}(?:measure"
    r"|safeguard|procedures|controls|access\b|\bloss)|\b(?:measures|steps|precautions|procedures"
    r"|technolog\w+)\b.{0,40}\b(?:protect|secure|safeguard|keep|prevent)|encrypt"
    r"|\bstor\w*.{0,30}\bsecurely\b|\bsecurely\b.{0,20}\bstor"
    r"|\bsecure (?:server|storage|connection|database)"
)
"""Measures by the names that lawyers and engineers have for them."""

ENTRUSTED = words(r"委託|外部業者|外注")
"""What is asked of those whom data is entrusted to."""
_RECORDS = (
    r"(?:名簿|台帳|帳面|帳簿|帳|書類|申込書|用紙|伝票|カルテ|記録|データ|情報|個人|顧客|会員"
    r"|お?名前|住所|紙|ファイル|パソコン|PC|端末|サーバー?|USB|メール"
    r"|システム|画面|写し|控え|カード|名刺|履歴書|録音|写真|問診票|票|簿|目録|表|冊子|ID"
    r"|アカウント|スマホ|タブレット|ノート|ディスク|クラウド|宛名|シート|メモ)"
)
_KEPT_LOCKED = words(
    rf"{_RECORDS}[^。]{{0,60}}(?:鍵|錠|金庫|耐火|ロッカー|書庫|保管庫|貸金庫|引き出しの中|仏壇"
    rf"|蔵)[^。]{{0,30}}(?:保管|しまい|しまっ|しまう|納め|入れ|置|収め|の中|管理|かけ|掛け|移|戻"
    r"|です|付|つき|に。|へ。|$)"
    r"|(?:鍵|錠|金庫|ロッカー|警備|警報|防犯カメラ|監視カメラ|格子"
    rf"|シャッター)[^。]{{0,40}}{_RECORDS}[^。]{{0,40}}(?:保管|しまい|しまっ|しまう|納め|入れ|置"
    r"|収め|守|管理|です|中)"
    r"|書庫[^。]{0,12}(?:入れ|通し)(?:ません|ない)|(?:社外|家|室)[^。]{0,16}持ち?(?:出"
    r"|帰)(?:さない|しません|らない|りません|しを?禁)|持ち出さない"
)
_DESTROYED = words(
    rf"{_RECORDS}[^。]{{0,60}}(?:シュレッダー|裁断|細断|溶解|焼却|焼納|お焚き上げ|焚き上げ|破砕"
    rf"|粉砕|磁気[^。]{{0,6}}(?:破壊|消去|潰)|物理的に破壊)"
    r"|(?:シュレッダー|裁断|細断|溶解|焼却|復元でき(?:ない|ぬ)|完全に?消去|燃や|焼い|焼き捨"
    rf"|墨(?:で|を)塗|潰し?て)[^。]{{0,24}}(?:処分|廃棄|処理|いたし|します|しています|ており"
    r"|ている|する|捨|から)"
)
"""Papers that nobody will find again."""
_LIMITED = words(
    rf"{_RECORDS}[^。]{{0,50}}(?:だけ(?![にで]?(?:使|利用))|のみ(?![にで]?(?:使|利用))|(?<!本人)以外"
    rf"|限(?:定|ら)|しか)[^。]{{0,16}}"
    r"(?:見(?:られ|え|る|て|ま|せ(?:ない|ませ))|開(?:け|く|かな)|触(?:れ|ら|り)"
    r"|(?<!取り)(?<!取)扱(?:え|う者|わせ)|アクセス|閲覧|入れ(?:ない|ませ|ます)|読(?:める|めま"
    r"|めな)|知って|持って|預か|の共有|が管理|で管理)"
    rf"|(?:見|開|触|扱|読|アクセス|閲覧)[^。]{{0,12}}(?:のは|人を|者を|者は|人は"
    rf"|範囲)[^。]{{0,30}}(?:だけ|のみ|限|絞)"
    rf"|(?:閲覧者|権限|アクセス)[^。]{{0,12}}(?:制限|限定|限|絞|分け|割り当て|管理|最小)"
    r"|リンクを知っていても"
    r"|(?:一人|ひとり|個人|担当者|職員|社員|スタッフ)(?:ずつ|ごと)[^。]{0,10}(?:の)?(?:ID"
    r"|アカウント|パスワード|権限)"
)
_TECHNICAL = words(
    r"暗号(?!資産|の歴史)|(?<![A-Za-z])(?:HTTPS(?!:)|VPN|WAF|IDS|SSH|2FA|MFA|BCC|UTM)(?![A-Za-z])"
    r"|二要素|二段階[^。]{0,4}(?:認証|の?本人|ログイン)|ワンタイム|使い捨ての(?:番号|パス)"
    r"|ハッシュ(?:化|し|値)|仮名化|マスキング|伏せ字|(?:パスワード|暗証番号"
    r"|合言葉)[^。]{0,24}(?:かか|設定し|要り|必要(?!な範囲)|なければ|ないと|二人|変え|変更|つけ|掛け)"
    r"|バックアップ(?:を|は|も)[^。]{0,30}(?:取|と(?:り|っ)|保管|別|毎|週|暗号|行)|(?:自動|遠隔"
    r"|画面|リモート)[^。]{0,8}(?:ロック|消去|で(?:中身|データ)?[^。]{0,6}消)"
    r"|(?:ウイルス|マルウェア|スパイウェア|ランサム)[^。]{0,12}(?:ソフト|対策|検[査知]|スキャン"
    r"|定義)|脆弱性[^。]{0,12}(?:診断|検査|対応|修正|対策)|(?:侵入|攻撃|不審な?(?:通信"
    r"|ログイン))[^。]{0,10}(?:検知|防|遮|監視|見張)"
    r"|(?:ソフト|OS|システム|プログラム)[^。]{0,12}(?:最新|更新|アップデート)[^。]{0,12}(?:保"
    r"|適用|し(?:て|ま))|閉域|(?:ネット|インターネット)[^。]{0,12}(?:つなが(?:ず|ない|ら)"
    r"|つない(?:でい(?:ない|ませ)|でおり)|つなぎませ|切り?離"
    r"|つながってい?ない|接続し(?:ない|ません))"
    r"|(?:誰|だれ|どなた)が[^。]{0,6}いつ[^。]{0,16}(?:残|記録|分か|わか)|(?:毎晩|毎夜|毎日|毎週"
    r"|夜間|定期的に)[^。]{0,24}(?:写し|控え|複製|コピー)"
    r"|侵入テスト|誤送信|(?:操作|アクセス|閲覧)[^。]{0,6}(?:ログ|記録)を?[^。]{0,10}(?:監視|確認"
    r"|点検|見直|保存して(?:確認|監視))|(?<![A-Za-z])ISMS(?![A-Za-z])|ISO.?27001|プライバシーマーク"
)
_BY_PEOPLE = words(
    r"(?:秘密|守秘|機密)[^。]{0,8}(?:保持|を守る|厳守)?[^。]{0,8}(?:誓約|約束|契約|課し|課す"
    r"|負わせ|結)|誓約書|口外(?:し(?:ない|ません)|せ|を?禁)|他言(?:し|せ|無用)|口止め"
    r"|(?:情報|個人情報|セキュリティ|データ|プライバシー)[^。]{0,24}(?:研修|教育|訓練|勉強会"
    r"|講習)(?:を|も|に)[^。]{0,12}(?:受け|行|実施|し(?:て|ま)|開|施|続け|参加)"
    r"|(?:情報セキュリティ|個人情報(?:保護)?)の?(?:研修|教育|訓練|勉強会)(?:は|、|。|$)"
    rf"|(?:番号|通し番号)(?:を|の)?(?:つけ|付け|振|入り|付き)[^。]{{0,30}}(?:回収|返却|数え)"
    rf"|{_RECORDS}[^。]{{0,24}}(?:回収|返して(?:いただ|もら)|返却)[^。]{{0,30}}(?:焼|燃|裁断|溶解"
    r"|数え)"
    r"|(?:二人|2人|2名|二名|複数人?)(?:一組|がかり|以上)?(?:で|が|の)[^。]{0,16}(?:確認|照合|開"
    r"|立ち会)[^。]{0,16}|席を(?:離れ|立つ)[^。]{0,20}(?:閉じ|ロック|伏せ|しま|裏返)"
    r"|(?:机|カウンター|受付)(?:の上)?に[^。]{0,16}(?:置(?:かない|きません|いたまま)|放置し)"
    r"|伏せて(?:置|保管)|印刷(?:し(?:ない|ません)|を?(?:禁|制限))|(?:棚卸|点検"
    r"|監査)[^。、]{0,12}(?:個人|情報|名簿|データ)|(?:個人|情報|名簿|データ)[^。]{0,24}(?:棚卸"
    r"|監査を|を?点検し)"
)
_IN_ENGLISH = words(
    r"\bencrypt|\bscrambl|\bhttps\b(?!:)|\btls\b|\bssl\b|\bvpn\b|\b2fa\b|\bmfa\b|\bfirewall"
    r"|(?:anti-?virus|virus (?:protection|check|scan)|malware)|(?:two|multi)-?(?:factor|step)"
    r"|\bpasskey|\bhash(?:ed|es|ing)\b"
    r"|\bback(?:ed)?[ -]?ups?\b.{0,60}\b(?:nightly|daily|weekly|another|other|off-?site|safe"
    r"|encrypted|kept|stored|tested|every|taken|made)|\b(?:nightly|daily|weekly|regular"
    r"|off-?site) back-?ups?"
    r"|\b(?:intrusion|penetration|vulnerabilit|least privilege|role-based|need.to.know"
    r"|security (?:audit|review|update|patch|training))"
    r"|\b(?:software|servers?|systems?|machines?|laptops?|computers?"
    r"|plugins?)\b.{0,24}\b(?:up.to.date|updated|patched|locks? itself)|\bpatch(?:ed|es)? (?:on"
    r"|within|every|the|our)|\bsoftware updates?\b|\bISO.?27001|\bSOC ?2"
    r"|\b(?:kept|keep|keeps|stay|stays|sit|sits|live|lives|stored|held|put|is|are|in|under"
    r"|behind)\b.{0,40}\b(?:locked|lockable|strong-?room|vault|padlock\w*|lock and key|deadbolt)"
    r"|\b(?:in|into|inside) (?:\w+ |\w+'s ){0,4}safe\b(?! hands)|\block(?:ed"
    r"|able)\b.{0,24}\b(?:cabinet|drawer|cupboard|room|office|box|chest|safe|desk|cage|filing"
    r"|when|away|at night)"
    r"|\b(?:shred(?:ded|s|der)?|incinerat\w*|pulped|cross-cut)\b|\b(?:burn(?:t"
    r"|ed)?)\b.{0,24}\b(?:after|at the end|each|every|once|stove|when)|\b(?:paper\w*|forms?"
    r"|copies|orders?|lists?)\b.{0,30}\b(?:burnt|burned)\b"
    r"|\bonly\b.{0,40}\b(?:can|may|has|have|hold|holds|see|sees|open|opens|access|password|key"
    r"|keys)\b.{0,40}\b(?:it|them|list|records?|data|database|files?|details|register|ledger"
    r"|sheet|access|inbox|password|key|information)\b"
    r"|\b(?:it|them|list|records?|data|database|files?|details|register|ledger|sheet|inbox"
    r"|information)\b.{0,50}\b(?:only|nobody|no one|no-one|none)\b.{0,30}\b(?:can|may|has|have"
    r"|see|open|access|read)\b"
    r"|\b(?:password|passphrase|passcode|pin|fingerprint|key)[- ](?:protected|locked)|\b(?:has"
    r"|have|with|needs?|behind|under|protected by|opens? with|by)\b.{0,12}\b(?:an? |own |strong "
    r"|unique |long |individual |separate ){0,3}(?:password|passphrase|passcode|fingerprint)s?\b"
    r"|\b(?:own|individual|separate|personal) (?:accounts?|log-?ins?)\b"
    r"|\b(?:staff|helpers?|volunteers?|employees?|everyone|contractors?)\b.{0,40}\b(?:sign(?:s"
    r"|ed)?|trained|training|confidential|secrecy|keep (?:mum|quiet))"
    r"|\bunauthori[sz]ed (?:access|use|disclosure)|\b(?:appropriate|reasonable|technical"
    r"|organi[sz]ational|physical|suitable)\b.{0,30}\b(?:measures|safeguards|procedures|steps"
    r"|precautions)\b.{0,60}\b(?:protect|secur|safe|prevent|loss|access)"
    r"|\b(?:wiped?|erased?) remotely|\bremote(?:ly)? wip|\bwip(?:ed|es) (?:it|them|the)"
    r"|\baccess logs? (?:are|is) (?:reviewed|checked)|\blogged\b.{0,30}\b(?:who|access|opened)"
    r"|\baudited\b"
)
_FORBIDDEN = words(
    rf"(?:私物|USB|スマ(?:ホ|ートフォン)|{_RECORDS})[^。]{{0,40}}(?:持ち?(?:出|帰|込|歩)|印刷"
    rf"|複写|撮影|私用|共有)[^。]{{0,16}}(?:禁|させな|しな|しませ|らな|りませ|さな|せない|認めな)"
    r"|私物の?[^。]{0,24}(?:禁|使わせ)|USB[^。]{0,8}(?:禁止|使用不可)|(?:外|よそ|人前"
    r"|家族の前)で(?:は)?[^。]{0,10}(?:話さ|口にし|開か)ない"
    rf"|{_RECORDS}[^。]{{0,24}}(?:来客|お客|他(?:の|人)|通り)[^。]{{0,16}}(?:見えな|目に(?:つか"
    rf"|触れ)な|見えませ)|{_RECORDS}[^。]{{0,24}}(?:家|外|自宅)に?(?:は|へ)?持ち?(?:出|帰)"
    r"[^。]{0,6}(?:ません|ない|禁)"
)
"""What those who work there must not do."""
_BY_ARRANGEMENT = words(
    r"(?:保護|守)(?:する|る)?ため(?:に|の)?[^。]{0,20}(?:対策|措置)を(?:講じ|実施|と[りっ]|行)|(?:組織|人|物理|技術)的(?:な)?(?:安全管理)?(?:措置|対策)|(?:二重|生体|社員証|職員証"
    r"|電子証明書|ICカード|暗証番号)[^。]{0,16}(?:認証|要する|必要|かざ|入り|入館|開)"
    r"|パッチを?[^。]{0,8}適用|IPアドレスによる制限"
    r"|(?:ネットワーク|サーバー?|回線|端末)[^。]{0,20}(?:分離|切り分け|別々|隔離)"
    r"|ログイン[^。]{0,16}(?:失敗|誤|間違)[^。]{0,24}(?:止め|ロック|締め出|凍結)|(?:かぎ"
    r"|カギ)(?:の|が)?(?:かか|付|つき)"
    rf"|(?:二人|2人|二名|2名)(?:以上|一組)?で[^。]{{0,16}}(?:確かめ|確認|読み合わせ|扱|開|行い)"
    rf"|(?:別の|離れた)(?:場所|町|建物|サーバー?)に[^。]{{0,12}}(?:写し|複製|控え|コピー|保管|置)"
    r"|遠隔地|復元(?:が)?(?:不可能|でき)"
    rf"|(?:退職|離職|辞め|異動)[^。]{{0,30}}(?:ID|アカウント|権限|入館証|鍵"
    rf"|社員証)[^。]{{0,16}}(?:無効|削除|消|回収|止|返)|(?:操作|利用|開いた|閲覧)の?(?:記録|履歴"
    rf"|ログ)を?[^。]{{0,8}}残"
    rf"|(?:ログ|{_RECORDS})[^。]{{0,16}}(?:定期|毎[日週月年朝]|年[一1１]回)[^。]{{0,12}}(?:調べ"
    r"|点検|監査|確かめ|見直)|(?:内部監査|立入検査|立ち入り検査)"
)
"""Doors, networks, copies and controls."""
_ARRANGED_IN_ENGLISH = words(
    r"\b(?:screen|automatic\w*|account)[- ]locks?\b|\block(?:s|ed)? (?:accounts?|itself"
    r"|themselves|the screen|after)\b"
    r"|\b(?:not|n't|never|cannot be|off)\b.{0,24}\b(?:connected to|reached from|on) the internet"
    r"|(?<!collected )(?<!gathered )\boff-?line\b|\bstand-?alone\b"
    r"|\b(?:only|nobody|no one|no-one)\b.{0,50}\b(?:has|have|knows?|holds?)\b.{0,6}\b(?:the "
    r"|a )?(?:keys?|combination|code|password|access)\b|\bbiometric|\bfingerprint|\bic card"
    r"|\bkey ?fob"
    r"|\b(?:logged and reviewed|audit trail|access (?:rights )?(?:is|are) (?:granted|reviewed"
    r"|revoked)|lose (?:their )?access|log-?ins? (?:go|are (?:removed|closed)))\b"
    r"|\bgranted by role"
    r"|\b(?:data|lists?|records?|papers?|files?|details|forms?|laptops?"
    r"|numbers)\b.{0,30}\b(?:never|may not|must not)\b.{0,16}\b(?:carried|taken|leaves?|left"
    r"|stored?|copied|printed)\b|\bmay not (?:use their own|take)\b"
    r"|\b(?:drives?|disks?|computers?|laptops?)\b.{0,24}\b(?:destroyed|wiped|degaussed|crushed"
    r"|erased|encrypted)\b|\b(?:mirrored|replicated)\b|\btest our (?:own )?(?:defen[cs]es"
    r"|security|backups)"
    r"|\bbreach\b.{0,40}\b(?:procedure|plan|drill)|\b(?:procedures?|plan)\b.{0,40}\bbreach"
    r"|\bpadlock|\bbolted\b|\bguarded (?:24|by|round)|\bunder lock"
)
_OF_THE_READER = words(
    r"(?:ご自身|ご自分|お客(?:様|さま)|利用者|会員|ユーザー|あなた|お手元|ご利用者)(?:様"
    r"|さま)?(?:ご自身)?(?:の|が|は|に|で|、)[^。]{0,20}(?:パスワード|ID|端末|暗証|パソコン"
    r"|スマホ|ブラウザ|鍵)[^。]{0,40}"
    r"(?:ください|下さい|責任|負担|しましょう|お願い|おすすめ|お勧め|推奨|一切)|(?:お使い|ご利用"
    r"|ご自宅)の[^。]{0,80}(?:ください|おすすめ|おきましょう|お勧め)"
    r"|(?:パスワード|暗証番号|合言葉|二段階認証|ID)[^。]{0,40}(?:ください|下さい|おすすめ|お勧め"
    r"|推奨|しましょう|責任|貸し|使い回し|再設定|忘れ)"
    r"|貴重品|所持品|更衣室|販売|受講者募集|講座|時給|アルバイト募集|一本[^。]{0,6}円|レシピ|救命"
    r"|転売|万引|転倒"
    r"|\byour (?:own |account |log-?in )?(?:password|device|phone|machine|pin|log-?in|computer"
    r"|browser|recovery)\b|\bchoose (?:a|your)\b|\bkeep your\b"
    r"|\bbelongings|\bbikes?\b|\btractor|\bvaluables|\bplease (?:keep|choose|do not|don't)\b"
    r"|\bbull\b|\bcheeses?\b|\bcocktail|\bhelmet|\bgym\b|\byou(?:'re| are) responsible"
)
"""What people have to guard themselves, and what is guarded that is no data."""
_NAMES_NONE = words(
    r"セキュリティ[^。]{0,40}万全を(?:期|尽)|セキュリティ[^。]{0,12}(?:最?重要|最優先)|とは[、,].*(?:いう|いいます|指し)|公開して(?:おりま|いま)せん|願って|(?:内容"
    r"|詳細)[^。]{0,12}お?問い?合わ|とは何|尽き|かみしめ|(?:案内|販売|登録)(?:のため|を送|をお送)"
    r"|保証登録|非対応|対応していない|対応し(?:た|て)[^。]{0,8}ブラウザ"
    r"|お願い(?:し|いた)|(?:事業者|業者|委託先|外注先|提携先|会社)(?:と|に)(?:は"
    r"|も)?[^。]{0,24}契約|契約を?[^。]{0,12}(?:締結|結)[^。]{0,16}(?:先|業者|会社)|あなたの|実習"
    r"|品質管理|事故のない|耐火構造|\?$|appropriately\.?$|means (?:a|any)|hobby|if you consider"
    r"|\b(?:may be |are |is )(?:disclosed|shared|provided|given) (?:to|with)\b"
    r"|recommend|account settings|nothing .{0,30}fully safe"
    r"|\b(?:partners?|providers?|processors?|contractors?|suppliers?|vendors?)\b.{0,40}\b(?:bound"
    r"|contract\w*|required|obliged|must)\b"
    r"|(?:あなたの手で|ご自宅|カクテル|カタログ|カード会社の)"
    r"|protection of personal information (?:act|of)|data protection (?:act|law|commission)"
)
"""What is of the subject, and names no measure of the operator's own."""
_PERHAPS_SECURITY = words(
    r"金庫|書庫|保管庫|サーバー?(?:室|ルーム)|バックアップ|ロック(?:を|し|さ)|監視カメラ|二重"
    r"|本人確認.{0,8}厳"
    r"|以外[^。]{0,12}(?:見る|見ら|見え|触)|秘密(?:を|の)(?:守|保)|守秘(?!義務の(?:もと|下))"
    r"|(?:安全|セキュリティ)[^。]{0,6}(?:注意|配慮|留意)"
)
_SECURITY_IN_ENGLISH = words(
    r"\b(?:secur\w*|(?<!policy will )protect(?:ed|s|ing)?|safe(?:ly)?|locks?|locked|guard(?:ed)?"
    r"|password\w*)\b.{0,60}"
    r"\b(?:data|details|information|records?|files?|lists?|servers?|computers?|database|papers?"
    r"|forms?|register|address(?:es)?)\b"
    r"|\b(?:data|details|information|records?|files?|lists?|servers?|computers?|database|papers?"
    r"|forms?|register|address(?:es)?)\b.{0,60}"
    r"\b(?:secur\w*|protect(?:ed|s|ing)?|safe(?:ly)?|locks?|locked|guard(?:ed)?"
    r"|password\w*)\b"
)
_VAGUE_SECURITY = words(
    r"(?:厳重|適切|適正|厳正|慎重|大切|安全|しっかり)(?:に|な|かつ|と).{0,14}(?:管理|保管)|漏れ(?:の"
    r"|が)?ない|漏らさないよう"
    r"|(?:他|ほか)の(?:人|方|者)[^。]{0,12}見(?:られ|え)な"
    r"|万全を(?:期|尽)|管理者の注意|善管注意|(?:最?重要|最優先)[^。]{0,8}(?:課題|事項|責務)|真摯に|十分[^。]{0,6}(?:注意|配慮|留意)"
    r"|\b(?:kept|keep|treat(?:ed)?|held|remains?|in) (?:\w+ ){0,3}(?:confiden(?:tial(?:ly)?|ce)"
    r"|secret)\b"
    r"|\btakes?\b.{0,80}\bserious(?:ly)?\b|\b(?:utmost|great|every|due|proper"
    r"|all possible) (?:care|caution|attention)\b"
    r"|\b(?:important|matters|priority) to us\b|\b(?:top|highest) priority\b|\bwith care\b"
    r"|\bcommitted to\b"
)
_NO_MEASURE = (OF_OTHERS, _OF_THE_READER, _NAMES_NONE)
_MEASURES = (
    SECURITY,
    _KEPT_LOCKED,
    _DESTROYED,
    _LIMITED,
    _TECHNICAL,
    _BY_PEOPLE,
    _FORBIDDEN,
    _BY_ARRANGEMENT,
    _IN_ENGLISH,
    _ARRANGED_IN_ENGLISH,
)


def of_no_measure(text: str) -> bool:
    """Tell whether a sentence is of safety, and what it speaks of is none of the operator's."""
    return not _OF_STAFF.search(text) and any(other.search(text) for other in _NO_MEASURE)


_OF_STAFF = words(
    r"(?:従業[員者]|職員|社員|スタッフ)(?:から|に|へ)?[^。]{0,24}(?:誓約書?|守秘契約)[^。]{0,12}(?:取得|提出|結)"
)
"""What an operator asks of its own people, whatever it asks of others besides."""


def measure(content: Content) -> Sentence | None:
    """Return the sentence that names a measure."""
    return next(
        (
            each
            for each in holding(told(content), *_MEASURES)
            # A title on the same line names none: `4. 安全管理 適正に管理します`.
            if names_a_measure(_TITLED.sub("", each.text))
        ),
        None,
    )


def names_a_measure(text: str) -> bool:
    """Tell whether a sentence names what an operator does against leak or loss."""
    if _ASKED_OF_READERS.search(text):
        return False
    if of_no_measure(text):
        # `…を必須とし、委託先とは契約を結ぶ`: one clause tells of others, the next of a measure.
        clauses = [each for each in text.split("、") if not of_no_measure(each)]
        return any(SECURITY.search(each) or _TECHNICAL.search(each) for each in clauses)
    return any(pattern.search(text) for pattern in _MEASURES)


_ASKED_OF_READERS = words(
    r"(?:お使い|ご利用|ご自身|ご自宅|お客(?:様|さま)|会員|あなた)の?[^。]{0,80}(?:(?<!ご安心)(?<!了承)(?<!理解)(?<!連絡)(?<!わせ)(?:ください|下さい)|しましょう)"
    r"|\bplease (?:install|use|log|choose|set|update|lock|keep)\b"
)
_TITLED = words(
    r"^\W*(?:第?\d{1,2}条?)?\W{0,3}(?:安全管理(?:措置)?|(?:情報)?セキュリティ"
    r"|security)[\s:.|]{1,3}(?=.{6})"
)


def measures_section(content: Content) -> Section | None:
    """Return the section that is on keeping data safe, by its heading, and says something of it."""
    for section in topics(content):
        if SECURITY.search(section.heading) and any(
            len(NOT_YET.sub("", each.text)) >= A_SENTENCE
            and not any(other.search(each.text) for other in (*_NO_MEASURE, _VAGUE_SECURITY))
            for each in section.sentences
        ):
            return section
    return None


def perhaps_in_english(content: Content) -> Sentence | None:
    """Return an English sentence that may speak of keeping data safe."""
    return next(
        (
            each
            for each in holding(told(content), _SECURITY_IN_ENGLISH)
            if _SECURITY_IN_ENGLISH.search(_OF_THE_NOTICE.sub("", each.text))
            and not of_no_measure(each.text)
        ),
        None,
    )


_OF_THE_NOTICE = words(
    r"\bprotect\w*\s(?:(?:the|your|any|of|and|respect\w*) ){0,3}(?:privacy"
    r"|personal)\b(?: (?:information|data|details))?"
    r"|\b(?:notice|policy|statement)\b.{0,90}\b(?:outlines|explains|describes|sets out|tells)\b.*"
    r"|\bwe (?:\w+ )?(?:collect|ask for|request|store)\b.{0,160}\bpasswords?\b|\bcommitted to .*"
)
"""What a notice says of itself, and which data there is."""


def vague_promise(content: Content) -> Sentence | None:
    """Return the sentence that promises care, and names no measure."""
    return _first(content, _VAGUE_SECURITY)


def vague_alone(content: Content) -> Sentence | None:
    """Return the vague promise that is all that stands under a title on keeping data safe."""
    for section in topics(content):
        if (
            SECURITY.search(section.heading) or _KEEPING.search(section.heading)
        ) and section.sentences:
            vague = [each for each in section.sentences if _VAGUE_SECURITY.search(each.text)]
            if len(vague) == len(section.sentences):
                return vague[0]
    return None


_KEEPING = words(
    r"^\W*(?:\d+\W+)?(?:(?:個人)?情報の)?(?:セキュリティ|安全|管理|保護)"
    r"|\b(?:security|safety|safe|protecti(?:on|ng)|management|looking after)\b"
)


def perhaps_a_measure(content: Content) -> Sentence | None:
    """Return a sentence that may name a measure, in words of its own."""
    return _first(content, _PERHAPS_SECURITY)


def _first(content: Content, *patterns: Words) -> Sentence | None:
    return next(
        (
            each
            for each in holding(told(content), *patterns)
            if any(pattern.search(each.text) for pattern in patterns)
            and not of_no_measure(each.text)
        ),
        None,
    )
