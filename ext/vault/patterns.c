#include "vault/patterns.h"

#include <string.h>

const SecretPattern kSecretPatterns[SECRET_KINDS] = {
  [SECRET_PRIVATE_KEY] = { "private_key", "private key", SECRET_CRITICAL },
  [SECRET_AWS_SECRET_KEY] = { "aws_secret_key", "AWS secret key", SECRET_CRITICAL },
  [SECRET_PAYMENT_CARD] = { "payment_card", "payment card", SECRET_CRITICAL },
  [SECRET_US_SSN] = { "us_ssn", "social security number", SECRET_CRITICAL },
  [SECRET_GITHUB_TOKEN] = { "github_token", "GitHub token", SECRET_HIGH },
  [SECRET_STRIPE_KEY] = { "stripe_key", "Stripe key", SECRET_HIGH },
  [SECRET_SLACK_TOKEN] = { "slack_token", "Slack token", SECRET_HIGH },
  [SECRET_DISCORD_TOKEN] = { "discord_token", "Discord token", SECRET_HIGH },
  [SECRET_NPM_TOKEN] = { "npm_token", "npm token", SECRET_HIGH },
  [SECRET_AWS_ACCESS_KEY] = { "aws_access_key", "AWS access key", SECRET_HIGH },
  [SECRET_URL_CREDENTIALS] = { "url_credentials", "credentials in a URL", SECRET_HIGH },
  [SECRET_API_KEY] = { "api_key", "API key", SECRET_HIGH },
  [SECRET_BEARER_TOKEN] = { "bearer_token", "bearer token", SECRET_HIGH },
  [SECRET_PASSWORD] = { "password", "password", SECRET_HIGH },
  [SECRET_JWT] = { "jwt", "JSON web token", SECRET_MEDIUM },
  [SECRET_HIGH_ENTROPY] = { "high_entropy", "secret value", SECRET_MEDIUM },
};

/* No prefix is the beginning of a later one. */
const SecretPrefix kSecretPrefixes[] = {
  { "ghp_", SET_ALNUM, 36, 0, SECRET_GITHUB_TOKEN, 0 },
  { "gho_", SET_ALNUM, 36, 0, SECRET_GITHUB_TOKEN, 0 },
  { "ghu_", SET_ALNUM, 36, 0, SECRET_GITHUB_TOKEN, 0 },
  { "ghs_", SET_ALNUM, 36, 0, SECRET_GITHUB_TOKEN, 0 },
  { "ghr_", SET_ALNUM, 36, 0, SECRET_GITHUB_TOKEN, 0 },
  { "github_pat_", SET_WORD, 40, 0, SECRET_GITHUB_TOKEN, 0 },
  { "sk_live_", SET_ALNUM, 16, 0, SECRET_STRIPE_KEY, 0 },
  { "sk_test_", SET_ALNUM, 16, 0, SECRET_STRIPE_KEY, 0 },
  { "rk_live_", SET_ALNUM, 16, 0, SECRET_STRIPE_KEY, 0 },
  { "rk_test_", SET_ALNUM, 16, 0, SECRET_STRIPE_KEY, 0 },
  { "whsec_", SET_BASE64, 32, 0, SECRET_STRIPE_KEY, 0 },
  { "xoxb-", SET_URL, 20, 0, SECRET_SLACK_TOKEN, 0 },
  { "xoxp-", SET_URL, 20, 0, SECRET_SLACK_TOKEN, 0 },
  { "xoxa-", SET_URL, 20, 0, SECRET_SLACK_TOKEN, 0 },
  { "xoxr-", SET_URL, 20, 0, SECRET_SLACK_TOKEN, 0 },
  { "xoxs-", SET_URL, 20, 0, SECRET_SLACK_TOKEN, 0 },
  { "xoxe-", SET_URL, 20, 0, SECRET_SLACK_TOKEN, 0 },
  { "xoxe.xox", SET_URL, 20, 0, SECRET_SLACK_TOKEN, 0 },
  { "xapp-", SET_URL, 20, 0, SECRET_SLACK_TOKEN, 0 },
  { "https://hooks.slack.com/services/", SET_PATH, 40, 0, SECRET_SLACK_TOKEN, 1 },
  { "https://discord.com/api/webhooks/", SET_PATH, 70, 0, SECRET_DISCORD_TOKEN, 1 },
  { "https://discordapp.com/api/webhooks/", SET_PATH, 70, 0, SECRET_DISCORD_TOKEN, 1 },
  { "https://ptb.discord.com/api/webhooks/", SET_PATH, 70, 0, SECRET_DISCORD_TOKEN, 1 },
  { "https://canary.discord.com/api/webhooks/", SET_PATH, 70, 0, SECRET_DISCORD_TOKEN, 1 },
  { "mfa.", SET_URL, 84, 0, SECRET_DISCORD_TOKEN, 0 },
  { "npm_", SET_ALNUM, 36, 0, SECRET_NPM_TOKEN, 0 },
  { "AKIA", SET_UPPER, 16, 16, SECRET_AWS_ACCESS_KEY, 0 },
  { "ASIA", SET_UPPER, 16, 16, SECRET_AWS_ACCESS_KEY, 0 },
  { "AIza", SET_URL, 35, 0, SECRET_API_KEY, 0 },
  { "sk-ant-", SET_URL, 32, 0, SECRET_API_KEY, 0 },
  { "sk-proj-", SET_URL, 32, 0, SECRET_API_KEY, 0 },
  { "sk-svcacct-", SET_URL, 32, 0, SECRET_API_KEY, 0 },
  { "sk-", SET_ALNUM, 32, 0, SECRET_API_KEY, 0 },
  { "glpat-", SET_URL, 20, 0, SECRET_API_KEY, 0 },
  { "hf_", SET_ALNUM, 34, 0, SECRET_API_KEY, 0 },
  { "SG.", SET_DOTTED, 60, 0, SECRET_API_KEY, 0 },
  { "pypi-AgE", SET_URL, 50, 0, SECRET_API_KEY, 0 },
  { "dop_v1_", SET_HEX, 64, 64, SECRET_API_KEY, 0 },
  { "shpat_", SET_HEX, 32, 32, SECRET_API_KEY, 0 },
  { "xkeysib-", SET_HEX, 64, 0, SECRET_API_KEY, 0 },
  { "lin_api_", SET_ALNUM, 40, 0, SECRET_API_KEY, 0 },
  { "ya29.", SET_URL, 40, 0, SECRET_API_KEY, 0 },
};

