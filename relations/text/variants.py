"""Words that are one word in several languages: given names, and what companies and offices are called after."""

from __future__ import annotations

_GROUPS = """
muhammad mohammad mohammed mohamed mohamad muhammed mohamud mukhammad magomed mahomed mohd mouhamed mehmet muhamad
ahmad ahmed akhmad akhmed achmad achmed ahmet
mahmud mahmoud makhmud mahmood
hussein husayn hussain hossein husain hosein huseyn khusein gusein hussien
hassan hasan khasan
yusuf youssef yousef yousuf yusef yussef joseph iosif iossif josef yosef
ibrahim ebrahim abraham avraham
ismail esmail ismael ismaeel
omar umar
uthman osman usman othman
osama usama oussama
khalid khaled chalid
sulayman suleiman sulaiman soleiman solomon suleyman
yahya yahia iahia
aleksandr alexander alexandr aliaksandr oleksandr alyaksandr aleksander alexandre aleksandar sander
aleksei alexei aleksey alexey oleksiy aliaksei oleksii alexej aleksej
andrei andrey andriy andrii andrej andrzej andre
dmitri dmitry dmitriy dmitrij dzmitry dmytro dimitri dmitrii
yevgeny evgeny yevgeniy evgeniy evgenii yevhen yauhen eugene jevgenij jewgeni evgeni yevgeni evgueni
igor ihar ihor
mikhail mykhailo mikhailo michael mikhai mihail mikail michail mychailo
nikolai nikolay nikolaj mykola mikalai nicholas nicolas nikola nicolai
oleg oleh aleh
pavel pavlo paul pablo
petr pyotr piotr petro peter piatro
sergei sergey sergej serhiy siarhei serhii serge sergiy sergueï serguei
vladimir volodymyr uladzimir wladimir wolodymyr
viktor victor viktar wiktor
vasily vasiliy vasyl vasil vassily wassili
grigory grigoriy hryhoriy ryhor hryhorii grigori
yuri yury yuriy yurii iouri juri jurij iurii
ivan iwan ioan
yelena elena alena olena helena
natalia natalya natallia nataliya natalja
anna hanna
tatiana tatyana tatsiana tetiana tatjana
olga volha olha
georgy georgiy heorhiy georgi george jorge heorhii
ri lee yi rhee
pak park bak
kim gim
choe choi choy
jong jung chong jeong chung
chang jang
un eun
plant zavod factory fabrika fabrica fabrique usine werk works fabryka
bank banka banque banco banca
center centre tsentr centro zentrum tsentar
institute institut instituto instytut institutul
university universitet universite universidad universitat
group gruppa groupe grupo gruppe grupul skupina
ministry ministerstvo ministere ministerio ministerium ministerul
national natsionalnyy natsionalnyi nacional nazionale natsionalny
scientific nauchno nauchnyy naukovo research issledovatelskiy
production proizvodstvennoe proizvodstvennoye produktion
design konstruktorskoe konstruktorskoye
bureau byuro buro biuro office
trade trading torgovyy torgovaya torgoviy commerce commercial
house dom
fund foundation fond fonds fondation fundacion fundatia yayasan
organization organisation organizatsiya organizacion organizace organizacija
association assotsiatsiya asociacion asociatia
industry industries industrial industria industrie promyshlennost
technology technologies tekhnologii tekhnologiya tecnologia technologie
system systems sistemy sistema sisteme
service services servis servisnaya
shipping sudokhodnaya navigation
state gosudarstvennyy gosudarstvennoe gosudarstvennoye government
international mezhdunarodnyy mezhdunarodnaya internacional internationale internazionale intl
committee komitet comite comitetul
army armiya armee armata ejercito
republic respublika republique republica
federal federalnoe federalnaya federalnyy federale
military voennyy voennaya militaire militar
brigade brigada
regiment polk
revolution revolutionary
development razvitiya desarrollo
engineering inzhiniring ingenieria
"""
_CANONICAL = {word: group.split()[0] for group in _GROUPS.strip().splitlines() for word in group.split()}


def canonical(word: str) -> str:
    """The first word of its group, or the word itself."""
    return _CANONICAL.get(word, word)
