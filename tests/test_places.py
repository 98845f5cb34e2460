"""Places and bodies: which code and name a mention gets.

Codes are those of the General Statistics Office's list (before and from 1 July 2025) and of ISO 3166. In the texts
``[L …]`` is a mention of a place, ``[O …]`` of a body, and the mention that a case is about has a star: ``*[L …]``.
"""

import re
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from timing import assert_linear

from ie_model.places import by_code, lookup
from ie_model.places.bodies import BodyNames
from ie_model.places.gazetteer import Level, key
from ie_model.places.linking import Linker
from ie_model.records import Link, Mention, build_records, default_roles

BEFORE, AFTER = "2024-12-31", "2025-12-31"

# GSO code, ISO 3166-2 code and name of the 63 provinces up to 30 June 2025.
PROVINCES = """
01 HN Hà Nội | 02 03 Hà Giang | 04 04 Cao Bằng | 06 53 Bắc Kạn | 08 07 Tuyên Quang | 10 02 Lào Cai | 11 71 Điện Biên
12 01 Lai Châu | 14 05 Sơn La | 15 06 Yên Bái | 17 14 Hòa Bình | 19 69 Thái Nguyên | 20 09 Lạng Sơn | 22 13 Quảng Ninh
24 54 Bắc Giang | 25 68 Phú Thọ | 26 70 Vĩnh Phúc | 27 56 Bắc Ninh | 30 61 Hải Dương | 31 HP Hải Phòng | 33 66 Hưng Yên
34 20 Thái Bình | 35 63 Hà Nam | 36 67 Nam Định | 37 18 Ninh Bình | 38 21 Thanh Hóa | 40 22 Nghệ An | 42 23 Hà Tĩnh
44 24 Quảng Bình | 45 25 Quảng Trị | 46 26 Thừa Thiên Huế | 48 DN Đà Nẵng | 49 27 Quảng Nam | 51 29 Quảng Ngãi
52 31 Bình Định | 54 32 Phú Yên | 56 34 Khánh Hòa | 58 36 Ninh Thuận | 60 40 Bình Thuận | 62 28 Kon Tum | 64 30 Gia Lai
66 33 Đắk Lắk | 67 72 Đắk Nông | 68 35 Lâm Đồng | 70 58 Bình Phước | 72 37 Tây Ninh | 74 57 Bình Dương | 75 39 Đồng Nai
77 43 Bà Rịa - Vũng Tàu | 79 SG Hồ Chí Minh | 80 41 Long An | 82 46 Tiền Giang | 83 50 Bến Tre | 84 51 Trà Vinh
86 49 Vĩnh Long | 87 45 Đồng Tháp | 89 44 An Giang | 91 47 Kiên Giang | 92 CT Cần Thơ | 93 73 Hậu Giang
94 52 Sóc Trăng | 95 55 Bạc Liêu | 96 59 Cà Mau
"""
# GSO code, ISO code and name of the 34 from 1 July 2025 (Decision 19/2025/QĐ-TTg).
PROVINCES_OF_2025 = """
01 HN Hà Nội | 04 04 Cao Bằng | 08 07 Tuyên Quang | 11 71 Điện Biên | 12 01 Lai Châu | 14 05 Sơn La | 15 02 Lào Cai
19 69 Thái Nguyên | 20 09 Lạng Sơn | 22 13 Quảng Ninh | 24 56 Bắc Ninh | 25 68 Phú Thọ | 31 HP Hải Phòng
33 66 Hưng Yên | 37 18 Ninh Bình | 38 21 Thanh Hóa | 40 22 Nghệ An | 42 23 Hà Tĩnh | 44 25 Quảng Trị | 46 26 Huế
48 DN Đà Nẵng | 51 29 Quảng Ngãi | 52 30 Gia Lai | 56 34 Khánh Hòa | 66 33 Đắk Lắk | 68 35 Lâm Đồng | 75 39 Đồng Nai
79 SG Hồ Chí Minh | 80 37 Tây Ninh | 82 45 Đồng Tháp | 86 49 Vĩnh Long | 91 44 An Giang | 92 CT Cần Thơ | 96 59 Cà Mau
"""


def rows(table: str) -> list[tuple[str, str, str]]:
    return [tuple(row.split(" ", 2)) for row in re.split(r" \| |\n", table.strip())]  # type: ignore[misc]


def read(marked: str) -> tuple[str, list[tuple[int, int]], list[tuple[int, int]], tuple[int, int, bool] | None]:
    """Text, places, bodies and the mention asked for of a marked text."""
    text, places, bodies, asked = "", [], [], None
    for part in re.split(r"(\*?\[[LO] [^\]]*\])", marked):
        mark = re.fullmatch(r"(\*?)\[([LO]) ([^\]]*)\]", part)
        written = mark[3] if mark else part
        if mark:
            span = len(text), len(text) + len(written)
            (bodies if mark[2] == "O" else places).append(span)
            asked = (*span, mark[2] == "O") if mark[1] else asked
        text += written
    return text, places, bodies, asked


