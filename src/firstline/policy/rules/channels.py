"""By which channel one may come at a moment, and in which languages one is answered. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from fractions import Fraction
from zoneinfo import ZoneInfo

from firstline.policy.file.channels import ChannelSpec
from firstline.policy.file.doors import takes_later, usual_priority
from firstline.policy.rules.compile import dated_hours
from firstline.policy.rules.hours import NO_HOURS, OpeningState, opening
from firstline.policy.rules.periods import in_force, is_over
from firstline.policy.rules.policy import Policy
from firstline.policy.rules.situation import Situation
from firstline.policy.rules.variants import channel_calendar, channel_status, variant
from firstline.policy.rules.verdict import Code, NotUsable
from firstline.policy.text.dates import date_words, moment_words
from firstline.policy.text.speech import current
from firstline.policy.text.speech import gettext as _
from firstline.policy.text.values import parse_money, pick
from firstline.policy.text.wording import language_words, money_words, span_words

# How a policy names a channel as the way to go.
WAY = re.compile(r"^(?:refer|use)\(([\w-]+)\)$")


@dataclass(frozen=True, slots=True)
class Languages:
    """The languages of the answers, and whether that of the situation is among them."""

    answered: list[str]
    includes: bool | None


@dataclass(frozen=True, slots=True)
class Door:
    """A channel as it stands in a situation."""

    policy: Policy
    spec: ChannelSpec
    situation: Situation

    @property
    def status(self) -> str:
        """Its status for this plan, country and site."""
        return channel_status(self.spec, self.situation, self._zone)

    @property
    def covers(self) -> list[str]:
        """What is dealt with here; empty means everything."""
        other = variant(self.spec, self.situation, "covers", self._zone)
        return other.covers if other else self.spec.covers

    @property
    def opening(self) -> OpeningState:
        """Its hours at the moment of the situation."""
        calendar, at = self.policy.table.hours(self.spec, self.situation), self.situation.received
        if calendar is None or at is None or self.calendar is None:
            return NO_HOURS
        return opening(calendar, at)

    @property
    def is_there(self) -> bool:
        """Whether the moment lies in the time for which it is there at all."""
        return in_force(self.spec, self.situation.received, self._zone)

    @property
    def calendar(self) -> str | None:
        """The calendar of its hours at the moment; None where no hours are promised."""
        return channel_calendar(self.spec, self.situation, self._zone)

    @property
    def best_effort(self) -> bool:
        """Whether an answer may come outside its hours at the moment, without being owed."""
        name, at = self.spec.best_effort, self.situation.received
        return name is not None and at is not None and self.policy.calendars[name].is_open(at)

    @property
    def outside(self) -> str:
        """The file's words for who comes outside the hours."""
        return pick(self.spec.outside, self._language, self.policy.languages)

    @property
    def notice(self) -> str:
        """The words of a dated exception that holds now."""
        name, at = self.calendar, self.situation.received
        zone = self.policy.calendars[name].zone if name else self.policy.zone
        for item in self.policy.source.exceptions:
            if name in item.calendar and item.tell and at:
                made = dated_hours(item, zone)
                if made.start <= at.astimezone(UTC) < made.end:
                    return pick(item.tell, self._language, self.policy.languages)
        return ""

    def refusals(self) -> Iterator[NotUsable]:
        """All that speaks against it, what is said first to whoever comes first."""
        yield from self._not_for_them()
        yield from self._not_now()
        yield from self._not_about_that()
        yield from self._not_through()

    def _not_for_them(self) -> Iterator[NotUsable]:
        spec, asked = self.spec, self.situation
        if not asked.down.isdisjoint({spec.id, asked.channel}):
            yield self._refuse(_("It is down: %(channel)s."), spec.fallback, "channel-down")
        if self.status == "refused":
            text = _("No requests are taken here: %(channel)s.")
            yield self._refuse(text, spec.reply, "channel-refused")
        if spec.plans and asked.plan is not None and asked.plan not in spec.plans:
            text = _("It is not part of your plan: %(channel)s.")
            yield self._refuse(text, spec.fallback, "other-plan")
        if spec.who and asked.contact is not None and asked.contact not in spec.who:
            text = _("It is not for your kind of contact: %(channel)s.")
            yield self._refuse(text, spec.fallback, "other-contact")
        if spec.countries and asked.country and asked.country not in spec.countries:
            text = _("It is for other countries: %(channel)s.")
            yield self._refuse(text, spec.fallback, "other-country")
        if spec.sites and asked.site and asked.site not in spec.sites:
            text = _("It is for other sites: %(channel)s.")
            yield self._refuse(text, spec.fallback, "other-site")
        least = spec.opens_from and Fraction(parse_money(spec.opens_from)[0])
        if least and asked.spend is not None and asked.spend < least:
            text = _("It is for clients who spend %(amount)s or more a month: %(channel)s.")
            amount = money_words(spec.opens_from or "", current())
            yield self._refuse(text, spec.fallback, "spend-too-low", amount=amount)
        if spec.opened_by == "staff":
            text = _("Requests are opened by staff here: %(channel)s.")
            yield self._refuse(text, spec.reached_through, "opened-by-staff")
        old = spec.opens_after and asked.age
        if spec.opens_after and old and old.rough_seconds < spec.opens_after.rough_seconds:
            text = _("It may be used once a request is %(age)s old: %(channel)s.")
            age = span_words(spec.opens_after, current())
            yield self._refuse(text, spec.reached_through, "old-requests-only", age=age)

    def _not_now(self) -> Iterator[NotUsable]:
        yield from self._not_in_its_time()
        if self.status == "emergency_only" and not self._is_emergency():
            text = _("It is for emergencies only: %(channel)s.")
            yield self._refuse(text, self.spec.fallback, "emergencies-only")
        tried = self.best_effort and self.spec.outside_hours != "refuse"
        if not takes_later(self.spec) and self.opening.open is False and not tried:
            yield self._refuse_closed()

    def _refuse_closed(self) -> NotUsable:
        """By the file's words, else until when, and about what where its hours are for that."""
        other, topic = variant(self.spec, self.situation, "calendar", self._zone), ""
        text, opens = _("It is closed now: %(channel)s."), self.opening.opens_at
        if other and other.topic:
            text = _("%(topic)s is not dealt with here at this hour: %(channel)s.")
            topic = self.policy.label("topic", self.situation.matter or "", self._language)
        if opens:
            text += " " + _("It opens: %(time)s.")
        text = self.outside.replace("%", "%%") or text
        time = opens and moment_words(opens, self.policy.zone, current())
        return self._refuse(text, self.spec.fallback, "channel-closed", topic=topic, time=time)

    def _not_in_its_time(self) -> Iterator[NotUsable]:
        spec, at = self.spec, self.situation.received
        if at is None or self.is_there:
            return
        over = is_over(spec, at, self._zone)
        text = (
            _("It may be used until %(date)s: %(channel)s.")
            if over
            else _("It may be used from %(date)s on: %(channel)s.")
        )
        date = date_words((spec.until if over else spec.since) or "", current())
        yield self._refuse(text, spec.fallback, "other-time", date=date)

    def _not_through(self) -> Iterator[NotUsable]:
        """What shuts the channels through which one gets here; the staff has its own way."""
        seen, spec = {self.spec.id}, self.spec
        while spec.opened_by != "staff" and (name := spec.reached_through) not in (None, *seen):
            if (other := self.policy.doors.get(name)) is None:
                return
            door = Door(self.policy, other, self.situation._replace(channel=name))
            yield from (*door._not_for_them(), *door._not_now())
            seen.add(name)
            spec = other

    def _is_emergency(self) -> bool:
        """The most urgent priority, or a topic that the channel covers; any matter may be one while
        neither is said.
        """
        asked, levels = self.situation, list(self.policy.source.priorities.levels)
        if asked.matter is None and asked.priority is None:
            return True
        usual = usual_priority(self.policy.source, self.spec, asked.matter, asked.plan)
        return asked.matter in self.covers or (asked.priority or usual) in levels[:1]

    def _not_about_that(self) -> Iterator[NotUsable]:
        spec, topic, covers = self.spec, self.situation.matter, self.covers
        if topic and ((covers and topic not in covers) or topic in spec.never):
            text = _("%(topic)s is not dealt with here: %(channel)s.")
            name = self.policy.label("topic", topic, self._language)
            yield self._refuse(text, spec.beyond, "beyond-channel", topic=name)
        languages = (variant(spec, self.situation, "languages", self._zone) or spec).languages
        if languages and (self.situation.language or languages[0]) not in languages:
            text = _("It is answered in %(languages)s only: %(channel)s.")
            names = ", ".join(language_words(lang, current()) for lang in languages)
            yield self._refuse(text, spec.fallback, "other-language", languages=names)

    def _refuse(self, text: str, way: str | None, code: Code, **values: str | None) -> NotUsable:
        name = self.policy.label("channel", self.spec.id, self._language)
        found = WAY.match(way or "")
        refer_to = found[1] if found else way or None
        way_out = way or ""
        if refer_to in {spec.id for spec in self.policy.source.channels}:
            other = self.policy.label("channel", refer_to, self._language)
            way_out = _("Use this instead: %(channel)s.") % {"channel": other}
        return NotUsable(code, text % {"channel": name, **values}, way_out, refer_to)

    @property
    def _zone(self) -> ZoneInfo:
        return self.policy.table.zone_of(self.situation)

    @property
    def _language(self) -> str:
        return self.situation.reader or current()


def door(policy: Policy, situation: Situation) -> Door | None:
    """The channel of a situation; None where the policy does not speak of it."""
    spec = policy.doors.get(situation.channel or "")
    return spec and Door(policy, spec, situation)


def language(policy: Policy, situation: Situation) -> Languages:
    """Languages answered in this channel, plan and site."""
    file, spec = policy.source, policy.doors.get(situation.channel or "")
    zone = policy.table.zone_of(situation)
    spec = (spec and variant(spec, situation, "languages", zone)) or spec
    plan, site = file.plans.get(situation.plan or ""), file.sites.get(situation.site or "")
    lists = [part.languages for part in (spec, plan, site) if part and part.languages] or [
        file.request.languages or list(policy.languages)
    ]
    answered = [lang for lang in lists[0] if all(lang in other for other in lists[1:])]
    wanted = situation.language
    return Languages(answered, None if wanted is None else wanted in answered)
