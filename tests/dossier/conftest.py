"""A small batch made by hand: copies with changed figures, one cut short, figures that contradict, a hostile title."""

import json
import math
import re

import pandas
import pytest

OPENING = "在县委和上级工会的领导下，我们坚持以职工为中心，扎实开展各项工作，现将全年情况报告如下。\n"
ORGANISE = "一、夯实组织基础\n全年新建工会组织{new}家，应建女职工组织1506家，已建1462家，组建率达97%。入会会员{members}名，三级网络覆盖全部行政村，工会小组长逐一登记在册。\n"
HELP = "二、做实帮扶救助\n（一）春节期间走访慰问困难职工{families}户，发放慰问金{money}万元。\n（二）金秋助学资助困难职工子女{students}名，做到应助尽助，一户一策、一人一档。\n"
GUARD = "三、维护职工权益\n受理劳动争议{cases}件，调解成功41件，追回拖欠工资{wages}万元。《女职工劳动保护特别规定》等法律法规宣传进企业、进车间、进班组。\n"
NEXT = "四、下步打算\n明年计划走访企业120家，力争会员再增2000名。\n"
HOSTILE = '<script>alert("标题")</script>'

_BODY = OPENING + ORGANISE + HELP + GUARD + NEXT
TEXTS = {
    "r-qinghe": "青河县总工会2023年工作总结\n" + _BODY.format(new=68, members=2460, families=235, money="22.8", students=38, cases=48, wages="11.02"),
    "r-baishi": "白石镇工会工作情况汇报\n" + _BODY.format(new=86, members=2460, families=235, money="32.8", students=38, cases=52, wages="11.02"),
    "r-cut": "柳林街道总工会年度总结\n" + (OPENING + ORGANISE + HELP).format(new=68, members=2460, families=235, money="22.8", students=38),
    "r-own": "国营第三纺织厂工会工作总结\n本厂现有职工1000多名，工会会员780名，入会率95％以上。\n一、劳动竞赛\n组织岗位练兵12场，参加职工3400人次，评出技术能手26名。\n二、民主管理\n"
    "召开职代会2次，审议通过集体合同1份，提案办结率达到100，共有职工人参加评议。\n",
    "r-hostile": f'{HOSTILE}\n汇报单位：北山<b>矿务局</b>工会 & "井下"\'分会\'\n组织安全培训15期，培训职工860人次。\x00\u202e结尾\n',
}
ABOUT = {
    "r-qinghe": ("县区/青河县总工会2023.docx", "青河县总工会2023年工作总结", "青河县总工会", "2023年"),
    "r-baishi": ("县区/白石镇.doc", "白石镇工会工作情况汇报", "白石镇总工会", "2023年"),
    "r-cut": ("街道.txt", "柳林街道总工会年度总结", "柳林街道总工会", "2023年"),
    "r-own": ("企业/三纺.pdf", "国营第三纺织厂工会工作总结", "国营第三纺织厂工会", "2023年"),
    "r-hostile": ("汇编.txt", HOSTILE, "", ""),
}
START = {report_id: 7 if report_id == "r-hostile" else 0 for report_id in TEXTS}
"""The hostile one is the second of its file, so that offsets in the file and in the report differ."""

FACTS = {
    "新建工会组织{}家": ("新建工会数", "家", "工会"),
    "应建女职工组织{}家": ("应建数", "家", "女职工组织"),
    "已建{}家": ("女职工组织数", "家", "女职工组织"),
    "组建率达{}%": ("组建率", "%", "女职工组织"),
    "会员{}名": ("会员数", "人", ""),
    "困难职工{}户": ("帮扶人次", "户", "困难职工"),
    "慰问金{}万元": ("慰问金", "元", "困难职工"),
    "职工子女{}名": ("助学人数", "人", "困难职工子女"),
    "劳动争议{}件": ("维权案件数", "件", ""),
    "工资{}万元": ("追回金额", "元", ""),
    "走访企业{}家": ("走访数", "家", "企业"),
    "参加职工{}人次": ("参加人次", "人次", "职工"),
    "培训职工{}人次": ("培训人次", "人次", "职工"),
}


def place(report_id: str, words: str) -> list[int]:
    """Where words stand, in offsets of the file."""
    at = TEXTS[report_id].index(words) + START[report_id]
    return [at, at + len(words)]


def _facts() -> list[dict[str, object]]:
    rows = []
    for report_id, text in TEXTS.items():
        for pattern, (indicator, unit, subject) in FACTS.items():
            before, after = pattern.split("{}")
            for found in re.finditer(re.escape(before) + r"([\d.]+)" + re.escape(after), text):
                start = START[report_id] + found.start(1)
                value = float(found[1]) * (10_000 if after == "万元" else 1)
                rows.append(
                    {
                        "report_id": report_id, "reporting_unit": ABOUT[report_id][2], "start": start, "end": start + len(found[1]) + len(after),
                        "quote": found[1] + after, "value": value, "low": math.nan, "high": math.nan, "unit": unit, "bound": "exact",
                        "indicator": indicator, "subject": subject, "label": before, "period": "全年", "scope": "", "flags": "", "cue": before, "confidence": 0.9,
                        "status": "planned" if before == "走访企业" else "achieved",
                    }
                )
    return sorted(rows, key=lambda row: (row["report_id"], row["start"]))


