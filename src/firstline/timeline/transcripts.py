"""A request to keep or to pass on, as a given person may see it (clause history.saved): pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from uuid import UUID

import msgspec

from firstline.kit.i18n import _
from firstline.kit.links import one_line, visible, with_hosts
from firstline.matters import DIGEST, SALT, Entry, origin
from firstline.people import Who
from firstline.timeline.model import Request
from firstline.timeline.public import EntryOut, public
from firstline.timeline.visibility import sees


class ProofOut(msgspec.Struct):
    """What proves an entry (decision 12), in hexadecimal: digests of the clients' part and of the
    staff's, and the salts of what the reader sees as it was written. `by` is named to staff.
    """

    clients: str
    staff: str
    clients_salt: str | None = None
    staff_salt: str | None = None
    by: UUID | None = None


class ProvenEntry(EntryOut):
    """An entry with its proof."""

    proof: ProofOut


class Transcript(msgspec.Struct):
    """The JSON transcript; `outcome` and `closed_at` are null while the request is open.

    `digests` are the seals of all entries from number 1 on, also of those not shown to the reader.
    """

    no: int
    title: str
    topic: str
    mode: str
    line: str
    state: str
    arrived_at: datetime
    closed_at: datetime | None
    outcome: str | None
    rating: int | None
    entries: list[ProvenEntry]
    digests: list[str]


def transcript_json(
    who: Who, request: Request, entries: Sequence[Entry], seals: Sequence[bytes]
) -> Transcript:
    """Everything that `who` may see of the request, in order; `seals` are those of all entries."""
    return Transcript(
        no=request.no,
        title=request.title,
        topic=request.topic,
        mode=request.mode,
        line=request.line,
        state=request.state,
        arrived_at=request.arrived_at,
        closed_at=request.closed_at,
        outcome=request.outcome,
        rating=request.rating,
        entries=[_proven(who, entry) for entry in entries if sees(who, entry)],
        digests=[seal.hex() for seal in seals],
    )


def _proven(who: Who, entry: Entry) -> ProvenEntry:
    plain = public(entry, staff=who.is_staff)
    members = {name: getattr(plain, name) for name in plain.__struct_fields__}
    return ProvenEntry(**members, proof=_proof(entry, staff=who.is_staff))


def _proof(entry: Entry, *, staff: bool) -> ProofOut:
    clients, others = entry.digests[:DIGEST].hex(), entry.digests[DIGEST:].hex()
    salts = None if "edited" in entry.data else entry.salts
    return ProofOut(
        clients,
        others,
        clients_salt=salts[:SALT].hex() if salts else None,
        staff_salt=salts[SALT:].hex() if salts and staff else None,
        by=entry.by_id if staff else None,
    )


def _id(_kind: str, name: str) -> str:
    return name


def transcript_text(
    who: Who,
    request: Request,
    entries: Sequence[Entry],
    zone: tzinfo,
    label: Callable[[str, str], str] = _id,
) -> str:
    """The same as plain text in the language of the moment, with times in `zone`; `label` gives the
    words of a line, an outcome or a reason, as `label("line", "first")`.

    Every entry has a line of its own with its time and author; words stand below, indented as
    they were said, so that no sentence can pass for the head of another entry.
    """
    head = f"{_('Request')} {request.no}: {one_line(request.title)}"
    lines = [head, "=" * min(len(head), 78), ""]
    lines.append(f"{_('Arrived')}: {_when(request.arrived_at, zone)}")
    lines.append(f"{_('Topic')}: {label('topic', request.topic)}")
    lines.append(f"{_('Line')}: {label('line', request.line)}")
    if request.closed_at is not None:
        outcome = label("outcome", request.outcome or "")
        lines.append(f"{_('Closed')}: {_when(request.closed_at, zone)} ({outcome})")
    lines.append(_("Times are in the time zone %(zone)s.") % {"zone": zone})
    for entry in entries:
        if sees(who, entry):
            lines += ["", *_entry(public(entry, staff=who.is_staff), zone, label)]
    return "\n".join(lines) + "\n"


def _entry(entry: EntryOut, zone: tzinfo, label: Callable[[str, str], str]) -> list[str]:
    what = f" ({kind})" if (kind := _kind(entry)) else ""
    head = f"[{_when(entry.at, zone)}] {one_line(entry.by.name)}{what}"
    return [
        head,
        *(f"    {name}: {value}" for name, value in _details(entry, zone, label)),
        *(f"    {line}" for line in visible(with_hosts(entry.body)).splitlines()),
    ]


def _details(
    entry: EntryOut, zone: tzinfo, label: Callable[[str, str], str]
) -> Iterator[tuple[str, str]]:
    """What an entry says beside its words, by name."""
    data = entry.data
    if entry.kind in ("handed_over", "sent_back") and data.get("line"):
        yield _("Line"), label("line", data["line"])
    if entry.kind == "delay_notice" and data.get("reason"):
        yield _("Reason"), label("delay_reason", data["reason"])
    if entry.kind == "delay_notice" and data.get("until"):
        yield _("New time"), _when(datetime.fromisoformat(data["until"]), zone)
    if entry.kind == "closed" and data.get("outcome"):
        yield _("Outcome"), label("outcome", data["outcome"])
    if data.get("moved_to"):
        yield _("Went on in"), f"#{data['moved_to']}"
    if of := origin(data):
        at = f", {_when(datetime.fromisoformat(of['at']), zone)}" if "at" in of else ""
        yield _("From"), f"#{of['request']}{at}"
    if entry.kind == "rated" and data.get("score"):
        yield _("Score"), f"{data['score']}/5"
    for name in _files(entry):
        yield _("File"), name


def _files(entry: EntryOut) -> list[str]:
    files: Sequence[Mapping[str, str]] = entry.data.get("files") or []
    return [one_line(file.get("name", "")) for file in files]


def _kind(entry: EntryOut) -> str:
    names = {
        "said": _("still working on it") if entry.data.get("turn") == "us" else "",
        "opened": _("opened"),
        "note": _("note for staff"),
        "taken": _("took the request"),
        "skipped": _("skipped it"),
        "given_back": _("returned it to the queue"),
        "transferred": _("passed it to a colleague"),
        "taken_over": _("took it over from a colleague"),
        "handed_over": _("handed it over to the next line"),
        "sent_back": _("sent it back to the line before"),
        "delay_notice": _("delay notice"),
        "promise_missed": _("the promised time has passed"),
        "closed": _("closed"),
        "reopened": _("reopened"),
        "rated": _("rated"),
        "edited": _("edited"),
        "redacted": _("erased a message"),
        "linked": _("linked another request"),
        "split": _("split it into two requests"),
        "conduct": _("by the rules of conduct"),
    }
    return names.get(entry.kind, entry.kind)


def _when(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S %z")
