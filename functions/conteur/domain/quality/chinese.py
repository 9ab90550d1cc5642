"""Telling simplified from traditional Chinese by characters that only one of them has."""

from conteur.domain.languages import primary_tag

# Of stories' commonest characters; the same place in both lines is the same character.
SIMPLIFIED = (
    "这们说时来对过发会个国为开学经点现动样声听爱门问间见长车马鸟鱼龙东风飞气儿妈爷树叶红绿蓝灯"
    "梦觉实让给还没从边进远连谁请讲话读写书画笔纸钱轻转头脸欢乐岁两几条热阳阴难双变处关兴奋"
    "惊吓闪烁颗种无万与应该认识记忆亲独暖静满渐终续结紧张怀"
)
TRADITIONAL = (
    "這們說時來對過發會個國為開學經點現動樣聲聽愛門問間見長車馬鳥魚龍東風飛氣兒媽爺樹葉紅綠藍燈"
    "夢覺實讓給還沒從邊進遠連誰請講話讀寫書畫筆紙錢輕轉頭臉歡樂歲兩幾條熱陽陰難雙變處關興奮"
    "驚嚇閃爍顆種無萬與應該認識記憶親獨暖靜滿漸終續結緊張懷"
)
FEWEST_TELLING = 10  # characters that only one of the two has
TO_SIMPLIFIED = str.maketrans(TRADITIONAL, SIMPLIFIED)

_PAIRS = [pair for pair in zip(SIMPLIFIED, TRADITIONAL, strict=True) if pair[0] != pair[1]]
_ONLY = {
    "Hans": frozenset(simplified for simplified, _ in _PAIRS),
    "Hant": frozenset(traditional for _, traditional in _PAIRS),
}
_TRADITIONAL_SUBTAGS = {"Hant", "TW", "HK", "MO"}


def chinese_script(tag: str) -> str | None:
    """Return the tag's way to write Chinese, `Hans` or `Hant`; None for other languages."""
    subtags = tag.split("-")[1:]
    if primary_tag(tag) != "zh":
        return None
    if "Hans" in subtags:
        return "Hans"
    return "Hant" if _TRADITIONAL_SUBTAGS.intersection(subtags) else "Hans"


def share_of_chinese_script(text: str, which: str) -> float:
    """Return the share of the telling characters that are of `which`; 1 where they are few."""
    counts = {way: sum(map(only.__contains__, text)) for way, only in _ONLY.items()}
    total = sum(counts.values())
    return counts[which] / total if total >= FEWEST_TELLING else 1.0
