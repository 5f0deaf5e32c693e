"""Names and texts that nobody wrote, in the scripts that people write in.

Numbers are from ranges that their regulators keep for fiction; there are some 175,000.
"""

from random import Random
from typing import NamedTuple


class Tongue(NamedTuple):
    """``{n}`` in a text becomes a number, ``{what}`` one of the things.

    ``texts`` are a customer's, ``replies`` the shop's.
    """

    given: tuple[str, ...]
    family: tuple[str, ...]
    between: str
    things: tuple[str, ...]
    texts: tuple[str, ...]
    replies: tuple[str, ...]


_ENGLISH = Tongue(
    (
        "Ada",
        "Ben",
        "Clara",
        "Dev",
        "Elena",
        "Finn",
        "Grace",
        "Hugo",
        "Ines",
        "Jonas",
        "Kira",
        "Liam",
        "Maria",
        "Noah",
        "Olivia",
        "Paul",
        "Quinn",
        "Rosa",
        "Sam",
        "Tara",
        "Uma",
        "Victor",
        "Wanda",
        "Xavier",
        "Yara",
        "Zoë",
    ),
    (
        "Abbott",
        "Baker",
        "Carter",
        "Dalton",
        "Evans",
        "Fisher",
        "Grant",
        "Hughes",
        "Iverson",
        "Jensen",
        "Keller",
        "Lambert",
        "Mason",
        "Novak",
        "Okafor",
        "Parker",
        "Quigley",
        "Reyes",
        "Silva",
        "Turner",
        "Underwood",
        "Vance",
        "Walsh",
        "Young",
    ),
    " ",
    (
        "kettle",
        "lamp",
        "bicycle",
        "jacket",
        "teapot",
        "notebook",
        "chair",
        "blanket",
        "backpack",
        "clock",
        "mirror",
        "candle",
        "rug",
        "vase",
        "scarf",
        "umbrella",
        "headphones",
        "keyboard",
        "wallet",
        "tent",
        "stool",
        "mug",
    ),
    (
        "Hello, is the {what} back in stock?",
        "Thanks, that was quick!",
        "Could you please tell me when order {n} arrives?",
        "The {what} came today and it is *perfect*, thank you",
        "I would like to return the {what}, how does that work?",
        "Please send the invoice for order {n} to my e-mail address",
        "Do you ship the {what} to Ireland, and what does it cost?",
        "ok",
        "Is there a discount if I take {n} of the {what}?",
        "The parcel with the {what} has been at customs for a week now, and nobody answers the "
        "telephone. Order {n}. Can you find out what they need from me?",
    ),
    (
        "One moment, I will have a look at that for you.",
        "Your order {n} has left our warehouse and should be there tomorrow.",
        "Yes, the {what} is in stock again. Shall I put one aside for you?",
        "We are open from nine to six, on Saturdays until two.",
        "Sorry about that! I have sent a new {what} just now, free of charge.",
        "You are welcome!",
    ),
)
_SPANISH = Tongue(
    ("Lucía", "Mateo", "Sofía", "Joaquín", "Martín", "Inés", "Andrés", "Belén"),
    ("García", "Núñez", "Peña", "Muñoz", "Ibáñez", "Gómez", "Ríos", "Solís"),
    " ",
    ("lámpara", "bicicleta", "tetera", "mochila", "sillón", "paraguas"),
    (
        "Hola, ¿todavía hay {what}?",
        "¿Cuándo llega el pedido {n}? Gracias",
        "Perfecto, mañana paso a recoger la {what}",
    ),
    (
        "Sí, todavía nos queda {what}.",
        "El envío cuesta {n} euros y tarda tres días.",
        "Gracias a usted. ¡Hasta pronto!",
    ),
)
_GERMAN = Tongue(
    ("Jürgen", "Käthe", "Lukas", "Marlene", "Sören", "Änne", "Björn", "Greta"),
    ("Müller", "Weiß", "Schröder", "Köhler", "Vogel", "Lindqvist", "Bäcker", "Groß"),
    " ",
    ("Teekanne", "Lampe", "Fahrradschlüssel", "Jacke", "Spiegel", "Rucksack"),
    (
        "Guten Tag, ist die {what} noch verfügbar?",
        "Wo bleibt meine Bestellung {n}? Ich warte seit über einer Woche.",
        "Schöne Grüße und vielen Dank für die schnelle Lieferung!",
        "Bitte schicken Sie mir die Rechnung Nr. {n}.",
    ),
    (
        "Guten Tag, ich sehe gleich für Sie nach.",
        "Ihre Bestellung {n} ist heute verschickt worden.",
        "Gern geschehen! Einen schönen Tag noch.",
    ),
)
_ARABIC = Tongue(
    ("ليلى", "عمر", "نور", "يوسف", "مريم", "كريم", "سلمى", "طارق"),
    ("الحداد", "النجار", "الخطيب", "منصور", "الشامي", "حسن", "العطار"),
    " ",
    ("المصباح", "الحقيبة", "الدراجة", "الساعة", "الكتاب"),
    (
        "السلام عليكم، هل {what} متوفرة؟",
        "متى يصل الطلب رقم {n} من فضلك؟",
        "شكراً جزيلاً على السرعة 🌷",
    ),
    (
        "نعم، يمكنك استلام {what} غداً",
        "تم شحن الطلب رقم {n} اليوم",
        "أهلاً وسهلاً بك",
    ),
)
_HEBREW = Tongue(
    ("נועה", "איתן", "תמר", "אורי", "מאיה"),
    ("לוי", "כהן", "פרידמן", "ברק", "שלו"),
    " ",
    ("מנורה", "תיק", "שעון", "ספר"),
    ("שלום, האם ה{what} במלאי?", "מתי תגיע הזמנה {n}?", "תודה רבה!"),
    ("כן, ה{what} במלאי.", "הזמנה {n} נשלחה היום.", "בשמחה!"),
)
_CHINESE = Tongue(
    ("小明", "丽", "伟", "芳", "静怡", "子轩", "雨桐"),
    ("王", "李", "张", "刘", "陈", "欧阳"),
    "",
    ("茶壶", "台灯", "自行车", "背包", "雨伞"),
    (
        "你好,请问{what}还有货吗?",
        "订单{n}什么时候能到?谢谢",
        "收到了,质量很好,下次再来",
    ),
    (
        "我们已经把{what}寄出了,请注意查收。",
        "订单{n}今天已发货",
        "不客气,欢迎再来",
    ),
)
_JAPANESE = Tongue(
    ("さくら", "健太", "美咲", "ハルト", "陽子"),
    ("佐藤", "鈴木", "高橋", "田中", "山本"),
    " ",
    ("ティーポット", "ランプ", "自転車", "リュック", "傘"),
    (
        "こんにちは、{what}はまだありますか?",
        "注文番号{n}はいつ届きますか",
        "ありがとうございます!とても気に入りました",
    ),
    (
        "明日までに{what}を発送いたします。",
        "注文番号{n}は本日発送いたしました。",
        "またのご利用をお待ちしております。",
    ),
)
_HINDI = Tongue(
    ("आरव", "दीया", "कबीर", "मीरा", "रोहन"),
    ("शर्मा", "वर्मा", "पटेल", "गुप्ता", "सिंह"),
    " ",
    ("केतली", "साइकिल", "घड़ी", "छाता"),
    ("नमस्ते, क्या {what} उपलब्ध है?", "ऑर्डर {n} कब आएगा?", "बहुत धन्यवाद 🙏"),
    ("जी हाँ, {what} उपलब्ध है।", "ऑर्डर {n} आज भेज दिया गया है।", "आपका स्वागत है"),
)
_RUSSIAN = Tongue(
    ("Анна", "Пётр", "Ольга", "Семён", "Вера"),
    ("Иванова", "Соколов", "Ёлкин", "Морозова", "Зайцев"),
    " ",
    ("чайник", "лампа", "рюкзак", "зонт"),
    ("Здравствуйте, {what} есть в наличии?", "Когда придёт заказ {n}?", "Большое спасибо!"),
    ("Да, {what} есть в наличии.", "Заказ {n} отправлен сегодня.", "Пожалуйста!"),
)
_EMOJI = Tongue(
    ("🌻 Ada", "DJ Ben 🎧", "✨Clara✨", "Finn 🚴", "🐢"),
    ("", "💛", "🇺🇳"),
    " ",
    ("🫖", "🚲", "🎒", "⏰"),
    ("👍", "🙏🙏🙏", "{what}?", "❤️", "😂😂 order {n}", "👨‍👩‍👧‍👦 ok"),
    ("👍 order {n}", "{what} ✅", "🙂"),
)

