// Words such as "I am looking" are no answer: the other button is proposed, the default stays.
import { composers } from "../composer.js";

const PHRASES = [
  "(?:i['’]?m|i am|we['’]?re|we are) (?:still |just |already |now )?(?:looking|checking|investigating|working|on it|digging)",
  "let me (?:have a look|take a look|look|check|see|find out)", "looking into", "checking (?:it|this|that|now)", "on it",
  "(?:one|just a|give (?:me|us) a) (?:moment|minute|second|sec)", "hold on", "bear with (?:me|us)",
  "(?:i|we)(?:['’]ll| will) (?:check|look|find out|get back|come back|investigate)",
  "дивл(?:юся|юсь|имося|имось)", "перевір(?:яю|яємо|ю|имо)", "з['’ʼ]?ясов(?:ую|уємо)", "уточн(?:юю|юємо|ю|имо)",
  "(?:подивлюся|подивлюсь|гляну|погляну)", "розбира(?:юся|юсь|ємося|ємось)", "займа(?:юся|юсь|ємося|ємось)", "шука(?:ю|ємо)",
  "(?:хвилин(?:к|очк)?у|секунд(?:очк)?у)", "зачекайте", "працю(?:ю|ємо) над",
  "смотр(?:ю|им)", "провер(?:яю|яем|ю|им)", "выясня(?:ю|ем)", "уточн(?:яю|яем|ю|им)", "(?:посмотрю|посмотрим|взгляну)",
  "разбира(?:юсь|емся)", "занима(?:юсь|емся)", "ищ(?:у|ем)", "(?:минут(?:к|очк)?у|секунд(?:очк)?у)", "подождите", "работа(?:ю|ем) над",
];
const LOOKING = new RegExp(`(?<![\\p{L}\\p{N}])(?:${PHRASES.join("|")})(?![\\p{L}\\p{N}])`, "iu");
const SHORT = 240;

// A question asks the client for something, and a long text says more than that one looks.
export const soundsLikeLooking = (text) => text.length <= SHORT && !/[?？]/u.test(text) && LOOKING.test(text.replace(/\s+/gu, " "));

function propose(form) {
  const wanted = !form.classList.contains("is-note") && soundsLikeLooking(composers.get(form).field.value);
  if (form.classList.contains("is-looking") === wanted) return;
  form.classList.toggle("is-looking", wanted);
  const place = form.querySelector("[data-propose]");
  place.textContent = wanted ? place.dataset.propose : "";
}
for (const happening of ["input", "change", "live:acknowledged"]) {
  document.addEventListener(happening, () => {
    const form = document.querySelector(".desk-composer");
    if (form && composers.has(form)) propose(form);
  });
}