def linked(marked: str, day: str | None = None) -> tuple[str | None, str | None, str | None]:
    """Code, name and ISO code of the mention with a star."""
    text, places, bodies, asked = read(marked)
    found = Linker(text, places, bodies).link(asked[0], asked[1], day, is_body=asked[2])
    return (found.code, found.name, found.iso) if found else (None, None, None)


def body_name(marked: str, day: str | None = None) -> str:
    text, places, bodies, asked = read(marked)
    return BodyNames(text, bodies, Linker(text, places, bodies)).name(asked[0], asked[1], day)


# -- provinces, by when


@pytest.mark.parametrize(("code", "iso", "name"), rows(PROVINCES))
def test_a_province_before_the_reform(code, iso, name):
    found = linked(f"*[L {name}] có 5 người", BEFORE)
    assert (found[0], found[2]) == (code, f"VN-{iso}")
    assert found[1] in (f"Tỉnh {name}", f"Thành phố {name}")


@pytest.mark.parametrize(("code", "iso", "name"), rows(PROVINCES_OF_2025))
def test_a_province_after_the_reform(code, iso, name):
    found = linked(f"*[L {name}] có 5 người", AFTER)
    assert (found[0], found[2]) == (code, f"VN-{iso}")


def test_there_are_63_and_then_34():
    listed = {
        place
        for _, _, name in rows(PROVINCES) + rows(PROVINCES_OF_2025) + [("", "", "Hà Tây")]
        for place in lookup(name)
    }
    provinces = [place for place in listed if place.level == Level.PROVINCE]
    assert [sum(place.in_force(day) for place in provinces) for day in ("2007-12-31", BEFORE, AFTER)] == [64, 63, 34]


SPELLINGS = [
    ("TP.HCM", "79"), ("TP. HCM", "79"), ("TP HCM", "79"), ("TPHCM", "79"), ("Tp. Hồ Chí Minh", "79"),
    ("Sài Gòn", "79"),
    ("thành phố Hồ Chí Minh", "79"), ("THÀNH PHỐ HỒ CHÍ MINH", "79"), ("Thủ đô", "01"), ("Thủ đô Hà Nội", "01"),
    ("HÀ NỘI", "01"), ("TP\u00a0Hà\u00a0Nội", "01"), ("Ha Noi", "01"), ("BR-VT", "77"), ("BRVT", "77"),
    ("Bà Rịa-Vũng Tàu", "77"), ("tỉnh Bà Rịa – Vũng Tàu", "77"), ("Thừa Thiên - Huế", "46"), ("Thừa Thiên-Huế", "46"),
    ("TT-Huế", "46"), ("TT Huế", "46"), ("tỉnh Thừa Thiên Huế", "46"), ("Đắc Lắc", "66"), ("Đắk Lắc", "66"),
    ("Đăk Lăk", "66"), ("Daklak", "66"), ("Dak Lak", "66"), ("tỉnh Đăk Nông", "67"), ("Đắc Nông", "67"),
    ("Hoà Bình", "17"),
    ("tỉnh Hòa Bình", "17"), ("Thanh Hoá", "38"), ("Khánh Hoà", "56"), ("Kontum", "62"), ("Bắc Cạn", "06"),
    ("Qủang Ngãi", None), ("tỉnh Hà Tây", "28"), ("Hà Tây", "28"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "code"), SPELLINGS)
def test_spellings_of_a_province(written, code):
    assert linked(f"*[L {written}] có", BEFORE)[0] == code


@pytest.mark.parametrize(("written", "code"), SPELLINGS)
def test_decomposed_text_is_the_same(written, code):
    assert linked(f"*[L {unicodedata.normalize('NFD', written)}] có", BEFORE)[0] == code


