"""Texts with secrets, and texts that only look so: all of them made here, the same in every run.

No secret is real, and none stands in a file: each is made of random characters when it is needed. What is rare or hard is
in the corpus too (a passphrase of plain words, a password in a sentence), so the scanner need not find all.
"""
import base64
import json
import random
import string
import uuid

ALNUM = string.ascii_letters + string.digits
URLSAFE = ALNUM + "-_"
BASE64 = ALNUM + "+/"
UPPER = string.ascii_uppercase + string.digits
HEX = "0123456789abcdef"


class Sample:
    """A text; `secret` is the part that must be found by `pattern`, None in a look-alike of that pattern."""

    def __init__(self, pattern, text, secret=None):
        self.pattern, self.text, self.secret = pattern, text, secret

    def __repr__(self):
        return f"{self.pattern}: {self.text!r}"


class Maker:
    def __init__(self, seed=20260101):
        self.random = random.Random(seed)

    def of(self, characters, length):
        return "".join(self.random.choice(characters) for _ in range(length))

    def mixed(self, characters, length):
        """With a digit, a small and a capital letter for certain."""
        body = list(self.of(characters, length))
        for place, kind in zip(self.random.sample(range(length), 3), (string.digits, string.ascii_lowercase, string.ascii_uppercase)):
            body[place] = self.random.choice(kind)
        return "".join(body)

    def one_of(self, *choices):
        return self.random.choice(choices)

    def digits(self, length):
        return self.of(string.digits, length)

    # ---- Secrets ----

    def card(self, grouped=None):
        prefix, length = self.one_of(("4", 16), (f"5{self.random.randint(1, 5)}", 16), ("37", 15), ("6011", 16), ("36", 14), ("3530", 16))
        body = prefix + self.digits(length - len(prefix) - 1)
        number = body + str(-luhn_sum(body + "0") % 10)
        if length == 16 and (grouped if grouped is not None else self.random.random() < 0.5):
            sign = self.one_of(" ", "-")
            number = sign.join(number[i:i + 4] for i in range(0, 16, 4))
        return number

    def ssn(self):
        return f"{self.random.randint(100, 665):03}-{self.random.randint(1, 99):02}-{self.random.randint(1, 9999):04}"

    def github(self):
        kind = self.one_of("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_")
        return kind + (self.mixed(ALNUM, 22) + "_" + self.mixed(ALNUM, 59) if kind == "github_pat_" else self.mixed(ALNUM, 36))

    def slack(self):
        kind = self.one_of("xoxb-", "xoxp-", "xoxa-2-", "xoxr-", "xoxs-", "xapp-1-")
        return kind + self.digits(12) + "-" + self.digits(12) + "-" + self.mixed(ALNUM, 24)

    def discord(self):
        number = self.digits(18)
        encoded = base64.b64encode(number.encode()).decode().rstrip("=")
        return f"{encoded}.{self.mixed(URLSAFE, 6)}.{self.mixed(URLSAFE, self.one_of(27, 38))}"

    def stripe(self):
        return self.one_of("sk_live_", "sk_test_", "rk_live_", "rk_test_") + self.mixed(ALNUM, self.one_of(24, 99))

    def npm(self):
        return "npm_" + self.mixed(ALNUM, 36)

    def aws_id(self):
        return self.one_of("AKIA", "ASIA") + self.of(UPPER, 16)

    def aws_secret(self):
        return self.mixed(BASE64, 40)

    def api_key(self):
        return self.one_of(lambda: "AIza" + self.mixed(URLSAFE, 35), lambda: "sk-proj-" + self.mixed(URLSAFE, 48),
                           lambda: "sk-ant-" + self.mixed(URLSAFE, 60), lambda: "glpat-" + self.mixed(URLSAFE, 20),
                           lambda: "hf_" + self.mixed(ALNUM, 34), lambda: "SG." + self.mixed(URLSAFE, 22) + "." + self.mixed(URLSAFE, 43))()

    def part(self, length):
        return self.mixed(URLSAFE, length)

    def jwt(self):
        return f"eyJ{self.part(33)}.eyJ{self.part(60)}.{self.part(43)}"

    def password(self):
        word = self.one_of("river", "Maple", "copper", "Sunday", "falcon", "Anchor")
        return self.one_of(word + self.digits(3), self.digits(2) + word + self.one_of("!", "#", "?9", "$$"), self.mixed(ALNUM + "!#%^*", 14))

    def passphrase(self):
        return " ".join(self.random.sample(["river", "maple", "copper", "sunday", "falcon", "anchor", "velvet", "orbit"], 4))

    def private_key(self):
        label = self.one_of("RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY", "ENCRYPTED PRIVATE KEY")
        lines = [self.mixed(BASE64, 64) for _ in range(self.random.randint(2, 12))] + [self.mixed(BASE64, 30) + "=="]
        return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----"])


