"""Wordings of the World Factbook for who leads a mission, and what each says: (status, EDTF, holder)."""

WORDINGS = [
    (
        "Ambassador Nina Maria FITE (since 14 February 2018)",
        [("ambassador", "2018-02-14", "Nina Maria Fite")],
    ),
    (
        "Ambassador (vacant); Charge d'Affaires NAME SURNAME (since June 2025)",
        [("charge", "2025-06", "Name Surname")],
    ),
    (
        "Ambassador (vacant); Chargé d’Affaires Keith GILGES (since June 2022)",
        [("charge", "2022-06", "Keith Gilges")],
    ),
    (
        "ambassador (Vacant); Charge D' Affaires Kelly Adams-Smith (since 1 July 2021)",
        [("charge", "2021-07-01", "Kelly Adams-Smith")],
    ),
    (
        "Ambassador (vacant) Charges d'Affairs Catherine RODRIGUEZ (since 11 August 2023)",
        [("charge", "2023-08-11", "Catherine Rodriguez")],
    ),
    (
        "Ambassador (vacant), Chargé d’Affaires, Susan N’GARNIM (since 23 August 2021)",
        [("charge", "2021-08-23", "Susan N’Garnim")],
    ),
    (
        "Charge D'Affaires AD Interim- Rod Ciangillan REMBENDAMBYA, Counselor (3 March 2021)",
        [("charge", "2021-03-03", "Rod Ciangillan Rembendambya")],
    ),
    (
        "Chargé d’Affaires a.i. Jon F. DANILOWICZ (since July 2020)",
        [("charge", "2020-07", "Jon F. Danilowicz")],
    ),
    (
        "Charge d'Affaires Alyson GRUNDER (since 21 March2020)",
        [("charge", "2020-03-21", "Alyson Grunder")],
    ),
    (
        "Charge d' Affaires Jeremy NEITZKE (26 October 2021",
        [("charge", "2021-10-26", "Jeremy Neitzke")],
    ),
    (
        "Ambassador (vacant); Charge d'Affaires Janice MOSE",
        [("charge", "[..2021-02-15]", "Janice Mose")],
    ),
    (
        "Ambassador (vacant); Mario MESQUITA (since 12 July 2021)",
        [("charge", "2021-07-12", "Mario Mesquita")],
    ),
    (
        ("Ambassador (vacant); Deputy Chief of Mission (currently serving as Charge d'Affaires) Mary E. DASCHBACH"),
        [("charge", "[..2021-02-15]", "Mary E. Daschbach")],
    ),
    (
        (
            "Ambassador (vacant); as of 19 May 2023, Francisco L. PALMIERI serves as the chief of mission of"
            " the Venezuela Affairs Unit, located in the US Embassy, Bogota"
        ),
        [("charge", "[..2023-05-19]", "Francisco L. Palmieri")],
    ),
    (
        "Ambassador (vacant)",
        [("vacant", "[..2021-02-15]", "")],
    ),
    (
        "(vacant)",
        [("vacant", "[..2021-02-15]", "")],
    ),
    (
        "Ambassador Michael MOUSSA-ADAMO (since September 9, 2011)",
        [("ambassador", "2011-09-09", "Michael Moussa-Adamo")],
    ),
    (
        "Ambassador Shinsuke SUGIYAMA (since 28 March 2018) (2018)",
        [("ambassador", "2018-03-28", "Shinsuke Sugiyama")],
    ),
    (
        "Ambassador Ambassador Gabriel ISSA (since late January 2018)",
        [("ambassador", "2018-01", "Gabriel Issa")],
    ),
    (
        "Ambassador Eric ANDRIAMIHAJA Robson, since March 2018",
        [("ambassador", "2018-03", "Eric Andriamihaja Robson")],
    ),
    (
        "Ambassador Bijan SABET",
        [("ambassador", "[..2021-02-15]", "Bijan Sabet")],
    ),
    (
        "Ambassador Tadeous Tafirenyika CHIFAMBA (since 7 July 2021);",
        [("ambassador", "2021-07-07", "Tadeous Tafirenyika Chifamba")],
    ),
    (
        ("Ambassador Julie Fisher (since 23 December 2020); Charge d'Affaires Ruben HARUTUNIAN (since May 2021)"),
        [("ambassador", "2020-12-23", "Julie Fisher"), ("charge", "2021-05", "Ruben Harutunian")],
    ),
    (
        "Ambassador-designate Lisa A. JOHNSON (since 11 January 2024)",
        [("appointed", "2024-01-11", "Lisa A. Johnson")],
    ),
    (
        "Appointed Ambassador Daniel GARCIA PEÑA (since 21 May 2024)",
        [("appointed", "2024-05-21", "Daniel Garcia Peña")],
    ),
    (
        "Apostolic Nuncio Cardinal Christophe PIERRE (since 27 June 2016)",
        [("ambassador", "2016-06-27", "Christophe Pierre")],
    ),
    (
        ("James “Jimmy” STORY, Ambassador for the Venezuela Affairs Unit (since November 2020); note - elsewhere"),
        [("ambassador", "2020-11", "James “Jimmy” Story")],
    ),
    (
        (
            "Ambassador Steven H. FAGIN (since 1 June 2022); note - the embassy closed in March 2015; Yemen "
            "Affairs Unit currently operates out of US Embassy Riyadh"
        ),
        [("ambassador", "2022-06-01", "Steven H. Fagin")],
    ),
    (
        (
            "Ambassador (vacant); note - on 6 February 2012, the US closed its embassy in Damascus; Czechia "
            "serves as a protecting power for US interests in Syria"
        ),
        [("closed", "2012-02-06", ""), ("protecting_power", "[..2021-02-15]", "")],
    ),
    (
        "none; note - the Afghan Embassy closed in March 2022",
        [("closed", "2022-03", "")],
    ),
    (
        "none; Iran has an Interests Section in the Pakistani Embassy; address: 2209 Wisconsin Avenue NW",
        [("interests_section", "[..2021-02-15]", "")],
    ),
    (
        "none; note - Guinea-Bissau does not have official representation in Washington, DC",
        [("closed", "[..2021-02-15]", "")],
    ),
    (
        (
            "Maldives has no embassy in the US, but its Permanent Representative to the UN in New York, "
            "THILMEEZA Hussain (since 8 July 2019), is accredited to the US (2020)"
        ),
        [("non_resident", "2019-07-08", "Thilmeeza Hussain")],
    ),
    (
        (
            "none; the Vanuatu Permanent Mission to the UN serves as the embassy; it is headed by Odo TEVI "
            "(since 8 September 2017); address: 800 Second Avenue"
        ),
        [("non_resident", "2017-09-08", "Odo Tevi")],
    ),
    (
        "Ambassador vacant; Charge d'Affaires John SMITH (since 20 January 2017)",
        [("charge", "2017-01-20", "John Smith")],
    ),
    (
        "Ambassador (currently vacant); Interim Charge d'Affaires John SMITH (since early 2017)",
        [("charge", "2017", "John Smith")],
    ),
    (
        "Ambassador (vacant); Counselor, Charge d'Affaires John SMITH (since spring 2018)",
        [("charge", "2018", "John Smith")],
    ),
    (
        "Minister-Counselor John SMITH, Charge d'Affaires a.i. (since 1 Sept. 2017)",
        [("charge", "2017-09-01", "John Smith")],
    ),
    (
        "Deputy Chief of Mission and Charge d'Affaires John SMITH (since 1 January 2017)",
        [("charge", "2017-01-01", "John Smith")],
    ),
    (
        "Chargé d'affaires, e.p. John SMITH (since NA January 2017)",
        [("charge", "2017-01", "John Smith")],
    ),
    (
        "Acting Ambassador John SMITH (since NA)",
        [("charge", "[..2021-02-15]", "John Smith")],
    ),
    (
        "Ambassador Extraordinary and Plenipotentiary H.E. John SMITH, III (since 1 March 2018 - present)",
        [("ambassador", "2018-03-01", "John Smith, III")],
    ),
    (
        "Ambassador (nominee) John SMITH",
        [("appointed", "[..2021-02-15]", "John Smith")],
    ),
    (
        "Ambassador (vacant; embassy closed)",
        [("vacant", "[..2021-02-15]", "")],
    ),
    (
        "Ambassador (vacant; recalled in March 2012)",
        [("recalled", "2012-03", ""), ("vacant", "[..2021-02-15]", "")],
    ),
    (
        "Ambassador John SMITH (resident in Canberra) (since 1 January 2017)",
        [("ambassador", "2017-01-01", "John Smith")],
    ),
]
