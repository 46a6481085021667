"""A notebook's own cells, bounded: no locked cell, no huge output, and no picture that is none."""

import base64
import io

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from autograder.pages import cells as module
from autograder.pages.cells import MOST_IMAGE, MOST_PAGE, MOST_TEXT, own_cells


def picture(width=4, height=3, kind="PNG"):
    data = io.BytesIO()
    Image.new("L", (width, height)).save(data, kind)
    return base64.b64encode(data.getvalue()).decode()


def shown(*outputs, source="x = 1"):
    (cell,) = own_cells({"a": new_notebook(cells=[new_code_cell(source, outputs=list(outputs))])})
    return cell["outputs"]


def display(**data):
    return new_output("display_data", data={name.replace("_", "/"): value for name, value in data.items()})


def test_pictures_are_kept_and_numbered():
    outputs = shown(
        display(image_png=picture()),
        display(image_jpeg=picture(kind="JPEG")),
        display(image_gif=picture(kind="GIF")),
    )
    assert [each["number"] for each in outputs] == [1, 2, 3]
    kinds = [each["image"].partition(";")[0] for each in outputs]
    assert kinds == ["data:image/png", "data:image/jpeg", "data:image/gif"]


def test_a_drawing_is_a_picture_too_so_that_its_scripts_are_dead():
    svg = '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    (output,) = shown(display(**{"image_svg+xml": svg}))
    assert output["image"] == "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


@pytest.mark.parametrize("image", ["é", "A", "AAAA", '"><script>', "", picture(kind="JPEG"), ["AA", "AA"]])
def test_what_is_no_picture_is_shown_as_text(image):
    output = new_output("display_data", data={"text/plain": "a figure"})
    output.data["image/png"] = image
    (found,) = shown(output)
    assert found["text"] == "a figure"


def test_large_pictures_are_left_out_with_a_sentence():
    (output,) = shown(display(image_png="A" * (MOST_IMAGE + 1)))
    assert (
        output["note"]
        == "Figure 1, of 1.5 MB, was left out here to keep this page small; it is in your own notebook."
    )
    (output,) = shown(display(image_png=picture(9000, 9000)))
    assert "Figure 1, of 81 million pixels," in output["note"]


def test_a_page_has_an_end():
    jpeg = display(image_png=picture() + "\n" * (MOST_IMAGE - 200))
    outputs = shown(*[jpeg] * 4, new_output("stream", name="stdout", text="x" * MOST_TEXT))
    assert ["image" in each for each in outputs] == [True, True, False, False, False]
    many = [new_code_cell("y" * MOST_TEXT) for _ in range(MOST_PAGE // MOST_TEXT + 5)]
    found = own_cells({"a": new_notebook(cells=many)})
    assert sum(len(cell["source"]) for cell in found) == MOST_PAGE
    assert found[-1]["cut"].startswith(f"{MOST_TEXT} more characters were left out here")


def test_long_texts_keep_their_beginning():
    (output,) = shown(new_output("stream", name="stdout", text="ab" * MOST_TEXT))
    assert output["text"] == "ab" * (MOST_TEXT // 2)
    assert output["note"] == f"{MOST_TEXT} more characters were left out here to keep this page small."


def test_the_best_form_is_shown():
    html = {"text/plain": "plain", "text/html": "<table><tr><td>1</td></tr></table>"}
    assert (
        shown(new_output("execute_result", data=html))[0]["html"]
        == "<table><tbody><tr><td>1</td></tr></tbody></table>"
    )
    assert shown(display(text_markdown="*so*"))[0]["html"] == "<p><em>so</em></p>\n"
    assert shown(display(text_html="<script>1</script>", text_plain="<Widget>"))[0]["text"] == "<Widget>"
    long = {"text/plain": "plain", "text/html": "<p>" * module.MOST_HTML}
    assert shown(new_output("execute_result", data=long))[0]["text"] == "plain"


def test_no_path_of_this_machine(monkeypatch, tmp_path):
    place = str(tmp_path)
    monkeypatch.setattr(module, "conceal", lambda text: text.replace(place, "…"))
    outputs = shown(
        new_output("stream", name="stderr", text=f"{place}/a"), new_output("error", ename="E", evalue=f"{place}/b"),
        display(text_plain=f"{place}/c"), display(text_html=f"<p>{place}/d</p>"), display(text_markdown=f"{place}/e"),
    )  # fmt: skip
    assert place not in str(outputs)


def test_colours_and_control_characters_are_left_out():
    (output,) = shown(new_output("stream", name="stdout", text="\x1b[1;31mred\x1b[0m\x00\x07 and\ttab\n"))
    assert output["text"] == "red and\ttab\n"


def test_only_own_cells():
    def known(**metadata):
        return {"nbgrader": {"grade_id": "g", **metadata}}

    notebook = new_notebook(
        cells=[
            new_code_cell("locked", metadata=known(locked=True)),
            new_code_cell("test", metadata=known(grade=True, solution=False)),
            new_markdown_cell("rubric", metadata={"tags": ["instructor"]}),
            new_markdown_cell("task", metadata=known(locked=True, task=True)),
            new_markdown_cell("given"),
            new_code_cell("  \n"),
            new_code_cell("answer", metadata={"nbgrader": {"grade_id": "ex-5-1-solution", "solution": True}}),
            new_markdown_cell(
                "written",
                metadata={"nbgrader": {"grade_id": "ex-6-3-written", "grade": True, "solution": True}},
            ),
            new_markdown_cell("mine"),
        ]
    )
    found = own_cells({"a": notebook, "b": new_notebook(cells=[new_code_cell("more")])}, {"given"})
    sources = [(cell["exercise"], str(cell["source"])) for cell in found]
    assert sources == [("5.1", "answer"), ("6.3", "<p>written</p>\n"), ("", "<p>mine</p>\n"), ("", "more")]


def test_texts_may_be_lists_of_lines_as_in_files():
    notebook = {"cells": [{"cell_type": "code", "metadata": {}, "source": ["a\n", "b"], "outputs": [
        {"output_type": "stream", "text": ["c\n", "d"]},
        {"output_type": "execute_result", "data": {"text/plain": ["e"]}},
    ]}]}  # fmt: skip
    (cell,) = own_cells({"a": notebook})
    assert cell["source"] == "a\nb"
    assert [output["text"] for output in cell["outputs"]] == ["c\nd", "e"]
