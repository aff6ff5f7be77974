"""What stands in somebody's way on a page that is open in a browser."""

from pathlib import Path

from playwright.async_api import Page

AXE = Path(__file__).parents[2] / "build/npm/node_modules/axe-core/axe.min.js"


async def hindrances(page: Page) -> list[str]:
    """What axe-core finds that would stand in somebody's way (WCAG 2.2 AA)."""
    await page.evaluate(AXE.read_text("utf-8") + "; 0")
    found = await page.evaluate(
        "axe.run({include: ['main']},"
        " {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"
    )
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


async def cut_off(page: Page) -> list[str]:
    """The ways of menus that do not stand whole in sight; a conversation has no room for them."""
    return await page.evaluate(
        """() => {
          const menus = 'body:not(.fl-full) .fl-top nav, .desk-settings > nav';
          return [...document.querySelectorAll(menus)].flatMap((nav) => {
            const box = nav.getBoundingClientRect();
            return [...nav.querySelectorAll('a')].filter((way) => {
                const { left, right } = way.getBoundingClientRect();
                return left < box.left - 1 || right > Math.min(box.right, innerWidth) + 1;
            }).map((way) => way.textContent.trim());
          });
        }"""
    )
