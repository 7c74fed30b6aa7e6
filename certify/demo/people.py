"""Who lives in the demonstration: names as their owners write them, and what each one does."""

from dataclasses import dataclass

from certify.scheme.words import RoleName as R


@dataclass(frozen=True)
class Somebody:
    """A person of the demonstration; `key` is also the local part of the address."""

    key: str
    name: str
    country: str
    sex: str
    language: str = "en"
    works_for: str | None = None  # key of a provider

    @property
    def email(self) -> str:
        """The address, in a domain that belongs to nobody."""
        return f"{self.key}@score.example"


@dataclass(frozen=True)
class Office:
    """A role that somebody holds; modules empty: not bound to one."""

    key: str
    role: R
    country: str | None = None
    modules: tuple[str, ...] = ()
    issuer: str | None = None
    provider: str | None = None


def _many(country: str, language: str, *rows: tuple[str, ...]) -> list[Somebody]:
    return [Somebody(row[0], row[1], country, row[2], language, *row[3:]) for row in rows]


# The two who let everybody else in, with their roles.
FIRST = (
    (Somebody("sarah", "Sarah Mensah", "GH", "f"), R.ADMINISTRATOR),
    (Somebody("claire", "Claire Fontaine-Dubois", "CH", "f", "fr"), R.SCHEME_OWNER),
)

PEOPLE = [
    Somebody("jonas", "Jonas Lindqvist", "SE", "m"),
    Somebody("mehmet", "Mehmet Yıldırım", "TR", "m"),
    *_many(
        "VN", "vi",
        ("mai", "Đặng Hoàng Mai", "f"),
        ("son", "Võ Thanh Sơn", "m", "university"),
        ("dung", "Trần Văn Dũng", "m"),
        ("ha", "Lê Thị Thu Hà", "f"),
        ("khin", "ခင်သန္တာဝင်း", "f"),
        ("long", "Đỗ Hải Long", "m"),
        ("lananh", "Hoàng Thị Lan Anh", "f"),
        ("thinh", "Bùi Đức Thịnh", "m", "nangsuat"),
        ("huy", "Phan Gia Huy", "m"),
        ("yen", "Ngô Thị Hải Yến", "f"),
        ("hang", "Nguyễn Thị Minh Hằng", "f"),
        ("bao", "Phạm Quốc Bảo", "m"),
        # on the path, in its order
        ("chi", "Lý Kim Chi", "f"),
        ("phuc", "Trương Hồng Phúc", "m"),
        ("nhung", "Mai Thị Tuyết Nhung", "f", "nangsuat"),
        ("khoa", "Đinh Đăng Khoa", "m"),
        ("trang", "Cao Thùy Trang", "f"),
        ("vinh", "Hồ Quang Vinh", "m"),
        ("quyen", "Tô Lệ Quyên", "f"),
        ("dat", "Lâm Tấn Đạt", "m"),
        ("linh", "Dương Khánh Linh", "f"),
        ("kiet", "Tạ Tuấn Kiệt", "m"),
        ("ngoc", "Vương Bảo Ngọc", "f"),
        ("minh", "Từ Khắc Minh", "m"),
        ("tra", "Quản Thu Trà", "f"),
        ("phuoc", "Đàm Vĩnh Phước", "m"),
        ("tam", "Chu Minh Tâm", "m"),
        ("thao", "Lương Phương Thảo", "f", "nangsuat"),
        ("hieu", "Kiều Trung Hiếu", "m"),
        ("oanh", "Quách Kiều Oanh", "f"),
        ("tien", "Huỳnh Cẩm Tiên", "f"),
        ("duc", "Phùng Anh Đức", "m", "university"),
        ("giang", "Thái Hương Giang", "f"),
        ("cuong", "Nghiêm Mạnh Cường", "m"),
        ("my", "Triệu Hà My", "f"),
        ("an", "Doãn Bình An", "m"),
        ("uyen", "La Tố Uyên", "f"),
        ("sang", "Viên Phú Sang", "m"),
        ("loan", "Đoàn Bích Loan", "f"),
        ("toan", "Bạch Chí Toàn", "m"),
        ("hoa", "Ông Thị Hoa", "f"),
        ("ngan", "Nghiêm Kim Ngân", "f"),
        ("minhthu", "Sử Ngọc Minh Thư", "f", "nangsuat"),
    ),
    *_many(
        "ET", "en",
        ("almaz", "አልማዝ በቀለ", "f"),
        ("tesfaye", "ተስፋዬ ገብረመድኅን", "m"),
        ("hirut", "ሂሩት ወልደማርያም", "f"),
        ("dawit", "ዳዊት ኃይሌ", "m"),
        ("selam", "ሰላማዊት አበበ", "f"),
        ("yonas", "ዮናስ ታደሰ", "m"),
        ("meron", "ሜሮን ከበደ", "f"),
    ),
    *_many("MM", "en", ("thiri", "သီရိမြင့်မြတ်", "f"), ("zaw", "ဇော်လင်းထွန်း", "m")),
    *_many("CN", "zh", ("wang", "王秀英", "f"), ("li", "李建国", "m"), ("ouyang", "欧阳晓燕", "f")),
    *_many("EG", "ar", ("fatma", "فاطمة الزهراء عبد الرحمن", "f"), ("omar", "عمر خالد المصري", "m")),
    *_many("PE", "es", ("maria", "María del Pilar Quispe Huamán", "f"), ("jose", "José Ángel Núñez", "m")),
    *_many("TR", "tr", ("seyma", "Şeyma Gül Öztürk", "f"), ("cagri", "Çağrı Işık", "m")),
    *_many("TN", "fr", ("aicha", "Aïcha Ben Salah", "f"), ("francois", "François-Xavier N’Guessan", "m")),
]  # fmt: skip

