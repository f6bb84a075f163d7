"""Wordings of the World Factbook for who leads a mission, of invented persons, and the meaning of each.

A wording, then for each statement: status, EDTF date, holder.
"""

EDITION = "2025-12-31"
UNDATED = f"[..{EDITION}]"

_BY_TITLE = {
    "Ambassador Jane DOE (since 14 February 2018)": ("ambassador", "2018-02-14", "Jane Doe"),
    "Ambassador Jane DOE-ADAMO (since September 9, 2011)": ("ambassador", "2011-09-09", "Jane Doe-Adamo"),
    "Ambassador Jane DOE (since 28 March 2018) (2018)": ("ambassador", "2018-03-28", "Jane Doe"),
    "Ambassador Ambassador Jane DOE (since late January 2018)": ("ambassador", "2018-01", "Jane Doe"),
    "Ambassador Jane DOE Robson, since March 2018": ("ambassador", "2018-03", "Jane Doe Robson"),
    "Ambassador Jane DOE": ("ambassador", UNDATED, "Jane Doe"),
    "Ambassador Jane DOE (since 7 July 2021);": ("ambassador", "2021-07-07", "Jane Doe"),
    "Ambassador-designate Jane A. DOE (since 11 January 2024)": ("appointed", "2024-01-11", "Jane A. Doe"),
    "Appointed Ambassador Juan DOE PEÑA (since 21 May 2024)": ("appointed", "2024-05-21", "Juan Doe Peña"),
    "Apostolic Nuncio Cardinal John ROE (since 27 June 2016)": ("ambassador", "2016-06-27", "John Roe"),
    "James “Jimmy” DOE, Ambassador for the Venezuela Affairs Unit (since November 2020); note - elsewhere":
        ("ambassador", "2020-11", "James “Jimmy” Doe"),
    "Ambassador John ROE (since 1 June 2022); note - the embassy closed in March 2015; operates out of another":
        ("ambassador", "2022-06-01", "John Roe"),
    "Ambassador Extraordinary and Plenipotentiary H.E. John ROE, III (since 1 March 2018 - present)":
        ("ambassador", "2018-03-01", "John Roe, III"),
    "Ambassador (nominee) John ROE": ("appointed", UNDATED, "John Roe"),
    "Ambassador John ROE (resident in Canberra) (since 1 January 2017)": ("ambassador", "2017-01-01", "John Roe"),
    "Chargé d’Affaires a.i. John F. ROE (since July 2020)": ("charge", "2020-07", "John F. Roe"),
    "Charge d'Affaires John ROE (since 21 March2020)": ("charge", "2020-03-21", "John Roe"),
    "Charge d' Affaires John ROE (26 October 2021": ("charge", "2021-10-26", "John Roe"),
    "Charge D'Affaires AD Interim- Rod Jan ROE, Counselor (3 March 2021)": ("charge", "2021-03-03", "Rod Jan Roe"),
    "Minister-Counselor John ROE, Charge d'Affaires a.i. (since 1 Sept. 2017)": ("charge", "2017-09-01", "John Roe"),
    "Deputy Chief of Mission and Charge d'Affaires John ROE (since 1 January 2017)":
        ("charge", "2017-01-01", "John Roe"),
    "Chargé d'affaires, e.p. John ROE (since NA January 2017)": ("charge", "2017-01", "John Roe"),
    "Acting Ambassador John ROE (since NA)": ("charge", UNDATED, "John Roe"),
    "Jane DOE, Ambassador (since 7 July 2021)": ("ambassador", "2021-07-07", "Jane Doe"),
    "Jane DOE (since 7 July 2021), Ambassador": ("ambassador", "2021-07-07", "Jane Doe"),
    "Jane DOE (Chargé d’Affaires) (since 7 July 2021)": ("charge", "2021-07-07", "Jane Doe"),
    "Jane DOE – Chargé d’Affaires a.i.": ("charge", UNDATED, "Jane Doe"),
    "Jane DOE Chargé d'Affaires (since June 2025)": ("charge", "2025-06", "Jane Doe"),
    "Acting High Commissioner John ROE (since 2 May 2023)": ("charge", "2023-05-02", "John Roe"),
    "Acting Chargé d'Affaires John ROE (since 2 May 2023)": ("charge", "2023-05-02", "John Roe"),
    "Acting Deputy Chief of Mission John ROE (since 2 May 2023)": ("charge", "2023-05-02", "John Roe"),
    "Chief of Mission (acting) John ROE (since 2 May 2023)": ("charge", "2023-05-02", "John Roe"),
    "Ambassador Jane DOE (since 7 July 2021; also accredited to Utopia)": ("ambassador", "2021-07-07", "Jane Doe"),
    "Ambassador Jane DOE (since 7\u00a0July 2021);note: also accredited to Utopia":
        ("ambassador", "2021-07-07", "Jane Doe"),
}  # fmt: skip

