"""Where the demonstration happens: issuing bodies, delegations, providers and enterprises."""

from dataclasses import dataclass

from certify.scheme.words import OrganisationKind as K


@dataclass(frozen=True)
class Body:
    """An issuing body with the countries and modules delegated to it."""

    key: str
    legal_name: str
    country: str
    zone: str
    delegations: tuple[tuple[str, tuple[str, ...], str], ...]  # country, modules, instrument


@dataclass(frozen=True)
class Provider:
    """A service provider."""

    key: str
    name: str
    kind: K
    country: str


@dataclass(frozen=True)
class Factory:
    """An enterprise with its contact."""

    key: str
    name: str
    country: str
    sector: str
    size: int
    contact: str
    language: str = "en"


BODIES = (
    Body(
        "vn", "Liên minh Năng suất và Việc làm SCORE Việt Nam", "VN", "Asia/Ho_Chi_Minh",
        (("VN", ("WPC", "QUA", "REF", "WFM", "OSH"), "Memorandum VN/2021/07"),),
    ),
    Body(
        "et", "የኢትዮጵያ የስኮር አሰልጣኞች ማረጋገጫ ማዕከል", "ET", "Africa/Addis_Ababa",
        (("ET", ("WPC", "LEA", "OSH"), "Memorandum ET/2022/02"),),
    ),
    Body(
        "regional", "SCORE Global Partners, Genève", "CH", "Europe/Zurich",
        tuple((country, ("WPC",), f"Letter {country}/2022") for country in ("TN", "EG", "PE", "CN", "TR")),
    ),
    Body("alliance", "SCORE Training Alliance, Torino", "IT", "Europe/Rome", ()),
)  # fmt: skip
SUCCEEDED = ("regional", "alliance", 30)  # which body, by which, so many days ago

PROVIDERS = (
    Provider("nangsuat", "Công ty Tư vấn Năng suất Việt", K.CONSULTING_COMPANY, "VN"),
    Provider("university", "Trường Đại học Bách khoa Đà Nẵng", K.UNIVERSITY, "VN"),
    Provider("hiephoi", "Hiệp hội Dệt may Đồng Nai", K.INDUSTRY_ASSOCIATION, "VN"),
    Provider("kaizen", "የኢትዮጵያ ካይዘን ኢንስቲትዩት", K.GOVERNMENT_AGENCY, "ET"),
    Provider("myanmar", "မြန်မာ့အထည်ချုပ်လုပ်ငန်းရှင်များအသင်း", K.INDUSTRY_ASSOCIATION, "MM"),
    Provider("beijing", "北京中小企业发展咨询有限公司", K.CONSULTING_COMPANY, "CN"),
    Provider("cairo", "اتحاد الصناعات المصرية", K.EMPLOYERS_ORGANISATION, "EG"),
    Provider("lima", "Cámara de Comercio de Lima", K.EMPLOYERS_ORGANISATION, "PE"),
    Provider("izmir", "Ege İhracatçıları Danışmanlık", K.CONSULTING_COMPANY, "TR"),
    Provider("sfax", "Institut de la productivité de Sfax", K.TRAINING_ORGANISATION, "TN"),
)

# In fours: one cohort each.
FACTORIES = (
    Factory("binhminh", "May Bình Minh", "VN", "C14 Garments", 180, "yen", "vi"),
    Factory("tanphu", "Gỗ Tân Phú", "VN", "C31 Furniture", 120, "Đào Văn Lộc", "vi"),
    Factory("dailoi", "Nhựa Đại Lợi", "VN", "C22 Plastics", 90, "Phí Thị Hạnh", "vi"),
    Factory("hadong", "Cơ khí Hà Đông", "VN", "C25 Metal products", 210, "Tống Văn Bình", "vi"),
    Factory("battrang", "Gốm sứ Bát Tràng", "VN", "C23 Ceramics", 75, "Hà Thị Sen", "vi"),
    Factory("phuquoc", "Nước mắm Phú Quốc", "VN", "C10 Food", 65, "Mạc Văn Hải", "vi"),
    Factory("thudau", "Sơn mài Thủ Dầu Một", "VN", "C31 Furniture", 140, "Âu Thị Mận", "vi"),
    Factory("songcau", "Thủy sản Sông Cầu", "VN", "C10 Food", 230, "Lục Văn Nam", "vi"),
    Factory("namdinh", "Dệt Nam Định", "VN", "C13 Textiles", 160, "Trịnh Thị Duyên", "vi"),
    Factory("hoian", "Da giày Hội An", "VN", "C15 Leather", 110, "Ninh Văn Quý", "vi"),
    Factory("longan", "Bao bì Long An", "VN", "C17 Paper", 85, "Khổng Thị Lý", "vi"),
    Factory("dalat", "Nông sản Đà Lạt", "VN", "C10 Food", 130, "Giáp Văn Thành", "vi"),
    Factory("hawassa", "ሀዋሳ ጨርቃ ጨርቅ", "ET", "C13 Textiles", 220, "ብርሃኑ ለማ"),
    Factory("modjo", "ሞጆ ቆዳ ፋብሪካ", "ET", "C15 Leather", 150, "ትዕግሥት መኮንን"),
    Factory("adama", "አዳማ ብረታ ብረት", "ET", "C25 Metal products", 95, "ካሣሁን በላይ"),
    Factory("bahirdar", "ባሕር ዳር ዘይት", "ET", "C10 Food", 70, "ፋሲካ ደምሴ"),
)