def luhn_sum(number):
    total = 0
    for i, digit in enumerate(int(c) for c in reversed(number)):
        total += digit if i % 2 == 0 else digit * 2 - 9 * (digit > 4)
    return total


# ---- Secrets in their surroundings ----

AROUND = ["{}", "the value is {} today", "log: sent {} to the server", "{}\nsecond line", "first line\n{}", "({})", '"{}"', "<b>{}</b>",
          "x={};", "[{}, 1]", "see {}.", "`{}`", "- {}", "\t{}\t", "é {} ü"]


def stand_alone(make, pattern):
    def sample(maker, i):
        secret = make(maker)
        if i % 3 == 2:
            return Sample(pattern, json.dumps({"id": i, "text": f"line\nuse {secret} here"}), json.dumps(secret)[1:-1])
        return Sample(pattern, AROUND[i % len(AROUND)].format(secret), secret)
    return sample


def assigned(pattern, names, make, forms):
    def sample(maker, i):
        secret = make(maker)
        return Sample(pattern, forms[i % len(forms)].format(n=names[i % len(names)], v=secret), secret)
    return sample


FORMS = ["{n}={v}", "{n} = '{v}'", '{n}: "{v}"', '{{"{n}": "{v}"}}', "export {n}={v}\n", "{n}: {v}\n", "config['{n}'] = '{v}'",
         "?user=bob&{n}={v}&page=2", "<{n}>{v}</{n}>", '{{\\"{n}\\": \\"{v}\\"}}', "{n} := `{v}`", "'{n}' => '{v}',"]
QUOTED = ['{n} = "{v}"', "{n}: '{v}'", '{{"{n}": "{v}"}}']


def bearer(maker, i):
    secret = maker.mixed(URLSAFE, maker.one_of(24, 40, 64))
    text = ["Authorization: Bearer {}", '{{"authorization": "Bearer {}"}}', "curl -H 'authorization: bearer {}' https://api.io",
            "sent BEARER {}, got 401"][i % 4]
    return Sample("bearer_token", text.format(secret), secret)


def url(maker, i):
    secret = f"{maker.one_of('bob', 'svc_1', 'admin', '')}:{maker.mixed(ALNUM, 12)}"
    text = ["postgres://{}@db.io:5432/app", "https://{}@git.io/a.git", "see redis://{}@cache:6379/0 for it", '{{"url": "amqp://{}@queue/v"}}'][i % 4]
    return Sample("url_credentials", text.format(secret), secret)


