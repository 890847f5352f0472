"""Report-like texts made of a small stock of words, for tests that plant copies: no sentence stands twice by chance."""

import random

WORDS = [
    *("工会", "职工", "基层", "维权", "培训", "企业", "合同", "女职工", "劳动", "竞赛", "互助", "保障", "服务", "调研", "文化", "体育"),
    *("技能", "班组", "安全", "生产", "民主", "管理", "公开", "协商", "调解", "法律", "援助", "帮扶", "救助", "慰问", "图书", "健康"),
    *("体检", "就业", "创业", "宣传", "教育", "组织", "建设", "制度", "考核", "干部", "会员", "代表", "经费", "审查", "阵地", "网络"),
    *("平台", "信息"),
]
VERBS = [
    *("推进", "组织", "开展", "落实", "检查", "完善", "指导", "汇总", "梳理", "安排", "协调", "督促", "建立", "扩大", "改进", "巩固"),
]


def sentence(rng: random.Random) -> str:
    words = [rng.choice(WORDS) + rng.choice(WORDS) for _ in range(rng.randint(2, 5))]
    return rng.choice(VERBS) + "、".join(words) + rng.choice(VERBS) + rng.choice(WORDS) + "。"


def figure_line(rng: random.Random) -> str:
    return f"{rng.choice(WORDS)}{rng.choice(VERBS)}{rng.choice(WORDS)}{rng.randint(100, 9999)}人，{rng.choice(WORDS)}{rng.randint(100, 9999)}元。"


def report(seed: int, characters: int = 1500, figures: float = 0.1) -> str:
    rng = random.Random(seed)
    parts: list[str] = []
    while sum(map(len, parts)) < characters:
        parts.append(figure_line(rng) if rng.random() < figures else sentence(rng))
    return "".join(parts)


def edited(text: str, seed: int, rate: float) -> str:
    rng = random.Random(seed)
    letters = "".join(WORDS)
    return "".join(rng.choice(letters) if rng.random() < rate and not c.isdigit() else c for c in text)
