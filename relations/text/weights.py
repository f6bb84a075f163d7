"""How much a word of a name says about whose name it is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from relations.text.company_forms import FORMS

LIGHT, INITIAL, GENERIC, PATRONYMIC, COMMON, FULL = 0.02, 0.3, 0.35, 0.35, 0.7, 1.0

LIGHT_WORDS = frozenset(
    # Particles and connectives
    "al el ul ur il as ash ar az an at bin ben ibn bint binti bent ould uld ag abu abou oglu ogly oglu kyzy qizi van von"
    " der den ter de del della di da do dos das du la le les los las y e i und et and of for the in on to im zu fur pour"
    " para by na wa va no nr"
    # Titles
    " mr mrs ms miss dr prof professor eng hon honorable honourable sir dame lord lady sheikh shaykh sheik shaikh cheikh"
    " sheikha hajji haji hadji hajj hadj khadzhi alhaji mullah mulla molla maulavi maulawi mawlawi maulvi moulavi mufti"
    " qari hafiz ustad ustadh imam ayatollah hojjatoleslam gen general lt lieutenant maj major col colonel brig brigadier"
    " capt captain cmdr commander adm admiral rear vice marshal ret retired rev reverend archbishop bishop cardinal"
    " monsignor prince princess president minister".split()
)
_GENERIC = frozenset(
    "company group holding holdings gruppa gruppe groupe grupo firm firma house trading trade trader traders torgovyy"
    " torgovy dom commerce commercial general international intl global world national state public"
    " industries industry industrial industrie industria enterprise enterprises predpriyatie services service"
    " shipping marine maritime transport transportation logistics lines line navigation airlines air aviation avia"
    " engineering construction stroy building development investment investments invest capital finance financial fund"
    " bank banka banque banco insurance exchange import export technology technologies tekhnologii tech technical"
    " systems system electronics electronic equipment research center centre tsentr scientific nauchno institute"
    " institut university design bureau byuro konstruktorskoe manufacturing production proizvodstvennoe factory fabrika"
    " plant zavod works mining metal metals steel oil gas petroleum energy power chemical chemicals petrochemical"
    " organization organisation organizatsiya association federation foundation charity committee ministry department"
    " agency office branch establishment corps force forces army brigade battalion front movement party union council"
    " islamic republic defense defence military security special management resources products supply solutions"
    " consulting media hotel agro agricultural pharmaceutical medical security ship vessel limited unlimited"
    " russian russia rossiyskiy iran iranian syrian syria korea korean china chinese belarus ukraine arab"
    " north south east west northern southern eastern western new".split()
)
_COMMON = frozenset(
    "muhammad mohammad mohammed mohamed mohamad muhammed mohd ahmad ahmed ali hasan hassan husayn hussein hussain hossein"
    " mahmud mahmoud mustafa ibrahim yusuf youssef khalid khaled umar omar abdallah abdullah abd abdul rahman rahim aziz"
    " karim said saeed sayyid mahdi reza"
    " hamid salih saleh jamal amir abbas mehdi aleksandr alexander alexandr sergey sergei sergej vladimir andrey andrei"
    " andrej dmitry dmitriy dmitri aleksey alexey alexei aleksei mikhail nikolay nikolai igor yuri yury yuriy ivan"
    " oleg viktor victor evgeny yevgeny pavel anatoly vasily natalia natalya elena yelena olga tatiana tatyana irina"
    " anna maria svetlana ekaterina marina ludmila jose juan carlos luis jorge antonio francisco manuel miguel pedro"
    " john james robert michael william david richard thomas charles joseph george paul peter mark kim ri pak choe jong"
    " chol song hyok il un".split()
)
_PATRONYMIC = re.compile(
    r"\w{2,}(?:[oeai]v|[oea]w)[iy](?:ch|tch|tsch|tj|c|cz)|\w{2,}[oea][vw]n[ayo]|\w{3,}[iy]n?ichna|\w{3,}[iy]ich"
)


def weights(words: Sequence[str]) -> list[float]:
    """The weight of each word, in the same order; a name of light words alone has full ones."""
    found = [_weight(word) for word in words]
    fathers = [place for place, word in enumerate(words) if found[place] == FULL and is_patronymic(word)]
    if len(fathers) == 1 and sum(weight >= COMMON for weight in found) > 2:  # noqa: PLR2004 - given, father's, family
        found[fathers[0]] = PATRONYMIC
    return found if max(found, default=0) > LIGHT else [FULL] * len(found)


def is_patronymic(word: str) -> bool:
    return _PATRONYMIC.fullmatch(word) is not None


def _weight(word: str) -> float:
    if word in FORMS:
        return 0.0
    if len(word) == 1:
        return INITIAL
    if word in LIGHT_WORDS:
        return LIGHT
    if word in _GENERIC:
        return GENERIC
    return COMMON if word in _COMMON else FULL