@pytest.mark.parametrize(
    ("marked", "day", "code", "name"),
    [
        # The same name, another code: what was 64 is part of 52, which was Bình Định.
        ("*[L Gia Lai] thu", "2025-06-30", "64", "Tỉnh Gia Lai"),
        ("*[L Gia Lai] thu", "2025-07-01", "52", "Tỉnh Gia Lai"),
        ("*[L Bình Định] thu", "2025-06-30", "52", "Tỉnh Bình Định"),
        ("*[L tỉnh An Giang] thu", "2025-07-01", "91", "Tỉnh An Giang"),
        ("*[L tỉnh Kiên Giang] thu", "2020-12-31", "91", "Tỉnh Kiên Giang"),
        # A text goes on using a name that has ended.
        ("*[L Bình Dương] (cũ)", AFTER, "74", "Tỉnh Bình Dương"),
        ("*[L tỉnh Hà Tây] cũ", "2015-12-31", "28", "Tỉnh Hà Tây"),
        # Undated, and the code changed: no code, but the name and the ISO code are sure.
        ("*[L tỉnh Gia Lai] thu", None, None, "Tỉnh Gia Lai"),
        ("*[L Tây Ninh] thu", None, None, "Tỉnh Tây Ninh"),
        # Undated, and the code is the same.
        ("*[L tỉnh Lâm Đồng] thu", None, "68", "Tỉnh Lâm Đồng"),
        # Huế: a city in a province, and since 2025 a city of its own.
        ("*[L TP. Huế] có", "2023-12-31", "474", "Thành phố Huế"),
        ("*[L thành phố Huế] có", "2025-03-31", "46", "Thành phố Huế"),
        ("*[L Thừa Thiên Huế] có", "2023-12-31", "46", "Tỉnh Thừa Thiên Huế"),
        ("*[L thành phố Đồng Nai] có", "2026-06-30", "75", "Thành phố Đồng Nai"),
        ("*[L tỉnh Đồng Nai] có", "2026-03-31", "75", "Tỉnh Đồng Nai"),
    ],
)
def test_a_code_is_that_of_the_time(marked, day, code, name):
    assert linked(marked, day)[:2] == (code, name)


def test_the_iso_code_stays_where_the_code_is_open():
    assert linked("*[L Gia Lai] thu") == (None, "Tỉnh Gia Lai", "VN-30")


# -- countries and regions


@pytest.mark.parametrize(
    ("written", "code", "name"),
    [
        ("Việt Nam", "VN", "Việt Nam"), ("VN", "VN", "Việt Nam"), ("Trung Quốc", "CN", "Trung Quốc"),
        ("Mỹ", "US", "Hoa Kỳ"), ("Hoa Kỳ", "US", "Hoa Kỳ"), ("nước Mỹ", "US", "Hoa Kỳ"), ("Nhật", "JP", "Nhật Bản"),
        ("Hàn Quốc", "KR", "Hàn Quốc"), ("Thái Lan", "TH", "Thái Lan"), ("Thuỵ Sĩ", "CH", "Thụy Sĩ"),
        ("Thụy Sỹ", "CH", "Thụy Sĩ"), ("Úc", "AU", "Australia"), ("Ý", "IT", "Italy"), ("Anh", "GB", "Anh"),
        ("Đức", "DE", "Đức"), ("CHLB Đức", "DE", "Đức"), ("Cam-pu-chia", "KH", "Campuchia"),
        ("Ru-ma-ni", "RO", "Romania"), ("Hồng Kông", "HK", "Hồng Kông"), ("Đài Loan", "TW", "Đài Loan"),
        ("UAE", "AE", None), ("EU", "EU", "Liên minh châu Âu"), ("Nga", "RU", "Nga"),
    ],
)  # fmt: skip
def test_a_country_has_its_iso_code(written, code, name):
    found = linked(f"*[L {written}] xuất khẩu")
    assert (found[0], found[2]) == (code, code)
    assert name is None or found[1] == name


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("ĐBSCL", "Đồng bằng sông Cửu Long"), ("vùng Đồng bằng sông Cửu Long", "Đồng bằng sông Cửu Long"),
        ("đồng bằng sông Cửu Long", "Đồng bằng sông Cửu Long"), ("Tây Nguyên", "Tây Nguyên"),
        ("vùng Tây Nguyên", "Tây Nguyên"), ("Đông Nam Bộ", "Đông Nam Bộ"), ("miền Trung", "miền Trung"),
        ("khu vực Đông Nam Á", "Đông Nam Á"), ("châu Âu", "châu Âu"),
    ],
)  # fmt: skip
def test_a_region_has_a_name_and_no_code(written, name):
    assert linked(f"*[L {written}] chiếm") == (None, name, None)


@pytest.mark.parametrize(
    "written",
    [
        "sông Mã",
        "sông Lô",
        "đèo Hải Vân",
        "KCN Yên Phong",
        "London",
        "thôn 3",
        "hồ Hòa Bình",
        "sân bay Nội Bài",
        "tỉnh",
        "",
    ],
)
def test_what_is_in_no_register_has_no_code(written):
    assert linked(f"*[L {written}] có", BEFORE) == (None, None, None)


# -- districts and communes


