"""The marks and set phrases of the contract's languages that the stages look for."""

COLONS = ":："
DASHES = "—–-―"

SENTENCE_MARKS = ".!?…।؟۔"
UNSPACED_SENTENCE_MARKS = "。！？!?"
GREEK_QUESTION_MARK = ";"
CLOSING_MARKS = "\"'”’“‘»«›‹)]*_"
UNSPACED_CLOSING_MARKS = "」』”’）》"
CLAUSE_ENDS = "。．.।۔،,;；؛…" + COLONS

QUOTED_LINE = r"[\"“„«»「『《](?P<text>[^\"“”„«»」』》]+)[\"“”»«」』》]"
AROUND_A_TITLE = " \t\n\"'*_#«»“”„‘’「」『』()[]" + DASHES
AROUND_AN_END = " \t*_#~=.…()[]（）【】～。" + DASHES

TITLE_LABELS = (
    *("title", "titre", "titel", "título", "titulo", "titolo", "tytuł", "tittel", "otsikko"),
    *("název", "titlu", "cím", "τίτλος", "başlık", "назва", "название", "العنوان", "عنوان"),
    *("כותרת", "शीर्षक", "タイトル", "題名", "제목", "标题", "標題"),
)

# What a line under the title may say without being prose, reduced to its letters and digits.
STORY_LABELS = ("story", "thestory", "histoire", "lhistoire", "text", "texte", "cuento")

# Lines that say that the story is over, by language.
ENDS = {
    "fr": ("fin", "la fin"),
    "es": ("fin", "el fin"),
    "de": ("ende",),
    "it": ("fine", "la fine"),
    "pt": ("fim",),
    "nl": ("einde", "het einde"),
    "pl": ("koniec",),
    "sv": ("slut",),
    "da": ("slut",),
    "nb": ("slutt",),
    "fi": ("loppu",),
    "cs": ("konec",),
    "ro": ("sfârșit",),
    "hu": ("vége",),
    "el": ("τέλος",),
    "tr": ("son",),
    "uk": ("кінець",),
    "ru": ("конец",),
    "ar": ("النهاية",),
    "he": ("סוף", "הסוף"),
    "hi": ("समाप्त",),
    "ja": ("おわり", "終わり", "完"),
    "ko": ("끝",),
    "zh": ("完", "全文完", "故事完"),
}
