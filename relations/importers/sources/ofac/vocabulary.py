"""Words with which OFAC begins a feature in the Remarks, from the reference values of its own lists.

Source: the types of identity documents and of features in SDN_ADVANCED.XML (ReferenceValueSets), in the issuer's words.
A part that begins with another word is left in the remarks.
"""

from __future__ import annotations

DOCUMENTS = frozenset(
    """
    Afghan Money Service Provider License Number
    Aircraft Construction Number (also called L/N or S/N or F/N)
    Aircraft Manufacturer's Serial Number (MSN)
    Aircraft Mode S Transponder Code
    Aircraft Serial Identification
    Aircraft Tail Number
    BIK (RU)
    Birth Certificate Number
    Bosnian Personal ID No.
    Branch Unit Number
    British National Overseas Passport
    Business Number
    Business Registration Document #
    Business Registration Number
    C.I.F.
    C.R. No.
    C.U.I.
    C.U.I.P.
    C.U.I.T.
    C.U.R.P.
    CNP (Personal Numerical Code)
    Cartilla de Servicio Militar Nacional
    Cedula No.
    Cedula de Residencia
    Central Registration System Number
    Certificate of Incorporation Number
    Chamber of Commerce Number
    Chinese Commercial Code
    Citizen's Card Number
    Commercial Registry Number
    Company Number
    Credencial electoral
    D-U-N-S Number
    D.N.I.
    Diplomatic Passport
    Driver's License No.
    Dubai Chamber of Commerce Membership No.
    Economic Register Number (CBLS)
    Electoral Registry No.
    Enterprise Number
    File Number
    Fiscal Code
    Folio Mercantil No.
    Government Gazette Number
    Haitian Fiscal ID
    I.F.E.
    Identification Number
    Immigration No.
    Interpol: Red Notice. File No.
    Istanbul Chamber of Comm. No.
    Italian Fiscal Code
    Kenyan ID No.
    LE Number
    Legal Entity Number
    License
    MMSI
    MSB Registration Number
    Maritime Mobile Service Identity
    Matricula Mercantil No
    Military Registration Number
    Moroccan Personal ID No.
    N.I.E.
    N.I.F.
    NIT #
    National Foreign ID Number
    National ID No.
    Numero Unico de Identificacao Tributaria (NUIT)
    Numero de Identidad
    Organization Code
    Paraguayan tax identification number
    Passport
    Permit Number
    Personal ID Card
    Pilot License Number
    Public Registration Number
    Public Security and Immigration No.
    R.F.C.
    RFC
    RIF #
    RSIN
    RTN
    RUC #
    Refugee ID Card
    Registered Charity No.
    Registration ID
    Registration Number
    Residency Number
    Romanian C.R.
    Romanian Permanent Resident
    Romanian Tax Registration
    SRE Permit No.
    SSN
    SWIFT/BIC
    Seafarer's Identification Document
    Serial No.
    Stateless Person ID Card
    Stateless Person Passport
    Tarjeta Profesional
    Tarjeta de Identidad
    Tax ID No.
    Tazkira National ID Card
    Tourism License No.
    Trade License No.
    Trademark number
    Travel Document Number
    Turkish Identification Number
    U.S. FEIN
    UAE Identification
    UK Company Number
    US FEIN
    Unified Social Credit Code (USCC)
    United Social Credit Code Certificate (USCCC)
    V.A.T. Number
    Vessel Registration Identification
    Visa Number
    VisaNumberID
    """.strip().split("\n    ")
)

DETAILS = frozenset(
    """
    Additional Sanctions Information
    Aircraft Manufacture Date
    Aircraft Model
    Aircraft Operator
    CAATSA Section 235 Information
    Digital Currency Address
    Effective Date (CMIC)
    Effective Date (EO 14014 Directive 1)
    Effective Date (EO 14024 Directive 1a)
    Effective Date (EO 14024 Directive 2)
    Effective Date (EO 14024 Directive 3)
    Email Address
    Equity Ticker
    Executive Order 13645 Determination
    Executive Order 13662 Directive Determination
    Executive Order 13846 information
    Executive Order 14014 Directive Information
    Executive Order 14024 Directive Information
    Fax No.
    Fax
    For more information on directives, please visit the following link
    Former Vessel Flag
    Former Vessel Type
    IFCA Determination
    ISIN
    Issuer Name
    Linked To
    Listing Date (CMIC)
    Listing Date (EO 14014 Directive 1)
    Listing Date (EO 14024 Directive 1a)
    Listing Date (EO 14024 Directive 2)
    Listing Date (EO 14024 Directive 3)
    Location
    MICEX Code
    Nationality of Registration
    Organization Established Date
    Organization Type
    Other Vessel Call Sign
    Other Vessel Flag
    Other Vessel Type
    PEESA Information
    Phone No.
    Phone Number
    Phone
    Previous Aircraft Tail Number
    Purchase/Sales For Divestment Date (CMIC)
    Secondary sanctions risk
    Target Type
    Telephone No.
    Telephone
    Transactions Prohibited For Persons Owned or Controlled By U.S. Financial Institutions
    UN/LOCODE
    Vessel Call Sign
    Vessel Flag
    Vessel Gross Registered Tonnage
    Vessel Gross Tonnage
    Vessel Owner
    Vessel Tonnage
    Vessel Type
    Vessel Year of Build
    Website
    World Wide Web
    """.strip().split("\n    ")
)