EVERYBODY = (*(somebody for somebody, _role in FIRST), *PEOPLE)

_VN = ("WPC", "QUA", "OSH")
OFFICES = (
    Office("jonas", R.ADMINISTRATOR),
    Office("mehmet", R.AUDITOR),
    Office("mai", R.MASTER_TRAINER, "VN", _VN, issuer="vn"),
    Office("son", R.MASTER_TRAINER, "VN", _VN, issuer="vn"),
    Office("dung", R.EXPERT_TRAINER, "VN", _VN),
    Office("ha", R.EXPERT_TRAINER, "VN", _VN),
    Office("khin", R.EXPERT_TRAINER, "VN", ("WPC",)),
    Office("long", R.EXPERT_TRAINER, "VN", ("WPC",)),
    Office("lananh", R.COORDINATOR, "VN"),
    Office("thinh", R.PROVIDER, "VN", provider="nangsuat"),
    Office("huy", R.QA_REVIEWER, "VN"),
    Office("almaz", R.MASTER_TRAINER, "ET", ("WPC", "LEA"), issuer="et"),
    Office("tesfaye", R.EXPERT_TRAINER, "ET", ("WPC", "LEA")),
    Office("hirut", R.EXPERT_TRAINER, "ET", ("WPC",)),
    Office("dawit", R.COORDINATOR, "ET"),
    Office("francois", R.MASTER_TRAINER, "TN", ("WPC",), issuer="regional"),
    Office("francois", R.MASTER_TRAINER, "EG", ("WPC",), issuer="regional"),
    Office("francois", R.MASTER_TRAINER, "PE", ("WPC",), issuer="regional"),
    Office("francois", R.MASTER_TRAINER, "CN", ("WPC",), issuer="regional"),
    Office("francois", R.MASTER_TRAINER, "TR", ("WPC",), issuer="regional"),
    Office("li", R.COORDINATOR, "CN"),
)

# The accounts that demo.json lists: (role there, key). All cover Workplace Cooperation in Viet Nam.
SIGN_INS = (
    ("candidate", "hang"),
    ("candidate", "bao"),  # has no case yet
    ("expert_trainer", "ha"),
    ("expert_trainer", "dung"),
    ("expert_trainer", "khin"),
    ("master_trainer", "mai"),
    ("master_trainer", "son"),  # works with a candidate who waits for the decision
    ("coordinator", "lananh"),
    ("provider", "thinh"),
    ("enterprise_contact", "yen"),
    ("qa_reviewer", "huy"),
    ("scheme_owner", "claire"),
    ("auditor", "mehmet"),
    ("administrator", "sarah"),
)

# Who holds a certificate; told beside the list, for everybody of the list is on the way, or in an office.
CERTIFIED = next(somebody for somebody in EVERYBODY if somebody.key == "uyen")