@pytest.mark.parametrize(
    ("marked", "code", "name"),
    [
        ("*[L huyện Mai Sơn] có", "125", "Huyện Mai Sơn"),
        ("*[L Mù Cang Chải] có", "137", "Huyện Mù Căng Chải"),
        ("*[L quận 1] có", "760", "Quận 1"),
        ("*[L Q.1] có", "760", "Quận 1"),
        ("*[L H. Cái Bè] có", "819", "Huyện Cái Bè"),
        ("*[L TP Vinh] có", "412", "Thành phố Vinh"),
        ("*[L Đà Lạt] có", "672", "Thành phố Đà Lạt"),
        ("*[L Qui Nhơn] có", "540", "Thành phố Quy Nhơn"),
        ("*[L huyện Đắk R’lấp] có", "666", "Huyện Đắk R'Lấp"),
        ("*[L huyện Đăk Glei] có", "610", "Huyện Đắk Glei"),
        # A kind that the place had before, or not yet: the code is one.
        ("*[L huyện Thuận An] có", "725", "Thành phố Thuận An"),
        ("*[L thị xã Chí Linh] có", "290", "Thành phố Chí Linh"),
        # Merged districts.
        ("*[L huyện Hoành Bồ] có", "204", "Huyện Hoành Bồ"),
        ("*[L quận 9] có", "763", "Quận 9"),
        ("*[L TP Thủ Đức] có", "769", "Thành phố Thủ Đức"),
        ("*[L quận Thủ Đức] có", "762", "Quận Thủ Đức"),
        # Of two namesakes, only one was ever a thị xã, a quận.
        ("*[L thị xã Sơn Tây] có", "269", "Thị xã Sơn Tây"),
        ("*[L quận Hoàng Mai] có", "008", "Quận Hoàng Mai"),
        # Namesakes in a province: the kind decides; without it nothing does.
        ("*[L huyện Kỳ Anh], [L Hà Tĩnh]", "447", "Huyện Kỳ Anh"),
        ("*[L thị xã Kỳ Anh], [L Hà Tĩnh]", "449", "Thị xã Kỳ Anh"),
        ("*[L Kỳ Anh], [L Hà Tĩnh]", None, None),
        # Namesakes in the country.
        ("*[L huyện Châu Thành] có", None, None),
        ("*[L Châu Thành] có", None, None),
        ("*[L huyện Châu Thành], [L tỉnh Bến Tre] có", "831", "Huyện Châu Thành"),
        ("*[L Châu Thành] ([L Trà Vinh]) có", "847", "Huyện Châu Thành"),
        ("*[L huyện Châu Thành] của [L tỉnh Long An] có", "808", "Huyện Châu Thành"),
        ("Tại [L Tiền Giang], dịch lan ra *[L Châu Thành]", "821", "Huyện Châu Thành"),
        ("[O BHXH TỈNH TÂY NINH]\nThu ở *[L Châu Thành] đạt", "708", "Huyện Châu Thành"),
        ("[O UBND TỈNH AN GIANG]\nBáo cáo\n*[L huyện Châu Thành] đạt", "892", "Huyện Châu Thành"),
        ("[O UBND TỈNH AN GIANG]\nBáo cáo\n*[L huyện Châu Thành], [L tỉnh Kiên Giang]", "905", "Huyện Châu Thành"),
        ("[O UBND TỈNH AN GIANG]\nBáo cáo\nSo với [L Bến Tre], *[L Châu Thành] có", None, None),
        ("*[L huyện Phong Điền], [L Cần Thơ] có", "926", "Huyện Phong Điền"),
        ("*[L huyện Phong Điền], [L Thừa Thiên Huế] có", "476", "Thị xã Phong Điền"),
        ("*[L huyện Phong Điền] có", None, None),
        ("[L tỉnh Nghệ An]\n*[L Hoàng Mai] có", "432", "Thị xã Hoàng Mai"),
        ("[L Hà Nội]\nDịch ở *[L Hoàng Mai] có", "008", "Quận Hoàng Mai"),
        ("[L Hải Dương] có; riêng *[L An Lão] ([L Hải Phòng]) có", "313", "Huyện An Lão"),
        # Communes.
        ("*[L xã Tân Lập] có", None, None),
        ("*[L xã Tân Lập], [L huyện Bắc Sơn], [L tỉnh Lạng Sơn]", "06352", "Xã Tân Lập"),
        ("*[L xã Tân Lập], [L huyện Châu Thành], [L tỉnh Tiền Giang]", None, None),
        ("*[L phường Ba Đình], [L Hà Nội]", None, None),
        ("*[L phường Phúc Xá], [L quận Ba Đình], [L Hà Nội]", "00001", "Phường Phúc Xá"),
        ("*[L phường Phúc Xá] có", "00001", "Phường Phúc Xá"),
        ("[L tỉnh Cà Mau]\n*[L phường Phúc Xá] có", None, None),
        ("[L TP Đà Lạt]\n*[L Phường 05] có", "24790", "Phường 5"),
        ("[L huyện Bảo Lạc]\n*[L Khánh Xuân] có", "01336", "Xã Khánh Xuân"),
        # A bare name is a commune's only where its district is named: an industrial zone has that name too.
        ("[L tỉnh Phú Thọ]\nKhu công nghiệp *[L Trung Hà] có", None, None),
        # China has a Trùng Khánh too.
        ("[L Trung Quốc] hạn hán\n*[L Trùng Khánh] có", None, None),
        ("[L Cao Bằng] hạn hán\n*[L Trùng Khánh] có", "047", "Huyện Trùng Khánh"),
    ],
)
def test_a_district_or_commune_before_the_reform(marked, code, name):
    assert linked(marked, BEFORE)[:2] == (code, name)


