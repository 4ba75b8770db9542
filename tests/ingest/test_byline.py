from __future__ import annotations

import pytest

from ingest.byline import authors_from


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Ann Lee and Bo Ray, Political Editor", ("Ann Lee", "Bo Ray")),
        ("By ANN LEE, AP Auto Writer", ("Ann Lee",)),
        ("Analysis by Ann Lee, Editor-at-large", ("Ann Lee",)),
        ("Ann Lee in London and Bo Ray in Paris", ("Ann Lee", "Bo Ray")),
        ("Ann Lee, Bo Ray and Cy Day", ("Ann Lee", "Bo Ray", "Cy Day")),
        ("Ann Lee | Special to the Harbour Post", ("Ann Lee",)),
        ("Ann Lee ann.lee@post.example", ("Ann Lee",)),
        ("Ann Lee @annlee", ("Ann Lee",)),
        ("Ann Lee Published 10:02 AM EST Nov 19, 2019", ("Ann Lee",)),
        ("Von Ann Lee publiziert am 30. Juli 2018", ("Ann Lee",)),
        ("Ann Lee - Harbour Staff Writer", ("Ann Lee",)),
        ("Ann Lee, MS, RDN", ("Ann Lee",)),
        ("Ann Lee Ann Lee", ("Ann Lee",)),
        ("Lee, Ann", ("Lee, Ann",)),
        ("MARY O'BRIEN", ("Mary O'Brien",)),
        ("JEAN-LUC DE LA TOUR", ("Jean-Luc de la Tour",)),
        ("Ludwig van Moor", ("Ludwig van Moor",)),
        ("José de la Cruz y María Ruiz", ("José de la Cruz", "María Ruiz")),
        ("Текст: Венера Ли", ("Венера Ли",)),
        ("John E Smith", ("John E Smith",)),
        ("By ROBERT E LEE and Mary Y Ray", ("Robert E Lee", "Mary Y Ray")),
        ("JOSÉ RUIZ Y MARÍA SOL", ("José Ruiz", "María Sol")),
        ("Jan Jansen en Piet Smit", ("Jan Jansen", "Piet Smit")),
        ("Anna Nowak i Jan Kowalski", ("Anna Nowak", "Jan Kowalski")),
        ("Мария Ли и Пётр Рей", ("Мария Ли", "Пётр Рей")),
        ("Reporting by Ann Lee in Rome and Bo Ray; Editing by Cy Day", ("Ann Lee", "Bo Ray")),
        ("Ann Lee, additional reporting by Bo Ray, editing by Cy Day", ("Ann Lee", "Bo Ray")),
        ("Story by Ann Lee, photos by Bo Ray", ("Ann Lee",)),
        ("Text: Ann Lee, Fotos: Bo Ray", ("Ann Lee",)),
        ("Editing by Cy Day", ("Cy Day",)),
        ("Photos: Bo Ray", ("Bo Ray",)),
        ("Staff Writer Ann Lee", ("Ann Lee",)),
        ("By STAFF REPORTER ANN LEE", ("Ann Lee",)),
        ("Editor Ann Lee and Bo Ray", ("Ann Lee", "Bo Ray")),
        ("Di Maio, Luigi", ("Di Maio",)),
        ("Von Trapp", ("Von Trapp",)),
        ("Von Redaktion", ()),
        ("Von dpa", ("dpa",)),
        ("von Ann Lee", ("Ann Lee",)),
        ("Di Ann Lee", ("Ann Lee",)),
        ("Reuters", ("Reuters",)),
        ("PTI", ("PTI",)),
        ("Ann Lee, Reuters", ("Ann Lee",)),
        ("AFP and Ann Lee", ("Ann Lee",)),
        ("Ann Lee and agencies", ("Ann Lee",)),
        ("By HARBOUR POST STAFF", ("Harbour Post Staff",)),
        ("The Editorial Board", ("The Editorial Board",)),
        ("Staff", ()),
        ("By Staff Writer", ()),
        ("Political Editor", ()),
        ("webadmin", ()),
        ("Our Reporter", ()),
        ("0 Comments", ()),
        ("https://social.example/annlee", ()),
    ],
)
def test_a_byline_gives_its_names(byline: str, names: tuple[str, ...]) -> None:
    assert authors_from(byline) == names


def test_lists_and_objects_give_their_names() -> None:
    assert authors_from([{"name": "Ann Lee"}, {"givenName": "Bo", "familyName": "Ray"}]) == ("Ann Lee", "Bo Ray")
    assert authors_from(["Ann Lee", "Political Editor"]) == ("Ann Lee",)
    assert authors_from(["Ann Lee", "ANN LEE"]) == ("Ann Lee",)
    assert authors_from(7) is None


def test_the_outlet_behind_a_name_is_no_author() -> None:
    assert authors_from("Ann Lee, Dlight Business", outlet="Dlight") == ("Ann Lee",)
    assert authors_from("Ann Lee | Dlight", outlet="Dlight") == ("Ann Lee",)
    assert authors_from("Dlight", outlet="Dlight") == ("Dlight",)


def test_a_paragraph_about_somebody_is_no_byline() -> None:
    assert authors_from("Ann Lee writes about harbours. " * 30) == ()
