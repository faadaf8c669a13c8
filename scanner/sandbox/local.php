<?php
// The settings of the demo's Mautic. Every name and secret in it is made up.
$parameters = array(
	'db_driver' => 'pdo_mysql',
	'db_host' => 'db.sorairo.example',
	'db_port' => '3306',
	'db_name' => 'mautic',
	'db_user' => 'root',
	'db_password' => 'sorairo-demo-only',
	'secret_key' => 'temp',
	'site_url' => 'https://ma.sorairo.example',
	'debug' => false,
	'trusted_hosts' => array(),
	'trusted_proxies' => array(
		'0' => '127.0.0.1'
	),
	'cors_restrict_domains' => 1,
	'cors_valid_domains' => array(
		'0' => 'https://www.sorairo.example'
	),
	'cookie_secure' => 1,
	'cookie_httponly' => 0,
	'headers_sts' => 0,
	'rememberme_lifetime' => 31536000,
	'api_enabled' => 1,
	'api_enable_basic_auth' => 1,
	'api_rate_limiter_limit' => 0,
	'mailer_from_name' => '株式会社そらいろ',
	'mailer_from_email' => 'news@sorairo.example',
	'mailer_dsn' => 'smtp://news:sorairo-demo-only@smtp.sorairo.example:25?verify_peer=0',
	'saml_idp_metadata' => '',
);