const int kSecretPrefixCount = (int)(sizeof kSecretPrefixes/sizeof kSecretPrefixes[0]);

int secretInSet(SecretSet set, char c){
  int is_alnum = secretIsDigit(c) || secretIsLetter(c);
  switch( set ){
    case SET_ALNUM: return is_alnum;
    case SET_WORD: return is_alnum || c=='_';
    case SET_URL: return is_alnum || c=='_' || c=='-';
    case SET_DOTTED: return is_alnum || c=='_' || c=='-' || c=='.';
    case SET_PATH: return is_alnum || c=='_' || c=='-' || c=='/';
    case SET_UPPER: return secretIsDigit(c) || (c >= 'A' && c <= 'Z');
    case SET_HEX: return secretIsDigit(c) || (c >= 'a' && c <= 'f');
    default: return is_alnum || c=='+' || c=='/' || c=='=';
  }
}

int secretStartsWith(const SecretScan *scan, size_t at, const char *word){
  size_t length = strlen(word);
  return scan->length - at >= length && memcmp(scan->text + at, word, length)==0;
}

size_t secretRunEnd(const SecretScan *scan, size_t at, SecretSet set, size_t most){
  size_t stop = most && scan->length - at > most ? at + most : scan->length;
  while( at < stop && secretInSet(set, scan->text[at]) ) at++;
  return at;
}

int secretIsVaried(const char *text, size_t length, int least){
  unsigned char seen[256] = { 0 };
  int count = 0;
  for(size_t i = 0; i < length && i < 64; i++){
    unsigned char c = (unsigned char)text[i];
    count += !seen[c];
    seen[c] = 1;
  }
  return count >= least;
}

int secretFound(SecretFinding *found, SecretKind kind, size_t start, size_t end){
  *found = (SecretFinding){ &kSecretPatterns[kind], start, end };
  return 1;
}

const char *secretSensitivityName(SecretSensitivity sensitivity){
  static const char *const kNames[] = { "low", "medium", "high", "critical" };
  return kNames[sensitivity];
}