@pytest.mark.parametrize(
    ("marked", "code", "name"),
    [
        ("*[L phường Ba Đình], [L Hà Nội]", "00004", "Phường Ba Đình"),
        ("*[L phường Hoàn Kiếm] có", "00070", "Phường Hoàn Kiếm"),
        ("*[L đặc khu Phú Quốc] có", "31078", "Đặc khu Phú Quốc"),
        ("*[L Đặc khu Côn Đảo] có", "26732", "Đặc khu Côn Đảo"),
        # In the new province, a commune of what was another one before.
        ("[O UBND TỈNH GIA LAI]\n*[L phường Quy Nhơn] có", "21583", "Phường Quy Nhơn"),
        ("[O UBND TỈNH SƠN LA]\n*[L Yên Châu] có", "04075", "Xã Yên Châu"),
        # A document that goes on in districts means districts.
        ("[O UBND TỈNH SƠN LA]\n[L huyện Mai Sơn] và *[L Yên Châu] có", "124", "Huyện Yên Châu"),
        ("*[L huyện Mai Sơn] cũ", "125", "Huyện Mai Sơn"),
    ],
)
def test_a_commune_after_the_reform(marked, code, name):
    assert linked(marked, AFTER)[:2] == (code, name)


@pytest.mark.parametrize(
    ("marked", "code", "name"),
    [
        ("*[L tỉnh Hà Giang] có", "02", "Tỉnh Hà Giang"),
        ("*[L TP. Hà Giang] có", "024", "Thành phố Hà Giang"),
        ("*[L Hà Giang] có", "02", "Tỉnh Hà Giang"),
        ("[L TP Hải Dương] có 3 ca\nNăm ngoái *[L Hải Dương] có", "288", "Thành phố Hải Dương"),
        ("[O BHXH tỉnh Hải Dương]\n[L TP Hải Dương] có\nNăm ngoái *[L Hải Dương] có", "30", "Tỉnh Hải Dương"),
        ("[L tỉnh Bạc Liêu]: *[L Hòa Bình], [L Giá Rai] có", "961", "Huyện Hòa Bình"),
        ("*[L Hòa Bình], [L Sơn La] có", "17", "Tỉnh Hòa Bình"),
        ("[L Sa Pa], *[L Lào Cai] có", "10", "Tỉnh Lào Cai"),
        ("*[L Vũng Tàu] có", "747", "Thành phố Vũng Tàu"),
        ("*[L thị xã Quảng Trị] có", "462", "Thị xã Quảng Trị"),
    ],
)
def test_a_province_and_its_namesake(marked, code, name):
    assert linked(marked, BEFORE)[:2] == (code, name)


# -- the whole of a place that only the document names


