"""What a page holds, read with the standard library's parser."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

# Elements that a browser fetches something for, and the attributes that say what.
LOADING = {
    "img": ("src", "srcset"),
    "script": ("src",),
    "link": ("href",),
    "iframe": ("src",),
    "source": ("src", "srcset"),
    "video": ("src", "poster"),
    "audio": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "use": ("href", "xlink:href"),
    "image": ("href", "xlink:href"),
    "form": ("action",),
}


class Page(HTMLParser):
    """The parts of a page that tests look at.

    Attributes
    ----------
    tags : list of (str, dict)
        Elements with their attributes, in order.
    ids, links, loads : list of str
        Ids of elements, targets of links, addresses that a browser would fetch on its own.
    text : str
        Everything outside of style elements.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self._style = False
        self.styles = ""
        self.feed(html)

    @classmethod
    def read(cls, path: Path) -> Page:
        return cls(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self._style = tag == "style"

    def handle_endtag(self, tag):
        self._style = False

    def handle_data(self, data):
        if self._style:
            self.styles += data
        else:
            self.text += data

    def of(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.tags if "id" in attributes]

    @property
    def links(self) -> list[str]:
        return [attributes["href"] for attributes in self.of("a") if "href" in attributes]

    @property
    def loads(self) -> list[str]:
        found = [
            attributes[name] for tag, attributes in self.tags for name in LOADING.get(tag, ()) if name in attributes
        ]
        styles = self.styles + "".join(attributes.get("style", "") for _, attributes in self.tags)
        return (
            found + re.findall(r"url\(\s*['\"]?([^)'\"]+)", styles) + re.findall(r"@import\s+['\"]?([^;'\"]+)", styles)
        )

    @property
    def policy(self) -> dict[str, str]:
        """Directives of the content security policy."""
        metas = self.of("meta")
        (content,) = [meta["content"] for meta in metas if meta.get("http-equiv") == "Content-Security-Policy"]
        return {part.split()[0]: " ".join(part.split()[1:]) for part in content.split(";") if part.strip()}


def outside(addresses: list[str]) -> list[str]:
    """Return the addresses that lead out of the folder: neither data, nor an anchor, nor a relative one."""
    return [a for a in addresses if re.match(r"(?!data:)[a-zA-Z][a-zA-Z0-9+.-]*:|//|/", a)]
