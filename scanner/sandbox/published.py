"""What the invented company publishes: a privacy policy and a form, each with weaknesses."""

from __future__ import annotations

from scanner.sandbox.company import DOMAIN, NAME

# Put together here, so that no key stands in this file.
_KEY = f"md-{NAME.encode().hex()[:11]}Tq9Zk3Wx7Lp"
POLICY = "site/privacy.html"
FORM = "site/shiryou.html"

PAGES = {
    POLICY: f"""<!doctype html>
<html lang="ja"><head><meta charset="utf-8"><title>プライバシーポリシー｜{NAME}</title>
<script src="https://js.hs-scripts.com/0000000.js" async></script></head>
<body><div id="ask" hidden><p>アクセス解析を許可しますか。</p><button>許可する</button></div>
<main><h1>プライバシーポリシー</h1>
<p>{NAME}（以下「当社」といいます。）は、個人情報を次のとおり取り扱います。</p>
<p>〒100-0005 東京都千代田区丸の内0-0-0　代表取締役 佐藤愛子</p>
<h2>1. 利用目的</h2>
<ul><li>資料の送付とお問い合わせへの回答のため</li><li>メールマガジンの配信のため</li>
<li>閲覧履歴を分析し、関心に合わせた新商品をご案内するため</li></ul>
<h2>2. クッキー</h2><p>当サイトでは、利用状況を把握するためにクッキーを使用しています。</p>
<h2>3. 第三者への提供</h2>
<p>法令に基づく場合を除き、本人の同意なく個人データを第三者に提供しません。</p>
<p>当社は、配信業務を米国の事業者に委託しています。</p>
<h2>4. 安全管理措置</h2>
<p>アクセス権限を限定し、漏えいを防止するための対策を講じています。</p>
<h2>5. 開示等の請求</h2><p>開示、訂正、利用停止等の請求は、下記の窓口で受け付けます。</p>
<h2>6. お問い合わせ窓口</h2><p>個人情報相談窓口 privacy@{DOMAIN}</p>
</main></body></html>
""",
    FORM: f"""<!doctype html>
<html lang="ja"><head><meta charset="utf-8"><title>資料請求｜{NAME}</title></head>
<body><main><h1>資料請求</h1><form method="post" action="/shiryou">
<p><label>お名前 <input name="name" required></label></p>
<p><label>メールアドレス <input type="email" name="email" required></label></p>
<p><label><input type="checkbox" name="mailmag" checked>
{NAME}からのメールマガジン（新商品のご案内）を受け取る</label></p>
<p><a href="privacy.html">プライバシーポリシー</a>をご確認のうえ送信してください。</p>
<button>送信する</button></form></main>
<script>const mailKey = "{_KEY}"; // TODO サーバー側へ移す</script></body></html>
""",
}

FAULTS = (
    ("privacy.cookie-linkage-stated", POLICY),
    ("tracking.tags-disclosed", POLICY),
    ("tracking.before-consent", POLICY),
    ("opt-in.not-prechecked", FORM),
    ("token.exposed", FORM),
)
"""The weaknesses of these pages, as (check, subject id)."""