@pytest.mark.parametrize(
    ("marked", "code"),
    [
        ("[O BHXH tỉnh Sơn La]\nBáo cáo\n*[L toàn tỉnh] có", "14"),
        ("[O BHXH TỈNH SƠN LA]\nBáo cáo\n*[L Toàn tỉnh] có", "14"),
        ("[O Sở Y tế Hà Giang]\nBáo cáo\n*[L địa bàn tỉnh] có", "02"),
        ("[O SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH BẮC KẠN]\n*[L cả tỉnh] có", "06"),
        ("[O UBND huyện Mai Sơn]\nBáo cáo\n*[L toàn huyện] có", "125"),
        ("[O UBND huyện Mai Sơn]\nBáo cáo\ncao hơn *[L toàn tỉnh]", "14"),
        ("[O UBND huyện Châu Thành], [L tỉnh Bến Tre]\nBáo cáo\n*[L toàn huyện] có", "831"),
        ("[O UBND quận Gò Vấp]\nBáo cáo\n*[L toàn quận] có", "764"),
        ("[O UBND quận Gò Vấp]\nBáo cáo\n*[L toàn thành phố] có", "79"),
        ("[O HĐND TP Cần Thơ]\nBáo cáo\n*[L địa bàn TP] có", "92"),
        ("[O UBND xã Mường Giàng], [L huyện Quỳnh Nhai]\n*[L toàn xã] có", "03703"),
        ("[L Tỉnh Bạc Liêu] nuôi tôm\n*[L toàn tỉnh] có", "95"),
        ("[L huyện Đầm Dơi] và [L huyện U Minh] có\n*[L toàn tỉnh] có", "96"),
        ("[O UBND XÃ NẬM CHÀY]\nBáo cáo\n*[L toàn xã] có", "03076"),
        # Two provinces, and nothing says which.
        ("[L tỉnh Sơn La] và [L tỉnh Lai Châu] có\n*[L toàn tỉnh] có", None),
        # The nearest in the line, unless the document is about another one.
        ("Tin vắn\n[L tỉnh Sơn La] có; [L tỉnh Lai Châu]: *[L toàn tỉnh] có", "12"),
        ("[O BHXH tỉnh Sơn La]\nSo với [L tỉnh Lai Châu], *[L toàn tỉnh] có", None),
        # A story that has gone on to another province since its head.
        ("Lũ ở miền núi\nTại [L huyện Mai Sơn] có\n[L tỉnh Lai Châu] có\n*[L toàn tỉnh] có", None),
        ("Lũ ở [L miền Bắc]\nTại [L huyện Mai Sơn] có\n[L tỉnh Lai Châu] có\n*[L toàn tỉnh] có", None),
        # A city is not a tỉnh.
        ("[O UBND TP Đà Nẵng]\n*[L toàn tỉnh] có", None),
        ("*[L toàn huyện] có", None),
        ("*[L cả nước] có", "VN"),
        ("*[L toàn quốc] có", "VN"),
        ("[L Việt Nam] và [L Thái Lan] xuất khẩu\n*[L Cả nước] có", "VN"),
        ("[L Nhật Bản] già hóa\n*[L cả nước] có", None),
        ("[L Hà Nội] có\n[L Trung Quốc] hạn hán, *[L cả nước] có", None),
    ],
)
def test_the_whole_of_a_place(marked, code):
    assert linked(marked, BEFORE)[0] == code


@pytest.mark.parametrize(
    ("marked", "code"),
    [
        ("*[O BHXH tỉnh Sơn La] thu", "14"),
        ("*[O UBND HUYỆN CHIÊM HOÁ] họp", "073"),
        ("*[O HĐND TP. Hà Nội] họp", "01"),
        ("*[O Cục Hải quan Hải Phòng] thu", "31"),
        ("*[O BHXH Việt Nam] thu", "VN"),
        ("[L tỉnh Sơn La]\n*[O UBND tỉnh] họp", "14"),
        # A company or a newspaper is called after a place without being its office.
        ("*[O Công ty CP Xây dựng Hòa Bình] lãi", None),
        ("*[O Vietcombank] lãi", None),
    ],
)
def test_the_place_in_a_body(marked, code):
    assert linked(marked, BEFORE)[0] == code


# -- bodies


