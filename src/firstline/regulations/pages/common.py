"""What the pages of the regulations share: the history, the draft, findings, a file to keep."""

from dataclasses import dataclass

from litestar import Response

from firstline.kit.errors import Forbidden, Missing
from firstline.kit.i18n import _
from firstline.kit.web import Values
from firstline.people import Who
from firstline.people.visit import Visit
from firstline.policy.lint.finding_pages import page_of_finding
from firstline.policy.text.finding import Finding
from firstline.regulations import versions
from firstline.regulations.versions import FileDraft, Policies, Version, VersionState, standings


@dataclass(frozen=True, slots=True)
class VersionHistory:
    """Every version, the newest first, and what each is now."""

    every: list[Version]
    state: dict[int, VersionState]

    @property
    def newest(self) -> int:
        return self.every[0].version

    def one(self, number: int) -> Version:
        """The version of this number; raises `Missing`."""
        for version in self.every:
            if version.version == number:
                return version
        raise Missing(_("There is no version %(version)s.") % {"version": number})

    def of(self, standing: VersionState) -> list[Version]:
        """The versions that stand so, the newest first."""
        return [v for v in self.every if self.state[v.version] == standing]

    def before(self, number: int) -> int | None:
        """The version that held before this one takes or took effect."""
        own = self.one(number)
        earlier = [
            (v.effective_at, v.version)
            for v in self.every
            if v.withdrawn_at is None
            and (v.effective_at, v.version) < (own.effective_at, own.version)
        ]
        return max(earlier)[1] if earlier else None


async def history_of(visit: Visit) -> VersionHistory:
    """The versions as they stand at this moment."""
    async with visit.db.connection() as conn:
        every = await versions.all_versions(conn)
    return VersionHistory(every, standings(every, visit.now))


def manages(who: Who) -> None:
    """Refuse whoever does not publish."""
    if not who.has("management"):
        raise Forbidden(_("Management publishes the regulations; ask them."))


def yaml(text: str, name: str) -> Response[str]:
    """A policy file as a download."""
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type="application/yaml; charset=utf-8", headers=headers)


async def text_of(visit: Visit, number: int) -> str:
    """The file of a version; raises `Missing`."""
    async with visit.db.connection() as conn:
        return await versions.text_of(conn, number)


async def draft_or_in_force(visit: Visit, policies: Policies, history: VersionHistory) -> FileDraft:
    """The person's draft, or the file in force."""
    async with visit.db.connection() as conn:
        draft = await versions.draft_of(conn, visit.who.id)
        if draft is not None:
            return draft
        text = await versions.text_of(conn, policies.current(visit.now)[0])
    return FileDraft(text, history.newest, visit.now)


def finding_values(findings: list[Finding]) -> Values:
    """Findings for a template, with the codes among them that have a page."""
    return {"findings": findings, "pages": {f.code for f in findings if page_of_finding(f.code)}}
