"""What a student wrote becomes harmless HTML, and stays readable."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.pages.sanitise import markdown, output_html

ATTRIBUTES = {"href", "rel", "class", "colspan", "rowspan"}


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.links = set(), set(), []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attributes}
        self.links += [value for name, value in attributes if name == "href"]


EVIL = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '<a href="javascript:alert(1)">x</a>',
    "<svg><script>alert(1)</script></svg>", "<math><mtext><script>alert(1)</script></mtext></math>",
    '<p style="position:fixed" onclick="x()">p</p>', "<iframe src=https://x.org></iframe>",
    "<style>@import url(https://x.org)</style>", "<form action=https://x.org><input name=a></form>",
    '<meta http-equiv="refresh" content="0;url=https://x.org">', "<base href=https://x.org>",
    "<object data=x></object><embed src=x>", "<link rel=stylesheet href=https://x.org>",
    '<div id="main" class="note">x</div>', "<template><script>1</script></template>", "<!-- <script> -->",
    "<noscript><p title='</noscript><script>alert(1)</script>'>", "<table background=https://x.org><tr><td>1</table>",
    "<a href='data:text/html,<script>1</script>'>x</a>", "<video src=https://x.org></video><audio src=x>",
]  # fmt: skip
FORBIDDEN = {
    "script", "style", "img", "svg", "math", "iframe", "form", "input", "meta", "base", "object", "embed", "link",
    "template", "noscript", "video", "audio", "source",
}  # fmt: skip


@pytest.mark.parametrize("clean", [markdown, output_html])
@pytest.mark.parametrize("text", EVIL)
def test_nothing_harmful_is_left(clean, text):
    seen = Tags(str(clean(text)))
    assert seen.tags.isdisjoint(FORBIDDEN)
    assert seen.attributes <= ATTRIBUTES
    assert not any(link.startswith(("javascript", "data")) for link in seen.links)


@pytest.mark.parametrize("clean", [markdown, output_html])
@given(
    st.lists(st.sampled_from([*EVIL, "<", ">", "`", "*", "$", "[", "](", "x", "\n\n", "<td>", "</p>", '"']))
)
def test_nor_of_what_is_put_together(clean, pieces):
    seen = Tags(str(clean("".join(pieces))))
    assert seen.tags.isdisjoint(FORBIDDEN)
    assert seen.attributes <= ATTRIBUTES


def test_markdown_is_shown_as_such():
    text = "# Why\n\nBoth *sums* **swapped**:\n\n- one\n- `two`\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[book](https://x.org)"
    page = markdown(text)
    for piece in (
        '<p class="heading">Why</p>', "<em>sums</em>", "<strong>swapped</strong>", "<li>one</li>", "<code>two</code>",
        "<th>a</th>", "<td>1</td>", '<a href="https://x.org" rel="noopener noreferrer">book</a>',
    ):  # fmt: skip
        assert piece in page
    assert "<h1" not in page


def test_formulas_stay_as_they_were_typed():
    assert "<code>\\delta_t = W^\\top * a * b &lt; 1</code>" in markdown(
        "so $\\delta_t = W^\\top * a * b < 1$."
    )
    assert "<code>E_1 + E_2</code>" in markdown("$$\nE_1 + E_2\n$$")


def test_the_students_own_markup_and_pictures_are_text():
    assert markdown("it is <b>so</b>") == "<p>it is &lt;b&gt;so&lt;/b&gt;</p>\n"
    assert markdown("![a plot](https://x.org/p.png)") == "<p>[a plot]</p>\n"
    assert markdown("![](https://x.org/p.png)") == "<p>[picture]</p>\n"


def test_a_table_of_pandas():
    html = (
        '<div><style scoped>.dataframe tbody tr th {color: red}</style><table border="1" class="dataframe"><thead>'
        '<tr style="text-align: right;"><th></th><th>a</th></tr></thead>'
        "<tbody><tr><th>0</th><td>1</td></tr></tbody></table></div>"
    )
    assert output_html(html) == (
        "<div><table><thead><tr><td></td><th>a</th></tr></thead><tbody><tr><th>0</th><td>1</td></tr></tbody></table></div>"
    )


@pytest.mark.parametrize("html", ["", "<div></div>", "<script>1</script>", "<img src=x>", "<p>  </p>"])
def test_html_without_a_text_is_nothing(html):
    assert output_html(html) == ""


def test_what_a_screen_reader_stumbles_over_is_left_out():
    assert "<a" not in markdown("[](https://x.org)")
    assert "<th" not in output_html("<table><tr><th>only</th><th>headers</th></tr></table>")


def test_deep_and_wild_html_ends():
    assert "x" in output_html("<b><i><div>" * 5_000 + "x")
    assert not re.search("<script", str(output_html("<script>" * 10_000)))
    assert "x" in markdown("> " * 5_000 + "x" + "*_" * 5_000)
