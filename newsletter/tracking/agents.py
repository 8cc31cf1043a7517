"""What a User-Agent line says of the program behind a click or open.

In: the line as it came. Out: a kind. Called by tracking.machines.

Names are matched as words: a bare "bot" would catch CUBOT telephones. A scanner that poses as Chrome shows nothing here;
tracking.machines finds it by what it does.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache


class Agent(StrEnum):
    """Kinds of programs."""

    BROWSER = "browser"  #: a browser or mail program, as far as it says
    SCANNER = "scanner"  #: a mail gateway that follows links before its reader does
    PREVIEW = "preview"  #: a messenger or social network making a preview
    CRAWLER = "crawler"
    LIBRARY = "library"  #: a script
    PRIVACY_PROXY = "privacy-proxy"  #: Apple's: fetches images whether or not the mail is read
    IMAGE_PROXY = "image-proxy"  #: Gmail's and Yahoo's: fetch an image mostly when the mail is opened
    EMPTY = "empty"


_SCANNERS = (
    "barracuda(?:central)?|proofpoint|mimecast|safelinks|msnbot-safelinks|ironport|messagelabs|symantec|forcepoint|websense|fireeye"
    "|trellix|fortimail|fortisandbox|fortiguard|sophos|trend ?micro|tmase|trendmicro|avanan|checkpoint|perception point"
    "|cyren|vade(?:secure)?|hornetsecurity|spamhaus|urlscan|virustotal|zscaler|cloudmark|bingpreview|google-safety"
    "|emailprotection|linkscan(?:ner)?|url ?defense|spamassassin|rspamd|mailscanner|ms-?defender"
)
_PREVIEWS = (
    "facebookexternalhit|slack-imgproxy|skypeuripreview|whatsapp|discordbot|telegrambot|twitterbot|linkedinbot|iframely"
    "|embedly|redditbot|pinterestbot|viber|google-pagerenderer|bitlybot|mastodon|signal-desktop/preview"
)
_LIBRARIES = (
    "curl|wget|python-requests|python-urllib|python-httpx|httpx|aiohttp|go-http-client|java|apache-httpclient|libwww-perl"
    "|lwp::simple|node-fetch|undici|axios|got|scrapy|headlesschrome|phantomjs|puppeteer|playwright|selenium|httrack"
    "|postmanruntime|insomnia|guzzlehttp|php|ruby|rest-client|faraday|winhttp|dart|powershell|windowspowershell|libcurl"
    "|httpie|jakarta|masscan|nmap|zgrab|nikto"
)
_WORDS = (
    (Agent.SCANNER, re.compile(rf"(?<![a-z0-9])(?:{_SCANNERS})(?![a-z])")),
    (Agent.PREVIEW, re.compile(rf"(?<![a-z0-9])(?:{_PREVIEWS})(?![a-z])")),
    (Agent.LIBRARY, re.compile(rf"(?<![a-z0-9.\-])(?:{_LIBRARIES})(?=[/ ]|$)")),
    (Agent.CRAWLER, re.compile(r"(?<!cu)bot(?![a-z])|crawler|spider(?![a-z])|\bslurp\b")),
)
_IMAGE_PROXIES = ("googleimageproxy", "yahoomailproxy", "yahoocachesystem")
_LONGEST = 500  # what a browser says fits into half of it


@lru_cache(maxsize=4096)
def agent_of(line: str) -> Agent:
    """The kind of program that sends this User-Agent line."""
    text = line[:_LONGEST].strip().lower()
    if not text:
        return Agent.EMPTY
    if text == "mozilla/5.0":
        return Agent.PRIVACY_PROXY
    if any(name in text for name in _IMAGE_PROXIES):
        return Agent.IMAGE_PROXY
    return next((kind for kind, words in _WORDS if words.search(text)), Agent.BROWSER)