_AFTER_VACANT = {
    "Ambassador (vacant); Charge d'Affaires Jane DOE (since June 2025)": ("charge", "2025-06", "Jane Doe"),
    "Ambassador (vacant); Chargé d’Affaires Jane DOE (since June 2022)": ("charge", "2022-06", "Jane Doe"),
    "ambassador (Vacant); Charge D' Affaires Jane Doe-Smith (since 1 July 2021)":
        ("charge", "2021-07-01", "Jane Doe-Smith"),
    "Ambassador (vacant) Charges d'Affairs Jane DOE (since 11 August 2023)": ("charge", "2023-08-11", "Jane Doe"),
    "Ambassador (vacant), Chargé d’Affaires, Jane N’DOE (since 23 August 2021)":
        ("charge", "2021-08-23", "Jane N’Doe"),
    "Ambassador (vacant); Charge d'Affaires Jane DOE": ("charge", UNDATED, "Jane Doe"),
    "Ambassador (vacant); Jane DOE (since 12 July 2021)": ("charge", "2021-07-12", "Jane Doe"),
    "Ambassador (vacant); Deputy Chief of Mission (currently serving as Charge d'Affaires) Jane E. DOE":
        ("charge", UNDATED, "Jane E. Doe"),
    "Ambassador (vacant); as of 19 May 2023, Jane L. DOE serves as the chief of mission of the Unit, elsewhere":
        ("charge", "[..2023-05-19]", "Jane L. Doe"),
    "Ambassador vacant; Charge d'Affaires John ROE (since 20 January 2017)": ("charge", "2017-01-20", "John Roe"),
    "Ambassador (currently vacant); Interim Charge d'Affaires John ROE (since early 2017)":
        ("charge", "2017", "John Roe"),
    "Ambassador (vacant); Counselor, Charge d'Affaires John ROE (since spring 2018)": ("charge", "2018", "John Roe"),
    "Ambassador (vacant)": ("vacant", UNDATED, ""),
    "(vacant)": ("vacant", UNDATED, ""),
    "Ambassador (vacant; embassy closed)": ("vacant", UNDATED, ""),
    "Chargé d'Affaires (vacant)": ("vacant", UNDATED, ""),
    "Ambassador (vacant); Chargé d'Affaires (vacant)": ("vacant", UNDATED, ""),
    "Chargé d’Affaires (vacant); Ambassador Jane DOE (since June 2022)": ("ambassador", "2022-06", "Jane Doe"),
    "Ambassador vacant": ("vacant", UNDATED, ""),
    "Ambassador (vacant); Acting Chief of Mission Jane DOE (since June 2025)": ("charge", "2025-06", "Jane Doe"),
}  # fmt: skip

_WITHOUT_MISSION = {
    "none Note : the US has no embassy in Utopia": ("closed", UNDATED, ""),
    "note: the US does not have an embassy in Utopia": ("closed", UNDATED, ""),
    "none note: the US Embassy in Utopia closed in March 2022": ("closed", "2022-03", ""),
    "Note : the US Ambassador to Barbados is accredited to Utopia": ("non_resident", UNDATED, ""),
    "none; note - the Afghan Embassy closed in March 2022": ("closed", "2022-03", ""),
    "none; Iran has an Interests Section in the Pakistani Embassy; address: 1 Some Avenue NW":
        ("interests_section", UNDATED, ""),
    "none; note - Guinea-Bissau does not have official representation in Washington, DC": ("closed", UNDATED, ""),
    "Maldives has no embassy in the US, but its Permanent Representative to the UN in New York, DOE Hussain "
    "(since 8 July 2019), is accredited to the US (2020)": ("non_resident", "2019-07-08", "Doe Hussain"),
    "none; the Vanuatu Permanent Mission to the UN serves as the embassy; it is headed by Odo DOE "
    "(since 8 September 2017); address: 800 Second Avenue": ("non_resident", "2017-09-08", "Odo Doe"),
}  # fmt: skip