@pytest.mark.parametrize(
    ("marked", "name"),
    [
        ("*[O BHXH tỉnh Sơn La] thu", "Bảo hiểm xã hội tỉnh Sơn La"),
        ("*[O Bảo hiểm xã hội tỉnh Sơn La] thu", "Bảo hiểm xã hội tỉnh Sơn La"),
        ("*[O BHXH TỈNH SƠN LA] thu", "Bảo hiểm xã hội tỉnh Sơn La"),
        ("[O BHXH tỉnh Sơn La]\n*[O BHXH tỉnh] thu", "Bảo hiểm xã hội tỉnh Sơn La"),
        ("*[O BHXH tỉnh] thu", "Bảo hiểm xã hội tỉnh"),
        ("[O UBND HUYỆN LƯƠNG TÀI]\n*[O Uỷ ban nhân dân huyện] họp", "Ủy ban nhân dân huyện Lương Tài"),
        ("*[O Sở GD&ĐT Cần Thơ] thu", "Sở Giáo dục và Đào tạo thành phố Cần Thơ"),
        ("*[O Sở GD-ĐT Lào Cai] thu", "Sở Giáo dục và Đào tạo tỉnh Lào Cai"),
        ("*[O Sở LĐ-TB&XH tỉnh Hà Nam] có", "Sở Lao động - Thương binh và Xã hội tỉnh Hà Nam"),
        ("[O Sở Y tế Hà Giang] báo cáo\n*[O Sở Y tế] nói", "Sở Y tế tỉnh Hà Giang"),
        ("[O Sở Y tế Hà Giang] và [O Sở Y tế Sơn La]\n*[O Sở Y tế] nói", "Sở Y tế"),
        ("[O Tổng cục Thống kê (TCTK)] nói\n*[O TCTK] nói", "Tổng cục Thống kê"),
        ("[O Tổng cục Thống kê] (TCTK) nói\n*[O TCTK] nói", "Tổng cục Thống kê"),
        ("*[O Tập đoàn Dệt may An Phú (APTEX)] lãi", "Tập đoàn Dệt may An Phú"),
        ("[O Tập đoàn Dệt may An Phú (APTEX)] lãi\n*[O APTEX] lỗ", "Tập đoàn Dệt may An Phú"),
        ("*[O APTEX] lỗ", "APTEX"),
        ("*[O Bộ LĐ-TB&XH] nói", "Bộ Lao động - Thương binh và Xã hội"),
        ("*[O BỘ Y TẾ] nói", "Bộ Y tế"),
        ("*[O NHNN] nói", "Ngân hàng Nhà nước Việt Nam"),
        ("*[O CTCP Thép An Bắc] lãi", "Công ty cổ phần Thép An Bắc"),
        ("[O CÔNG TY CP THÉP AN BẮC]\n*[O Công ty CP Thép An Bắc] lãi", "Công ty cổ phần Thép An Bắc"),
        ("*[O CÔNG TY CP THÉP AN BẮC]\n[O Công ty CP Thép An Bắc] lãi", "Công ty cổ phần Thép An Bắc"),
        ("*[O Tỉnh uỷ Quảng Trị] họp", "Tỉnh ủy Quảng Trị"),
        ("[L tỉnh Quảng Trị]\n*[O Tỉnh ủy] họp", "Tỉnh ủy Quảng Trị"),
        ("*[O Báo Lâm Đồng] đưa tin", "Báo Lâm Đồng"),
        ("*[O Trường ĐH Cần Thơ] có", "Trường Đại học Cần Thơ"),
    ],
)
def test_a_body_has_one_name(marked, name):
    assert body_name(marked, BEFORE) == name


# -- in records


def records(text: str, *mentions: tuple[str, str], links: list[tuple[int, str, int]], roles=None):
    """Records of a text in which each (label, words) is a mention, linked by their places in the list."""
    found, at = [], 0
    for i, (label, words) in enumerate(mentions):
        at = text.index(words, at)
        found.append(Mention(f"T{i}", label, at, at + len(words)))
    arrows = [Link(head, type_, tail) for head, type_, tail in links]
    return build_records(text, [(0, len(text))], found, arrows, roles)


def subject(period: str, place: str = "Gia Lai", text: str = "{period}, {place} thu 5 tỷ đồng."):
    written = text.format(period=period, place=place)
    (record,) = records(
        written,
        ("TIME", period),
        ("LOC", place),
        ("QUANTITY", "5 tỷ đồng"),
        links=[(2, "AT_TIME", 0), (2, "SUBJECT", 1)],
    )
    return record.subject[0]


@pytest.mark.parametrize(
    ("period", "code"),
    [
        ("năm 2024", "64"),
        ("6 tháng đầu năm 2025", "64"),
        ("quý III/2025", "52"),
        ("ngày 30/6/2025", "64"),
        ("ngày 1/7/2025", "52"),
        ("năm 2026", "52"),
        ("giai đoạn 2016-2020", "64"),
        ("giai đoạn 2026-2030", "52"),
        ("năm 2025", "52"),
        ("cùng kỳ", None),
    ],
)
def test_the_record_s_period_chooses_the_code(period, code):
    assert subject(period).code == code


def test_a_year_of_both_is_read_by_the_document():
    text = "Quý I/2025, Gia Lai thu 5 tỷ đồng, kế hoạch năm 2025 là 9 tỷ đồng."
    first, plan = records(
        text, ("TIME", "Quý I/2025"), ("LOC", "Gia Lai"), ("QUANTITY", "5 tỷ đồng"), ("TIME", "năm 2025"),
        ("QUANTITY", "9 tỷ đồng"), links=[(2, "AT_TIME", 0), (2, "SUBJECT", 1), (4, "AT_TIME", 3), (4, "SUBJECT", 1)],
    )  # fmt: skip
    assert (first.subject[0].code, plan.subject[0].code) == ("64", "64")


def test_an_item_has_code_name_and_iso():
    assert subject("năm 2019", "Sơn La").to_dict() == {
        "id": "T1", "text": "Sơn La", "label": "LOC", "start": 10, "end": 16, "code": "14", "name": "Tỉnh Sơn La",
        "iso": "VN-05",
    }  # fmt: skip


