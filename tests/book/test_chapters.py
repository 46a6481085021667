"""What every chapter's source has to hold, whatever it is about."""

import ast
import re

import yaml

from solutions.reference.registry import FORMULAS

EQUATION = re.compile(r"^```\{math\}\n:label: (eq-[a-z0-9-]+)\n(?:.*\n)*?```\n\n(.*)$", re.MULTILINE)
LABEL = re.compile(r"^:label: (\S+)$|^\$\$ *\((\S+)\)$", re.MULTILINE)
DRAWING = re.compile(r"^```\{drawing\} (\S+)\n((?::.*\n)*)\n((?:.*\n)*?)```$", re.MULTILINE)
CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(?::[^\n]*\n)*(.*?)^```$", re.MULTILINE | re.DOTALL)
SECTION = re.compile(r"^\((sec-\d+-\d+)\)=\n## (\d+)\.(\d+) ", re.MULTILINE)

CELLS_MAY_IMPORT = {"IPython", "figures", "matplotlib", "numpy", "through_time"}


def test_there_is_a_chapter(chapters):
    assert 5 in chapters


def test_each_labelled_equation_is_followed_by_its_numpy(chapters):
    for number, text in chapters.items():
        followed = dict(EQUATION.findall(text))
        labels = [first or second for first, second in LABEL.findall(text)]
        assert sorted(followed) == sorted(labels), (
            f"chapter {number}: write labelled equations as math blocks"
        )
        for label, after in followed.items():
            assert after == f"```{{numpy}} {label}", f"chapter {number}: {label} has no NumPy below it"


def test_labels_and_registry_name_the_same_equations(chapters):
    for number, text in chapters.items():
        shown = {first or second for first, second in LABEL.findall(text)}
        registered = {label for label, formula in FORMULAS.items() if formula.chapter == number}
        assert shown == registered, f"chapter {number}"


def test_every_drawing_has_a_name_an_alternative_text_and_a_caption(root):
    names = []
    for path in sorted(root.glob("book/*.md")):
        text = path.read_text(encoding="utf-8")
        found = DRAWING.findall(text)
        assert len(found) == text.count("```{drawing}"), path.name
        for drawing, options, caption in found:
            fields = dict(re.findall(r"^:(\w+): (.+)$", options, re.MULTILINE))
            assert len(fields["alt"].split()) >= 15, (
                f"{path.name}: {drawing} needs words that say what to see"
            )
            assert "$" not in fields["alt"], (
                f"{path.name}: a screen reader can't read the formula in {drawing}"
            )
            assert caption.strip(), f"{path.name}: {drawing}"
            names.append(fields["name"])
    assert len(names) == len(set(names))


def test_pictures_come_with_alternative_text_from_nowhere_else(root):
    for path in root.glob("book/*.md"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"!\[\s*\]\(|```\{(figure|image)\}", text), (
            f"{path.name}: use the drawing directive"
        )


def test_sections_are_numbered_in_order_and_have_their_anchors(chapters):
    for number, text in chapters.items():
        sections = SECTION.findall(text)
        assert len(sections) == len(re.findall(r"^## \d+\.\d+ ", text, re.MULTILINE)), f"chapter {number}"
        for count, (anchor, chapter, section) in enumerate(sections, start=1):
            assert (anchor, int(chapter), int(section)) == (f"sec-{number}-{count}", number, count)
        assert re.search(rf"^# {number} ", text, re.MULTILINE)


def test_chapter_five_has_the_sections_that_feedback_links_to(chapters):
    assert [anchor for anchor, _, _ in SECTION.findall(chapters[5])] == [f"sec-5-{n}" for n in range(1, 10)]


def test_every_section_asks_before_it_tells(chapters):
    for text in chapters.values():
        for part in re.split(r"^## (?=\d+\.\d+ )", text, flags=re.MULTILINE)[1:]:
            assert "{admonition} Predict" in part, part.splitlines()[0]


def test_every_chapter_has_objectives_summary_readings_and_its_boxes_on_the_lectures(chapters):
    for text in chapters.values():
        for wanted in (
            ":class: objectives",
            "\n## Summary\n",
            "\n## Readings\n",
            ":class: lectures",
            "{cite",
        ):
            assert wanted in text


def test_cells_import_public_things_only(chapters):
    for number, text in chapters.items():
        for cell in CELL.findall(text):
            for node in ast.walk(ast.parse(cell)):
                modules = []
                if isinstance(node, ast.Import):
                    modules = [name.name for name in node.names]
                elif isinstance(node, ast.ImportFrom):
                    modules = [node.module or ""]
                for module in modules:
                    assert module.split(".")[0] in CELLS_MAY_IMPORT, f"chapter {number}: {module}"


def test_lines_of_visible_cells_fit_the_column(chapters):
    for number, text in chapters.items():
        shown = re.sub(
            r"^```\{code-cell\}[^\n]*\n:tags: \[remove-input\]\n.*?^```$", "", text, flags=re.M | re.S
        )
        for cell in CELL.findall(shown):
            if "IPython.display" not in cell:
                assert max(map(len, cell.splitlines())) <= 80, f"chapter {number}:\n{cell}"


def test_pages_name_no_source_of_the_making(root):
    for path in root.glob("book/*.md"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"/work/|\bS[0-4]-\d\d\b|\bE-\d\d\b|TODO|FIXME", text), path.name


def test_the_table_of_contents_lists_every_page(root):
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    listed = {toc["root"]}
    for part in toc["parts"]:
        for chapter in part["chapters"]:
            listed |= {chapter["file"], *(section["file"] for section in chapter.get("sections", ()))}
    pages = {f"book/{path.stem}" for path in root.glob("book/*.md")}
    assert pages <= listed
    assignments = {f"book/exercises/{path.stem}" for path in root.glob("solutions/assignments/*.md")}
    assert listed == pages | assignments
