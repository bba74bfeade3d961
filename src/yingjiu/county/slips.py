"""Slips of the pen about who somebody is: in case files, where a row is kept whatever its number.

Numbers are missing, mistyped, swapped; names are written as they sound, in another order, in traditional
characters. Unlike the dirt of :mod:`yingjiu.county.dirt` none of this costs the row: it costs knowing who
it is.
The tables of characters are written by hand, so that what links names later is not measured against itself.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa

from yingjiu.county.draws import Draws
from yingjiu.county.lives import County
from yingjiu.county.sheets import AgencyFile, Col, Fault, Sheet

__all__ = ["SLIPS", "slip"]

SLIPS: Final = {"none": 0.0, "light": 0.06, "middle": 0.2, "heavy": 0.4}
"""Share of rows of case files with a slip about the number, by the name of the degree."""

_WITH_NAME: Final = 0.15
"""Of those, how many have the name wrong as well; of the others a third as many."""
_NUMBER: Final = {
    "id_missing": 36, "id_digit": 28, "id_swap": 14, "id_birth_swapped": 8,
    "id_missing_digit": 8, "id_two_digits": 6,
}  # fmt: skip
_NAME: Final = {"name_sound": 50, "name_order": 20, "name_traditional": 30}

_SOUNDS: Final = dict(
    pair.split(":")
    for pair in """
    伟:玮 强:墙 勇:永 斌:彬 涛:韬 刚:钢 磊:垒 波:博 辉:晖 峰:锋 超:抄 鹏:朋 杰:洁 俊:骏 亮:量 宁:凝
    浩:皓 东:冬 健:建 鑫:欣 旭:绪 晓:小 新:欣 学:雪 庆:清 利:丽 秀:绣 英:瑛 桂:贵 兰:岚 芳:方 玉:钰
    珍:真 凤:奉 莲:连 荣:容 梅:玫 云:芸 素:诉 美:镁 淑:叔 巧:桥 香:湘 菊:局 翠:脆 华:花 珠:朱 琴:勤
    月:悦 红:宏 爱:艾 丽:莉 敏:闽 静:靖 燕:艳 娟:捐 霞:侠 萍:平 玲:琳 慧:惠 婷:庭 洁:捷 琳:林 雪:学
    颖:影 倩:欠 莉:利 晶:精 亚:雅 春:椿 海:亥 文:雯 佩:沛 青:清 涵:含 欣:心 梓:子 怡:宜 雨:语 诗:师
    佳:嘉 萱:宣 梦:孟 思:丝 嘉:佳 琪:奇 馨:心 瑶:遥 国:帼 建:健 军:君 明:鸣 德:得 福:幅 永:勇 志:智
    成:诚 林:琳 祥:详 生:声 贵:桂 宝:保 山:珊 才:财 根:跟 龙:隆 松:嵩 金:今 正:政 长:常 元:源 宏:红
    轩:宣 泽:择 博:波 晨:辰 铭:明 航:杭 宇:雨 子:紫 瑞:锐 文:闻 一:依 张:章 徐:许 程:成 余:于 江:姜
    魏:卫 袁:元 尹:引 肖:萧 付:傅
    """.split()  # noqa: SIM905 - a list is longer
)
_TRADITIONAL: Final = dict(
    zip(
        "国军华荣贵宝发龙兴伟强刚辉鹏杰东健晓庆兰凤莲云红爱丽静艳霞慧洁颖亚张刘陈杨赵吴孙马罗郑谢许邓冯韩萧叶蒋苏吕卢钟谭范陆贾韦邹阎龚邵万钱严单欧诸",
        "國軍華榮貴寶發龍興偉強剛輝鵬傑東健曉慶蘭鳳蓮雲紅愛麗靜艷霞慧潔穎亞張劉陳楊趙吳孫馬羅鄭謝許鄧馮韓蕭葉蔣蘇呂盧鐘譚範陸賈韋鄒閻龔邵萬錢嚴單歐諸",
        strict=True,
    )
)


def slip(county: County, files: list[AgencyFile], degree: str) -> tuple[list[AgencyFile], list[Fault]]:
    """Put slips of the pen into case files.

    Args:
        county: whose files they are.
        files: the files, after any other dirt.
        degree: a key of :data:`SLIPS`.

    Returns:
        The files, and every slip.
    """
    if not SLIPS[degree]:
        return files, []
    faults: list[Fault] = []
    changed = []
    for file in files:
        sheets = []
        for sheet in file.sheets:
            if any(column.kind == "id" and column.keep for column in sheet.columns):
                draws = Draws(county.seed, county.size, f"slips {file.name} {sheet.name}")
                slipped, found = _slip_sheet(draws, file, sheet, SLIPS[degree])
                sheets.append(slipped)
                faults += found
            else:
                sheets.append(sheet)
        changed.append(AgencyFile(file.name, file.agency, file.format, tuple(sheets)))
    return changed, faults


def _slip_sheet(draws: Draws, file: AgencyFile, sheet: Sheet, share: float) -> tuple[Sheet, list[Fault]]:
    ids = next(place for place, column in enumerate(sheet.columns) if column.kind == "id")
    names = next(place for place, column in enumerate(sheet.columns) if column.kind == "name")
    number_texts = sheet.columns[ids].values.to_pylist()
    name_texts = sheet.columns[names].values.to_pylist()
    n = sheet.rows
    wrong = draws.chance(n, share)
    misnamed = draws.unit(n) < np.where(wrong, _WITH_NAME, _WITH_NAME / 3) * min(1.0, share * 5)
    kind_of_number = draws.pick(n, list(_NUMBER.values()))
    kind_of_name = draws.pick(n, list(_NAME.values()))
    places, digits = draws.integers(n, 0, 17), draws.integers(n, 1, 10)
    faults = []
    for row in range(n):
        if wrong[row] and number_texts[row] is not None and len(number_texts[row]) == 18:
            kind = list(_NUMBER)[int(kind_of_number[row])]
            spoilt = _number(number_texts[row], kind, int(places[row]), int(digits[row]))
            if spoilt != number_texts[row]:
                number_texts[row] = spoilt
                faults.append(_fault(file, sheet, row, ids, kind))
        if misnamed[row] and name_texts[row]:
            kind = list(_NAME)[int(kind_of_name[row])]
            named = _name(name_texts[row], kind)
            if named != name_texts[row]:
                name_texts[row] = named
                faults.append(_fault(file, sheet, row, names, kind))
    columns = list(sheet.columns)
    for place, texts in ((ids, number_texts), (names, name_texts)):
        old = columns[place]
        columns[place] = Col(old.header, old.kind, pa.array(texts, pa.string()), old.keep, old.required)
    return sheet.with_columns(tuple(columns), sheet.persons), faults


def _fault(file: AgencyFile, sheet: Sheet, row: int, place: int, kind: str) -> Fault:
    header = sheet.columns[place].header
    return Fault(
        file.name,
        sheet_name(file, sheet),
        first_row(file, sheet) + row,
        header,
        kind,
        "kept",
        int(sheet.persons[row]),
    )


def first_row(file: AgencyFile, sheet: Sheet) -> int:
    """The number of the first data row as a user counts; of records where there is no header line."""
    return 1 if file.format in {"jsonl", "parquet", "sqlite"} else sheet.header_row + 1


def sheet_name(file: AgencyFile, sheet: Sheet) -> str | None:
    """The name of the sheet, None where the format has none."""
    return None if len(file.sheets) == 1 and file.format not in {"xls", "xlsx"} else sheet.name


def _number(text: str, kind: str, place: int, digit: int) -> str | None:
    match kind:
        case "id_missing":
            return None
        case "id_digit":
            return _other(text, place, digit)
        case "id_two_digits":
            return _other(_other(text, place, digit), (place + 5) % 17, digit)
        case "id_swap":
            place = min(place, 15)
            return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
        case "id_birth_swapped":
            return text[:10] + text[12:14] + text[10:12] + text[14:]
        case _:
            return text[:place] + text[place + 1 :]


def _other(text: str, place: int, digit: int) -> str:
    return text[:place] + str((int(text[place]) + digit) % 10) + text[place + 1 :]


def _name(name: str, kind: str) -> str:
    if kind == "name_order":
        return name[:-2] + name[-1] + name[-2] if len(name) > 2 else name
    table = _SOUNDS if kind == "name_sound" else _TRADITIONAL
    for place in range(len(name) - 1, -1, -1):
        if name[place] in table:
            return name[:place] + table[name[place]] + name[place + 1 :]
    return name
