"""What a label claims: absence, tests, bounds and amounts; and what is not the kratom that its brand is known for."""

import pytest

from leeward.knowledge import load_knowledge
from leeward.products.contents.assays import claims_of
from leeward.products.contents.content import Analyte
from leeward.products.identity.identity import identify
from leeward.products.identity.ingredients import UNCLEAR
from leeward.products.identity.strengths import LabelClaim

KNOWLEDGE = load_knowledge()


@pytest.mark.parametrize(
    "claim",
    [
        "0 mg 7-OH",
        "0mg 7-OH per serving",
        "7-OH: 0%",
        "7-OH 0.0 mg",
        "no 7-OH",
        "no added 7-OH",
        "zero 7-OH",
        "7-OH free",
        "7-OH-free",
        "without 7-hydroxymitragynine",
        "no 7-hydroxymitragynine (7-OH)",
        "7-OH none detected",
        "7-OH not detected",
        "7-OH: ND",
        "ND 7-OH",
        "n.d. 7-OH",
        "7-OH n/d",
        "7-OH content: none",
        "7-OH undetectable",
        "7-OH not added",
        "(7-OH: not detected)",
    ],
)
def test_a_claim_of_absence_is_no_ingredient_and_not_verified(claim: str):
    for label in (f"kratom powder {claim}", f"{claim} kratom powder", f"Maeng Da kratom powder, {claim}."):
        found = identify(label, KNOWLEDGE)
        assert (found.class_, found.substances) == ("leaf", ("kratom-leaf",)), label
        assert '"7-OH": the label says that there is none (absent); not verified' in found.because, label
        assert found.strengths == (), label


@pytest.mark.parametrize(
    "claim",
    [
        "lab tested for 7-OH",
        "tested for 7-OH and heavy metals",
        "tested for salmonella, heavy metals and 7-OH",
        "screened for 7-hydroxymitragynine",
        "third-party testing for 7-OH",
        "not tested for 7-OH",
        "7-OH tested",
    ],
)
def test_a_test_that_is_named_is_no_ingredient(claim: str):
    found = identify(f"kratom powder {claim}", KNOWLEDGE)
    assert (found.class_, found.substances) == ("leaf", ("kratom-leaf",))
    assert any("tested for it; a test that is named is no result" in line for line in found.because)


@pytest.mark.parametrize(
    "limit", ["7-OH <LOQ", "7-OH < LOQ", "7-OH below detection limit", "7-OH: <0.02%", "traces of 7-OH"]
)
def test_a_trace_is_no_ingredient(limit: str):
    assert identify(f"kratom powder {limit}", KNOWLEDGE).substances == ("kratom-leaf",)


@pytest.mark.parametrize(
    "label",
    [
        "lab tested 7-OH tablets 15 mg",
        "7-OH tablets 15 mg, lab tested",
        "7-OH tablets, tested for purity and heavy metals",
        "tested for purity, 7-OH tablets 15 mg",
        "kratom powder, lab-tested. 7-OH 15 mg",
        "7-OH tablets, no kratom leaf",
        "contains no kratom but 7-OH 15 mg",
        "10 mg 7-OH 0 mg mitragynine",
        "7-OH free sample",
        "heavy metals not detected 7-OH tablets",
        "salmonella ND, 7-OH 14 mg",
        "7-OH tablet with 0 mg sugar",
        "kratom with less than 98% 7-OH",
        "kratom extract, more than 2% 7-OH",
        "kratom capsules, less than 20 mg 7-OH each",
    ],
)
def test_7_oh_that_is_sold_is_never_read_as_absent(label: str):
    found = identify(label, KNOWLEDGE)
    assert found.class_ == "7-oh" and "7-hydroxymitragynine" in found.substances


@pytest.mark.parametrize(
    ("label", "comparator", "value"),
    [
        ("kratom powder, less than 2% 7-OH", "<", 2),
        ("kratom powder <2% 7-OH", "<", 2),
        ("kratom powder 7-OH ≤ 0.04 %", "<=", 0.04),
        ("kratom capsules under 1 mg 7-OH", "<", 1),
        ("kratom up to 2% 7-OH", "<=", 2),
        ("kratom no more than 2 % 7-OH", "<=", 2),
        ("7-OH tablets up to 20 mg per tablet", "<=", 20),
        ("kratom extract at least 45% mitragynine", ">=", 45),
        ("kratom extract min. 45% mitragynine", ">=", 45),
        ("kratom extract 45%+ mitragynine", ">=", 45),
        ("kratom extract over 40% mitragynine", ">", 40),
    ],
)
def test_a_bound_is_shown_as_one_and_is_no_claim_of_content(label: str, comparator: str, value: float):
    found = identify(label, KNOWLEDGE)
    assert [(claim.comparator, claim.value) for claim in found.strengths] == [(comparator, value)]
    assert claims_of(found) == ()