def test_places_and_bodies_are_what_the_roles_say():
    roles = {**default_roles(), "base_types": {"AREA": "place", "AGENCY": "body"}, "values": ["NUMBER"]}
    text = "Sơn La: BHXH tỉnh thu 5 tỷ đồng."
    (record,) = records(
        text, ("AREA", "Sơn La"), ("AGENCY", "BHXH tỉnh"), ("NUMBER", "5 tỷ đồng"),
        links=[(2, "SUBJECT", 0), (2, "COMPARED_TO", 1)], roles=roles,
    )  # fmt: skip
    assert record.subject[0].code == "14"
    assert record.compared_to[0].name == "Bảo hiểm xã hội tỉnh Sơn La"
    (record,) = records(text, ("LOC", "Sơn La"), ("NUMBER", "5 tỷ đồng"), links=[(1, "SUBJECT", 0)], roles=roles)
    assert (record.subject[0].code, record.subject[0].name) == (None, None)


# -- the gazetteer


def test_codes_are_found_both_ways():
    assert by_code("14").title == "Tỉnh Sơn La"
    assert by_code("24", day="2024-01-01").title == "Tỉnh Bắc Giang"
    assert by_code("24").title == "Tỉnh Bắc Ninh"
    assert by_code("125").parent is by_code("14")
    assert by_code("00001").parent.title == "Quận Ba Đình"
    assert by_code("99999") is None
    assert {place.code for place in lookup("Châu Thành") if place.level == Level.DISTRICT} == {
        "708", "808", "821", "831", "847", "877", "892", "905", "933", "942",
    }  # fmt: skip


def test_the_lists_are_whole():
    def count(level, day):
        from ie_model.places import gazetteer

        rows = (
            gazetteer._listed()
            if level < Level.COMMUNE
            else [(gazetteer._commune(r), "") for r in gazetteer._commune_rows()]
        )
        return sum(place.level == level and place.in_force(day) for place, _ in rows)

    assert count(Level.DISTRICT, "2025-06-30") == 696
    assert count(Level.DISTRICT, AFTER) == 0
    assert count(Level.COMMUNE, "2025-06-30") == 10035
    assert count(Level.COMMUNE, AFTER) == 3321


@pytest.mark.parametrize("written", ["Hoà Bình", "HÒA BÌNH", "hòa  bình", "Hòa-Bình", "Hòa\u00a0Bình"])
def test_spellings_share_a_key(written):
    assert key(written) == key(unicodedata.normalize("NFD", written)) == key("Hòa Bình")


# -- any text, at linear cost

MARKED = st.lists(
    st.tuples(
        st.sampled_from(["", ", ", "\n", " (", " và ", "; "]),
        st.booleans(),
        st.one_of(
            st.text(max_size=30),
            st.sampled_from(
                ["toàn tỉnh", "cả nước", "huyện Châu Thành", "Hà Giang", "BHXH tỉnh", "UBND xã", "TP.", "Phường 5"]
            ),
        ),
    ),
    max_size=12,
)


@settings(max_examples=200, deadline=None)
@given(MARKED, st.sampled_from([None, BEFORE, AFTER, "0001-01-01", "9999-12-31"]))
def test_no_text_raises(parts, day):
    text, places, bodies = "", [], []
    for joint, is_body, words in parts:
        text += joint
        (bodies if is_body else places).append((len(text), len(text) + len(words)))
        text += words
    linker = Linker(text, places, bodies)
    names = BodyNames(text, bodies, linker)
    for start, end in places:
        found = linker.link(start, end, day)
        assert found is None or found.name
    for start, end in bodies:
        names.name(start, end, day)


@pytest.mark.parametrize("piece", ["huyện Châu Thành, ", "Tân Lập, ", "toàn tỉnh ", "UBND tỉnh (", "xã " * 3])
def test_the_cost_is_linear(piece):
    def prepare(count: int) -> tuple[str, list[tuple[int, int]]]:
        return piece * count, [(i * len(piece), i * len(piece) + len(piece.rstrip(" ,("))) for i in range(count)]

    def run(data: tuple[str, list[tuple[int, int]]]) -> None:
        text, spans = data
        linker = Linker(text, spans, spans)
        names = BodyNames(text, spans, linker)
        for span in spans:
            linker.link(*span, BEFORE)
            names.name(*span, BEFORE)

    assert_linear(prepare, run, 500, 5000, floor=0.002)


def test_records_without_places_are_left_alone():
    (record,) = records("Thu 5 tỷ đồng.", ("QUANTITY", "5 tỷ đồng"), links=[])
    assert record == replace(record, subject=(), compared_to=())