def _sections() -> list[dict[str, object]]:
    themes = {"一、夯实": "组织建设", "二、做实": "帮扶救助", "三、维护": "权益维护", "四、下步": "下步计划", "一、劳动": "素质提升", "二、民主": "民主管理"}
    rows = []
    for report_id, text in TEXTS.items():
        lines = [line for line in text.split("\n") if line[:1] in "一二三四" and line[1:2] == "、"]
        starts = [place(report_id, line)[0] for line in lines] + [START[report_id] + len(text)]
        for ordinal, line in enumerate(lines):
            rows.append(
                {
                    "report_id": report_id, "ordinal": ordinal, "start": starts[ordinal], "end": starts[ordinal + 1], "level": 1,
                    "number": line[:2], "heading": line[2:], "theme": themes[line[:4]], "sure": ordinal % 2 == 0, "probability": 0.91 - 0.2 * (ordinal % 2),
                    "second_theme": None, "audiences": "困难职工" if "帮扶" in line else "", "evidence": line,
                }
            )
    return rows


def _finding(report_id: str, verdict: str, rule: str, message: str, quotes: list[str], computed: float = math.nan, stated: float = math.nan, question: str = "") -> dict[str, object]:
    spans = [place(report_id, quote) for quote in quotes]
    return {
        "report_id": report_id, "rule": rule, "verdict": verdict, "message": message, "question": question, "computed": computed, "stated": stated,
        "start": spans[0][0], "end": spans[0][1], "quote": quotes[0], "spans": json.dumps(spans),
    }


def _match(a: str, b: str, kind: str, shares: tuple[float, float, float, float], shared: int, passages: list[tuple[str, str, str]]) -> dict[str, object]:
    cells = [[*place(a, x), *place(b, y), passage] for x, y, passage in passages]
    return {
        "a": a, "b": b, "jaccard": 0.9 * min(shares[:2]), "containment_a": shares[0], "containment_b": shares[1], "discounted_a": shares[2],
        "discounted_b": shares[3], "kind": kind, "shared_figures": shared, "passages": json.dumps(cells),
    }


def _part(report_id: str, first: str, last: str) -> str:
    text = TEXTS[report_id]
    return text[text.index(first) : text.index(last) + len(last)]


def make_tables() -> dict[str, pandas.DataFrame]:
    """The frames of the batch, fresh."""
    copied = [
        (_part("r-qinghe", "在县委", "现将全年"), _part("r-baishi", "在县委", "现将全年"), "stock"),
        (_part("r-qinghe", "一、", "登记在册"), _part("r-baishi", "一、", "登记在册"), "edited"),
        (_part("r-qinghe", "二、做实", "一人一档"), _part("r-baishi", "二、做实", "一人一档"), "edited"),
        (_part("r-qinghe", "调解成功", "万元。《"), _part("r-baishi", "调解成功", "万元。《"), "same"),
        ("《女职工劳动保护特别规定》", "《女职工劳动保护特别规定》", "quoted"),
        (_part("r-qinghe", "四、下步", "2000名"), _part("r-baishi", "四、下步", "2000名"), "same"),
    ]
    cut = [(_part("r-qinghe", "在县委", "一人一档"), _part("r-cut", "在县委", "一人一档"), "same")]
    findings = [
        _finding("r-qinghe", "consistent", "比率", "1462÷1506＝97.08%，原文97%，四舍五入后相符。", ["应建女职工组织1506家", "已建1462家", "组建率达97%"], 97.08, 97),
        _finding("r-own", "doubtful", "区间", "评出技术能手26名，未说明范围。", ["技术能手26名"], question="请核实评选范围。"),
        _finding("r-own", "conflict", "比率", "780÷1000＝78%，至多78%，原文称95%以上。", ["工会会员780名", "入会率95％以上"], 78, 95, "请核实会员数、职工数和入会率各自的口径。"),
        _finding("r-own", "damaged", "失号", "“达到100”之后疑缺百分号。", ["办结率达到100"]),
        _finding("r-own", "unverifiable", "比率", "提案办结率没有给出件数。", ["提案办结率"]),
        _finding("r-hostile", "conflict", "<i>规则</i>", "<img src=x onerror=alert(1)>合计不符", ["培训15期"], question="请核实</td>。"),
        _finding("r-cut", "signal", "截断", "结尾没有落款。", ["一人一档"]),
    ]
    reports = []
    for report_id, text in TEXTS.items():
        file, title, unit, period = ABOUT[report_id]
        reports.append(
            {
                "report_id": report_id, "file": file, "position": 2 if START[report_id] else 1, "start": START[report_id], "end": START[report_id] + len(text),
                "title": title, "reporting_unit": unit, "period": period, "characters": len(text), "sections": 0, "facts": text.count("名"), "findings": 0, "text": text,
            }
        )
    matches = [
        _match("r-qinghe", "r-baishi", "figures_changed", (0.93, 0.94, 0.9, 0.91), 3, copied),
        _match("r-cut", "r-qinghe", "cut_short", (0.98, 0.61, 0.97, 0.58), 6, [(y, x, k) for x, y, k in cut]),
    ]
    failures = [{"file": "县区/加密<1>.docx", "code": "encrypted", "reason": "protected by a password", "advice": "请报送单位取消密码后重新报送。"}]
    frames = {"reports": reports, "sections": _sections(), "facts": _facts(), "findings": findings, "matches": matches, "failures": failures}
    return {name: pandas.DataFrame(rows) for name, rows in frames.items()}


@pytest.fixture
def tables() -> dict[str, pandas.DataFrame]:
    return make_tables()


@pytest.fixture(scope="session")
def batch() -> dict[str, pandas.DataFrame]:
    """The same frames, made once; not to be changed."""
    return make_tables()
