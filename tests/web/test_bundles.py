"""What browsers are sent instead of the modules in ``static/js``."""

import pytest

from inbox.web.process.bundles import NotBundled, bundle, bundles

APP = """\
// The entry.
import { one, two as second } from "./numbers.js"; // why
import "./deep/sign.js";
const slashes = "// no comment";
  /** A comment
   *  of two lines. */
show(one, second, slashes); // and it's seen
say("/; // in a text");
"""
NUMBERS = """\
export const one = 1;
export function two() {
  return `${one} // still text`;
}
"""
SIGN = 'import { one } from "../numbers.js";\nhang(one);\n'


def bundled(entry: str = "js/app.js", **others: str) -> str:
    files = {"js/app.js": APP, "js/numbers.js": NUMBERS, "js/deep/sign.js": SIGN}
    return bundle(entry, (files | {f"js/{name}.js": text for name, text in others.items()}).get)  # type: ignore[arg-type]  # `dict.get` has a default as well


def test_modules_stand_in_the_order_in_which_a_browser_runs_them_each_once() -> None:
    assert bundled().splitlines() == [
        "// js/app.js, of modules in static/",
        "const m0 = (() => {",
        "const one = 1;",
        "function two() {",
        "return `${one} // still text`;",
        "}",
        "return { one, two };",
        "})();",
        "const m1 = (() => {",
        "const { one } = m0;",
        "hang(one);",
        "})();",
        "const m2 = (() => {",
        "const { one, two: second } = m0;",
        'const slashes = "// no comment";',
        "show(one, second, slashes);",
        'say("/; // in a text");',
        "})();",
    ]


def test_a_companion_takes_what_the_first_has_and_may_be_fetched_later() -> None:
    files = {
        "js/app.js": 'import { one } from "./deep/numbers.js";\nimport "./deep/later.js";\n',
        "js/deep/numbers.js": "export const one = 1;\n",
        "js/deep/later.js": "work(import(`../more.js?${tries}`));\n",
        "js/more.js": 'import { one } from "./deep/numbers.js";\nimport { two } from "./two.js";\n',
        "js/two.js": "export const two = 2;\n",
    }
    made = bundles("js/app.js", ["js/more.js"], files.__getitem__)
    assert "work(import(`./more.js?${tries}`));" in made["js/app.js"].splitlines()
    assert made["js/app.js"].splitlines()[-1] == "export { m0 };"
    assert made["js/more.js"].splitlines() == [
        "// js/more.js, of modules in static/",
        'import { m0 as xm0 } from "./app.js";',
        "const m0 = (() => {",
        "const two = 2;",
        "return { two };",
        "})();",
        "const m1 = (() => {",
        "const { one } = xm0;",
        "const { two } = m0;",
        "})();",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "export let changing = 1;",
        "export default 1;",
        'export { one } from "./numbers.js";',
        'import numbers from "./numbers.js";',
        'import * as numbers from "./numbers.js";',
        'const later = import("./numbers.js");',
        "const here = import.meta.url;",
        'import { one } from "numbers";',
        "const text = `of two lines",
        'const text = "of two lines \\',
        "work(); /* a comment",
        "/* a comment */ work();",
        'import "./other.js";',
    ],
)
def test_what_is_not_understood_is_refused_rather_than_guessed(line: str) -> None:
    with pytest.raises(NotBundled):
        bundled("js/other.js", other=f"{line}\n")
