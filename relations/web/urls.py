"""Every URL of a page for people, and what crawlers ask for."""

from __future__ import annotations

from django.urls import path, re_path

from relations.web import about, crawlers, data, embed, language, packages, sources
from relations.web.docs import views as docs
from relations.web.overview import changes, country
from relations.web.overview import map as world
from relations.web.overview import relations as overview
from relations.web.pairs import forms
from relations.web.pairs import views as pairs
from relations.web.pictures import views as pictures
from relations.web.reference import document as reference
from relations.web.sanctions import lists, parties, party, programme, programmes, publication
from relations.web.search import groups as search
from relations.web.start import start

urlpatterns = [
    path("", start, name="start"),
    path("search/", search.search, name="search"),
    path("relations/", overview.relations, name="pairs"),
    re_path(r"^relations\.(?P<form>svg|png)$", pictures.of_relations),
    re_path(rf"^relations/(?P<code>[^/]+)\.(?P<form>{'|'.join(forms.FORMS)})$", forms.form),
    re_path(rf"^relations/(?P<code>[^/]+)/@(?P<at>[^/]+)\.(?P<form>{'|'.join(forms.FORMS)})$", forms.form),
    re_path(
        rf"^relations/(?P<code>[^/]+)/(?:@(?P<at>[^/]+)/)?timeline\.(?P<form>{'|'.join(forms.OF_TIMELINE)})$",
        forms.timeline,
    ),
    path("relations/<str:code>/", pairs.pair, name="pair"),
    path("relations/<str:code>/@<str:at>", pairs.pair, name="pair-at"),
    path("embed/relations/<str:code>/", embed.embed, name="embed"),
    path("embed/relations/<str:code>/@<str:at>", embed.embed, name="embed-at"),
    path("oembed", embed.oembed, name="oembed"),
    re_path(r"^countries/(?P<text>[^/]+)\.(?P<form>json|csv|svg|png)$", country.form),
    path("countries/<str:text>/", country.country, name="country-page"),
    path("data/", data.data, name="data"),
    re_path(r"^data\.(?P<form>svg|png)$", pictures.of_data),
    path("data/packages.json", packages.packages, name="packages"),
    path("data/<str:day>/<str:name>", packages.package_file, name="package-file"),
    path("changes/", changes.changes, name="changes-page"),
    path("map/", world.world_map, name="map"),
    re_path(r"^map\.(?P<form>json|csv|svg|png)$", pictures.of_the_world),
    path("about/<slug:name>/", about.about, name="about"),
    path("programmes/", programmes.programmes, name="programmes-page"),
    path("programmes/<int:number>/", programme.programme, name="programme-page"),
    path("programmes/<int:number>/@<str:at>", programme.programme, name="programme-at"),
    path("lists/", lists.lists, name="lists-page"),
    path("lists/<int:number>/", lists.ban_list, name="travel-ban-list-page"),
    path("lists/<slug:code>/", lists.sanctions_list, name="sanctions-list-page"),
    path("imports/<int:number>/", publication.publication, name="publication"),
    path("designations/", parties.designations, name="parties-page"),
    path("designations/<uuid:key>/", party.party, name="party-page"),
    path("designations/<uuid:key>/@<str:at>", party.party, name="party-at"),
    path("sources/<int:key>/", sources.source, name="source"),
    path("language/", language.choose, name="language"),
    path("docs/", docs.document, name="documentation"),
    path("docs/search/", docs.search, name="documentation-search"),
    path("docs/design-parts/", docs.parts, name="design-parts"),
    path("docs/api/", reference.overview, name="api-reference"),
    path("docs/api/<slug:tag>/", reference.resource, name="api-reference-resource"),
    path("docs/images/<str:name>", docs.image, name="documentation-image"),
    path("docs/<path:name>.md", docs.markdown, name="documentation-markdown"),
    path("docs/<path:name>/", docs.document, name="documentation-page"),
    path("robots.txt", crawlers.robots),
    path("sitemap.xml", crawlers.sitemap_index, name="sitemap-index"),
    path("sitemap-<slug:section>.xml", crawlers.sitemap, name="sitemap"),
    path("favicon.ico", crawlers.favicon),
    path("llms.txt", crawlers.llms),
]
