"""Keys of every kind, and identifiers that are public by design: all made up, at random."""

from __future__ import annotations

import random
import string
import uuid

CHANCE = random.Random(11)  # noqa: S311 - the same keys every time


def hexadecimal(length: int) -> str:
    return "".join(CHANCE.choices("0123456789abcdef", k=length))


def letters(length: int) -> str:
    return "".join(CHANCE.choices(string.ascii_letters + string.digits, k=length))


def a_uuid() -> str:
    return str(uuid.UUID(int=CHANCE.getrandbits(128)))


# Made here at random: no key stands in this file.
KEYS = {
    "HubSpot private app token": [f"pat-{place}-{a_uuid()}" for place in ("na1", "eu1", "ap1")],
    "HubSpot API key": [f"https://api.hubapi.com/x?hapikey={a_uuid()}"],
    "HubSpot client secret": [f'HUBSPOT_CLIENT_SECRET="{a_uuid()}"'],
    "Mailchimp API key": [f"{hexadecimal(32)}-us{number}" for number in (6, 21)],
    "Mandrill API key": [f"md-{letters(22)}"],
    "SendGrid API key": [f"SG.{letters(22)}.{letters(43)}"],
    "Klaviyo private API key": [f"pk_{hexadecimal(34)}", f"pk_{letters(6)}_{hexadecimal(34)}"],
    "Brevo API key": [f"xkeysib-{hexadecimal(64)}-{letters(16)}"],
    "Brevo SMTP key": [f"xsmtpsib-{hexadecimal(64)}-{letters(16)}"],
    "Salesforce session id": [f"00D{letters(12)}!{letters(96)}"],
    "Salesforce refresh token": [f"5Aep861{letters(80)}"],
    "Salesforce client secret": [f"salesforce_client_secret: '{hexadecimal(64).upper()}'"],
    "Mailgun API key": [
        f"key-{hexadecimal(32)}",
        f"{hexadecimal(32)}-{hexadecimal(8)}-{hexadecimal(8)}",
    ],
    "Braze REST API key": [
        f"BRAZE_REST_API_KEY={a_uuid()}",
        f"fetch('https://rest.iad-01.braze.com/users', {{Authorization: 'Bearer {a_uuid()}'}})",
    ],
    "Iterable API key": [f'iterableApiKey: "{hexadecimal(32)}"'],
    "Customer.io API key": [f'CUSTOMERIO_APP_API_KEY="{hexadecimal(32)}"'],
    "ActiveCampaign API key": [f'"ACTIVECAMPAIGN_API_TOKEN" => "{hexadecimal(72)}"'],
    "Marketo client secret": [f"MARKETO_CLIENT_SECRET={letters(32)}"],
    "Mautic client secret": [f"mautic_client_secret = {letters(50).lower()}"],
    "Mautic secret key": [f"'secret_key' => '{hexadecimal(64)}',"],
    "Ghost Admin API key": [f"GHOST_KEY={hexadecimal(24)}:{hexadecimal(64)}"],
    "listmonk API token": [f"LISTMONK_API_TOKEN={letters(32)}"],
    "Zoho OAuth token": [f"1000.{hexadecimal(32)}.{hexadecimal(32)}"],
    "Microsoft client secret": [f"{letters(3)}8Q~{letters(34)}"],
    "Marketing Cloud client secret": [f'SFMC_CLIENT_SECRET="{letters(24)}"'],
    "Eloqua client secret": [f"eloqua_client_secret: '{letters(60)}~{letters(40)}'"],
    "Account Engagement user key": [f'PARDOT_USER_KEY="{hexadecimal(32)}"'],
    "Private key": [
        f"-----BEGIN {kind}PRIVATE KEY-----{end}"
        + end.join(letters(64) for _ in range(26))
        + f"{end}-----END {kind}PRIVATE KEY-----"
        for kind, end in (("", "\n"), ("RSA ", "\\n"))
    ],
    "Shopify access token": [f"shpat_{hexadecimal(32)}"],
    "Postmark server token": [f'POSTMARK_SERVER_TOKEN: "{a_uuid()}"'],
}

PUBLIC = [
    f'hbspt.forms.create({{portalId: "1234567", formId: "{a_uuid()}"}})',
    "Munchkin.init('123-ABC-456')",
    '<script src="https://static.klaviyo.com/onsite/js/klaviyo.js?company_id=AbC123"></script>',
    f'braze.initialize("{a_uuid()}", {{baseUrl: "sdk.iad-01.braze.com"}})',
    f'analytics.load("{letters(32)}")',
    f'_cio.setAttribute("data-site-id", "{hexadecimal(20)}")',
    f'customerio_site_id = "{hexadecimal(20)}"',
    "piAId = '123456'; piCId = '4321'",
    f'customerio_write_key = "{hexadecimal(20)}"',
    f'<script src="https://js.hs-scripts.com/1234567.js"></script> hubspotutk={hexadecimal(32)}',
    "GTM-ABC1234 G-ABCDE12345 UA-12345678-1 AW-123456789 fbq('init', '1234567890123456')",
    f"pk_live_51{letters(97)} pk_test_51{letters(97)}",
    f"6L{letters(38)} data-sitekey='6L{letters(38)}'",
    f"AIza{letters(35)}",
    f"https://{hexadecimal(32)}@o123456.ingest.sentry.io/1234567",
    f'algoliasearch("{letters(10).upper()}", "{hexadecimal(32)}")',
    f"mapboxgl.accessToken = 'pk.{letters(60)}.{letters(22)}'",
    f'data-ghost="https://blog.example.com/" data-key="{hexadecimal(26)}"',
    f'klaviyoPublicApiKey = "{letters(6)}"',
    f"mailchimp_list_id = '{hexadecimal(10)}'",
    f"window.MAUTIC_DOMAIN = 'https://ma.example.com'; mautic_device_id={letters(23)}",
    f"BRAZE_SDK_API_KEY={a_uuid()}",
    f'"etag": "{hexadecimal(32)}-8"',
    "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA",
    f"https://example.us6.list-manage.com/subscribe?u={hexadecimal(25)}&id={hexadecimal(10)}",
    f'integrity="sha384-{letters(64)}"',
    f'"commit": "{hexadecimal(40)}"',
    f'{{"id": "{a_uuid()}"}}',
    "pat-na1-xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
    "hapikey=00000000-0000-0000-0000-000000000000",
    "SG.your_sendgrid_key_here.your_sendgrid_key_here_your_sendgrid_key",
]
