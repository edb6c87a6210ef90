"""Every page as people see it: phone, tablet and desk, light and dark, with axe-core; and in pictures, for eyes.

A page is loaded once a language. Widths and colours are then changed under it, which costs little. Pictures prove
nothing and take as long as the looking: they are kept where the environment says SCREENS=yes.
"""

import os
from importlib.resources import files
from pathlib import Path

SCREENS = Path(__file__).parent / "screens"
"""Where pictures lie afterwards; git ignores it."""
KEPT = os.environ.get("SCREENS") == "yes"
"""Are pictures wanted?"""
LANGUAGES = ("en", "fr", "de")
PICTURES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1280, "height": 900}}
WIDTHS = (1280, 768, 320)
"""320 CSS pixels is what reflow asks for (WCAG 2.2, 1.4.10); axe looks at what comes last."""
TAKEN = {"en": ("desk-dark",), "fr": ("phone-light",), "de": ("desk-light",)}
"""Pictures taken in each language."""

AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules of axe whose answers colours change."""
RUN = """async ([runOnly, without]) => {
  const rules = Object.fromEntries(without.map((name) => [name, { enabled: false }]));
  const found = await axe.run(document, { runOnly, rules, resultTypes: ["violations"], preload: false });
  return [found.passes.length, found.violations.map((one) => [one.id, one.nodes.map((node) => node.target.join(" "))])];
}"""
# a place that can be scrolled may be as wide as it needs; everything else stays inside the window
MISPLACED = """() => {
  const root = document.documentElement;
  const boxes = [...document.body.querySelectorAll("*")].map((e) => [e, e.getBoundingClientRect()]);
  const wide = boxes.filter(([e, box]) => (box.right > innerWidth + 1 || box.left < -1) && box.width
    && !e.closest(".scroll, .unseen, .skip") && getComputedStyle(e).position !== "absolute");
  const small = boxes.filter(([e, box]) => box.width && box.height < 16
    && e.matches("main a, main button, main select, header a") && !e.closest(".unseen"));
  const said = (what) => ([e]) => `${what}: ${e.outerHTML.slice(0, 120)}`;
  return [...(root.scrollWidth > root.clientWidth ? ["the page scrolls sideways"] : []),
    ...wide.slice(0, 5).map(said("too wide")), ...small.map(said("too small"))];
}"""


UNFOLD = """() => document.querySelectorAll("details:not([open])").forEach((one) => {
  one.open = true;
  one.dataset.unfolded = "";
})"""
FOLD = """() => document.querySelectorAll("details[data-unfolded]").forEach((one) => {
  one.open = false;
  delete one.dataset.unfolded;
})"""


def barriers(page, without=()):
    """What axe-core finds on a page, without some of its rules: rule, and the places that break it."""
    page.evaluate(AXE)
    passes, violations = page.evaluate(RUN, [RULES, list(without)])
    assert passes > 10  # it has looked
    return violations


def misplaced(page, width):
    """What does not fit into a window of this width (CSS pixels), or is too small to be met."""
    page.set_viewport_size({"width": width, "height": 844 if width < 600 else 900})
    return [f"{width}: {one}" for one in page.evaluate(MISPLACED)]


def snapshot(page, name):
    """Keep a picture of the whole page as it is, by a name, where pictures are wanted."""
    if KEPT:
        SCREENS.mkdir(exist_ok=True)
        page.screenshot(path=SCREENS / f"{name}.png", full_page=True)


def picture(page, name, kind="phone-light"):
    """Likewise in a size and in colours."""
    if not KEPT:
        return
    size, _, scheme = kind.partition("-")
    before = page.viewport_size
    page.set_viewport_size(PICTURES[size])
    page.emulate_media(color_scheme=scheme)
    snapshot(page, f"{name}-{kind}")
    page.set_viewport_size(before)
    page.emulate_media(color_scheme="light")


def faults(page, name, language):
    """What is wrong with the page that is shown, in any width, in light and in dark.

    Axe looks at the narrow page in every language; about colours it asks in one, in light, and in dark as wide as the
    page was: the other languages have the same boxes with other words in them.

    Args:
        page: of Playwright, in light, with reduced motion (colours that fade are no colours yet).
        name: of its pictures.
        language: in which it is shown.

    """
    before = page.viewport_size
    page.evaluate(UNFOLD)  # what is folded away has to fit, too
    wrong = [one for width in WIDTHS for one in misplaced(page, width)]
    first = language == LANGUAGES[0]
    wrong += [f"{rule}: {places}" for rule, places in barriers(page, () if first else COLOURS)]
    page.set_viewport_size(before)
    if first:
        page.emulate_media(color_scheme="dark")
        wrong += [f"dark, {rule}: {places}" for rule, places in page.evaluate(RUN, [COLOURS, []])[1]]
        page.emulate_media(color_scheme="light")
    page.evaluate(FOLD)
    for kind in TAKEN[language]:
        picture(page, f"{name}-{language}", kind)
    return [f"{name} {language} {one}" for one in wrong]


def faults_everywhere(page, name, address, ready=None):
    """Likewise in every language: `address` without a language of the interface, `ready` waits until it is whole."""
    wrong = []
    for language in LANGUAGES:
        page.goto(f"{address}{'&' if '?' in address else '?'}ui={language}", wait_until="domcontentloaded")
        if ready is not None:
            ready()
        assert page.locator("html").get_attribute("lang") == language
        wrong += faults(page, name, language)
    return wrong
