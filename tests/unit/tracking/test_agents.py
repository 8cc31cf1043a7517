"""What a User-Agent line says; phones and mail programs are never taken for machines."""

from __future__ import annotations

import pytest

from newsletter.tracking.agents import Agent, agent_of
from tests.corpora import naughty_strings

PEOPLE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
    "Mozilla/5.0 (Linux; Android 9; CUBOT NOTE 20) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/101.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 12; CUBOT KINGKONG 7) AppleWebKit/537.36 Chrome/114 Mobile Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.2.0",
    "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; WOW64; Trident/7.0; .NET4.0C; .NET4.0E; Microsoft Outlook 16.0.5134; ms-office)",
    "Mozilla/4.0 (compatible; ms-office; MSOffice 16)",
    "Outlook-iOS/723.4027091.prod.iphone (4.27.0)",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 [FBAN/FBIOS;FBAV/468.0.0]",
    "Mozilla/5.0 (compatible; MSIE 9.0; Windows Phone OS 7.5; Trident/5.0; IEMobile/9.0; NOKIA; Lumia 710)",
    "Mozilla/5.0 (Linux; U; Android 4.0.3; de-de; Galaxy S II Build/GRJ22) AppleWebKit/534.30 Version/4.0 Mobile Safari/534.30",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)",
    "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126 Safari/537.36 OPR/112",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120 Safari/537.36 Edg/120.0",
    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/115 Safari/537.36 Avast/115.0",
    "Lotus-Notes/6.0; Windows-NT",
    "Mozilla/5.0 (PlayStation 4 3.11) AppleWebKit/537.73 (KHTML, like Gecko)",
    "Mozilla/5.0 (SMART-TV; Linux; Tizen 2.3) AppleWebkit/538.1 SamsungBrowser/1.0",
    "Mozilla/5.0 (Windows NT 6.1; WOW64; rv:52.0) Gecko/20100101 PostboxApp/5.0",
)
MACHINES = {
    "curl/8.5.0": Agent.LIBRARY,
    "Wget/1.21": Agent.LIBRARY,
    "python-requests/2.32.3": Agent.LIBRARY,
    "python-httpx/0.27": Agent.LIBRARY,
    "Python/3.11 aiohttp/3.9": Agent.LIBRARY,
    "Go-http-client/1.1": Agent.LIBRARY,
    "Java/17.0.1": Agent.LIBRARY,
    "Apache-HttpClient/4.5 (Java/11)": Agent.LIBRARY,
    "axios/1.6": Agent.LIBRARY,
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/126.0 Safari/537.36": Agent.LIBRARY,
    "Mozilla/5.0 (compatible; Barracuda Sentinel (EE))": Agent.SCANNER,
    "BarracudaCentral": Agent.SCANNER,
    "Mozilla/5.0 (compatible; Mimecast/1.0)": Agent.SCANNER,
    "Proofpoint URL Defense": Agent.SCANNER,
    "SafeLinks/1.0": Agent.SCANNER,
    "Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/534+ (KHTML, like Gecko) BingPreview/1.0b": Agent.SCANNER,
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)": Agent.CRAWLER,
    "Mozilla/5.0 (compatible; bingbot/2.0)": Agent.CRAWLER,
    "facebookexternalhit/1.1": Agent.PREVIEW,
    "Slackbot-LinkExpanding 1.0": Agent.CRAWLER,
    "Twitterbot/1.0": Agent.PREVIEW,
    "WhatsApp/2.23.20.0": Agent.PREVIEW,
    "LinkedInBot/1.0": Agent.PREVIEW,
    "Mozilla/5.0": Agent.PRIVACY_PROXY,
    "": Agent.EMPTY,
    "   ": Agent.EMPTY,
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)": Agent.IMAGE_PROXY,
    "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html": Agent.IMAGE_PROXY,
}


@pytest.mark.parametrize("line", PEOPLE)
def test_people_are_browsers(line: str) -> None:
    assert agent_of(line) is Agent.BROWSER


@pytest.mark.parametrize(("line", "kind"), MACHINES.items())
def test_machines_by_name(line: str, kind: Agent) -> None:
    assert agent_of(line) is kind


def test_any_text_is_something() -> None:
    for text in (*naughty_strings(), "x" * 100_000, "bot" * 50_000):
        assert agent_of(text) in Agent