_TONGUES = (
    _ENGLISH, _SPANISH, _GERMAN, _ARABIC, _HEBREW, _CHINESE, _JAPANESE, _HINDI, _RUSSIAN, _EMOJI,
)  # fmt: skip
_WEIGHTS = (52, 10, 8, 8, 3, 6, 4, 3, 3, 3)
_PERCENT = tuple(
    spoken for spoken, share in zip(_TONGUES, _WEIGHTS, strict=True) for _ in range(share)
)

AGENTS = ("Ana", "Ben", "Carmen", "Dmitri")

_UK_AREAS = ("20 7946", "113 496", "114 496", "115 496", "116 496", "117 496", "118 496",
             "121 496", "131 496", "141 496", "151 496", "161 496", "191 498")  # fmt: skip
_US = 800 * 100
_AUSTRALIA = 8 * 10_000
_UK = 1_000 * (len(_UK_AREAS) + 1)


def tongue(lot: int) -> Tongue:
    return _PERCENT[lot % len(_PERCENT)]


def name(lot: int, speaks: Tongue) -> str:
    given = speaks.given[lot // 100 % len(speaks.given)]
    family = speaks.family[lot // 10_000 % len(speaks.family)]
    if speaks is _CHINESE or speaks is _JAPANESE:
        return f"{family}{speaks.between}{given}"
    return f"{given}{speaks.between}{family}".strip()


def made_up_text(chosen: Random, speaks: Tongue, *, incoming: bool) -> str:
    texts = speaks.texts if incoming else speaks.replies
    words = texts[int(chosen.random() ** 1.5 * len(texts))]
    if "{n}" in words:
        words = words.replace("{n}", str(int(2 + chosen.random() ** 3 * 90_000)))
    if "{what}" in words:
        what = speaks.things[int(chosen.random() * len(speaks.things))]
        words = words.replace("{what}", what)
    return words


def fiction_number(index: int) -> str | None:
    """The digits of the index-th number for fiction; None when there are no more."""
    # Spread over the countries, so that a small trial has all of them.
    turn, country = divmod(index, 8)
    if country == 7 and turn < _UK:
        area, last = divmod(turn, 1_000)
        if area == len(_UK_AREAS):
            return f"447700900{last:03d}"
        return f"44{_UK_AREAS[area].replace(' ', '')}0{last:03d}"[:12]
    place = turn * 7 + country if country < 7 else None
    if place is None:
        return None
    if place % 2 == 0 and place // 2 < _US:
        area, last = divmod(place // 2, 100)
        return f"1{200 + area % 800}55501{last:02d}"
    if place % 2 and place // 2 < _AUSTRALIA:
        area, last = divmod(place // 2, 10_000)
        return f"61{'2378'[area % 4]}{'5550' if area < 4 else '7010'}{last:04d}"
    return None
