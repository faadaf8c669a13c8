"""What is true of each server of the matrix: one table."""

from __future__ import annotations

import msgspec

from tls_matrix import servers
from tls_matrix.certificates import HOST
from tls_matrix.servers import (
    EVERYTHING,
    Server,
    gnutls,
    ill,
    nginx,
    openssl,
    tlslite,
)

CHECKS = (
    "tls.available",
    "tls.no-legacy-protocol",
    "tls.modern-protocol",
    "tls.no-weak-cipher",
    "tls.forward-secrecy",
    "tls.dh-strength",
    "tls.certificate-valid-now",
    "tls.certificate-expires-soon",
    "tls.certificate-lifetime",
    "tls.certificate-trusted",
    "tls.chain-complete",
    "tls.hostname",
    "tls.key-strength",
    "tls.signature",
    "tls.stapling",
    "tls.post-quantum",
)
CERTIFICATE = CHECKS[6:15]


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One server, how it is probed, and what must be concluded."""

    name: str
    server: Server
    host: str = HOST
    server_name: str | None = None
    starttls: str | None = None
    deadline: float = 5.0
    status: dict[str, str]


def case(
    name: str,
    server: Server,
    *,
    host: str = HOST,
    fails: str = "",
    passes: str = "",
    absent: str = "",
    unknown: str = "",
    server_name: str | None = None,
    starttls: str | None = None,
    deadline: float = 5.0,
) -> Case:
    """Name what differs from a sound server: one that passes everything but post-quantum."""
    status = dict.fromkeys(CHECKS, "pass")
    status |= {"tls.dh-strength": "not_applicable", "tls.post-quantum": "fail"}
    for given, value in (
        (absent, "not_applicable"),
        (unknown, "inconclusive"),
        (fails, "fail"),
        (passes, "pass"),
    ):
        status |= {f"tls.{each}": value for each in given.split()}
    return Case(
        name=name,
        server=server,
        host=host,
        server_name=server_name,
        starttls=starttls,
        deadline=deadline,
        status=status,
    )


def silent(name: str, server: Server, host: str = HOST) -> Case:
    """Nothing can be told of it."""
    status = dict.fromkeys(CHECKS, "inconclusive")
    return Case(name=name, server=server, host=host, deadline=1.0, status=status)


def stranger(name: str, handler: servers.Handler, starttls: str | None = None) -> Case:
    """No TLS is spoken there."""
    status = dict.fromkeys(CHECKS, "not_applicable") | {"tls.available": "fail"}
    return Case(name=name, server=ill(handler), starttls=starttls, deadline=1.0, status=status)


def shown(
    chain: str, fails: str = "", host: str = HOST, absent: str = "", unknown: str = ""
) -> Case:
    return case(
        f"certificate: {chain}, for {host}",
        nginx(*SOUND_NGINX, chain=chain),
        host=host,
        fails=fails,
        absent=absent,
        unknown=unknown,
    )


SOUND_NGINX = (
    "ssl_protocols TLSv1.2 TLSv1.3",
    "ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20:@SECLEVEL=0",
)
AEAD = ("-cipher", "ECDHE+AESGCM:ECDHE+CHACHA20:@SECLEVEL=0")
MODERN = ("-no_tls1", "-no_tls1_1", *AEAD)
NEW = ("-tls1_3",)
OLD = ("-cipher", "ECDHE+AES:@SECLEVEL=0")
GNUTLS = "NONE:+SIGN-ALL:+COMP-NULL:+GROUP-ALL:+CTYPE-X.509:%UNSAFE_RENEGOTIATION"
G12 = f"{GNUTLS}:+VERS-TLS1.2:+MAC-ALL"
SOUND = "+ECDHE-RSA:+AES-128-GCM:+AEAD"

CERTIFICATES = [
    shown("good"),
    shown("rsa"),
    shown("expired", "certificate-valid-now", absent="certificate-expires-soon"),
    shown("just expired", "certificate-valid-now", absent="certificate-expires-soon"),
    shown("not yet valid", "certificate-valid-now"),
    shown("five days left", "certificate-expires-soon"),
    shown("47 days, 16 left"),
    shown("47 days, 10 left", "certificate-expires-soon"),
    shown("other name", "hostname"),
    shown("wildcard"),
    shown("wildcard", "hostname", host="a.ma.example.jp"),
    shown("wildcard", "hostname", host="example.jp"),
    shown("wildcard of parent", "hostname", host="example.jp"),
    shown("wildcard of itself", "hostname"),
    shown("partial wildcard", "hostname"),
    shown("inner wildcard", "hostname"),
    shown("bare wildcard", "hostname"),
    shown("double wildcard", "hostname"),
    shown("capitals"),
    shown("capitals", host="ma.EXAMPLE.jp"),
    shown("several names"),
    shown("common name only", "hostname"),
    shown("address", host="127.0.0.1"),
    shown("address", "hostname"),
    shown("other address", "hostname", host="127.0.0.1"),
    shown("address as a name", "hostname", host="127.0.0.1"),
    shown("address as a URI", "hostname"),
    shown("Japanese name", host="日本語.jp"),
    shown("Japanese name", host="xn--wgv71a119e.jp"),
    shown("Japanese wildcard", host="www.日本語.jp"),
    shown("partial Japanese wildcard", "hostname", host="日本語.jp"),
    shown("self-signed", "certificate-trusted"),
    shown("strange root", "certificate-trusted"),
    shown("strange root, not sent", "certificate-trusted chain-complete"),
    shown("missing intermediate", "certificate-trusted chain-complete"),
    shown("directly below the root"),
    shown("wrong order"),
    shown("with the root"),
    shown("another chain behind"),
    shown("twice the same", "certificate-trusted chain-complete"),
    shown("wrong intermediate", "certificate-trusted chain-complete"),
    shown("unknown authority's certificate for the intermediate first"),
    shown("expired certificate above the root"),
    shown("authorities in a circle", "certificate-trusted chain-complete"),
    shown("forged signature", "certificate-trusted", unknown="chain-complete"),
    shown("thirty certificates"),
    shown("RSA 1024 intermediate", "key-strength"),
    shown("P-224 intermediate", "key-strength"),
    shown("thousand names"),
    shown("expired intermediate", "certificate-trusted"),
    shown("intermediate of the future", "certificate-trusted"),
    shown("expired beside renewed intermediate"),
    shown("server as intermediate", "certificate-trusted"),
    shown("path too long", "certificate-trusted"),
    shown("long chain"),
    shown("outside of its constraint", "certificate-trusted"),
    shown("within its constraint"),
    shown("excluded by its constraint", "certificate-trusted"),
    shown("for clients", "certificate-trusted"),
    shown("for code", "certificate-trusted"),
    shown("for servers"),
    shown("for both"),
    shown("intermediate for clients", "certificate-trusted"),
    shown("an authority itself", "certificate-trusted"),
    shown("unknown critical extension", "certificate-trusted"),
    shown("398 days before the change"),
    shown("201 days on the day of the change", "certificate-lifetime"),
    shown("200 days"),
    shown("300 days", "certificate-lifetime"),
    shown("399 days", "certificate-lifetime"),
    shown("ten years", "certificate-lifetime"),
    shown("RSA 3072"),
    shown("P-224", "key-strength"),
    shown("P-384"),
    shown("P-521"),
    shown("brainpool"),
    shown("Ed25519"),
    shown("Ed448"),
    shown("openssl rsa1024 sha256", "key-strength"),
    shown("openssl rsa512 sha256", "key-strength"),
    shown("openssl p192 sha256", "key-strength"),
    shown("openssl sect163 sha256", unknown="key-strength"),
    shown("openssl rsa2048 sha1", "signature"),
    shown("openssl rsa2048 md5", "signature"),
    shown("openssl under sha1", "signature"),
    shown("openssl under md5", "signature"),
]


def refusing(version: str) -> tuple[str, ...]:
    return tuple(
        f"-no_{each}"
        for each in ("tls1", "tls1_1", "tls1_2", "tls1_3")
        if each not in version.split()
    )


PROTOCOLS = [
    case("TLS 1.3 alone", openssl("-tls1_3")),
    case("TLS 1.2 alone", openssl("-tls1_2", *AEAD)),
    case("TLS 1.1 alone", openssl(*OLD, "-tls1_1"), fails="no-legacy-protocol modern-protocol"),
    case("TLS 1.0 alone", openssl(*OLD, "-tls1"), fails="no-legacy-protocol modern-protocol"),
    case(
        "TLS 1.0 and 1.1",
        openssl(*OLD, *refusing("tls1 tls1_1")),
        fails="no-legacy-protocol modern-protocol",
    ),
    *(
        case(
            name,
            openssl("-cipher", "ECDHE:!NULL:@SECLEVEL=0", *refusing(versions)),
            fails="no-legacy-protocol",
        )
        for name, versions in {
            "TLS 1.1 and 1.2": "tls1_1 tls1_2",
            "TLS 1.0 and 1.2": "tls1 tls1_2",
            "TLS 1.0 and 1.3": "tls1 tls1_3",
            "TLS 1.1 and 1.3": "tls1_1 tls1_3",
            "TLS 1.0 to 1.3": "tls1 tls1_1 tls1_2 tls1_3",
        }.items()
    ),
    case(
        "GnuTLS, TLS 1.0 alone",
        gnutls(f"{GNUTLS}:+VERS-TLS1.0:+MAC-ALL:+ECDHE-RSA:+AES-128-CBC"),
        fails="no-legacy-protocol modern-protocol",
    ),
    case("GnuTLS, TLS 1.2 and 1.3", gnutls(f"{G12}:+VERS-TLS1.3:{SOUND}")),
    case(
        "SSL 3.0 alone",
        tlslite("--ssl3", "--max-ver", "ssl3", "--cipherlist", "aes128"),
        fails="no-legacy-protocol modern-protocol forward-secrecy",
        passes="dh-strength",
    ),
    case(
        "SSL 3.0 to TLS 1.2",
        tlslite("--ssl3", "--max-ver", "tls1.2", "--cipherlist", "aes128gcm,aes128"),
        fails="no-legacy-protocol forward-secrecy",
        passes="dh-strength",
    ),
    case(
        "tlslite TLS 1.0 to 1.3",
        tlslite("--max-ver", "tls1.3"),
        fails="no-legacy-protocol forward-secrecy no-weak-cipher",
        passes="dh-strength",
    ),
    *(
        case(f"TLS 1.3 by {suite}", openssl("-tls1_3", "-ciphersuites", f"TLS_{suite}"))
        for suite in ("AES_256_GCM_SHA384", "CHACHA20_POLY1305_SHA256", "AES_128_CCM_8_SHA256")
    ),
    *(
        case(f"TLS 1.3 in {group}", openssl("-tls1_3", "-groups", group))
        for group in ("P-384", "X448", "ffdhe2048", "ffdhe3072")
    ),
    case("TLS 1.3 in ffdhe8192", openssl("-tls1_3", "-groups", "ffdhe8192"), deadline=15),
    case(
        "GnuTLS, TLS 1.3 in ffdhe2048",
        gnutls("NORMAL:-VERS-ALL:+VERS-TLS1.3:-GROUP-ALL:+GROUP-FFDHE2048"),
    ),
]

CIPHERS = [
    case(
        "OpenSSL as it comes", openssl(chain="rsa"), fails="forward-secrecy", passes="dh-strength"
    ),
    case(
        "everything OpenSSL has",
        openssl("-cipher", EVERYTHING, chain="rsa"),
        fails="no-legacy-protocol no-weak-cipher forward-secrecy dh-strength",
    ),
    case(
        "NULL alone",
        openssl("-tls1_2", "-cipher", "NULL-SHA256:@SECLEVEL=0", chain="rsa"),
        fails="no-weak-cipher forward-secrecy modern-protocol",
    ),
    case(
        "NULL with ECDHE",
        openssl("-tls1_2", "-cipher", "ECDHE-RSA-NULL-SHA:ECDHE+AESGCM:@SECLEVEL=0", chain="rsa"),
        fails="no-weak-cipher",
    ),
    case(
        "NULL in TLS 1.0 alone",
        openssl("-tls1", "-cipher", "NULL-SHA:@SECLEVEL=0", chain="rsa"),
        fails="no-weak-cipher forward-secrecy modern-protocol no-legacy-protocol",
    ),
    case(
        "anonymous DH alone",
        openssl("-tls1_2", "-cipher", "ADH-AES128-SHA:@SECLEVEL=0"),
        fails="no-weak-cipher forward-secrecy modern-protocol dh-strength",
        unknown=" ".join(each[4:] for each in CERTIFICATE),
    ),
    case(
        "anonymous ECDH beside",
        openssl("-tls1_2", "-cipher", "AECDH-AES128-SHA:ECDHE+AESGCM:@SECLEVEL=0"),
        fails="no-weak-cipher",
    ),
    case(
        "static RSA alone, GCM",
        openssl("-tls1_2", "-cipher", "AES128-GCM-SHA256", chain="rsa"),
        fails="forward-secrecy",
    ),
    case(
        "static RSA beside",
        openssl("-tls1_2", "-cipher", "ECDHE+AESGCM:AES128-GCM-SHA256", chain="rsa"),
        fails="forward-secrecy",
    ),
    case(
        "CBC alone",
        openssl("-tls1_2", "-cipher", "ECDHE-RSA-AES128-SHA256", chain="rsa"),
        fails="modern-protocol",
    ),
    case(
        "DHE of 2048 bits",
        openssl("-tls1_2", "-cipher", "DHE+AESGCM", chain="rsa"),
        passes="dh-strength",
    ),
    case(
        "DHE of 1024 bits",
        openssl(
            "-tls1_2",
            "-cipher",
            "DHE+AESGCM:@SECLEVEL=0",
            "-dhparam",
            "{folder}/dh1024.pem",
            chain="rsa",
        ),
        fails="dh-strength",
    ),
    case(
        "DHE of 768 bits",
        gnutls(f"{G12}:+DHE-RSA:+AES-128-GCM:+AEAD", "--dhparams", "dh768.pem"),
        fails="dh-strength",
    ),
    case(
        "DHE of 512 bits",
        gnutls(f"{G12}:+DHE-RSA:+AES-128-GCM:+AEAD", "--dhparams", "dh512.pem"),
        fails="dh-strength",
    ),
    case(
        "tlslite, DHE of 1024 bits",
        tlslite("--max-ver", "tls1.2", "--param", "dh1024.pem", "--cipherlist", "aes128gcm"),
        fails="dh-strength forward-secrecy",
    ),
    case(
        "DHE of 1024 bits beside ECDHE",
        openssl(
            *MODERN[:2],
            "-cipher",
            "ECDHE+AESGCM:DHE+AESGCM:@SECLEVEL=0",
            "-dhparam",
            "{folder}/dh1024.pem",
            chain="rsa",
        ),
        fails="dh-strength",
    ),
    case("RC4", gnutls(f"{G12}:{SOUND}:+RSA:+ARCFOUR-128"), fails="no-weak-cipher forward-secrecy"),
    case(
        "RC4 with ECDHE",
        gnutls(f"{G12}:+ECDHE-RSA:+AEAD:+AES-128-GCM:+ARCFOUR-128"),
        fails="no-weak-cipher",
    ),
    case(
        "RC4 alone in TLS 1.0",
        gnutls(f"{GNUTLS}:+VERS-TLS1.0:+MAC-ALL:+RSA:+ARCFOUR-128"),
        fails="no-weak-cipher forward-secrecy no-legacy-protocol modern-protocol",
    ),
    case(
        "RC4 in TLS 1.0, not in 1.2",
        gnutls(f"{GNUTLS}:+VERS-TLS1.0:+VERS-TLS1.2:+MAC-ALL:+ECDHE-RSA:+AES-128-GCM:+ARCFOUR-128"),
        fails="no-weak-cipher no-legacy-protocol",
    ),
    case("3DES", gnutls(f"{G12}:+ECDHE-RSA:+AEAD:+AES-128-GCM:+3DES-CBC"), fails="no-weak-cipher"),
    case(
        "3DES alone",
        gnutls(f"{G12}:+RSA:+3DES-CBC"),
        fails="no-weak-cipher forward-secrecy modern-protocol",
    ),
    case(
        "GnuTLS, NULL",
        gnutls(f"{G12}:+RSA:+NULL"),
        fails="no-weak-cipher forward-secrecy modern-protocol",
    ),
    case(
        "GnuTLS, anonymous",
        gnutls(f"{G12}:+ANON-ECDH:+ANON-DH:+AES-128-CBC:{SOUND}"),
        fails="no-weak-cipher",
        passes="dh-strength",
    ),
    case(
        "GnuTLS, DHE by ffdhe", gnutls(f"{G12}:+DHE-RSA:+AES-128-GCM:+AEAD"), passes="dh-strength"
    ),
    case("GnuTLS, CCM alone", gnutls(f"{G12}:+ECDHE-ECDSA:+AES-128-CCM:+AEAD", chain="good")),
    case(
        "RC4 in SSL 3.0",
        tlslite("--ssl3", "--max-ver", "ssl3", "--cipherlist", "rc4"),
        fails="no-legacy-protocol modern-protocol forward-secrecy no-weak-cipher",
    ),
    case(
        "3DES in SSL 3.0",
        tlslite("--ssl3", "--max-ver", "ssl3", "--cipherlist", "3des"),
        fails="no-legacy-protocol modern-protocol forward-secrecy no-weak-cipher",
        passes="dh-strength",
    ),
    case(
        "RC4 and NULL in tlslite",
        tlslite("--max-ver", "tls1.2", "--cipherlist", "rc4,null,aes128gcm"),
        fails="no-legacy-protocol forward-secrecy no-weak-cipher",
        passes="dh-strength",
    ),
]

BEHAVIOUR = [
    case("asks for a client certificate", openssl(*MODERN, "-verify", "1")),
    case("demands a client certificate", openssl(*MODERN, "-Verify", "1")),
    case("demands a client certificate, TLS 1.3", openssl("-tls1_3", "-Verify", "1")),
    case("demands a client certificate, TLS 1.2", openssl("-tls1_2", *AEAD, "-Verify", "1")),
    case(
        "another certificate for other names", nginx(*SOUND_NGINX, chain="other name", named=HOST)
    ),
    case(
        "another certificate for other names, asked without",
        nginx(*SOUND_NGINX, chain="other name", named=HOST),
        host="127.0.0.1",
        fails="hostname",
    ),
    case(
        "another certificate for other names, asked by option",
        nginx(*SOUND_NGINX, chain="other name", named=HOST),
        host="127.0.0.1",
        server_name=HOST,
    ),
    case("other names are refused", nginx(*SOUND_NGINX, "ssl_reject_handshake on", named=HOST)),
    silent(
        "other names are refused, asked for one",
        nginx(*SOUND_NGINX, "ssl_reject_handshake on", named=HOST),
        host="other.example.jp",
    ),
    silent(
        "other names are refused, asked without",
        nginx(*SOUND_NGINX, "ssl_reject_handshake on", named=HOST),
        host="127.0.0.1",
    ),
    case("IPv6", openssl(*MODERN, host="::1")),
    case("IPv6, by address", openssl(*MODERN, chain="address", host="::1"), host="[::1]"),
    case(
        "nginx as it comes",
        nginx("ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3", chain="rsa"),
        fails="no-legacy-protocol forward-secrecy",
    ),
    case(
        "nginx, TLS 1.2 and 1.3",
        nginx("ssl_protocols TLSv1.2 TLSv1.3", "ssl_ciphers HIGH:!aNULL:!kRSA"),
    ),
    *(
        case(each, openssl(*MODERN, "-status_file", "{staple}", chain=each), fails="stapling")
        for each in (
            "must staple, stale",
            "must staple, by a stranger",
            "must staple, of another",
            "must staple, by one not appointed",
            "must staple, try later",
            "stapled revoked",
            "stapled stale",
        )
    ),
    case("must staple, none there", openssl(*MODERN, chain="must staple"), fails="stapling"),
    case(
        "must staple, and does",
        openssl(*MODERN, "-status_file", "{staple}", chain="must staple, good"),
    ),
    case(
        "must staple, TLS 1.2",
        openssl("-tls1_2", *AEAD, "-status_file", "{staple}", chain="must staple, good"),
    ),
    case(
        "must staple, by a responder",
        openssl(*MODERN, "-status_file", "{staple}", chain="must staple, by a responder"),
    ),
    case(
        "small records, TLS 1.2",
        openssl("-tls1_2", *AEAD, "-max_send_frag", "512", chain="thousand names"),
    ),
    case(
        "small records, TLS 1.3",
        openssl("-tls1_3", "-max_send_frag", "512", chain="thousand names"),
    ),
    case(
        "warns that it does not know the name",
        openssl(
            *("-tls1_2", *AEAD, "-servername", "other.example.jp"),
            *("-cert2", "{good}", "-key2", "{good}"),
        ),
    ),
    silent(
        "refuses the name that it does not know",
        openssl(
            *(*MODERN, "-servername", "other.example.jp", "-servername_fatal"),
            *("-cert2", "{good}", "-key2", "{good}"),
        ),
    ),
    case(
        "GnuTLS as it comes",
        gnutls("NORMAL"),
        passes="dh-strength",
        fails="forward-secrecy no-legacy-protocol",
    ),
    case("nginx, in P-384", nginx(*SOUND_NGINX, "ssl_ecdh_curve secp384r1")),
    case("stapled good", openssl(*MODERN, "-status_file", "{staple}", chain="stapled good")),
    case(
        "stapled revoked, TLS 1.2",
        openssl("-tls1_2", *AEAD, "-status_file", "{staple}", chain="stapled revoked"),
        fails="stapling",
    ),
    silent("hangs", ill(servers.hang)),
    silent("drips", ill(servers.drip)),
    silent("half a hello", ill(servers.half_a_hello)),
    silent("resets", ill(servers.reset)),
    silent("closes", ill(servers.close)),
    silent("closes at once", ill(servers.close_at_once)),
    silent("internal error", ill(servers.internal_error)),
    silent("unrecognized name", ill(servers.unrecognized_name)),
    silent("mute", ill(servers.mute_after_connecting)),
    stranger("plain HTTP", servers.plain_http),
    stranger("patient HTTP", servers.patient_http),
    stranger("SSH", servers.ssh),
    stranger("mail", servers.mail_greeting),
    stranger("garbage", servers.garbage),
]

CASES = [*CERTIFICATES, *PROTOCOLS, *CIPHERS, *BEHAVIOUR]