_TWICE = {
    "Ambassador Jane Doe (since 23 December 2020); Charge d'Affaires John ROE (since May 2021)": [
        ("ambassador", "2020-12-23", "Jane Doe"), ("charge", "2021-05", "John Roe"),
    ],
    "Ambassador (vacant); note - on 6 February 2012, the US closed its embassy in Damascus; Czechia serves as a "
    "protecting power for US interests in Syria": [("closed", "2012-02-06", ""), ("protecting_power", UNDATED, "")],
    "Ambassador (vacant; recalled in March 2012)": [("recalled", "2012-03", ""), ("vacant", UNDATED, "")],
}  # fmt: skip

_QUALIFIED = {
    "Ambassador Jane DOE (Acting) (since 20 January 2025)": ("charge", "2025-01-20", "Jane Doe"),
    "Ambassador Jane DOE (since 20 January 2025) (Acting)": ("charge", "2025-01-20", "Jane Doe"),
    "Ambassador Jane DOE (since 20 January 2025; acting)": ("charge", "2025-01-20", "Jane Doe"),
    "Ambassador Jane DOE (acting since 20 January 2025)": ("charge", "2025-01-20", "Jane Doe"),
    "Ambassador Jane DOE (designate)": ("appointed", UNDATED, "Jane Doe"),
    "Ambassador Jane DOE (recalled to Utopia on 21 March 2025)": ("recalled", "2025-03-21", "Jane Doe"),
    "Ambassador Jane DOE (declared persona non grata in March 2025)": ("expelled", "2025-03", "Jane Doe"),
    "Ambassador Jane DOE (until 3 March 2025); Chargé d'Affaires John ROE (since 4 March 2025)":
        ("charge", "2025-03-04", "John Roe"),
    "Ambassador Jane DOE (2019 to 2021); Ambassador John ROE (since 2021)": ("ambassador", "2021", "John Roe"),
    "Ambassador Jane DOE (since 2025-01-20)": ("ambassador", "2025-01-20", "Jane Doe"),
    "Ambassador Jane DOE (from 2nd March 2025)": ("ambassador", "2025-03-02", "Jane Doe"),
    "Her Excellency Ambassador Jane DOE, PhD (since March 2025)": ("ambassador", "2025-03", "Jane Doe, PhD"),
    "Ambassador the Right Honourable Jane DOE (since May 5 2025)": ("ambassador", "2025-05-05", "Jane Doe"),
    "CDA a.i. Jane DOE (since March 2025)": ("charge", "2025-03", "Jane Doe"),
    "Chargé d’Affaires en pied Jane DOE (since March 2025)": ("charge", "2025-03", "Jane Doe"),
    "Ambassador (vacant since 20 January 2025)": ("vacant", "2025-01-20", ""),
    "Ambassador vacant since January 2025; Chargé d’Affaires Jane DOE": ("charge", UNDATED, "Jane Doe"),
    "Ambassador (vacant): Chargé d’Affaires Jane DOE (since 1 April 2025)": ("charge", "2025-04-01", "Jane Doe"),
    "<strong>Ambassador</strong> (vacant)<br>Chargé d&rsquo;Affaires Jane&nbsp;DOE (since 1 April 2025)":
        ("charge", "2025-04-01", "Jane Doe"),
    "none (embassy closed 5 May 2025)": ("closed", "2025-05-05", ""),
    "none - the embassy suspended operations on 5 May 2025": ("closed", "2025-05-05", ""),
    "the US suspended operations at its embassy in Utopia on 7 March 2025": ("closed", "2025-03-07", ""),
}  # fmt: skip

WORDINGS = [
    *((wording, [one]) for wording, one in {**_BY_TITLE, **_AFTER_VACANT, **_WITHOUT_MISSION, **_QUALIFIED}.items()),
    *_TWICE.items(),
]