def test_a_range_is_two_bounds():
    found = identify("kratom extract 10-15 mg 7-OH", KNOWLEDGE).strengths
    assert [(one.comparator, one.value, one.of) for one in found] == [(">=", 10, "7-OH"), ("<=", 15, "7-OH")]


def test_the_line_between_a_trace_and_an_ingredient_is_marked_recalled():
    found = identify("kratom powder, less than 2% 7-OH", KNOWLEDGE)
    assert any("the line of 2 % of the alkaloids is recalled" in line for line in found.because)
    assert any("does not say of what the share" in line for line in found.doubts)
    assert "label-7oh-cap-recalled" in found.sources and found.confidence == "moderate"
    assert not identify("kratom powder, 7-OH less than 2% of alkaloids", KNOWLEDGE).doubts


@pytest.mark.parametrize(
    ("label", "amounts"),
    [
        ("kava 1200 mg with kratom 50 mg", {(1200, "kava"), (50, "kratom")}),
        ("kratom with 100 mg caffeine", {(100, "caffeine")}),
        ("caffeine 100 mg kratom 500 mg", {(100, "caffeine"), (500, "kratom")}),
        ("500 mg kratom 100 mg caffeine", {(500, "kratom"), (100, "caffeine")}),
        ("1200 mg kava, 50 mg kratom", {(1200, "kava"), (50, "kratom")}),
        ("Kratom (kava 1200 mg)", {(1200, "kava")}),
        ("7-OH 15 mg + kava 100 mg", {(15, "7-OH"), (100, "kava")}),
        ("kratom powder 100 mg vitamin C", {(100, "vitamin c")}),
        ("Magnesium 200 mg, kratom leaf 500 mg", {(200, "magnesium"), (500, "kratom leaf")}),
        ("black pepper 5 mg kratom 600 mg", {(5, "black pepper"), (600, "kratom")}),
        ("kratom, turmeric 500 mg", {(500, "turmeric")}),
        ("Kratom and kava 1250 mg kavalactones 10 mg mitragynine", {(1250, "kava"), (10, "mitragynine")}),
        ("turmeric 500 mg kratom", {(500, UNCLEAR)}),
        ("kratom and kava 500 mg", {(500, UNCLEAR)}),
        ("Kratom Extract 150mg MIT", {(150, "mitragynine")}),
        ("MIT A 60 mg", {(60, "")}),
    ],
)
def test_an_amount_goes_to_what_it_stands_with_or_to_nothing(label: str, amounts: set[tuple[float, str]]):
    assert {(claim.value, claim.of) for claim in identify(label, KNOWLEDGE).strengths} == amounts


def test_an_unclear_amount_is_never_a_strength_of_7_oh():
    found = identify("7-OH and kava 500 mg per tablet", KNOWLEDGE)
    assert found.strengths == (LabelClaim(value=500, unit="mg", basis="per tablet", of=UNCLEAR),)
    assert claims_of(found) == ()


ANALOGUES = [
    name
    for id, analyte in KNOWLEDGE.table_of("analytes", Analyte).items()
    if analyte.group == "semi-synthetic" and ("mitragyn" in id or "mgm" in id)
    for name in (analyte.name, *analyte.names)
]
"""Every name that knowledge has for one; the shortest are read beside a word of the family."""


def test_every_name_of_an_analogue_in_knowledge_is_read_as_one():
    assert len(ANALOGUES) >= 15
    missed = [name for name in ANALOGUES if identify(f"{name} alkaloid tablets 10 mg", KNOWLEDGE).class_ != "analogue"]
    assert missed == []


@pytest.mark.parametrize(
    "name",
    [
        "7-acetoxymitragynine",
        "7-acetoxy mitragynine",
        "7-O-acetylmitragynine",
        "7-AcO-MIT",
        "7-OAc-mitragynine",
        "7-hydroxymitragynine acetate",
        "pseudo + 7-OH",
        "MP / 7-OH",
        "MPI 7-OH",
        "MGPI 7-OH",
        "mitragynine pseudo",
        "MIT pseudoindoxyl",
        "7-OHMP",
        "7-OH-MP",
        "MGM 15",
        "MGM-15/16",
        "dihydro-7-OH",
        "7-hydroxydihydromitragynine",
        "DH-7-OH",
        "11-fluoro-7-hydroxymitragynine",
        "9-hydroxymitragynine",
        "11-methoxymitragynine",
    ],
)
def test_every_analogue_is_read_as_one(name: str):
    found = identify(f"{name} tablets 10 mg", KNOWLEDGE)
    assert (found.class_, found.family) == ("analogue", "kratom")