POSITIVES = {
    "private_key": stand_alone(Maker.private_key, "private_key"),
    "payment_card": stand_alone(Maker.card, "payment_card"),
    "us_ssn": stand_alone(Maker.ssn, "us_ssn"),
    "github_token": stand_alone(Maker.github, "github_token"),
    "stripe_key": stand_alone(Maker.stripe, "stripe_key"),
    "slack_token": stand_alone(Maker.slack, "slack_token"),
    "discord_token": stand_alone(Maker.discord, "discord_token"),
    "npm_token": stand_alone(Maker.npm, "npm_token"),
    "aws_access_key": stand_alone(Maker.aws_id, "aws_access_key"),
    "jwt": stand_alone(Maker.jwt, "jwt"),
    "api_key": lambda maker, i: (stand_alone(Maker.api_key, "api_key") if i % 2 else assigned(
        "api_key", ["api_key", "apiKey", "X-API-KEY", "OPENAI_API_KEY", "secret_key"], lambda m: m.mixed(ALNUM, 32), FORMS))(maker, i // 2),
    "aws_secret_key": assigned("aws_secret_key", ["aws_secret_access_key", "AWS_SECRET_ACCESS_KEY", "secretAccessKey"], Maker.aws_secret, FORMS),
    "bearer_token": bearer,
    "url_credentials": url,
    "password": lambda maker, i: assigned("password", ["password", "DB_PASSWORD", "passwd", "pwd", "userPassword", "passphrase"],
                                          Maker.passphrase if i % 10 == 9 else Maker.password, QUOTED if i % 10 == 9 else FORMS)(maker, i),
    "high_entropy": assigned("high_entropy", ["client_secret", "token", "SESSION_TOKEN", "signing_key", "credentials"],
                             lambda m: m.mixed(ALNUM, m.one_of(20, 32, 48)), FORMS),
}

# Known to be missed: a password in a sentence, plain words without quotes.
HARD = {"password": ["my password is {}", "log in as bob / {}", "password {}"], "payment_card": ["card:{}x", "{}/12/28"],
        "aws_secret_key": ["the other half is {}", "{}"]}


def positives(each=32):
    maker = Maker()
    samples = [make(maker, i) for make in POSITIVES.values() for i in range(each)]
    for pattern, texts in HARD.items():
        make = {"password": Maker.password, "payment_card": Maker.card, "aws_secret_key": Maker.aws_secret}[pattern]
        for text in texts:
            secret = make(maker)
            samples.append(Sample(pattern, text.format(secret), secret))
    return samples


# ---- What only looks like one ----

LOOK_ALIKES = {
    "private_key": [lambda m: "-----BEGIN PUBLIC KEY-----\n" + m.mixed(BASE64, 64) + "\n-----END PUBLIC KEY-----",
                    lambda m: "-----BEGIN CERTIFICATE-----\n" + m.mixed(BASE64, 64) + "\n-----END CERTIFICATE-----",
                    lambda m: "after -----BEGIN PRIVATE KEY----- come the lines of the key itself, and then -----END PRIVATE KEY-----",
                    lambda m: "paste it after -----BEGIN PRIVATE KEY----- and before -----END PRIVATE KEY-----",
                    lambda m: "-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----"],
    "payment_card": [lambda m: "order " + wrong_luhn(m), lambda m: "id " + m.digits(20), lambda m: f"at 17{m.digits(11)} ms",
                     lambda m: "uuid " + str(uuid.UUID(int=m.random.getrandbits(128))), lambda m: "v" + m.card(False),
                     lambda m: f"sha {m.of(HEX, 40)}", lambda m: "0." + m.card(False), lambda m: f"isbn 978-{m.digits(10)}"],
    "us_ssn": [lambda m: f"+1-{m.ssn()}", lambda m: f"date 2024-{m.digits(2)}-{m.digits(2)}", lambda m: f"part 9{m.digits(2)}-{m.digits(2)}-{m.digits(4)}",
               lambda m: f"000-{m.digits(2)}-{m.digits(4)}", lambda m: f"{m.ssn()}-{m.digits(3)}", lambda m: f"call 555-{m.digits(4)}"],
    "github_token": [lambda m: "ghp_" + m.of(ALNUM, 12), lambda m: "ghp_" + "x" * 36, lambda m: "commit " + m.of(HEX, 40),
                     lambda m: "function ghs_handle_request_of_the_user(x)", lambda m: "github_pattern_match_" + m.of(HEX, 8)],
    "stripe_key": [lambda m: "pk_live_" + m.mixed(ALNUM, 24), lambda m: "sk_live_...", lambda m: "task_live_" + m.mixed(ALNUM, 24),
                   lambda m: "sk_test_" + m.of(ALNUM, 6), lambda m: "sk_live_" + "X" * 24],
    "slack_token": [lambda m: "xoxb-your-token-here", lambda m: "xoxo-" + m.of(ALNUM, 8), lambda m: "https://slack.com/services/" + m.of(ALNUM, 9),
                    lambda m: "foxoxb-" + m.digits(12) + "-" + m.mixed(ALNUM, 24)],
    "discord_token": [lambda m: f"{m.of(ALNUM, 8)}.{m.of(ALNUM, 6)}.{m.of(ALNUM, 20)}", lambda m: "Module.method.with_a_long_name_of_its_own",
                      lambda m: "https://discord.com/channels/" + m.digits(18) + "/" + m.digits(18)],
    "npm_token": [lambda m: "npm_config_registry=https://r.io", lambda m: "npm_lifecycle_event", lambda m: "npm_" + m.of(ALNUM, 20)],
    "aws_access_key": [lambda m: "AKIA" + m.of(UPPER, 9) + "EXAMPLE", lambda m: "AKIA" + m.of(UPPER, 10), lambda m: "ASIA" + m.of(UPPER, 26),
                       lambda m: "arn:aws:iam::" + m.digits(12) + ":role/app", lambda m: "MAKIA" + m.of(UPPER, 16)],
    "jwt": [lambda m: "eyJ" + m.part(30), lambda m: f"eyJ{m.part(20)}.{m.part(3)}", lambda m: f"key{m.part(20)}.e{m.part(20)}.{m.part(30)}"],
    "api_key": [lambda m: "api_key = os.environ['API_KEY_2']", lambda m: "api_key: ${API_KEY}", lambda m: "apiKey = getApiKey(config)",
                lambda m: "api_key=your_api_key_goes_here_1", lambda m: "sk-" + m.of(string.ascii_lowercase, 8), lambda m: "api_key: " + "0" * 32,
                lambda m: "the api key: a string of 32 characters", lambda m: "primary_key = " + m.mixed(ALNUM, 24)],
    "aws_secret_key": [lambda m: "aws_secret_access_key = <your secret>", lambda m: "aws_secret_access_key: " + "x" * 40,
                       lambda m: "sha1: " + m.of(HEX, 40), lambda m: "AWS_SECRET_ACCESS_KEY=${{ secrets.AWS_SECRET_1 }}"],
    "bearer_token": [lambda m: "Bearer authentication of requests", lambda m: "bearer <token>", lambda m: "the bearer of this letter, 2024",
                     lambda m: "Bearer $TOKEN", lambda m: "standard-bearer " + m.of(string.ascii_lowercase, 20)],
    "url_credentials": [lambda m: "https://user:password@host.io", lambda m: "http://a.io:8080/x@y", lambda m: "postgres://bob:${PASSWORD}@db",
                        lambda m: "mailto:bob@a.io", lambda m: "https://a.io/?u=bob:" + m.of(ALNUM, 8) + "@x", lambda m: "redis://cache:6379",
                        lambda m: "https://user:<password>@a.io", lambda m: "git@github.com:bob/app.git"],
    "password": [lambda m: "password: the one you chose", lambda m: "password = get_password()", lambda m: 'password: "********"',
                 lambda m: "password=%s", lambda m: "self.password = password", lambda m: "compass: north2", lambda m: "password: str = None",
                 lambda m: '{"password": null}', lambda m: '{"password": {"type": "string"}}', lambda m: '"password": "Enter your password."',
                 lambda m: "password_length = 12345", lambda m: "bypass = enabled1", lambda m: "if password == other2:",
                 lambda m: "password = request.form['pw1']", lambda m: "pass: {{ vault_pw1 }}", lambda m: '"password": "<redacted>"'],
    "high_entropy": [lambda m: "max_tokens = " + m.digits(5), lambda m: "token: " + m.of(string.ascii_lowercase, 12), lambda m: "secret = config.get('x1')",
                     lambda m: "checksum = " + m.of(HEX, 64), lambda m: "commit_id: " + m.of(HEX, 40), lambda m: "token = next(tokens2)",
                     lambda m: "secret: /run/secrets/app/key1.pem", lambda m: "token_url = https://a.io/oauth2/v1/token",
                     lambda m: "the secret: work every day", lambda m: "token: https://a.io/oauth2/v1/tokens/12", lambda m: "etag: " + m.mixed(ALNUM, 32)],
}

# Known to be taken for one: an example in prose, a form that only a person could tell apart.
TREACHEROUS = [("password", "password: min8chars and a digit"), ("password", '"password": "Passwort"'), ("high_entropy", "token: 2024_01_31_nightly_build"),
               ("us_ssn", "serial 123-45-6789 of the pump")]


def wrong_luhn(maker):
    number = maker.card(False)
    return number[:-1] + str((int(number[-1]) + 1 + maker.random.randint(0, 8)) % 10)


def look_alikes(each=26):
    maker = Maker(20260102)
    samples = [Sample(pattern, makers[i % len(makers)](maker)) for pattern, makers in LOOK_ALIKES.items() for i in range(each)]
    return samples + [Sample(pattern, text) for pattern, text in TREACHEROUS]