@pytest.mark.parametrize("label", ["pseudo tablets 10 mg", "MP tablets 10 mg", "ktm"])
def test_a_shorthand_alone_is_said_and_not_settled(label: str):
    found = identify(label, KNOWLEDGE)
    assert found.class_ == "cannot-tell" and "may stand for" in found.says and "ask which" in found.says


@pytest.mark.parametrize("species", ["hirsuta", "javanica", "parvifolia", "inermis", "rotundifolia", "stipulosa"])
def test_another_mitragyna_is_not_kratom(species: str):
    for label in (f"Mitragyna {species} leaf powder", f"M. {species} 50x extract"):
        found = identify(label, KNOWLEDGE)
        assert (found.family, found.substance) == ("not-kratom", None)
        assert found.says == "another Mitragyna species; not Mitragyna speciosa; what it contains is not known here"
        assert "label-species-recalled" in found.sources


def test_kratom_beside_another_mitragyna_is_a_disagreement():
    for label in ("kratom (Mitragyna hirsuta) powder", "Mitragyna speciosa and Mitragyna javanica powder"):
        found = identify(label, KNOWLEDGE)
        assert found.family == "kratom" and found.confidence == "low" and "disagrees" in found.says
        assert any("they disagree" in line for line in found.warnings)


@pytest.mark.parametrize(
    ("label", "brand", "class_", "word"),
    [
        ("Pain Out gel", "Pain Out", "cannot-tell", "gel"),
        ("Raw Form Organics protein powder", "Raw Form Organics", "cannot-tell", "protein"),
        ("Sunstone Organics ashwagandha capsules", "Sunstone Organics", "cannot-tell", "ashwagandha"),
        ("Mitra-9 kava shot", "Mitra-9", "cannot-tell", "kava"),
        ("Raw Form Organics t-shirt", "Raw Form Organics", "not-kratom", "t shirt"),
        ("OPMS grinder", "O.P.M.S.", "not-kratom", "grinder"),
        ("7-OHMZ mug", "7-OHMZ", "not-kratom", "mug"),
    ],
)
def test_other_goods_of_a_kratom_brand_are_not_its_kratom(label: str, brand: str, class_: str, word: str):
    found = identify(label, KNOWLEDGE)
    assert (found.brand, found.class_, found.substance) == (brand, class_, None)
    assert found.family != "kratom" and word in found.says


@pytest.mark.parametrize(
    ("label", "class_"),
    [
        ("Raw Form Organics Emerald Green 150 caps", "leaf"),
        ("Pain Out capsules", "leaf"),
        ("MIT45 mango shot", "extract"),
        ("7-OHMZ pineapple chewables", "7-oh"),
        ("Kratom powder with free grinder", "leaf"),
        ("kratom powder with measuring scoop", "leaf"),
        ("kratom powder 250 g and mug", "leaf"),
        ("kratom and turmeric capsules", "leaf"),
        ("Feel Free kava tonic", "blend"),
    ],
)
def test_real_forms_of_a_kratom_brand_stay_kratom(label: str, class_: str):
    found = identify(label, KNOWLEDGE)
    assert (found.class_, found.family) == (class_, "kratom")


@pytest.mark.parametrize("label", ["kratom", "O.P.M.S.", "Vivazen", "OPMS Gold capsules", "Maeng Da", "กระท่อม", "Bali"])
def test_what_cannot_be_told_is_never_said_with_confidence(label: str):
    found = identify(label, KNOWLEDGE)
    assert (found.class_, found.confidence) == ("cannot-tell", "low")


def test_a_line_of_a_brand_is_named_and_its_content_is_not():
    found = identify("OPMS Gold capsules", KNOWLEDGE)
    assert (found.brand, found.family, found.substances) == ("O.P.M.S.", "kratom", ())
    assert found.says == "a kratom product of the line O.P.M.S. Gold; leaf or extract not known"


@pytest.mark.parametrize("label", ["kratom", "O.P.M.S. kratom", "7-OH tablets", "Vivazen", "MGM-15", "tianeptine"])
def test_no_note_explains_a_word_by_itself_or_speaks_of_files(label: str):
    found = identify(label, KNOWLEDGE)
    for line in (*found.because, *found.doubts, *found.warnings):
        told, _, means = line.partition(": ")
        assert told.strip('"').casefold() != means.casefold() and "`since`" not in line and "7hydroxy" not in line
